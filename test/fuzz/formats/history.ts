/** Histories of training that other programs wrote: console logs of Keras, and CSV files. */
import { readHistory } from '../../../src/shared/histories/read';
import type { ImportedHistory } from '../../../src/shared/histories/history';
import { mustBe, mustRead, mustRefuse, type Format } from '../fuzz';
import { mutateBytes, type Random } from '../random';

interface Epoch {
  loss: number;
  accuracy: number;
  valLoss: number;
  valAccuracy: number;
}

const four = (value: number): number => Number(value.toFixed(4));

const genuine = (random: Random): Epoch[] =>
  Array.from({ length: random.whole(1, 6) }, () => ({
    loss: four(random.next() * 4),
    accuracy: four(random.next()),
    valLoss: four(random.next() * 4),
    valAccuracy: four(random.next()),
  }));

/** What each way of writing begins a line with, and ends it. */
const BACK = '\b'.repeat(80);

/** As Keras 2 and 3 print it, bars overwritten in place. */
function asLog(random: Random, epochs: readonly Epoch[]): string {
  const [isThird, isLineByLine] = [random.chance(0.5), random.chance(0.3)];
  const total = random.whole(2, 900);
  const lines: string[] = random.chance(0.3) ? ['WARNING: something is old', '', 'Total params: 212'] : [];
  for (const [index, { loss, accuracy, valLoss, valAccuracy }] of epochs.entries()) {
    lines.push(`Epoch ${index + 1}/${epochs.length + (random.chance(0.2) ? 4 : 0)}`);
    const values = `loss: ${loss.toFixed(4)} - acc: ${accuracy.toFixed(4)} - val_loss: ${valLoss.toFixed(4)} - val_acc: ${valAccuracy.toFixed(4)}`;
    const early = `loss: ${(loss + 1).toFixed(4)} - acc: 0.0100`;
    const line = (done: number, figures: string): string =>
      isThird
        ? `\u001b[1m${done}/${total}\u001b[0m \u001b[32m━━\u001b[0m\u001b[37m━━\u001b[0m \u001b[1m3s\u001b[0m 190ms/step - ${figures}`
        : `${done}/${total} [==>...] - 8s 12ms/step - ${figures}`;
    lines.push(
      isLineByLine
        ? line(total, values)
        : `\r${line(1, early)}${random.chance(0.2) ? '\nEpoch 1: saving model\n' : ''}${BACK}\r${line(total, values)}`,
    );
  }
  if (random.chance(0.3)) lines.push('', `7/7 [=====] - 0s 2ms/step - loss: 9.0000 - acc: 0.0100`);
  return lines.join(random.chance(0.2) ? '\r\n' : '\n');
}

function asCsv(random: Random, epochs: readonly Epoch[]): string {
  const separator = random.pick([',', ';', '\t']);
  const quote = random.chance(0.2) ? '"' : '';
  const from = random.whole(0, 1);
  const rows = epochs.map(({ loss, accuracy, valLoss, valAccuracy }, index) => [
    index + from,
    loss,
    accuracy,
    valLoss,
    valAccuracy,
  ]);
  return [['epoch', 'loss', 'accuracy', 'val_loss', 'val_accuracy'], ...rows]
    .map((cells) => cells.map((cell) => `${quote}${cell}${quote}`).join(separator))
    .join(random.pick(['\n', '\r\n']));
}

function asLightning(random: Random, epochs: readonly Epoch[]): string {
  const steps = random.whole(2, 200);
  const rows = epochs.flatMap(({ loss, accuracy, valLoss, valAccuracy }, epoch) => [
    `${epoch},${epoch * steps},${loss + 1},,,,`,
    `${epoch},${(epoch + 1) * steps - 1},,,,${valLoss},${valAccuracy}`,
    `${epoch},${(epoch + 1) * steps - 1},,${loss},${accuracy},,`,
  ]);
  return ['epoch,step,train_loss_step,train_loss_epoch,train_acc,val_loss,val_acc', ...rows, ''].join('\n');
}

type Slip = (random: Random) => string;

const row = (cells: string): string => `epoch,loss,acc\n${cells}\n`;
const bar = (figures: string, count = '10/10'): string => `${count} [====] - 8s 12ms/step - ${figures}\n`;
const METRICS = 'epoch,step,train_loss_step,train_loss_epoch,train_ce\n';

