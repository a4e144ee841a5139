import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileName } from '../../../src/shared/file-name';

it.each([
  ['resnet18 on shapes', 'resnet18 on shapes.json'],
  ['残差 e\u0301', '残差 é.json'],
  ['a/b\\c:d', 'a-b-c-d.json'],
  ['../../etc/passwd', 'etc-passwd.json'],
  ['.hidden. ', 'hidden.json'],
  ['--rf', 'rf.json'],
  ['', 'run.json'],
  ['///', 'run.json'],
  ['CON', 'run CON.json'],
  ['nul.tar', 'run nul.tar.json'],
  ['com1', 'run com1.json'],
  ['console', 'console.json'],
  ['exe\u202egpj', 'exe-gpj.json'],
])('%j is the file %j', (name, file) => expect(fileName(name, 'json', 'run')).toBe(file));

it.each([['x'], ['é'], ['残'], ['🙂'], ['.'], ['e\u0301']])(
  'a name of 20,000 times %j can be written, with its extension',
  (character) => {
    const folder = mkdtempSync(join(tmpdir(), 'resbench-names-'));
    try {
      const file = fileName(character.repeat(20_000), 'json', 'run');
      expect(file.endsWith('.json')).toBe(true);
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(120);
      expect(file).not.toMatch(/\p{Cs}/u);
      writeFileSync(join(folder, file), '');
      expect(readdirSync(folder)).toEqual([file]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
