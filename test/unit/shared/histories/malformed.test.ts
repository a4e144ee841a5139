/** Texts that are no history, or a broken one: each is refused whole, with line and reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../../src/shared/histories/read';

const HEADER = 'epoch,loss,accuracy,val_loss,val_accuracy';
const rows = (...lines: string[]): string => [HEADER, ...lines, ''].join('\n');
const GOOD = '0,2.1,0.2,2.0,0.25';
const NEXT = '1,1.9,0.3,1.8,0.35';

const bar = (figures: string, count = '10/10'): string =>
  `${count} [==============================] - 8s 12ms/step - ${figures}`;
const FIGURES = 'loss: 1.7900 - acc: 0.4212 - val_loss: 2.2747 - val_acc: 0.3473';
/** A log of epochs with these figures. */
const log = (...epochs: string[]): string =>
  epochs.map((figures, index) => `Epoch ${index + 1}/10\n${bar(figures)}\n`).join('');

const METRICS = 'epoch,step,train_loss_step,train_loss_epoch,val_acc';

/** What it is, the text, the line, the sentence. */
const MALFORMED: [what: string, text: string, line: number | null, sentence: string][] = [
  ['nothing', '', null, 'The text is empty; choose another file, or paste a history.'],
  ['blanks only', ' \r\n\t\n', null, 'The text is empty; choose another file, or paste a history.'],
  [
    'more than is read',
    'x'.repeat(20_000_001),
    null,
    'The text has 20,000,001 bytes, and a run keeps a source of at most 20,000,000; cut it to the lines of the training.',
  ],
  ['prose', 'It trains well.\n', null, UNKNOWN()],
  ['a number', '42', null, UNKNOWN()],
  ['a Python program', 'model.fit(x_train, y_train, epochs=10)\n', null, UNKNOWN()],

  // Of other programs and kinds.
  [
    'a chart that Weights & Biases exports',
    readFileSync(join(__dirname, 'files', 'wandb-export.csv'), 'utf8'),
    null,
    'This is an export of a chart by Weights & Biases, which has one metric of several runs and no epochs; log the training with Keras’ CSVLogger or Lightning’s CSVLogger, and import that file.',
  ],
  [
    'an event file of TensorBoard',
    '\u0018\0\0\0\0\0\0\0\ufffd\ufffd{\ufffd\tbrain.Event:2\n',
    null,
    'This is an event file of TensorBoard, which is not read; choose the console log or the CSV file of the same training.',
  ],
  [
    'the CSV of TensorBoard',
    'Wall time,Step,Value\n1700000000.1,0,0.5\n',
    null,
    'This is a CSV file of TensorBoard, which has one metric and no epochs; import the console log or the CSV file of the training.',
  ],
  [
    'the CSV of a run of an earlier version of ours',
    'step,epoch,loss,cross_entropy,accuracy,seconds,epoch_loss\r\n1,1,2.3,2.3,0.1,0.5,\r\n',
    null,
    'This is the CSV file of a run of Resbench, which is exported but not imported.',
  ],
  [
    'the CSV of a run of our own',
    'step,epoch,loss,cross_entropy,accuracy,seconds,learning_rate,epoch_loss\r\n1,1,2.3,2.3,0.1,0.5,0.001,\r\n',
    null,
    'This is the CSV file of a run of Resbench, which is exported but not imported.',
  ],
  ['JSON', '{"loss": [2.1, 1.9]}', null, JSON_SENTENCE()],
  ['JSON that is cut', '{"loss": [2.1, 1.9', null, JSON_SENTENCE()],
  ['a list of JSON', '[\n  1, 2\n]\n', null, JSON_SENTENCE()],
  [
    'a notebook, with a log in it',
    '{\n "cells": [{"outputs": [{"text": ["Epoch 1/10\\n"]}]}]}',
    null,
    'This is a Jupyter notebook, which is not read itself; copy the output below the cell that trains, and paste it.',
  ],
  [
    'HTML',
    '<!DOCTYPE html>\n<html><pre>Epoch 1/10</pre></html>',
    null,
    'This is a page of the web or XML, which is not read; copy the text of the history, and paste it.',
  ],
  [
    'a picture',
    '\ufffdPNG\r\n\u001a\n\ufffd\u0001\u0002',
    null,
    'This is no text but a binary file; choose the log or the CSV file.',
  ],
  ['UTF-16 that was read as UTF-8', '\ufffd\ufffde\0p\0o\0c\0h\0,\0', 1, NUL()],
  ['a character of the code 0', rows(GOOD, '1,1.9,\0,1.8,0.3'), 3, NUL()],

  // CSVLogger.
  [
    'a header alone',
    `${HEADER}\n`,
    1,
    'No row follows the header; the file was kept before the first epoch ended.',
  ],
  [
    'columns without a value',
    rows('0,,,,', '1,NA,,,'),
    1,
    'No row has a figure; the columns of metrics are empty.',
  ],
  [
    'a row that is cut off',
    rows(GOOD, '1,1.9,0.'),
    3,
    'The row has 3 cells, and the header 5; complete it, or remove it where the file was cut off.',
  ],
  [
    'a row that is too long',
    rows(GOOD, `${NEXT},7`),
    3,
    'The row has 6 cells, and the header 5; remove what is too much, or write a comma within a cell in quotes.',
  ],
  [
    'rows parted otherwise than their header',
    rows(GOOD.replace(/,/g, ';')),
    2,
    'The row has 1 cell, and the header 5: it is parted by semicolons, and the header by commas. Use one of them.',
  ],
  [
    'a header parted by lines',
    'epoch|loss|accuracy\n0|2.1|0.2\n',
    1,
    'The header is parted by none of comma, semicolon and tab; use one of them.',
  ],
  [
    'a header parted by blanks',
    'epoch loss accuracy\n0 2.1 0.2\n',
    1,
    'The header is parted by none of comma, semicolon and tab; use one of them.',
  ],
  [
    'words for a number',
    rows('0,two,0.2,2.0,0.25'),
    2,
    '“loss”: “two” is no number; write one, nan, or nothing where it is not known.',
  ],
  [
    'a tensor for a number',
    rows('0,"<tf.Tensor: shape=(), dtype=float32, numpy=2.1>",0.2,2.0,0.25'),
    2,
    '“loss”: “<tf.Tensor: shape=(), dtype=float32, num…” is no number; write one, nan, or nothing where it is not known.',
  ],
  ['a decimal comma', 'epoch;loss\n0;2,1\n', 2, '“loss”: “2,1” has a decimal comma; write it with a point.'],
  [
    'a number beyond all numbers',
    rows('0,1e400,0.2,2.0,0.25'),
    2,
    '“loss”: “1e400” is too large for a number; write inf where it diverged.',
  ],
  ['words for an epoch', rows('first,2.1,0.2,2.0,0.25'), 2, '“first” is no epoch; write a whole number.'],
  ['half an epoch', rows('0.5,2.1,0.2,2.0,0.25'), 2, '“0.5” is no epoch; write a whole number.'],
  ['an epoch below 0', rows('-1,2.1,0.2,2.0,0.25'), 2, '“-1” is no epoch; write a whole number.'],
  ['an epoch twice', rows(GOOD, GOOD), 3, 'Epoch 0 stands here and in line 2; keep one of them.'],
  [
    'an epoch that is missing',
    rows(GOOD, '3,1.9,0.3,1.8,0.35'),
    3,
    'Epoch 3 follows epoch 0, and 2 epochs between them are missing; put them in, or import the lines above this one alone.',
  ],
  [
    'a first epoch that is missing',
    rows('2,1.9,0.3,1.8,0.35'),
    2,
    'The history begins with epoch 2, and 2 epochs before it must come first; put what was written of them above.',
  ],
  [
    'an epoch that goes back',
    rows(GOOD, NEXT, GOOD),
    4,
    'Epoch 0 follows epoch 1: another training begins here. Import each by itself, this one from here on.',
  ],
  [
    'an epoch beyond all',
    rows(GOOD, '100000,1.9,0.3,1.8,0.35'),
    3,
    'Epoch 100000 is beyond the 100,000 epochs that a run may have.',
  ],
  [
    'a header twice',
    rows(HEADER, GOOD),
    2,
    'The header stands here again: another training begins. Import each by itself.',
  ],
  [
    'a name twice',
    'epoch,loss,Loss\n0,2.1,2.1\n',
    1,
    'The column “Loss” stands twice in the header; remove one.',
  ],
  [
    'unknown columns only',
    'epoch,mae,learning_rate\n0,0.5,0.001\n',
    1,
    'No column is a metric that is known; name one loss, accuracy, val_loss or val_accuracy.',
  ],
  [
    'no column of epochs',
    'loss,val_loss\n2.1,2.0\n',
    1,
    'No column is called epoch; add one that counts the epochs.',
  ],
  [
    'a quote that is not closed',
    rows('0,"2.1,0.2,2.0,0.25'),
    2,
    'A quote that opens in the row is not closed in it; close or remove it.',
  ],
  [
    'a quote of the header that is not closed',
    'epoch,loss,"accuracy\n0,2.1,0.2\n',
    1,
    'A quote that opens in the header is not closed; close or remove it.',
  ],
  [
    'an accuracy in per cent',
    rows('0,2.1,20,2.0,25.5'),
    2,
    '“accuracy” is 20, and an accuracy is a share from 0 to 1. If it is in per cent, divide it by 100.',
  ],
  [
    'an accuracy beyond a hundred',
    rows('0,2.1,0.2,2.0,inf'),
    2,
    '“val_accuracy” is Infinity, and an accuracy is a share from 0 to 1. Correct it.',
  ],
  [
    'an accuracy below 0',
    rows('0,2.1,-0.2,2.0,0.25'),
    2,
    '“accuracy” is -0.2, and no accuracy is below 0; correct it.',
  ],
  [
    'a cross-entropy below 0',
    'epoch,loss,categorical_crossentropy\n0,2.1,-1\n',
    2,
    '“categorical_crossentropy” is -1, and no cross-entropy is below 0; correct it.',
  ],

  // Console logs.
  [
    'a log without a finished epoch',
    'Epoch 1/10\n',
    null,
    'No epoch of the log has ended; copy it with the last line of each epoch.',
  ],
  [
    'a log that stops within its only epoch',
    `Epoch 1/10\n${bar('loss: 1.7900', '3/10')}\n`,
    null,
    'No epoch of the log has ended; copy it with the last line of each epoch.',
  ],
  [
    'an epoch within a log that has no figures',
    `${log(FIGURES)}Epoch 2/10\nEpoch 3/10\n${bar(FIGURES)}\n`,
    3,
    'Epoch 2 has no figures, and epoch 3 follows; put in its last line, or copy the log again.',
  ],
  [
    'an epoch within a log that stops early',
    `${log(FIGURES)}Epoch 2/10\n${bar('loss: 1.7900', ' 3/10')}\nEpoch 3/10\n${bar(FIGURES)}\n`,
    4,
    'Epoch 2 stops at step 3 of 10, and epoch 3 follows; put in its last line, or copy the log again.',
  ],
  [
    'two trainings in one log',
    log(FIGURES, FIGURES) + log(FIGURES),
    5,
    'Epoch 1 follows epoch 2: another training begins here. Import each by itself, this one from here on.',
  ],
  [
    'an epoch twice in a log',
    `${log(FIGURES)}Epoch 1/10\n${bar(FIGURES)}\n`,
    3,
    'Epoch 1 stands here and in line 2; keep one of them.',
  ],
  [
    'a log without its first epochs',
    log(FIGURES).replace('Epoch 1/', 'Epoch 3/'),
    1,
    'The history begins with epoch 3, and 2 epochs before it must come first; put what was written of them above.',
  ],
  [
    'an epoch that counts beyond its end',
    log(FIGURES).replace('Epoch 1/10', 'Epoch 1/0'),
    1,
    '“Epoch 1/0” counts beyond its own end; correct it.',
  ],
  [
    'more epochs than a run may have',
    log(FIGURES).replace('Epoch 1/10', 'Epoch 1/100001'),
    1,
    '“Epoch 1/100001” has more than 100,000 epochs; correct it.',
  ],
  [
    'per cent in a log',
    log('loss: 1.7900 - acc: 45.2000'),
    2,
    '“acc” is 45.2, and an accuracy is a share from 0 to 1. If it is in per cent, divide it by 100.',
  ],
  [
    'words for a number in a log',
    log('loss: low - acc: 0.4520'),
    2,
    '“loss”: “low” is no number; write one, nan, or nothing where it is not known.',
  ],
  [
    'a metric twice in a line',
    log('loss: 1.7900 - loss: 1.8000'),
    2,
    '“loss” stands twice in the line; remove one.',
  ],
  [
    'no metric that is known',
    log('mae: 0.5000'),
    2,
    'No metric of the log is known; have Keras print loss, accuracy, val_loss or val_accuracy.',
  ],

  // Lightning.
  ['words for a step', `${METRICS}\n0,last,2.1,,\n`, 2, '“last” is no step; write a whole number.'],
  [
    'a step that goes back',
    `${METRICS}\n0,49,2.1,,\n0,9,2.1,,\n`,
    3,
    'Step 9 follows step 49: another training begins here. Import each by itself.',
  ],
  [
    'epochs of Lightning that count from 1',
    `${METRICS}\n1,49,2.1,,\n`,
    2,
    'The history begins with epoch 1, and 1 epoch before it must come first; put what was written of them above.',
  ],
  [
    'steps only',
    `${METRICS}\n0,49,2.1,,\n1,99,2.1,,\n`,
    null,
    'The file has single steps only, and a run needs figures of its epochs; log them with on_epoch=True.',
  ],
  [
    'no figure of Lightning',
    `${METRICS}\n0,49,,,\n`,
    1,
    'No row below the header has a figure; the file was kept before anything was logged.',
  ],
  [
    'no metric of Lightning that is known',
    'epoch,step,hp_metric\n0,49,1\n',
    1,
    'No column is a metric that is known; log one as loss, accuracy, val_loss or val_accuracy.',
  ],
];

