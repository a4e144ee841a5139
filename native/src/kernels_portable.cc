/** Compiled for the least that the architecture has: NEON on arm64. */
#define LANES 4
#include "winograd.h"

namespace resbench {
extern const Kernels portable_kernels = KERNELS("portable");
}
