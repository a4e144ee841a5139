/** The last answers of a function that takes long and depends on a text alone. */

/** The function with its last `count` answers kept: asked for the same text, it gives the same object. */
export function remembered<Answer>(
  count: number,
  answer: (text: string) => Answer,
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const value = known.get(text) ?? answer(text);
    // The one that was asked for last goes to the end, the one that was not for longest is at the front.
    known.delete(text);
    known.set(text, value);
    for (const [oldest] of known) {
      if (known.size <= count) break;
      known.delete(oldest);
    }
    return value;
  };
}
