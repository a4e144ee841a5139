import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { parseFilter, termsOf } from '../../../../../src/renderer/features/runs/run-filter';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { sampleRun } from './sample';

const local = (year: number, month: number, day: number, hour = 12): number =>
  new Date(year, month - 1, day, hour).getTime();
const NOW = local(2026, 3, 15);

const runs = [
  sampleRun({
    id: 1,
    name: 'run 10',
    createdAt: local(2026, 3, 14),
    best: { valAccuracy: 0.50004, epoch: 1 },
    params: 11_173_962,
    seconds: 95,
  }),
  sampleRun({
    id: 2,
    name: 'Run 9 lr=5',
    createdAt: local(2026, 3, 15, 8),
    best: null,
    state: 'failed',
    recipe: { ...BLOG_RECIPE, optimizer: 'sgd', learningRate: 0.01, batchSize: 128, clipNorm: 1 },
    params: 272_474,
    seconds: 9000,
  }),
  sampleRun({
    id: 3,
    name: 'other',
    createdAt: local(2025, 12, 31),
    state: 'queued',
    startedAt: null,
    queue: { place: 1, held: true },
    device: 'gpu',
    best: { valAccuracy: 0.9, epoch: 1 },
    architecture: findPreset('resnet50')!.architecture,
    recipe: { ...BLOG_RECIPE, learningRate: 0.0012, limitTrain: 64_000, seed: 7 },
    params: 1_720_000,
  }),
  sampleRun({ id: 4, name: 'lost', createdAt: local(2024, 1, 1), unreadable: 'Its row is damaged.' }),
];

const found = (filter: string): number[] => {
  const { matches, problem } = parseFilter(filter, NOW);
  expect(problem).toBeNull();
  return runs.filter(matches).map(({ id }) => id);
};

describe('words', () => {
  it.each([
    ['', [1, 2, 3, 4]],
    ['RUN', [1, 2]],
    ['resnet-50', [3]],
    ['shapes failed', [2]],
    ['failed completed', []],
    ['unreadable', [4]],
    ['-run', [3, 4]],
    ['run -9', [1]],
    ['"run 9"', [2]],
    ['-"run 9" run', [1]],
    // Within quotes nothing is a field.
    ['"lr=5"', [2]],
    ['"run 1', [1]],
  ])('%j finds %j', (filter, ids) => expect(found(filter)).toEqual(ids));
});

describe('fields', () => {
  it.each([
    ['lr=0.001', [1]],
    ['LR=1e-3', [1]],
    ['learning-rate=0.0012', [3]],
    ['learningRate>0.001', [2, 3]],
    ['lr>=0.001', [1, 2, 3]],
    ['lr<1e-2', [1, 3]],
    ['lr<=1e-2', [1, 2, 3]],
    ['lr = 0.01', [2]],
    ['lr > 0.001 lr < 0.01', [3]],
    // What has no value is not equal to any.
    ['lr!=0.001', [2, 3, 4]],
    ['-lr=0.001', [2, 3, 4]],
    ['opt=sgd', [2]],
    ['optimizer=SGD', [2]],
    ['opt!=adam', [2, 4]],
    ['batch=128', [2]],
    ['batch-size>64', [2]],
    ['batch_size=128', [2]],
    ['seed=7', [3]],
    ['nesterov=off', [2]],
    ['clip-norm=none', [1, 3]],
    ['clip-norm>0.5', [2]],
    ['limit-train=64k', [3]],
    ['limit-train=64,000', [3]],
    ['limit-train=all', [1, 2]],
    ['params=11.2M', [1]],
    ['params=11,173,962', [1]],
    ['params>1.7M', [1, 3]],
    ['params<1m', [2]],
    ['macs>1G', []],
    ['acc=50%', [1]],
    ['acc=50.01%', []],
    ['acc>60', [3]],
    ['acc>0.6', [3]],
    ['acc<=50%', [1]],
    ['best-epoch=1', [1, 3]],
    ['state=failed', [2]],
    ['state=held', [3]],
    ['state=queued', [3]],
    ['state=ended', [1, 2]],
    ['-state=failed', [1, 3, 4]],
    ['model=resnet-50', [3]],
    ['model=resnet50', [3]],
    ['model:net-1', [1, 2]],
    ['data=shapes', [1, 2, 3]],
    ['device=cpu', [1, 2]],
    ['device=gpu', [3]],
    ['name:"run 1"', [1]],
    ['name=other', [3]],
    ['time>2h', [2]],
    ['time=1min35s', [1]],
    ['time<2min', [1]],
    ['time>=90', [1, 2]],
    ['started>=2026-03-14', [1, 2]],
    ['started>2026-03-14', [2]],
    ['started=2026-03-14', [1]],
    ['started=2026', [1, 2]],
    ['started<2026', [3, 4]],
    ['started<=2025-12', [3, 4]],
    ['started=today', [2]],
    ['started=yesterday', [1]],
    ['started>="2026-03-14 13:00"', [2]],
    ['run lr=0.01', [2]],
  ])('%j finds %j', (filter, ids) => expect(found(filter)).toEqual(ids));
});

