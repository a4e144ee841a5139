import { showError, showSuccess } from './notices';

/** Puts a text on the clipboard and says so. `what` is what was copied, as the sentence calls it. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showSuccess(`Copied ${what}.`);
  } catch {
    showError(`Resbench could not copy ${what}; try again while the window is in front.`);
  }
}
