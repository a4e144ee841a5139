import { describe, expect, it } from 'vitest';
import CurveControls from '../../../src/renderer/curves/CurveControls.vue';
import { freshWindow, mountInWindow } from '../mount';

async function shown(over: Record<string, unknown> = {}) {
  freshWindow();
  const { props } = await mountInWindow(
    CurveControls,
    {
      axes: ['step', 'time'],
      axis: 'step',
      smoothable: true,
      logarithmicLabel: 'Logarithmic loss',
      logarithmic: false,
      ...over,
    },
    { default: () => 'between' },
  );
  return { props };
}
const group = (): HTMLElement => document.querySelector('[role="group"][aria-label="Curves"]')!;
const input = (selector: string) => group().querySelector<HTMLInputElement>(selector);

describe('what curves are looked at by', () => {
  it('offers the axes of the page, and takes the chosen one', async () => {
    const { props } = await shown();
    expect([...group().querySelectorAll('[role="radiogroup"] span')].map((one) => one.textContent)).toEqual([
      'Step',
      'Time',
    ]);
    expect(input('input[value="step"]')!.checked).toBe(true);
    input('input[value="time"]')!.click();
    expect(props.axis).toBe('time');
  });

  it('switches the logarithmic scale', async () => {
    const { props } = await shown();
    input('input[type="checkbox"]')!.click();
    expect(props.logarithmic).toBe(true);
  });

  it('leaves out what the curves do not have, and keeps the place of what the page adds', async () => {
    await shown({ smoothable: false, logarithmicLabel: null });
    expect(input('input[type="range"]')).toBeNull();
    expect(input('input[type="checkbox"]')).toBeNull();
    expect(group().textContent).toContain('between');
  });
});
