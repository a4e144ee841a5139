/** What an architecture is apart from its name and from what a data set asks for. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { formatArchitecture } from '../../../architecture/text/architecture';

/** Architectures are never changed in place, and each is looked at for many runs. */
const keys = new WeakMap<Architecture, string>();

/** Equal for two architectures where every field but name, input shape and classes is (`isSameDesign`). */
export function designKey(architecture: Architecture): string {
  let key = keys.get(architecture);
  if (key === undefined) {
    key = formatArchitecture({ ...architecture, name: '', inputShape: [1, 1, 1], classes: 2 });
    keys.set(architecture, key);
  }
  return key;
}
