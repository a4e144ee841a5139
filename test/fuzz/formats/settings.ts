/** The settings in the database: what is stored there otherwise than by us, and what is to be stored. */
import { openMemoryDatabase } from '../../unit/main/memory-database';
import { SettingStore } from '../../../src/main/db/stores/settings';
import { SettingsService } from '../../../src/main/settings/service';
import {
  DEFAULT_SETTINGS,
  MAX_MEDIAN_STEPS,
  type ModelPicture,
  SMOOTHING_KINDS,
  THEMES,
  type Settings,
} from '../../../src/shared/settings';
import { mustBe, mustRead, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';

const number =
  (from: number, to: number, whole: boolean) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= from && value <= to && (!whole || Number.isSafeInteger(value));
const text = (value: unknown): boolean =>
  typeof value === 'string' &&
  value.trim().length <= 200 &&
  !/[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(value.trim());

const hasKeys = (value: unknown, keys: string): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).sort().join() === keys;
const isKey = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z]{1,40}$/.test(value);
const isColumn = (value: unknown): boolean => {
  if (!hasKeys(value, 'key,width')) return false;
  const { key, width } = value as { key: unknown; width: unknown };
  return isKey(key) && (width === null || number(48, 1200, true)(width));
};
const isSort = ({ key, descending }: { key: unknown; descending: unknown }): boolean =>
  isKey(key) && typeof descending === 'boolean';

const isWord = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z-]{1,40}$/.test(value);
const isYes = (value: unknown): boolean => typeof value === 'boolean';
const isRange = (value: unknown): boolean => {
  if (hasKeys(value, 'kind')) return ['all', 'zero', 'robust'].includes((value as { kind: string }).kind);
  if (!hasKeys(value, 'high,kind,low')) return false;
  const { kind, low, high } = value as Record<string, unknown>;
  return kind === 'manual' && [low, high].every((one) => typeof one === 'number' && Number.isFinite(one));
};
const isChart = (value: unknown): boolean => {
  if (!hasKeys(value, 'height,logarithmic,metric,range,wide')) return false;
  const { metric, wide, height, logarithmic, range } = value as Record<string, unknown>;
  return (
    isWord(metric) && isYes(wide) && number(120, 2000, true)(height) && isYes(logarithmic) && isRange(range)
  );
};
const isCompareView = (value: unknown): boolean => {
  const keys =
    'axis,band,baseline,budget,charts,colorBy,groupBy,ignored,logarithmicX,scatterX,scatterY,skip,target,traces';
  // Earlier versions did not know by what runs are judged.
  if (!hasKeys(value, keys) && !hasKeys(value, keys.replace('logarithmicX', 'judgedBy,logarithmicX')))
    return false;
  const view = value as Record<string, unknown>;
  const { charts, axis, band, colorBy, groupBy, logarithmicX, skip, traces } = view;
  const { baseline, budget, ignored, judgedBy = 'valAccuracy', scatterX, scatterY, target } = view;
  return (
    Array.isArray(charts) &&
    charts.length <= 40 &&
    charts.every(isChart) &&
    [axis, band, colorBy, groupBy, judgedBy, budget, scatterX, scatterY].every(isWord) &&
    (baseline === null || number(1, 2 ** 53 - 1, true)(baseline)) &&
    (target === null || number(0, 1, false)(target)) &&
    Array.isArray(ignored) &&
    ignored.length <= 200 &&
    ignored.every((field) => typeof field === 'string' && field.length <= 100) &&
    isYes(logarithmicX) &&
    isYes(traces) &&
    number(0, 1e9, true)(skip)
  );
};
const isRunColors = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([id, slot]) => /^\d{1,15}$/.test(id) && number(0, 10_000, true)(slot));

const isModelPicture = ({ front, level, direction, split }: ModelPicture): boolean =>
  (front === null || ['layers', 'picture', 'both'].includes(front)) &&
  (split === undefined || number(0.2, 0.8, false)(split)) &&
  ['stages', 'blocks', 'layers'].includes(level) &&
  ['down', 'right'].includes(direction);

