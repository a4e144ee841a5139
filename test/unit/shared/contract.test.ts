import { describe, expect, it } from 'vitest';
import { refuseArguments } from '../../../src/shared/arguments';
import { METHODS, type MethodName } from '../../../src/shared/contract';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';
import type { Failure } from '../../../src/shared/result';
import { tinyArchitecture } from '../main/fixtures';

const START = { architecture: tinyArchitecture(), datasetId: 'shapes', recipe: DEFAULT_RECIPE, name: '' };

function refused(method: MethodName, args: unknown): Failure {
  const parsed = METHODS[method].args.safeParse(args);
  if (parsed.success) throw new Error('The arguments were accepted.');
  return refuseArguments(method, parsed.error).error;
}

describe('names', () => {
  const rename = (name: string) => METHODS['runs.rename'].args.safeParse({ id: 1, name }).success;

  it('are of any script', () => {
    const start = (name: string) => METHODS['runs.start'].args.safeParse({ ...START, name }).success;
    const names = ['resnet18', '残差 🙂', 'שלום', "it's <b>", 'e\u0301'];
    expect(names.map(rename)).toEqual(Array(5).fill(true));
    expect(names.map(start)).toEqual(Array(5).fill(true));
  });

  it.each([
    ['an escape sequence', 'a\u001b[2Jb'],
    ['a bell', 'a\u0007b'],
    ['a C1 control', 'a\u009b2Jb'],
    ['a line break', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'exe\u202egpj'],
    ['an isolate', 'a\u2066b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['nothing', ' '],
    ['too much', 'x'.repeat(201)],
  ])('hold no %s', (_what, name) => {
    expect(rename(name)).toBe(false);
    if (name.trim() === '') return;
    expect(METHODS['runs.start'].args.safeParse({ ...START, name }).success).toBe(false);
    expect(refused('runs.start', { ...START, name }).message).toMatch(/^runs\.start: name: /);
  });

  it('of views do not either', () => {
    const set = (view: string) => METHODS['settings.set'].args.safeParse({ view }).success;
    expect([set('/runs/3'), set('/runs/\u202e3')]).toEqual([true, false]);
  });
});

describe('an architecture', () => {
  it('comes out with the conventions that it leaves out', () => {
    const { name, inputShape, classes, table } = START.architecture;
    const given = { ...START, architecture: { name, inputShape, classes, table } };
    const parsed = METHODS['runs.start'].args.parse(given);
    expect(parsed.architecture).toMatchObject({ name, shortcut: 'projection', stem: { kernel: 7 } });
  });

  it.each(['runs.start', 'architectures.save'] as const)('is refused by %s with its place', (method) => {
    const { name, datasetId, recipe } = START;
    const rest = method === 'runs.start' ? { name, datasetId, recipe } : { id: null };
    const of = (architecture: unknown) => refused(method, { ...rest, architecture });
    const wrong = of({ ...START.architecture, classes: 1, table: [[1, [[4, 0]]]] });
    expect(wrong).toMatchObject({ code: 'invalid-input', message: wrong.details![0] });
    expect(wrong.details).toEqual([
      'classes: must be at least 2, got 1',
      'stage 1, convolution 1: kernel must be at least 1, got 0',
    ]);
    expect(of({ ...START.architecture, colour: 1 }).message).toContain('colour');
    expect(of(undefined).message).toMatch(/^architecture: must be an object with name, inputShape/);
    expect(of([]).message).toMatch(/^architecture: must be an object with name, inputShape/);
  });

  it('that has the right fields and cannot be built is refused, too', () => {
    const table = [
      [1, [[8, 3]]],
      [1, [[4, 3]]],
    ];
    const architecture = { ...START.architecture, shortcut: 'identity', table };
    expect(refused('runs.start', { ...START, architecture }).message).toMatch(/^stage 2, block 1: /);
  });
});

describe('a recipe', () => {
  const wrong = { ...DEFAULT_RECIPE, learningRate: -1, epochs: 0.5 };
  const calls = [
    ['runs.start', { ...START, recipe: wrong }],
    ['runs.fork', { id: 1, checkpointId: null, name: '', recipe: wrong }],
  ] as const;

  it.each(calls)('is refused by %s with all that is wrong with it', (method, args) => {
    expect(refused(method, args)).toEqual({
      code: 'invalid-input',
      message:
        'The recipe cannot be used: learning rate must be greater than 0; epochs must be a whole number.',
      details: ['learning rate must be greater than 0', 'epochs must be a whole number'],
    });
  });

  it('is refused with a field that there is not, or without one that there is', () => {
    const { seed: _, ...without } = DEFAULT_RECIPE;
    expect(refused('runs.start', { ...START, recipe: { ...DEFAULT_RECIPE, dropout: 1 } }).message).toContain(
      'dropout',
    );
    expect(refused('runs.start', { ...START, recipe: without }).message).toContain('seed');
  });
});

it('a run names a version of the library by two numbers, or none', () => {
  const accepted = (model: unknown): boolean =>
    METHODS['runs.start'].args.safeParse({ ...START, model }).success;
  expect([undefined, null, { id: 1, version: 2 }].map(accepted)).toEqual([true, true, true]);
  const wrong = [
    { id: 1 },
    { id: 0, version: 1 },
    { id: 1, version: 1.5 },
    { id: 1, version: 1, name: 'x' },
    7,
  ];
  expect(wrong.map(accepted)).toEqual(wrong.map(() => false));
});

it('what is wrong with any other argument is named by its place, and said first', () => {
  expect(refused('runs.get', { id: 'one' })).toMatchObject({
    message: expect.stringMatching(/^runs\.get: id: /),
  });
  expect(refused('runs.get', 7).message).toMatch(/^runs\.get: argument: /);
  const both = refused('runs.start', { ...START, datasetId: 'none', recipe: {} });
  expect(both.message).toMatch(/^runs\.start: datasetId: /);
  expect(both.details).toHaveLength(1);
});
