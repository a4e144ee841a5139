/**
 * What no page may do, whatever it turns into. Numbers in comments are the items of Electron's security checklist
 * (https://www.electronjs.org/docs/latest/tutorial/security).
 */
import { app, session, type WebContents, type WebPreferences } from 'electron';
import { PAGE_ORIGIN, PAGE_URL } from './page-files';

/** 2, 3, 4: no Node in the page, own world for the preload, sandbox on. */
export const SECURE_WEB_PREFERENCES: WebPreferences = {
  nodeIntegration: false,
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
};

export function isOurPage(url: string): boolean {
  return url === PAGE_ORIGIN || url.startsWith(`${PAGE_ORIGIN}/`);
}

/** The one address that the window shows: it navigates by what stands after `#`. */
const isPageAddress = (url: string): boolean => url.split(/[?#]/)[0] === PAGE_URL;

export function lockDown(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    // 13: the page navigates by hash only.
    contents.on('will-navigate', (event, url) => {
      if (!isPageAddress(url)) event.preventDefault();
    });
    // 14: no new windows.
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    // 12: no web views.
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/**
 * 13, where `will-navigate` does not ask: `about:blank` needs no loading, so it is there before anybody can refuse. Our page
 * never leaves its address and has no frames; a window that shows anything else gets our page back at once, and until then
 * no call of it is answered (src/main/window/ipc/register.ts).
 */
export function keepToOurPage(contents: WebContents): void {
  const back = () => {
    if (!contents.isDestroyed()) void contents.loadURL(PAGE_URL).catch(() => {});
  };
  contents.on('did-frame-navigate', (_event, url, _status, _text, isMainFrame) => {
    if (isMainFrame && !isPageAddress(url)) back();
  });
  // Not from within the event: Chromium is still at work on the frame.
  contents.on('frame-created', () => {
    setImmediate(() => {
      if (!contents.isDestroyed() && contents.mainFrame.framesInSubtree.length > 1) back();
    });
  });
}

/** 5: no permissions but writing text to the clipboard, which the copy buttons need; both when asked for and when checked. */
export function denyPermissions(): void {
  const allowed = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && isOurPage(url);
  session.defaultSession.setPermissionRequestHandler((contents, permission, done) =>
    done(allowed(permission, contents.getURL())),
  );
  session.defaultSession.setPermissionCheckHandler((contents, permission) =>
    allowed(permission, contents?.getURL() ?? ''),
  );
}
