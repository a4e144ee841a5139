/** The short form of `npm run torture`: real runs killed at random instants and compared with one that never was. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { node, root } from '../unit/scripts/load';

it('ten kills lose nothing, and the runs end as one that was never killed', async () => {
  const { RESBENCH_NODE = node, ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  // It ends with 1 and says what is wrong where anything is; that is the message of the error then.
  const { stdout } = await promisify(execFile)(
    RESBENCH_NODE,
    ['scripts/torture.mjs', '--kills', '10', '--seed', '1', '--epochs', '30', '--json'],
    { cwd: root, env },
  );
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ kills: 10, rowsLost: 0, rowsChanged: 0, problems: [] });
  // It says itself what is stuck, whatever else the machine does; this is against a torture that is.
}, 3_600_000);
