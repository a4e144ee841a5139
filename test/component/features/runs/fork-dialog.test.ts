import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import ForkDialog from '../../../../src/renderer/features/runs/ForkDialog.vue';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleCheckpoint, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type, type Mounted } from '../../mount';

const run = sampleRun({ id: 3, state: 'stopped', epoch: 4 });
const checkpoints = [
  sampleCheckpoint({ id: 12, runId: 3, epoch: 4, step: 628 }),
  sampleCheckpoint({ id: 11, runId: 3, epoch: 1, step: 157 }),
];

let main: FakeMain;
beforeEach(() => {
  main = freshWindow();
});
const open = (props: Record<string, unknown> = {}): Promise<Mounted> =>
  mountInWindow(ForkDialog, { run, checkpoints, checkpointId: null, show: true, ...props });
const submit = (): HTMLButtonElement => byTestId('fork-submit');
const forks = (): unknown[] =>
  main.calls.filter(([method]) => method === 'runs.fork').map(([, request]) => request);
const sentenceAt = (field: HTMLElement): string | undefined =>
  document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent.trim();

describe('the dialog that forks a run', () => {
  it.each([
    ['learning-rate', '0', 'Learning rate must be greater than 0.'],
    ['learning-rate', '0,5', 'Learning rate must have a decimal point: write 0.5, not 0,5.'],
    ['batch-size', 'many', 'Batch size must be a whole number.'],
    ['epochs', '', 'Epochs must be a whole number.'],
    ['epochs', '4', 'Epochs must be more than the 4 already completed at the checkpoint.'],
    ['name', 'a\u202eb', /^The name must not hold control characters/],
  ])('refuses %s "%s" at its field', async (field, text, sentence) => {
    await open();
    expect(submit().disabled).toBe(false);
    await type(byTestId(`fork-${field}`), text);
    expect(sentenceAt(byTestId(`fork-${field}`))).toMatch(sentence);
    expect(submit().disabled).toBe(true);
    byTestId('fork-dialog')
      .querySelector('form')!
      .dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await flushPromises();
    expect(forks()).toEqual([]);
  });

  it('takes fewer epochs from an earlier checkpoint', async () => {
    await open({ checkpointId: 11 });
    await type(byTestId('fork-epochs'), '4');
    expect(submit().disabled).toBe(false);
  });

  it('has nothing to begin with where there is no checkpoint', async () => {
    await open({ checkpoints: [] });
    expect(submit().disabled).toBe(true);
  });

  it('says what differs from the parent', async () => {
    await open();
    expect(byTestId('fork-changes').textContent).toContain('Nothing differs yet');
    await type(byTestId('fork-learning-rate'), '1e-4');
    expect(byTestId('fork-changes').textContent).toContain('Differs in learning rate 0.001 → 1e-4.');
  });

  it('has the parent’s regularisation, and says what becomes of the architecture’s', async () => {
    await open();
    const kind = byTestId<HTMLSelectElement>('fork-regularisation');
    expect([kind.value, byTestId<HTMLInputElement>('fork-l2').value]).toEqual(['l2', '1e-4']);
    expect(sentenceAt(kind)).toBeUndefined();
    kind.value = 'decoupled';
    kind.dispatchEvent(new Event('change', { bubbles: true }));
    await flushPromises();
    await type(byTestId('fork-weight-decay'), '0.01');
    expect(sentenceAt(kind)).toMatch(/^The architecture’s L2 1e-4 does not apply/);
    expect(byTestId('fork-changes').textContent).toContain(
      'Differs in regularisation L2 in the loss → Decoupled weight decay.',
    );
  });

  it('fills in a tenth of the learning rate after a parent whose loss diverged', async () => {
    const reason = 'The loss became not a number (NaN) at step 700 (epoch 5), so training cannot continue.';
    await open({ run: { ...run, state: 'failed', reason } });
    expect(byTestId('fork-gentler').textContent).toContain('0.001');
    expect(byTestId<HTMLInputElement>('fork-learning-rate').value).toBe('1e-4');
  });

  it('stays open with what was typed where main refuses, and goes to the fork where it does not', async () => {
    main.answers['runs.fork'] = () => fail('conflict', 'The checkpoint is damaged.');
    const { props, router } = await open();
    await type(byTestId('fork-name'), 'gentler');
    await type(byTestId('fork-learning-rate'), '1e-4');
    await click(submit());
    expect(byTestId('fork-dialog').textContent).toContain('The checkpoint is damaged.');
    expect(props.show).toBe(true);
    expect(byTestId<HTMLInputElement>('fork-name').value).toBe('gentler');
    expect(byTestId<HTMLInputElement>('fork-learning-rate').value).toBe('1e-4');

    main.answers['runs.fork'] = () => ok(sampleRun({ id: 9 }));
    await click(submit());
    await flushPromises();
    expect(forks().at(-1)).toMatchObject({
      id: 3,
      checkpointId: 12,
      name: 'gentler',
      recipe: { learningRate: 1e-4 },
    });
    expect(props.show).toBe(false);
    expect(router.currentRoute.value.path).toBe('/runs/9');
  });

  it('closes by Escape without a call', async () => {
    const { props } = await open();
    await press(byTestId('fork-name'), 'Escape');
    expect(props.show).toBe(false);
    expect(forks()).toEqual([]);
  });
});
