import { describe, expect, it, vi } from 'vitest';
import { call, on } from '../../../../src/renderer/base/api';
import { named, shown } from '../../../../src/renderer/base/shown';
import { fakeMain, fail, ok } from '../fake-main';

describe('what main says', () => {
  it('is the same object where all of it is fit to be shown', () => {
    const run = { name: 'שלום', gaps: [{ reason: 'x' }], steps: new Float64Array(3), best: null };
    expect(shown(run)).toBe(run);
  });

  it('has no acting characters and no long names', () => {
    const run = {
      name: `\u202e${'x'.repeat(20_000)}`,
      architecture: { name: '🙂'.repeat(200) },
      state: 'failed',
    };
    const { name, architecture, state } = shown(run);
    expect([name.length, name.slice(0, 2), name.slice(-1)]).toEqual([200, '\ufffdx', '…']);
    expect(architecture.name).toMatch(/^(🙂)+…$/u);
    expect(state).toBe('failed');
    expect(run.name).toHaveLength(20_001);
  });

  it('keeps the lines of notes, and only theirs', () => {
    const own = { notes: 'one\ntwo \u202e', reason: 'one\ntwo' };
    expect(shown(own)).toEqual({ notes: 'one\ntwo \ufffd', reason: 'one two' });
  });

  it('keeps sentences of a usual length', () => {
    const sentence = 'A sentence of a few words. '.repeat(20);
    expect(shown({ reason: sentence, details: [sentence] })).toEqual({
      reason: sentence,
      details: [sentence],
    });
    expect(shown('x'.repeat(3_000_000)).length).toBeLessThan(3000);
  });

  it('is made so where it comes in: answers, failures, events', async () => {
    const main = fakeMain({
      'runs.rename': () => fail('conflict', 'a\u001b[2J'),
      'runs.openLog': () => ok(undefined),
    });
    await expect(call('runs.rename', { id: 1, name: 'x' })).rejects.toThrow('a\ufffd[2J');
    const heard = vi.fn();
    on('app.notice', heard);
    main.send('app.notice', { kind: 'info', message: 'a\u202eb' });
    expect(heard).toHaveBeenCalledWith({ kind: 'info', message: 'a\ufffdb' });
  });
});

describe('a name within a sentence', () => {
  it('is as it is', () => expect(named('resnet18')).toBe('resnet18'));
  it('is kept apart where it is written from right to left', () =>
    expect(named('שלום 18')).toBe('\u2068שלום 18\u2069'));
  it('is short', () => expect(named('x'.repeat(200))).toBe(`${'x'.repeat(79)}…`));
});
