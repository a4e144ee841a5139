/** `batchSize` → `batch-size`: how flags and test ids spell what the code spells in camel case. */
export const dashed = (camel: string): string =>
  camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