/** What nobody may read. */
const SLIPS: readonly Slip[] = [
  (random) => ' '.repeat(random.whole(0, 3)),
  (random) => 'x'.repeat(20_000_000 + random.whole(1, 100)),
  (random) => random.pick(['hello', 'x = 3', '42', 'epochs, losses']),
  () => '\0\0brain.Event:2\0',
  (random) => `{"cells": [], "nbformat": ${random.whole(1, 9)}}`,
  (random) => random.pick(['{"loss": [1]}', '[1, 2]', '{"loss": ', '{}']),
  (random) => random.pick(['<!doctype html><p>Epoch 1/2', '<html>', '<?xml version="1.0"?>']),
  () => '"Step","a - loss","a - loss__MIN","a - loss__MAX"\n"0","1","1","1"\n',
  () => 'Wall time,Step,Value\n1,2,3\n',
  () => 'step,epoch,loss,cross_entropy,accuracy,seconds,learning_rate,epoch_loss\n1,1,1,1,1,1,1,1\n',
  (random) => `\ufffd\u0001\u0002${String(random.whole(1, 9))}\ufffd`,
  (random) => `${row('0,1,0.5')}${'\n'.repeat(random.whole(0, 9))}1,\0,0`,
  () => 'epoch,loss,acc\n',
  () => row('0,,'),
  () => row('0,1'),
  () => row('0,1,0.5,7'),
  () => row('0;1;0.5'),
  () => 'epoch|loss|acc\n',
  (random) => row(`0,${random.pick(['two', '1.2.3', '0x1', '--1', '1e', '[1]'])},0.5`),
  () => 'epoch;loss\n0;0,5\n',
  (random) => row(`0,${random.pick(['1e400', '-1e999'])},0.5`),
  (random) => row(`${random.pick(['one', '1.5', '-1', '1e3', '', '99999999999999999999'])},1,0.5`),
  (random) => row(`0,1,0.5\n0,${random.next()},0.5`),
  (random) => row(`0,1,0.5\n${random.whole(2, 999)},1,0.5`),
  (random) => row(`${random.whole(2, 999)},1,0.5`),
  () => row('0,1,0.5\n1,1,0.5\n0,1,0.5'),
  (random) => row(`0,1,0.5\n${random.whole(100_000, 2 ** 40)},1,0.5`),
  () => row('0,1,0.5\nepoch,loss,acc'),
  () => 'epoch,loss,loss\n0,1,1\n',
  () => 'epoch,mae\n0,1\n',
  () => 'loss,acc\n1,0.5\n',
  () => row('0,"1,0.5'),
  () => 'epoch,loss,"acc\n0,1,0.5\n',
  (random) => row(`0,1,${random.whole(2, 100)}`),
  (random) => row(`0,1,${random.pick(['101', 'inf', '1e300'])}`),
  (random) => row(`0,1,${random.pick(['-0.1', '-inf'])}`),
  () => 'epoch,ce\n0,-1\n',
  () => `Epoch 1/10\n${bar('loss: 1.0000', '3/10')}`,
  () => `Epoch 1/10\nEpoch 2/10\n${bar('loss: 1.0000')}`,
  () => `Epoch 1/10\n${bar('loss: 1.0000', '3/10')}Epoch 2/10\n${bar('loss: 1.0000')}`,
  (random) => `Epoch ${random.whole(2, 9)}/1\n${bar('loss: 1.0000')}`,
  (random) => `Epoch 1/${random.whole(100_001, 2 ** 40)}\n${bar('loss: 1.0000')}`,
  () => `Epoch 1/10\n${bar('loss: 1.0000 - loss: 1.0000')}`,
  () => `Epoch 1/10\n${bar('mae: 1.0000')}`,
  () => `${METRICS}0,x,1,,\n`,
  () => `${METRICS}0,9,1,,\n0,8,1,,\n`,
  () => `${METRICS}0,9,1,,\n`,
  () => `${METRICS}0,9,,,\n`,
];

/** What changes no figure. */
function sameFigures(history: ImportedHistory, epochs: readonly Epoch[]): boolean {
  return (
    history.epochs.length === epochs.length &&
    epochs.every((epoch, index) =>
      Object.entries(epoch).every(([key, value]) => history.epochs[index]![key as keyof Epoch] === value),
    )
  );
}

/** Of anything that is read: whole, and in order. */
function checkHistory({ epochs, steps }: ImportedHistory): void {
  mustBe(epochs.length > 0, 'it has no epoch');
  mustBe(
    epochs.every(({ epoch }, index) => epoch === index + 1),
    'its epochs are not in order',
  );
  mustBe(
    epochs.every(({ accuracy }) => Number.isNaN(accuracy) || (accuracy >= 0 && accuracy <= 1)),
    'an accuracy is none',
  );
  mustBe(
    steps?.step.every((step, index, all) => index === 0 || step > all[index - 1]!) ?? true,
    'a step twice',
  );
}

