import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followLog, GrowingFile, readLog } from '../../../../../src/cli/commands/runs/log';
import { Interrupts } from '../../../../../src/cli/terminal/interrupts';
import { aRun, FakeRuns } from '../../fake-runs';
import { memoryTerminal, MemorySignals } from '../../memory';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-log-'));
  path = join(folder, 'run-7.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a growing file', () => {
  it('gives each whole line once', () => {
    const file = new GrowingFile(path);
    expect(file.lines()).toEqual([]);
    writeFileSync(path, 'one\ntw');
    expect(file.lines()).toEqual(['one']);
    appendFileSync(path, 'o\nthree\n');
    expect(file.lines()).toEqual(['two', 'three']);
    expect(file.lines()).toEqual([]);
  });

  it('keeps a character whose bytes come in two parts', () => {
    const bytes = Buffer.from('é\n');
    writeFileSync(path, bytes.subarray(0, 1));
    const file = new GrowingFile(path);
    expect(file.lines()).toEqual([]);
    appendFileSync(path, bytes.subarray(1));
    expect(file.lines()).toEqual(['é']);
  });
});

describe('the log as it is', () => {
  it('goes to stdout unchanged', () => {
    const { context, stdout } = memoryTerminal();
    writeFileSync(path, 'one\ntwo\n');
    readLog(context, 7, path, 'runs show 7');
    expect(stdout.text).toBe('one\ntwo\n');
  });

  it('is its lines with --json', () => {
    const { context, stdout } = memoryTerminal({ json: true });
    writeFileSync(path, 'one\ntwo\n');
    readLog(context, 7, path, 'runs show 7');
    expect(JSON.parse(stdout.text)).toEqual({ id: 7, file: path, lines: ['one', 'two'] });
  });

  it('that is not there is one sentence', () => {
    expect(() => readLog(memoryTerminal().context, 7, path, 'runs show 7')).toThrow(
      'run 7 has no log: no training process of it has written one; see `runs show 7`',
    );
  });
});

describe('following', () => {
  it('ends with the run, and leaves no line out', async () => {
    const { context, stdout } = memoryTerminal();
    const runs = new FakeRuns(aRun({ state: 'running' }));
    writeFileSync(path, 'one\n');
    const followed = followLog(context, runs, 7, path);
    appendFileSync(path, 'two\n');
    runs.change(7, { state: 'paused' });
    await followed;
    expect(stdout.text).toBe('one\ntwo\n');
  });

  it('is ended by Ctrl-C, which leaves the run alone', async () => {
    const { context } = memoryTerminal();
    const signals = new MemorySignals();
    context.interrupts = new Interrupts(signals, 'linux');
    const runs = new FakeRuns(aRun({ state: 'running' }));
    const followed = followLog(context, runs, 7, path);
    signals.raise('SIGINT');
    await expect(followed).rejects.toMatchObject({ exit: 130, sentence: null });
    expect(runs.asked).toEqual([]);
  });
});
