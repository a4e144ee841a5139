/**
 * The step of an optimizer over one variable, in one pass over memory: weight, gradient and slots are read once, weight and slots are
 * written once. The rules are those of Keras 3 (keras/src/optimizers/{adam,sgd}.py).
 *
 * The values are cut into pieces of a fixed length, whose sums are added in their order.
 */
#pragma once
#include "kernels.h"
#include "vector.h"
#include "winograd.h"

namespace {

using resbench::Moved;
using resbench::Rule;
using resbench::Update;
using resbench::UpdateSums;

/** Values of a piece: those of all its tensors fit into a core's own cache, and no thread waits long for the last one. */
constexpr long long kPieceValues = 1 << 14;

/** 4 doubles a piece: no two of them share a line with the third. */
constexpr int kSumsOfPiece = 4;

INLINE Vector square_root(Vector value) {
  float lanes[LANES];
  store(lanes, value);
  for (int lane = 0; lane < LANES; lane++) lanes[lane] = __builtin_sqrtf(lanes[lane]);
  return load(lanes);
}
INLINE double sum_of(Vector value) {
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += double(value[lane]);
  return sum;
}
/** The same value in all lanes. */
INLINE Vector all_lanes(float value) { return Vector{} + value; }

/**
 * Calls work(from, lanes that are there) for each vector of a piece, `sums` being added to by it, and leaves these with the piece;
 * then adds them in the order of the pieces.
 */
template <int Sums, class Work>
INLINE void over_pieces(const Machine& machine, long long count, double* totals, const Work& work) {
  const int pieces = int((count + kPieceValues - 1) / kPieceValues);
  double* const kept = (double*)machine.scratch(machine.self, 0, kShared, (size_t)pieces * kSumsOfPiece * 2);
  each(machine, pieces, [&](int index, int) {
    const long long begin = index * kPieceValues, end = begin + kPieceValues < count ? begin + kPieceValues : count;
    Vector sums[Sums] = {};
    long long at = begin;
    for (; at + LANES <= end; at += LANES) work(at, LANES, sums);
    if (at < end) work(at, int(end - at), sums);
    for (int i = 0; i < Sums; i++) kept[(size_t)index * kSumsOfPiece + i] = sum_of(sums[i]);
  });
  for (int i = 0; i < Sums; i++) {
    totals[i] = 0;
    for (int index = 0; index < pieces; index++) totals[i] += kept[(size_t)index * kSumsOfPiece + i];
  }
}

/** `move(at, lanes, weights after decay, gradient)` gives the new weights, and moves the slots. */
template <class Move>
INLINE UpdateSums update_by(const Machine& machine, const Update& update, const Moved& moved, const Move& move) {
  const Vector pull = all_lanes(2 * update.l2), factor = all_lanes(update.factor), share = all_lanes(update.share);
  double totals[3];
  over_pieces<3>(machine, moved.count, totals, [&](long long at, int lanes, Vector(&sums)[3]) INLINE_LAMBDA {
    const Vector weights = load_some(moved.weights + at, lanes);
    const Vector gradient = load_some(moved.gradient + at, lanes) + pull * weights;
    const Vector result = move(at, lanes, weights - share * weights, gradient * factor);
    sums[0] += weights * weights;
    sums[1] += gradient * gradient;
    sums[2] += result * result;
    store_some(moved.new_weights + at, result, lanes);
  });
  return {totals[0], totals[1], totals[2]};
}

UpdateSums update_variable(const Machine& machine, const Update& update, const Moved& moved) {
  const Vector rate = all_lanes(update.rate), momentum = all_lanes(update.momentum);
  switch (update.rule) {
    case Rule::kDescent:
      return update_by(machine, update, moved, [&](long long, int, Vector weights, Vector gradient) INLINE_LAMBDA {
        return weights - rate * gradient;
      });
    case Rule::kMomentum:
    case Rule::kNesterov: {
      const bool nesterov = update.rule == Rule::kNesterov;
      return update_by(machine, update, moved, [&](long long at, int lanes, Vector weights, Vector gradient) INLINE_LAMBDA {
        const Vector descent = rate * gradient;
        const Vector velocity = momentum * load_some(moved.slots[0] + at, lanes) - descent;
        store_some(moved.new_slots[0] + at, velocity, lanes);
        return weights + (nesterov ? momentum * velocity - descent : velocity);
      });
    }
    default: {
      const Vector first = all_lanes(1 - update.momentum), second = all_lanes(1 - update.beta2), epsilon = all_lanes(update.epsilon);
      return update_by(machine, update, moved, [&](long long at, int lanes, Vector weights, Vector gradient) INLINE_LAMBDA {
        Vector m = load_some(moved.slots[0] + at, lanes), v = load_some(moved.slots[1] + at, lanes);
        m += (gradient - m) * first;
        v += (gradient * gradient - v) * second;
        store_some(moved.new_slots[0] + at, m, lanes);
        store_some(moved.new_slots[1] + at, v, lanes);
        return weights - rate * m / (square_root(v) + epsilon);
      });
    }
  }
}

/** Σ (gradient + 2·l2·w)²; w is not read where l2 is 0. */
double gradient_squares(const Machine& machine, long long count, float l2, const float* gradient, const float* weights) {
  const Vector pull = all_lanes(2 * l2);
  double total;
  over_pieces<1>(machine, count, &total, [&](long long at, int lanes, Vector(&sums)[1]) INLINE_LAMBDA {
    Vector whole = load_some(gradient + at, lanes);
    if (l2 != 0) whole += pull * load_some(weights + at, lanes);
    sums[0] += whole * whole;
  });
  return total;
}

}  // namespace
