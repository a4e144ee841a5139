/** The description beside the weights, and the names under which both lie. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointFiles } from '../../../src/node/checkpoints/names';
import { readCheckpoint, verifyCheckpoint, type Expectations } from '../../../src/node/checkpoints/read';
import { loadNewest } from '../../unit/node/checkpoints/newest';
import { removeCheckpoint, writeCheckpoint } from '../../../src/node/checkpoints/write';
import { ExpectedError } from '../../../src/shared/result';
import { parseCheckpointName, type TensorShape } from '../../../src/shared/checkpoint-content';
import { content, shapesOf } from '../../unit/node/checkpoints/content';
import { contentsOf, empty, mustBe, mustRead, mustRefuse, refusing, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';
import { damaged, must, sentencesOf, signed, ZEROS } from './checkpoint-files';

const refused = (what: string): string => `… ${what}: choose another checkpoint.`;
const STRANGE_NAME =
  'The database gives the checkpoint a name that Resbench never gives, so no file of that name is read or removed.';

type Description = Record<string, unknown> & { state: Record<string, unknown> };

/** In the whole of a description: what it can be and stay one. */
const HARMLESS: ((random: Random, description: Description) => void)[] = [
  () => undefined,
  (random, { state }) => void (state.seed = random.whole(0, 2 ** 32 - 1)),
  (random, { state }) => void (state.schedule = { [random.oddText()]: random.oddValue(0) }),
  (random, { state }) => void (state.plan = random.pick([null, {}, { '3x3': { forward: 'direct' } }])),
  (_random, { state }) => void (state.best = null),
  (_random, description) => void (description.more = 'of a later version'),
  (random, description) => void (description.createdAt = random.whole(-1e6, 1e6)),
];

/** What no description can be. */
const HARMFUL: ((random: Random, description: Description) => void)[] = [
  (random, { state }) => void (state.step = random.pick([-1, 0.5, '9', null, 2 ** 53])),
  (random, { state }) => void (state.position = random.pick([10_001, -1, 'x'])),
  (_random, { state }) => void (state.optimizerSteps = 10),
  (random, { state }) => void (state.threads = random.pick([0, -1, 1.5])),
  (random, { state }) => void (state.dataset = random.oddValue()),
  (random, { state }) => void (state.plan = { [random.oddText()]: 3 }),
  (random, description) => void (description.weights = random.pick([{}, null, { bytes: -1, sha256: ZEROS }])),
  (_random, description) => void delete (description as Record<string, unknown>).state,
];

