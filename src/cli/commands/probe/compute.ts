/** Has the trainer's process compute a probe and waits for its answer. */
import { cannotStart, lastLine } from '../../../main/runs/endings';
import { childProcessHost, type HostedProcess } from '../../../node/processes/process-host';
import { expected } from '../../../shared/result';
import type { FromProbe, ProbeJob, ProbeResult, ToProbe } from '../../../shared/training-messages';
import type { Context } from '../../terminal/context';
import { Progress } from '../../terminal/progress';
import { capitalized } from '../../../shared/format';

/** Ctrl-C ends this process, and with it the trainer: there is nothing to keep. */
export async function runProbe({ entryFolder, output, env }: Context, job: ProbeJob): Promise<ProbeResult> {
  const progress = new Progress(output);
  let process: HostedProcess<ToProbe, FromProbe>;
  try {
    process = childProcessHost(entryFolder).fork('trainer');
  } catch (error) {
    throw expected('trainer', cannotStart(error));
  }
  let stderr = '';
  try {
    return await new Promise<ProbeResult>((resolve, reject) => {
      process.onStderr((text) => {
        stderr += text;
      });
      process.onMessage((message) => {
        switch (message.type) {
          case 'phase': {
            const { phase, fraction } = message;
            const label = capitalized(phase);
            return progress.update({ label, fraction, tail: '' });
          }
          case 'notice':
            return progress.log(message.message);
          case 'probed':
            return resolve(message.result);
          case 'failed':
            return reject(expected(message.code, message.message));
        }
      });
      process.onExit(({ code, signal }) => {
        const how = signal ?? `exit code ${code ?? 'unknown'}`;
        const said = lastLine(stderr);
        const words = said === '' ? '' : `; its last words were: ${said}`;
        reject(
          expected(
            'trainer',
            `the training process ended without a result (${how}), perhaps for lack of memory: try a smaller batch or network${words}`,
          ),
        );
      });
      process.send({ type: 'probe', job });
    });
  } catch (error) {
    if (env.RESBENCH_DEBUG && stderr !== '') output.notice(stderr.trimEnd().split('\n'));
    throw error;
  } finally {
    progress.end();
    process.kill();
  }
}
