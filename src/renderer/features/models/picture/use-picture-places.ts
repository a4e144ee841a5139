/** How a picture follows what is chosen and pointed at elsewhere, says what is so in it, and where its keys are. */
import { computed, nextTick, onMounted, ref, watch } from 'vue';
import { touches, type Place } from '../../../../architecture/picture/content';
import type { Rect } from '../../../../architecture/picture/marks';
import type { Item } from '../../../../architecture/picture/shape';
import { useSelection } from '../use-selection';

/** @param reveal brings a place of the picture into sight */
export function usePicturePlaces(items: () => readonly Item[], reveal: (rect: Rect) => void) {
  const selection = useSelection();

  /** Number of the item that the keys move from. */
  const active = ref(0);
  const focused = ref(false);
  watch(items, (now) => (active.value = Math.min(active.value, now.length - 1)));

  const touched = (place: Place | null): Item[] =>
    place ? items().filter((item) => touches(item.place, place)) : [];
  function placeOf(index: number): Place | null {
    const item = items()[index];
    if (!item) return null;
    const { stage, blocks, layers } = item.place;
    return { stage, block: blocks?.[0], layer: layers?.[0] };
  }

  /** Says where the keys are, while they are here. */
  const visit = (): void => selection.visit(focused.value ? placeOf(active.value) : null, 'picture');

  function move(to: number): void {
    active.value = to;
    const item = items()[to];
    if (item) reveal(item.rect);
    visit();
  }
  /** Chooses an item, or lets it go where it is chosen. */
  function toggle(index: number): void {
    active.value = index;
    const place = placeOf(index);
    if (place) selection.toggle(place, 'picture');
    visit();
  }

  /** What is chosen elsewhere is brought into sight; what is chosen here is there already. */
  function bringChosen(): void {
    const { chosen } = selection;
    if (!chosen || chosen.by === 'picture') return;
    const isAt = (item: Item | undefined): boolean => item !== undefined && touches(item.place, chosen.place);
    const index = isAt(items()[active.value]) ? active.value : items().findIndex(isAt);
    if (index >= 0) void nextTick(() => move(index));
  }
  onMounted(bringChosen);
  watch(() => selection.chosen, bringChosen);
  // The keys stay where they are while another side is looked through.
  watch(
    () => selection.visited,
    (told) => {
      const [first] = told && told.by !== 'picture' ? touched(told.place) : [];
      if (first) reveal(first.rect);
    },
  );

  return {
    active,
    focused,
    selected: computed(() => touched(selection.selected)),
    /** Below the pointer here, and pointed at elsewhere. */
    hovered: computed(() => [
      ...touched(selection.hovered?.by === 'picture' ? selection.hovered.place : null),
      ...touched(selection.pointedFor('picture')),
    ]),
    move,
    toggle,
    letGo: (): void => selection.choose(null, 'picture'),
    hover: (index: number | null): void => selection.hover(index === null ? null : placeOf(index), 'picture'),
    setFocused(now: boolean): void {
      focused.value = now;
      visit();
    },
  };
}