function UNKNOWN(): string {
  return 'The text is no history that is known; paste the console log of a training by Keras with its lines “Epoch 1/10”, or choose the file of Keras’ CSVLogger or Lightning’s metrics.csv.';
}

function JSON_SENTENCE(): string {
  return 'This is JSON, which is not read; write the history as CSV, as pandas.DataFrame(history.history).to_csv("history.csv") does.';
}

function NUL(): string {
  return 'The text has characters of the code 0: it is a binary file, or UTF-16; save it as text in UTF-8.';
}

describe('a malformed history', () => {
  it.each(MALFORMED)('is refused: %s', (_what, text, line, sentence) => {
    const reading = readHistory(text);
    expect(reading.ok).toBe(false);
    expect(!reading.ok && reading.problems[0]).toEqual({ line, sentence });
  });

  it('names each fault, and no more than one is told at once', () => {
    const reading = readHistory(rows('0,a,0.2,b,0.25', '1,c,7,1.8,0.35'));
    expect(!reading.ok && reading.problems.map(({ line }) => line)).toEqual([2, 2, 3, 3]);
    const many = readHistory(rows(...Array.from({ length: 300 }, (_, epoch) => `${epoch},a,b,c,d`)));
    expect(!many.ok && many.problems).toHaveLength(100);
  });

  it('repeats nothing that a terminal would obey, and no endless cell', () => {
    const reading = readHistory(rows(`0,\u001b[2J${'x'.repeat(5000)},0.2,2.0,0.25`));
    const [problem] = reading.ok ? [] : reading.problems;
    expect(problem!.sentence).toContain('“\ufffd[2Jxxx');
    expect(problem!.sentence.length).toBeLessThan(200);
  });
});
