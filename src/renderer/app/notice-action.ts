import { report } from '../base/api';
import { dismiss, type Notice } from '../base/notices';

/** Does what a notice offers; it has then said what it had to say. */
export async function takeAction(notice: Notice): Promise<void> {
  dismiss(notice.id);
  try {
    await notice.action?.run();
  } catch (error) {
    report(error);
  }
}
