/** What the editor's text marks of what is chosen and pointed at elsewhere, and what its caret points at. */
import { computed } from 'vue';
import type { Span } from '../../../architecture/problem';
import { useArchitecturesStore } from './architectures-store';
import { jsonPlaces, placeAt, spanOfPath, spanOfPlace, tablePlaces } from './text-places';
import { useSelection } from './use-selection';

export function useTextLink() {
  const store = useArchitecturesStore();
  const selection = useSelection();

  const places = computed(() => (store.jsonOpen ? jsonPlaces(store.jsonText) : tablePlaces(store.edit)));
  /** The row of what is chosen, or the value that is shown. */
  const chosen = computed<Span | null>(() => {
    const { selected, shownPath } = selection;
    if (selected) return spanOfPlace(places.value, selected);
    return shownPath && spanOfPath(places.value, shownPath);
  });
  /** Another row than that. */
  const pointed = computed<Span | null>(() => {
    const place = selection.pointedFor('text');
    const span = place && spanOfPlace(places.value, place);
    return span?.offset === chosen.value?.offset ? null : span;
  });

  return {
    chosen,
    pointed,
    /** @param offset of the caret, in UTF-16 units from 0; null while the text does not have the focus */
    noteCaret: (offset: number | null): void =>
      selection.visit(offset === null ? null : placeAt(places.value, offset), 'text'),
  };
}
