/** A difference of one convention as part of a sentence. */

/** As fields are listed → as a sentence says them. */
const NAMES: Readonly<Record<string, string>> = {
  'Input shape': 'input',
  L2: 'L2',
  'BN momentum': 'BN momentum',
  'BN epsilon': 'BN epsilon',
};
/** Fields that are there or not → how a sentence says either. */
const SWITCHES: Readonly<Record<string, readonly [on: string, off: string]>> = {
  'Convolution bias': ['convolution biases', 'no convolution biases'],
  'Zero-initialise last gamma': ['the last gammas at zero', 'the last gammas at one'],
};

/** `BN momentum 0.9 instead of 0.99`, `no convolution biases`, `10 classes instead of 1000`. */
export function plainConvention(field: string, ours: string, theirs: string): string {
  const words = SWITCHES[field];
  if (words) return ours === 'yes' ? words[0] : words[1];
  if (field === 'Classes') return `${ours} classes instead of ${theirs}`;
  if (field === 'Stride on') return `the stride on the ${ours} instead of the ${theirs}`;
  if (field === 'Stem') return `another stem (${ours})`;
  return `${NAMES[field] ?? field.toLowerCase()} ${ours} instead of ${theirs}`;
}
