/** Size and part of a picture that is seen in a view that scrolls: by wheel, by dragging, by keys. */
import { computed, nextTick, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from 'vue';
import type { Rect } from '../../../../architecture/picture/marks';
import { usePointerDrag } from '../../../ui/pointer-drag';
import { scaleOfWhole, scaleToRead, scrollAfterZoom, within, ZOOM, type Size } from './zoom';

/** Pixels that the pointer may move while it clicks. */
const STILL = 4;
/** Pixels around the view that are drawn, too. */
const MARGIN = 400;

export function useZoom(view: Ref<HTMLElement | undefined>, picture: ComputedRef<Size>) {
  const size = ref<Size>({ width: 600, height: 500 });
  const scroll = ref({ x: 0, y: 0 });
  /** As large as can be read, all of it, or as a person has chosen. */
  const mode = ref<'read' | 'whole' | number>('read');
  const scale = computed(() => {
    if (mode.value === 'read') return scaleToRead(picture.value, size.value);
    return mode.value === 'whole' ? scaleOfWhole(picture.value, size.value) : mode.value;
  });
  const onScroll = (): void => {
    if (view.value) scroll.value = { x: view.value.scrollLeft, y: view.value.scrollTop };
  };

  const observer = new ResizeObserver(([entry]) => {
    // While it is hidden, it keeps its size.
    if (entry && entry.contentRect.width > 0) {
      size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    }
  });
  onMounted(() => observer.observe(view.value!));
  onBeforeUnmount(() => observer.disconnect());

  /** What is seen, in pixels of the picture, with a margin. */
  const seen = computed<Rect>(() => {
    const margin = MARGIN / scale.value;
    return {
      x: scroll.value.x / scale.value - margin,
      y: scroll.value.y / scale.value - margin,
      width: size.value.width / scale.value + 2 * margin,
      height: size.value.height / scale.value + 2 * margin,
    };
  });

  /** @param at stays where it is; pixels of the view, its middle where none are given */
  function zoomTo(next: number, at = { x: size.value.width / 2, y: size.value.height / 2 }): void {
    const element = view.value;
    const [before, after] = [scale.value, within(next)];
    if (!element || before === after) return;
    const axis = (scrolled: number, place: number, visible: number, whole: number): number =>
      scrollAfterZoom({ scroll: scrolled, at: place, view: visible, size: whole }, before, after);
    const left = axis(element.scrollLeft, at.x, size.value.width, picture.value.width);
    const top = axis(element.scrollTop, at.y, size.value.height, picture.value.height);
    mode.value = after;
    void nextTick(() => element.scrollTo({ left, top }));
  }
  const zoomBy = (steps: number, at?: { x: number; y: number }): void =>
    zoomTo(scale.value * ZOOM.step ** steps, at);

  function onWheel(event: WheelEvent): void {
    const element = view.value;
    if (!element) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      // A notch of a mouse's wheel is 100, a touchpad's pinch comes in small pieces.
      zoomBy(-event.deltaY / 100, { x: event.clientX - box.left, y: event.clientY - box.top });
    } else if (element.scrollHeight <= element.clientHeight && event.deltaX === 0) {
      // A picture that runs to the right is turned through like any other.
      if (element.scrollWidth <= element.clientWidth) return;
      event.preventDefault();
      element.scrollLeft += event.deltaY;
    }
  }

  const begin = usePointerDrag();
  /** Whether the pointer has moved since it was pressed, so that its release is no click. */
  let dragged = false;
  function onPointerDown(event: PointerEvent): void {
    const element = view.value;
    dragged = false;
    if (!element || event.button !== 0) return;
    const [left, top] = [element.scrollLeft, element.scrollTop];
    begin(event, {
      move: ({ clientX, clientY }) => {
        const [dx, dy] = [clientX - event.clientX, clientY - event.clientY];
        dragged ||= Math.hypot(dx, dy) > STILL;
        if (dragged) element.scrollTo({ left: left - dx, top: top - dy });
      },
      end: () => {},
    });
  }

  /** Scrolls no further than needed to show a place of the picture. */
  function reveal({ x, y, width, height }: Rect): void {
    const element = view.value;
    if (!element) return;
    const need = (scrolled: number, visible: number, from: number, to: number): number => {
      const room = Math.min(40, Math.max(0, (visible - (to - from)) / 2));
      return Math.min(from - room, Math.max(scrolled, to + room - visible));
    };
    const at = (value: number): number => value * scale.value;
    element.scrollTo({
      left: need(element.scrollLeft, size.value.width, at(x), at(x + width)),
      top: need(element.scrollTop, size.value.height, at(y), at(y + height)),
    });
  }

  /** Whether any of a place of the picture is seen: what is not need not be drawn. */
  function isSeen(rect: Rect): boolean {
    const { x, y, width, height } = seen.value;
    return rect.x < x + width && x < rect.x + rect.width && rect.y < y + height && y < rect.y + rect.height;
  }

  const fit = (): void => void (mode.value = 'whole');
  /** Nearer, farther, all of it; false for any other key. */
  function onKey(key: string): boolean {
    if (key === '+' || key === '=') zoomBy(1);
    else if (key === '-') zoomBy(-1);
    else if (key === '0') fit();
    else return false;
    return true;
  }

  return {
    scale,
    isSeen,
    zoomBy,
    fit,
    onKey,
    reveal,
    onScroll,
    onWheel,
    onPointerDown,
    wasDragged: () => dragged,
    pan: (x: number, y: number) => view.value?.scrollBy({ left: x, top: y }),
  };
}

export type Zoom = ReturnType<typeof useZoom>;
