/** Titles and number formats of the x-axes. Pure. */
import { formatClock, formatCount, formatMacs, thousands } from '../../shared/format';
import type { XAxis } from './series';

export interface AxisWords {
  /** On the switch. */
  label: string;
  /** Under the axis. */
  title: string;
  format: (x: number) => string;
  /** Only whole numbers mean something. */
  whole: boolean;
}

export const AXES: Record<XAxis, AxisWords> = {
  step: { label: 'Step', title: 'Step', format: (x) => thousands(Math.round(x)), whole: true },
  epoch: { label: 'Epoch', title: 'Epoch', format: (x) => String(Number(x.toFixed(2))), whole: false },
  time: { label: 'Time', title: 'Time (min:s)', format: formatClock, whole: false },
  samples: { label: 'Samples', title: 'Samples', format: (x) => formatCount(Math.round(x)), whole: false },
  macs: { label: 'MACs', title: 'Multiply-accumulates, training', format: formatMacs, whole: false },
};

/** Ticks of an accuracy axis: `40 %`, `99.5 %` where it is zoomed in. */
export const accuracyTick = (y: number): string => `${Number((y * 100).toFixed(2))} %`;

/** Ticks of a loss axis: round numbers without trailing zeros. */
export const lossTick = (y: number): string =>
  Math.abs(y) >= 1e5 || (y !== 0 && Math.abs(y) < 1e-3)
    ? y.toExponential(0)
    : String(Number(y.toPrecision(4)));
