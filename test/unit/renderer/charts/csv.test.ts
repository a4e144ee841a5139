import { describe, expect, it } from 'vitest';
import { curvesCsv, pointCount, quoted } from '../../../../src/renderer/charts/csv';
import type { Curve } from '../../../../src/renderer/charts/curve';
import { samplesOf, type Point } from '../../../../src/renderer/charts/samples';

const curve = (label: string, points: readonly Point[], over: Partial<Curve> = {}): Curve => ({
  group: label,
  label,
  style: { color: '#123456', dash: [] },
  kind: 'line',
  samples: samplesOf(points),
  ...over,
});

/** Reads CSV by RFC 4180. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (const [, inQuotes, plain, end] of text.matchAll(cells)) {
    rows.at(-1)!.push(inQuotes?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
    else if (end === '') break;
  }
  return rows.slice(0, -1);
}

const points = [
  { x: 1, y: 0.1 },
  { x: 2, y: NaN },
  { x: 2.5, y: 1e-7 },
];

describe('curves as CSV', () => {
  it('has a row for each point, all digits of it, and an empty cell for a value that is none', () => {
    expect(curvesCsv([curve('a', points)], 'Step', 'Loss')).toBe(
      'curve,Step,Loss\r\na,1,0.1\r\na,2,\r\na,2.5,1e-7\r\n',
    );
  });

  it('comes back as it was, whatever names there are', () => {
    for (const name of ['a, b', 'the "best"', 'two\nlines', '名前 😀', '', ' padded ']) {
      expect(parsed(curvesCsv([curve(name, points)], 'x, seconds', 'y'))).toEqual([
        ['curve', 'x, seconds', 'y'],
        [name, '1', '0.1'],
        [name, '2', ''],
        [name, '2.5', '1e-7'],
      ]);
    }
    expect(quoted('plain')).toBe('plain');
  });

  it('has the upper edge of a band in a column of its own', () => {
    const upper = samplesOf([
      { x: 1, y: 3 },
      { x: 2, y: NaN },
      { x: 2.5, y: 4 },
    ]);
    const rows = parsed(
      curvesCsv(
        [curve('group', points, { kind: 'band', upper }), curve('group', points.slice(0, 1))],
        'x',
        'y',
      ),
    );
    expect(rows).toEqual([
      ['curve', 'x', 'y', 'upper edge'],
      ['group', '1', '0.1', '3'],
      ['group', '2', '', ''],
      ['group', '2.5', '1e-7', '4'],
      ['group', '1', '0.1', ''],
    ]);
  });

  it('has the part of a curve that counts, and no ring', () => {
    const part = curve('a', points);
    part.samples = { ...part.samples, first: 1, end: 2 };
    const curves = [part, curve('a, best', points.slice(0, 1), { kind: 'best' })];
    expect(parsed(curvesCsv(curves, 'x', 'y'))).toEqual([
      ['curve', 'x', 'y'],
      ['a', '2', ''],
    ]);
    expect(pointCount(curves)).toBe(1);
  });
});
