import { describe, expect, it } from 'vitest';
import { heldUp, stalled } from '../../../../src/main/training/stalls';

describe('a training process that is silent', () => {
  it('is given half a minute while it trains', () => {
    expect(stalled('training', 7, 29, null)).toBeNull();
    expect(stalled('training', 1234, 31, null)).toMatch(
      /^Nothing has been heard .* for 31 s while it was training; its last step was 1,234\. .* or stop the run/,
    );
  });

  it('is judged by how long its steps take', () => {
    expect(stalled('training', 7, 199, 10)).toBeNull();
    expect(stalled('training', 7, 201, 10)).not.toBeNull();
  });

  it('is given longer while it prepares, and no step is named', () => {
    expect(stalled('building the network', 0, 119, null)).toBeNull();
    expect(stalled('building the network', 0, 121, null)).toMatch(/while it was building the network\. /);
  });
});

describe('time in which nobody could be heard', () => {
  it('is none between looks that come as they should', () => {
    expect(heldUp(5000, 5000)).toBe(0);
    expect(heldUp(9000, 5000)).toBe(0);
  });

  it('is all but one look after a machine slept', () => {
    expect(heldUp(3_600_000, 5000)).toBe(3_595_000);
  });
});
