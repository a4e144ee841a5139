/** What docs/SECURITY.md promises of the window, tried in the real one. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRoot, electronPath, expect, ROOT, test } from './app';
import { chooseModel, expectState, goTo, startRun, type Section } from './steps';

const SECTIONS: Section[] = ['models', 'runs', 'compare', 'data', 'settings'];
const PAGE = 'resbench://app/index.html';

test('a window.json from elsewhere sets place and size, on a screen that is there, and nothing else', async ({
  workbench,
}) => {
  // The folder is one's own, so that nothing is asked; the file in it may have been put there.
  await workbench.start();
  await expect.poll(() => existsSync(join(workbench.home, 'installation.json'))).toBe(true);
  await workbench.quit();
  const more = { kiosk: true, fullscreen: true, alwaysOnTop: true, webPreferences: { sandbox: false } };
  for (const bounds of [
    { x: 40, y: 30, width: 1111, height: 777 },
    { x: 50_000, y: -20_000, width: 60_000, height: 700 },
  ]) {
    const written = { bounds: { ...bounds, ...more }, maximized: false, ...more };
    writeFileSync(join(workbench.home, 'window.json'), JSON.stringify(written));
    await workbench.start();
    const state = await workbench.app.evaluate(({ BrowserWindow, screen }) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      return {
        kiosk: window.isKiosk(),
        full: window.isFullScreen(),
        top: window.isAlwaysOnTop(),
        bounds: window.getBounds(),
        area: screen.getPrimaryDisplay().workArea,
      };
    });
    expect(state).toMatchObject({ kiosk: false, full: false, top: false });
    const { bounds: now, area } = state;
    expect(now.x).toBeGreaterThanOrEqual(area.x);
    expect(now.y).toBeGreaterThanOrEqual(area.y);
    expect(now.x + now.width).toBeLessThanOrEqual(area.x + area.width);
    expect(now.y + now.height).toBeLessThanOrEqual(area.y + area.height);
    await workbench.quit();
  }
});

test('the window shows our page and nothing else: no blank page, no frame, no second window', async ({
  workbench,
}) => {
  const page = await workbench.start();
  /**
   * Addresses of all frames of all windows, and whether the page in them is ours at work. Asked of main: a page that was kept
   * from leaving is one that Playwright waits for. And asked of the frame: `webContents.executeJavaScript` first waits for the
   * end of a loading that was refused, which may never come.
   */
  const shown = () =>
    workbench.app.evaluate(({ BrowserWindow }) =>
      Promise.all(
        BrowserWindow.getAllWindows().map(async ({ webContents }) => ({
          frames: webContents.mainFrame.framesInSubtree.map(({ url }) => url.split('#')[0]),
          ours: (await webContents.mainFrame
            .executeJavaScript("document.querySelector('nav') !== null && !!window.api")
            .catch(() => false)) as boolean,
        })),
      ),
    );
  const ours = [{ frames: [PAGE], ours: true }];
  /** In the page, by main: what the page does to itself may take it away before it can answer. */
  const run = (code: string) =>
    workbench.app.evaluate(
      ({ BrowserWindow }, text) =>
        void BrowserWindow.getAllWindows()[0]!
          .webContents.mainFrame.executeJavaScript(text)
          .catch(() => {}),
      code,
    );

  for (const address of ['about:blank', '', 'https://example.org', 'data:text/html,x', PAGE]) {
    expect(await page.evaluate((url) => window.open(url) === null, address), address).toBe(true);
  }
  expect(await shown()).toEqual(ours);

  const frame = (change: string) =>
    run(`{ const frame = document.createElement('iframe'); ${change}; document.body.append(frame); 0 }`);
  for (const change of [
    "frame.src = 'about:blank'",
    '',
    "frame.src = 'data:text/html,x'",
    `frame.src = '${PAGE}'`,
  ]) {
    await frame(change);
    await expect.poll(shown, { message: change }).toEqual(ours);
  }

  // The blank page needs no loading: it comes before anybody can refuse it, and has to go again.
  await workbench.app.evaluate(({ BrowserWindow }) => {
    const seen: string[] = [];
    (globalThis as unknown as { seen: string[] }).seen = seen;
    BrowserWindow.getAllWindows()[0]!.webContents.on('did-navigate', (_event, url) => void seen.push(url));
  });
  const seen = () => workbench.app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  await run("location.href = 'about:blank'; 0");
  await expect.poll(async () => (await seen()).at(-1)).toContain('index.html');
  expect((await seen()).every((url) => url === 'about:blank' || url.startsWith(PAGE))).toBe(true);
  await expect.poll(shown).toEqual(ours);

  for (const address of [
    'https://example.org/',
    'data:text/html,x',
    'file:///etc/passwd',
    'javascript:1',
    'resbench://app/absent.html',
    'resbench://other/index.html',
  ]) {
    await run(`location.href = ${JSON.stringify(address)}; 0`);
    await expect.poll(shown, { message: address }).toEqual(ours);
  }
});

