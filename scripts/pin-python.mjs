#!/usr/bin/env node
/**
 * `node scripts/pin-python.mjs [FILE…]`: writes the SHA-256 of every wheel that a requirements file may take into it, for the
 * platforms and Pythons below, from the index that pip is set up with. For whoever changes a version; run it on a network
 * that is trusted, and read the difference.
 *
 * What pip would install is asked, nothing is downloaded but what describes the packages.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, runMain } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { lastLines, pythonCommand, run } from './lib/processes.mjs';
import { normalized, readRequirements, requirementFiles } from './lib/requirements.mjs';

const PYTHONS = ['311', '312', '313'];
/** Of glibc 2.28 and older, by their newer and older names. */
const manylinux = (arch, ...names) =>
  [...Array.from({ length: 24 }, (_, i) => `_2_${28 - i}`), ...names].map(
    (name) => `manylinux${name}_${arch}`,
  );
const PLATFORMS = {
  'linux-x64': manylinux('x86_64', '2014', '2010', '1'),
  'linux-arm64': manylinux('aarch64', '2014'),
  'darwin-arm64': [14, 13, 12, 11].flatMap((v) => [`macosx_${v}_0_arm64`, `macosx_${v}_0_universal2`]),
};

await runMain(async () => {
  const python = await pythonCommand();
  if (!python) throw new Failure('Python 3 was not found.');
  const asked = process.argv.slice(2);
  for (const file of asked.length > 0 ? asked : requirementFiles.map((name) => join(projectRoot, name))) {
    await pin(file, python.program);
  }
});

async function pin(file, python) {
  const { comment, requirements } = readRequirements(readFileSync(file, 'utf8'));
  const found = new Map(requirements.map(({ text }) => [text, new Set()]));
  for (const version of PYTHONS) {
    for (const [platform, platformTags] of Object.entries(PLATFORMS)) {
      // What is for some platforms only fails on the others, and pip names nothing where one fails.
      const groups = [...new Set(requirements.map(({ marker }) => marker))].map((marker) =>
        requirements.filter((one) => one.marker === marker),
      );
      for (const group of groups) {
        const sums = await sumsOf(python, group, version, platformTags);
        if (!sums) {
          process.stdout.write(
            `${file}: ${platform}, Python ${version}: not there: ${group.map(({ name }) => name).join(', ')}\n`,
          );
          continue;
        }
        for (const { text, name } of group) if (sums.has(name)) found.get(text).add(sums.get(name));
      }
    }
  }
  const without = requirements.filter(({ text }) => found.get(text).size === 0);
  if (without.length > 0) {
    throw new Failure(`No wheel was found for ${without.map(({ text }) => text).join(', ')} of ${file}.`);
  }
  const lines = requirements.map(({ text }) =>
    [text, ...[...found.get(text)].sort().map((sum) => `    --hash=sha256:${sum}`)].join(' \\\n'),
  );
  writeFileSync(file, `${comment}${lines.join('\n')}\n`);
  process.stdout.write(`${file}: ${requirements.length} packages pinned\n`);
}

/** SHA-256 by package name, null where pip finds no wheel for one of them. */
async function sumsOf(python, group, version, platformTags) {
  const args = ['-m', 'pip', 'install', '--dry-run', '--ignore-installed', '--no-input', '--quiet'];
  args.push('--no-deps', '--only-binary=:all:', '--target', 'nowhere', '--report', '-');
  args.push('--implementation', 'cp', '--python-version', version);
  for (const abi of [`cp${version}`, 'abi3', 'none']) args.push('--abi', abi);
  for (const tag of platformTags) args.push('--platform', tag);
  const ended = await run(python, [...args, ...group.map(({ specifier }) => specifier)]);
  if (ended.code !== 0) {
    if (!/No matching distribution/.test(ended.output)) throw new Failure(lastLines(ended.output));
    return null;
  }
  return new Map(
    JSON.parse(ended.stdout).install.map(({ metadata, download_info: { archive_info: archive } }) => [
      normalized(metadata.name),
      archive.hashes.sha256,
    ]),
  );
}
