/** The journal of a recovery: whatever stands in it, files are renamed and removed within the folder alone. */
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasActing } from '../../../src/architecture/inert-text';
import { settleRecovery } from '../../../src/main/db/care/recover';
import { ownIdentity } from '../../../src/node/processes/process-identity';
import { ExpectedError } from '../../../src/shared/result';
import { contentsOf, empty, mustBe, mustRefuse, refusing, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';

/** Beyond those that Linux gives: nobody is waited for. */
const DEAD = { pid: 2 ** 31 - 1, start: 'never' };
const ASIDE = 'resbench-damaged-20261124-093000.sqlite3';

function genuine(random: Random): Record<string, unknown> {
  const runs = Array.from({ length: random.whole(0, 9) }, () => random.whole(1, 1e6));
  const salvaged = {
    runs: random.whole(0, 1000),
    steps: random.whole(0, 1e9),
    epochs: random.whole(0, 1e6),
    lostRuns: runs,
    lostSteps: runs.map((runId) => ({ runId, steps: random.whole(1, 100) })),
    lostEpochs: runs.slice(1).map((runId) => ({ runId, epochs: random.whole(1, 100) })),
    ...(random.chance(0.5) && { lostVersions: random.whole(0, 9) }),
  };
  return {
    owner: random.chance(0.5) ? DEAD : { ...DEAD, start: null },
    aside: random.chance(0.8) ? ASIDE : ASIDE.replace('.', `-${random.whole(2, 999_999)}.`),
    salvaged: random.pick([salvaged, salvaged, null, 'unknown']),
  };
}

export const journal: Format = {
  name: 'journal',
  refusals: [
    'The file … is not the journal of a recovery that Resbench has begun, so nothing was renamed or removed for it: ' +
      'move it away and try again.',
    'The file … has … bytes, more than Resbench ever writes there: move it away.',
    'There is a link at …, and Resbench follows none in its data folder: …',
    'What lies at … is not a file: move it away, or choose another folder with --home.',
    'Process … is recovering the damaged database …: wait for it and try again.',
  ],
  prepare(folder) {
    const path = join(folder, 'resbench.db');
    const file = `${path}-recovering`;
    /** What a folder holds in the midst of a recovery. The content says which file it was. */
    const lay = (random: Random): void => {
      empty(folder);
      writeFileSync(path, 'database');
      writeFileSync(join(folder, 'other.txt'), 'other');
      const beside = {
        '-wal': 'log',
        '-shm': 'index',
        '-recovered': 'fresh',
        '-copy': 'copy',
        '-suspect': '',
      };
      for (const [ending, text] of Object.entries(beside))
        if (random.chance(0.7)) writeFileSync(path + ending, text);
    };
    const settle = async (): Promise<{ sentences: readonly string[]; said: string | null }> => {
      let said: string | null = null;
      // One look: a recovery that goes on is not waited for.
      const sentences = await refusing(
        ExpectedError,
        () => (said = settleRecovery(path, { patienceMs: 0, pollMs: 0 })),
      );
      return { sentences, said };
    };
    const untouched = (before: Map<string, Buffer>, but: string[] = []): void => {
      const now = contentsOf(folder);
      for (const [name, bytes] of before)
        mustBe(but.includes(name) || now.get(name)?.equals(bytes) === true, `${name} was changed`);
    };

    return async (random) => {
      lay(random);
      const right = genuine(random);
      const kind = random.whole(0, 9);
      if (kind <= 2) {
        // The first version gave the whole path, and a notice.
        const early = random.chance(0.3) && right.salvaged !== null;
        const written = early
          ? { owner: right.owner, aside: join(folder, String(right.aside)), notice: random.oddText() }
          : right;
        writeFileSync(file, JSON.stringify(written));
        const before = contentsOf(folder);
        const { sentences, said } = await settle();
        mustBe(sentences.length === 0, `it must be finished, and is refused: ${sentences[0]}`);
        const after = contentsOf(folder);
        mustBe(!after.has('resbench.db-recovering'), 'the journal is left');
        mustBe(
          after.get('other.txt')?.toString() === 'other',
          'a file was changed that is none of the recovery',
        );
        const fresh = before.has('resbench.db-recovered');
        if (right.salvaged === null || !fresh) {
          mustBe(
            said === null && after.get('resbench.db')?.toString() === 'database',
            'the database was moved for nothing',
          );
        } else {
          mustBe(after.get('resbench.db')?.toString() === 'fresh', 'what was read is not in its place');
          mustBe(after.get(String(right.aside))?.toString() === 'database', 'the damaged file is not kept');
          mustBe(said !== null && !hasActing(said), `the notice is ${String(said)}`);
        }
        return [];
      }
      if (kind === 3) {
        const odd = random.pick([
          () => mkdirSync(file),
          () => symlinkSync(random.pick(['../canary/kept', '/etc/passwd', file]), file),
          () => {
            const handle = openSync(file, 'w');
            ftruncateSync(handle, 2 ** 20 + random.whole(1, 1000));
            closeSync(handle);
          },
          () => writeFileSync(file, JSON.stringify({ ...right, owner: ownIdentity() })),
        ]);
        odd();
        const before = contentsOf(folder).set('resbench.db-recovering', Buffer.alloc(0));
        const { sentences } = await settle();
        untouched(before, ['resbench.db-recovering']);
        return mustRefuse(sentences, 'it is no journal, or that of a living process');
      }
      const wrong: unknown = random.pick([
        () => ({
          ...right,
          aside: random.pick(['../canary/kept', '/etc/passwd', `${ASIDE}/../x`, '', '.', '..', `x${ASIDE}`]),
        }),
        () => ({ ...right, aside: random.oddText() }),
        () => ({ ...right, owner: { ...DEAD, pid: random.pick([0, -1, 0.5, 2 ** 31 + 0.5]) } }),
        () => ({ ...right, salvaged: random.pick([3, 'other', [], { runs: 1 }]) }),
        () => ({ ...right, notice: random.oddText() }),
        () => ({
          owner: right.owner,
          aside: random.pick(['/etc/passwd', join(folder, '..', 'canary', 'kept')]),
          notice: 'n',
        }),
        () => ({
          ...right,
          salvaged: { ...(right.salvaged as object), lostRuns: [random.pick([0, -1, 0.5, 'x', null])] },
        }),
      ])();
      let text = JSON.stringify(wrong);
      let known = false;
      if (kind >= 8) {
        text = JSON.stringify(keepsDead(mutateJson(random, right)));
        if (random.chance(0.3)) text = mutateBytes(random, Buffer.from(text)).toString('latin1');
        known = true;
      }
      // A changed byte can make another process of the owner.
      if (known && !text.includes(String(DEAD.pid))) text = JSON.stringify(wrong);
      writeFileSync(file, text);
      const before = contentsOf(folder);
      const { sentences } = await settle();
      if (sentences.length > 0) untouched(before);
      else {
        mustBe(known, `it is taken for a journal: ${text}`);
        // Nothing is lost but what a recovery leaves.
        const now = [...contentsOf(folder).values()].map(String);
        for (const kept of ['database', 'other'])
          mustBe(now.includes(kept), `the file with '${kept}' is gone`);
      }
      return sentences;
    };
  },
};

/** The owner as it was: a pid of somebody who lives would be waited for. */
const keepsDead = (value: Record<string, unknown>): unknown =>
  typeof value.owner === 'object' && value.owner !== null && 'pid' in value.owner
    ? { ...value, owner: { ...value.owner, pid: DEAD.pid } }
    : value;
