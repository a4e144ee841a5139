import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Bar {
  name: string;
  value: number;
  lower: number;
  upper: number;
  note: string;
  ours: boolean;
}
interface Chart {
  title: string;
  subtitle: string;
  groups: { title: string; bars: Bar[] }[];
}
const { barChart, chartOf } = await load<{
  barChart(chart: Chart): string;
  chartOf(report: unknown): Chart;
}>('bench/chart.mjs');

const bar = (name: string, value: number): Bar => ({
  name,
  value,
  lower: value,
  upper: value,
  note: '',
  ours: false,
});
const chart = (...bars: Bar[]): Chart => ({ title: 'T', subtitle: 'S', groups: [{ title: 'G', bars }] });
const widths = (svg: string): number[] =>
  [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

describe('the chart', () => {
  it('draws bars as long as their values, the longest of a group over the whole width', () => {
    const [all, half, quarter] = widths(barChart(chart(bar('a', 400), bar('b', 200), bar('c', 100))));
    expect(all).toBeGreaterThan(100);
    expect([half! / all!, quarter! / all!]).toEqual([0.5, 0.25]);
  });

  it('keeps whiskers inside', () => {
    const svg = barChart(chart({ ...bar('a', 100), lower: 50, upper: 200 }));
    const [, from, to] = /class="whisker" d="M([\d.]+) \d+H([\d.]+)"/.exec(svg)!;
    const [, x] = /<rect [^>]* x="([\d.]+)"/.exec(svg)!;
    // A bar of 100 of 200 ends in the middle of its whisker's scale: 50 at a quarter, 200 at the whole.
    const scale = (Number(to) - Number(x)) / 200;
    expect(Number(from) - Number(x)).toBeCloseTo(50 * scale, 0);
    expect(widths(svg)[0]).toBeCloseTo(100 * scale, 0);
  });

  it('writes names as text, whatever signs they have', () => {
    const svg = barChart(chart(bar('a < "b" & c', 1)));
    expect(svg).not.toContain('a < "b"');
    expect(svg).toContain('a &#60; &#34;b&#34; &#38; c');
  });

  it('tells its content to who cannot see it', () => {
    expect(barChart(chart(bar('a', 400), bar('b', 200)))).toContain(
      '<desc id="desc">G: a 400, b 200 images per second.</desc>',
    );
  });

  it('shows the smallest batch of a report: images per second, and how many times as fast ours is', () => {
    const step = { median: 100, lower: 80, upper: 125 };
    const one = (batch: number) => ({
      title: 'ResNet-18',
      batch,
      contenders: [
        { id: 'resbench', name: 'Resbench', step, ratio: null },
        { id: 'keras', name: 'Keras', step: { median: 200, lower: 200, upper: 200 }, ratio: { median: 2 } },
        { id: 'torch', name: 'PyTorch', step: null, ratio: null },
      ],
    });
    const { groups } = chartOf({ machine: { threads: 2, cpu: 'C' }, cases: [one(128), one(64)] });
    expect(groups).toEqual([
      {
        title: 'ResNet-18',
        bars: [
          { name: 'Resbench', value: 640, lower: 512, upper: 800, note: '', ours: true },
          {
            name: 'Keras',
            value: 320,
            lower: 320,
            upper: 320,
            note: 'Resbench is 2.0 times as fast',
            ours: false,
          },
        ],
      },
    ]);
  });
});
