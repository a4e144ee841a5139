/** The window's page: files of out/renderer under an own scheme, so that the origin is ours alone. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { serveScheme, type ServedFile } from './electron-compat';

const SCHEME = 'resbench';
export const PAGE_ORIGIN = `${SCHEME}://app`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Styles are inline because Naive UI mounts its style sheets at run time; scripts never are. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must be called before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(folder: string): void {
  serveScheme(SCHEME, async (url): Promise<ServedFile> => {
    const headers = {
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
    };
    const path = normalize(join(folder, decodeURIComponent(url.pathname)));
    const type = TYPES[extname(path)];
    if (url.host !== 'app' || !path.startsWith(folder + sep) || !type) {
      return {
        status: 404,
        headers: { ...headers, 'Content-Type': 'text/plain' },
        body: Buffer.from('Not found'),
      };
    }
    try {
      return { status: 200, headers: { ...headers, 'Content-Type': type }, body: await readFile(path) };
    } catch {
      return {
        status: 404,
        headers: { ...headers, 'Content-Type': 'text/plain' },
        body: Buffer.from('Not found'),
      };
    }
  });
}
