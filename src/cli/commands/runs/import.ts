/** `runs import`: histories that other programs wrote become runs, each file as a whole or not at all. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readUserFile } from '../../../node/files/user-files';
import type { DatasetId } from '../../../shared/dataset';
import { plural, thousands } from '../../../shared/format';
import { decodeHistory } from '../../../shared/histories/decode';
import { MAX_SOURCE_FILE_BYTES } from '../../../shared/histories/source';
import { asResult, expected, ok, type Failure, type Result } from '../../../shared/result';
import type { ImportRequest, Run } from '../../../shared/run';
import { resolveVersion } from '../../flags/model';
import { checkedName } from '../../flags/recipe';
import { libraryOf } from '../../flags/saved-model';
import { datasetName, DATASET_NAMES } from '../../flags/dataset';
import type { CommonOptions, Context } from '../../terminal/context';
import { ExitStatus } from '../../terminal/errors';
import { exitCodeOf } from '../../terminal/exit-codes';
import { servicesOf } from '../../use-services';

interface ImportOptions extends CommonOptions {
  name?: string;
  model?: string;
  data?: DatasetId;
  again?: boolean;
}

/** A file of which nothing was imported. */
interface Refusal extends Failure {
  file: string;
}

export function addImport(runs: Command, context: Context): void {
  runs
    .command('import')
    .description(
      'make runs of the histories of other programs: a console log of Keras, a CSV of Keras or Lightning',
    )
    .argument('<files...>', 'files with a history each')
    .option('--name <name>', "name of the run (default: the file's)")
    .option(
      '--model <model>',
      'what was trained: a preset, a saved architecture or a file (default: not known)',
    )
    .option(
      '--data <name>',
      `what it was trained on: ${DATASET_NAMES} (default: not known)`,
      datasetName('--data'),
    )
    .option('--again', 'also a text that was imported before')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout: {"imported": […], "refused": […]}')
    .action(async (files: string[], options: ImportOptions) => {
      if (options.name !== undefined && files.length > 1)
        throw expected(
          'invalid-input',
          '--name is for a single file; leave it out to name each run by its file',
        );
      const { architecture, model } =
        options.model === undefined
          ? { architecture: null, model: null }
          : await resolveVersion(options.model, {}, libraryOf(context, options, true));
      const given = {
        name: options.name === undefined ? '' : checkedName(options.name),
        architecture,
        model,
        datasetId: options.data ?? null,
        again: options.again ?? false,
      };
      await servicesOf(context)(options, (services) =>
        importAll(context, files, (request) => services.imports.import({ ...given, ...request })),
      );
    });
}

type Import = (request: Pick<ImportRequest, 'text' | 'file'>) => Promise<Result<Run>>;

async function importAll({ output }: Context, files: readonly string[], one: Import): Promise<void> {
  const { runJson } = await import('../../training/describe-run');
  const { importedLines } = await import('../../training/describe-import');
  const imported: { file: string; run: Run }[] = [];
  const refused: Refusal[] = [];
  for (const file of files) {
    const text = asResult(() => ok(textOf(file)));
    const result = text.ok ? await one({ text: text.value, file: basename(file) }) : text;
    if (result.ok) {
      imported.push({ file, run: result.value });
      output.lines(importedLines(file, result.value, output.style));
    } else {
      const refusal = refusalOf(file, result.error);
      refused.push(refusal);
      output.notice(`resbench: ${refusal.message}`);
      for (const detail of refusal.details?.slice(1) ?? []) output.notice(`  also: ${detail}`);
    }
  }
  output.value({
    imported: imported.map(({ file, run }) => ({ file, run: runJson(run) })),
    refused,
  });
  if (files.length > 1)
    output.lines(`${thousands(imported.length)} of ${plural(files.length, 'file')} imported.`);
  const [first] = refused;
  if (first) throw new ExitStatus(exitCodeOf(first.code), null);
}

/** The file is named, since there may be several; what names it already is left as it is. */
function refusalOf(file: string, { code, message, details }: Failure): Refusal {
  const where = message.includes(file) ? '' : `${file}: `;
  const cure = code === 'conflict' ? ' Add --again to import it once more.' : '';
  return {
    file,
    code,
    message: where + message + cure,
    ...(details && { details: details.map((detail) => where + detail) }),
  };
}

const WANTED = 'a file with the history of a training';

const textOf = (path: string): string =>
  decodeHistory(readUserFile(path, { wanted: WANTED, limit: MAX_SOURCE_FILE_BYTES }));
