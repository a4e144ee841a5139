/** Histories of other programs, imported by the command line as it is built. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ImportedFrom } from '../../src/shared/run';
import { home, json, oneSentence, show, start, type } from './cli-fixture';

const GOOD =
  'epoch,accuracy,loss,lr,val_accuracy,val_loss\n0,0.4,1.6,0.001,0.5,1.4\n1,0.6,1.2,0.001,0.66,1.1\n';
const BAD = 'epoch,loss\n0,1\n1,x\n';
const WRONG = 'Line 3: “loss”: “x” is no number; write one, nan, or nothing where it is not known.';

let good: string;
let bad: string;
const write = (name: string, content: string | Buffer): string => {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
};
beforeEach(() => {
  good = write('history.csv', GOOD);
  bad = write('torn.csv', BAD);
});

interface Imported {
  imported: { file: string; run: { id: number; name: string; imported: ImportedFrom } }[];
  refused: { file: string; code: string; message: string }[];
}
const runs = (): Promise<{ id: number; name: string }[]> => json('runs', 'list');

describe('runs import', () => {
  test('shows what was understood, and the run is there', async () => {
    const { code, stdout, stderr } = await type('runs', 'import', good);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `${good} is run 1: history\n` +
        '  Format    Keras CSVLogger\n' +
        '  Found     2 epochs\n' +
        '  Columns   accuracy: training accuracy\n' +
        '            loss: training loss\n' +
        '            val_accuracy: validation accuracy\n' +
        '            val_loss: validation loss\n' +
        '  Left out  lr: Resbench keeps no learning rate of an epoch.\n',
    );
    expect(await show()).toMatchObject({
      name: 'history',
      state: 'completed',
      architecture: null,
      recipe: null,
      imported: { file: 'history.csv' },
      epochs: [{ epoch: 1, step: null, loss: 1.6, valAccuracy: 0.5, seconds: null }, { epoch: 2 }],
      steps: [],
    });
    const page = (await type('runs', 'show', '1', '--plan')).stdout;
    expect(page).toMatch(/^State +imported\nSource +history\.csv$/m);
    expect(page).toContain('How its convolutions were computed is not known');
    expect(page).not.toContain('NaN');
    expect((await type('runs', 'list')).stdout).toMatch(/^ +1 +history +- +- +imported +2\/2 /m);
  });

  test('takes what its user says, and refuses what does not fit', async () => {
    const done = await json<Imported>(
      ...['runs', 'import', good, '--name', 'old', '--model', 'resnet18', '--data', 'cifar10'],
    );
    expect(done.imported).toMatchObject([
      {
        file: good,
        run: { id: 1, name: 'old', architecture: { name: 'resnet18' }, dataset: { id: 'cifar10' } },
      },
    ]);
    expect(await type('runs', 'import', good, bad, '--name', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(oneSentence(/--name is for a single file/)) as string,
    });
    expect(await type('runs', 'import', good, '--again', '--data', 'mnist')).toMatchObject({
      code: 2,
      stdout: '',
    });
    expect(await runs()).toHaveLength(1);
  });

  test('takes each of several files as a whole or not at all, and counts them', async () => {
    const { code, stdout, stderr } = await type('runs', 'import', bad, good, join(home, 'nothing.csv'));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^1 of 3 files imported\.$/m);
    expect(stderr).toBe(
      `resbench: ${bad}: ${WRONG}\nresbench: there is no file ${join(home, 'nothing.csv')}\n`,
    );
    expect(await runs()).toMatchObject([{ id: 1, name: 'history' }]);
    const refused = await type('runs', 'import', bad, '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      imported: [],
      refused: [{ file: bad, code: 'invalid-input', message: `${bad}: ${WRONG}` }],
    });
    expect(await type('runs', 'import', join(home, 'nothing.csv'))).toMatchObject({ code: 3 });
  });

  test('imports a text again only with --again', async () => {
    expect((await type('runs', 'import', good, good)).code).toBe(2);
    const refused = await type('runs', 'import', good);
    expect(refused).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        oneSentence(/imported already, as run 1 \("history"\).* Add --again to import it once more\./),
      ) as string,
    });
    expect((await json<Imported>('runs', 'import', good, '--again')).imported[0]!.run.id).toBe(2);
  });

  test('reads UTF-16 as a console of Windows writes it, and no bytes that are no text', async () => {
    const wide = write('wide.csv', Buffer.from(`\ufeff${GOOD}`, 'utf16le'));
    expect((await json<Imported>('runs', 'import', wide)).imported).toHaveLength(1);
    // The same text.
    expect((await type('runs', 'import', good)).code).toBe(2);
    const bytes = write('bytes.csv', Buffer.from([0x65, 0xff, 0x00, 0xc3]));
    expect((await type('runs', 'import', bytes)).stderr).toMatch(
      oneSentence(/bytes\.csv: Line 1: The text has characters of the code 0/),
    );
    expect((await type('runs', 'import', home)).stderr).toMatch(
      oneSentence(/is a folder; name a file with the history/),
    );
  });
});

/** Resolves once a file of the data folder has more than so many bytes, or once nobody waits for it any more. */
async function grown(name: string, bytes: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of watch(home, { signal })) {
      if ((statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0) > bytes) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

describe.skipIf(process.platform === 'win32')('an import that is killed while it writes', () => {
  const EPOCHS = 8000;

  test.each([0, 0.5, 1])(
    'leaves all of its run or nothing (%s MB were written), and can be repeated',
    async (megabytes) => {
      const rows = Array.from(
        { length: EPOCHS },
        (_, epoch) => `${epoch},0.5,${1 + 1 / (epoch + 1)},0.001,0.5,1.5`,
      );
      const long = write(
        'long.csv',
        ['epoch,accuracy,loss,lr,val_accuracy,val_loss', ...rows, ''].join('\n'),
      );
      // The database is there.
      expect(await runs()).toEqual([]);
      const ended = new AbortController();
      const written = grown('resbench.db-wal', megabytes * 1e6, ended.signal);
      const terminal = start(['runs', 'import', long]);
      void terminal.ended.then(() => ended.abort());
      await written;
      await terminal.kill();
      const left = await runs();
      if (left.length > 0) expect((await show()).epochs).toHaveLength(EPOCHS);
      expect(await json('db', 'check')).toMatchObject({ ok: true, rows: { imports: left.length } });
      expect((await type('runs', 'import', long)).code).toBe(left.length > 0 ? 2 : 0);
      expect((await show()).epochs).toHaveLength(EPOCHS);
    },
  );
});

test('an imported run is exported with its source, compared without a rank, and never trained', async () => {
  await type('runs', 'import', good);
  await type('runs', 'import', good, '--again', '--name', 'other');
  const exported = JSON.parse((await type('runs', 'export', '1')).stdout) as { source: string };
  expect(exported.source).toBe(readFileSync(good, 'utf8'));
  const csv = (await type('runs', 'export', '1', '--format', 'csv')).stdout.split('\r\n');
  expect(csv[1]).toBe(',1,,,,,,,,1.6,,0.4,1.4,,0.5,,,,,,,');

  const compared = await type('compare', '1', '2');
  expect(compared.code).toBe(0);
  expect(compared.stdout).toContain('so the accuracies cannot be ranked.');

  for (const [word, ...more] of [['resume'], ['fork'], ['extend', '--epochs', '2']]) {
    const refused = await type('runs', word!, '1', ...more);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(oneSentence(/An imported run cannot be (resumed|forked|extended): /));
  }
  expect(await json('db', 'check')).toMatchObject({ ok: true, unreadable: [], rows: { imports: 2 } });
  expect((await type('runs', 'delete', '1', '2', '--yes')).code).toBe(0);
  expect(await runs()).toEqual([]);
});
