import { expect, it, onTestFinished, vi } from 'vitest';
import { throttled } from '../../../../src/main/datasets/progress';

it('passes on the first and the last of each stage and ten a second between', () => {
  const passed: string[] = [];
  let now = 0;
  const report = throttled(
    ({ stage, done }) => passed.push(`${stage}${done}`),
    () => now,
  );
  const say = (stage: string, done: number, at: number): void => {
    now = at;
    report({ stage, done, total: 100, unit: 'bytes' });
  };
  say('a', 0, 1000);
  say('a', 10, 1050);
  say('a', 20, 1110);
  say('a', 30, 1120);
  say('a', 100, 1130);
  say('b', 0, 1140);
  say('b', 1, 1150);
  expect(passed).toEqual(['a0', 'a20', 'a100', 'b0']);
});

it('passes on what it held back where nothing newer comes', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const passed: number[] = [];
  const report = throttled(({ done }) => passed.push(done));
  for (const done of [0, 10, 20]) report({ stage: 'a', done, total: 100, unit: 'bytes' });
  expect(passed).toEqual([0]);
  vi.advanceTimersByTime(100);
  expect(passed).toEqual([0, 20]);
  vi.advanceTimersByTime(1000);
  expect(passed).toEqual([0, 20]);
});
