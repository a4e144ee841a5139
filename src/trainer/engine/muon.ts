/**
 * Muon, as far as both engines share it: momentum, orthogonalised. Each kernel of a hidden convolution is seen as the matrix
 * [filters, inputs · height · width], and moves by the orthogonal matrix that is nearest to its momentum, nearly: a Newton-Schulz iteration
 * takes singular values near 1 (0.7 to 1.2) in five steps.
 *
 *   m ← m + (1 − μ)(g − m)     u = m, or with Nesterov g + μ (m − g)
 *   X = u / max(‖u‖, ε)        five times X ← a X + (b A + c A²) X with A = X Xᵀ
 *   w ← w − lr · √max(1, filters / (inputs · height · width)) · X
 *
 * Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"; constants and scaling are those of
 * torch.optim.Muon (PyTorch 2.9 and later, `adjust_lr_fn="original"`), in float32 where that takes bfloat16.
 */
export const NEWTON_SCHULZ = { a: 3.4445, b: -4.775, c: 2.0315, steps: 5, epsilon: 1e-7 } as const;

/** A kernel [height, width, inputs, filters] as the transposed matrix, which lies in memory as the kernel does. */
export function matrixOf(shape: readonly number[]): { rows: number; columns: number; scale: number } {
  const columns = shape[shape.length - 1]!;
  const rows = shape.slice(0, -1).reduce((product, side) => product * side, 1);
  return { rows, columns, scale: Math.sqrt(Math.max(1, columns / rows)) };
}
