/** Histories that other programs wrote, read as what they say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportedHistory } from '../../../../src/shared/histories/history';
import { readHistory } from '../../../../src/shared/histories/read';
import type { EpochMetric } from '../../../../src/shared/metrics';
import { fromColumns } from '../../../../src/shared/step-columns';

const fileText = (name: string): string => readFileSync(join(__dirname, 'files', name), 'utf8');

function read(text: string): ImportedHistory {
  const reading = readHistory(text);
  if (!reading.ok) throw new Error(reading.problems.map(({ sentence }) => sentence).join('\n'));
  return reading.history;
}

const readFile = (name: string): ImportedHistory => read(fileText(name));

/** What is said of each epoch, without what is not. */
const said = ({ epochs }: ImportedHistory): Partial<EpochMetric>[] =>
  epochs.map((epoch) =>
    Object.fromEntries(Object.entries(epoch).filter(([, value]) => !Number.isNaN(value))),
  );

const column = ({ epochs }: ImportedHistory, key: keyof EpochMetric): number[] =>
  epochs.map((epoch) => epoch[key] ?? NaN);

describe('the console log of Keras', () => {
  it('reads the ten epochs of the blog', () => {
    const history = readFile('blog.txt');
    expect(column(history, 'valAccuracy')).toEqual([
      0.3473, 0.4755, 0.4499, 0.5592, 0.516, 0.5149, 0.6366, 0.6401, 0.692, 0.6465,
    ]);
    expect(said(history)[0]).toEqual({
      epoch: 1,
      step: 782,
      loss: 1.79,
      accuracy: 0.4212,
      valLoss: 2.2747,
      valAccuracy: 0.3473,
      seconds: 1038,
    });
    expect(history).toMatchObject({ plannedEpochs: 10, stepsPerEpoch: 782, steps: null, leftOut: [] });
  });

  it('takes the last state of a bar that backspaces overwrite', () => {
    const history = readFile('keras2-console-backspace.txt');
    expect(said(history)).toEqual([
      {
        epoch: 1,
        step: 640,
        loss: 2.2107,
        accuracy: 0.1984,
        valLoss: 2.3391,
        valAccuracy: 0.105,
        seconds: 8,
      },
      {
        epoch: 2,
        step: 1280,
        loss: 1.8533,
        accuracy: 0.3172,
        valLoss: 2.0214,
        valAccuracy: 0.25,
        seconds: 7,
      },
      { epoch: 3, step: 1920, loss: 1.612, accuracy: 0.4047, valAccuracy: 0.1, seconds: 7 },
    ]);
    expect(history.leftOut).toEqual([]);
  });

  it('reads Keras 3 with its colours and bars of other characters', () => {
    const history = readFile('keras3-console.txt');
    expect(said(history)).toEqual([
      { epoch: 1, step: 10, loss: 2.2671, accuracy: 0.1703, valLoss: 2.5118, valAccuracy: 0.1, seconds: 3 },
      { epoch: 2, step: 20, loss: 1.884, accuracy: 0.3141, valLoss: 2.1093, valAccuracy: 0.215, seconds: 2 },
    ]);
    expect(history.leftOut).toEqual([
      { source: 'learning_rate', reason: 'Resbench keeps no learning rate of an epoch.' },
    ]);
  });

  describe.each(['keras2', 'keras3'])('of the real library, %s', (library) => {
    const written = readFile(`${library}-csvlogger.csv`);

    it.each(['file', 'pty', 'verbose2'])('says in its %s what its CSVLogger wrote', (kind) => {
      const history = readFile(`${library}-${kind}.txt`);
      expect(history).toMatchObject({ format: 'keras-log', plannedEpochs: 3, stepsPerEpoch: 10 });
      expect(column(history, 'step')).toEqual([10, 20, 30]);
      for (const key of ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const) {
        // Four digits are printed.
        expect(column(history, key)).toEqual(column(written, key).map((value) => Number(value.toFixed(4))));
      }
      expect(history.epochs.every(({ seconds }) => seconds > 0)).toBe(true);
      // The evaluation at the end has a bar too.
      expect(history.leftOut.map(({ reason }) => reason)).toContain(
        'No epoch of the training has this progress bar, but evaluate, predict or the like.',
      );
    });
  });

  const bar = (figures: string, count = '10/10', time = '8s 12ms/step'): string =>
    `${count} [==============================] - ${time} - ${figures}\n`;

  it.each([
    ['1s 1s/step', 1],
    ['1m 3s 6s/step', 63],
    ['1:02 6s/step', 62],
    ['1:02:03 372s/step', 3723],
    ['0s 12ms/step', 0.12],
    ['0s 900us/step', 0.009],
    ['0s 0s/step', NaN],
  ])('reads a time of %s', (time, seconds) => {
    expect(column(read(`Epoch 1/1\n${bar('loss: 1.5000', '10/10', time)}`), 'seconds')).toEqual([seconds]);
  });

  it.each([
    ['acc', 'accuracy'],
    ['sparse_categorical_accuracy', 'accuracy'],
    ['categorical_accuracy', 'accuracy'],
    ['binary_accuracy', 'accuracy'],
    ['val_acc', 'valAccuracy'],
    ['val_binary_accuracy', 'valAccuracy'],
    ['sparse_categorical_crossentropy', 'crossEntropy'],
    ['val_categorical_crossentropy', 'valCrossEntropy'],
  ] as const)('knows %s', (name, key) => {
    expect(column(read(`Epoch 1/1\n${bar(`loss: 1.5000 - ${name}: 0.2500`)}`), key)).toEqual([0.25]);
  });

  it('leaves out an epoch within which the training ended', () => {
    const history = read(`Epoch 1/3\n${bar('loss: 1.5000')}Epoch 2/3\n${bar('loss: 1.4000', ' 3/10')}^C\n`);
    expect(column(history, 'loss')).toEqual([1.5]);
    expect(history.leftOut).toEqual([
      { source: 'epoch 2, line 3', reason: 'The training ended within it.' },
      { source: '1 other line', reason: 'Prints, warnings and the like: line 5.' },
    ]);
  });

  it('leaves out a last epoch that has no validation where all others have', () => {
    const [whole, cut] = [bar('loss: 1.5000 - val_loss: 1.6000'), bar('loss: 1.4000')];
    const history = read(`Epoch 1/3\n${whole}Epoch 2/3\n${cut}`);
    expect(history.epochs).toHaveLength(1);
    expect(history.leftOut[0]).toEqual({
      source: 'epoch 2, line 4',
      reason: 'It has no val_loss, which all epochs before it have: the training ended within it.',
    });
    // With validation_freq=2 epochs without one are usual.
    const other = read(`Epoch 1/4\n${cut}Epoch 2/4\n${whole}Epoch 3/4\n${cut}`);
    expect(column(other, 'valLoss')).toEqual([NaN, 1.6, NaN]);
  });

  it('leaves out an epoch whose last figure is cut off by the end of the text', () => {
    const text = `Epoch 1/2\n${bar('loss: 1.5000 - acc: 0.5000')}Epoch 2/2\n${bar('loss: 1.4000 - acc: 0.6000')}`;
    expect(read(text).epochs).toHaveLength(2);
    expect(read(text.trimEnd()).epochs).toHaveLength(2);
    const history = read(text.trimEnd().slice(0, -2));
    expect(history.epochs).toHaveLength(1);
    expect(history.leftOut).toEqual([{ source: 'epoch 2, line 4', reason: 'The text ends within its acc.' }]);
  });

  it('takes an epoch that was interrupted and begun again once', () => {
    const history = read(
      `Epoch 1/2\n${bar('loss: 3.0000', ' 3/10')}KeyboardInterrupt\nEpoch 1/2\n${bar('loss: 1.5000')}Epoch 2/2\n${bar('loss: 1.4000')}`,
    );
    expect(column(history, 'loss')).toEqual([1.5, 1.4]);
    expect(history.leftOut[0]).toEqual({
      source: 'epoch 1, line 1',
      reason: 'It was interrupted and begun again.',
    });
  });

  it('reads a training that was resumed with more epochs as one', () => {
    const history = read(
      `Epoch 1/1\n${bar('loss: 1.5000')}>>> model.fit(initial_epoch=1)\nEpoch 2/2\n${bar('loss: 1.4000')}`,
    );
    expect(history).toMatchObject({ plannedEpochs: 2, epochs: [{ loss: 1.5 }, { loss: 1.4 }] });
  });

  it('keeps bars of callbacks and prints apart from those of the epoch', () => {
    const history = read(
      [
        'In [5]: model.fit(x, y)',
        'Requirement already satisfied: keras',
        'Epoch 1/1',
        ' 3/10 [====>.........................] - ETA: 1s - loss: 1.9000',
        '3/4 of the images are of cats - really',
        '10/10 [==============================] - 8s 12ms/step - loss: 1.5000 - val_loss: 1.6000',
        'Epoch 1: val_loss improved from inf to 1.6000, saving model to best.keras',
        '10/10 [==============================] - 1s 12ms/step - loss: 7.0000',
        '5/5 [==============================] - 0s 12ms/step',
      ].join('\r\n'),
    );
    expect(said(history)).toEqual([{ epoch: 1, step: 10, loss: 1.5, valLoss: 1.6, seconds: 8 }]);
    expect(history.leftOut.map(({ source }) => source)).toEqual(['lines 8 and 9', '4 other lines']);
  });

  it('does not take images for steps', () => {
    const samples = bar('loss: 1.5000', '50000/50000', '8s 160us/sample');
    expect(read(`Epoch 1/1\n${samples}`)).toMatchObject({ stepsPerEpoch: null, epochs: [{ step: NaN }] });
    const steps = bar('loss: 1.5000', '50000/50000', '8s 160us/step');
    expect(
      read(`Train on 50000 samples, validate on 10000 samples\nEpoch 1/1\n${steps}`).stepsPerEpoch,
    ).toBeNull();
    expect(read(`Epoch 1/1\n${steps}`).stepsPerEpoch).toBe(50_000);
  });

  it('reads an unknown number of steps', () => {
    const first = '     10/Unknown - 1s 12ms/step - loss: 1.5000\n';
    expect(column(read(`Epoch 1/2\n${first}Epoch 2/2\n${bar('loss: 1.4000')}`), 'loss')).toEqual([1.5, 1.4]);
  });

  it('reads what Keras 2.2 wrote without counting', () => {
    const history = read('Epoch 1/1\n - 8s - loss: 1.5000 - acc: 0.2500\n');
    expect(said(history)).toEqual([{ epoch: 1, loss: 1.5, accuracy: 0.25, seconds: 8 }]);
  });

  it('takes a loss below 0, as losses of other kinds may be', () => {
    expect(column(read(`Epoch 1/1\n${bar('loss: -1.5000')}`), 'loss')).toEqual([-1.5]);
  });
});

