import { resolve } from 'node:path';
import type { Command } from 'commander';
import { requireOwnFolder } from '../../../node/files/folder-trust';
import { databasePath, homeFolder } from '../../../node/files/home';
import type { CommonOptions, Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import { formatDiskBytes, plural } from '../../../shared/format';

/** Said in words; everything is in the JSON. */
const COUNTED: readonly [table: string, what: string][] = [
  ['runs', 'run'],
  ['steps', 'step'],
  ['epochs', 'epoch'],
  ['checkpoints', 'checkpoint'],
];

/** The file is inspected as it is: only `vacuum` opens it as a run would, which may bring it up to date. */
export function addDb(program: Command, context: Context): void {
  const { output } = context;
  const db = program.command('db').description('the database: check, backup, vacuum');
  const add = (name: string, description: string): Command =>
    db
      .command(name)
      .description(description)
      .option('--home <dir>', 'data folder')
      .option('--json', 'one JSON object on stdout');
  const pathOf = (options: CommonOptions): string => {
    const home = homeFolder(options.home, context.env);
    const notice = requireOwnFolder(home, options.trustFolder ?? false, context.env);
    if (notice !== null) output.notice(`resbench: ${notice}`);
    return databasePath(home);
  };

  add('check', 'read every page and number of the database and say whether it is sound').action(
    async (options: CommonOptions) => {
      const { checkDatabase } = await import('../../../main/db/maintenance');
      const report = unwrap(checkDatabase(pathOf(options)));
      const { problems, logDamage, unreadable, changed } = report;
      const isSound = problems.length === 0;
      const wrong = [...problems, logDamage, ...unreadable, changed].filter((sentence) => sentence !== null);
      output.value({ ok: wrong.length === 0, ...report });
      output.lines(
        `${report.file}: ${formatDiskBytes(report.bytes + report.logBytes)}, version ${report.version ?? 'unknown'} of ${report.newestVersion}`,
      );
      const counts = COUNTED.filter(([table]) => table in report.rows).map(([table, what]) => {
        const count = report.rows[table];
        return count === null || count === undefined ? `${what}s that cannot be read` : plural(count, what);
      });
      if (counts.length > 0) output.lines(counts.join(', '));
      if (isSound) output.lines('Pages, indexes and references are sound.');
      if (wrong.length === 0) {
        output.lines('The numbers of each epoch that has a SHA-256 are those that were stored.');
        return;
      }
      output.lines(wrong.map((sentence) => `- ${sentence}`));
      if (isSound && logDamage !== null) {
        throw new ExitStatus(
          EXIT.storage,
          `the database ${report.file} is sound, but ${logDamage}; the next start of Resbench that has it to itself copies ` +
            'the log and keeps everything before',
        );
      }
      const sentence = changed ?? unreadable[0] ?? null;
      throw new ExitStatus(
        EXIT.storage,
        isSound
          ? sentence
          : `the database ${report.file} is damaged (${problems[0]}); the next start of Resbench that has it to itself ` +
              'sets it aside and recovers what can be read',
      );
    },
  );

  add('backup', 'copy the database as it is at one moment, also while others write')
    .argument('[file]', 'file to write (default: one in the folder backups beside the database)')
    .option('--force', 'overwrite the file')
    .action(async (file: string | undefined, options: CommonOptions & { force?: boolean }) => {
      const { backUpDatabase } = await import('../../../main/db/maintenance');
      const target = file === undefined ? null : resolve(file);
      const backup = unwrap(backUpDatabase(pathOf(options), target, options.force ?? false));
      output.value(backup);
      output.lines(
        `Database of version ${backup.version} copied to ${backup.file} (${formatDiskBytes(backup.bytes)}).`,
      );
    });

  add('vacuum', 'rewrite the database without the space that deleted runs have left').action(
    async (options: CommonOptions) => {
      const { vacuumDatabase } = await import('../../../main/db/maintenance');
      const { notices, ...vacuumed } = unwrap(vacuumDatabase(pathOf(options)));
      for (const notice of notices) output.notice(`resbench: ${notice}`);
      output.value(vacuumed);
      output.lines(
        `${vacuumed.file}: ${formatDiskBytes(vacuumed.bytesBefore)} before, ${formatDiskBytes(vacuumed.bytesAfter)} now.`,
      );
    },
  );
}
