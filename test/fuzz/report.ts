/** What came of a format's cases, counted by refusal. */

export interface Tally {
  format: string;
  cases: number;
  /** Cases that were read as what they are. */
  read: number;
  /** How often each was hit. */
  refusals: Map<string, number>;
  failures: { seed: number; number: number; again: string; what: string }[];
  seconds: number;
}

const patterns = new Map<string, RegExp>();

/** A refusal of a list as a pattern: `…` stands for anything. */
function patternOf(refusal: string): RegExp {
  let pattern = patterns.get(refusal);
  if (!pattern) {
    const parts = refusal.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    patterns.set(refusal, (pattern = new RegExp(`^${parts.join('[^]*')}$`)));
  }
  return pattern;
}

/** The first refusal of the list that the sentence is, null where it is none. */
export const classOf = (refusals: readonly string[], sentence: string): string | null =>
  refusals.find((refusal) => patternOf(refusal).test(sentence)) ?? null;

/** Each a sentence; empty where every case went well and every refusal was met. */
export function problemsOf({ format, failures, refusals, read }: Tally, whole = true): string[] {
  const problems = failures.map(
    ({ seed, number, again, what }) => `${format}, seed ${seed}, case ${number}: ${what}\n  alone: ${again}`,
  );
  // What stopped early could not meet them.
  if (!whole || failures.length > 0) return problems;
  if (read === 0) problems.push(`${format}: not one case was read`);
  for (const [refusal, count] of refusals) {
    if (count === 0) problems.push(`${format}: never refused with: ${refusal}`);
  }
  return problems;
}

export function reportLines({ format, cases, read, refusals, seconds }: Tally): string[] {
  const rows = [...refusals].sort(([, a], [, b]) => b - a);
  return [
    `${format}: ${cases} cases, ${read} read, ${cases - read} refused, ${seconds.toFixed(1)} s`,
    ...rows.map(([refusal, count]) => `${String(count).padStart(8)}  ${refusal}`),
  ];
}
