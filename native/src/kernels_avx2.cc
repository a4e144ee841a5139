/** Compiled with -mavx2 -mfma. No inline function of another header may be used here: the linker might take this copy for all. */
#define LANES 8
#include "winograd.h"

namespace resbench {
extern const Kernels avx2_kernels = KERNELS("avx2");
}
