/**
 * What weights of a run are worth on the whole test set of its data. It is meant to be taken once, at the end: each time that
 * something is chosen by it, the test set becomes one more validation set. So it is counted. Pure.
 */

/** Over which views of each image a test averages the logits (`test-views.ts`), with their words for people. */
export const TEST_VIEWS = {
  none: 'No averaging',
  flip: 'Flipped',
  'flip-translate': 'Flipped and translated',
} as const;
export type TestViews = keyof typeof TEST_VIEWS;
export const TEST_VIEW_KEYS = Object.keys(TEST_VIEWS) as TestViews[];

/** One test. */
export interface TestResult {
  /** A figure with averaging is another figure, and stands apart from those without. */
  views: TestViews;
  /** When it was taken. */
  at: number;
  /** Of the checkpoint whose weights were tested: its step, epochs finished, and SHA-256 of the weights. */
  step: number;
  epoch: number;
  weightsSha256: string;
  /** Images of the test set. */
  images: number;
  /** With the L2 term, and without (nats). */
  loss: number;
  crossEntropy: number;
  accuracy: number;
  /** The same with the average of the weights; absent where the run has none. One test takes both. */
  average?: Record<'loss' | 'crossEntropy' | 'accuracy', number>;
  /** Spent on the evaluation. */
  seconds: number;
}

/** A test under way. */
export interface TestProgress {
  /** What is being done: `Testing`. */
  stage: string;
  /** 0 to 1; null where nothing is known of the end. */
  fraction: number | null;
}
