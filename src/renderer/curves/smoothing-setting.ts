/** How curves of steps are smoothed, as it is remembered. Pure. */
import type { Settings } from '../../shared/settings';
import type { Smoothing } from '../charts/smoothing';

export const smoothingOf = ({
  smoothingKind,
  smoothing,
  medianSteps,
}: Pick<Settings, 'smoothingKind' | 'smoothing' | 'medianSteps'>): Smoothing =>
  smoothingKind === 'ema' ? { kind: 'ema', weight: smoothing } : { kind: 'median', window: medianSteps };
