import { describe, expect, it } from 'vitest';
import { Output } from '../../../../src/cli/terminal/output';
import { MemorySink } from '../memory';

const terminal = (): MemorySink => new MemorySink(true, 100);
const file = (): MemorySink => new MemorySink();

describe('with --json', () => {
  it('writes values and nothing for people on stdout', () => {
    const stdout = file();
    const output = new Output(stdout, file(), {}, true);
    output.lines(['a table']);
    output.value({ a: 1 });
    expect(stdout.text).toBe('{"a":1}\n');
  });

  it('draws no bar into a terminal that shows the JSON', () => {
    expect(new Output(terminal(), terminal(), {}, true).interactive).toBe(false);
  });

  it('draws one where the JSON goes to a file', () => {
    expect(new Output(file(), terminal(), {}, true).interactive).toBe(true);
  });
});

it('without --json writes no values', () => {
  const stdout = file();
  const output = new Output(stdout, file(), {}, false);
  output.value({ a: 1 });
  output.lines('text');
  expect(stdout.text).toBe('text\n');
});

describe('colour', () => {
  const coloured = (sink: MemorySink, env: NodeJS.ProcessEnv): boolean =>
    new Output(sink, file(), env, false).style.red('x') !== 'x';

  it('shows on a terminal', () => expect(coloured(terminal(), {})).toBe(true));
  it('is left out of files', () => expect(coloured(file(), {})).toBe(false));
  it('is left out where NO_COLOR asks for it', () =>
    expect(coloured(terminal(), { NO_COLOR: '1' })).toBe(false));
  it('shows where NO_COLOR is empty', () => expect(coloured(terminal(), { NO_COLOR: '' })).toBe(true));
  it('is left out of dumb terminals', () => expect(coloured(terminal(), { TERM: 'dumb' })).toBe(false));
});

describe('width', () => {
  it('is that of the terminal', () => expect(new Output(terminal(), file(), {}, false).width).toBe(100));
  it('is a usual one where the terminal does not know its own', () => {
    const output = new Output(new MemorySink(true, 0), new MemorySink(true, 0), {}, false);
    expect([output.width, output.errorWidth]).toEqual([80, 80]);
  });
  it('is unlimited for files, where nothing may be cut', () =>
    expect(new Output(file(), terminal(), {}, false).width).toBe(Infinity));
});

describe('block characters', () => {
  const unicode = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean =>
    new Output(file(), file(), env, false, platform).unicode;

  it('are drawn on Linux', () => expect(unicode({ TERM: 'xterm' }, 'linux')).toBe(true));
  it('are not on the text console of Linux', () => expect(unicode({ TERM: 'linux' }, 'linux')).toBe(false));
  it('are drawn in Windows Terminal', () => expect(unicode({ WT_SESSION: 'x' }, 'win32')).toBe(true));
  it('are not in the old console of Windows', () => expect(unicode({}, 'win32')).toBe(false));
});

describe('texts of other people', () => {
  const acting = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]|\p{Cs}/u;
  const hostile = 'a\u001b]0;title\u0007b\u001b[2J\u009b31mc\u202ed\u2066e\rf\u2028g\u007f\ud800';

  it.each(['lines', 'notice', 'redraw', 'raw'] as const)('reach no terminal by %s', (way) => {
    const sink = terminal();
    const output = new Output(sink, sink, { NO_COLOR: '1' }, false);
    output[way](hostile);
    expect(sink.text.replace('\r\u001b[2K', '')).not.toMatch(acting);
    expect(sink.text).toContain('title');
  });

  it('are JSON of the same value', () => {
    const stdout = file();
    new Output(stdout, file(), {}, true).value({ name: hostile });
    expect(stdout.text).not.toMatch(acting);
    expect(JSON.parse(stdout.text)).toEqual({ name: hostile });
  });

  it('make no line of their own', () => {
    const stdout = file();
    new Output(stdout, file(), {}, false).lines(['Run 1: a\nRun 2: b', 'Run 3']);
    expect(stdout.lines).toEqual(['Run 1: a Run 2: b', 'Run 3']);
  });

  it('make no line of millions of characters', () => {
    const stderr = file();
    new Output(file(), stderr, {}, false).notice('x'.repeat(3_000_000));
    expect(stderr.text.length).toBeLessThan(30_000);
  });

  it('go into a file as they are where they are exported', () => {
    const stdout = file();
    new Output(stdout, file(), {}, false).raw(hostile);
    expect(stdout.text).toBe(hostile);
  });

  it('let our own colours pass', () => {
    const stdout = terminal();
    const output = new Output(stdout, file(), {}, false);
    output.lines(`${output.style.red('failed')}: \u001b[31mred`);
    expect(stdout.text).toBe('\u001b[31mfailed\u001b[39m: \ufffd[31mred\n');
  });
});
