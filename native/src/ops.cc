/**
 * The kernels as ops of TensorFlow, through its C API (tensorflow/c/{ops,kernels}.h): nothing of its C++ is touched, so that the library
 * fits every TensorFlow 2 with these functions. Loaded as an addon by Node and Electron before a SavedModel that names the ops.
 *
 *   ResbenchConvolution                 x, kernel → y
 *   ResbenchFinishedConvolution         x, kernel, bias, addend → y
 *   ResbenchConvolutionInputGradient    kernel, dy → dx
 *   ResbenchConvolutionFilterGradient   x, dy → dkernel
 *
 * each with the attribute `tile`, 2 or 4: Winograd's algorithm F(2x2, 3x3) or F(4x4, 3x3). Stride 1, padding 'same', NHWC, float32.
 * The second adds the bias of each channel, with `add` an addend too, and with `relu` takes the ReLU of that.
 *
 *   ResbenchNormalisation               x, gamma, beta, addend → y, mean, variance, inverse
 *   ResbenchNormalisationGradient       dy, y, x, gamma, mean, inverse → dx, dgamma, dbeta, daddend
 *
 * with the attributes `epsilon`, `relu` and `add`: batch normalisation over all but the last axis, the sum with an addend and the ReLU
 * where they are asked for. Without `add` any tensor stands for the addend, and its gradient is empty.
 *
 *   ResbenchUpdate            rate, share, factor, gradients, weights, slots
 *                               → new_weights, new_slots, l2_loss, gradient_squares, weight_squares
 *   ResbenchGradientSquares   gradients, weights → squares
 *
 * with N variables, M = N · (slots of the rule) slots, all first ones before the second ones, and the attributes `rule` (0 to 3, see
 * kernels.h), `momentum`, `beta2`, `epsilon` and `l2`: the step of an optimizer. New values take the memory of the old ones where
 * nobody else holds it. `l2_loss` is l2 · Σ w² before, `gradient_squares` Σ g² with L2's share and before `factor`, `weight_squares` Σ w² after.
 * The second gives that sum of the gradients alone, for whoever has to know it before.
 */
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "kernels.h"
#include "pool.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace resbench {
namespace {

/** What registering an op ended with, where it failed; asked for by the addon. */
std::string registration_problem;

class Status {
 public:
  ~Status() { TF_DeleteStatus(status_); }
  operator TF_Status*() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  const char* message() const { return TF_Message(status_); }

 private:
  TF_Status* status_ = TF_NewStatus();
};

/** As many threads as TensorFlow takes for an op, one for each logical processor unless told otherwise. */
int threads_wanted() {
  const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int threads = asked ? std::atoi(asked) : 0;
  return threads > 0 ? threads : int(std::thread::hardware_concurrency());
}

/** Never destroyed: its threads may still be at work when the process ends. RESBENCH_KERNELS_MEMORY, in bytes, is for tests. */
Pool& pool() {
  static Pool* const shared = [] {
    Pool* const made = new Pool(threads_wanted() > 0 ? threads_wanted() : 1);
    if (const char* bytes = std::getenv("RESBENCH_KERNELS_MEMORY")) made->limit(std::strtoull(bytes, nullptr, 10));
    return made;
  }();
  return *shared;
}

/** One of an op's inputs; empty where it could not be had, which fails the op. */
class Input {
 public:
  Input(TF_OpKernelContext* context, int index) {
    Status status;
    TF_GetInput(context, index, &tensor_, status);
    if (!status.ok()) TF_OpKernelContext_Failure(context, status);
  }
  ~Input() {
    if (tensor_) TF_DeleteTensor(tensor_);
  }
  Input(const Input&) = delete;
  explicit operator bool() const { return tensor_ != nullptr; }
  long long count() const { return tensor_ ? (long long)TF_TensorElementCount(tensor_) : -1; }
  bool has_rank(int rank) const { return tensor_ && TF_NumDims(tensor_) == rank; }
  int side(int axis) const { return int(TF_Dim(tensor_, axis)); }
  const float* values() const { return static_cast<const float*>(TF_TensorData(tensor_)); }
  std::vector<int64_t> sides() const {
    std::vector<int64_t> sides;
    for (int axis = 0; axis < TF_NumDims(tensor_); axis++) sides.push_back(TF_Dim(tensor_, axis));
    return sides;
  }
  /** Of a map: its pixels over all images. */
  long long rows() const { return (long long)side(0) * side(1) * side(2); }