describe('a term that cannot be understood', () => {
  it.each([
    [
      'lrr=0.001',
      /^There is no field “lrr” \(did you mean lr\?\): the fields are name, state, .*, lr, .*\.$/,
    ],
    ['zzzzz=1', /^There is no field “zzzzz”: the fields are name, /],
    ['lr=', /^lr= needs a value, such as lr=0\.001\.$/],
    ['batch=many', /^batch-size is a number, such as 64, not “many”\.$/],
    ['lr=0,001', /^lr takes a decimal point: write 0\.001, not 0,001\.$/],
    ['acc>good', /^acc is a percentage or a share, such as 60%, not “good”\.$/],
    ['time>soon', /^time is a duration, such as 2h30min, not “soon”\.$/],
    ['time>3x', /^time is a duration/],
    ['started>14.3.2026', /^started is a date, such as 2026-03-14, not “14\.3\.2026”\.$/],
    ['started=2026-13', /^started is a date/],
    ['name>a', /^name is a text, which > cannot compare: write name:a\.$/],
    ['opt=adm', /^optimizer is adam, sgd or muon, not “adm”\.$/],
    ['nesterov=maybe', /^nesterov is on or off, not “maybe”\.$/],
  ])('%j is explained, and hides no run', (filter, sentence) => {
    const { matches, problem } = parseFilter(filter, NOW);
    expect(problem).toMatch(sentence);
    expect(runs.every(matches)).toBe(true);
  });

  it('leaves the others at work', () => {
    const { matches, problem } = parseFilter('opt=sgd lrr=1', NOW);
    expect(problem).toMatch(/lrr/);
    expect(runs.filter(matches).map(({ id }) => id)).toEqual([2]);
  });
});

describe('a term that is typed', () => {
  it.each([
    ['lr=', true],
    ['lr=1e-', true],
    ['opt=ad', true],
    ['opt=xx', false],
    ['started>=2026-0', true],
    ['time>2hou', true],
    ['lr=abc', false],
    ['lr=0,001', false],
    ['lrr=', false],
    ['lr= state=failed', false],
  ])('%j may still become right: %j', (text, unfinished) =>
    expect(parseFilter(text, NOW).unfinished).toBe(unfinished),
  );
});

describe('termsOf', () => {
  it('leaves what stands in quotes as it is', () => {
    expect(termsOf('a "b = c" -name:"x y" lr > 1').map(({ raw }) => raw)).toEqual([
      'a',
      '"b = c"',
      '-name:"x y"',
      'lr>1',
    ]);
  });

  it('is quick for any text', () => {
    for (const part of ['"', '= ', ' =', '-', 'a ', 'a:', '1,000,', '>=<=']) {
      expect(() => parseFilter(part.repeat(20_000), NOW)).not.toThrow();
    }
  });
});
