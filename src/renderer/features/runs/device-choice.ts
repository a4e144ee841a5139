/** On what a run may be trained here. Pure. */
import type { DeviceChoice } from '../../../shared/run';

export interface DeviceOption {
  value: DeviceChoice;
  label: string;
  title: string;
  disabled: boolean;
}

/** Why the GPU cannot be chosen; null where it can. */
export const gpuRefusal = (obstacle: string | null): string | null =>
  obstacle === null ? null : `The GPU cannot be used: ${obstacle}.`;

/** @param obstacle what keeps TensorFlow from a GPU here, as far as is known. */
export function deviceOptions(obstacle: string | null): DeviceOption[] {
  return [
    {
      value: 'auto',
      label: 'Automatic',
      title: 'The GPU if TensorFlow can use one, otherwise the CPU',
      disabled: false,
    },
    { value: 'cpu', label: 'CPU', title: 'The CPU, even if there is a GPU', disabled: false },
    {
      value: 'gpu',
      label: 'GPU',
      title: gpuRefusal(obstacle) ?? 'An NVIDIA GPU; the run does not start if it cannot be used',
      disabled: obstacle !== null,
    },
  ];
}

/** Why a run cannot start with the device that is chosen, as it may be for a run that was trained elsewhere. */
export const deviceProblem = (device: DeviceChoice, obstacle: string | null): string | null =>
  device === 'gpu' && obstacle !== null ? 'The GPU cannot be used here: train on another device.' : null;
