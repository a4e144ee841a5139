import { describe, expect, it } from 'vitest';
import { plainWord } from '../../../../../src/architecture/suggest';
import { COLUMN_GROUPS } from '../../../../../src/renderer/features/runs/run-column';
import { columnOf, RUN_COLUMNS } from '../../../../../src/renderer/features/runs/run-columns';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { fieldOf, RECIPE_KEYS } from '../../../../../src/shared/recipe';
import { columnChoiceSchema } from '../../../../../src/shared/settings';
import { sampleRun } from './sample';

const text = (key: string, run = sampleRun()): string => columnOf(key)!.text(run, 0);

describe('the columns of the table of runs', () => {
  it('have keys that settings take, and names in the filter that no two share', () => {
    const choice = RUN_COLUMNS.map(({ key, width }) => ({ key, width }));
    expect(columnChoiceSchema.parse(choice)).toEqual(choice);
    expect(new Set(choice.map(({ key }) => key)).size).toBe(choice.length);
    const fields = RUN_COLUMNS.flatMap((column) => column.fields.map(plainWord));
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('hold every field of the recipe, as its description writes it', () => {
    for (const key of RECIPE_KEYS) {
      expect(columnOf(key)?.title).toBe(fieldOf(key).label);
      expect(columnOf(key)?.group).toBe('Recipe');
    }
    const run = sampleRun({ recipe: { ...BLOG_RECIPE, learningRate: 1e-4, limitTrain: 6400 } });
    expect(text('optimizer', run)).toBe('Adam');
    expect(text('learningRate', run)).toBe('1e-4');
    expect(text('limitTrain', run)).toBe('first 6,400');
    expect(text('clipNorm', run)).toBe('none');
    // Adam has no momentum.
    expect(text('momentum', run)).toBe('–');
    expect(columnOf('momentum')!.value(run)).toBeNull();
  });

  it('say sizes, results and times as the rest of the window does', () => {
    expect(RUN_COLUMNS.map(({ group }) => group).every((group) => COLUMN_GROUPS.includes(group))).toBe(true);
    expect(text('params')).toBe('11 M');
    expect(text('macs')).toBe('37 MMAC');
    expect(text('best')).toBe('70.00 %');
    expect(text('bestEpoch')).toBe('9');
    expect(text('time')).toBe('3 min 20 s');
    expect(text('parent', sampleRun({ parent: { id: 7, step: 3, images: 9 } }))).toBe('run 7');
  });

  it('say what a run was trained on, and before that what it is to be trained on', () => {
    const { machine } = sampleRun();
    expect(text('device', sampleRun())).toBe('CPU');
    expect(text('device', sampleRun({ machine: { ...machine, gpu: 'NVIDIA X' } }))).toBe('NVIDIA X');
    expect(text('device', sampleRun({ startedAt: null, device: 'gpu' }))).toBe('GPU');
    expect(text('ended', sampleRun({ state: 'running' }))).toBe('–');
  });

  it('say of a run that cannot be read only what is known', () => {
    const run = sampleRun({ unreadable: 'Its row is damaged.' });
    const known = RUN_COLUMNS.filter((column) => column.value(run) !== null).map(({ key }) => key);
    expect(known).toEqual(['name', 'state', 'created']);
    expect(text('learningRate', run)).toBe('–');
    expect(text('time', run)).toBe('–');
  });
});
