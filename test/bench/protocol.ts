/**
 * How a measured program talks with the bench: its job is the first argument, as JSON. It prints `{"ready": …}` once it
 * can work, then answers each line of standard input, `{"do": "train" | "evaluate", "count": N}`, with a line
 * `{"milliseconds": [one for each], "images": in each}`. When its input ends it prints its peak memory and ends too.
 */
import { createInterface } from 'node:readline';
import type { Architecture } from '../../src/architecture/architecture';
import type { EngineName } from '../../src/shared/training-messages';

export interface Job {
  architecture: Architecture;
  /** Images per step. */
  batch: number;
  /** Images a forward pass of an evaluation. */
  evaluationBatch: number;
  /** Ours only; null for what the product trains with. */
  engine: EngineName | null;
}

export interface Measured {
  /** Versions and what else is worth keeping with the figures. */
  about: Record<string, unknown>;
  /** One step; gives its images. */
  train(): number | Promise<number>;
  /** One forward pass in inference mode with its loss and accuracy; gives its images. */
  evaluate?(): number | Promise<number>;
}

export const readJob = (): Job => JSON.parse(process.argv[2]!) as Job;

export function serve(measured: Measured): void {
  print({ ready: measured.about });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void answer(measured, line));
  // libuv gives kilobytes on every platform.
  lines.on('close', () => print({ peakMemoryBytes: process.resourceUsage().maxRSS * 1024 }));
}

async function answer(measured: Measured, line: string): Promise<void> {
  const request = JSON.parse(line) as { do: 'train' | 'evaluate'; count: number };
  const work = request.do === 'train' ? measured.train : measured.evaluate;
  if (!work) throw new Error(`This program does not ${request.do}.`);
  const milliseconds: number[] = [];
  let images = 0;
  for (let i = 0; i < request.count; i++) {
    const began = performance.now();
    const given = work();
    // A step that is done when it returns is not made to wait for a turn of the event loop.
    images = typeof given === 'number' ? given : await given;
    milliseconds.push(performance.now() - began);
  }
  print({ milliseconds, images });
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
