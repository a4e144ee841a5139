/** The banner above a run that does not train: why, and how it can be resumed. Pure. */
import { hasDiverged } from '../../../shared/divergence';
import { thousands } from '../../../shared/format';
import { canResume, type Run } from '../../../shared/run';
import { describeResumePoint } from './run-actions';

export type BannerKind = 'completed' | 'failed' | 'interrupted' | 'stopped' | 'paused' | 'queued';

export interface Banner {
  kind: BannerKind;
  sentences: string[];
}

/** Said of a run whose reason is not known. */
const PLAIN: Record<Exclude<BannerKind, 'queued' | 'completed'>, string> = {
  failed: 'The run failed.',
  interrupted: 'The run was interrupted: its trainer ended before the run did.',
  stopped: 'The run was stopped before its end.',
  paused: 'The run is paused; it takes no memory.',
};

/** Null for a run that trains, or has done all of its epochs. */
export function bannerOf(run: Run): Banner | null {
  const { state } = run;
  if (state === 'queued') return { kind: state, sentences: [queuedSentence(run)] };
  if (state === 'completed' && run.reason !== null) return { kind: state, sentences: [run.reason] };
  if (!(state in PLAIN)) return null;
  const kind = state as keyof typeof PLAIN;
  const sentences = [run.reason ?? PLAIN[kind]];
  if (hasDiverged(run)) {
    sentences.push(
      run.checkpointStep === null
        ? 'It has no checkpoint to fork from: start it again as a new run, with another recipe.'
        : `The last intact checkpoint is at step ${thousands(run.checkpointStep)}: a fork continues from it with another recipe.`,
    );
  } else if (canResume(state)) {
    sentences.push(`It can be resumed ${describeResumePoint(run)}.`);
  }
  return { kind, sentences };
}

function queuedSentence(run: Run): string {
  if (run.asks !== null)
    return `${run.reason ?? 'It has a question.'} The run is held in the queue until you agree, or take it out.`;
  if (run.queue?.held) return 'The run is held: it is passed over in the queue until it is released.';
  const place = run.queue?.place ?? 1;
  const before = place === 1 ? 'It is next' : `It is at place ${thousands(place)} in the queue`;
  const then = run.step > 0 ? ` and resumes ${describeResumePoint(run)}` : '';
  return `${before}${then}. The next run starts when the current one ends.`;
}
