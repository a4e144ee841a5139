import { expect, it } from 'vitest';
import { Interrupts } from '../../../../src/cli/terminal/interrupts';
import { MemorySignals } from '../memory';

it('counts signals of every kind', () => {
  const signals = new MemorySignals();
  const counts: number[] = [];
  new Interrupts(signals, 'linux').listen((count) => counts.push(count));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) signals.raise(signal);
  expect(counts).toEqual([1, 2, 3]);
});

it('leaves signals to the system once nobody listens', () => {
  const signals = new MemorySignals();
  new Interrupts(signals, 'linux').listen(() => {})();
  expect([...signals.listeners.values()].every((set) => set.size === 0)).toBe(true);
});

it('knows the break key of Windows only there', () => {
  const listens = (platform: NodeJS.Platform): boolean => {
    const signals = new MemorySignals();
    new Interrupts(signals, platform).listen(() => {});
    return signals.listeners.has('SIGBREAK');
  };
  expect([listens('win32'), listens('linux')]).toEqual([true, false]);
});
