/** The few questions we ask of the user's own npm, whose settings say which registry to use and how to reach it. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readUserFile } from '../../node/files/user-files';
import { expected } from '../../shared/result';
import { cancelled } from './abort';

/** Bytes of a file of certificates; a system's whole store has less than one million. */
const MAX_CERTIFICATES = 16 * 1024 * 1024;

/** How npm is started: by the very npm that started us (`npm start`), else by the one on the PATH. */
export function npmCommand(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): { file: string; first: string[]; shell: boolean } {
  const cli = env.npm_execpath;
  const node = env.npm_node_execpath;
  if (cli && node && /^npm-cli\.c?js$/.test(basename(cli.replace(/\\/g, '/')))) {
    return { file: node, first: [cli], shell: false };
  }
  // Windows starts .cmd files only through its shell; all our arguments are plain words.
  return platform === 'win32'
    ? { file: 'npm.cmd', first: [], shell: true }
    : { file: 'npm', first: [], shell: false };
}

/**
 * Runs npm and returns its stdout.
 * @throws ExpectedError `network` when there is no npm, or it fails; `cancelled`.
 */
function npm(args: string[], cwd: string, signal: AbortSignal, timeout: number): Promise<string> {
  const { file, first, shell } = npmCommand();
  const env = { ...process.env };
  // Said to us, not to npm's Node.
  delete env.ELECTRON_RUN_AS_NODE;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const child = spawn(file, [...first, ...args], {
      cwd,
      env,
      shell,
      timeout,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const abort = (): void => void child.kill();
    signal.addEventListener('abort', abort, { once: true });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort);
      reject(
        expected(
          'network',
          error.code === 'ENOENT'
            ? 'npm was not found on this machine.'
            : `npm could not be started (${error.message}).`,
        ),
      );
    });
    child.on('close', (code) => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(cancelled());
      else if (code === 0) resolve(output);
      else reject(expected('network', `npm could not get the package (${npmCause(output + errors, code)}).`));
    });
  });
}

/**
 * npm's own code for what went wrong, e.g. `E404` or `ENOTFOUND`.
 * @param said both outputs: with `--json` the code stands on stdout, otherwise on stderr.
 */
export function npmCause(said: string, code: number | null): string {
  const named =
    /npm (?:error|ERR!) code (\S+)/.exec(said) ?? /"error":\s*\{\s*"code":\s*"([^"]+)"/.exec(said);
  return named?.[1] ?? (code === null ? 'no answer in time' : `exit code ${code}`);
}

/**
 * Where the registry of the user's settings keeps a package, and its integrity.
 * @param spec name and exact version.
 * @throws ExpectedError `network` or `cancelled`.
 */
export async function npmView(
  spec: string,
  cwd: string,
  signal: AbortSignal,
): Promise<{ tarball: string; integrity: string }> {
  const output = await npm(['view', spec, 'dist', '--json'], cwd, signal, 60000);
  try {
    const { tarball, integrity } = JSON.parse(output) as { tarball?: unknown; integrity?: unknown };
    if (typeof tarball === 'string' && typeof integrity === 'string') return { tarball, integrity };
  } catch {
    // Said below.
  }
  throw expected('network', `npm does not say where ${spec} lies.`);
}

/**
 * Lets npm itself fetch a package into a folder: slower and not resumable, but with its proxies and passwords.
 * @throws ExpectedError `network` or `cancelled`.
 */
export async function npmPack(spec: string, folder: string, signal: AbortSignal): Promise<void> {
  await npm(['pack', spec, '--silent'], folder, signal, 30 * 60000);
}

/**
 * Certificates to trust beyond the built-in ones, which our own downloads would not see otherwise: those of
 * NODE_EXTRA_CA_CERTS (which Electron ignores) and of npm's `cafile`. Undefined where the user has none.
 */
export async function trustedCertificates(cwd: string, signal: AbortSignal): Promise<string[] | undefined> {
  const files = [process.env.NODE_EXTRA_CA_CERTS];
  try {
    const cafile = (await npm(['config', 'get', 'cafile'], cwd, signal, 30000)).trim();
    if (cafile !== '' && cafile !== 'null' && cafile !== 'undefined') files.push(cafile);
  } catch {
    // No npm, or none that answers: then it has nothing to add.
  }
  const extra = new Set<string>();
  for (const file of files) {
    try {
      if (file) {
        const limit = MAX_CERTIFICATES;
        extra.add(readUserFile(file, { wanted: 'a file of certificates', limit }).toString('utf8'));
      }
    } catch {
      // Named but absent: the download tells whether it was needed.
    }
  }
  return extra.size > 0 ? [...rootCertificates, ...extra] : undefined;
}
