/** The requirements files of the programs that Resbench is compared with: what each names, at which version and sums. */

export const requirementFiles = [
  'test/reference/requirements.txt',
  'test/reference/requirements-layers.txt',
  'test/bench/requirements-torch.txt',
  'test/bench/requirements-torch-cuda.txt',
  'test/bench/requirements-tensorboard.txt',
];

/** Those of packages that are published as sources alone; each is pinned by hand. */
export const sourceFiles = ['test/reference/requirements-layers-sources.txt'];

/**
 * The comment at the top and the requirements: `text` as it stands before its sums, `specifier` (`name==version`), `name` as
 * indexes compare it, `version`, `marker` (null: for every platform), `sha256` (a list).
 */
export function readRequirements(text) {
  const comment = /^(?:#.*\n)*/.exec(text)[0];
  const lines = text.slice(comment.length).replaceAll('\\\n', ' ').split('\n');
  const requirements = lines
    .filter((line) => line.trim())
    .map((line) => {
      const [head, ...sums] = line.split('--hash=sha256:').map((part) => part.trim());
      const [specifier, marker = null] = head.split(';').map((part) => part.trim());
      const [name, version = null] = specifier.split(/={2,3}/);
      return {
        text: head,
        specifier,
        name: normalized(name),
        version,
        marker,
        sha256: sums,
      };
    });
  return { comment, requirements };
}

/** A package's name as indexes compare it. */
export const normalized = (name) => name.toLowerCase().replace(/[-_.]+/g, '-');
