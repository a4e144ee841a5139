/**
 * What of the network is pointed at and what is chosen, for picture, table, cards and text alike. Each of them says what is
 * done in it and follows what is done in the others; what it does while it follows, it does not say again.
 */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { samePlace, type Place } from '../../../architecture/picture/content';
import type { Path } from '../../../architecture/problem';
import { stageOfPath } from './layer-tree';

/** Where something is pointed at or chosen. */
export type Side = 'picture' | 'table' | 'cards' | 'text' | 'notes';

interface Told {
  place: Place;
  by: Side;
}

export const useSelection = defineStore('model-selection', () => {
  /** Below the pointer. */
  const hovered = shallowRef<Told | null>(null);
  /** Where the focus is, or the caret of the text: others bring it into sight. */
  const visited = shallowRef<Told | null>(null);
  const chosen = shallowRef<Told | null>(null);
  /** The way to a value that is shown on request, which need not be one of a stage. */
  const shownPath = shallowRef<Path | null>(null);

  /** Null: none any more. The same place once more is shown once more. */
  function choose(place: Place | null, by: Side): void {
    shownPath.value = null;
    chosen.value = place && { place, by };
  }
  /** Chooses a place; once more the same one, and none is chosen. */
  function toggle(place: Place, by: Side): void {
    choose(chosen.value && samePlace(chosen.value.place, place) ? null : place, by);
  }
  function hover(place: Place | null, by: Side): void {
    // A pointer that goes from one side to the next enters there before it is said to have left here.
    if (place || hovered.value?.by === by) hovered.value = place && { place, by };
  }
  function visit(place: Place | null, by: Side): void {
    if (!place && visited.value?.by !== by) return;
    const before = visited.value;
    if (place && before?.by === by && samePlace(before.place, place)) return;
    visited.value = place && { place, by };
  }
  /** Leads to a value: to its stage wherever that is shown, else to its field. */
  function show(path: Path): void {
    const stage = stageOfPath(path);
    choose(stage === null ? null : { stage }, 'notes');
    shownPath.value = [...path];
  }

  /** What a side marks as pointed at: what is so elsewhere, since the pointer and the focus are seen where they are. */
  const pointedFor = (side: Side): Place | null =>
    [hovered.value, visited.value].find((told) => told && told.by !== side)?.place ?? null;

  return {
    hovered,
    visited,
    chosen,
    shownPath,
    selected: computed(() => chosen.value?.place ?? null),
    choose,
    toggle,
    hover,
    visit,
    show,
    pointedFor,
  };
});
