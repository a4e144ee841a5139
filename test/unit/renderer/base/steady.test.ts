import { expect, it } from 'vitest';
import { ref } from 'vue';
import { steady } from '../../../../src/renderer/base/steady';

it('keeps the object while its content is the same, and takes another one', () => {
  const run = ref({ name: 'one', step: 1 });
  const names = steady(() => [{ name: run.value.name }]);
  const first = names.value;
  run.value = { name: 'one', step: 2 };
  expect(names.value).toBe(first);
  run.value = { name: 'two', step: 3 };
  expect(names.value).toEqual([{ name: 'two' }]);
});
