/** The README's chart: images per second by model and framework, as SVG that reads on light and dark pages. */
import { OURS } from './contenders.mjs';

const WIDTH = 880;
const NAMES = 320;
const BARS = 290;
const ROW = 26;
const GROUP = 44;

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param groups `[{ title, bars: [{ name, value, lower, upper, note, ours }] }]`; bars of a group share a scale from 0,
 *   whiskers reach from lower to upper
 */
export function barChart({ title, subtitle, groups }) {
  const parts = [];
  let y = 64;
  for (const { title: heading, bars } of groups) {
    const most = Math.max(...bars.map(({ value, upper }) => Math.max(value, upper)));
    const x = (value) => NAMES + (value / most) * BARS;
    y += GROUP - ROW;
    parts.push(`<text class="heading" x="20" y="${y}">${escape(heading)}</text>`);
    y += 12;
    for (const { name, value, lower, upper, note, ours } of bars) {
      const middle = y + ROW / 2;
      parts.push(
        `<g><title>${escape(`${name}: ${value.toFixed(0)} images per second${note ? `, ${note}` : ''}`)}</title>`,
        `<text x="${NAMES - 10}" y="${middle + 4}" text-anchor="end"${ours ? ' class="ours"' : ''}>${escape(name)}</text>`,
        `<rect class="${ours ? 'bar ours' : 'bar'}" x="${NAMES}" y="${y + 4}" width="${(x(value) - NAMES).toFixed(1)}" height="${ROW - 8}" rx="2"/>`,
        `<path class="whisker" d="M${x(lower).toFixed(1)} ${middle}H${x(upper).toFixed(1)}"/>`,
        `<text x="${(x(Math.max(value, upper)) + 8).toFixed(1)}" y="${middle + 4}">${value.toFixed(0)}${note ? ` <tspan class="note">${escape(note)}</tspan>` : ''}</text></g>`,
      );
      y += ROW;
    }
    y += 8;
  }
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
<title id="title">${escape(title)}</title>
<desc id="desc">${escape(description(groups))}</desc>
<style>
svg { background: #fff; font: 13px system-ui, sans-serif; }
text { fill: #24292f; }
.title { font-size: 17px; font-weight: 600; }
.heading, text.ours { font-weight: 600; }
.subtitle, .note { fill: #57606a; }
.bar { fill: #aab4c0; }
.bar.ours { fill: #2f6fdb; }
.whisker { stroke: #24292f; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; }
text { fill: #e6edf3; }
.subtitle, .note { fill: #9198a1; }
.bar { fill: #4a5361; }
.bar.ours { fill: #4c8dff; }
.whisker { stroke: #e6edf3; }
}
</style>
<text class="title" x="20" y="30">${escape(title)}</text>
<text class="subtitle" x="20" y="50">${escape(subtitle)}</text>
${parts.join('\n')}
</svg>
`;
}

const description = (groups) =>
  groups
    .map(
      ({ title, bars }) =>
        `${title}: ${bars.map(({ name, value }) => `${name} ${value.toFixed(0)}`).join(', ')} images per second.`,
    )
    .join(' ');

/** The cases of a report at its smallest batch size, as the chart shows them. */
export function chartOf(report) {
  const batch = Math.min(...report.cases.map((one) => one.batch));
  return {
    title: 'Training throughput, images per second (more is better)',
    subtitle: `Batch ${batch}, 32x32 images, float32, Adam, on ${report.machine.threads} threads of ${report.machine.cpu}`,
    groups: report.cases
      .filter((one) => one.batch === batch)
      .map(({ title, contenders }) => ({
        title,
        bars: contenders
          .filter(({ step }) => step)
          .map(({ id, name, step, ratio }) => {
            const ours = id.startsWith(OURS);
            return {
              name,
              value: (batch * 1e3) / step.median,
              lower: (batch * 1e3) / step.upper,
              upper: (batch * 1e3) / step.lower,
              note: ratio && !ours ? `Resbench is ${ratio.median.toFixed(1)} times as fast` : '',
              ours,
            };
          }),
      })),
  };
}
