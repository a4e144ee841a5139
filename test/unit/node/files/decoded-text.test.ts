import { describe, expect, it } from 'vitest';
import { decodedText } from '../../../../src/node/files/decoded-text';

const TEXT = '网络 = [[2, [[64, 3]]]]\n';
const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex');

describe('the bytes of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16BE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
  ])('are read as %s', (_, content) => {
    expect(decodedText(content, 'a.py')).toBe(TEXT);
  });

  it.each([
    [
      'GBK',
      bytes('2320 ced2 b5c4 cdf8 c2e7 0a cdf8 c2e7 203d 205b5d'),
      'is not UTF-8 text and looks like GBK',
    ],
    [
      'Latin-1',
      Buffer.from('# réseau = []', 'latin1'),
      'is not UTF-8 text and looks like Latin-1 or Windows-1252',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('net = []', 'utf16le'),
      'looks like UTF-16 without a byte order mark',
    ],
    [
      'no text',
      Buffer.concat([Buffer.from('a long beginning'), Buffer.from([0])]),
      'holds zero bytes and is no text',
    ],
  ])('are named: %s', (_, content, what) => {
    expect(() => decodedText(content, 'a.py')).toThrow(`a.py ${what}; save it as UTF-8`);
  });
});
