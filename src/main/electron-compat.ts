/**
 * What differs between the Electron lines we run on (22 as the fallback of the set-up, 45 as the current one), in one
 * place and nowhere else.
 */
import { protocol } from 'electron';

export interface ServedFile {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Serves a privileged scheme. `protocol.handle` came with Electron 25; before it there were buffer protocols. */
export function serveScheme(scheme: string, serve: (url: URL) => Promise<ServedFile>): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await serve(new URL(request.url));
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
    void serve(new URL(request.url)).then(({ status, headers, body }) =>
      respond({ statusCode: status, headers, mimeType: headers['Content-Type']?.split(';')[0], data: body }),
    );
  });
}
