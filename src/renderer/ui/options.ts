/** What a select offers. */
export interface Option<T extends string = string> {
  value: T;
  label: string;
}

export interface OptionGroup<T extends string = string> {
  label: string;
  options: readonly Option<T>[];
}
