import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, pageFile } from '../../../../src/main/window/page-files';

const FOLDER = '/program/out/renderer';
const pathOf = (address: string) => pageFile(FOLDER, address)?.path ?? null;

describe('an address of the page', () => {
  it.each([
    ['resbench://app/index.html', `${FOLDER}/index.html`],
    ['resbench://app/index.html?view=1#/runs', `${FOLDER}/index.html`],
    ['resbench://app/assets/index%2Dab.js', `${FOLDER}/assets/index-ab.js`],
    // The way up ends at the origin, as in any address.
    ['resbench://app/../../index.html', `${FOLDER}/index.html`],
  ])('%s is a file', (address, path) => {
    expect(pathOf(address)).toBe(path);
  });

  it.each([
    'resbench://app/%ff.js',
    'resbench://app/%.js',
    'resbench://app/%00.js',
    'resbench://app/index.html%00.js',
    'resbench://app/..%2f..%2fpackage.html',
    'resbench://app/%2e%2e%2f%2e%2e%2findex.html',
    'resbench://app/assets/..%2f..%2f..%2fsecret.js',
    'resbench://app/',
    'resbench://app/assets',
    'resbench://app/package.json',
    'resbench://app/../renderer-of-another/index.html%',
    'resbench://other/index.html',
    'resbench:///index.html',
    'resbench:index.html',
    'file:///program/out/renderer/index.html',
    'https://app/index.html',
    'no address',
    '',
  ])('%s is none', (address) => {
    expect(pathOf(address)).toBeNull();
  });
});

describe('the policy', () => {
  const directives = new Map(
    CONTENT_SECURITY_POLICY.split('; ').map((text) => {
      const [name = '', ...values] = text.split(' ');
      return [name, values] as const;
    }),
  );

  it('allows no script but our files, and nothing at all that is not named', () => {
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('worker-src')).toEqual(["'self'"]);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|https?:|\*/);
  });

  it('turns text into markup by Vue’s policy alone, and into addresses of scripts by that of our workers', () => {
    expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
    expect(directives.get('trusted-types')).toEqual(['vue', 'workers']);
  });
});
