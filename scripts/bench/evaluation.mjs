/** The part `evaluation`: a pass over a validation set, plain and with batch normalisations folded into the convolutions. */
import { bundled, Program } from './programs.mjs';
import { ratio, summary } from './statistics.mjs';
import { columns, milliseconds, spread } from './table.mjs';

/** Calls of a pass, each as large as in a validation. */
const CALLS = 4;

/**
 * @param models `{ title, architecture }` of each
 * @param say is told the table once it is known
 * @returns for each `{ model, batch, images, chosen, difference, plain, folded, times }`; `times` is how many times as long plain takes
 */
export async function measureEvaluation({ env, progress, options: { rounds } }, models, batch, say) {
  const found = [];
  for (const { title, architecture } of models) {
    const job = JSON.stringify({ architecture, batch, calls: CALLS });
    const program = new Program([process.execPath, bundled('evaluation'), job], { env });
    try {
      const { ready, passes } = await progress.during(`Evaluation, ${title}`, {}, async (task) => {
        task.update({ note: 'starting' });
        const ready = await program.ready();
        task.update({ note: 'measuring' });
        return { ready, passes: await program.ask('evaluate', rounds) };
      });
      found.push({
        model: title,
        ...ready,
        batch,
        plain: summary(passes.plain.flat()),
        folded: summary(passes.folded.flat()),
        times: ratio(passes.plain, passes.folded),
      });
      await program.end();
    } finally {
      program.kill();
    }
  }
  say(`\n${evaluationTable(batch, found)}`);
  return found;
}

function evaluationTable(batch, found) {
  const rows = [
    [
      `a pass, plan for batch ${batch}`,
      'images',
      'ms plain',
      'quartiles',
      'ms folded',
      'quartiles',
      'as fast',
      'chosen',
      'same class',
      'logits off',
    ],
  ];
  for (const { model, images, plain, folded, times, chosen, difference } of found) {
    rows.push([
      model,
      String(images),
      milliseconds(plain.median),
      spread(plain),
      milliseconds(folded.median),
      spread(folded),
      `${times.median.toFixed(2)} times`,
      chosen,
      `${difference.same} of ${difference.images}`,
      difference.off.toExponential(1),
    ]);
  }
  return columns(rows);
}
