/** Fields of the recipe on the weights that a run begins with. Pure. */
import type { FieldDescription } from './recipe-description';

/** What each does is said in `src/trainer/engine/initial-values.ts`. Earlier runs had Glorot's. */
export const WEIGHT_FIELDS = {
  initialisation: {
    kind: 'choice',
    group: 'run',
    rare: true,
    label: 'Initialisation',
    help: "initial kernels: Glorot's uniform, He's normal in convolutions, or that with the identity in the first filters of 3x3 ones",
    keptByForks: true,
    choices: { glorot: 'Glorot', he: 'He', dirac: 'Dirac' },
    choicesAreNames: true,
    silent: ['glorot'],
    default: 'glorot',
    earlier: 'glorot',
  },
} as const satisfies Record<string, FieldDescription>;
