import { expect, it } from 'vitest';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import { StepCurves } from '../../../../src/renderer/charts/step-curves';
import { Schedule } from '../../../../src/shared/schedule';

const scale = { schedule: new Schedule(640, 64, 3), macs: 1, startedAt: null, gaps: [] };

it('makes a curve once for each value over the axis that is looked at', () => {
  const curves = new StepCurves(new MetricLog(), scale);
  const loss = curves.of('loss', 'epoch');
  expect(curves.of('loss', 'epoch')).toBe(loss);
  expect(curves.of('accuracy', 'epoch')).not.toBe(loss);
  expect(curves.of('loss', 'epoch')).toBe(loss);
  expect(loss).toMatchObject({ value: 'loss', axis: 'epoch' });
});

it('gives up the curves of another axis', () => {
  const curves = new StepCurves(new MetricLog(), scale);
  const loss = curves.of('loss', 'epoch');
  expect(curves.of('loss', 'step')).not.toBe(loss);
  expect(curves.of('loss', 'step')).toMatchObject({ value: 'loss', axis: 'step' });
  expect(curves.of('loss', 'epoch')).not.toBe(loss);
});
