/**
 * Measured program, for plain Node: how long the reader of block tables takes for long texts, most of them broken.
 * `reader CASES` prints one JSON value, milliseconds of processor time, what the engine works beside it included.
 */
import { parseBlockTables } from '../../src/architecture/text/table';
import { longText } from '../fuzz/long-texts';
import { Random } from '../fuzz/random';

const cases = Number(process.argv[2]);
/** Texts read first, in which code is compiled. */
const WARM_UP = 100;

const times: number[] = [];
let characters = 0;
for (let number = 1; number <= WARM_UP + cases; number++) {
  const text = longText(Random.of(2, 'bench', number));
  const before = process.cpuUsage();
  parseBlockTables(text);
  const { user, system } = process.cpuUsage(before);
  if (number <= WARM_UP) continue;
  times.push((user + system) / 1e3);
  characters += text.length;
}
process.stdout.write(`${JSON.stringify({ times, characters: characters / cases })}\n`);
