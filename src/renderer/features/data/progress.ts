import type { DatasetProgress } from '../../../shared/dataset';
import { formatDiskBytes, thousands, wholePercent } from '../../../shared/format';

export interface ProgressFigures {
  stage: string;
  /** `85.2 MB of 170 MB, 50 %`. */
  text: string;
  /** 0 to 100, whole; null where the end is unknown. */
  percent: number | null;
}

export function progressFigures({ stage, done, total, unit }: DatasetProgress): ProgressFigures {
  const words = (amount: number): string => (unit === 'bytes' ? formatDiskBytes(amount) : thousands(amount));
  const suffix = unit === 'bytes' ? '' : ` ${unit}`;
  if (total === null || total <= 0) return { stage, text: `${words(done)}${suffix}`, percent: null };
  // Not 100 before the last byte is there.
  const percent = wholePercent(done / total);
  return { stage, text: `${words(done)} of ${words(total)}${suffix}, ${percent} %`, percent };
}
