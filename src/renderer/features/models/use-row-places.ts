/** How the rows of the layer table follow what is chosen and pointed at elsewhere, and say what is so in them. */
import { computed, onMounted, watch } from 'vue';
import { holds, type Place } from '../../../architecture/picture/content';
import { rowOfPlace, shownPlace, type ShownRow } from './layer-tree';
import { useSelection } from './use-selection';

export type RowMark = 'chosen' | 'pointed';

/** @param bring scrolls a row, by its index, to the top or no further than into sight */
export function useRowPlaces(
  rows: () => readonly ShownRow[],
  bring: (index: number, to: 'top' | 'sight') => void,
) {
  const selection = useSelection();

  const marked = (place: Place | null): Place | null => place && shownPlace(rows(), place);
  const chosen = computed(() => marked(selection.selected));
  const pointed = computed(() => marked(selection.pointedFor('table')));

  function bringPlace(place: Place, to: 'top' | 'sight'): void {
    const index = rowOfPlace(rows(), place);
    if (index >= 0) bring(index, to);
  }
  function bringChosen(): void {
    const { chosen: told } = selection;
    if (told && told.by !== 'table') bringPlace(told.place, 'top');
  }
  onMounted(bringChosen);
  watch(() => selection.chosen, bringChosen, { flush: 'post' });
  watch(
    () => selection.visited,
    (told) => {
      if (told && told.by !== 'table') bringPlace(told.place, 'sight');
    },
    { flush: 'post' },
  );

  return {
    markOf({ node }: ShownRow): RowMark | null {
      if (chosen.value && holds(chosen.value, node.place)) return 'chosen';
      return pointed.value && holds(pointed.value, node.place) ? 'pointed' : null;
    },
    choose: ({ node }: ShownRow): void => selection.choose(node.place, 'table'),
    /** Whether anything was chosen. */
    letGo(): boolean {
      const any = selection.chosen !== null;
      selection.choose(null, 'table');
      return any;
    },
    hover: (row: ShownRow | null): void => selection.hover(row && row.node.place, 'table'),
    visit: (row: ShownRow | null): void => selection.visit(row && row.node.place, 'table'),
  };
}