test('an address that is no file of the page answers 404', async ({ workbench }) => {
  const page = await workbench.start();
  const status = (path: string) =>
    page.evaluate(
      (address) =>
        fetch(address).then(
          ({ status }) => status,
          (error: Error) => error.message,
        ),
      `resbench://app/${path}`,
    );
  expect(await status('index.html')).toBe(200);
  for (const path of ['%ff.js', '%.js', 'absent.js', '..%2fmain%2findex.js', 'assets', '']) {
    expect(await status(path), path).toBe(404);
  }
});

test('text never becomes markup or a script, and no view needs it to', async ({ workbench }) => {
  const page = await workbench.start();
  const refused = await page.evaluate(() => {
    const tried: Record<string, (element: HTMLElement) => void> = {
      innerHTML: (element) => (element.innerHTML = '<b>bold</b>'),
      outerHTML: (element) => (element.outerHTML = '<b>bold</b>'),
      insertAdjacentHTML: (element) => element.insertAdjacentHTML('beforeend', '<b>bold</b>'),
      'script.src': () => (document.createElement('script').src = 'resbench://app/index.js'),
      'a worker of a text': () =>
        void new Worker(URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }))),
      'a worker without a policy': () => void new Worker('resbench://app/index.js'),
      'the policy of our workers, once more': () =>
        void (
          window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy('workers', { createScriptURL: (text: string) => text }),
      'another policy': () =>
        void (
          window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy('mine', { createHTML: (text: string) => text }),
      'a default policy': () =>
        void (
          window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy('default', { createHTML: (text: string) => text }),
    };
    return Object.entries(tried)
      .filter(([, attempt]) => {
        try {
          const parent = document.createElement('div');
          attempt(parent.appendChild(document.createElement('p')));
          return true;
        } catch {
          return false;
        }
      })
      .map(([name]) => name);
  });
  expect(refused, 'attempts that were let through').toEqual([]);

  await page.evaluate(() => {
    const seen: string[] = [];
    (window as unknown as { violations: string[] }).violations = seen;
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(`${event.violatedDirective} ${event.sample} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  for (const section of SECTIONS) await goTo(page, section);
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { epochs: 1, limitTrain: 64, limitEval: 32 });
  await expectState(run, 'completed');
  for (const section of SECTIONS) await goTo(page, section);
  expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
});

test('the window has the settings of Electron’s checklist', async ({ workbench }) => {
  await workbench.start();
  const preferences = await workbench.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    webviewTag: false,
  });
  // Off unless set.
  for (const name of [
    'nodeIntegrationInWorker',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'plugins',
  ]) {
    expect(preferences[name] ?? false, name).toBe(false);
  }
  expect(preferences.enableBlinkFeatures ?? '').toBe('');
});

test('the page reaches neither the network nor the disk, and holds no web view', async ({ workbench }) => {
  const page = await workbench.start();
  const reached = await page.evaluate(async () => {
    const outcome = (work: () => Promise<unknown>) =>
      work().then(
        () => 'reached',
        () => 'refused',
      );
    const load = (element: HTMLImageElement | HTMLScriptElement, address: string) =>
      outcome(
        () =>
          new Promise((done, failed) => {
            element.onload = done;
            element.onerror = failed;
            element.src = address;
            document.head.append(element);
          }),
      );
    return {
      https: await outcome(() => fetch('https://example.org/')),
      local: await outcome(() => fetch('http://127.0.0.1:9/')),
      file: await outcome(() => fetch('file:///etc/hostname')),
      image: await load(new Image(), 'https://example.org/x.png'),
      fileImage: await load(new Image(), 'file:///usr/share/pixmaps/x.png'),
      socket: await outcome(
        () =>
          new Promise((done, failed) => {
            const socket = new WebSocket('wss://example.org/');
            socket.onopen = done;
            socket.onerror = failed;
          }),
      ),
      worker: await outcome(
        () =>
          new Promise((done, failed) => {
            const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
            worker.onmessage = done;
            worker.onerror = failed;
          }),
      ),
    };
  });
  expect([...new Set(Object.values(reached))], JSON.stringify(reached)).toEqual(['refused']);

  const view = await page.evaluate(() => {
    const element = document.createElement('webview');
    element.setAttribute('src', 'https://example.org/');
    element.setAttribute('nodeintegration', '');
    document.body.append(element);
    return typeof (element as unknown as { loadURL?: unknown }).loadURL;
  });
  expect(view).toBe('undefined');
  const contents = await workbench.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);
  expect(contents).toBe(1);
});

test('the page has no permission but to write text to the clipboard', async ({ workbench }) => {
  const page = await workbench.start();
  const asked = await page.evaluate(async () => {
    const outcome = (work: () => Promise<unknown>) =>
      work().then(
        () => 'granted',
        () => 'denied',
      );
    return {
      notifications: await Notification.requestPermission(),
      camera: await outcome(() => navigator.mediaDevices.getUserMedia({ video: true })),
      microphone: await outcome(() => navigator.mediaDevices.getUserMedia({ audio: true })),
      screen: await outcome(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await outcome(
        () => new Promise((done, failed) => navigator.geolocation.getCurrentPosition(done, failed)),
      ),
      read: await outcome(() => navigator.clipboard.readText()),
    };
  });
  expect([...new Set(Object.values(asked))], JSON.stringify(asked)).toEqual(['denied']);
});

test('calls are answered to the page of the window alone', async ({ workbench }) => {
  await workbench.start();
  const preload = join(ROOT, 'out/preload/index.js');
  const answer = await workbench.app.evaluate(
    async ({ BrowserWindow }, { file, address }) => {
      const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload: file } });
      await other.loadURL(address);
      const said = (await other.webContents.executeJavaScript(
        "window.api.call('app.info').then((value) => JSON.stringify(value), (error) => error.message)",
      )) as string;
      other.destroy();
      return said;
    },
    { file: preload, address: PAGE },
  );
  expect(answer).toContain('A call from a page that is not ours was refused');
});

test('what protects less than it should is said in the window for as long as it is open', async ({
  workbench,
}) => {
  const page = await workbench.start();
  const version = await workbench.app.evaluate(() => process.versions.electron);
  const expected = [
    ...(asRoot.length > 0 ? ['No sandbox'] : []),
    ...(Number(version.split('.')[0]) < 43 ? ['Old Electron'] : []),
  ];
  const note = page.getByTestId('cautions');
  if (expected.length === 0) {
    await expect(note).toHaveCount(0);
    return;
  }
  await expect(note).toHaveText(expected.join(''));
  await note.click();
  const sentences = page.getByTestId('caution-sentences');
  if (expected.includes('No sandbox')) await expect(sentences).toContainText('no sandbox for root');
  if (expected.includes('Old Electron')) await expect(sentences).toContainText(`Electron ${version}`);
});

test('on an old Electron the program opens no window without a yes', async ({ workbench }) => {
  const env: NodeJS.ProcessEnv = { ...process.env, RESBENCH_HOME: workbench.home };
  delete env.RESBENCH_ALLOW_OLD_ELECTRON;
  const version = await new Promise<string>((done) => {
    const node = { env: { ...env, ELECTRON_RUN_AS_NODE: '1' } };
    execFile(electronPath, ['-p', 'process.versions.electron'], node, (_, stdout) => done(stdout.trim()));
  });
  test.skip(Number(version.split('.')[0]) >= 43, `Electron ${version} is not past its end of life`);
  const ended = await new Promise<{ code: number | null; stderr: string }>((done) => {
    const child = execFile(electronPath, [...asRoot, ROOT], { env }, (_, __, stderr) =>
      done({ code: child.exitCode, stderr }),
    );
  });
  expect(ended.stderr).toContain(`Electron ${version} is past its end of life`);
  expect(ended.stderr).toContain('RESBENCH_ALLOW_OLD_ELECTRON=1');
  expect(ended.code).toBe(1);
  expect(readdirSync(workbench.home)).toEqual([]);
});
