/** What integration tests of the trainer share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingJob } from '../../src/shared/training-messages';

/** The part of a job that is the same for every run which begins at its first step; checkpoints go to a folder of its own. */
export function freshJob(): Omit<TrainingJob, 'architecture' | 'recipe' | 'dataset'> {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-test-'));
  // Not at a test's end: some train for several.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    threads: null,
    plan: null,
    resbench: '0.1.0',
    checkpoints: { folder, everyMinutes: null, known: [] },
    from: null,
    secondsBefore: 0,
  };
}
