/** The columns of the table of runs as the window shows and remembers them, and what a person changes about them. */
import { computed, ref, type ComputedRef } from 'vue';
import type { ColumnChoice, ColumnSort } from '../../../shared/settings';
import { useSettingsStore } from '../../base/settings-store';
import {
  boundedWidth,
  choiceOf,
  movedColumn,
  NAME,
  resizedColumn,
  shownColumns,
  withColumn,
  withoutColumn,
  type ShownColumn,
} from './column-layout';
import { columnOf } from './run-columns';
import { knownSort, sortedBy } from './run-list';

export interface RunColumns {
  columns: ComputedRef<readonly ShownColumn[]>;
  sort: ComputedRef<ColumnSort>;
  /** Whether the person has chosen anything: columns, their order or widths. */
  isChosen: ComputedRef<boolean>;
  isShown(key: string): boolean;
  /** Why a column cannot be taken out; null where it can. */
  whyKept(key: string): string | null;
  toggle(key: string): void;
  /** Sorts by a column; the other way round where it is sorted by it already. */
  sortBy(key: string): void;
  /** Moves a column to an index among those that are shown. */
  move(key: string, to: number): void;
  /** Shows a width while it is dragged; null takes it back. */
  tryWidth(width: { key: string; width: number } | null): void;
  resize(key: string, width: number): void;
  /** Back to the usual columns. */
  reset(): void;
}

/** @param room pixels that the table has for its columns. */
export function useColumnChoice(room: () => number): RunColumns {
  const settings = useSettingsStore();
  const tried = ref<{ key: string; width: number } | null>(null);

  const sort = computed(() => knownSort(settings.settings.runSort));
  const columns = computed(() => {
    const shown = shownColumns(settings.settings.runColumns, sort.value.key, room());
    return tried.value === null
      ? shown
      : shown.map((one) =>
          one.column.key === tried.value!.key ? { ...one, width: boundedWidth(tried.value!.width) } : one,
        );
  });

  function change(next: (choice: ColumnChoice) => ColumnChoice): void {
    const before = choiceOf(columns.value);
    const choice = next(before);
    if (choice !== before) void settings.set({ runColumns: choice });
  }
  const isShown = (key: string): boolean => columns.value.some(({ column }) => column.key === key);

  return {
    columns,
    sort,
    isChosen: computed(() => settings.settings.runColumns !== null),
    isShown,
    whyKept(key) {
      if (key === NAME) return 'Names are always shown';
      return key === sort.value.key ? 'The table is sorted by it' : null;
    },
    toggle: (key) =>
      change((choice) => (isShown(key) ? withoutColumn(choice, key) : withColumn(choice, key))),
    sortBy(key) {
      const column = columnOf(key);
      if (column) void settings.set({ runSort: sortedBy(column, sort.value) });
    },
    move: (key, to) => change((choice) => movedColumn(choice, key, to)),
    tryWidth: (width) => (tried.value = width),
    resize(key, width) {
      tried.value = null;
      change((choice) => resizedColumn(choice, key, width));
    },
    reset: () => void settings.set({ runColumns: null }),
  };
}
