import { describe, expect, it } from 'vitest';
import {
  deviceOptions,
  deviceProblem,
  gpuRefusal,
} from '../../../../../src/renderer/features/runs/device-choice';

const NONE = 'this machine has no NVIDIA GPU';

describe('where no GPU can be used', () => {
  it('it cannot be chosen, and the reason is said', () => {
    expect(deviceOptions(NONE).map(({ value, disabled }) => [value, disabled])).toEqual([
      ['auto', false],
      ['cpu', false],
      ['gpu', true],
    ]);
    expect(deviceOptions(NONE)[2]!.title).toBe('The GPU cannot be used: this machine has no NVIDIA GPU.');
    expect(gpuRefusal(NONE)).toBe(deviceOptions(NONE)[2]!.title);
  });

  it('a run that was trained on one elsewhere does not start again as it is', () => {
    expect(deviceProblem('gpu', NONE)).toMatch(/train on another device/);
    expect([deviceProblem('auto', NONE), deviceProblem('cpu', NONE)]).toEqual([null, null]);
  });
});

it('where nothing is known to be in the way every device can be chosen', () => {
  expect(deviceOptions(null).some(({ disabled }) => disabled)).toBe(false);
  expect([gpuRefusal(null), deviceProblem('gpu', null)]).toEqual([null, null]);
});