 private:
  TF_Tensor* tensor_ = nullptr;
};

class Output {
 public:
  Output(TF_OpKernelContext* context, int index, const std::vector<int64_t>& sides) {
    size_t bytes = sizeof(float);
    for (int64_t side : sides) bytes *= size_t(side);
    Status status;
    tensor_ = TF_AllocateOutput(context, index, TF_FLOAT, sides.data(), int(sides.size()), bytes, status);
    if (!status.ok()) TF_OpKernelContext_Failure(context, status);
  }
  /** In the memory of one of the inputs named if no other op wants it. */
  Output(TF_OpKernelContext* context, int index, const std::vector<int64_t>& sides, std::initializer_list<int> inputs) {
    std::vector<int> candidates = inputs;
    int forwarded = -1;
    Status status;
    tensor_ = TF_ForwardInputOrAllocateOutput(context, candidates.data(), int(candidates.size()), index, sides.data(),
                                              int(sides.size()), &forwarded, status);
    if (!status.ok()) TF_OpKernelContext_Failure(context, status);
  }
  /** Of an input's shape. */
  Output(TF_OpKernelContext* context, int index, const Input& like, std::initializer_list<int> inputs)
      : Output(context, index, like.sides(), inputs) {}
  ~Output() {
    if (tensor_) TF_DeleteTensor(tensor_);
  }
  Output(const Output&) = delete;
  explicit operator bool() const { return tensor_ != nullptr; }
  float* values() const { return static_cast<float*>(TF_TensorData(tensor_)); }

 private:
  TF_Tensor* tensor_ = nullptr;
};

void fail(TF_OpKernelContext* context, TF_Code code, const char* sentence) {
  Status status;
  TF_SetStatus(status, code, sentence);
  TF_OpKernelContext_Failure(context, status);
}

void refuse(TF_OpKernelContext* context, const std::string& sentence) { fail(context, TF_INVALID_ARGUMENT, sentence.c_str()); }

/** An op's `compute`, out of which no exception comes: TensorFlow's own code knows none, and the process would end without a word. */
template <void (*compute)(void*, TF_OpKernelContext*)>
void guarded(void* attributes, TF_OpKernelContext* context) {
  try {
    compute(attributes, context);
  } catch (const std::bad_alloc&) {
    fail(context, TF_RESOURCE_EXHAUSTED, "out of memory: there is no room for what a kernel of our own lays out");
  } catch (const std::system_error&) {
    fail(context, TF_RESOURCE_EXHAUSTED, "the threads for kernels of our own could not be started (resource exhausted)");
  }
}

struct TileAttribute {
  Tile tile;
};

void* create_with_tile(TF_OpKernelConstruction* construction) {
  Status status;
  int64_t tile = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, "tile", &tile, status);
  if (status.ok() && tile != 2 && tile != 4) {
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "tile must be 2 or 4");
  }
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  return new TileAttribute{tile == 2 ? Tile::k2 : Tile::k4};
}
template <class Attributes>
void destroy(void* attributes) {
  delete static_cast<Attributes*>(attributes);
}

/** Whether the shape is one that the kernels take; fails the op where it is not. */
bool is_sound(TF_OpKernelContext* context, const Convolution& shape) {
  const bool sound = shape.images > 0 && shape.height > 0 && shape.width > 0 && shape.in > 0 && shape.out > 0 &&
                     shape.in <= kMaxChannels && shape.out <= kMaxChannels;
  if (!sound) refuse(context, "maps must not be empty, and channels be from 1 to " + std::to_string(kMaxChannels));
  return sound;
}
bool is_kernel(const Input& w) { return w.has_rank(4) && w.side(0) == 3 && w.side(1) == 3; }

void forward(void* attributes, TF_OpKernelContext* context) {
  const Input x(context, 0), w(context, 1);
  if (!x.has_rank(4) || !is_kernel(w) || w.side(2) != x.side(3)) {
    return refuse(context, "x must be [images, height, width, in], the kernel [3, 3, in, out]");
  }
  const Convolution shape{x.side(0), x.side(1), x.side(2), x.side(3), w.side(3)};
  if (!is_sound(context, shape)) return;
  const Output y(context, 0, {shape.images, shape.height, shape.width, shape.out});
  if (!y) return;
  const Tile tile = static_cast<TileAttribute*>(attributes)->tile;
  pool().use([&](const Machine& machine) { best_kernels()->forward(machine, shape, tile, x.values(), w.values(), y.values()); });
}

