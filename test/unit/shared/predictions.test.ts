import { describe, expect, it, test } from 'vitest';
import {
  classesFrom,
  correctBits,
  countBits,
  noClass,
  roomForClasses,
} from '../../../src/shared/predictions';
import { LIMITS } from '../../../src/architecture/limits';

describe('the room for classes', () => {
  it.each([
    [2, 1],
    [255, 1],
    [256, 2],
    [65_535, 2],
    [65_536, 4],
    [LIMITS.classes, 4],
  ])('of a network with %i is %i bytes an image, with a number left for none', (classes, bytes) => {
    const room = roomForClasses(3, classes);
    expect([room.length, room.BYTES_PER_ELEMENT]).toEqual([3, bytes]);
    room[0] = classes - 1;
    room[1] = noClass(room);
    expect([room[0], room[1]]).toEqual([classes - 1, noClass(room)]);
    expect(noClass(room)).toBeGreaterThanOrEqual(classes);
  });
});

test('classes are read from bytes at any place, by how many bytes an image has', () => {
  for (const classes of [Uint8Array.of(1, 255), Uint16Array.of(1, 300), Uint32Array.of(70_000, 2)]) {
    const all = new Uint8Array(1 + classes.byteLength);
    all.set(new Uint8Array(classes.buffer), 1);
    expect(classesFrom(all.subarray(1), 2)).toEqual(classes);
  }
  expect(classesFrom(new Uint8Array(3), 2)).toBeNull();
  expect(classesFrom(new Uint8Array(0), 2)).toBeNull();
});

test('a bit says of each image whether its class is the right one', () => {
  const classes = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 255);
  const labels = [0, 0, 2, 0, 0, 0, 0, 7, 8, 9];
  const bits = correctBits(classes, labels);
  expect([...bits]).toEqual([0b10000101, 0b1]);
  expect(countBits(bits)).toBe(4);
  expect(correctBits(new Uint16Array(0), [])).toEqual(new Uint8Array(0));
});
