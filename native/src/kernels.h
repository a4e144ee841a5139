/**
 * Kernels for training residual networks, in plain C++: they know nothing of TensorFlow. The same source is compiled once for each
 * set of instructions (kernels_*.cc), and dispatch.cc takes the best one that the processor has.
 *
 * Maps are NHWC: [images, height, width, channels], channels side by side. Convolution kernels are [3, 3, in, out]. All are
 * float32. Whatever is summed is summed in an order that depends on the shape alone, not on threads: the same inputs give the
 * same bits over any number of them.
 */
#pragma once
#include <cstddef>

namespace resbench {

/** Channels that stand side by side in the panels of which products are made. */
constexpr int kPanel = 16;

/** Channels of a map at most: as many as an architecture may have. */
constexpr int kMaxChannels = 16384;

/**
 * Threads and their memory. `each` calls task(context, index, thread) for each index from 0 to below `count`, on any thread and
 * in any order, and returns once all are done. `scratch` gives memory that is kept from call to call: a place of its own for
 * each slot, and for each thread where `thread` is not kShared; what it holds is left over from others. Where there is no memory
 * `scratch` throws std::bad_alloc; thrown in a task it is thrown by `each`, after all other tasks.
 */
struct Machine {
  void* self;
  void (*each)(void* self, int count, void (*task)(void* context, int index, int thread), void* context);
  float* (*scratch)(void* self, int slot, int thread, size_t floats);
};
constexpr int kShared = -1;
constexpr int kSlots = 4;

/** A convolution with a 3x3 kernel at stride 1 and padding 'same': the map keeps its height and width. */
struct Convolution {
  int images, height, width, in, out;
};

/** What a convolution's outputs become before they are written: with a bias for each channel, an addend of their shape, and the ReLU of that. */
struct Finishing {
  const float* bias;
  /** Null: none. */
  const float* addend;
  bool relu;
};

/** Side of the output tiles of Winograd's algorithm: F(2x2, 3x3) or F(4x4, 3x3). */
enum class Tile { k2 = 2, k4 = 4 };

/** Batch normalisation over `rows` pixels of all images, and whether a ReLU follows. */
struct Normalisation {
  long long rows;
  int channels;
  float epsilon;
  bool relu;
};

/** How an optimizer moves a weight by its gradient: the rules of Keras 3, `engine/graph/optimizer.ts` has their equations. */
enum class Rule { kDescent = 0, kMomentum = 1, kNesterov = 2, kAdam = 3 };

/** A step of an optimizer. `momentum` is β₁ of Adam, which alone has β₂ and ε. */
struct Update {
  Rule rule;
  float momentum, beta2, epsilon;
  /** Weight in the loss of the sum of the weights' squares. */
  float l2;
  /** The step's rate, the share of the weights that decays, and the factor of the gradient that keeps its norm below a limit. */
  float rate, share, factor;
};
constexpr int slots_of(Rule rule) { return rule == Rule::kDescent ? 0 : rule == Rule::kAdam ? 2 : 1; }

/** The values of one variable; each new one may lie where its old one lies, and nowhere else that is read. */
struct Moved {
  long long count;
  const float *gradient, *weights, *slots[2];
  float *new_weights, *new_slots[2];
};

/** Sums of squares: of the weights before, of the gradient with L2's share before it is clipped, and of the weights after. */
struct UpdateSums {
  double weights, gradient, new_weights;
};

struct Kernels {
  /** `avx512`, `avx2` or `portable`. */
  const char* instructions;
  /** y = x * w. x is [images, height, width, in], y is [images, height, width, out]. */
  void (*forward)(const Machine&, const Convolution&, Tile, const float* x, const float* w, float* y);
  /** y = x * w, finished. y may lie where the addend lies. */
  void (*forward_finished)(const Machine&, const Convolution&, Tile, const Finishing&, const float* x, const float* w, float* y);
  /** dx = dy * w mirrored, its channels exchanged. */
  void (*input_gradient)(const Machine&, const Convolution&, Tile, const float* w, const float* dy, float* dx);
  /** dw: the gradient of the loss by the kernel, [3, 3, in, out]. */
  void (*filter_gradient)(const Machine&, const Convolution&, Tile, const float* x, const float* dy, float* dw);
  /**
   * y = γ (x − mean) · inverse + β (+ addend, where it is not null) (and the ReLU of that). `variance` is divided by rows - 1,
   * `inverse` is 1 / √(variance divided by rows + ε). y may lie where the addend lies.
   */
  void (*normalise)(const Machine&, const Normalisation&, const float* x, const float* addend, const float* gamma, const float* beta,
                    float* y, float* mean, float* variance, float* inverse);
  /** The gradients of all its inputs; d_addend may be null. dx or d_addend may lie where dy lies. */
  void (*normalise_gradient)(const Machine&, const Normalisation&, const float* dy, const float* y, const float* x,
                             const float* gamma, const float* mean, const float* inverse, float* dx, float* d_gamma, float* d_beta,
                             float* d_addend);
  /** g = (gradient + 2·l2·w) · factor and w − share·w, moved by the rule. */
  UpdateSums (*update)(const Machine&, const Update&, const Moved&);
  /** Σ (gradient + 2·l2·w)²; the weights are not read where l2 is 0. */
  double (*gradient_squares)(const Machine&, long long count, float l2, const float* gradient, const float* weights);
};

/** The best for this processor; null where it has none of the instructions that the library was compiled for. */
const Kernels* best_kernels();

/** All that this processor can run, the best first, ended by null: for tests. */
const Kernels* const* usable_kernels();

}  // namespace resbench