struct FinishingAttributes {
  Tile tile;
  bool relu, add;
};

void* create_finishing(TF_OpKernelConstruction* construction) {
  Status status;
  int64_t tile = 0;
  unsigned char relu = 0, add = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, "tile", &tile, status);
  if (status.ok() && tile != 2 && tile != 4) TF_SetStatus(status, TF_INVALID_ARGUMENT, "tile must be 2 or 4");
  if (status.ok()) TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrBool(construction, "add", &add, status);
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  return new FinishingAttributes{tile == 2 ? Tile::k2 : Tile::k4, relu != 0, add != 0};
}

void forward_finished(void* attributes, TF_OpKernelContext* context) {
  const auto& a = *static_cast<FinishingAttributes*>(attributes);
  const Input x(context, 0), w(context, 1), bias(context, 2);
  if (!x.has_rank(4) || !is_kernel(w) || w.side(2) != x.side(3) || !bias.has_rank(1) || bias.side(0) != w.side(3)) {
    return refuse(context, "x must be [images, height, width, in], the kernel [3, 3, in, out], the bias [out]");
  }
  const Convolution shape{x.side(0), x.side(1), x.side(2), x.side(3), w.side(3)};
  if (!is_sound(context, shape)) return;
  const std::vector<int64_t> sides = {shape.images, shape.height, shape.width, shape.out};
  // Into the addend's memory where nobody else wants it: asked for before it is held here too.
  const Output y(context, 0, sides, a.add ? std::initializer_list<int>{3} : std::initializer_list<int>{});
  if (!y) return;
  const Input addend(context, 3);
  if (a.add && (!addend.has_rank(4) || addend.sides() != sides)) {
    return refuse(context, "the addend must be [images, height, width, out]");
  }
  const Finishing finishing{bias.values(), a.add ? addend.values() : nullptr, a.relu};
  pool().use([&](const Machine& machine) {
    best_kernels()->forward_finished(machine, shape, a.tile, finishing, x.values(), w.values(), y.values());
  });
}

void input_gradient(void* attributes, TF_OpKernelContext* context) {
  const Input w(context, 0), dy(context, 1);
  if (!dy.has_rank(4) || !is_kernel(w) || w.side(3) != dy.side(3)) {
    return refuse(context, "dy must be [images, height, width, out], the kernel [3, 3, in, out]");
  }
  const Convolution shape{dy.side(0), dy.side(1), dy.side(2), w.side(2), dy.side(3)};
  if (!is_sound(context, shape)) return;
  const Output dx(context, 0, {shape.images, shape.height, shape.width, shape.in});
  if (!dx) return;
  const Tile tile = static_cast<TileAttribute*>(attributes)->tile;
  pool().use(
      [&](const Machine& machine) { best_kernels()->input_gradient(machine, shape, tile, w.values(), dy.values(), dx.values()); });
}

void filter_gradient(void* attributes, TF_OpKernelContext* context) {
  const Input x(context, 0), dy(context, 1);
  bool fits = x.has_rank(4) && dy.has_rank(4);
  for (int axis = 0; fits && axis < 3; axis++) fits = x.side(axis) == dy.side(axis);
  if (!fits) return refuse(context, "x must be [images, height, width, in], dy [images, height, width, out]");
  const Convolution shape{x.side(0), x.side(1), x.side(2), x.side(3), dy.side(3)};
  if (!is_sound(context, shape)) return;
  const Output dw(context, 0, {3, 3, shape.in, shape.out});
  if (!dw) return;
  const Tile tile = static_cast<TileAttribute*>(attributes)->tile;
  pool().use(
      [&](const Machine& machine) { best_kernels()->filter_gradient(machine, shape, tile, x.values(), dy.values(), dw.values()); });
}

struct NormalisationAttributes {
  float epsilon;
  bool relu, add;
};

void* create_normalisation(TF_OpKernelConstruction* construction) {
  Status status;
  float epsilon = 0;
  unsigned char relu = 0, add = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &epsilon, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrBool(construction, "add", &add, status);
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  return new NormalisationAttributes{epsilon, relu != 0, add != 0};
}

