/** What was measured of the editor, as text: each figure with its limit, on a machine of two cores that does nothing else. */
import { median, quantile } from './statistics.mjs';
import { columns, milliseconds } from './table.mjs';

/** Milliseconds: of 95 % of the keys, of the longest frame, and of processor time for a text. */
export const EDITOR_LIMITS = { key: 50, frame: 100, text: 50 };

const FRONTS = { layers: 'table', picture: 'picture' };
const PLACES = { text: 'in the text', card: 'in a card' };

export function editorText({ blocks, stages, layers, columns: shown, typing, load, reader }) {
  const head = ['Keys', 'median ms', '95 % within', 'longest', 'longest frame', 'script ms', 'thread ms'];
  const rows = typing.map(({ place, front, keys, frames, script, task }) => [
    `${PLACES[place]}, ${FRONTS[front]} shown`,
    milliseconds(median(keys)),
    milliseconds(quantile(keys, 0.95)),
    milliseconds(Math.max(...keys)),
    milliseconds(Math.max(...frames)),
    milliseconds(script),
    milliseconds(task),
  ]);
  return (
    `Editor of ${blocks} blocks in ${stages} stages: from a key press to totals and all ${layers} layers in ${shown} columns, ` +
    `or the picture folded to blocks (limits are those of a quiet machine of two cores)\n` +
    `${columns([head, ...rows])}\n` +
    `Load ${load.toFixed(1)}; limits: 95 % of keys within ${EDITOR_LIMITS.key} ms, no frame over ${EDITOR_LIMITS.frame} ms.\n` +
    readerText(reader)
  );
}

function readerText({ times, characters, load }) {
  const within = (share) => milliseconds(quantile(times, share));
  const over = times.filter((time) => time > EDITOR_LIMITS.text).length;
  return (
    `${times.length} texts of ${Math.round(characters / 1e3)} thousand characters on the average, at most 200, read in ` +
    `${milliseconds(median(times))} ms of processor time (median), 95 % within ${within(0.95)} ms, 99 % within ` +
    `${within(0.99)} ms, the longest ${milliseconds(Math.max(...times))} ms; ${over} over the limit of ` +
    `${EDITOR_LIMITS.text} ms (load ${load.toFixed(1)}).`
  );
}
