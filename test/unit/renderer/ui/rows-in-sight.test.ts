import { describe, expect, it } from 'vitest';
import { rowsInSight } from '../../../../src/renderer/ui/rows-in-sight';

describe('rowsInSight', () => {
  it('covers what is seen with some spare rows', () => {
    expect(rowsInSight(1000, 50, 5000, 500)).toEqual({ first: 92, end: 118 });
  });

  it('stays within the table', () => {
    expect(rowsInSight(5, 50, 0, 500)).toEqual({ first: 0, end: 5 });
    expect(rowsInSight(0, 50, 0, 500)).toEqual({ first: 0, end: 0 });
    expect(rowsInSight(10, 50, 99_999, 500).end).toBe(10);
  });
});
