/** What of the document can be seen: the DOM of the tests lays nothing out, so a test says what is scrolled away. */

const observers = new Set<SightObserver>();
let isSeen: (element: Element) => boolean = () => true;

/** An observer that tells of each element at once, and again when a test scrolls. */
export class SightObserver {
  readonly #elements = new Set<Element>();

  constructor(private readonly callback: (entries: { isIntersecting: boolean; target: Element }[]) => void) {
    observers.add(this);
  }
  observe(element: Element): void {
    this.#elements.add(element);
    this.tell();
  }
  unobserve(element: Element): void {
    this.#elements.delete(element);
  }
  disconnect(): void {
    this.#elements.clear();
    observers.delete(this);
  }
  tell(): void {
    const entries = [...this.#elements].map((target) => ({ target, isIntersecting: isSeen(target) }));
    if (entries.length > 0) this.callback(entries);
  }
}

/** Lets only those elements be in sight from now on, until the test ends. */
export function scroll(seen: (element: Element) => boolean): void {
  isSeen = seen;
  for (const observer of observers) observer.tell();
}

/** Everything is in sight again, and nobody watches. */
export function forgetSight(): void {
  isSeen = () => true;
  observers.clear();
}
