/** What npm's registry knows against the packages of the lockfile. */
import { projectRoot } from '../lib/paths.mjs';
import { npmCommand, run } from '../lib/processes.mjs';

const PATIENCE_MS = 60_000;

/** Advisories that do not concern Resbench, by their address, each with the reason. */
export const ACCEPTED = new Map();

/** `{ problems }`, or `{ unreachable }` with the reason why there is no answer. */
export async function askAdvisories({ env = process.env } = {}) {
  const [npm, ...first] = npmCommand(env);
  const args = [...first, 'audit', '--json', '--package-lock-only', '--loglevel=error'];
  args.push('--fetch-retries=0', '--fetch-timeout=20000');
  const ended = await run(npm, args, { cwd: projectRoot, env, timeout: PATIENCE_MS });
  return readAnswer(ended.stdout);
}

/** What `npm audit --json` printed. */
export function readAnswer(stdout) {
  let answer;
  try {
    answer = JSON.parse(stdout) ?? {};
  } catch {
    return { unreachable: 'npm gave no answer' };
  }
  if (!answer.vulnerabilities) {
    const reason = answer.message ?? answer.error?.summary ?? answer.error?.code ?? 'npm gave no answer';
    // An address says nothing to whoever reads this, and may hold a password.
    return { unreachable: `npm's registry did not answer (${String(reason).split(/\s*https?:/)[0]})` };
  }
  const problems = [];
  for (const { name, severity, via } of Object.values(answer.vulnerabilities)) {
    for (const advisory of via) {
      // A text names the package by which this one is concerned; that has an entry of its own.
      if (typeof advisory === 'string' || ACCEPTED.has(advisory.url)) continue;
      problems.push(
        `${name} ${advisory.range}: ${advisory.title} (${advisory.severity ?? severity}) ${advisory.url}`,
      );
    }
  }
  return { problems };
}
