/** One line of progress for all the runs that train at the same time. */
import type { Run } from '../../shared/run';
import type { Progress, ProgressState } from '../terminal/progress';
import type { ViewSink } from './run-view';

export class Board {
  private readonly states = new Map<number, ProgressState>();

  constructor(private readonly progress: Progress) {}

  sinkOf({ id }: Run, event: ViewSink['event']): ViewSink {
    return {
      update: (state) => {
        this.states.set(id, state);
        this.show();
      },
      log: (line) => this.progress.log(line.startsWith(`Run ${id} `) ? line : `Run ${id}  ${line}`),
      event,
    };
  }

  /** The run trains no longer. */
  remove({ id }: Run): void {
    if (this.states.delete(id)) this.show();
  }

  get empty(): boolean {
    return this.states.size === 0;
  }

  private show(): void {
    const shown = [...this.states];
    const [first, ...others] = shown;
    if (!first) return;
    if (others.length === 0) {
      const [id, state] = first;
      this.progress.update({ ...state, label: `Run ${id}  ${state.label}` });
      return;
    }
    this.progress.update({
      label: `${shown.length} runs`,
      fraction: null,
      tail: shown.map(([id, state]) => `${id}: ${state.label}${share(state)}`).join('  '),
    });
  }
}

const share = ({ fraction }: ProgressState): string =>
  fraction === null ? '' : ` ${Math.floor(fraction * 100)} %`;
