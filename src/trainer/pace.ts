/** How fast a run goes and when it will be done, from what its steps and validations took. */
import { median } from '../shared/median';
import { now } from './clock';

/** Steps averaged over: long enough to even out, short enough to follow a machine that becomes busy. */
const WINDOW = 101;

/** Steps after the first from which the time left can be estimated: many quick ones, or a few that took long enough. */
const MIN_STEPS = 3;
const ENOUGH_STEPS = 10;
const ENOUGH_SECONDS = 5;

export class Pace {
  /** Seconds and images of the most recent steps, oldest first. */
  private readonly recent: { seconds: number; images: number }[] = [];
  private validationSeconds: number | null = null;
  private steps = 0;
  private seconds = 0;
  private cpu = { at: now(), used: processorSeconds() };

  step(seconds: number, images: number): void {
    // The first step prepares what all others use; it stands in for them until there is a second.
    if (this.steps === 1) this.recent.pop();
    this.steps++;
    this.seconds += seconds;
    this.recent.push({ seconds, images });
    if (this.recent.length > WINDOW) this.recent.shift();
  }

  validation(seconds: number): void {
    this.validationSeconds = seconds;
  }

  /** Median over the recent steps: one slow step (the first, a sleeping laptop) does not move it. */
  get imagesPerSecond(): number | null {
    return median(this.recent.map(({ seconds, images }) => images / seconds));
  }

  /** Processors kept busy since the last call; null where hardly any time has passed. */
  coresSince(): number | null {
    const next = { at: now(), used: processorSeconds() };
    const { at, used } = this.cpu;
    if (next.at - at < 0.05) return null;
    this.cpu = next;
    return (next.used - used) / (next.at - at);
  }

  /**
   * Null while the steps behind are too few to tell. Validations count once the first has shown how long one takes.
   */
  secondsLeft(steps: number, validations: number): number | null {
    if (this.steps <= MIN_STEPS || (this.steps <= ENOUGH_STEPS && this.seconds < ENOUGH_SECONDS)) return null;
    const step = median(this.recent.map(({ seconds }) => seconds));
    return step === null ? null : steps * step + validations * (this.validationSeconds ?? 0);
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
