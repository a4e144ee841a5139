/** Components in a document, with the surroundings that the window gives them; calls to main are answered by the test. */
import { EditorView } from '@codemirror/view';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { NConfigProvider } from 'naive-ui';
import { createPinia, setActivePinia } from 'pinia';
import { expect, vi } from 'vitest';
import { defineComponent, h, onBeforeUnmount, onMounted, reactive, type Component } from 'vue';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { useCommandsStore } from '../../src/renderer/ui/commands-store';
import type { KnownCosts } from '../../src/shared/cost/known';
import { DEFAULT_SETTINGS } from '../../src/shared/settings';
import { fakeApi, ok, type FakeMain } from '../unit/renderer/fake-main';

type Answers = FakeMain['answers'];

/** Of a machine with room for anything, on which nothing was measured. */
export const NO_COSTS: KnownCosts = {
  record: null,
  calibration: { factors: { small: 1.1, large: 1.1 }, error: 0.15, count: 0 },
  usesGpu: false,
  memory: { totalBytes: 2 ** 40, availableBytes: 2 ** 40 },
  freeBytes: 2 ** 40,
  training: [],
};

/** A fresh window without components: stores may be filled before something is mounted. */
export function freshWindow(answers: Answers = {}): FakeMain {
  const { main, api } = fakeApi({
    'costs.known': () => ok(NO_COSTS),
    'settings.set': (patch) => ok({ ...DEFAULT_SETTINGS, ...patch }),
    ...answers,
  });
  window.api = api;
  setActivePinia(createPinia());
  return main;
}

export interface Mounted {
  wrapper: VueWrapper;
  router: Router;
  /** What is given to the component; a change of it reaches the component. */
  props: Record<string, unknown>;
  /** What the component has emitted, by event. */
  emitted: Record<string, unknown[][]>;
}

/**
 * Mounts a component where focus works, after {@link freshWindow}, at a place of the router. `update:…` events change the
 * props, as `v-model` does.
 */
export async function mountInWindow(
  component: Component,
  given: Record<string, unknown> = {},
  slots: Record<string, () => unknown> = {},
  path = '/',
): Promise<Mounted> {
  const props = reactive({ ...given }) as Record<string, unknown>;
  const emitted: Record<string, unknown[][]> = {};
  const listeners: Record<string, unknown> = {};
  const names = [(component as { emits?: string[] | Record<string, unknown> }).emits ?? []].flatMap(
    (emits) => (Array.isArray(emits) ? emits : Object.keys(emits)),
  );
  for (const name of names) {
    listeners[`on${name[0]!.toUpperCase()}${name.slice(1)}`] = (...args: unknown[]) => {
      (emitted[name] ??= []).push(args);
      if (name.startsWith('update:')) props[name.slice('update:'.length)] = args[0];
    };
  }
  const Page = defineComponent(() => {
    // Keys reach commands as they do in the app.
    const { onKey } = useCommandsStore();
    onMounted(() => window.addEventListener('keydown', onKey));
    onBeforeUnmount(() => window.removeEventListener('keydown', onKey));
    return () => h(NConfigProvider, null, () => h(component, { ...props, ...listeners }, slots));
  });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/models/compare/:before/:after', name: 'compare models', component: { render: () => null } },
      ...['/runs/:id', '/:path(.*)*'].map((each) => ({ path: each, component: { render: () => null } })),
    ],
  });
  await router.push(path);
  const wrapper = mount(Page, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
  return { wrapper, router, props, emitted };
}

/** The element of a test id anywhere in the document: dialogs stand beside the component. */
export function byTestId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`Nothing in the document has the test id ${id}:\n${document.body.textContent}`);
  return found;
}

/** The editor of a text, once it has been loaded. */
export async function editorOf(id: string): Promise<EditorView> {
  await eventually(() => expect(EditorView.findFromDOM(byTestId(id))).toBeTruthy());
  return EditorView.findFromDOM(byTestId(id))!;
}

/** Types into a field or into the editor of a text, as a user would: what it held is replaced. */
export async function type(field: HTMLElement, text: string): Promise<void> {
  const editor = EditorView.findFromDOM(field);
  if (editor) {
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: text },
      selection: { anchor: text.length },
      userEvent: 'input.type',
    });
    await flushPromises();
    return;
  }
  const input = field.matches('input, textarea') ? field : field.querySelector('input, textarea');
  (input as HTMLInputElement).value = text;
  input!.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
}

export async function press(
  element: Element,
  key: string,
  more: KeyboardEventInit = {},
): Promise<KeyboardEvent> {
  const event = new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  await flushPromises();
  return event;
}

export async function click(element: HTMLElement): Promise<void> {
  element.click();
  await flushPromises();
}

/** Waits for what comes with a later frame, such as a chart that is drawn. */
export const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000 });