/** Whether all vectors have a value for each channel of x, and all maps its shape; fails the op where they do not. */
bool fits(TF_OpKernelContext* context, const Input& x, std::initializer_list<const Input*> maps,
          std::initializer_list<const Input*> vectors) {
  bool fits = x.has_rank(4) && x.side(3) > 0 && x.side(3) <= kMaxChannels && x.rows() > 0;
  for (const Input* map : maps)
    for (int axis = 0; axis < 4; axis++) fits = fits && map->has_rank(4) && map->side(axis) == x.side(axis);
  for (const Input* vector : vectors) fits = fits && vector->has_rank(1) && vector->side(0) == x.side(3);
  if (!fits) refuse(context, "x must be [images, height, width, channels] and not empty, maps of its shape, vectors [channels]");
  return fits;
}

void normalisation(void* attributes, TF_OpKernelContext* context) {
  // Named one by one: lambdas may not use the names of a structured binding before C++20.
  const auto& a = *static_cast<NormalisationAttributes*>(attributes);
  const bool relu = a.relu, add = a.add;
  const Input x(context, 0), gamma(context, 1), beta(context, 2);
  if (!fits(context, x, {}, {&gamma, &beta})) return;
  // Into the addend's memory where nobody else wants it: asked for before it is held here too.
  const Output y(context, 0, x, add ? std::initializer_list<int>{3} : std::initializer_list<int>{});
  const Input addend(context, 3);
  if (add && !fits(context, x, {&addend}, {})) return;
  const int channels = x.side(3);
  const Output mean(context, 1, {channels}), variance(context, 2, {channels}), inverse(context, 3, {channels});
  if (!y || !mean || !variance || !inverse) return;
  const Normalisation shape{x.rows(), channels, a.epsilon, relu};
  pool().use([&](const Machine& machine) {
    best_kernels()->normalise(machine, shape, x.values(), add ? addend.values() : nullptr, gamma.values(), beta.values(),
                              y.values(), mean.values(), variance.values(), inverse.values());
  });
}

void normalisation_gradient(void* attributes, TF_OpKernelContext* context) {
  const auto& a = *static_cast<NormalisationAttributes*>(attributes);
  const bool relu = a.relu, add = a.add;
  const Input y(context, 1), x(context, 2), gamma(context, 3), mean(context, 4), inverse(context, 5);
  if (!fits(context, x, {relu ? &y : &x}, {&gamma, &mean, &inverse})) return;
  const int channels = x.side(3);
  // Into the memory of the gradient that came, which nobody else wants as a rule: asked for before it is held here too.
  const Output dx(context, 0, x, {0});
  const Input dy(context, 0);
  if (!fits(context, x, {&dy}, {})) return;
  const Output d_gamma(context, 1, {channels}), d_beta(context, 2, {channels});
  const Output d_addend(context, 3, add ? x.sides() : std::vector<int64_t>{0});
  if (!dx || !d_gamma || !d_beta || !d_addend) return;
  const Normalisation shape{x.rows(), channels, a.epsilon, relu};
  pool().use([&](const Machine& machine) {
    best_kernels()->normalise_gradient(machine, shape, dy.values(), y.values(), x.values(), gamma.values(), mean.values(),
                                       inverse.values(), dx.values(), d_gamma.values(), d_beta.values(),
                                       add ? d_addend.values() : nullptr);
  });
}

struct UpdateAttributes {
  int variables, slots;
  Rule rule;
  float momentum, beta2, epsilon, l2;
};

