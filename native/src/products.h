/**
 * The products in the middle of Winograd's algorithm, one matrix product for each place of a transformed tile. Their operands lie in
 * panels of kPanel channels: [panel][row][kPanel].
 */
#pragma once
#include "kernels.h"
#include "vector.h"

namespace {

using resbench::kPanel;
constexpr int kVectors = kPanel / LANES;
/** Rows of a result that are held in registers at once: as many as the processor has registers for. */
constexpr int kRows = LANES >= 16 ? 12 : 6;

/**
 * ROWS rows of `PANELS` panels of the result: c[row] = Σ a[row][channel] · b[channel]. A's panels are `a_stride` floats apart, B's
 * `b_stride`, C's `c_stride`; there are `depth` panels of A.
 */
template <int ROWS, int PANELS>
void multiply_rows(const float* a, size_t a_stride, const float* b, size_t b_stride, int depth, float* c, size_t c_stride) {
  Vector sums[ROWS][PANELS * kVectors];
#pragma GCC unroll 16
  for (int row = 0; row < ROWS; row++)
#pragma GCC unroll 16
    for (int i = 0; i < PANELS * kVectors; i++) sums[row][i] = Vector{};
  for (int panel = 0; panel < depth; panel++, a += a_stride, b += kPanel * kPanel) {
#pragma GCC unroll 4
    for (int channel = 0; channel < kPanel; channel++) {
      Vector right[PANELS * kVectors];
#pragma GCC unroll 16
      for (int i = 0; i < PANELS * kVectors; i++)
        right[i] = load(b + (i / kVectors) * b_stride + channel * kPanel + (i % kVectors) * LANES);
#pragma GCC unroll 16
      for (int row = 0; row < ROWS; row++) {
        const float left = a[row * kPanel + channel];
#pragma GCC unroll 16
        for (int i = 0; i < PANELS * kVectors; i++) sums[row][i] += left * right[i];
      }
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < ROWS; row++)
#pragma GCC unroll 16
    for (int i = 0; i < PANELS * kVectors; i++)
      store(c + (i / kVectors) * c_stride + row * kPanel + (i % kVectors) * LANES, sums[row][i]);
}

template <int PANELS>
void multiply_all_rows(int rows, const float* a, size_t a_stride, const float* b, size_t b_stride, int depth, float* c,
                       size_t c_stride) {
  int row = 0;
#define TAKE(N) \
  for (; row + N <= rows; row += N) \
    multiply_rows<N, PANELS>(a + row * kPanel, a_stride, b, b_stride, depth, c + row * kPanel, c_stride);
  TAKE(kRows)
  TAKE(4)
  TAKE(2)
  TAKE(1)
#undef TAKE
}

/** `panels` panels of C, [panel][row][kPanel], from A [panel][row][kPanel] and B [panel of C][channel][kPanel]. */
void multiply(int rows, int panels, const float* a, size_t a_stride, const float* b, size_t b_stride, int depth, float* c,
              size_t c_stride) {
  int panel = 0;
  if constexpr (LANES >= 16)
    for (; panel + 2 <= panels; panel += 2)
      multiply_all_rows<2>(rows, a, a_stride, b + panel * b_stride, b_stride, depth, c + panel * c_stride, c_stride);
  for (; panel < panels; panel++)
    multiply_all_rows<1>(rows, a, a_stride, b + panel * b_stride, b_stride, depth, c + panel * c_stride, c_stride);
}

/**
 * ROWS rows of one panel of the gradient: c[row] (+)= Σ a[tile][row] · b[tile], over `tiles` tiles. C's rows are `c_row` floats
 * apart.
 */
template <int ROWS>
void accumulate_rows(const float* a, const float* b, int tiles, float* c, size_t c_row, bool add) {
  Vector sums[ROWS][kVectors];
#pragma GCC unroll 16
  for (int row = 0; row < ROWS; row++)
#pragma GCC unroll 16
    for (int i = 0; i < kVectors; i++) sums[row][i] = add ? load(c + row * c_row + i * LANES) : Vector{};
  for (int tile = 0; tile < tiles; tile++, a += kPanel, b += kPanel) {
    Vector right[kVectors];
#pragma GCC unroll 16
    for (int i = 0; i < kVectors; i++) right[i] = load(b + i * LANES);
#pragma GCC unroll 16
    for (int row = 0; row < ROWS; row++) {
      const float left = a[row];
#pragma GCC unroll 16
      for (int i = 0; i < kVectors; i++) sums[row][i] += left * right[i];
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < ROWS; row++)
#pragma GCC unroll 16
    for (int i = 0; i < kVectors; i++) store(c + row * c_row + i * LANES, sums[row][i]);
}

/** C [in, out] (+)= Aᵀ B, over tiles; A is [panel of in][tile][kPanel], B [panel of out][tile][kPanel], both whole panels. */
void accumulate(int in_panels, int out_panels, const float* a, size_t a_stride, const float* b, size_t b_stride, int tiles, float* c,
                size_t c_row, bool add) {
  for (int out = 0; out < out_panels; out++)
    for (int in = 0; in < in_panels; in++) {
      const float *left = a + in * a_stride, *right = b + out * b_stride;
      float* to = c + (size_t)in * kPanel * c_row + out * kPanel;
      if constexpr (LANES >= 16) {
        accumulate_rows<16>(left, right, tiles, to, c_row, add);
      } else {
        accumulate_rows<6>(left, right, tiles, to, c_row, add);
        accumulate_rows<6>(left + 6, right, tiles, to + 6 * c_row, c_row, add);
        accumulate_rows<4>(left + 12, right, tiles, to + 12 * c_row, c_row, add);
      }
    }
}

}  // namespace
