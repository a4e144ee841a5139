import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { dismiss, notices } from '../../../../../src/renderer/base/notices';
import { useRunsStore } from '../../../../../src/renderer/features/runs/runs-store';
import { useSettingsStore } from '../../../../../src/renderer/base/settings-store';
import type { Run, RunLive } from '../../../../../src/shared/run';
import { fail, fakeMain, ok, type FakeMain } from '../../fake-main';
import { sampleRun } from './sample';

let main: FakeMain;
let runs: Run[];

beforeEach(() => {
  runs = [
    sampleRun({ id: 1, name: 'trains', state: 'running', step: 10, totalSteps: 100 }),
    sampleRun({ id: 2, name: 'first', state: 'queued', queue: { place: 1, held: false } }),
    sampleRun({ id: 3, name: 'second', state: 'queued', queue: { place: 2, held: true } }),
    sampleRun({ id: 4, name: 'child', state: 'paused', parent: { id: 1, step: 5, images: 320 } }),
  ];
  main = fakeMain({ 'runs.list': () => ok(runs) });
});
afterEach(() => {
  for (const { id } of notices.value) dismiss(id);
  vi.unstubAllGlobals();
});

const places = (): (string | boolean)[][] => useRunsStore().queue.map((run) => [run.name, run.queue.held]);

describe('runs in the window', () => {
  it('are at work, wait in order, or were forked from one another', async () => {
    const store = useRunsStore();
    await store.load();
    expect(store.active.map((run) => run.name)).toEqual(['trains']);
    expect(places()).toEqual([
      ['first', false],
      ['second', true],
    ]);
    expect(store.forks.get(1)?.map((run) => run.name)).toEqual(['child']);
    expect(store.outlook).toEqual({ free: false, training: 1, waiting: 1 });
    useSettingsStore().settings.runsAtOnce = 3;
    expect(store.outlook.free).toBe(true);
  });

  it('that were named after a preset say how their network differs from it, whichever way they come', async () => {
    const plain = { ...findPreset('resnet18')!.architecture, shortcut: 'none' } as const;
    runs = [
      sampleRun({ id: 1, name: 'resnet18' }),
      sampleRun({ id: 2, name: 'resnet18', architecture: plain }),
    ];
    const store = useRunsStore();
    await store.load();
    const names = (): string[] => store.list.map(({ name }) => name).sort();
    expect(names()).toEqual(['resnet18', 'resnet18, no shortcut']);
    main.send('run.changed', { ...runs[1]!, revision: 2 });
    expect(names()).toEqual(['resnet18', 'resnet18, no shortcut']);
  });

  it.each(['pausing', 'stopping'] as const)('keep their live figures while %s', async (state) => {
    const store = useRunsStore();
    await store.load();
    const live: RunLive = {
      runId: 1,
      phase: 'writing a checkpoint',
      imagesPerSecond: 1,
      secondsLeft: 1,
      memoryBytes: 1,
      cores: 1,
      gpuMemory: null,
      fraction: null,
      stalled: null,
    };
    main.send('run.live', live);
    main.send('run.changed', { ...runs[0]!, state });
    expect(store.live(1)).toEqual(live);
  });

  it.each(['paused', 'queued', 'completed'] as const)('have none any more once %s', async (state) => {
    const store = useRunsStore();
    await store.load();
    const live: RunLive = {
      runId: 1,
      phase: 'training',
      imagesPerSecond: 1,
      secondsLeft: 1,
      memoryBytes: 1,
      cores: 1,
      gpuMemory: null,
      fraction: null,
      stalled: null,
    };
    main.send('run.live', live);
    main.send('run.changed', { ...runs[0]!, state });
    // The trainer's last word may come after it has ended.
    main.send('run.live', live);
    expect(store.live(1)).toBeUndefined();
  });

  it.each([
    ['pause', 'runs.pause', { id: 1 }],
    ['resume', 'runs.resume', { id: 1 }],
    ['stop', 'runs.stop', { id: 1 }],
  ] as const)('%s asks main and shows its answer', async (action, method, args) => {
    const store = useRunsStore();
    await store.load();
    main.answers[method] = () => ok(sampleRun({ id: 1, state: 'pausing', step: 10 }));
    expect(await store[action](1)).toBe(true);
    expect(main.calls[main.calls.length - 1]).toEqual([method, args]);
    expect(store.get(1)?.state).toBe('pausing');
  });

  it('stay as they are, with a notice, where main refuses', async () => {
    const store = useRunsStore();
    await store.load();
    main.answers['runs.pause'] = () => fail('conflict', 'Run 1 cannot be paused.');
    expect(await store.pause(1)).toBe(false);
    expect(store.get(1)?.state).toBe('running');
    expect(notices.value.map(({ message }) => message)).toEqual(['Run 1 cannot be paused.']);
  });
});

