/** Which file of the page an address means, and the policy that is sent with each. */
import { extname, join, normalize, sep } from 'node:path';

export const SCHEME = 'resbench';
const HOST = 'app';
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * Styles are inline because Naive UI mounts its style sheets at run time; scripts never are. Text becomes markup by Vue's
 * own policy alone, which only its static templates use, and the address of a script by that of our workers, which takes our
 * own files (src/renderer/base/worker.ts); there is no default policy that would let other text pass.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vue workers',
].join('; ');

/**
 * The file below `folder` and its type, null for every address that is not one of the page's files: another host, a way
 * out of the folder, an unknown type, or text that is no address at all.
 */
export function pageFile(folder: string, address: string): { path: string; type: string } | null {
  let name: string;
  try {
    const url = new URL(address);
    if (url.protocol !== `${SCHEME}:` || url.host !== HOST) return null;
    // Throws for escapes that are no UTF-8, such as %ff.
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = normalize(join(folder, name));
  const type = TYPES[extname(path)];
  return type && path.startsWith(folder + sep) ? { path, type } : null;
}
