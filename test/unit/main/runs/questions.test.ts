/** What a run has to ask before it trains: it is held with the question, the queue goes on, and an answer lets it go. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { convolutions } from '../../../../src/architecture/convolutions';
import { buildNetwork } from '../../../../src/architecture/network';
import type { RunServices } from '../../../../src/main/services';
import type { Run } from '../../../../src/shared/run';
import { scriptedHost, temporaryFolder } from '../fixtures';
import { failure, recordingHost, request, serviceOn, trained, until, value } from '../services';

const QUESTION = 'Its kernels are not here.';
const OTHERWISE = 'Computed from here on with other kernels.';
const held = { state: 'queued', asks: 'other-kernels', reason: QUESTION, queue: { place: 1, held: true } };

const states = (services: RunServices, id: number): string[] =>
  value(services.runs.export(id)).states.map(({ state }) => state);

/** A run that was paused after three steps, and asks when it is resumed. */
async function paused() {
  const host = recordingHost(scriptedHost({ waitAt: 3, asks: true }));
  const opened = await serviceOn(temporaryFolder(), host);
  const { services } = opened;
  const { id } = value(services.control.start(request()));
  await until(services, id, trained);
  services.control.pause(id);
  value(await services.runs.finished(id));
  return { ...opened, id, jobs: host.jobs };
}

/** Resumed without an answer. */
async function asking() {
  const before = await paused();
  value(before.services.control.resumeRun(before.id));
  const run = value(await before.services.runs.finished(before.id));
  return { ...before, run };
}

it('is held with the question, and neither fails nor begins', async () => {
  const { run, services, id, jobs } = await asking();
  expect(run).toMatchObject({ ...held, step: 3, gaps: [] });
  expect(states(services, id).slice(-4)).toEqual(['paused', 'queued', 'preparing', 'queued']);
  expect(jobs.map(({ otherKernels }) => otherKernels)).toEqual([false, false]);
});

it('leaves its place to those that wait behind it', async () => {
  const { services, id } = await paused();
  value(services.control.resumeRun(id));
  const other = value(services.control.start(request({ name: 'another' })));
  expect(other.state).toBe('queued');
  await until(services, other.id, trained);
  expect(value(services.runs.get(id))).toMatchObject(held);
  value(services.control.stop(other.id));
  expect(value(await services.runs.finished(other.id)).state).toBe('stopped');
});

it.each<[string, (services: RunServices, id: number) => unknown]>([
  ['resumed', ({ control }, id) => control.resumeRun(id, 'next', { otherKernels: true })],
  ['released', ({ queue }, id) => queue.hold(id, false, true)],
])('trains once it is %s with a yes, and its history says so', async (_, agree) => {
  const { services, id, jobs } = await asking();
  agree(services, id);
  const run = value(await services.runs.finished(id));
  expect(run).toMatchObject({ state: 'completed', asks: null, queue: null });
  expect(run.gaps).toMatchObject([
    { step: 3, reason: 'Paused by the user at step 3.', otherwise: OTHERWISE },
  ]);
  expect(jobs.at(-1)!.otherKernels).toBe(true);
  expect(readFileSync(value(services.runs.logPath(id)), 'utf8')).toContain(OTHERWISE);
});

it('is not asked where the yes comes with the request, and it holds for that time alone', async () => {
  const { services, store, id } = await paused();
  value(services.control.resumeRun(id, 'next', { otherKernels: true }));
  expect(value(await services.runs.finished(id))).toMatchObject({ state: 'completed' });
  expect(states(services, id).filter((state) => state === 'queued')).toHaveLength(2);
  expect(store.get(id)!.agreed).toBeNull();
});

it.each<[string, (services: RunServices, id: number) => Parameters<typeof failure>[0]]>([
  ['resumed', ({ control }, id) => control.resumeRun(id)],
  ['released', ({ queue }, id) => queue.hold(id, false)],
])('is refused by the name of its question where it is %s without an answer', async (_, release) => {
  const { services, id } = await asking();
  expect(failure(release(services, id))).toEqual({
    code: 'other-kernels',
    message: `Run ${id} ("a run") has a question that must be answered first: ${QUESTION}`,
  });
  expect(value(services.runs.get(id))).toMatchObject(held);
});

it('leaves the queue by a stop, without the question', async () => {
  const { services, id } = await asking();
  value(services.control.stop(id));
  const run: Run = value(services.runs.get(id));
  expect(run).toMatchObject({ state: 'stopped', asks: null, reason: 'Taken out of the queue at step 3.' });
});

it('comes of a plan that is taken over, too, and a fork asks for itself', async () => {
  const { services, store, id } = await paused();
  const native = { forward: 'native', inputGradient: 'native', filterGradient: 'native' };
  const shapes = [...convolutions(buildNetwork(request().architecture)).keys()];
  store.update(id, { plan: Object.fromEntries(shapes.map((shape) => [shape, native])) });
  const fork = await services.control.fork({ id, checkpointId: null, name: '', recipe: request().recipe });
  const forked = value(await services.runs.finished(value(fork).id));
  expect(forked).toMatchObject({ ...held, parent: { id } });
  value(services.control.stop(forked.id));

  const again = value(services.control.start(request({ planOf: id }), { otherKernels: true }));
  await until(services, again.id, trained);
  const running = value(services.control.stop(again.id));
  expect(running.gaps).toMatchObject([{ step: 0, lostSeconds: 0, otherwise: OTHERWISE }]);
  value(await services.runs.finished(again.id));
});
