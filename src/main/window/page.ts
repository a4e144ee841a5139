/** The window's page: files of out/renderer under an own scheme, so that the origin is ours alone. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { serveScheme, type ServedFile } from './electron-compat';
import { CONTENT_SECURITY_POLICY, pageFile, SCHEME } from './page-files';

/** Must be called before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(folder: string): void {
  serveScheme(SCHEME, async (address): Promise<ServedFile> => {
    const headers = {
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
    };
    const file = pageFile(folder, address);
    const body = file && (await readFile(file.path).catch(() => null));
    if (!body) {
      return {
        status: 404,
        headers: { ...headers, 'Content-Type': 'text/plain' },
        body: Buffer.from('Not found'),
      };
    }
    return { status: 200, headers: { ...headers, 'Content-Type': file.type }, body };
  });
}
