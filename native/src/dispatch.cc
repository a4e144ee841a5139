/** Which kernels this processor can run. */
#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace resbench {
namespace {

#if defined(__x86_64__)
/** Whether ONEDNN_MAX_CPU_ISA, oneDNN's own limit, leaves instructions of that kind: one variable holds all of TensorFlow's kernels. */
bool is_allowed(const char* const* lower) {
  const char* limit = std::getenv("ONEDNN_MAX_CPU_ISA");
  for (; limit && *lower; lower++)
    if (std::strcmp(limit, *lower) == 0) return false;
  return true;
}
const char* const kBelowAvx2[] = {"SSE41", "AVX", nullptr};
const char* const kBelowAvx512[] = {"SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", nullptr};
#endif

}  // namespace

extern const Kernels avx2_kernels, avx512_kernels, portable_kernels;

const Kernels* const* usable_kernels() {
  static const Kernels* usable[4] = {};
  static const bool found = [] {
    int count = 0;
#if defined(__x86_64__)
    // The compiler's own test asks the operating system too, whether it keeps the wide registers.
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && is_allowed(kBelowAvx2);
    if (avx2 && __builtin_cpu_supports("avx512f") && is_allowed(kBelowAvx512)) usable[count++] = &avx512_kernels;
    if (avx2) usable[count++] = &avx2_kernels;
#else
    usable[count++] = &portable_kernels;
#endif
    return true;
  }();
  (void)found;
  return usable;
}

const Kernels* best_kernels() { return usable_kernels()[0]; }

}  // namespace resbench
