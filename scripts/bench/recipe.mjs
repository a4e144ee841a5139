/** The part `recipe`: what augmentation, an average of the weights and norms add to a step. */
import { bundled, Program } from './programs.mjs';
import { judgeAddition, recipeTable } from './recipe-table.mjs';

/** Turns of a round hold five steps: enough of them that a few percent of a step are seen. */
const ROUNDS_A_TURN = 3;

/** @returns `{ model, batch, additions }` */
export async function measureRecipe(
  { env, progress, options: { rounds } },
  { title, architecture },
  batch,
  say,
) {
  const program = new Program(
    [process.execPath, bundled('recipe'), JSON.stringify({ architecture, batch })],
    {
      env,
    },
  );
  try {
    const additions = await progress.during(`Recipe, batch ${batch}`, {}, async (task) => {
      task.update({ note: 'starting' });
      const { additions } = await program.ready();
      const found = [];
      for (const { name, limit } of additions) {
        task.update({ note: name });
        found.push(judgeAddition(name, limit, await program.ask(name, rounds * ROUNDS_A_TURN)));
      }
      return found;
    });
    say(`\n${recipeTable(title, batch, additions)}`);
    await program.end();
    return { model: title, batch, additions };
  } finally {
    program.kill();
  }
}
