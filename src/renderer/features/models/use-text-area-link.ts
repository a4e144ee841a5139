/**
 * Links the text area of the editor with picture and table: what is chosen there is marked in the letters behind the text area
 * and scrolled into sight, and its caret points at a stage. Without moving the focus: who walks through the picture stays there.
 */
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue';
import type { Span } from '../../../architecture/problem';
import { useSettingsStore } from '../../base/settings-store';
import { paletteOf, type Palette } from '../../base/theme';
import { useTextLink } from './use-text-link';

/** Names of the marks, with how they look. */
const MARKS = {
  'stage-chosen': ({ accentSoft }) => `background-color: ${accentSoft}`,
  'stage-pointed': ({ accent }) => `text-decoration: underline dotted ${accent}`,
} satisfies Record<string, (palette: Palette) => string>;
type MarkName = keyof typeof MARKS;
const NAMES = Object.keys(MARKS) as MarkName[];
/** After each of these the caret may be elsewhere. */
const EVENTS = ['selectionchange', 'focusin', 'focusout'] as const;

/** @param root what holds the editor */
export function useTextAreaLink(root: Readonly<Ref<HTMLElement | null>>): void {
  const link = useTextLink();
  const settings = useSettingsStore();

  const area = (): HTMLTextAreaElement | null => root.value?.querySelector('.code textarea') ?? null;

  function noteCaret(): void {
    const focused = area();
    link.noteCaret(focused && document.activeElement === focused ? focused.selectionStart : null);
  }
  onMounted(() => EVENTS.forEach((event) => document.addEventListener(event, noteCaret)));
  onBeforeUnmount(() => {
    EVENTS.forEach((event) => document.removeEventListener(event, noteCaret));
    for (const name of NAMES) CSS.highlights.delete(name);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  });

  // Custom properties do not reach marks in Chromium 108, so the colours are written out.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  watch(
    () => settings.dark,
    (dark) => {
      const rules = NAMES.map((name) => `::highlight(${name}) { ${MARKS[name](paletteOf(dark))} }`);
      sheet.replaceSync(rules.join('\n'));
    },
    { immediate: true },
  );

  function paint(name: MarkName, span: Span | null): void {
    const letters = area()?.closest('.code')?.querySelector('pre');
    const range = span && letters ? rangeIn(letters, span) : null;
    if (range) CSS.highlights.set(name, new Highlight(range));
    else CSS.highlights.delete(name);
  }
  watch(
    [link.chosen, link.pointed],
    ([chosen, pointed]) => {
      paint('stage-chosen', chosen);
      paint('stage-pointed', pointed);
    },
    { flush: 'post' },
  );
  watch(
    () => link.chosen.value ?? link.pointed.value,
    (span) => {
      const text = area();
      if (span && text && document.activeElement !== text) bringLine(text, span.line);
    },
    { flush: 'post' },
  );
}

/** Scrolls no further than needed to show a line, from 1. */
function bringLine(area: HTMLTextAreaElement, line: number): void {
  const height = Number.parseFloat(getComputedStyle(area).lineHeight) || 20;
  const top = (line - 1) * height;
  if (top < area.scrollTop) area.scrollTop = top;
  else if (top + 3 * height > area.scrollTop + area.clientHeight) {
    area.scrollTop = top + 3 * height - area.clientHeight;
  }
}

/** The letters of a span among the text nodes of an element; null where it has fewer. */
function rangeIn(element: Element, { offset, length }: Span): Range | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  let isOpen = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const size = node.textContent!.length;
    if (!isOpen && offset < at + size) {
      range.setStart(node, offset - at);
      isOpen = true;
    }
    if (isOpen && offset + length <= at + size) {
      range.setEnd(node, offset + length - at);
      return range;
    }
    at += size;
  }
  return null;
}