export const checkpoint: Format = {
  name: 'checkpoint',
  refusals: [
    refused('is missing'),
    damaged('it is … bytes long'),
    damaged('it is empty'),
    damaged('it is not JSON'),
    damaged('it is JSON in which a name comes twice'),
    damaged('it is JSON nested deeper than … levels'),
    damaged('it is not a file'),
    damaged('it is not a checkpoint'),
    refused('is not a checkpoint'),
    damaged('it does not tell its SHA-256'),
    damaged('its SHA-256 is …, and … stands in it'),
    damaged('its SHA-256 is …, and … was remembered'),
    damaged('its SHA-256 is …, not …'),
    refused('was written by a newer Resbench (format …, known is …), which can read it'),
    refused('is truncated at … of … bytes'),
    damaged('it has … bytes, not …'),
    refused('is of another network or optimizer (it has … tensors)'),
    refused('is of another network or optimizer (it has …, which is not expected)'),
    refused('is of another network or optimizer (its … has the shape …, not …)'),
    refused('is of another network or optimizer (it lacks …)'),
    // What the schema says: a place and what is wrong there.
    damaged('state…: …'),
    damaged('weights…: …'),
    damaged('createdAt: …'),
    damaged('formatVersion: …'),
    STRANGE_NAME,
  ],

  async prepare(folder) {
    const genuine = content(9);
    const older = content(2);
    const shapes = shapesOf(genuine);
    const written = must(await writeCheckpoint(folder, genuine));
    must(await writeCheckpoint(folder, older));
    const { description: path, weights } = checkpointFiles(folder, written.name);
    const [text, data] = [readFileSync(path, 'utf8'), readFileSync(weights)];
    const whole = JSON.parse(text) as Description;
    const files = contentsOf(folder);

    /** The files as they were written, then what the case makes of them. */
    const restore = (): void => {
      empty(folder);
      for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    };
    const give = (value: unknown): void =>
      writeFileSync(path, signed(JSON.stringify({ ...(value as object), sha256: ZEROS })));
    const read = async (expectations: Expectations = {}) => readCheckpoint(path, expectations);
    const refusedAs = async (what: string, expectations: Expectations = {}) =>
      mustRefuse(sentencesOf(await read(expectations)), what);

    const cases: ((random: Random) => Promise<readonly string[]> | readonly string[])[] = [
      async (random) => {
        const changed = JSON.parse(text) as Description;
        random.pick(HARMLESS)(random, changed);
        give(changed);
        const answer = await read({ tensors: shapes });
        mustRead(sentencesOf(answer));
        const { description, tensors } = must(answer);
        mustBe(
          same(description.state.step, 9) && same(description.state.seed, changed.state.seed),
          'its state is another',
        );
        mustBe(
          tensors.every(({ values }, at) => same([...values], [...genuine.tensors[at]!.values])),
          'its tensors are others',
        );
        return [];
      },
      async (random) => {
        const changed = JSON.parse(text) as Description;
        random.pick(HARMFUL)(random, changed);
        give(changed);
        return refusedAs('it cannot be so');
      },
      async (random) => {
        const changed = JSON.parse(text) as Description;
        changed[random.pick(['createdAt', 'formatVersion'])] = random.pick(['text', null, [], -0.5 + NaN]);
        give(changed);
        return refusedAs('its format has no such value');
      },
      async (random) => {
        give(mutateJson(random, whole));
        return sentencesOf(await read({ tensors: shapes }));
      },
      async (random) => {
        writeFileSync(path, mutateBytes(random, Buffer.from(text)));
        return refusedAs('its bytes were changed');
      },
      async (random) => {
        give({ ...whole, format: random.pick(['another', 3, null, random.oddText()]) });
        return refusedAs('it is of another format', random.chance(0.5) ? { sha256: written.sha256 } : {});
      },
      async (random) => {
        give({ ...whole, formatVersion: random.whole(2, 1000) });
        return refusedAs('it is of a later version');
      },
      async (random) => {
        // Whole in itself, and not what was remembered.
        give({ ...whole, createdAt: random.whole(2, 1e6) });
        return refusedAs('another was remembered', { sha256: written.sha256 });
      },
      async (random) => {
        const changed = { ...whole, sha256: random.pick([3, null, ZEROS.slice(1), ZEROS.replace('0', 'G')]) };
        writeFileSync(path, JSON.stringify(changed));
        return refusedAs('it has no sum');
      },
      async (random) => {
        const deep = random.whole(17, 5000);
        const twice = `{"format":"resbench-checkpoint",${text.slice(1)}`;
        const nested = text.replace(
          '"schedule": {}',
          `"schedule": {"a":${'['.repeat(deep)}${']'.repeat(deep)}}`,
        );
        writeFileSync(path, random.pick(['', signed(twice), nested, '{', '\ufeff{}', '\xff']));
        return refusedAs('it is no such JSON');
      },
      async (random) => {
        const at = random.pick([path, weights]);
        rmSync(at);
        if (random.chance(0.6)) {
          if (random.chance(0.5)) mkdirSync(at);
          else symlinkSync(random.pick(['/dev/zero', at, '../canary/kept.json', '/etc/passwd']), at);
        }
        return refusedAs('one of its files is none');
      },
      async (random) => {
        truncateSync(path, 2 ** 24 + random.whole(1, 1000));
        return refusedAs('it is longer than any');
      },
      async (random) => {
        const cut = data.subarray(0, random.whole(0, data.length - 1));
        const flipped = Buffer.from(data);
        flipped[random.whole(data.length - 100, data.length - 1)]! ^= 1 << random.whole(0, 7);
        writeFileSync(weights, random.pick([cut, flipped, Buffer.concat([data, random.bytes(3)])]));
        const newest = must(await loadNewest(folder, { tensors: shapes }));
        mustBe(newest.checkpoint?.step === 2, 'the older checkpoint is not taken in its place');
        mustBe(!(await verifyCheckpoint(path)).ok, 'weights that were changed are called sound');
        return refusedAs('its weights were changed');
      },
      async (random) => {
        const wanted: TensorShape[] = shapes.map((shape) => ({ ...shape }));
        const at = random.whole(0, wanted.length - 1);
        const changes = [
          () => void wanted.splice(at, 1),
          () => void wanted.push({ name: `more/${random.whole(0, 9)}`, shape: [1] }),
          () => void (wanted[at] = { ...wanted[at]!, shape: [...wanted[at]!.shape, 1] }),
          () => void wanted.splice(1),
        ];
        random.pick(changes)();
        return refusedAs('it is of another network', { tensors: wanted });
      },
      async (random) => {
        const name = random.chance(0.5)
          ? random.oddText()
          : written.name.replace(random.pick(['step', '-', '9', '0003']), random.oddText().slice(0, 30));
        const known = parseCheckpointName(name) !== null;
        const answer = await removeCheckpoint(folder, name);
        mustBe(answer.ok === known, 'a name that no checkpoint has is taken');
        mustBe(known || readFileSync(weights).equals(data), 'a file of another name was changed');
        if (known) return [];
        return [
          ...sentencesOf(answer),
          ...(await refusing(ExpectedError, () => checkpointFiles(folder, name))),
        ];
      },
    ];
    return (random) => {
      restore();
      return random.pick(cases)(random);
    };
  },
};
