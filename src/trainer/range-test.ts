/** The steps of a learning-rate range test: as the training loop takes them, with rates of their own, and nothing kept. */
import type { Recipe } from '../shared/recipe';
import { RangeCurve, type RangeEnd, type RangePoint, type RateRange } from '../shared/range-test';
import { isDropped } from '../shared/schedule';
import { now } from './clock';
import type { Dataset } from './data/dataset';
import type { Engine } from './engine/engine';
import { epochOrder, feedOf, messagesArrive } from './loop';

/** Seconds between messages. */
const SEND_EVERY = 0.25;

/**
 * Trains epoch after epoch until the test ends. The same recipe gives the same points.
 * @param engine with the initial weights of the recipe's seed
 * @param send takes the new points a few times per second, and the last ones before the promise settles
 * @param onImagesHeld called once where the engine holds the images itself from then on
 */
export async function rangeTest(
  { recipe, range }: { recipe: Recipe; range: RateRange },
  dataset: Pick<Dataset, 'train' | 'eval' | 'statistics'>,
  engine: Engine,
  send: (points: RangePoint[]) => void,
  onImagesHeld?: () => void,
): Promise<RangeEnd> {
  const feed = feedOf(engine, dataset, recipe, onImagesHeld);
  const { count } = dataset.train;
  const least = isDropped(recipe, count) ? recipe.batchSize : 1;
  const curve = new RangeCurve(range);
  let pending: RangePoint[] = [];
  let sent = -Infinity;
  const flush = (): void => {
    if (pending.length > 0) send(pending);
    pending = [];
    sent = now();
  };

  for (let epoch = 1; ; epoch++) {
    const order = epochOrder(count, recipe.seed, epoch);
    for (let position = 0; position + least <= count;) {
      // What has been sent leaves before the next step blocks this thread.
      await messagesArrive();
      const batch = order.subarray(position, position + recipe.batchSize);
      const parts = feed.step(batch, curve.rate, epoch);
      let part = parts.next();
      for (; !part.done; part = parts.next()) await messagesArrive();
      const { loss, count: taken } = part.value;
      position += taken;
      const { point, end } = curve.add(loss);
      if (point) pending.push(point);
      if (end !== null || now() - sent >= SEND_EVERY) flush();
      if (end !== null) return end;
    }
  }
}
