/** Two architectures side by side, stage by stage. Pure. */
import type { Architecture, TableStage } from '../../../../architecture/architecture';
import { alignedStages } from '../../../../architecture/edits/differences';
import { stageWords } from '../../../../architecture/edits/describe';
import type { Change } from '../../../../architecture/picture/marks';

export interface StagePair {
  /** `2`, `2 → 3` where its place is another one. */
  place: string;
  before: string;
  after: string;
  /** Null where nothing differs. */
  change: Change | null;
}

const NONE = '–';

export function stagePairs(before: Architecture, after: Architecture): StagePair[] {
  const words = (table: readonly TableStage[], index: number | null): string =>
    index === null ? NONE : stageWords(table[index]!);
  return alignedStages(before.table, after.table).map(([old, now]) => {
    const texts = [words(before.table, old), words(after.table, now)] as const;
    const places = new Set([old, now].flatMap((index) => (index === null ? [] : [index + 1])));
    return {
      place: [...places].join(' → '),
      before: texts[0],
      after: texts[1],
      change: old === null ? 'added' : now === null ? 'removed' : texts[0] === texts[1] ? null : 'changed',
    };
  });
}