describe('the queue in the window', () => {
  /** What main answers after it has moved the run: all that wait. Its events may come before or after. */
  function moveInMain({ id, place }: { id: number; place: number }): Run[] {
    const order = runs.filter((run) => run.queue && run.id !== id);
    order.sort((a, b) => a.queue!.place - b.queue!.place);
    order.splice(
      place - 1,
      0,
      runs.find((run) => run.id === id)!,
    );
    for (const [index, run] of order.entries()) {
      run.queue = { ...run.queue!, place: index + 1 };
      run.revision++;
    }
    return order.map((run) => ({ ...run }));
  }

  it('shows a move before main has answered', async () => {
    const store = useRunsStore();
    await store.load();
    main.answers['queue.move'] = (move) => ok(moveInMain(move));
    const done = store.move(3, 1);
    expect(places().map(([name]) => name)).toEqual(['second', 'first']);
    await done;
    expect(places().map(([name]) => name)).toEqual(['second', 'first']);
    expect(main.calls[main.calls.length - 1]).toEqual(['queue.move', { id: 3, place: 1 }]);
    expect(store.queue.map((run) => run.queue.place)).toEqual([1, 2]);
  });

  it('keeps a move in sight while main still tells of what was before', async () => {
    runs.push(sampleRun({ id: 5, name: 'third', state: 'queued', queue: { place: 3, held: false } }));
    const store = useRunsStore();
    await store.load();
    const names = () => store.queue.map(({ name }) => name);
    const answers: (() => void)[] = [];
    main.answers['queue.move'] = (move) =>
      new Promise((resolve) => answers.push(() => resolve(ok(moveInMain(move)))));
    const first = store.move(5, 2);
    const second = store.move(5, 1);
    expect(names()).toEqual(['third', 'first', 'second']);
    main.send('run.changed', { ...runs[4]! });
    expect(names()).toEqual(['third', 'first', 'second']);
    answers[0]!();
    await first;
    expect(names()).toEqual(['third', 'first', 'second']);
    expect(store.queue.map((run) => run.queue.place)).toEqual([1, 2, 3]);
    answers[1]!();
    await second;
    expect(names()).toEqual(['third', 'first', 'second']);
    expect(runs.map(({ queue }) => queue?.place)).toEqual([undefined, 2, 3, undefined, 1]);
  });

  it('takes a move back that main refuses', async () => {
    const store = useRunsStore();
    await store.load();
    main.answers['queue.move'] = () => fail('conflict', 'Run 3 does not wait any more.');
    await store.move(3, 1);
    expect(places().map(([name]) => name)).toEqual(['first', 'second']);
  });

  it('lets a held run go that is to run next', async () => {
    const store = useRunsStore();
    await store.load();
    main.answers['queue.move'] = (move) => ok(moveInMain(move));
    main.answers['queue.hold'] = () => ok({ ...runs[2]!, queue: { place: 1, held: false } });
    await store.runNext(3);
    expect(places()).toEqual([
      ['second', false],
      ['first', false],
    ]);
  });

  it('does not touch the hold of one that was not held', async () => {
    const store = useRunsStore();
    await store.load();
    main.answers['queue.move'] = (move) => ok(moveInMain(move));
    await store.runNext(2);
    expect(main.calls.map(([method]) => method)).not.toContain('queue.hold');
  });
});

describe('forks and more epochs', () => {
  it('come in with what main makes of them', async () => {
    const store = useRunsStore();
    await store.load();
    const fork = sampleRun({
      id: 7,
      state: 'queued',
      parent: { id: 1, step: 5, images: 320 },
      queue: { place: 3, held: false },
    });
    main.answers['runs.fork'] = () => ok(fork);
    await store.fork({ id: 1, checkpointId: 12, name: 'f', recipe: fork.recipe, queue: 'last' });
    expect(store.forks.get(1)?.map((run) => run.id)).toEqual([4, 7]);
    expect(store.queue.map((run) => run.id)).toEqual([2, 3, 7]);
  });

  it('throw the reason where main refuses', async () => {
    const store = useRunsStore();
    main.answers['runs.extend'] = () => fail('conflict', 'Run 1 is still running.');
    await expect(store.extend(1, 5, 'last')).rejects.toThrow('Run 1 is still running.');
  });
});

describe('settings that main works by', () => {
  it('are taken back where they could not be stored', async () => {
    const settings = useSettingsStore();
    main.answers['settings.set'] = () => fail('storage', 'The disk is full.');
    expect(await settings.change({ runsAtOnce: 4 })).toBe(false);
    expect(settings.settings.runsAtOnce).toBe(1);
  });
});
