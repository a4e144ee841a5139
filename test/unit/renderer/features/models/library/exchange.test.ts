import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../../src/architecture/presets';
import { formatArchitecture } from '../../../../../../src/architecture/text/architecture';
import { parseBlockTables } from '../../../../../../src/architecture/text/table';
import {
  comparePath,
  parseComparedKey,
  runKey,
  versionKey,
} from '../../../../../../src/renderer/features/models/library/compared-key';
import { pythonOf, readGiven } from '../../../../../../src/renderer/features/models/library/exchange';

const { architecture } = findPreset('resnet18')!;

describe('a block table as Python', () => {
  it.each([
    ['resnet18', 'resnet18'],
    ['my net (2)', 'my_net_2'],
    ['3 stages', 'net_3_stages'],
    ['残差网络', '残差网络'],
    ['lambda', 'net_lambda'],
    ['!?', 'net'],
  ])('calls “%s” %s, and is read back', (name, variable) => {
    const text = pythonOf({ ...architecture, name });
    expect(text.startsWith(`${variable} = [`)).toBe(true);
    const read = parseBlockTables(text);
    expect(read.ok && read.value.map(({ name: known, table }) => [known, table])).toEqual([
      [variable, architecture.table],
    ]);
  });
});

describe('a text that is given', () => {
  it('is an architecture as JSON', () => {
    expect(readGiven(`\ufeff${formatArchitecture(architecture)}`, 'mine.json')).toEqual({ architecture });
  });

  it.each([
    ['{"name": "x"}', /^mine\.json is not an architecture as JSON\. /],
    ['', /^mine\.json is not an architecture as JSON\. /],
    ['[[2, [[64,3]]]]', /^mine\.json is not an architecture as JSON\. /],
  ])('is refused in a sentence: %s', (text, sentence) => {
    const given = readGiven(text, 'mine.json');
    expect('problem' in given && given.problem).toMatch(sentence);
  });
});

describe('what can be compared', () => {
  it.each([
    ['own:4@2', { kind: 'version', id: 4, version: 2 }],
    ['own:4', { kind: 'own', id: 4 }],
    ['run:12', { kind: 'run', id: 12 }],
    ['preset:resnet18', { kind: 'preset', id: 'resnet18' }],
    ['own:4@', null],
    ['run:x', null],
  ])('%s is %j', (key, reference) => expect(parseComparedKey(key)).toEqual(reference));

  it('has an address', () => {
    expect(comparePath(versionKey(4, 2), runKey(1))).toBe('/models/compare/own:4@2/run:1');
  });
});
