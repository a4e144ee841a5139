import { mkdtempSync, rmSync, writeFileSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import { CostService } from '../../../../src/main/cost/service';
import {
  describeLibraries,
  openRecord,
  saveRecord,
  validRecords,
} from '../../../../src/node/machine/cost-records';
import { describeNumerics } from '../../../../src/node/machine/numerics';
import type { ProcessExit, ProcessHost } from '../../../../src/node/processes/process-host';
import type { RunState } from '../../../../src/shared/run';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import type { CostJob, FromMeter, ToMeter } from '../../../../src/shared/training-messages';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'resbench-costs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const job: CostJob = {
  architecture: findPreset('resnet20')!.architecture,
  recipe: DEFAULT_RECIPE,
  batch: 64,
  device: 'cpu',
  steps: true,
};

/** A process that does what the test says, and what was sent to it. */
function open(states: RunState[] = []) {
  const sent: ToMeter[] = [];
  let hear: (message: FromMeter) => void = () => {};
  const exits: ((exit: ProcessExit) => void)[] = [];
  const host = {
    fork: () => ({
      pid: 1,
      send: (message: ToMeter) => sent.push(message),
      onMessage: (listener: typeof hear) => (hear = listener),
      onExit: (listener: (exit: ProcessExit) => void) => exits.push(listener),
      onStderr: () => {},
      kill: () => {},
    }),
  } as unknown as ProcessHost;
  const emitted: unknown[] = [];
  let announced: (run: { id: number; state: RunState }) => void = () => {};
  const service = new CostService({
    home: folder,
    host,
    registry: {
      emit: (name: string, payload: unknown) => emitted.push([name, payload]),
      onAnnounced: (listener: typeof announced) => (announced = listener),
    } as never,
    runs: () => states.map((state, index) => ({ id: index + 1, name: `run ${index + 1}`, state })),
    cache: () => folder,
  });
  return {
    service,
    sent,
    emitted,
    say: (message: FromMeter) => hear(message),
    exit: (exit: ProcessExit) => exits.forEach((listener) => listener(exit)),
    announce: (run: { id: number; state: RunState }) => announced(run),
  };
}

describe('a measurement', () => {
  it('reports how far it is, and resolves with what is known then', async () => {
    const { service, sent, emitted, say } = open();
    const measured = service.measure(job);
    expect(sent).toEqual([{ type: 'measure', job }]);
    say({ type: 'measuring', stage: 'Taking steps', fraction: 0.5 });
    say({ type: 'measured' });
    expect(await measured).toMatchObject({ ok: true, value: { record: null, training: [] } });
    expect(emitted).toEqual([
      ['measuring', { stage: 'Taking steps', fraction: 0.5 }],
      ['measuring', null],
    ]);
  });

  it('is refused while a run is trained, or another is under way', async () => {
    const busy = open(['completed', 'running']);
    expect(await busy.service.measure(job)).toMatchObject({
      ok: false,
      error: {
        code: 'conflict',
        message: expect.stringMatching(/^Run 2 \("run 2"\) is being trained/) as string,
      },
    });
    expect(busy.sent).toEqual([]);

    const { service, say } = open();
    const first = service.measure(job);
    expect(await service.measure(job)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    say({ type: 'measured' });
    expect(await first).toMatchObject({ ok: true });
  });

  it('gives way to a run that begins, and to its user; what it measured is kept by its process', async () => {
    for (const end of [
      ({ announce }: ReturnType<typeof open>) => announce({ id: 7, state: 'preparing' }),
      ({ service }: ReturnType<typeof open>) => service.cancel(),
      ({ service }: ReturnType<typeof open>) => service.close(),
    ]) {
      const opened = open();
      const measured = opened.service.measure(job);
      opened.announce({ id: 8, state: 'queued' });
      end(opened);
      expect(await measured).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(opened.sent[1]).toEqual({ type: 'stop' });
      opened.say({ type: 'measuring', stage: 'late', fraction: null });
      expect(opened.emitted).toEqual([['measuring', null]]);
      opened.exit({ code: 1, signal: null });
    }
  });

  it('says what kept it from being made', async () => {
    const failed = open();
    const one = failed.service.measure(job);
    failed.say({ type: 'failed', code: 'trainer', message: 'Memory ran out.' });
    expect(await one).toMatchObject({ ok: false, error: { code: 'trainer', message: 'Memory ran out.' } });

    const killed = open();
    const other = killed.service.measure(job);
    killed.exit({ code: null, signal: 'SIGKILL' });
    expect(await other).toMatchObject({
      ok: false,
      error: { code: 'trainer', message: expect.stringContaining('SIGKILL') as string },
    });
  });
});

describe('records', () => {
  const about = (batch = 64) => ({
    batch,
    gpu: null,
    threads: 2,
    tensorflow: '2.21.0',
    ...describeNumerics(),
    oneDnn: '1',
  });
  const library = () => {
    const path = join(folder, 'library.so');
    writeFileSync(path, 'as it was');
    return path;
  };

  it('are kept, and read by whoever has the same processor and libraries', () => {
    const path = library();
    const record = openRecord(folder, about(), describeLibraries([path, join(folder, 'missing.so')]));
    expect(record).toMatchObject({ parts: {}, libraries: [{ path, bytes: 9 }] });
    record.parts['a part'] = { forward: 1, backward: 2 };
    saveRecord(folder, record);
    expect(validRecords(folder)).toEqual([record]);
    expect(openRecord(folder, about(), describeLibraries([path]))).toEqual(record);
    // Another batch size is another record.
    expect(openRecord(folder, about(32), describeLibraries([path])).parts).toEqual({});
  });

  it('hold no longer once a library has changed, nor where they are damaged', () => {
    const path = library();
    const record = openRecord(folder, about(), describeLibraries([path]));
    saveRecord(folder, record);
    const [file] = readdirSync(folder).filter((name) => name.startsWith('cost-')) as [string];
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace('"threads":2', '"threads":3'));
    expect(validRecords(folder)).toEqual([]);
    writeFileSync(join(folder, file), text);
    expect(validRecords(folder)).toHaveLength(1);
    writeFileSync(path, 'as it is now');
    expect(validRecords(folder)).toEqual([]);
    expect(openRecord(folder, about(), describeLibraries([path])).libraries).not.toEqual(record.libraries);
    expect(validRecords(join(folder, 'nowhere'))).toEqual([]);
  });
});
