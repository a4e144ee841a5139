/** What was done to each architecture since the window was opened, with the names of what can be undone and redone. */
import { computed, shallowRef, type Ref } from 'vue';
import type { ModelKey } from '../../../shared/model-key';
import type { Edit } from './document';
import { mapped, NO_HISTORY, record, redone, sealed, undone, type History } from './history';
import { continuesTyping, sameTexts, stepName, type TextStep } from './text-steps';

type TextHistory = History<Edit, TextStep>;

/** @param current the architecture under the editor's hands */
export function useTextHistories(current: Ref<ModelKey>) {
  /** Replaced as a whole at every change. */
  const histories = shallowRef<Record<ModelKey, TextHistory>>({});

  const of = (key: ModelKey): TextHistory => histories.value[key] ?? NO_HISTORY;

  function set(key: ModelKey, history: TextHistory): void {
    if (history !== of(key)) histories.value = { ...histories.value, [key]: history };
  }

  /** Adds what has been done; typing that goes on where it was makes the last step longer. */
  function remember(key: ModelKey, step: TextStep): void {
    const last = of(key).past.at(-1);
    const isText = step.gather === 'table' || step.gather === 'json';
    const goesOn = !isText || (last && continuesTyping(last, step.before, step.after, step.at));
    set(key, record(goesOn ? of(key) : sealed(of(key)), step, sameTexts));
  }

  /** What is done next is a step of its own: the field was left. */
  const seal = (): void => set(current.value, sealed(of(current.value)));

  /** Takes a step back, or does it again; the texts that come of it, null where there is no such step. */
  function takeStep(direction: 'back' | 'forward'): Edit | null {
    const taken = direction === 'back' ? undone(of(current.value)) : redone(of(current.value));
    if (!taken) return null;
    const [step, history] = taken;
    set(current.value, history);
    return direction === 'back' ? step.before : step.after;
  }

  /** The steps of an architecture belong to another key from now on, under which it has another name. */
  function move(from: ModelKey, to: ModelKey, before: string, name: string): void {
    const rename = (texts: Edit): Edit =>
      texts.json === null && texts.name === before ? { ...texts, name } : texts;
    const history = mapped(of(from), rename);
    if (from !== to) set(from, NO_HISTORY);
    set(to, history);
  }

  function nameOf(steps: readonly TextStep[]): string | null {
    const step = steps.at(-1);
    return step ? stepName(step, steps.slice(0, -1)) : null;
  }
  /** Null where there is none. */
  const undoName = computed(() => nameOf(of(current.value).past));
  const redoName = computed(() => {
    const { past, future } = of(current.value);
    return future.length > 0 ? nameOf([...past, future.at(-1)!]) : null;
  });
  /** When the last step was done, in milliseconds since 1970; 0 where there is none. */
  const lastStepAt = computed(() => of(current.value).past.at(-1)?.at ?? 0);

  return { of, set, remember, seal, takeStep, move, undoName, redoName, lastStepAt };
}