void* create_update(TF_OpKernelConstruction* construction) {
  Status status;
  int64_t variables = 0, slots = 0, rule = 0;
  UpdateAttributes attributes{};
  TF_OpKernelConstruction_GetAttrInt64(construction, "N", &variables, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrInt64(construction, "M", &slots, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrInt64(construction, "rule", &rule, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "momentum", &attributes.momentum, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "beta2", &attributes.beta2, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes.epsilon, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "l2", &attributes.l2, status);
  if (status.ok() && (rule < 0 || rule > 3 || slots != variables * slots_of(Rule(rule)))) {
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "rule must be from 0 to 3, and M be N times its slots");
  }
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  attributes.variables = int(variables);
  attributes.slots = int(slots);
  attributes.rule = Rule(rule);
  return new UpdateAttributes(attributes);
}

/** The value of a scalar input; not a number where it is none, which fails the op. */
float scalar_of(TF_OpKernelContext* context, int index) {
  const Input input(context, index);
  if (input.count() == 1) return *input.values();
  refuse(context, "rate, share and factor must be scalars");
  return __builtin_nanf("");
}

void update(void* attributes, TF_OpKernelContext* context) {
  const UpdateAttributes& a = *static_cast<UpdateAttributes*>(attributes);
  Update step{a.rule, a.momentum, a.beta2, a.epsilon, a.l2, scalar_of(context, 0), scalar_of(context, 1), scalar_of(context, 2)};
  constexpr int kGradients = 3;
  const int weights = kGradients + a.variables, slots_each = slots_of(a.rule);
  double squares = 0, gradient_squares = 0, weight_squares = 0;
  for (int variable = 0; variable < a.variables; variable++) {
    const Input gradient(context, kGradients + variable);
    if (!gradient) return;
    // Each new value into the memory of its old one if no variable or op holds that: asked for before it is held here too.
    const auto replaced = [&](int index) { return std::make_unique<Output>(context, index, gradient, std::initializer_list<int>{weights + index}); };
    const auto new_weights = replaced(variable);
    const Input old_weights(context, weights + variable);
    std::unique_ptr<Output> new_slots[2];
    std::unique_ptr<Input> old_slots[2];
    Moved moved{gradient.count(), gradient.values(), nullptr, {}, nullptr, {}};
    bool fits = *new_weights && old_weights.count() == moved.count;
    for (int slot = 0; slot < slots_each; slot++) {
      const int index = a.variables * (slot + 1) + variable;
      new_slots[slot] = replaced(index);
      old_slots[slot] = std::make_unique<Input>(context, weights + index);
      fits = fits && *new_slots[slot] && old_slots[slot]->count() == moved.count;
      if (!fits) break;
      moved.slots[slot] = old_slots[slot]->values();
      moved.new_slots[slot] = new_slots[slot]->values();
    }
    if (!fits) return refuse(context, "weights and slots must have the gradient's shape");
    moved.weights = old_weights.values();
    moved.new_weights = new_weights->values();
    pool().use([&](const Machine& machine) {
      const UpdateSums sums = best_kernels()->update(machine, step, moved);
      squares += sums.weights;
      gradient_squares += sums.gradient;
      weight_squares += sums.new_weights;
    });
  }
  const int behind = a.variables + a.slots;
  const double sums[] = {double(a.l2) * squares, gradient_squares, weight_squares};
  for (int i = 0; i < 3; i++) {
    const Output sum(context, behind + i, std::vector<int64_t>{});
    if (sum) *sum.values() = float(sums[i]);
  }
}

struct SquaresAttributes {
  int variables;
  float l2;
};

void* create_squares(TF_OpKernelConstruction* construction) {
  Status status;
  int64_t variables = 0;
  float l2 = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction, "N", &variables, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "l2", &l2, status);
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  return new SquaresAttributes{int(variables), l2};
}

void gradient_squares(void* attributes, TF_OpKernelContext* context) {
  const auto& [variables, l2] = *static_cast<SquaresAttributes*>(attributes);
  double squares = 0;
  for (int variable = 0; variable < variables; variable++) {
    const Input gradient(context, variable), weights(context, variables + variable);
    if (!gradient || !weights) return;
    if (weights.count() != gradient.count()) return refuse(context, "weights must have the gradient's shape");
    pool().use([&, share = l2](const Machine& machine) {
      squares += best_kernels()->gradient_squares(machine, gradient.count(), share, gradient.values(), weights.values());
    });
  }
  const Output sum(context, 0, std::vector<int64_t>{});
  if (sum) *sum.values() = float(squares);
}

/** Shapes are known to whoever builds the graph; a SavedModel whose ops have no shape function cannot be loaded. */
void unknown_shape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

struct Op {
  const char* name;
  std::initializer_list<const char*> inputs, outputs, attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

void add(const Op& op) {
  Status status;
  TF_OpDefinitionBuilder* const definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, unknown_shape);
  TF_RegisterOpDefinition(definition, status);
  if (status.ok()) {
    TF_KernelBuilder* const kernel = TF_NewKernelBuilder(op.name, "CPU", op.create, op.compute, op.destroy);
    TF_RegisterKernelBuilder(op.name, kernel, status);
  }
  if (!status.ok()) registration_problem = std::string(op.name) + ": " + status.message();
}

