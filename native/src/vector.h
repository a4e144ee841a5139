/** Vectors of LANES floats by the compiler's vector extensions. Included by each kernels_*.cc, which defines LANES. */
#pragma once
#include <cstddef>
#include <cstring>

#define INLINE static inline __attribute__((always_inline))
/** Behind the parameters of a lambda in a hot loop. */
#define INLINE_LAMBDA __attribute__((always_inline))

namespace {

typedef float Vector __attribute__((vector_size(LANES * 4)));
typedef float UnalignedVector __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

INLINE Vector load(const float* from) { return *(const UnalignedVector*)from; }
INLINE void store(float* to, Vector value) { *(UnalignedVector*)to = value; }

/** The first `count` lanes, zeros in the others; `count` may be anything. */
INLINE Vector load_some(const float* from, int count) {
  if (count >= LANES) return load(from);
  Vector value = {};
  for (int lane = 0; lane < count; lane++) value[lane] = from[lane];
  return value;
}
INLINE void store_some(float* to, Vector value, int count) {
  if (count >= LANES) return store(to, value);
  for (int lane = 0; lane < count; lane++) to[lane] = value[lane];
}

/** The ReLU of a value; what is not a number stays so, or a run that diverges would go on unseen. */
INLINE Vector relu(Vector value) { return value < 0 ? Vector{} : value; }

}  // namespace
