/** The smallest program that shows that Electron works here: a sandboxed window that runs a script. */
const { app, BrowserWindow } = require('electron');

app.on('window-all-closed', () => {});
app
  .whenReady()
  .then(async () => {
    const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
    await window.loadURL('data:text/html,<title>Resbench</title>');
    const product = await window.webContents.executeJavaScript('6 * 7');
    if (product !== 42) throw new Error(`the page computed ${product}`);
    process.stdout.write(`resbench-window ${JSON.stringify(process.versions)}\n`, () => app.exit(0));
  })
  .catch((error) => {
    process.stderr.write(`${error.message}\n`, () => app.exit(1));
  });
