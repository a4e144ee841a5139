/** What was measured of charts, as text: each figure with its limit, on a machine of two cores that does nothing else. */
import { median, missedRefreshes, quantile } from './statistics.mjs';
import { columns, milliseconds } from './table.mjs';

/** Milliseconds; of 10 curves no refresh of the screen is missed. */
export const UI_LIMITS = { open: 1000, frame: 34, script: 12, update: 4, task: 8 };

const GESTURES = { zoom: 'zoom', pan: 'pan', cursor: 'cursor' };
const load = (value) => `load ${value.toFixed(1)}`;

function framesRow(name, frames, limits) {
  const { intervals, script, task } = frames;
  return [
    name,
    milliseconds(median(intervals)),
    milliseconds(quantile(intervals, 0.95)),
    milliseconds(Math.max(...intervals)),
    String(missedRefreshes(intervals)),
    milliseconds(script),
    milliseconds(task),
    limits,
  ];
}

export function uiTable({ many, cold, frames, live, training, tensorboard, missing }) {
  const lines = [
    `Charts of ${many.runs} runs of ${many.steps} steps (limits are those of a quiet machine of two cores)`,
    `From the click on Compare, the first after the start, to all ${cold[0].points} points: ` +
      `${cold.map((one) => `${one.milliseconds.toFixed(0)} ms (${load(one.load)})`).join(', ')}; ` +
      `limit ${UI_LIMITS.open} ms.`,
  ];
  if (tensorboard) {
    lines.push(
      `TensorBoard, from the navigation to its chart of ${tensorboard.points} points: ${tensorboard.open.toFixed(0)} ms ` +
        `(${load(tensorboard.load)}).`,
    );
  }
  const rows = [
    ['Frames', 'median ms', '95 % within', 'longest', 'missed', 'script ms', 'thread ms', 'limit'],
  ];
  for (const [runs, measured] of Object.entries(frames).sort(([a], [b]) => b - a)) {
    const limit = Number(runs) > 10 ? `95 % within ${UI_LIMITS.frame}` : 'none missed';
    for (const [gesture, name] of Object.entries(GESTURES)) {
      rows.push(
        framesRow(`${runs} runs, ${name}`, measured[gesture], `${limit}, script ${UI_LIMITS.script}`),
      );
    }
  }
  for (const gesture of ['zoom', 'cursor']) {
    if (tensorboard) {
      rows.push(framesRow(`TensorBoard, ${tensorboard.runs} runs, ${gesture}`, tensorboard[gesture], ''));
    }
  }
  const loads = Object.entries(frames).map(([runs, one]) => `${runs} runs: ${load(one.load)}`);
  lines.push(columns(rows), loads.join(', '));
  if (live) {
    lines.push(
      `An update of ${live.series} live curves of 100,000 points: script ${milliseconds(live.script)} ms, all work of the ` +
        `window's thread ${milliseconds(live.task)} ms, longest task ${milliseconds(live.longest)} ms (${load(live.load)}); ` +
        `limit ${UI_LIMITS.update} ms of script.`,
    );
  }
  if (training) {
    lines.push(
      `While a ResNet-50 trains, beside them: longest task ${milliseconds(training.longest)} ms of thread time in ` +
        `${training.updates} updates (${load(training.load)}); limit ${UI_LIMITS.task} ms.`,
    );
  }
  return [...lines, ...missing].join('\n');
}
