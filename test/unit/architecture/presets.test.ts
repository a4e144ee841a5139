import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/architecture/conventions';
import { parseArchitecture } from '../../../src/architecture/text/architecture';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset, PRESET_GROUPS, PRESETS, suggestModelName } from '../../../src/architecture/presets';
import {
  PUBLISHED_CIFAR_MILLIONS,
  PUBLISHED_GMACS_V1,
  PUBLISHED_GMACS_V15,
  PUBLISHED_PARAMETERS,
} from './published';
import { summarize } from '../../../src/architecture/summary';
import type { Architecture } from '../../../src/architecture/architecture';
import type { Summary } from '../../../src/architecture/summary';

function summary(preset: string, changes: Partial<Architecture> = {}): Summary {
  return summarize(buildNetwork({ ...findPreset(preset)!.architecture, ...changes }));
}

describe('the presets', () => {
  it('are the blog, CIFAR stem, paper, torchvision and Keras variants', () => {
    const variants = (suffix: string): string[] =>
      [18, 34, 50, 101, 152].map((depth) => `resnet${depth}${suffix}`);
    expect(PRESETS.map(({ id }) => id)).toEqual([
      ...variants(''),
      'resnet18-plain',
      ...variants('-cifar'),
      'resnet8-wide',
      ...[20, 32, 44, 56, 110].map((depth) => `resnet${depth}`),
      ...variants('-torchvision'),
      ...variants('-keras').slice(2),
    ]);
  });

  it('belong to the group of their conventions, the groups in their order', () => {
    const groups = PRESET_GROUPS.map((group) => PRESETS.filter((preset) => preset.group === group));
    expect(groups.flat()).toEqual(PRESETS);
    expect(groups.map((presets) => [presets[0]?.id, presets.length])).toEqual([
      ['resnet18', 6],
      ['resnet18-cifar', 6],
      ['resnet20', 5],
      ['resnet18-torchvision', 5],
      ['resnet50-keras', 3],
    ]);
  });

  it.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s is complete and valid', (id, preset) => {
    expect(parseArchitecture(JSON.parse(JSON.stringify(preset.architecture)))).toEqual({
      ok: true,
      value: preset.architecture,
      network: buildNetwork(preset.architecture),
    });
    expect(preset.architecture.name).toBe(id);
    expect(preset.description).toMatch(/^[A-Z].*\.$/);
    expect([preset.title, preset.source]).not.toContain('');
  });

  it.each([18, 34, 50, 101, 152])('resnet%i keeps the conventions of the blog', (depth) => {
    expect(findPreset(`resnet${depth}`)!.architecture).toMatchObject({
      inputShape: [32, 32, 3],
      classes: 10,
      ...DEFAULTS,
    });
  });

  it('have as many layers with weights as their names say', () => {
    const weighted = (id: string): number =>
      buildNetwork(findPreset(id)!.architecture).layers.filter(
        ({ kind, name }) => (kind === 'conv' && !name.includes('shortcut')) || kind === 'dense',
      ).length;
    for (const { id } of PRESETS) expect([id, weighted(id)]).toEqual([id, Number(/\d+/.exec(id)![0])]);
  });
});

describe('published figures', () => {
  it.each(PUBLISHED_PARAMETERS)(
    '$preset has $parameters $counted parameters',
    ({ preset, counted, parameters }) => {
      const { trainableParams, totalParams } = summary(preset);
      expect(counted === 'total' ? totalParams : trainableParams).toBe(parameters);
    },
  );

  it.each(PUBLISHED_GMACS_V15)('$preset has $gmacs GMACs (v1.5)', ({ preset, gmacs }) => {
    expect((summary(preset).macs / 1e9).toFixed(2)).toBe(gmacs.toFixed(2));
  });

  it.each(PUBLISHED_GMACS_V1)(
    "$preset with the paper's stride is within 0.07 of $gmacs GMACs",
    ({ preset, gmacs }) => {
      expect(Math.abs(summary(preset, { strideOn: 'first' }).macs / 1e9 - gmacs)).toBeLessThan(0.07);
    },
  );

  it.each([
    ['resnet18-torchvision', '1.8', '1.8'],
    ['resnet34-torchvision', '3.7', '3.6'],
    ['resnet50-torchvision', '3.9', '3.8'],
    ['resnet101-torchvision', '7.6', '7.5'],
    ['resnet152-torchvision', '11.3', '11.2'],
  ])(
    "%s with the paper's stride is %s GMACs rounded, %s truncated: the paper does one or the other",
    (id, rounded, cut) => {
      const gmacs = summary(id, { strideOn: 'first' }).macs / 1e9;
      expect([gmacs.toFixed(1), (Math.floor(gmacs * 10) / 10).toFixed(1)]).toEqual([rounded, cut]);
      const published = PUBLISHED_GMACS_V1.find(({ preset }) => preset === id)!.gmacs.toFixed(1);
      expect([rounded, cut]).toContain(published);
    },
  );

  it('the 34-layer net with option A rounds to the 3.6 GMACs of the paper', () => {
    expect((summary('resnet34-torchvision', { shortcut: 'identity' }).macs / 1e9).toFixed(1)).toBe('3.6');
  });

  it.each([50, 101, 152])("resnet%i of Keras needs the MACs of the paper's stride", (depth) => {
    expect(summary(`resnet${depth}-keras`).macs).toBe(
      summary(`resnet${depth}-torchvision`, { strideOn: 'first' }).macs,
    );
  });

  it.each(PUBLISHED_CIFAR_MILLIONS)('$preset has $millions M parameters', ({ preset, millions }) => {
    const digits = millions.split('.')[1]!.length;
    expect((summary(preset).trainableParams / 1e6).toFixed(digits)).toBe(millions);
  });
});

describe('findPreset', () => {
  it.each([
    ['resnet18', 'resnet18'],
    ['ResNet-18', 'resnet18'],
    ['RESNET_110', 'resnet110'],
    ['resnet50-torchvision', 'resnet50-torchvision'],
    ['ResNet-50, torchvision', 'resnet50-torchvision'],
    ['resnet50_imagenet', 'resnet50-torchvision'],
    ['Resnet-101-Keras', 'resnet101-keras'],
    ['resnet34cifar', 'resnet34-cifar'],
  ])('%s is %s', (name, id) => {
    expect(findPreset(name)?.id).toBe(id);
  });

  it.each(['', 'resnet', 'resnet19', 'resnet18-keras', 'toString', './net.json'])('%j is none', (name) => {
    expect(findPreset(name)).toBeUndefined();
  });
});

describe('suggestModelName', () => {
  it.each([
    ['resnet19', 'resnet18'],
    ['resnet52', 'resnet50'],
    ['resnet100', 'resnet101'],
    ['renset18', 'resnet18'],
    ['rensnet-50', 'resnet50'],
    ['resnet18-torchvison', 'resnet18-torchvision'],
    ['resnet18-keras', 'resnet50-keras'],
    ['ResNet-152', 'resnet152'],
  ])('%s may be %s', (name, id) => {
    expect(suggestModelName(name)).toBe(id);
  });

  it.each(['', '???', 'vgg16', 'my-own-architecture.json', 'x'.repeat(1_000_000)])(
    '%.40j is near to none',
    (name) => {
      expect(suggestModelName(name)).toBeUndefined();
    },
  );
});
