/**
 * Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) with the sum and the ReLU that may follow it, each direction in as few
 * passes over memory as there can be: one for the statistics, one for the result.
 *
 * Rows are pixels of all images, channels stand side by side. Sums are taken over a fixed number of pieces of the rows and added
 * in their order.
 */
#pragma once
#include "kernels.h"
#include "vector.h"
#include "winograd.h"

namespace {

using resbench::Normalisation;

/** Pieces of the rows: enough for the threads of a large machine, few enough for the pieces' sums to cost nothing. */
constexpr int kPieces = 64;
/** Vectors of channels whose sums are held in registers. */
constexpr int kTogether = 4;

struct Piece {
  long long begin, end;
};
INLINE Piece piece_of(long long rows, int index) { return {rows * index / kPieces, rows * (index + 1) / kPieces}; }

/** Floats for a value of each channel: vectors may read beyond the last one. */
constexpr int room_for(int channels) { return ceiling(channels, LANES) * LANES; }

/**
 * Two sums over rows [begin, end) of each channel: add(row's offset, channel, lanes that are there, sums) is called for each vector
 * of `LANES` channels.
 */
template <class Add>
INLINE void sum_rows(Piece piece, int channels, float* first, float* second, const Add& add) {
  for (int channel = 0; channel < channels; channel += kTogether * LANES) {
    Vector sums[kTogether][2] = {};
    const int vectors = min_of(kTogether, ceiling(channels - channel, LANES));
    if (vectors == kTogether && channel + kTogether * LANES <= channels) {
      for (long long row = piece.begin; row < piece.end; row++)
#pragma GCC unroll 4
        for (int i = 0; i < kTogether; i++) add(row * channels, channel + i * LANES, LANES, sums[i]);
    } else {
      for (long long row = piece.begin; row < piece.end; row++)
        for (int i = 0; i < vectors; i++) {
          const int at = channel + i * LANES;
          add(row * channels, at, channels - at, sums[i]);
        }
    }
    for (int i = 0; i < vectors; i++) {
      store(first + channel + i * LANES, sums[i][0]);
      store(second + channel + i * LANES, sums[i][1]);
    }
  }
}

/** Calls apply(offset, channel, lanes that are there) for each vector of channels of rows [begin, end). */
template <class Apply>
INLINE void each_vector(Piece piece, int channels, const Apply& apply) {
  const int whole = channels / LANES * LANES;
  for (long long row = piece.begin; row < piece.end; row++) {
    for (int channel = 0; channel < whole; channel += LANES) apply(row * channels + channel, channel, LANES);
    if (whole < channels) apply(row * channels + whole, whole, channels - whole);
  }
}

INLINE Vector where_positive(Vector value, Vector y) { return y > 0 ? value : Vector{}; }

void normalise(const Machine& machine, const Normalisation& n, const float* x, const float* addend, const float* gamma,
               const float* beta, float* y, float* mean, float* variance, float* inverse) {
  const int room = room_for(n.channels);
  float* const sums = machine.scratch(machine.self, 0, kShared, (size_t)(2 * kPieces + 3) * room);
  float *const scale = sums + (size_t)2 * kPieces * room, *const means = scale + room, *const shift = means + room;
  // Relative to the first row, so that the squares do not cancel.
  each(machine, kPieces, [&](int index, int) {
    float* const first = sums + (size_t)2 * index * room;
    sum_rows(piece_of(n.rows, index), n.channels, first, first + room,
             [&](long long row, int channel, int lanes, Vector(&sum)[2]) INLINE_LAMBDA {
               const Vector distance = load_some(x + row + channel, lanes) - load_some(x + channel, lanes);
               sum[0] += distance;
               sum[1] += distance * distance;
             });
  });
  for (int channel = 0; channel < n.channels; channel++) {
    double sum = 0, squares = 0;
    for (int index = 0; index < kPieces; index++) {
      sum += sums[(size_t)2 * index * room + channel];
      squares += sums[(size_t)(2 * index + 1) * room + channel];
    }
    const double count = double(n.rows), distance = sum / count;
    double spread = squares / count - distance * distance;
    if (spread < 0) spread = 0;
    mean[channel] = float(distance + x[channel]);
    // As FusedBatchNormV3 gives it: divided by n - 1, or by 1.
    variance[channel] = float(spread * count / (n.rows > 1 ? count - 1 : 1));
    inverse[channel] = float(1 / __builtin_sqrt(spread + double(n.epsilon)));
    scale[channel] = gamma[channel] * inverse[channel];
    means[channel] = mean[channel];
    shift[channel] = beta[channel];
  }
  each(machine, kPieces, [&](int index, int) {
    each_vector(piece_of(n.rows, index), n.channels, [&](long long at, int channel, int lanes) INLINE_LAMBDA {
      // The mean first: where it is large beside the deviation, the other order loses the digits that count.
      Vector value = (load_some(x + at, lanes) - load(means + channel)) * load(scale + channel) + load(shift + channel);
      if (addend) value += load_some(addend + at, lanes);
      if (n.relu) value = relu(value);
      store_some(y + at, value, lanes);
    });
  });
}

/**
 * With d = ∂E/∂y, zero where the ReLU's y is, and m, r mean and inverse deviation:
 * ∂β = Σ d, ∂γ = r Σ d (x − m), ∂x = γ r (d − (∂β + r (x − m) ∂γ) / n), ∂addend = d. `dx` and `d_addend` may lie where `dy` lies.
 */
void normalise_gradient(const Machine& machine, const Normalisation& n, const float* dy, const float* y, const float* x,
                        const float* gamma, const float* mean, const float* inverse, float* dx, float* d_gamma, float* d_beta,
                        float* d_addend) {
  const int room = room_for(n.channels);
  float* const sums = machine.scratch(machine.self, 0, kShared, (size_t)(2 * kPieces + 4) * room);
  float* const factors = sums + (size_t)2 * kPieces * room;
  float *const of_d = factors, *const constant = factors + room, *const of_x = factors + 2 * room, *const means = factors + 3 * room;
  for (int channel = 0; channel < n.channels; channel++) means[channel] = mean[channel];
  const auto slope = [&](long long at, int lanes) INLINE_LAMBDA {
    const Vector d = load_some(dy + at, lanes);
    return n.relu ? where_positive(d, load_some(y + at, lanes)) : d;
  };
  each(machine, kPieces, [&](int index, int) {
    float* const first = sums + (size_t)2 * index * room;
    sum_rows(piece_of(n.rows, index), n.channels, first, first + room,
             [&](long long row, int channel, int lanes, Vector(&sum)[2]) INLINE_LAMBDA {
               const Vector d = slope(row + channel, lanes);
               sum[0] += d;
               sum[1] += d * (load_some(x + row + channel, lanes) - load(means + channel));
             });
  });
  for (int channel = 0; channel < n.channels; channel++) {
    double sum = 0, products = 0;
    for (int index = 0; index < kPieces; index++) {
      sum += sums[(size_t)2 * index * room + channel];
      products += sums[(size_t)(2 * index + 1) * room + channel];
    }
    const double r = inverse[channel], count = double(n.rows);
    d_beta[channel] = float(sum);
    d_gamma[channel] = float(products * r);
    of_d[channel] = float(gamma[channel] * r);
    constant[channel] = float(-gamma[channel] * r * sum / count);
    of_x[channel] = float(-gamma[channel] * r * r * r * products / count);
  }
  each(machine, kPieces, [&](int index, int) {
    each_vector(piece_of(n.rows, index), n.channels, [&](long long at, int channel, int lanes) INLINE_LAMBDA {
      const Vector d = slope(at, lanes), distance = load_some(x + at, lanes) - load(means + channel);
      const Vector result = d * load(of_d + channel) + (load(constant + channel) + distance * load(of_x + channel));
      if (d_addend) store_some(d_addend + at, d, lanes);
      store_some(dx + at, result, lanes);
    });
  });
}

}  // namespace