/** What each may be, by the rules alone. */
const MAY_BE: { [K in keyof Settings]: (value: unknown) => boolean } = {
  theme: (value) => (THEMES as readonly unknown[]).includes(value),
  view: text,
  model: (value) => value === null || text(value),
  compare: (value) =>
    Array.isArray(value) && value.length <= 1000 && value.every(number(1, 2 ** 53 - 1, true)),
  runColumns: (value) =>
    value === null || (Array.isArray(value) && value.length <= 100 && value.every(isColumn)),
  runSort: (value) => hasKeys(value, 'descending,key') && isSort(value as Settings['runSort']),
  layerColumns: (value) =>
    value === null || (Array.isArray(value) && value.length <= 100 && value.every(isColumn)),
  layerSort: (value) => hasKeys(value, 'descending,key') && isSort(value as Settings['layerSort']),
  layerDetail: (value) => ['stages', 'blocks', 'layers', 'list'].includes(value as string),
  layerBatch: number(1, 65536, true),
  compareView: (value) => value === null || isCompareView(value),
  modelPicture: (value) =>
    // Earlier versions showed nothing side by side.
    (hasKeys(value, 'direction,front,level') || hasKeys(value, 'direction,front,level,split')) &&
    isModelPicture(value as ModelPicture),
  imageZoom: number(1, 3, true),
  runColors: isRunColors,
  smoothingKind: (value) => (SMOOTHING_KINDS as readonly unknown[]).includes(value),
  smoothing: number(0, 0.99, false),
  medianSteps: number(1, MAX_MEDIAN_STEPS, true),
  runsAtOnce: number(1, 16, true),
  checkpointMinutes: number(0, 1440, false),
  keepCheckpoints: number(1, 1000, true),
  keepEveryEpochs: number(0, 100_000, true),
  notify: (value) => typeof value === 'boolean',
};
const KEYS = Object.keys(MAY_BE) as (keyof Settings)[];

function genuine(random: Random, key: keyof Settings): unknown {
  const values: { [K in keyof Settings]: () => Settings[K] } = {
    theme: () => random.pick(THEMES),
    view: () => `/runs/${random.whole(1, 1000)}`,
    model: () => random.pick([null, 'ResNet-18', '名前 😀']),
    compare: () => Array.from({ length: random.whole(0, 9) }, () => random.whole(1, 1e6)),
    runColumns: () =>
      random.pick([
        null,
        [],
        [
          { key: 'name', width: null },
          { key: 'learningRate', width: random.whole(48, 1200) },
        ],
      ]),
    runSort: () => ({ key: random.pick(['created', 'best']), descending: random.chance(0.5) }),
    layerColumns: () => random.pick([null, [], [{ key: 'macs', width: random.whole(48, 1200) }]]),
    layerSort: () => ({ key: random.pick(['layer', 'macs']), descending: random.chance(0.5) }),
    layerDetail: () => random.pick(['stages', 'blocks', 'layers', 'list']),
    layerBatch: () => random.whole(1, 65536),
    modelPicture: () => ({
      front: random.pick([null, 'layers', 'picture', 'both']),
      level: random.pick(['stages', 'blocks', 'layers']),
      direction: random.pick(['down', 'right']),
      ...(random.chance(0.5) ? { split: 0.2 + random.next() * 0.6 } : {}),
    }),
    compareView: () =>
      random.pick([
        null,
        {
          charts: Array.from({ length: random.whole(0, 4) }, () => ({
            metric: random.pick(['valAccuracy', 'stepLoss', 'of-another-version']),
            wide: random.chance(0.5),
            height: random.whole(120, 2000),
            logarithmic: random.chance(0.5),
            range: random.pick([
              { kind: random.pick(['all', 'zero', 'robust'] as const) },
              { kind: 'manual' as const, low: -random.next(), high: random.next() * 1e6 },
            ]),
          })),
          axis: random.pick(['epoch', 'macs']),
          logarithmicX: random.chance(0.5),
          skip: random.whole(0, 1e9),
          groupBy: random.pick(['run', 'learningRate']),
          band: random.pick(['none', 'deviation']),
          traces: random.chance(0.5),
          colorBy: 'architecture',
          baseline: random.pick([null, random.whole(1, 1e6)]),
          ...(random.chance(0.5) ? { judgedBy: random.pick(['valLoss', 'of-another-version']) } : {}),
          budget: random.pick(['images', 'time']),
          target: random.pick([null, random.next()]),
          ignored: random.pick([[], ['Batch size']]),
          scatterX: 'parameters',
          scatterY: random.pick(['bestAccuracy', 'reached-epochs']),
        },
      ]),
    runColors: () =>
      Object.fromEntries(
        Array.from({ length: random.whole(0, 9) }, () => [
          String(random.whole(1, 1e6)),
          random.whole(0, 10_000),
        ]),
      ),
    smoothingKind: () => random.pick(SMOOTHING_KINDS),
    smoothing: () => random.next() * 0.99,
    imageZoom: () => random.whole(1, 3),
    medianSteps: () => random.whole(1, MAX_MEDIAN_STEPS),
    runsAtOnce: () => random.whole(1, 16),
    checkpointMinutes: () => random.next() * 1440,
    keepCheckpoints: () => random.whole(1, 1000),
    keepEveryEpochs: () => random.whole(0, 100_000),
    notify: () => random.chance(0.5),
  };
  return values[key]();
}

