/** What a run is called where nobody gave it a name of its own. Pure. */
import { beginning } from '../architecture/names';
import { shownName } from '../architecture/shown-name';
import type { Run } from './run';

/**
 * The name of a run. One that was made of the name of its architecture, as the command line and earlier versions did, says
 * how the network differs from the preset of that name: `resnet18, no shortcut on shapes`.
 */
export function shownRunName({
  name,
  architecture,
  dataset,
  model,
}: Pick<Run, 'name' | 'architecture' | 'dataset' | 'model'>): string {
  // The name of a saved architecture is its user's, whatever it is.
  if (!architecture || model || !name.startsWith(architecture.name)) return name;
  const shown = shownName(architecture);
  if (shown === architecture.name) return name;
  const rest = name.slice(architecture.name.length);
  const made = ['', ...(dataset ? [` on ${dataset.id}`, ` on ${dataset.title}`] : [])];
  const isMade = made.includes(rest.replace(/ \((fork ?)?\d*\)$/, ''));
  return isMade ? beginning(shown + rest) : name;
}

/** The run under the name that it is shown by; the same object where that is its own. */
export function withShownName(run: Run): Run {
  if (run.unreadable !== undefined) return run;
  const name = shownRunName(run);
  return name === run.name ? run : { ...run, name };
}
