/** What of the network is pointed at and what is chosen, for picture, table and text alike. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Place } from '../../../architecture/picture/content';

export const useSelection = defineStore('model-selection', () => {
  const hovered = shallowRef<Place | null>(null);
  const selected = shallowRef<Place | null>(null);

  /** Chooses a place; once more the same one, and none is chosen. */
  function toggle(place: Place): void {
    selected.value = samePlace(selected.value, place) ? null : place;
  }

  return { hovered, selected, toggle };
});

export const samePlace = (one: Place | null, other: Place | null): boolean =>
  one?.stage === other?.stage && one?.block === other?.block && one?.layer === other?.layer;
