import { describe, expect, it } from 'vitest';
import { accuracyTick, lossTick } from '../../../../src/renderer/charts/axes';
import {
  expOf,
  extent,
  logOf,
  panned,
  wholeRange,
  zoomed,
  type Curve,
} from '../../../../src/renderer/charts/curve';
import { samplesOf } from '../../../../src/renderer/charts/samples';

const limits = { from: 0, to: 100 };

describe('zooming', () => {
  it('goes into the middle of what is shown', () => {
    expect(zoomed(limits, limits, 0.5)).toEqual({ from: 25, to: 75 });
    expect(zoomed({ from: 25, to: 75 }, limits, 0.5)).toEqual({ from: 37.5, to: 62.5 });
  });

  it('comes out to everything (null) and not beyond', () => {
    expect(zoomed({ from: 25, to: 75 }, limits, 2)).toBeNull();
    expect(zoomed({ from: 0, to: 20 }, limits, 2)).toEqual({ from: 0, to: 30 });
  });
});

describe('zooming around a place', () => {
  it('leaves it where it is', () => {
    expect(zoomed(limits, limits, 0.5, 20)).toEqual({ from: 10, to: 60 });
    expect(zoomed({ from: 10, to: 60 }, limits, 2, 20)).toBeNull();
    expect(zoomed({ from: 10, to: 60 }, limits, 1.5, 60)).toEqual({ from: 0, to: 60 });
  });

  it('on a logarithmic axis does so as it is spread', () => {
    const all = { from: 1, to: 10_000 };
    const near = zoomed(logOf(all), logOf(all), 0.5, Math.log(10))!;
    expect(expOf(near).from).toBeCloseTo(Math.sqrt(10), 10);
    expect(expOf(near).to).toBeCloseTo(10 ** 2.5, 8);
  });
});

describe('moving', () => {
  it('stops at either end and keeps the size', () => {
    expect(panned({ from: 20, to: 40 }, limits, 0.25)).toEqual({ from: 25, to: 45 });
    expect(panned({ from: 79, to: 99 }, limits, 0.25)).toEqual({ from: 80, to: 100 });
    expect(panned({ from: 2, to: 22 }, limits, -0.25)).toEqual({ from: 0, to: 20 });
    expect(panned({ from: 0, to: 20 }, limits, -0.25)).toEqual({ from: 0, to: 20 });
  });
});

describe('extent', () => {
  const curve = (...xs: number[]): Curve => ({
    group: 'a',
    label: 'a',
    style: { color: '#000000', dash: [] },
    kind: 'line',
    samples: samplesOf(xs.map((x) => ({ x, y: 0 }))),
  });

  it('spans all curves', () => {
    expect(extent([curve(3, 9), curve(), curve(1, 4)])).toEqual({ from: 1, to: 9 });
  });

  it('is null without points', () => {
    expect(extent([curve()])).toBeNull();
  });

  it('counts the points of a part alone, and those above a place', () => {
    const part = curve(1, 2, 3, 4);
    part.samples = { ...part.samples, first: 1, end: 3 };
    expect(extent([part])).toEqual({ from: 2, to: 3 });
    expect(extent([curve(0, 0, 5, 9)], 0)).toEqual({ from: 5, to: 9 });
    expect(extent([curve(0)], 0)).toBeNull();
  });
});

it('writes ticks as short as they can be', () => {
  expect([0.2, 0.999, 1, 0].map(accuracyTick)).toEqual(['20 %', '99.9 %', '100 %', '0 %']);
  expect([2, 0.30000000000000004, 1e6, 1e-5, 0].map(lossTick)).toEqual(['2', '0.3', '1e+6', '1e-5', '0']);
});

describe('what is shown without zoom', () => {
  it('goes from 0 to the end of the curves', () => {
    expect(wholeRange({ from: 1, to: 40 })).toEqual({ from: 0, to: 40 });
    expect(wholeRange(null, 5, 100)).toBeNull();
  });

  it('begins where a fork began, and ends where the curves are planned to end', () => {
    expect(wholeRange({ from: 21, to: 21 }, 20, 100)).toEqual({ from: 20, to: 100 });
    expect(wholeRange({ from: 1, to: 1 }, undefined, 500)).toEqual({ from: 0, to: 500 });
  });

  it('begins where the curves do without an origin', () => {
    expect(wholeRange({ from: 1000, to: 1040 }, null)).toEqual({ from: 1000, to: 1040 });
  });

  it('has room on either side of a single point', () => {
    expect(wholeRange({ from: 10, to: 10 }, null)).toEqual({ from: 9, to: 11 });
    expect(wholeRange({ from: 0, to: 0 })).toEqual({ from: -0.1, to: 0.1 });
  });

  it('ends with a curve that goes beyond the plan', () => {
    expect(wholeRange({ from: 1, to: 70 }, 0, 60)).toEqual({ from: 0, to: 70 });
    expect(wholeRange({ from: 1, to: 70 }, 0, null)).toEqual({ from: 0, to: 70 });
  });
});