describe("Keras' CSVLogger", () => {
  it('reads what is not a number, and nothing where nothing is said', () => {
    const history = readFile('csvlogger-nan-val.csv');
    expect(history.format).toBe('csv-logger');
    expect(column(history, 'epoch')).toEqual([1, 2, 3, 4]);
    expect(column(history, 'loss')).toEqual([2.2114, 1.9002, NaN, Infinity]);
    expect(column(history, 'accuracy')).toEqual([0.2031, 0.3125, 0.1, 0.1]);
    expect(column(history, 'valLoss')).toEqual([NaN, 2.1177, NaN, -Infinity]);
    expect(column(history, 'valAccuracy')).toEqual([NaN, 0.215, 0.1, 0.1]);
    expect(history).toMatchObject({ leftOut: [], steps: null, stepsPerEpoch: null, plannedEpochs: null });
  });

  it.each([
    ['semicolons', 'epoch;loss\n0;1.5\n1;1.4\n'],
    ['tabs', 'epoch\tloss\n0\t1.5\n1\t1.4\n'],
    ['quotes', '"epoch","loss"\n"0","1.5"\n"1","1.4"\n'],
    ['blanks and blank lines', '\n\n epoch , loss \n\n 0 , 1.5 \n\n1,1.4\n\n'],
    ['carriage returns', 'epoch,loss\r\n0,1.5\r\n1,1.4\r\n'],
    ['carriage returns alone', 'epoch,loss\r0,1.5\r1,1.4\r'],
    ['a mark of the byte order', '\ufeffepoch,loss\n0,1.5\n1,1.4'],
    ['epochs from 1', 'epoch,loss\n1,1.5\n2,1.4\n'],
    ['epochs as fractions', 'epoch,loss\n0.0,1.5\n1.0,1.4\n'],
    ['the index of pandas', ',loss\n0,1.5\n1,1.4\n'],
    ['other columns', 'time,epoch,lr,loss\nnoon,0,x,1.5\none,1,y,1.4\n'],
    ['another name', 'epoch,train_loss\n0,1.5\n1,1.4\n'],
  ])('reads a file with %s', (_what, text) => {
    const history = read(text);
    expect(column(history, 'epoch')).toEqual([1, 2]);
    expect(column(history, 'loss')).toEqual([1.5, 1.4]);
  });

  it('says what it leaves out, and why', () => {
    const history = read('epoch,loss,train_loss,lr,test_acc,mae,,loss_step\n0,1.5,9,0.1,0.5,0.3,,2\n');
    expect(history.columns).toEqual([{ source: 'loss', metric: 'loss' }]);
    expect(history.leftOut).toEqual([
      { source: 'lr', reason: 'Resbench keeps no learning rate of an epoch.' },
      { source: 'test_acc', reason: 'Resbench keeps figures of training and validation, none of a test.' },
      { source: 'mae', reason: 'It is none of the metrics that Resbench keeps.' },
      { source: 'column 7', reason: 'It has no name.' },
      { source: 'train_loss', reason: '“loss” is taken as that metric already.' },
      { source: 'loss_step', reason: 'It is of single steps, and no column says which.' },
    ]);
  });

  it('takes 1 for what rounding makes a little more', () => {
    expect(column(read('epoch,acc\n0,1.0000001\n'), 'accuracy')).toEqual([1]);
  });
});

