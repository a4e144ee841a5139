/** What was measured of charts, as text: each figure with its limit, on a machine of two cores that does nothing else. */
import { median, missedRefreshes, quantile } from './statistics.mjs';
import { columns, milliseconds } from './table.mjs';

/** Milliseconds; of 10 curves no refresh of the screen is missed. */
export const UI_LIMITS = { open: 1000, frame: 34, script: 12, update: 4, task: 8 };

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

/** From the click to the curves, of ours and of TensorBoard's. */
export function openText({ many, cold, tensorboard }) {
  if (tensorboard) {
    return (
      `TensorBoard, from the navigation to its chart of ${tensorboard.points} points: ${tensorboard.open.toFixed(0)} ms ` +
      `(${load(tensorboard.load)}).`
    );
  }
  return (
    `Charts of ${many.runs} runs of ${many.steps} steps (limits are those of a quiet machine of two cores)\n` +
    `From the click on Compare, the first after the start, to all ${cold[0].points} points: ` +
    `${cold.map((one) => `${one.milliseconds.toFixed(0)} ms (${load(one.load)})`).join(', ')}; ` +
    `limit ${UI_LIMITS.open} ms.`
  );
}

/** A row for each gesture, the many curves first; below them the load. */
export function framesText({ frames, tensorboard }) {
  const rows = [
    ['Frames', 'median ms', '95 % within', 'longest', 'missed', 'script ms', 'thread ms', 'limit'],
  ];
  for (const [runs, measured] of Object.entries(frames).sort(([a], [b]) => b - a)) {
    const limit = Number(runs) > 10 ? `95 % within ${UI_LIMITS.frame}` : 'none missed';
    for (const gesture of ['zoom', 'pan', 'cursor']) {
      const limits = `${limit}, script ${UI_LIMITS.script}`;
      rows.push(framesRow(`${runs} runs, ${gesture}`, measured[gesture], limits));
    }
  }
  if (tensorboard) {
    for (const gesture of ['zoom', 'cursor']) {
      rows.push(framesRow(`TensorBoard, ${tensorboard.runs} runs, ${gesture}`, tensorboard[gesture], ''));
    }
  }
  const loads = Object.entries(frames).map(([runs, one]) => `${runs} runs at ${load(one.load)}`);
  return `${columns(rows)}\n${loads.join(', ')}`;
}

export const liveText = ({ series, script, task, longest, load: at }) =>
  `An update of ${series} live curves of 100,000 points: script ${milliseconds(script)} ms, all work of the window's ` +
  `thread ${milliseconds(task)} ms, longest task ${milliseconds(longest)} ms (${load(at)}); ` +
  `limit ${UI_LIMITS.update} ms of script.`;

export const trainingText = ({ longest, updates, load: at }) =>
  `While a ResNet-50 trains, beside them: longest task ${milliseconds(longest)} ms of thread time in ${updates} updates ` +
  `(${load(at)}); limit ${UI_LIMITS.task} ms.`;
