/** Where a run comes from. Pure. */
import type { Run } from '../../../shared/run';

export interface Parent {
  id: number;
  name: string;
  /** The step at which the fork was taken. */
  step: number;
  /** Whether it can be opened: it is not deleted. */
  known: boolean;
}

/**
 * The run that a fork was taken from; null for a run that is no fork.
 *
 * @param known the parent, where it is not deleted
 */
export const parentOf = (
  { parent }: Pick<Run, 'parent'>,
  known: Pick<Run, 'name'> | undefined,
): Parent | null =>
  parent && {
    id: parent.id,
    step: parent.step,
    known: known !== undefined,
    name: known?.name ?? `run ${parent.id}, which was deleted`,
  };