/** Sentences, of problems whose lines stand within the text. */
function read(text: string): readonly string[] {
  const reading = readHistory(text);
  if (reading.ok) {
    checkHistory(reading.history);
    return [];
  }
  mustBe(reading.problems.length > 0, 'it is refused without a reason');
  const lines = text.split(/\r\n?|\n/).length;
  for (const { line } of reading.problems) {
    mustBe(line === null || (line >= 1 && line <= lines), 'a problem stands outside of its text');
  }
  return reading.problems.map(({ sentence }) => sentence);
}

export const history: Format = {
  name: 'history',
  refusals: [
    'The text is empty; choose another file, or paste a history.',
    'The text has … bytes, and a run keeps a source of at most …; cut it to the lines of the training.',
    'The text is no history that is known; paste …',
    'This is an event file of TensorBoard, which is not read; …',
    'This is a Jupyter notebook, which is not read itself; …',
    'This is JSON, which is not read; …',
    'This is a page of the web or XML, which is not read; …',
    'This is an export of a chart by Weights & Biases, which has …',
    'This is a CSV file of TensorBoard, which has …',
    'This is the CSV file of a run of Resbench, which is exported but not imported.',
    'This is no text but a binary file; choose the log or the CSV file.',
    'The text has characters of the code 0: it is a binary file, or UTF-16; save it as text in UTF-8.',
    'No row follows the header; the file was kept before the first epoch ended.',
    'No row has a figure; the columns of metrics are empty.',
    'The row has …, and the header …: it is parted by …, and the header by …. Use one of them.',
    'The row has …, and the header …; complete it, or remove it where the file was cut off.',
    'The row has …, and the header …; remove what is too much, or write a comma within a cell in quotes.',
    'The header is parted by none of comma, semicolon and tab; use one of them.',
    '“…”: “…” has a decimal comma; write it with a point.',
    '“…”: “…” is too large for a number; write inf where it diverged.',
    '“…”: “…” is no number; write one, nan, or nothing where it is not known.',
    '“…” is no epoch; write a whole number.',
    '“…” is no step; write a whole number.',
    'Epoch … stands here and in line …; keep one of them.',
    'Epoch … follows epoch …, and … between them are missing; put them in, or import the lines above this one alone.',
    'The history begins with epoch …, and … before it must come first; put what was written of them above.',
    'Epoch … follows epoch …: another training begins here. Import each by itself, this one from here on.',
    'Epoch … is beyond the … epochs that a run may have.',
    'The header stands here again: another training begins. Import each by itself.',
    'The column “…” stands twice in the header; remove one.',
    'No column is a metric that is known; …',
    'No column is called epoch; add one that counts the epochs.',
    'A quote that opens in the row is not closed in it; close or remove it.',
    'A quote that opens in the header is not closed; close or remove it.',
    '“…” is …, and an accuracy is a share from 0 to 1. If it is in per cent, divide it by 100.',
    '“…” is …, and an accuracy is a share from 0 to 1. Correct it.',
    '“…” is …, and no accuracy is below 0; correct it.',
    '“…” is …, and no cross-entropy is below 0; correct it.',
    'No epoch of the log has ended; copy it with the last line of each epoch.',
    'Epoch … has no figures, and epoch … follows; put in its last line, or copy the log again.',
    'Epoch … stops at step … of …, and epoch … follows; put in its last line, or copy the log again.',
    '“Epoch …” counts beyond its own end; correct it.',
    '“Epoch …” has more than … epochs; correct it.',
    '“…” stands twice in the line; remove one.',
    'No metric of the log is known; have Keras print …',
    'Step … follows step …: another training begins here. Import each by itself.',
    'The file has single steps only, and a run needs figures of its epochs; log them with on_epoch=True.',
    'No row below the header has a figure; the file was kept before anything was logged.',
  ],
  prepare: () => (random) => {
    const epochs = genuine(random);
    const text = random.pick([asLog, asCsv, asLightning])(random, epochs);
    switch (random.whole(0, 3)) {
      case 0: {
        mustRead(read(text));
        const reading = readHistory(text);
        mustBe(reading.ok && sameFigures(reading.history, epochs), 'it is read as another');
        return [];
      }
      case 1:
        return mustRefuse(read(random.pick(SLIPS)(random)), 'it is none');
      case 2: {
        const odd = random.oddText();
        const at = random.whole(0, text.length);
        return read(text.slice(0, at) + odd + text.slice(at + random.whole(0, 8)));
      }
      default: {
        let bytes: Buffer = Buffer.from(text);
        for (let times = random.whole(1, 4); times > 0; times--) bytes = mutateBytes(random, bytes);
        return read(bytes.toString('utf8'));
      }
    }
  },
};
