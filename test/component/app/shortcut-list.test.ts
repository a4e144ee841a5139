import { describe, expect, it } from 'vitest';
import { COMMAND_IDS, commandOf } from '../../../src/shared/commands';
import { listShortcuts } from '../../../src/renderer/app/shortcut-list';

const ids = (query: string) => listShortcuts(query).flatMap(({ rows }) => rows.map(({ id }) => id));

describe('listShortcuts', () => {
  it('has every command with keys, once, those of charts and tables among them', () => {
    const withKeys = COMMAND_IDS.filter((id) => commandOf(id).keys);
    expect(ids('').sort()).toEqual([...withKeys].sort());
    expect(ids('')).toEqual(expect.arrayContaining(['chart.zoomIn', 'table.pause', 'queue.move']));
  });

  it('is narrowed by words, by a section and by keys', () => {
    expect(ids('zoom')).toEqual(['chart.zoomIn', 'chart.zoomOut']);
    expect(listShortcuts('queue').map(({ title }) => title)).toContain('Queue');
    expect(ids('ctrl+k')).toContain('palette.open');
    expect(ids('f2')).toEqual(['table.rename']);
    expect(ids('no such thing')).toEqual([]);
  });
});
