/** The command line of the torture. */
import { parseArgs } from 'node:util';
import { Failure } from '../lib/failure.mjs';
import { wholeNumber } from '../lib/whole-number.mjs';

export function readOptions(args = process.argv.slice(2)) {
  const { values } = (() => {
    try {
      return parseArgs({
        args,
        options: {
          kills: { type: 'string', default: '100' },
          seed: { type: 'string', default: '1' },
          epochs: { type: 'string', default: '60' },
          lives: { type: 'string', default: '2' },
          json: { type: 'boolean', default: false },
        },
      });
    } catch (error) {
      throw new Failure(
        `${error.message.split('\n')[0]} (known are --kills, --seed, --epochs, --lives and --json)`,
      );
    }
  })();
  return {
    kills: wholeNumber('kills', values.kills, 1),
    seed: wholeNumber('seed', values.seed, 0),
    epochs: wholeNumber('epochs', values.epochs, 1),
    /** Lived side by side, each in a data folder of its own. */
    atOnce: wholeNumber('lives', values.lives, 1),
    json: values.json,
  };
}
