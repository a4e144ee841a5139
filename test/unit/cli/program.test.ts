import { describe, expect, it } from 'vitest';
import { typeIn } from './memory';

describe('words that are wrong give one sentence and a status', () => {
  it.each([
    [['sumary', 'resnet18'], 2, 'there is no command "sumary"; did you mean summary?'],
    [['reproduce', 'blgo'], 2, 'EXPERIMENT must be one of blog, got "blgo"; did you mean "blog"?'],
    [
      ['reproduce', 'blog', '--limit-train', '60000'],
      2,
      '--limit-train: CIFAR-10 has 50,000 training images, not 60,000: lower the number, or leave it out to use all of them.',
    ],
    [
      ['reproduce', 'blog', '--lr', '0.01'],
      2,
      'reproduce has no flag --lr; see `npm start -- reproduce --help`',
    ],
    [['fly'], 2, 'there is no command "fly"; see `npm start -- --help`'],
    [['--fast'], 2, 'there is no flag --fast; see `npm start -- --help`'],
    [
      ['summary', 'resnet18', '--shorcut', 'none'],
      2,
      'summary has no flag --shorcut; did you mean --shortcut?',
    ],
    [
      ['summary', 'resnet18', 'resnet34'],
      2,
      'summary got more words than it takes; see `npm start -- summary --help`',
    ],
    [
      ['summary', 'resnet19'],
      3,
      'there is no preset, saved architecture or file called "resnet19"; did you mean resnet18?',
    ],
    [
      ['summary', 'resnet18', '--format', 'kears'],
      2,
      '--format must be one of text, keras, markdown, csv, tsv, latex, json, svg, got "kears"; did you mean "keras"?',
    ],
    [
      ['summary', 'resnet18', '--json', '--format', 'keras'],
      2,
      '--json and --format keras contradict each other; leave one out',
    ],
    [
      ['summary', 'resnet18', '--columns', 'layer,mac'],
      2,
      '--columns has no column "mac"; did you mean macs?',
    ],
    [
      ['summary', 'resnet18', '--columns', 'layer', '--format', 'keras'],
      2,
      '--columns has no meaning with --format keras; leave one out',
    ],
    [['summary', 'resnet18', '--level', 'blocks'], 2, '--level is of pictures; give --format svg with it'],
    [['summary', 'resnet18', '--batch', '0'], 2, '--batch must be a whole number of at least 1, got "0"'],
    [['summary', 'resnet18', '--classes', '1'], 2, '--classes must be a whole number of at least 2, got "1"'],
    [['train', 'resnet18', '--epochs', 'abc'], 2, '--epochs must be a whole number of at least 1, got "abc"'],
    [['train', 'resnet18', '--epochs', '100001'], 2, 'epochs must be at most 100000'],
    [
      ['train', 'resnet18', '--lr', '0,01'],
      2,
      '--lr must be a number greater than 0 and at most 100, got "0,01"; write 0.01 with a decimal point',
    ],
    [
      ['train', 'resnet18', '--limit-eval', '99999'],
      2,
      '--limit-eval: With 1,000 training images held out, Shapes has 1,000 validation images, not 99,999: lower the number, or leave it out to use all of them.',
    ],
    [['train', 'resnet18', '--epochs'], 2, '--epochs needs a value; see `npm start -- train --help`'],
    [
      ['train', 'resnet18', '--dataset', 'cifar11'],
      2,
      '--dataset must be one of shapes, cifar10 or one of your own, whose names begin with own-, got "cifar11"; did you mean "cifar10"?',
    ],
    [
      ['train', 'resnet18', '--momentum', '0.5'],
      2,
      '--momentum belongs to the optimizer sgd or muon, not to adam; add --optimizer sgd or leave it out',
    ],
    [['train', 'resnet18', '--clip-norm', '0'], 2, '--clip-norm must be a number greater than 0, got "0"'],
    [
      ['probe', 'resnet18', '--weight-decay', '-1'],
      2,
      '--weight-decay must be a number of at least 0 and at most 10, got "-1"',
    ],
    [['train', 'resnet18', '--name', ' '], 2, '--name must not be empty'],
    [
      ['runs'],
      2,
      'say what to do with runs: list, show, export, import, stop, pause, resume, extend, fork, log, test, rename, delete',
    ],
    [['queue'], 2, 'say what to do with queue: list, move, next, hold, release, remove, run'],
    [['checkpoints'], 2, 'say what to do with checkpoints: list, pin, unpin, delete, path, verify'],
    [['settings'], 2, 'say what to do with settings: list, get, set'],
    [['train', 'resnet18', '--queue', 'first'], 2, '--queue must be one of last, next, held, got "first"'],
    [
      ['train', 'resnet18', '--now', '--queue', 'held'],
      2,
      '--now and --queue held contradict each other; leave one out',
    ],
    [['runs', 'resume', 'last'], 2, 'a run is named by its number in `npm start -- runs list`, got "last"'],
    [['runs', 'extend', '1'], 2, 'runs extend needs --epochs N; see `npm start -- runs extend --help`'],
    [
      ['runs', 'fork', '1', '--seed', '2'],
      2,
      'runs fork has no flag --seed; see `npm start -- runs fork --help`',
    ],
    [['runs', 'fork', '1', '--name', ''], 2, '--name must not be empty'],
    [['queue', 'move', '1', '0'], 2, 'PLACE must be a whole number of at least 1, got "0"'],
    [
      ['checkpoints', 'pin', 'best'],
      2,
      'a checkpoint is named by its number in `npm start -- checkpoints list`, got "best"',
    ],
    [
      ['settings', 'set', 'runs-at-once', '0'],
      2,
      'runs-at-once must be a whole number of at least 1, got "0"',
    ],
    [
      ['settings', 'get', 'runsAtOnce'],
      2,
      'the setting must be one of runs-at-once, checkpoint-minutes, keep-checkpoints, keep-every-epochs, notify, got "runsAtOnce"; did you mean "runs-at-once"?',
    ],
    [['runs', 'shw', '1'], 2, 'there is no command "runs shw"; did you mean show?'],
    [['runs', 'show'], 2, 'runs show needs ID; see `npm start -- runs show --help`'],
    [['runs', 'show', 'last'], 2, 'a run is named by its number in `npm start -- runs list`, got "last"'],
    [
      ['data', 'get', 'cifar100'],
      2,
      'the data set must be one of shapes, cifar10, got "cifar100"; did you mean "cifar10"?',
    ],
    [['doctor'], 2, 'the doctor runs outside of this program: type `npm run doctor`'],
  ])('%j', async (words, code, sentence) => {
    expect(await typeIn(...words)).toEqual({
      code,
      stdout: words.includes('--json') ? expect.stringMatching(/^\{"error":.*\}\n$/) : '',
      stderr: `resbench: ${sentence}\n`,
    });
  });
});

