/** The columns that a table may show, described once for its head, its chooser and its settings. */
export interface TableColumn {
  /** Names it in the settings. */
  key: string;
  title: string;
  /** A hint to its head, where the title leaves something open. */
  help?: string;
  /** The chooser lists it under this. */
  group: string;
  /** Pixels, with what stands beside the text. */
  width: number;
  /** Pixels that a cell needs besides its text, where it has a tag or a bar. */
  extra?: number;
}

export interface Catalog<C extends TableColumn> {
  /** In the order of the chooser. */
  columns: readonly C[];
  groups: readonly string[];
  /** Key of the column that says what a row is: it is always shown. */
  lead: string;
  /** Why that one is kept, for the chooser. */
  leadKept: string;
  /** Keys of those that are shown without a choice, in their order. */
  usual: readonly string[];
  /** Which of these are shown first where there is no room for all. */
  first: readonly string[];
  /** Numbers stand right, so that their digits line up. */
  isNumeric: (column: C) => boolean;
  /** Whether the first press of its head puts the largest value on top. */
  beginsDescending: (column: C) => boolean;
  /** Other words by which the chooser finds a column; the first, where there is one, stands beside its title. */
  words: (column: C) => readonly string[];
}

/** The column of a key; undefined for one that this version does not know. */
export const columnIn = <C extends TableColumn>({ columns }: Catalog<C>, key: string): C | undefined =>
  columns.find((column) => column.key === key);
