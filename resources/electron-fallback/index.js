/**
 * The start-up script of the fallback Electron (see scripts/setup/electron.mjs). An official Electron carries such a
 * script inside, `default_app.asar`, which loads the app that the command line names; the fallback lacks it, and without
 * it ignores its arguments. Understood as there: `electron [-r MODULE]… PATH`, `--version`, `--abi`.
 *
 * Runs in Node 16 as CommonJS.
 */
const { app, dialog } = require('electron');
const fs = require('fs');
const Module = require('module');
const path = require('path');

function readArguments(argv) {
  const found = { modules: [], app: null, print: null };
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i];
    if (argument === '-r' || argument === '--require') found.modules.push(argv[++i]);
    else if (argument === '-v' || argument === '--version') found.print = `v${process.versions.electron}`;
    else if (argument === '-a' || argument === '--abi') found.print = process.versions.modules;
    else if (argument.startsWith('--app=')) found.app = argument.slice('--app='.length);
    // Chromium's and Node's own switches come before the app; what follows the app belongs to the app.
    else if (!argument.startsWith('-')) found.app = argument;
    if (found.app || found.print) break;
  }
  return found;
}

/** Says on the terminal, and in a window where there is one, why nothing starts. */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) dialog.showErrorBox('Resbench', sentence);
  app.exit(1);
}

/** Gives the app its own name, version and paths before its first line runs, then runs it as the main module. */
function load(target) {
  const folder = path.resolve(target);
  const manifest = path.join(folder, 'package.json');
  if (fs.existsSync(manifest)) {
    let description;
    try {
      description = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    } catch (error) {
      return fail(`${manifest} cannot be read: ${error.message}`);
    }
    const name = description.productName || description.name;
    // Also names the folder of the user's data.
    if (name) app.setName(name);
    if (description.version) app.setVersion(description.version);
    app.setDesktopName(description.desktopName || `${app.getName()}.desktop`);
  }
  let main;
  try {
    main = Module._resolveFilename(folder, null, true);
  } catch (error) {
    return fail(`There is no Electron app at ${folder}: ${error.message}`);
  }
  app.setAppPath(fs.existsSync(manifest) ? folder : path.dirname(main));
  // Marks, as the official script does, that the app was named on the command line and is not packaged.
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  Module._load(main, module, true);
}

const found = readArguments(process.argv.slice(1));
if (found.print) {
  process.stdout.write(`${found.print}\n`);
  app.exit(0);
} else {
  if (found.modules.length) Module._preloadModules(found.modules);
  if (found.app) load(found.app);
  else fail('This Electron needs the folder of an app as its argument.');
}