/** Once in a process, however often the addon is loaded. */
const bool registered = [] {
  if (!best_kernels()) return false;
  const auto convolution = [](const char* name, std::initializer_list<const char*> inputs, const char* output,
                              void (*compute)(void*, TF_OpKernelContext*)) {
    add({name, inputs, {output}, {"tile: int"}, create_with_tile, compute, destroy<TileAttribute>});
  };
  convolution("ResbenchConvolution", {"x: float", "kernel: float"}, "y: float", guarded<forward>);
  add({"ResbenchFinishedConvolution",
       {"x: float", "kernel: float", "bias: float", "addend: float"},
       {"y: float"},
       {"tile: int", "relu: bool", "add: bool"},
       create_finishing,
       guarded<forward_finished>,
       destroy<FinishingAttributes>});
  convolution("ResbenchConvolutionInputGradient", {"kernel: float", "dy: float"}, "dx: float", guarded<input_gradient>);
  convolution("ResbenchConvolutionFilterGradient", {"x: float", "dy: float"}, "dkernel: float", guarded<filter_gradient>);
  add({"ResbenchNormalisation",
       {"x: float", "gamma: float", "beta: float", "addend: float"},
       {"y: float", "mean: float", "variance: float", "inverse: float"},
       {"epsilon: float", "relu: bool", "add: bool"},
       create_normalisation,
       guarded<normalisation>,
       destroy<NormalisationAttributes>});
  add({"ResbenchNormalisationGradient",
       {"dy: float", "y: float", "x: float", "gamma: float", "mean: float", "inverse: float"},
       {"dx: float", "dgamma: float", "dbeta: float", "daddend: float"},
       {"epsilon: float", "relu: bool", "add: bool"},
       create_normalisation,
       guarded<normalisation_gradient>,
       destroy<NormalisationAttributes>});
  add({"ResbenchUpdate",
       {"rate: float", "share: float", "factor: float", "gradients: N * float", "weights: N * float", "slots: M * float"},
       {"new_weights: N * float", "new_slots: M * float", "l2_loss: float", "gradient_squares: float", "weight_squares: float"},
       {"N: int >= 1", "M: int >= 0", "rule: int", "momentum: float", "beta2: float", "epsilon: float", "l2: float"},
       create_update,
       guarded<update>,
       destroy<UpdateAttributes>});
  add({"ResbenchGradientSquares",
       {"gradients: N * float", "weights: N * float"},
       {"squares: float"},
       {"N: int >= 1", "l2: float"},
       create_squares,
       guarded<gradient_squares>,
       destroy<SquaresAttributes>});
  return true;
}();

}  // namespace
}  // namespace resbench

// The part of Node-API that the addon needs, as node_api.h declares it: compiling takes no headers of Node.
extern "C" {
typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
int napi_create_string_utf8(napi_env env, const char* text, size_t length, napi_value* result);
int napi_get_null(napi_env env, napi_value* result);
int napi_set_named_property(napi_env env, napi_value object, const char* name, napi_value value);
typedef struct napi_callback_info__* napi_callback_info;
int napi_create_function(napi_env env, const char* name, size_t length, napi_value (*callback)(napi_env, napi_callback_info),
                         void* data, napi_value* result);

__attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 8; }

/** Returns memory to the system that the C library holds free; nothing where it is not glibc. */
static napi_value trim_heap(napi_env, napi_callback_info) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
  return nullptr;
}

/** Exports `version`, `trimHeap`, and `instructions`: those of the kernels that are used, null where the processor has none of them. */
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  const auto set = [&](const char* name, const char* text) {
    napi_value value = nullptr;
    if (text)
      napi_create_string_utf8(env, text, size_t(-1), &value);
    else
      napi_get_null(env, &value);
    napi_set_named_property(env, exports, name, value);
  };
  napi_value trim = nullptr;
  napi_create_function(env, "trimHeap", size_t(-1), trim_heap, nullptr, &trim);
  napi_set_named_property(env, exports, "trimHeap", trim);
  const resbench::Kernels* const kernels = resbench::best_kernels();
  set("version", RESBENCH_KERNELS_VERSION);
  set("instructions", kernels ? kernels->instructions : nullptr);
  set("problem", resbench::registration_problem.empty() ? nullptr : resbench::registration_problem.c_str());
  return exports;
}
}