export const settings: Format = {
  name: 'settings',
  refusals: KEYS.map((key) => `The setting ${key} cannot have the value ….`),
  prepare() {
    const db = openMemoryDatabase();
    // A file from elsewhere may hold texts that are no JSON.
    db.raw((sqlite) => sqlite.pragma('ignore_check_constraints = ON'));
    const service = new SettingsService(new SettingStore(db));
    const plant = (key: string, value: unknown): void =>
      void db.run(
        'INSERT OR REPLACE INTO settings (key, value, updated_at) VALUES (?, ?, 0)',
        `settings.${key}`,
        value,
      );

    return (random) => {
      db.run('DELETE FROM settings');
      const key = random.pick(KEYS);
      const right = genuine(random, key);
      if (random.chance(0.3)) {
        mustBe(MAY_BE[key](right), `the test itself is wrong about ${key}`);
        mustRead(sentences(service.set({ [key]: right })));
        mustBe(same(service.get()[key], right), 'it is not what was set');
        return [];
      }
      const odd = random.pick([
        () => random.oddValue(),
        () => random.oddNumber(),
        () => random.oddText(),
        () => mutateJson(random, { right }).right,
      ])();
      if (random.chance(0.4)) {
        const plain = JSON.stringify(odd) ?? 'undefined';
        plant(key, random.chance(0.3) ? mutateBytes(random, Buffer.from(plain)).toString('utf8') : plain);
        // Nothing is stored under this one, whatever it is called.
        plant(random.oddText(), plain);
        const got = service.get();
        mustBe(same(Object.keys(got).sort(), [...KEYS].sort()), 'the settings have other keys');
        for (const each of KEYS) {
          mustBe(MAY_BE[each](got[each]), `${each} comes out as ${JSON.stringify(got[each])}`);
          mustBe(each === key || same(got[each], DEFAULT_SETTINGS[each]), `${each} is no longer the default`);
        }
        return [];
      }
      const answer = service.set({ [key]: odd });
      mustBe(
        answer.ok === (odd === undefined || MAY_BE[key](odd)),
        `${key} is ${answer.ok ? '' : 'not '}set to ${JSON.stringify(odd)}`,
      );
      mustBe(
        answer.ok || same(service.get(), DEFAULT_SETTINGS),
        'something was stored although it was refused',
      );
      return sentences(answer);
    };
  },
};

const sentences = (answer: { ok: true } | { ok: false; error: { message: string } }): readonly string[] =>
  answer.ok ? [] : [answer.error.message];
