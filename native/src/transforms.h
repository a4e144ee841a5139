/**
 * The one-dimensional transforms of Winograd's algorithm; applied to rows and then to columns they are those of tiles. docs/KERNELS.md
 * has the matrices and where they come from. With d the input, w the kernel, y the output of a tile:
 *
 *   y = Aᵀ [(G w) ⊙ (Bᵀ d)]          forward
 *   ∂w = Gᵀ [(Bᵀ d) ⊙ (A ∂y)]        gradient of the kernel
 *
 * Each function takes and gives arrays of vectors: `kInput` of the transformed, `kOutput` of the output, 3 of the kernel.
 */
#pragma once
#include "vector.h"

namespace {

/** F(2, 3) at the points 0, 1, -1 and infinity. */
struct F2 {
  static constexpr int kOutput = 2, kInput = 4;
  /** Bᵀ d */
  INLINE void input(const Vector* d, Vector* v) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[1] - d[3];
  }
  /** G w */
  INLINE void kernel(const Vector* w, Vector* u) {
    const Vector even = (w[0] + w[2]) * 0.5f, odd = w[1] * 0.5f;
    u[0] = w[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = w[2];
  }
  /** Aᵀ m */
  INLINE void output(const Vector* m, Vector* y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
  }
  /** A ∂y */
  INLINE void gradient(const Vector* dy, Vector* z) {
    z[0] = dy[0];
    z[1] = dy[0] + dy[1];
    z[2] = dy[0] - dy[1];
    z[3] = -dy[1];
  }
  /** Gᵀ ∂u */
  INLINE void kernel_gradient(const Vector* du, Vector* dw) {
    const Vector even = (du[1] + du[2]) * 0.5f;
    dw[0] = du[0] + even;
    dw[1] = (du[1] - du[2]) * 0.5f;
    dw[2] = even + du[3];
  }
};

/** F(4, 3) at the points 0, ±p, ±q and infinity: with p = 5/8 and q = 3/2 errors are two to five times below those of 1 and 2. */
struct F4 {
  static constexpr int kOutput = 4, kInput = 6;
  static constexpr double p = 0.625, q = 1.5;
  static constexpr float p1 = p, p2 = p * p, p3 = p * p * p;
  static constexpr float q1 = q, q2 = q * q, q3 = q * q * q;
  static constexpr float product = p * p * q * q, sum = p * p + q * q;
  /** Each point's share of the kernel: 1 over the product of its distances from the others. */
  static constexpr double at_p = 1 / (2 * p * p * (p * p - q * q)), at_q = 1 / (2 * q * q * (q * q - p * p));
  static constexpr float n0 = 1 / (p * p * q * q);
  static constexpr float np0 = at_p, np1 = p * at_p, np2 = p * p * at_p;
  static constexpr float nq0 = at_q, nq1 = q * at_q, nq2 = q * q * at_q;

  INLINE void input(const Vector* d, Vector* v) {
    v[0] = d[0] * product + (d[4] - d[2] * sum);
    Vector even = d[4] - d[2] * q2, odd = (d[3] - d[1] * q2) * p1;
    v[1] = even + odd;
    v[2] = even - odd;
    even = d[4] - d[2] * p2;
    odd = (d[3] - d[1] * p2) * q1;
    v[3] = even + odd;
    v[4] = even - odd;
    v[5] = d[1] * product + (d[5] - d[3] * sum);
  }
  INLINE void kernel(const Vector* w, Vector* u) {
    u[0] = w[0] * n0;
    Vector even = w[0] * np0 + w[2] * np2, odd = w[1] * np1;
    u[1] = even + odd;
    u[2] = even - odd;
    even = w[0] * nq0 + w[2] * nq2;
    odd = w[1] * nq1;
    u[3] = even + odd;
    u[4] = even - odd;
    u[5] = w[2];
  }
  INLINE void output(const Vector* m, Vector* y) {
    const Vector sum_p = m[1] + m[2], difference_p = m[1] - m[2];
    const Vector sum_q = m[3] + m[4], difference_q = m[3] - m[4];
    y[0] = m[0] + sum_p + sum_q;
    y[1] = difference_p * p1 + difference_q * q1;
    y[2] = sum_p * p2 + sum_q * q2;
    y[3] = (difference_p * p3 + difference_q * q3) + m[5];
  }
  INLINE void gradient(const Vector* dy, Vector* z) {
    z[0] = dy[0];
    Vector even = dy[0] + dy[2] * p2, odd = dy[1] * p1 + dy[3] * p3;
    z[1] = even + odd;
    z[2] = even - odd;
    even = dy[0] + dy[2] * q2;
    odd = dy[1] * q1 + dy[3] * q3;
    z[3] = even + odd;
    z[4] = even - odd;
    z[5] = dy[3];
  }
  INLINE void kernel_gradient(const Vector* du, Vector* dw) {
    const Vector sum_p = du[1] + du[2], difference_p = du[1] - du[2];
    const Vector sum_q = du[3] + du[4], difference_q = du[3] - du[4];
    dw[0] = du[0] * n0 + sum_p * np0 + sum_q * nq0;
    dw[1] = difference_p * np1 + difference_q * nq1;
    dw[2] = sum_p * np2 + sum_q * nq2 + du[5];
  }
};

}  // namespace
