/** Whether what is downloaded is fixed to the byte: versions are exact, and each file has a sum. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { readRequirements, requirementFiles, sourceFiles } from '../lib/requirements.mjs';
import * as pins from '../setup/pins.mjs';

/** What has no sum of ours, and what it is held by instead. */
export const UNPINNED = [
  `the headers of Electron ${pins.electron.version}'s Node, which the official release is compiled against: node-gyp ` +
    'compares them with the sums that their own server publishes',
  'the system packages of Debian and Ubuntu: apt checks the signatures of its archives',
];

const text = (name) => readFileSync(join(projectRoot, name), 'utf8');
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** A sentence for each thing that is not fixed. The arguments stand in for the project's files in tests. */
export async function pinProblems({
  manifest = JSON.parse(text('package.json')),
  lock = JSON.parse(text('package-lock.json')),
  npmrc = text('.npmrc'),
  requirements = Object.fromEntries([...requirementFiles, ...sourceFiles].map((name) => [name, text(name)])),
  downloads = pins,
} = {}) {
  return [
    ...npmProblems(manifest, lock, npmrc),
    ...downloadProblems(downloads),
    ...Object.entries(requirements).flatMap(([name, content]) => pythonProblems(name, content, downloads)),
  ];
}

function npmProblems(manifest, lock, npmrc) {
  const problems = [];
  const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  for (const [name, version] of Object.entries(direct)) {
    if (!EXACT.test(version)) problems.push(`package.json: ${name} is ${version}, not one version`);
    const locked = lock.packages[`node_modules/${name}`]?.version;
    if (EXACT.test(version) && locked !== version) {
      problems.push(`package-lock.json: ${name} is ${locked}, package.json has ${version}`);
    }
  }
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue;
    if (!/^sha512-/.test(entry.integrity ?? '')) problems.push(`package-lock.json: ${path} has no SHA-512`);
    if (entry.link || /^(git|file|http:)/.test(entry.resolved ?? '')) {
      problems.push(`package-lock.json: ${path} comes from ${entry.resolved}, not from the registry`);
    }
  }
  if (!/^ignore-scripts=true$/m.test(npmrc)) {
    problems.push('.npmrc: install scripts of packages are not off (ignore-scripts=true)');
  }
  return problems;
}

/** Every object of the pins that names a version has sums. */
function downloadProblems(downloads) {
  const problems = [];
  const look = (value, path) => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((one, index) => look(one, `${path}[${index}]`));
    if (value.package && !SHA256.test(value.sha256 ?? '')) problems.push(`pins.mjs: ${path} has no SHA-256`);
    if (value.package && !EXACT.test(value.version) && !/^\d+(\.\d+)+$/.test(value.version)) {
      problems.push(`pins.mjs: ${path} is ${value.version}, not one version`);
    }
    for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
  };
  for (const [name, value] of Object.entries(downloads)) look(value, name);
  for (const [platform, sum] of Object.entries(downloads.electron.sha256)) {
    if (!SHA256.test(sum)) problems.push(`pins.mjs: electron for ${platform} has no SHA-256`);
  }
  return problems;
}

function pythonProblems(name, content, downloads) {
  const problems = [];
  for (const { text: head, name: one, version, sha256 } of readRequirements(content).requirements) {
    if (!version || /[*<>~!,\s]/.test(version)) problems.push(`${name}: ${head} is not one version`);
    if (sha256.length === 0 || !sha256.every((sum) => SHA256.test(sum))) {
      problems.push(`${name}: ${head} has no SHA-256`);
    }
    if (/^tensorflow(-cpu)?$/.test(one) && version !== downloads.tensorflow.version) {
      problems.push(`${name}: ${head} is not the ${downloads.tensorflow.version} that Resbench links with`);
    }
  }
  return problems;
}
