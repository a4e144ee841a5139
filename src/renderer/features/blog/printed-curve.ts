/** The printed epochs as a curve. Pure. */
import { printedHistory } from '../../../shared/blog/experiment';
import type { Curve, LegendEntry } from '../../charts/curve';
import { parentStyle } from '../../charts/palette';
import { samplesOf } from '../../charts/samples';
import type { EpochValue } from '../../charts/series';

/** Values that the post prints of each epoch. */
export const PRINTED_VALUES = ['valAccuracy', 'accuracy', 'valLoss', 'loss'] as const satisfies EpochValue[];
export type PrintedValue = (typeof PRINTED_VALUES)[number];

/** Grey, which is no run's colour. */
const legendOfPrinted = (dark: boolean): LegendEntry => ({
  group: 'printed',
  label: 'Printed in the blog',
  style: parentStyle(dark),
  marked: true,
});

export function printedCurve(value: PrintedValue, dark: boolean): { curve: Curve; legend: LegendEntry } {
  const legend = legendOfPrinted(dark);
  const { group, label, style } = legend;
  const points = printedHistory().epochs.map((epoch) => ({ x: epoch.epoch, y: epoch[value] }));
  return { curve: { group, label, style, samples: samplesOf(points), kind: 'marked' }, legend };
}
