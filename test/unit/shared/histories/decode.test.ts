import { describe, expect, it } from 'vitest';
import { decodeHistory } from '../../../../src/shared/histories/decode';

describe('the text of a file', () => {
  const little = Buffer.from('epoch,loss\n0,1.5 ━\n', 'utf16le');
  it.each([
    ['UTF-8', Buffer.from('epoch,loss\n0,1.5 ━\n')],
    ['UTF-8 with a mark', Buffer.from('\ufeffepoch,loss\n0,1.5 ━\n')],
    ['UTF-16, the low byte first', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16, the high byte first', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()])],
  ])('is read from %s', (_what, bytes) => {
    expect(decodeHistory(bytes)).toBe('epoch,loss\n0,1.5 ━\n');
  });

  it('has a stand-in where bytes are no text', () => {
    expect(decodeHistory(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });
});
