/** Compiled for the least that the architecture has: NEON on arm64. */
#define LANES 4
#include "normalisation.h"
#include "update.h"
#include "winograd.h"

namespace resbench {
extern const Kernels portable_kernels = {"portable",  forward_any,        forward_finished_any, input_gradient_any, filter_gradient_any,
                                     normalise, normalise_gradient, update_variable,      gradient_squares};
}
