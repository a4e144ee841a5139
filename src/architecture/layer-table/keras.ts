import { thousands } from '../number-text';
import type { Summary } from '../summary';
import { align } from './align';

/**
 * The text of Keras' `model.summary()` (Keras 2, as the blog prints it): layer and type, output shape with the batch
 * as None, parameters; then the three totals.
 */
export function formatKeras(summary: Summary, modelName: string): string {
  const rows = summary.layers.map(({ name, type, outputShape, params }) => {
    const shape = `(None, ${outputShape.join(', ')})`;
    return [`${name} (${type})`, type === 'InputLayer' ? `[${shape}]` : shape, String(params)];
  });
  const [header, ...lines] = align([['Layer (type)', 'Output Shape', 'Param #'], ...rows], ['<', '<', '<']);
  const width = Math.max(65, ...lines.map((line) => line.length), header!.length);
  const thin = '_'.repeat(width);
  const thick = '='.repeat(width);
  return [
    `Model: ${JSON.stringify(modelName)}`,
    thin,
    header!,
    thick,
    lines.join(`\n${thin}\n`),
    thick,
    `Total params: ${thousands(summary.totalParams)}`,
    `Trainable params: ${thousands(summary.trainableParams)}`,
    `Non-trainable params: ${thousands(summary.nonTrainableParams)}`,
    thin,
    '',
  ].join('\n');
}
