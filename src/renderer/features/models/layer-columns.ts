/** The columns of the layer table in the window, and on what terms their figures are. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { isWithin } from '../../../architecture/bounds';
import {
  LAYER_COLUMN_GROUPS,
  LAYER_COLUMNS,
  USUAL_LAYER_COLUMNS,
  type LayerColumn,
  type TableTerms,
} from '../../../architecture/layer-table/columns';
import { termsOf } from '../../../architecture/layer-table/rows';
import type { Summary } from '../../../architecture/summary';
import { readNumber } from '../../../architecture/typed-number';
import { DEFAULT_RECIPE, RECIPE_FIELDS } from '../../../shared/recipe';
import { DEFAULT_SETTINGS } from '../../../shared/settings';
import { slotsOf } from '../../../shared/training-memory';
import { useSettingsStore } from '../../base/settings-store';
import { useColumnChoice, type TableColumns } from '../../ui/columns/column-choice';
import type { Catalog } from '../../ui/columns/catalog';

/** Name of a layer's column: what a row is. */
export const LAYER = 'layer';

const CATALOG: Catalog<LayerColumn> = {
  columns: LAYER_COLUMNS,
  groups: LAYER_COLUMN_GROUPS,
  lead: LAYER,
  leadKept: 'Layers are always named',
  usual: USUAL_LAYER_COLUMNS,
  first: [LAYER, 'params', 'macs', 'output', 'training', 'share', 'type'],
  isNumeric: ({ kind }) => kind === 'number',
  // The order of the network begins at its top.
  beginsDescending: ({ kind }) => kind === 'number',
  words: () => [],
};

/** @param room pixels that the table has for its columns. */
export const useLayerColumns = (room: () => number): TableColumns<LayerColumn> =>
  useColumnChoice({
    catalog: CATALOG,
    columns: 'layerColumns',
    sort: 'layerSort',
    usualSort: DEFAULT_SETTINGS.layerSort,
    room,
  });

/** The columns for a file or the clipboard: those that were chosen, whatever the room. */
export const chosenColumns = (): LayerColumn[] =>
  useLayerColumns(() => Infinity).columns.value.map(({ column }) => column);

/** What the memory of a training is told for besides the batch: the optimizer of a new run. */
export const ASSUMED_OPTIMIZER = RECIPE_FIELDS.optimizer.choices[DEFAULT_RECIPE.optimizer];

/** @param step milliseconds of a whole training step, where they were measured. */
export const useTerms = (
  summary: () => Summary,
  step: () => number | undefined = () => undefined,
): ComputedRef<TableTerms> => {
  const settings = useSettingsStore();
  return computed(() => termsOf(summary(), settings.settings.layerBatch, slotsOf(DEFAULT_RECIPE), step()));
};

const { bounds } = RECIPE_FIELDS.batchSize;

/** The batch size as it is typed; the last one that can be is remembered. */
export function useBatchField(): { text: Ref<string>; wrong: ComputedRef<boolean>; set(text: string): void } {
  const settings = useSettingsStore();
  const text = ref('');
  const read = (): number => readNumber(text.value);
  const isSound = (size: number): boolean => Number.isInteger(size) && isWithin(size, bounds);
  watch(
    () => settings.settings.layerBatch,
    (size) => {
      if (read() !== size) text.value = String(size);
    },
    { immediate: true },
  );
  return {
    text,
    wrong: computed(() => !isSound(read())),
    set(typed) {
      text.value = typed;
      if (isSound(read())) void settings.set({ layerBatch: read() });
    },
  };
}
