import { describe, expect, it } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { firstView } from '../../../../src/renderer/app/first-view';
import { sampleRun } from '../features/runs/sample';

const nothing = { render: () => null };
const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', redirect: '/models' },
    { path: '/start', name: 'start', component: nothing },
    { path: '/models', name: 'models', component: nothing },
    { path: '/runs/:id(\\d+)', name: 'run', component: nothing },
    { path: '/:rest(.*)*', redirect: '/models' },
  ],
});
const runs = (count: number) => {
  const list = Array.from({ length: count }, (_, index) => sampleRun({ id: index + 1 }));
  let asked = 0;
  return { list, load: async () => void asked++, asked: () => asked };
};

describe('firstView', () => {
  it('is the view that is remembered, without waiting for the runs', async () => {
    const known = runs(0);
    expect(await firstView('/runs/3', router, known)).toBe('/runs/3');
    expect(known.asked()).toBe(0);
  });

  it.each(['', '/start', '/gone', 'nonsense'])(
    'is the start page where %j is remembered and there are no runs',
    async (remembered) => {
      expect(await firstView(remembered, router, runs(0))).toBe('/start');
    },
  );

  it('is the runs where there are some', async () => {
    expect(await firstView('', router, runs(2))).toBe('/runs');
  });
});
