import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { readColumns } from '../../../../src/architecture/layer-table/choose';
import {
  LAYER_COLUMNS,
  layerColumn,
  USUAL_LAYER_COLUMNS,
  type LayerColumn,
} from '../../../../src/architecture/layer-table/columns';
import { formatLayers, latexText, type Listing } from '../../../../src/architecture/layer-table/formats';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { summarize } from '../../../../src/architecture/summary';

const columns = (...keys: string[]): LayerColumn[] => keys.map((key) => layerColumn(key)!);

function listing(preset: string, changes: Partial<Listing> = {}, of: Partial<Architecture> = {}): Listing {
  const network = buildNetwork({ ...findPreset(preset)!.architecture, ...of });
  return {
    network,
    summary: summarize(network),
    columns: columns(...USUAL_LAYER_COLUMNS),
    detail: 'layers',
    batch: 64,
    slots: 2,
    ...changes,
  };
}

describe('the text', () => {
  const lines = formatLayers('text', listing('resnet20')).split('\n');

  it('aligns its columns and ends in the totals and what they are of', () => {
    expect(lines[0]).toBe(
      'Layer                   Type                      Output  Parameters     Share        MACs  Training memory',
    );
    expect(lines[3]).toBe(
      'stem/conv               Conv2D                  32×32×16         432    0.16 %     442,368         4.01 MiB',
    );
    expect(lines.slice(-6)).toEqual([
      'Total                   71 layers                            271,098  100.00 %  40,551,040         96.9 MiB',
      '',
      'Trainable parameters 269,722, not trainable 1,376, 1.03 MiB in float32.',
      'MACs are of a forward pass of one image.',
      'Memory is for a batch of 64 images and 2 optimizer slots per parameter, in float32.',
      '',
    ]);
  });

  it('names the rule by which FLOPs are counted, where it counts them', () => {
    expect(
      formatLayers('text', listing('resnet20', { columns: columns('layer', 'forwardFlops') })),
    ).toContain('one MAC is two FLOPs');
  });

  it('says nothing of a batch where no memory is shown', () => {
    const text = formatLayers('text', listing('resnet20', { columns: columns('layer', 'params') }));
    expect(text).not.toMatch(/batch|MACs/);
  });
});

describe('CSV', () => {
  it('holds every column in exact numbers, which add up', () => {
    const given = listing('resnet20', { columns: LAYER_COLUMNS });
    const [head, ...rows] = formatLayers('csv', given)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const at = (field: string): number => head!.indexOf(field);
    const added = (field: string): number => rows.reduce((all, row) => all + Number(row[at(field)]), 0);
    expect(rows).toHaveLength(71);
    expect(rows.every((row) => row.length === LAYER_COLUMNS.length)).toBe(true);
    expect(added('params')).toBe(271098);
    expect(added('macs')).toBe(40551040);
    expect(added('share')).toBeCloseTo(1, 12);
    expect(added('training_bytes')).toBe(4 * (271098 + 3 * 269722) + 64 * given.summary.keptBytes);
    expect(rows[1]!.slice(0, 7)).toEqual(['stem/conv', 'Conv2D', '3x3', '1', '32x32x16', '3x3', '1']);
    // What an input layer does not have is an empty cell.
    expect(rows[0]!.slice(2, 4)).toEqual(['', '']);
  });
});

describe('Markdown', () => {
  it('is one table of stages, with its totals', () => {
    const text = formatLayers(
      'markdown',
      listing('resnet18', { columns: columns('layer', 'output', 'params'), detail: 'stages' }),
    );
    expect(text.split('\n')).toEqual([
      '| Layer | Output | Parameters |',
      '| :-- | --: | --: |',
      '| stem | 8×8×64 | 9,728 |',
      '| stage1 | 8×8×64 | 148,736 |',
      '| stage2 | 4×4×128 | 527,488 |',
      '| stage3 | 2×2×256 | 2,103,552 |',
      '| stage4 | 1×1×512 | 8,401,408 |',
      '| head | 10 | 5,130 |',
      '| **Total** |  | **11,196,042** |',
      '',
    ]);
  });
});

describe('LaTeX', () => {
  it('is a booktabs table with every special character escaped', () => {
    const text = formatLayers(
      'latex',
      listing('resnet18', { columns: columns('layer', 'output', 'share'), detail: 'stages' }),
    );
    expect(text.split('\n').slice(0, 6)).toEqual([
      '% resnet18: 11,196,042 parameters. Needs \\usepackage{booktabs}.',
      '\\begin{tabular}{lrr}',
      '  \\toprule',
      '  Layer & Output & Share \\\\',
      '  \\midrule',
      '  stem & 8$\\times$8$\\times$64 & 0.09 \\% \\\\',
    ]);
    expect(text.trimEnd().split('\n').slice(-4)).toEqual([
      '  \\midrule',
      '  Total &  & 100.00 \\% \\\\',
      '  \\bottomrule',
      '\\end{tabular}',
    ]);
  });

  it('sets stages apart and breaks a long table over pages', () => {
    const text = formatLayers('latex', listing('resnet18', { columns: columns('layer') }));
    expect(text).toContain('\\begin{longtable}{l}');
    // Between stem, four stages and head.
    expect(text.match(/\\addlinespace/g)).toHaveLength(5);
  });

  it('escapes what acts in it', () => {
    expect(latexText('a_b & 5 % {x} \\ ~ ^ # $')).toBe(
      'a\\_b \\& 5 \\% \\{x\\} \\textbackslash{} \\textasciitilde{} \\textasciicircum{} \\# \\$',
    );
  });

  it('keeps a name with line breaks within its comment', () => {
    const text = formatLayers('latex', listing('resnet18', {}, { name: 'a\n\\input{x}' }));
    expect(text.split('\n')[0]).toMatch(/^% a \\input\{x\}: /);
  });
});

describe('columns by name', () => {
  const read = (text: string) => {
    const result = readColumns(text);
    return result.ok ? result.columns.map(({ key }) => key) : result.problem;
  };

  it('are found in any spelling, in their order', () => {
    expect(read('macs, layer,receptive-field,Training memory,activation_bytes')).toEqual([
      'macs',
      'layer',
      'receptiveField',
      'training',
      'activations',
    ]);
  });

  it.each([
    ['layer,mac', 'has no column "mac"; did you mean macs?'],
    ['layer,layer', 'names the column layer twice; leave one out'],
    ['elephant', /^has no column "elephant"; the columns are layer, type, kernel, /],
    ['layer,,macs', /^must name columns between commas: layer, /],
    ['', /^must name columns between commas: layer, /],
  ])('%j is refused', (text, sentence) => {
    if (typeof sentence === 'string') expect(read(text)).toBe(sentence);
    else expect(read(text)).toMatch(sentence);
  });
});
