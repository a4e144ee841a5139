/** Asked between pieces of work: shows how far it is, and throws where it shall end. */
export type Between = (stage: string, done: number, total: number | null) => Promise<void> | void;

/** The stage that takes longest. */
export const PREPARING = 'Preparing the images';

/** Milliseconds. */
const EVERY = 50;

/** Asks so often that nobody waits, and so rarely that it takes no time. */
export class Pulse {
  private last = -Infinity;
  private stage = '';

  constructor(private readonly between: Between) {}

  /** At the beginning of every stage, and then once enough time has passed. */
  async beat(stage: string, done: number, total: number | null): Promise<void> {
    const now = performance.now();
    if (stage === this.stage && now - this.last < EVERY) return;
    this.stage = stage;
    await this.between(stage, done, total);
    this.last = performance.now();
  }
}
