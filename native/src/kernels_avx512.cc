/** Compiled with -mavx512f and -mprefer-vector-width=512; see kernels_avx2.cc. */
#define LANES 16
#include "winograd.h"

namespace resbench {
extern const Kernels avx512_kernels = KERNELS("avx512");
}
