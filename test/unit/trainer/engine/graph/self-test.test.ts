import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { buildNetwork } from '../../../../../src/architecture/network';
import { choosePlan } from '../../../../../src/trainer/engine/graph/lowering/choose';
import {
  FORWARD,
  type Lowering,
  type Operands,
} from '../../../../../src/trainer/engine/graph/lowering/lowerings';
import * as ops from '../../../../../src/trainer/engine/graph/ops';
import { selfTest } from '../../../../../src/trainer/engine/graph/self-test';
import { smallArchitecture } from '../../fixtures';

const KNOWN = expect.stringMatching(
  /^Conv2DBackpropFilter for 1x1 kernels at a stride above 1 with fewer than 16 input channels \(.*issue 6035/,
);
const list = FORWARD as unknown as Lowering<keyof Operands>[];
let folder: string | undefined;
afterEach(() => {
  if (list[list.length - 1]!.name === 'liar') list.pop();
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

test('finds nothing wrong on this machine, and says what is avoided', () => {
  const { checked, wrong, avoided } = selfTest(null);
  expect(wrong).toEqual([]);
  // Every direction of every shape, and eight results of other ops.
  expect(checked).toBeGreaterThan(3 * 13 + 8);
  expect(avoided).toEqual([KNOWN]);
});

test('names what is wrong', () => {
  list.push({
    name: 'liar',
    computes: ({ kernel, height }) => kernel[0] === 7 && height === 32,
    build: (graph, operands, shape) =>
      ops.multiply(graph, FORWARD[0]!.build(graph, operands, shape), ops.scalar(graph, 1.01)),
  });
  expect(selfTest(null).wrong).toEqual([
    expect.stringMatching(
      /^liar for the forward pass of 32x32x3-7x7\/2-same-16x16x16 \(its values are off by/,
    ),
  ]);
});

test('names what measurements on this machine found wrong, and not what they found on others', async () => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-self-test-'));
  const info = { tensorflow: 'for a self-test', gpu: null, threads: 2 };
  const network = buildNetwork(smallArchitecture({ table: [[1, [[4, 3]]]] }));
  await choosePlan(network, { batch: 2, info, folder });
  const path = join(folder, readdirSync(folder)[0]!);
  const content = JSON.parse(readFileSync(path, 'utf8'));
  const [shape] = Object.keys(content.findings);
  content.findings[shape!].forward.im2col = { wrong: 'it lies' };
  content.sha256 = createHash('sha256').update(JSON.stringify(content.findings)).digest('hex');
  writeFileSync(path, JSON.stringify(content));
  const sentence = `im2col for the forward pass of ${shape} (it lies)`;
  expect(selfTest(folder).avoided).toEqual([KNOWN, sentence]);

  content.about.processor = 'another processor';
  writeFileSync(path, JSON.stringify(content));
  expect(selfTest(folder).avoided).toEqual([KNOWN]);
});
