import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Options {
  models: string[];
  batches: number[];
  parts: string[];
  rounds: number;
  limit: number;
  peers: boolean;
  report: string;
  svg: string | null;
}
const { readOptions } = await load<{ readOptions(args: string[], cwd: string): Options }>(
  'bench/options.mjs',
);
const read = (...args: string[]) => readOptions(args, '/somewhere');

describe('the options of the bench', () => {
  it('measure all models at two batch sizes, without peers, unless told otherwise', () => {
    expect(read()).toMatchObject({
      models: ['resnet18', 'resnet50', 'resnet18-cifar', 'resnet20', 'resnet56', 'wrn-16-4'],
      batches: [64, 128],
      peers: false,
      svg: null,
    });
  });

  it('end a quick bench in time', () => {
    expect(read('--quick').limit).toBeLessThan(180);
    expect(read('--quick').models).toEqual(['resnet18']);
  });

  it('may name models, batch sizes and parts', () => {
    const options = read(
      '--quick',
      '--only',
      'resnet50',
      '--batch',
      '32',
      '--batch',
      '256',
      '--part',
      'overhead',
    );
    expect(options).toMatchObject({ models: ['resnet50'], batches: [32, 256], parts: ['overhead'] });
  });

  it('measure the window where it is asked for, and nothing else then', () => {
    expect(read().parts).not.toContain('ui');
    expect(read('--ui').parts).toEqual(['ui', 'editor', 'grid']);
    expect(read('--part', 'ui', '--part', 'start').parts).toEqual(['start', 'ui']);
  });

  it('measure single kernels where they are asked for only', () => {
    expect(read().parts).not.toContain('kernels');
    expect(read('--part', 'kernels', '--only', 'resnet20')).toMatchObject({
      parts: ['kernels'],
      models: ['resnet20'],
    });
  });

  it('compare the training of two commits, and nothing else unless asked', () => {
    expect(read()).toMatchObject({ against: null });
    expect(read('--against', 'v1')).toMatchObject({ against: 'v1', parts: ['training'] });
    expect(read('--against', 'v1', '--part', 'training', '--part', 'overhead').parts).toEqual([
      'training',
      'overhead',
    ]);
  });

  it('mean paths from where they were typed', () => {
    expect(read('--svg', 'a.svg', '--report', 'b.json')).toMatchObject({
      svg: resolve('/somewhere/a.svg'),
      report: resolve('/somewhere/b.json'),
    });
  });

  for (const [args, sentence] of [
    [['--only', 'vgg16'], /no model "vgg16": choose from resnet18, .*, wrn-16-4\./],
    [['--part', 'fun'], /no part "fun"/],
    [['--engine', 'steam'], /no engine "steam": choose from layers, graph/],
    [['--batch', '1.5'], /--batch must be a number above 0, got 1.5/],
    [['--rounds', '0'], /--rounds must be a number above 0, got 0/],
    [['--against=--all'], /--against takes a commit, got "--all"/],
    [['--against', 'v1', '--part', 'overhead'], /--against compares training/],
    [['--against', 'v1', '--ui'], /--against compares training/],
    [['--fast'], /known are --peers/],
  ] as const) {
    it(`refuse ${args.join(' ')} with a sentence`, () => {
      expect(() => read(...args)).toThrow(sentence);
    });
  }
});
