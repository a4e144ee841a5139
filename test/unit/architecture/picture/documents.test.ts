import { describe, expect, it } from 'vitest';
import { segmentsOf } from '../../../../src/architecture/picture/marks';
import { DARK_PICTURE } from '../../../../src/architecture/picture/palette';
import { picturePdf } from '../../../../src/architecture/picture/pdf';
import { marksOf, PictureMaker } from '../../../../src/architecture/picture/picture';
import { pictureSvg } from '../../../../src/architecture/picture/svg';
import { networkOf } from './architectures';
import { textsOf } from './geometry';

const draw = (preset: string, level: 'stages' | 'blocks' | 'layers', name = 'a net') =>
  new PictureMaker().make(networkOf(preset, { name }), { level, direction: 'down' });

describe('a picture as SVG', () => {
  it('has every text as text, a title and a description', () => {
    const picture = draw('resnet18', 'blocks', 'mine & <yours>');
    const svg = pictureSvg(picture);
    const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(texts).toEqual(textsOf(marksOf(picture)).map(({ text }) => text));
    expect(svg).toContain('<title id="title">mine &amp; &lt;yours&gt;</title>');
    expect(svg).toContain('A residual network of 4 stages with 8 blocks');
  });

  it('takes the colours that are asked for', () => {
    expect(pictureSvg(draw('resnet18', 'stages'))).toContain('fill="#ffffff"');
    expect(pictureSvg(draw('resnet18', 'stages'), DARK_PICTURE)).toContain(`fill="${DARK_PICTURE.page}"`);
  });
});

describe('a picture as PDF', () => {
  const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

  it('has its objects where its table says', () => {
    const text = latin(picturePdf(draw('resnet50', 'blocks')));
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]);
    const [, size, rows] = /^xref\n0 (\d+)\n((?:\d{10} \d{5} [fn] \n)+)trailer/.exec(text.slice(start))!;
    const offsets = [...rows!.matchAll(/(\d{10}) \d{5} n/g)].map(([, offset]) => Number(offset));
    expect(offsets).toHaveLength(Number(size) - 1);
    for (const [index, offset] of offsets.entries())
      expect(text.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    const [, length, stream] = /<< \/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text)!;
    expect(stream).toHaveLength(Number(length));
  });

  it('has every text as text', () => {
    const picture = draw('resnet50', 'blocks');
    const texts = [...latin(picturePdf(picture)).matchAll(/\((.*?)\) Tj/g)].map(([, text]) =>
      text!.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8))),
    );
    expect(texts).toEqual(textsOf(marksOf(picture)).map(({ text }) => text));
  });

  it('keeps its title in any script', () => {
    expect(latin(picturePdf(draw('resnet18', 'stages', '残差')))).toContain('/Title <FEFF6b8b5dee>');
  });

  it('has no longer page than readers draw', () => {
    const text = latin(picturePdf(draw('resnet110', 'layers')));
    const [, width, height, unit] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\] \/UserUnit ([\d.]+)/
      .exec(text)!
      .map(Number);
    expect(Math.max(width!, height!)).toBeLessThanOrEqual(14_400);
    const picture = draw('resnet110', 'layers');
    expect(height! * unit!).toBeCloseTo(picture.height * 0.75, 0);
  });
});

describe('the way of a line', () => {
  it('rounds its corners no further than its legs allow', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 4 },
    ];
    expect(segmentsOf({ points, radius: 9 })).toEqual([
      ['M', { x: 0, y: 0 }],
      ['L', { x: 8, y: 0 }],
      ['Q', { x: 10, y: 0 }, { x: 10, y: 2 }],
      ['L', { x: 10, y: 4 }],
    ]);
  });
});
