/** Compiled with -mavx2 -mfma. No inline function of another header may be used here: the linker might take this copy for all. */
#define LANES 8
#include "normalisation.h"
#include "update.h"
#include "winograd.h"

namespace resbench {
extern const Kernels avx2_kernels = {"avx2",  forward_any,        forward_finished_any, input_gradient_any, filter_gradient_any,
                                     normalise, normalise_gradient, update_variable,      gradient_squares};
}
