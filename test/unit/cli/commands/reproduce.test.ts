import { describe, expect, it } from 'vitest';
import {
  comparisonLines,
  comparisonValue,
  introduction,
  remarkOf,
} from '../../../../src/cli/commands/reproduce/view';
import { BLOG_RECIPE, SHORT_FORM } from '../../../../src/shared/blog/experiment';
import { blogEpochs, blogRun } from '../../shared/blog/sample';
import { memoryTerminal } from '../memory';

const machine = { platform: 'linux-x64', cpu: 'A processor', threads: 2, memoryBytes: 8e9, gpu: null };
const plain = { run: blogRun('plain', { id: 3 }), epochs: blogEpochs(0.4, 0.45) };
const short = { run: blogRun('projections', { id: 4 }, SHORT_FORM), epochs: blogEpochs(0.1) };

describe('the blog’s experiment in the terminal', () => {
  it('says beforehand how long it takes, where a run has measured that', () => {
    expect(introduction('plain', BLOG_RECIPE, [], machine)).toEqual([
      'The blog’s ResNet-18: plain, as it ran.',
      'The printed run took 3 h 02 min; how long it takes here is said once it trains.',
    ]);
    const measured = blogRun('plain', { id: 8, step: 7820, epoch: 10, seconds: 900 });
    expect(introduction('plain', BLOG_RECIPE, [measured], machine)[1]).toBe(
      'The printed run took 3 h 02 min; here it will take about 15 min 00 s, by run 8.',
    );
  });

  it('puts the printed figure behind each epoch', () => {
    expect(remarkOf({ epoch: 1, valAccuracy: 0.412 })).toBe('printed 34.73 % (+6.47)');
    expect(remarkOf({ epoch: 11, valAccuracy: 0.7 })).toBe('nothing printed');
  });

  it('ends with a table, and with what differs', () => {
    const lines = comparisonLines([plain, short], memoryTerminal().context.output);
    expect(lines).toContain('Run 3: The blog’s ResNet-18, plain');
    expect(lines).toContain(
      'Run 4: The blog’s ResNet-18, with projections (shorter: 2 epochs, first 6,400 training images, first 1,000 validation images)',
    );
    const head = lines.findIndex((line) => /^Epoch +Printed +Run 3 +Run 4$/.test(line));
    expect(lines[head + 2]).toMatch(/^ +1 +34\.73 % +40\.00 % \(\+5\.27\) +10\.00 % \(−24\.73\)$/);
    expect(lines[head + 3]).toMatch(/^ +2 +47\.55 % +45\.00 % \(−2\.55\) +–$/);
    expect(lines[head + 11]).toMatch(/^ +10 +64\.65 % +– +–$/);
    expect(
      lines.filter((line) => /^(Less training|The dropped sum|Random numbers): /.test(line)),
    ).toHaveLength(3);
  });

  it('says the same as JSON', () => {
    expect(comparisonValue([plain, short])).toMatchObject({
      event: 'comparison',
      runs: [
        { id: 3, variant: 'plain', shorter: null },
        { id: 4, variant: 'projections', shorter: expect.stringContaining('2 epochs') as string },
      ],
      epochs: [
        { epoch: 1, printed: 0.3473, valAccuracy: [0.4, 0.1] },
        { epoch: 2, printed: 0.4755, valAccuracy: [0.45, null], points: [expect.closeTo(-2.55, 6), null] },
        ...Array.from({ length: 8 }, () => ({ valAccuracy: [null, null] })),
      ],
      differences: expect.arrayContaining([
        { title: 'The dropped sum', text: expect.any(String) as string },
      ]) as unknown[],
    });
  });
});
