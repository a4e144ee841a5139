/** What is wrong with an input, for whoever shows it. */

/** One thing that is wrong with an input. */
export interface Problem {
  /** `stage 2, convolution 1`, `stem`, `line 3, column 5`, … */
  place: string;
  /** The full sentence with its place: `stage 2, convolution 1: kernel must be at least 1, got 0`. */
  message: string;
  /** From 1; present where the input was a text. */
  line?: number;
  /** From 1, in UTF-16 units. */
  column?: number;
  /** From 0, in UTF-16 units. */
  offset?: number;
  length?: number;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };
