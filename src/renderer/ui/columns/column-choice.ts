/** The columns of a table as the window shows and remembers them, and what a person changes about them. */
import { computed, ref, type ComputedRef } from 'vue';
import type { ColumnChoice, ColumnSort, Settings } from '../../../shared/settings';
import { useSettingsStore } from '../../base/settings-store';
import { columnIn, type Catalog, type TableColumn } from './catalog';
import {
  boundedWidth,
  choiceOf,
  movedColumn,
  resizedColumn,
  shownColumns,
  withColumn,
  withoutColumn,
  type ShownColumn,
} from './column-layout';

/** Settings that hold such a value. */
type SettingOf<T> = {
  [K in keyof Settings]: Settings[K] extends T ? (T extends Settings[K] ? K : never) : never;
}[keyof Settings];

export interface ColumnSettings<C extends TableColumn> {
  catalog: Catalog<C>;
  /** The setting that remembers the columns, and the one that remembers by which the table is sorted. */
  columns: SettingOf<ColumnChoice | null>;
  sort: SettingOf<ColumnSort>;
  /** The order where this version does not know the column that is remembered. */
  usualSort: ColumnSort;
  /** Pixels that the table has for its columns. */
  room: () => number;
}

export interface TableColumns<C extends TableColumn = TableColumn> {
  catalog: Catalog<C>;
  columns: ComputedRef<readonly ShownColumn<C>[]>;
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

/** The order after a column's head was pressed: the other way round where it is sorted by it already. */
export function sortedBy<C extends TableColumn>(
  catalog: Catalog<C>,
  key: string,
  sort: ColumnSort,
): ColumnSort {
  const column = columnIn(catalog, key);
  if (!column) return sort;
  return { key, descending: sort.key === key ? !sort.descending : catalog.beginsDescending(column) };
}

export function useColumnChoice<C extends TableColumn>(given: ColumnSettings<C>): TableColumns<C> {
  const { catalog, usualSort, room } = given;
  const settings = useSettingsStore();
  const tried = ref<{ key: string; width: number } | null>(null);
  const remember = (choice: ColumnChoice | null): void => void settings.set({ [given.columns]: choice });

  const sort = computed(() => {
    const remembered = settings.settings[given.sort];
    return columnIn(catalog, remembered.key) ? remembered : usualSort;
  });
  const columns = computed(() => {
    const shown = shownColumns(catalog, settings.settings[given.columns], sort.value.key, room());
    return tried.value === null
      ? shown
      : shown.map((one) =>
          one.column.key === tried.value!.key ? { ...one, width: boundedWidth(tried.value!.width) } : one,
        );
  });

  function change(next: (choice: ColumnChoice) => ColumnChoice): void {
    const before = choiceOf(columns.value);
    const choice = next(before);
    if (choice !== before) remember(choice);
  }
  const isShown = (key: string): boolean => columns.value.some(({ column }) => column.key === key);

  return {
    catalog,
    columns,
    sort,
    isChosen: computed(() => settings.settings[given.columns] !== null),
    isShown,
    whyKept(key) {
      if (key === catalog.lead) return catalog.leadKept;
      return key === sort.value.key ? 'The table is sorted by it' : null;
    },
    toggle: (key) =>
      change((choice) =>
        isShown(key) ? withoutColumn(catalog, choice, key) : withColumn(catalog, choice, key),
      ),
    sortBy(key) {
      void settings.set({ [given.sort]: sortedBy(catalog, key, sort.value) });
    },
    move: (key, to) => change((choice) => movedColumn(choice, key, to)),
    tryWidth: (width) => (tried.value = width),
    resize(key, width) {
      tried.value = null;
      change((choice) => resizedColumn(choice, key, width));
    },
    reset: () => remember(null),
  };
}
