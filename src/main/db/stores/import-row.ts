/** What the table imports says of a run, read along with it; the source itself is read on request alone. */
import { HISTORY_FORMATS } from '../../../shared/histories/history';
import type { ImportedFrom } from '../../../shared/run';
import { readUnderstood, type Columns, type RawRow } from '../rows';

/** As they stand in a query that joins the table as `i`. */
export const IMPORT_COLUMNS = `
  i.run_id AS import_id, i.format AS import_format, i.file AS import_file, i.understood AS import_understood,
  i.imported_at AS import_at`;

/** Whether another program trained the run; a row of an earlier version has no such column. */
export const isImport = (row: RawRow): boolean => row.import_id !== null && row.import_id !== undefined;

export const readImport = (of: Columns): ImportedFrom => ({
  format: of.word('import_format', HISTORY_FORMATS, HISTORY_FORMATS[0]),
  file: of.optionalText('import_file'),
  importedAt: of.instant('import_at'),
  ...of.json('import_understood', readUnderstood, { columns: [], leftOut: [] }),
});
