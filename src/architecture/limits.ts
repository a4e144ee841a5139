/**
 * Upper bounds of an architecture. They are far above every published network and keep a slip of the keyboard
 * (`[6400000, 3]`) from freezing the window or overflowing a count.
 */
export const LIMITS = {
  /** Characters of an architecture file. */
  textLength: 1_000_000,
  /** Characters of a text with block tables: read again at each key press. */
  tableTextLength: 200_000,
  /** Characters of expressions that are computed: the grammar takes some microseconds for each. */
  expressionLength: 20_000,
  /** Steps and entries of lists that expressions are computed in; `[[0] * 9**9] * 9**9` is not. */
  computedEntries: 50_000,
  /** Layers of the built network; ResNet-1202, the deepest in the literature, has 4,208 with option A. */
  layers: 5_000,
  /** Blocks of one stage. */
  count: 5_000,
  filters: 16_384,
  /** Kernel height and width in pixels. */
  kernel: 255,
  stride: 64,
  /** Input height and width in pixels. */
  inputSide: 4_096,
  inputChannels: 1_024,
  classes: 100_000,
  /** UTF-16 units of any name that is given here: of an architecture, of a run. */
  nameLength: 200,
  /** Elements of one tensor: TensorFlow's kernels index with 32 bits. */
  tensorElements: 2 ** 31 - 1,
  /** Problems reported at once. */
  problems: 100,
} as const;
