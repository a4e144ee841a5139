import { beforeEach, describe, expect, it } from 'vitest';
import { Output } from '../../../../src/cli/terminal/output';
import { bar, Progress } from '../../../../src/cli/terminal/progress';
import { textWidth } from '../../../../src/cli/format/text';
import { MemorySink } from '../memory';

const CLEAR_LINE = '\r\u001b[2K';

describe('bar', () => {
  it.each([
    [0, '░░░░'],
    [0.5, '██░░'],
    [0.53125, '██▏░'],
    [1, '████'],
    [7, '████'],
    [-1, '░░░░'],
  ])('%f', (fraction, text) => expect(bar(fraction, 4, true)).toBe(text));

  it('has an ASCII form', () => expect(bar(0.5, 4, false)).toBe('[##..]'));
});

describe('on a terminal', () => {
  let stderr: MemorySink;
  let now = 0;
  let progress: Progress;

  beforeEach(() => {
    stderr = new MemorySink(true, 60);
    now = 0;
    progress = new Progress(new Output(stderr, stderr, { NO_COLOR: '1' }, false, 'linux'), () => now);
  });

  it('redraws in place, ten times per second at most', () => {
    for (; now < 1000; now += 10) progress.update({ label: 'Epoch 1/2', fraction: now / 1000, tail: '' });
    expect(stderr.text).not.toContain('\n');
    expect(stderr.text.split('\r').length - 1).toBeGreaterThan(5);
    expect(stderr.text.split('\r').length - 1).toBeLessThan(15);
  });

  it('leaves the last column free, whatever there is to say', () => {
    progress.update({ label: 'Epoch 1/2', fraction: 0.5, tail: 'x'.repeat(100) });
    expect(textWidth(stderr.text.replace(CLEAR_LINE, ''))).toBe(59);
  });

  it('keeps logged lines above the bar', () => {
    progress.update({ label: 'Epoch 2/2', fraction: 0, tail: '' });
    progress.log('Epoch 1/2 is done');
    const [above, below, ...rest] = stderr.text.split(CLEAR_LINE).slice(2);
    expect([above, below?.replace(/░+/, '…'), rest]).toEqual(['Epoch 1/2 is done\n', 'Epoch 2/2  …', []]);
  });

  it('takes the bar away at the end', () => {
    progress.update({ label: 'Epoch 1/2', fraction: 0, tail: '' });
    progress.end();
    expect(stderr.text.endsWith(CLEAR_LINE)).toBe(true);
  });
});

describe('where stderr is no terminal', () => {
  it('prints a line for every label, and one every five seconds', () => {
    const stderr = new MemorySink();
    let now = 0;
    const progress = new Progress(new Output(new MemorySink(), stderr, {}, false), () => now);
    for (; now < 11_000; now += 100) {
      progress.update({
        label: now < 6_000 ? 'Epoch 1/2' : 'Epoch 2/2',
        fraction: now / 11_000,
        tail: 'loss 1.0',
      });
    }
    expect(stderr.lines).toEqual([
      'Epoch 1/2  0 %  loss 1.0',
      'Epoch 1/2  45 %  loss 1.0',
      'Epoch 2/2  54 %  loss 1.0',
    ]);
  });

  it('says nothing beside JSON', () => {
    const stderr = new MemorySink();
    const progress = new Progress(new Output(new MemorySink(), stderr, {}, true));
    progress.update({ label: 'Epoch 1/2', fraction: 0, tail: '' });
    progress.log('Epoch 1/2 is done');
    expect(stderr.text).toBe('');
  });
});
