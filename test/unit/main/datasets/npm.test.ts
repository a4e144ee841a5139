import { describe, expect, it } from 'vitest';
import { npmCause, npmCommand } from '../../../../src/main/datasets/npm';

describe('npmCommand', () => {
  it('is the npm that started us', () => {
    const env = { npm_execpath: '/lib/npm/bin/npm-cli.js', npm_node_execpath: '/bin/node' };
    expect(npmCommand(env, 'linux')).toEqual({
      file: '/bin/node',
      first: ['/lib/npm/bin/npm-cli.js'],
      shell: false,
    });
  });

  it('is the one on the PATH otherwise, also when another package manager started us', () => {
    expect(npmCommand({}, 'linux')).toEqual({ file: 'npm', first: [], shell: false });
    expect(npmCommand({ npm_execpath: '/lib/yarn.js', npm_node_execpath: '/bin/node' }, 'darwin').file).toBe(
      'npm',
    );
    expect(npmCommand({}, 'win32')).toEqual({ file: 'npm.cmd', first: [], shell: true });
  });
});

describe('npmCause', () => {
  it("is npm's code, old and new style, or how it ended", () => {
    expect(npmCause('npm error code E404\nnpm error 404 Not Found', 1)).toBe('E404');
    expect(npmCause('npm ERR! code ENOTFOUND', 1)).toBe('ENOTFOUND');
    expect(npmCause('{\n  "error": {\n    "code": "ETARGET",\n    "summary": "…"\n  }\n}', 1)).toBe(
      'ETARGET',
    );
    expect(npmCause('', 7)).toBe('exit code 7');
    expect(npmCause('', null)).toBe('no answer in time');
  });
});