it('with --json an error is one JSON value on stdout too', async () => {
  const { stdout, code } = await typeIn('summary', 'resnet19', '--json');
  expect({ value: JSON.parse(stdout), code }).toEqual({
    value: {
      error: {
        code: 'not-found',
        message: 'there is no preset, saved architecture or file called "resnet19"; did you mean resnet18?',
      },
    },
    code: 3,
  });
});

describe('help', () => {
  it('answers without words', async () => {
    const { code, stdout, stderr } = await typeIn();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm start -- \[COMMAND\]/);
  });

  it.each([['--help'], ['help']])('%s lists every command', async (word) => {
    const { code, stdout } = await typeIn(word);
    expect(code).toBe(0);
    for (const name of [
      'train',
      'quickstart',
      'summary',
      'presets',
      'models',
      'runs',
      'queue',
      'checkpoints',
      'settings',
      'data',
      'doctor',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it('describes a command', async () => {
    const { code, stdout } = await typeIn('train', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--limit-train <n>');
  });
});

it('prints its version', async () => {
  expect(await typeIn('--version')).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

describe('summary', () => {
  it('has the totals of the published network without shortcuts', async () => {
    const { stdout } = await typeIn('summary', 'resnet18', '--shortcut', 'none', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      totalParams: 11019530,
      trainableParams: 11011722,
      nonTrainableParams: 7808,
    });
  });

  it('--format json is --json', async () => {
    const [a, b] = await Promise.all([
      typeIn('summary', 'resnet20', '--format', 'json'),
      typeIn('summary', 'resnet20', '--json'),
    ]);
    expect(a).toEqual(b);
  });

  it('--format svg prints the picture, at the level that is asked for', async () => {
    const drawn = async (...flags: string[]) =>
      (await typeIn('summary', 'resnet18', '--format', 'svg', ...flags)).stdout;
    const blocks = await drawn();
    expect(blocks).toMatch(/^<svg [^>]*>\n<title id="title">resnet18<\/title>/);
    expect(blocks).toContain('>3×3 conv, 64</text>');
    expect(blocks).not.toContain('>BN</text>');
    expect(await drawn('--level', 'layers')).toContain('>BN</text>');
    const [across, down] = [await drawn('--direction', 'right'), blocks].map((svg) =>
      /width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number),
    );
    expect(across![0]).toBeGreaterThan(across![1]!);
    expect(down![1]).toBeGreaterThan(down![0]!);
  });

  it('--format keras prints the text of Keras', async () => {
    const { stdout } = await typeIn('summary', 'resnet18', '--format', 'keras');
    expect(stdout).toMatch(/^Model: "resnet18"\n_+\nLayer \(type\)/);
    expect(stdout).toContain('Total params: 11,196,042\n');
  });

  it('prints a table by default', async () => {
    const { stdout } = await typeIn('summary', 'resnet18');
    expect(stdout).toMatch(/^resnet18\n\nLayer +Type +Output +Parameters +Share +MACs +Training memory/);
  });

  it('says which network it is, and what will disappoint', async () => {
    const { stdout } = await typeIn('summary', 'resnet32', '--shortcut', 'none');
    expect(stdout).toContain('\nThe paper’s ResNet-32 with no shortcuts.\n');
    expect(stdout).toContain('\nWarning: 32 layers without a shortcut');
    const json = JSON.parse((await typeIn('summary', 'resnet20', '--json')).stdout) as object;
    expect(json).toMatchObject({ recognition: { preset: 'resnet20', exact: true }, advice: [] });
  });

  it('takes columns, a detail and a batch size', async () => {
    const { stdout } = await typeIn(
      ...['summary', 'resnet18', '--format', 'csv', '--detail', 'stages'],
      ...['--columns', 'layer,params,activation-bytes', '--batch', '2'],
    );
    const rows = stdout.split('\r\n');
    expect(rows[0]).toBe('layer,params,activation_bytes');
    // The head is the mean of 512 maps and ten classes, in float32, of two images.
    expect(rows[6]).toBe(`head,5130,${(512 + 10) * 4 * 2}`);
  });
});

describe('presets', () => {
  it('are one JSON array', async () => {
    const presets = JSON.parse((await typeIn('presets', '--json')).stdout) as {
      id: string;
      totalParams: number;
    }[];
    expect(presets.find(({ id }) => id === 'resnet18')?.totalParams).toBe(11196042);
  });

  it('are a table with a line each', async () => {
    const { stdout } = await typeIn('presets');
    expect(stdout).toMatch(/^resnet110 +32x32x3 +10 +1,7\d\d,\d{3}/m);
  });
});
