/** What docs/SECURITY.md says is not used anywhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(__dirname, '../../../src');

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return files(path);
    return /\.(ts|vue)$/.test(item.name) ? [path] : [];
  });
}

/** Places in the sources that a pattern finds, as `file: text`. */
const places = (pattern: RegExp, below: string): string[] =>
  files(join(SRC, below)).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(pattern)].map(([text]) => `${relative(SRC, path)}: ${text}`),
  );

describe('the sources', () => {
  it('never hand an address to the desktop', () => {
    expect(places(/\bopenExternal\b/g, '.')).toEqual([]);
  });

  it('never turn text into markup or into code', () => {
    const sinks =
      /v-html|\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc)\b|document\.write|\beval\(|new Function/g;
    expect(places(sinks, 'renderer')).toEqual([]);
  });

  it('use no component of Naive UI that writes markup by itself', () => {
    expect(places(/\b(?:NCode|NLog|NEquation)\b|<n-(?:code|log|equation)|\bautosize\b/g, 'renderer')).toEqual(
      [],
    );
  });

  it('switch off no wall of the window', () => {
    const switches =
      /(?:nodeIntegration\w*|allowRunningInsecureContent|experimentalFeatures|webviewTag): true|(?:webSecurity|sandbox|contextIsolation): false|enableBlinkFeatures|disable-web-security|ignore-certificate-errors/g;
    expect(places(switches, '.')).toEqual([]);
  });

  it('are found by these patterns where they are', () => {
    expect(places(/contextIsolation: true/g, '.')).toEqual([
      'main/window/security.ts: contextIsolation: true',
    ]);
  });
});