describe("Lightning's metrics.csv", () => {
  it('joins the rows of an epoch, and keeps the steps', () => {
    const history = readFile('lightning-metrics.csv');
    expect(said(history)).toEqual([
      { epoch: 1, step: 100, loss: 2.2021, valLoss: 2.412, valAccuracy: 0.115 },
      { epoch: 2, step: 200, loss: 1.9004, valLoss: 2.0418, valAccuracy: 0.23 },
    ]);
    expect(fromColumns(history.steps!).map(({ step, epoch, loss }) => [step, epoch, loss])).toEqual([
      [50, 1, 2.3107],
      [100, 1, 2.105],
      [150, 2, 1.9311],
    ]);
    expect(history).toMatchObject({ format: 'lightning-csv', stepsPerEpoch: 100, leftOut: [] });
  });

  it('reads what the real library wrote', () => {
    const history = readFile('lightning-real-metrics.csv');
    expect(column(history, 'step')).toEqual([10, 20, 30]);
    expect(column(history, 'valAccuracy')).toEqual([
      0.44999998807907104, 0.550000011920929, 0.6187499761581421,
    ]);
    expect([...history.steps!.step]).toEqual([4, 8, 12, 16, 20, 24, 28]);
    expect(history.columns).toContainEqual({ source: 'train_loss_step', metric: 'stepLoss' });
  });

  it('takes a name without an ending for that of steps where it changes within an epoch', () => {
    const history = read('epoch,step,train_loss,train_acc,val_loss\n0,0,3,0.1,\n0,1,2,0.2,\n0,1,,,2.5\n');
    expect(history.columns).toEqual([
      { source: 'train_loss', metric: 'stepLoss' },
      { source: 'train_acc', metric: 'stepAccuracy' },
      { source: 'val_loss', metric: 'valLoss' },
    ]);
    expect([...history.steps!.accuracy]).toEqual([0.1, 0.2]);
    const other = read('epoch,step,train_loss,val_loss\n0,1,,2.5\n0,1,2,\n1,3,,2.4\n1,3,1.9,\n');
    expect(other.steps).toBeNull();
    expect(column(other, 'loss')).toEqual([2, 1.9]);
  });

  it('leaves out an epoch of steps alone at the end, rows of a test, and all but the last validation', () => {
    const history = read(
      'epoch,step,train_loss_step,val_loss,test_loss,train_ce_step\n' +
        '0,4,,3,,\n0,9,2,,,5\n0,9,,2.5,,\n1,14,1.9,,,\n2,20,,,2.2,\n',
    );
    expect(said(history)).toEqual([{ epoch: 1, step: 10, valLoss: 2.5 }]);
    expect([...history.steps!.step]).toEqual([10, 15]);
    expect(history.leftOut.map(({ source }) => source)).toEqual([
      'test_loss',
      'train_ce_step',
      '1 value of val_loss',
      'epoch 1, line 5',
    ]);
  });
});

describe('the share that has been read', () => {
  const epochs = Array.from({ length: 40_000 }, (_, index) => index + 1);
  it.each([
    [
      'a console log',
      epochs.map((epoch) => `Epoch ${epoch}/40000\n1/1 [==] - 1s 1s/step - loss: 1.5000`).join('\n'),
    ],
    ['CSVLogger', `epoch,loss\n${epochs.map((epoch) => `${epoch},${'1.5'.padEnd(40, '0')}`).join('\n')}`],
    [
      'Lightning',
      `epoch,step,train_loss_epoch\n${epochs.map((epoch) => `${epoch - 1},${epoch},${'1.5'.padEnd(40, '0')}`).join('\n')}`,
    ],
  ])('of a long text grows: %s', (_, text) => {
    const told: number[] = [];
    expect(readHistory(text, (share) => told.push(share)).ok).toBe(true);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  it('of a short text is not told', () => {
    const told: number[] = [];
    readHistory(fileText('blog.txt'), (share) => told.push(share));
    expect(told).toEqual([]);
  });
});
