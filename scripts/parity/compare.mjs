/**
 * How far two probes are apart (docs/COMMANDS.md describes their JSON). Distances are relative; `worst` names the place of the
 * largest. A figure that is not a number on either side is infinitely far.
 */

/** What must hold, from the definition of parity: docs/PARITY.md. */
export const LIMITS = {
  /** Cross-entropy and total loss of step 0: the same weights, data and formula. */
  firstLoss: 1e-5,
  gradients: 1e-4,
  losses: 1e-3,
  statistics: 1e-3,
  logits: 1e-3,
};

/** Gradients below this share of the largest are rounding noise. */
const GRADIENT_FLOOR = 1e-6;

/** Where biases meet Adam, Keras' distance from itself, times this, is allowed too. */
export const SELF_FACTOR = 3;

/** Throws where the two did not probe the same network. */
export function compare(ours, reference) {
  const names = (probe) => probe.variables.map(({ name, shape }) => `${name} ${shape.join('x')}`);
  const [a, b] = [names(ours), names(reference)];
  const odd = a.findIndex((name, index) => name !== b[index]);
  if (odd >= 0 || a.length !== b.length || ours.steps.length !== reference.steps.length) {
    throw new Error(`not the same network: variable ${odd} is ${a[odd]} here and ${b[odd]} there`);
  }
  const losses = reference.steps.flatMap((step, index) =>
    ['loss', 'total'].map((key) => ({
      place: `${key} of step ${index}`,
      distance: relative(ours.steps[index][key], step[key]),
    })),
  );
  return {
    firstLoss: worst(losses.slice(0, 2)),
    gradients: worst(gradientDistances(ours.variables, reference.variables)),
    losses: worst(losses),
    statistics: worst(statisticsDistances(ours.variables, reference.variables)),
    logits: logitsDistance(ours.logits, reference.logits),
  };
}

/** Of the gradients' norms, where either is above a millionth of the largest. */
function gradientDistances(ours, reference) {
  const trained = (variables) => variables.map(({ gradNorm }) => gradNorm ?? 0);
  const floor = GRADIENT_FLOOR * Math.max(...trained(reference));
  return reference.flatMap(({ name, gradNorm }, index) => {
    const mine = ours[index].gradNorm;
    if ((mine === null) !== (gradNorm === null)) return { place: name, distance: Infinity };
    if (gradNorm === null || (gradNorm <= floor && mine <= floor)) return [];
    return { place: name, distance: relative(mine, gradNorm) };
  });
}

/** Of the moving statistics' norms and sums, a sum relative to the norm where it is smaller. */
function statisticsDistances(ours, reference) {
  return reference.flatMap(({ name, sum, norm }, index) => {
    if (!/\/moving(Mean|Variance)$/.test(name)) return [];
    const mine = ours[index];
    return [
      { place: `norm of ${name}`, distance: relative(mine.norm, norm) },
      { place: `sum of ${name}`, distance: relative(mine.sum, sum, Math.max(Math.abs(sum), norm)) },
    ];
  });
}

/** The largest difference of any logit, relative to the largest logit. */
function logitsDistance(ours, reference) {
  const scale = Math.max(...reference.flat().map(Math.abs));
  return worst(
    reference.flatMap((row, image) =>
      row.map((logit, index) => ({
        place: `logit ${index} of image ${image}`,
        distance: relative(ours[image]?.[index], logit, scale),
      })),
    ),
  );
}

function relative(a, b, scale = Math.abs(b)) {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
  return a === b ? 0 : Math.abs(a - b) / scale;
}

const worst = (distances) =>
  distances.reduce((most, one) => (one.distance > most.distance ? one : most), { place: null, distance: 0 });

/**
 * Each distance beside its limit. `self` are Keras' distances from itself where rounding rules: they stand for what a figure
 * is worth, so the limit is at least three times as much. `fromStart` says whether that holds for step 0 too, which biases
 * under Adam do not touch.
 */
export function judge(distances, self = null, fromStart = false) {
  return Object.entries(distances).map(([what, { distance, place }]) => {
    const excused = self && (fromStart || (what !== 'firstLoss' && what !== 'gradients'));
    const limit = Math.max(LIMITS[what], excused ? SELF_FACTOR * self[what].distance : 0);
    return { what, distance, place, limit, self: self?.[what].distance ?? null, passed: distance <= limit };
  });
}
