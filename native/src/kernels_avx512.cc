/** Compiled with -mavx512f and -mprefer-vector-width=512; see kernels_avx2.cc. */
#define LANES 16
#include "normalisation.h"
#include "update.h"
#include "winograd.h"

namespace resbench {
extern const Kernels avx512_kernels = {"avx512",  forward_any,        forward_finished_any, input_gradient_any, filter_gradient_any,
                                     normalise, normalise_gradient, update_variable,      gradient_squares};
}
