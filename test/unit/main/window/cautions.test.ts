import { describe, expect, it } from 'vitest';
import { cautionsOf } from '../../../../src/main/window/cautions';

const safe = { platform: 'linux', uid: 1000, noSandbox: false, electron: '45.4.1' } as const;

describe('cautions', () => {
  it('there are none for a user on the current Electron', () => {
    expect(cautionsOf(safe)).toEqual([]);
  });

  it('root is told that there is no sandbox, and what to do', () => {
    const [caution, ...more] = cautionsOf({ ...safe, uid: 0, noSandbox: true });
    expect(more).toEqual([]);
    expect(caution?.label).toBe('No sandbox');
    expect(caution?.sentence).toMatch(/root.*Start Resbench as an ordinary user\.$/);
  });

  it('whoever gave the switch is told too', () => {
    expect(cautionsOf({ ...safe, noSandbox: true })[0]?.sentence).toContain('--no-sandbox');
  });

  it.each(['22.3.25', '42.0.0'])('Electron %s is named as past its end of life', (electron) => {
    const [caution] = cautionsOf({ ...safe, electron });
    expect(caution?.label).toBe('Old Electron');
    expect(caution?.sentence).toContain(`Electron ${electron}`);
  });
});
