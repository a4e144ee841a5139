/** Which recipe the dialog of a new run proposes for a network and a data set, and why. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { PRESETS } from '../../../architecture/presets';
import type { DatasetId } from '../../../shared/dataset';
import { formatPercent } from '../../../shared/format';
import {
  describeRuns,
  NAMED_RECIPES,
  ofBuiltIn,
  ofSaved,
  type Expectation,
  type RecipeOfName,
} from '../../../shared/named-recipes';
import { DEFAULT_RECIPE, type Recipe } from '../../../shared/recipe';
import type { Run } from '../../../shared/run';
import { isSameDesign } from '../../../shared/saved-architecture';
import { versionOfRecipe, type SavedRecipe } from '../../../shared/saved-recipe';
import { validatesOnTestSet } from '../../../shared/validation';

export type Proposal = { named: RecipeOfName } & (
  | { why: 'used'; run: Pick<Run, 'id' | 'name'> }
  | { why: 'proven'; expected: Expectation }
  /** Made for the network, without a result that would prove it here. */
  | { why: 'made'; network: string }
);

export interface ProposalFor {
  architecture: Architecture;
  datasetId: DatasetId;
  own: readonly SavedRecipe[];
  /** Newest first. */
  runs: readonly Run[];
}

/**
 * One's own that was last used for the network and the data set; else the one with the best documented accuracy for the two; else
 * one's own that was last used for the data set; else the first that is made for the network. Null for none of these.
 */
export function proposedRecipe({ architecture, datasetId, own, runs }: ProposalFor): Proposal | null {
  const used = runs.filter(
    (run) => run.unreadable === undefined && run.recipe !== null && run.dataset?.id === datasetId,
  );
  const lastOwn = (among: readonly Run[]): Proposal | null => {
    for (const run of among) {
      for (const saved of own) {
        const number = versionOfRecipe(run.recipe!, saved, run.architecture);
        const version = saved.versions.find((one) => one.version === number);
        if (version) return { why: 'used', named: ofSaved(saved, version), run };
      }
    }
    return null;
  };
  const ofNetwork = used.filter((run) => run.architecture && isSameDesign(run.architecture, architecture));
  const presets = PRESETS.filter((preset) => isSameDesign(preset.architecture, architecture));
  const isFor = (network: string): boolean => presets.some(({ id }) => id === network);
  const proven = NAMED_RECIPES.flatMap((builtIn): (Proposal & { why: 'proven' })[] =>
    builtIn.expected
      .filter(({ network, dataset }) => dataset === datasetId && isFor(network))
      .map((expected) => ({ why: 'proven', named: ofBuiltIn(builtIn), expected })),
  ).sort((a, b) => b.expected.accuracy.mean - a.expected.accuracy.mean)[0];
  const made = NAMED_RECIPES.find(({ networks }) => networks.some(isFor));
  return (
    lastOwn(ofNetwork) ??
    proven ??
    lastOwn(used) ??
    // Those that come with the program are made for the images of CIFAR.
    (made && datasetId === 'cifar10'
      ? { why: 'made', named: ofBuiltIn(made), network: presets[0]!.title }
      : null)
  );
}

/**
 * What the form begins with by itself: one that is proven or was used. One that comes with the program and validates on the test
 * set does so only where it is chosen: till then the split, and how often is validated, stay those of the form, so that nothing is
 * tuned on the test set.
 */
export function startingRecipe(proposal: Proposal | null): Recipe {
  if (proposal === null || proposal.why === 'made') return DEFAULT_RECIPE;
  const { recipe } = proposal.named;
  const { validationSplit, validationEvery } = DEFAULT_RECIPE;
  return proposal.why === 'proven' && validatesOnTestSet(recipe)
    ? { ...recipe, validationSplit, validationEvery }
    : recipe;
}

/**
 * Why, and what to expect: the end of `Proposed is the blog’s: …`.
 * @param dataset its title
 * @param time how long it takes here, `about 21 min`; null where that is not known
 */
export function describeProposal(proposal: Proposal, dataset: string, time: string | null): string {
  const duration = time === null ? '' : `, ${time}`;
  switch (proposal.why) {
    case 'used':
      return `last used for ${dataset}, by run ${proposal.run.id}${duration}.`;
    case 'proven': {
      const { expected } = proposal;
      return (
        `expect ${formatPercent(expected.accuracy.mean)} validation accuracy${duration} ` +
        `(${describeRuns(expected, 'documented run')}).`
      );
    }
    case 'made':
      return `made for ${proposal.network}; what it comes to here is not documented${duration}.`;
  }
}
