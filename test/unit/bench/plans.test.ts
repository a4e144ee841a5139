import { expect, it } from 'vitest';
import { load } from '../scripts/load';

type Plan = Record<string, Record<string, string>>;
const { plansText } = await load<{ plansText(here: Plan | null, there: Plan | null): string }>(
  'bench/plans.mjs',
);

it('two contenders that chose the same lowerings are said to have', () => {
  const plan = { a: { forward: 'native', filterGradient: 'taps' } };
  expect(plansText(plan, JSON.parse(JSON.stringify(plan)) as Plan)).toBe(
    'Both compute every convolution by the same lowerings.',
  );
});

it('those that did not are named, the first of many', () => {
  const plan = (name: string): Plan =>
    Object.fromEntries(['a', 'b', 'c', 'd'].map((shape) => [shape, { forward: name, inputGradient: name }]));
  const text = plansText(plan('winograd4'), plan('native'));
  expect(text).toMatch(
    /^Other lowerings at 8 places: a forward by winograd4 here, native there; .*; and 3 more\.$/,
  );
  expect(plansText({ a: { forward: 'x' } }, { a: { forward: 'y' } })).toBe(
    'Other lowerings at one place: a forward by x here, y there.',
  );
});

it('an engine without a plan has nothing to compare', () => {
  expect(plansText(null, { a: { forward: 'native' } })).toBe('');
});
