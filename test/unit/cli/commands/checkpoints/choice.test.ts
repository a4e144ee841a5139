import { describe, expect, it } from 'vitest';
import { checkpointChoice, chooseCheckpoint } from '../../../../../src/cli/commands/checkpoints/choice';
import { aCheckpoint } from '../../fake-runs';

describe('words for a checkpoint', () => {
  it.each([
    ['last', { by: 'last' }],
    ['BEST', { by: 'best' }],
    ['12', { by: 'id', id: 12 }],
    ['step:640', { by: 'step', step: 640 }],
    ['step:0', { by: 'step', step: 0 }],
  ])('%s', (word, choice) => expect(checkpointChoice(word)).toEqual(choice));

  it.each(['', '0', '-1', '1.5', 'step:', 'step', 'epoch:1'])('%j is refused', (word) => {
    expect(() => checkpointChoice(word)).toThrow(
      `--from must be last, best, the number of a checkpoint such as 12, or step:N such as step:640, got ${JSON.stringify(word)}`,
    );
  });
});

describe('the checkpoint that is meant', () => {
  const list = [
    aCheckpoint({ id: 14, step: 25, epoch: 2 }),
    aCheckpoint({ id: 13, step: 20, epoch: 2, best: true }),
    aCheckpoint({ id: 12, step: 20, epoch: 1 }),
  ];

  it.each([
    ['last', null],
    ['best', 13],
    ['14', 14],
    ['step:25', 14],
    ['step:20', 13],
  ])('%s', (word, id) => expect(chooseCheckpoint(checkpointChoice(word), 7, list)).toBe(id));

  it.each([
    ['15', 'run 7 has no checkpoint 15, but 14 (step 25), 13 (step 20), 12 (step 20)'],
    ['25', 'run 7 has no checkpoint 25, but 14 (step 25), 13 (step 20), 12 (step 20); did you mean step:25?'],
    ['step:30', 'run 7 has no checkpoint of step 30, but 14'],
  ])('%s is none', (word, sentence) =>
    expect(() => chooseCheckpoint(checkpointChoice(word), 7, list)).toThrow(sentence),
  );

  it('is none where there are none', () => {
    expect(() => chooseCheckpoint({ by: 'best' }, 7, [])).toThrow('run 7 has no checkpoint');
    expect(() => chooseCheckpoint({ by: 'best' }, 7, [aCheckpoint()])).toThrow(
      'run 7 has no checkpoint at the end of an epoch, but 3 (step 10)',
    );
  });
});
