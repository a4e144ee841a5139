import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import ExtendDialog from '../../../../src/renderer/features/runs/ExtendDialog.vue';
import { fail, ok } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type } from '../../mount';

const run = sampleRun({ state: 'completed', checkpointStep: 157 });

describe('the dialog that adds epochs', () => {
  it.each(['0', '-1', '1.5', 'ten', ''])(
    'refuses "%s" as a number of epochs beside the field',
    async (text) => {
      freshWindow();
      await mountInWindow(ExtendDialog, { run, show: true });
      await type(byTestId('extend-epochs'), text);
      const dialog = byTestId('extend-dialog');
      expect(dialog.querySelector('[role="alert"], .problem')?.textContent).toMatch(/epochs/i);
      expect(byTestId<HTMLButtonElement>('extend-submit').disabled).toBe(true);
    },
  );

  it('says what the epochs lead to while they are typed', async () => {
    freshWindow();
    await mountInWindow(ExtendDialog, { run, show: true });
    await type(byTestId('extend-epochs'), '4');
    expect(byTestId('extend-dialog').textContent).toContain(
      `up to epoch ${run.epochs + 4}: ${run.epochs + 4 - run.epoch} epochs to go`,
    );
  });

  it('says what keeps the weights small, and where it comes from', async () => {
    freshWindow();
    await mountInWindow(ExtendDialog, { run, show: true });
    expect(byTestId('extend-regularisation').textContent).toBe(
      'From the architecture: L2 1e-4 on convolution kernels.',
    );
    const decaying = { ...run.recipe, regularisation: 'decoupled', l2: null, weightDecay: 0.1 } as const;
    await mountInWindow(ExtendDialog, { run: { ...run, recipe: decaying }, show: true });
    expect(
      [...document.querySelectorAll('[data-testid="extend-regularisation"]')].at(-1)?.textContent,
    ).toMatch(/^Weight decay 0\.1 on convolution kernels\. The architecture’s L2 1e-4 does not apply/);
  });

  it('closes by Escape without a call', async () => {
    const main = freshWindow();
    const { props } = await mountInWindow(ExtendDialog, { run, show: true });
    await press(byTestId('extend-epochs'), 'Escape');
    expect(props.show).toBe(false);
    expect(main.calls).toEqual([]);
  });

  it('stays open with what was typed where main refuses, and says why', async () => {
    const main = freshWindow({ 'runs.extend': () => fail('conflict', 'The run is training.') });
    const { props } = await mountInWindow(ExtendDialog, { run, show: true });
    await type(byTestId('extend-epochs'), '3');
    await click(byTestId('extend-submit'));
    expect(byTestId('extend-dialog').textContent).toContain('The run is training.');
    expect(
      byTestId('extend-epochs').querySelector('input')?.value ??
        byTestId<HTMLInputElement>('extend-epochs').value,
    ).toBe('3');

    main.answers['runs.extend'] = () => ok(run);
    await click(byTestId('extend-submit'));
    await flushPromises();
    expect(props.show).toBe(false);
    expect(main.calls.filter(([method]) => method === 'runs.extend').at(-1)![1]).toMatchObject({
      id: run.id,
      epochs: 3,
    });
  });
});
