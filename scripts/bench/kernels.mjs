/** The part `kernels`: every lowering of each different 3x3 convolution, alone, beside the others. */
import { bundled, Program } from './programs.mjs';
import { judgeShape, shapeTable } from './kernels-table.mjs';

/**
 * @param architectures of the models, which share what they have in common
 * @param say is told each table as it is known
 * @returns `{ batch, gflopsPerSecond, noOwnKernels, shapes }`
 */
export async function measureKernels({ env, progress, options: { rounds } }, architectures, batch, say) {
  const program = new Program(
    [process.execPath, bundled('kernels'), JSON.stringify({ architectures, batch })],
    { env },
  );
  try {
    const label = `Kernels, batch ${batch}`;
    const { noOwnKernels, productFlops, found } = await progress.during(label, {}, async (task) => {
      task.update({ note: 'starting' });
      const { shapes, ...about } = await program.ready();
      const found = [];
      for (const [index, key] of shapes.entries()) {
        task.update({ note: `${key}, ${index + 1} of ${shapes.length}` });
        found.push({ key, batch, ...(await program.ask(key, rounds)) });
      }
      return { ...about, found };
    });
    // The fastest product of the whole part: the machine's speed does not depend on the shape that was beside it.
    const gflopsPerSecond = productFlops / Math.min(...found.flatMap(({ products }) => products)) / 1e6;
    const shapes = found.map((one) => judgeShape(one, gflopsPerSecond));
    say(`\nKernels, batch ${batch}; the peak is a matrix product's ${gflopsPerSecond.toFixed(0)} GFLOP/s.`);
    if (noOwnKernels) say(`Without kernels of our own: ${noOwnKernels}.`);
    for (const shape of shapes) say(`\n${shapeTable(shape)}`);
    await program.end();
    return { batch, gflopsPerSecond, noOwnKernels, shapes };
  } finally {
    program.kill();
  }
}
