/**
 * What differs between the Electron lines we run on (22 as the fallback of the set-up, 45 as the current one), in one
 * place and nowhere else.
 */
import { app, protocol } from 'electron';
import type { Caution } from '../../shared/app-info';
import { cautionsOf, refusalOf } from './cautions';

export interface ServedFile {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Serves a privileged scheme; `serve` answers every address and never throws. `protocol.handle` came with Electron 25; before it there were buffer protocols. */
export function serveScheme(scheme: string, serve: (address: string) => Promise<ServedFile>): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await serve(request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  const old = protocol as unknown as {
    registerBufferProtocol(
      scheme: string,
      handler: (
        request: { url: string },
        respond: (response: {
          statusCode: number;
          headers: Record<string, string>;
          mimeType?: string;
          data: Buffer;
        }) => void,
      ) => void,
    ): void;
  };
  old.registerBufferProtocol(scheme, (request, respond) => {
    void serve(request.url).then(({ status, headers, body }) =>
      respond({ statusCode: status, headers, mimeType: headers['Content-Type']?.split(';')[0], data: body }),
    );
  });
}

/** Of the Electron that runs us, with the switches that it was given. */
export const cautions = (): Caution[] =>
  cautionsOf({
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    noSandbox: app.commandLine.hasSwitch('no-sandbox'),
    electron: process.versions.electron ?? '',
  });

/** Why this Electron may open no window, or null. */
export const refusal = (): string | null => refusalOf(process.versions.electron ?? '', process.env);
