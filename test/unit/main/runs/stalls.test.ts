import { describe, expect, it } from 'vitest';
import { heldUp, stalled } from '../../../../src/main/runs/stalls';

describe('a training process that is silent', () => {
  it('is given half a minute while it trains', () => {
    expect(stalled('training', 7, 29, null, 0)).toBeNull();
    expect(stalled('training', 1234, 31, null, 0)).toMatch(
      /^The training process has sent nothing for 31 s while it was training; its last step was 1,234\. .* or stop the run/,
    );
  });

  it('is judged by how long its steps take', () => {
    expect(stalled('training', 7, 199, 10, 5)).toBeNull();
    expect(stalled('training', 7, 201, 10, 5)).not.toBeNull();
  });

  it('is not given minutes for a first step that was slow, as all first ones are', () => {
    expect(stalled('training', 1, 29, 10, 1)).toBeNull();
    expect(stalled('training', 1, 31, 10, 1)).not.toBeNull();
    // A network whose steps take a minute is not stalled in its second.
    expect(stalled('training', 1, 100, 60, 1)).toBeNull();
    expect(stalled('training', 1, 181, 60, 1)).not.toBeNull();
  });

  it('is given longer while it prepares, and no step is named', () => {
    expect(stalled('building the network', 0, 119, null, 0)).toBeNull();
    expect(stalled('building the network', 0, 121, null, 0)).toMatch(/while it was building the network\. /);
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
