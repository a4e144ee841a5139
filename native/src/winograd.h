/**
 * Winograd's convolutions with 3x3 kernels (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015): forward, gradient
 * of the input and gradient of the kernel. docs/KERNELS.md says how they are cut into blocks, and why.
 *
 * F is F2 or F4 of transforms.h. "Planes" are the kInput² places of a transformed tile; each plane is a matrix product of its own.
 */
#pragma once
#include "kernels.h"
#include "products.h"
#include "transforms.h"
#include "vector.h"

namespace {

using resbench::Convolution;
using resbench::Finishing;
using resbench::kShared;
using resbench::Machine;

/** Runs work(index, thread) for each index, on all threads. */
template <class Work>
void each(const Machine& machine, int count, const Work& work) {
  const auto task = [](void* context, int index, int thread) { (*(const Work*)context)(index, thread); };
  machine.each(machine.self, count, task, (void*)&work);
}

constexpr int panels_of(int channels) { return (channels + kPanel - 1) / kPanel; }
constexpr int min_of(int a, int b) { return a < b ? a : b; }
constexpr int max_of(int a, int b) { return a > b ? a : b; }
constexpr int ceiling(int a, int b) { return (a + b - 1) / b; }

/**
 * Floats between planes: an odd number of cache lines, or else planes that are a power of two apart fall on the same few lines of the
 * cache, and push each other out.
 */
constexpr size_t plane_size(size_t floats) {
  const size_t lines = (floats + 15) / 16;
  return (lines % 2 ? lines : lines + 1) * 16;
}


/** What stands beyond the edges of a map. */
alignas(64) const float kZeros[resbench::kMaxChannels + kPanel] = {};

/** The tiles of all maps, image by image, row by row. */
template <class F>
struct Tiles {
  int height, width, down, across, count;
  Tiles(int images, int height, int width)
      : height(height), width(width), down(ceiling(height, F::kOutput)), across(ceiling(width, F::kOutput)),
        count(images * down * across) {}
  struct Place {
    int image, row, column;
  };
  /** Of its upper left output pixel. */
  Place at(int tile) const {
    return {tile / (down * across), tile / across % down * F::kOutput, tile % across * F::kOutput};
  }
  /** Where the tile after the one there stands. */
  __attribute__((always_inline)) Place after(Place place) const {
    place.column += F::kOutput;
    if (place.column < width) return place;
    place.column = 0;
    place.row += F::kOutput;
    if (place.row < height) return place;
    return {place.image + 1, 0, 0};
  }
};

/** A square window of SIDE x SIDE pixels, of which some may lie outside of the map, where zeros stand. */
template <int SIDE>
struct Window {
  /** Pixels of the same column are `row_step` floats apart, of the same row `step`; `corner` may lie outside. */
  const float* corner;
  size_t row_step, step;
  /** Rows and columns within the map: from (inclusive) to (exclusive). */
  int top, bottom, left, right;
  bool inside;

  __attribute__((always_inline)) Window(const float* map, int height, int width, int channels, int image, int row, int column)
      : row_step((size_t)width * channels), step(channels), top(max_of(0, -row)), bottom(min_of(SIDE, height - row)),
        left(max_of(0, -column)), right(min_of(SIDE, width - column)) {
    corner = map + ((ptrdiff_t)image * height + row) * (ptrdiff_t)row_step + (ptrdiff_t)column * channels;
    inside = top == 0 && left == 0 && bottom == SIDE && right == SIDE;
  }
};

/**
 * A transform along columns and then along rows: from a square of FROM x FROM vectors, which read(i, j) gives, to one of TO x TO,
 * which write(i, j, vector) takes.
 */
template <int FROM, int TO, class Transform, class Read, class Write>
INLINE void transform_square(const Transform& along, const Read& read, const Write& write) {
  Vector half[TO][FROM];
#pragma GCC unroll 6
  for (int j = 0; j < FROM; j++) {
    Vector in[FROM], out[TO];
#pragma GCC unroll 6
    for (int i = 0; i < FROM; i++) in[i] = read(i, j);
    along(in, out);
#pragma GCC unroll 6
    for (int i = 0; i < TO; i++) half[i][j] = out[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < TO; i++) {
    Vector out[TO];
    along(half[i], out);
#pragma GCC unroll 6
    for (int j = 0; j < TO; j++) write(i, j, out[j]);
  }
}

/** Transforms a window of pixels, all channels, into one row of the panels at `to`; channels that fill the last are zero. */
template <int PLANES, int SIDE, class Transform>
INLINE void to_panels(const Transform& along, const Window<SIDE>& window, int channels, float* to, size_t plane, size_t panel) {
  const int end = panels_of(channels) * kPanel;
  for (int channel = 0; channel < end; channel += LANES) {
    float* const at = to + channel / kPanel * panel + channel % kPanel;
    const int lanes = channels - channel;
    const auto inside = [&](int i, int j) INLINE_LAMBDA { return window.corner + i * window.row_step + j * window.step; };
    const auto write = [&](int i, int j, Vector value) INLINE_LAMBDA { store(at + (i * PLANES + j) * plane, value); };
    if (window.inside && lanes >= LANES)
      transform_square<SIDE, PLANES>(
          along, [&](int i, int j) INLINE_LAMBDA { return load(inside(i, j) + channel); }, write);
    else
      transform_square<SIDE, PLANES>(
          along,
          [&](int i, int j) INLINE_LAMBDA {
            // Chosen without a jump, which would be foreseen as often as not.
            const bool there = (i >= window.top) & (i < window.bottom) & (j >= window.left) & (j < window.right);
            return load_some((there ? inside(i, j) : kZeros) + channel, lanes);
          },
          write);
  }
}

/** V = Bᵀ d B of one tile. */
template <class F>
INLINE void transform_input(const float* x, const Tiles<F>& tiles, int channels, typename Tiles<F>::Place place, float* v, size_t plane,
                            size_t panel) {
  const Window<F::kInput> window(x, tiles.height, tiles.width, channels, place.image, place.row - 1, place.column - 1);
  to_panels<F::kInput>([](const Vector* d, Vector* o) INLINE_LAMBDA { F::input(d, o); }, window, channels, v, plane, panel);
}

/** Z = A ∂y Aᵀ of one tile. */
template <class F>
INLINE void transform_gradient(const float* dy, const Tiles<F>& tiles, int channels, typename Tiles<F>::Place place, float* z,
                               size_t plane, size_t panel) {
  const Window<F::kOutput> window(dy, tiles.height, tiles.width, channels, place.image, place.row, place.column);
  to_panels<F::kInput>([](const Vector* d, Vector* o) INLINE_LAMBDA { F::gradient(d, o); }, window, channels, z, plane, panel);
}

/**
 * y = Aᵀ m A of one tile, `count` channels, to those from `first` on of a map with `channels`. finish(values, offset in y, channel, lanes that
 * are there) gives what is written of them.
 */
template <class F, class Finish>
INLINE void transform_output(const float* m, size_t plane, size_t panel, const Tiles<F>& tiles, typename Tiles<F>::Place place,
                             int first, int count, float* y, int channels, const Finish& finish) {
  const auto [image, row, column] = place;
  const int down = min_of(F::kOutput, tiles.height - row), across = min_of(F::kOutput, tiles.width - column);
  const size_t row_step = (size_t)tiles.width * channels;
  const size_t corner = ((size_t)image * tiles.height + row) * row_step + (size_t)column * channels + first;
  const auto along = [](const Vector* d, Vector* o) INLINE_LAMBDA { F::output(d, o); };
  for (int channel = 0; channel < count; channel += LANES) {
    const float* const from = m + channel / kPanel * panel + channel % kPanel;
    const int lanes = count - channel;
    const auto offset = [&](int i, int j) INLINE_LAMBDA { return corner + channel + i * row_step + (size_t)j * channels; };
    const auto read = [&](int i, int j) INLINE_LAMBDA { return load(from + (i * F::kInput + j) * plane); };
    if (down == F::kOutput && across == F::kOutput && lanes >= LANES)
      transform_square<F::kInput, F::kOutput>(along, read, [&](int i, int j, Vector value) INLINE_LAMBDA {
        const size_t at = offset(i, j);
        store(y + at, finish(value, at, first + channel, LANES));
      });
    else
      transform_square<F::kInput, F::kOutput>(along, read, [&](int i, int j, Vector value) INLINE_LAMBDA {
        if (i >= down || j >= across) return;
        const size_t at = offset(i, j);
        store_some(y + at, finish(value, at, first + channel, lanes), lanes);
      });
  }
}

/** U = G w Gᵀ: of LANES kernels, whose 9 taps are given, to one row of a panel. */
template <class F>
INLINE void transform_kernel(const Vector (&taps)[9], float* u, size_t plane) {
  transform_square<3, F::kInput>([](const Vector* w, Vector* o) { F::kernel(w, o); }, [&](int i, int j) { return taps[i * 3 + j]; },
                                 [&](int i, int j, Vector value) { store(u + (i * F::kInput + j) * plane, value); });
}

/** The transformed kernels of one panel of outputs, from `first` on: [plane][channel in][kPanel]; what fills up panels is zero. */
template <class F>
void kernel_panel(const float* w, const Convolution& shape, int first, float* u, size_t plane) {
  const int rows = panels_of(shape.in) * kPanel;
  for (int in = 0; in < rows; in++)
    for (int lane = 0; lane < kPanel; lane += LANES) {
      const int left = in < shape.in ? shape.out - first - lane : 0;
      Vector taps[9];
      for (int tap = 0; tap < 9; tap++)
        taps[tap] = left > 0 ? load_some(w + ((size_t)tap * shape.in + in) * shape.out + first + lane, left) : Vector{};
      transform_kernel<F>(taps, u + in * kPanel + lane, plane);
    }
}

/**
 * The same for the input's gradient, in which the kernel is mirrored and its channels are exchanged: outputs are channels `in` of the
 * kernel, from `first` on.
 */
template <class F>
void mirrored_kernel_panel(const float* w, const Convolution& shape, int first, float* u, size_t plane) {
  const int rows = panels_of(shape.out) * kPanel, columns = min_of(kPanel, shape.in - first);
  alignas(64) float turned[9][kPanel][kPanel];
  for (int row = 0; row < rows; row += kPanel) {
    const int there = min_of(kPanel, shape.out - row);
    if (there < kPanel || columns < kPanel) memset(turned, 0, sizeof turned);
    for (int tap = 0; tap < 9; tap++)
      for (int column = 0; column < columns; column++) {
        const float* from = w + ((size_t)(8 - tap) * shape.in + first + column) * shape.out + row;
        for (int i = 0; i < there; i++) turned[tap][i][column] = from[i];
      }
    for (int i = 0; i < kPanel; i++)
      for (int lane = 0; lane < kPanel; lane += LANES) {
        Vector taps[9];
        for (int tap = 0; tap < 9; tap++) taps[tap] = load(turned[tap][i] + lane);
        transform_kernel<F>(taps, u + (row + i) * kPanel + lane, plane);
      }
  }
}

/** Channels of which a block of outputs consists. */
constexpr int kOutputBlock = 64;
/** Above so many channels a block of transformed kernels stays in the cache, and the tiles pass by; below it is the other way round. */
constexpr int kFewChannels = 256;

/**
 * y = x * w by blocks. `from` and `to` are the channels of x and of y; kernels(first, u, plane) transforms the panel of kernels
 * whose outputs begin at `first`; `finish` is that of transform_output.
 */
template <class F, class KernelPanel, class Finish>
void convolve(const Machine& machine, const Convolution& shape, int from, int to, const float* x, float* y,
              const KernelPanel& kernels, const Finish& finish) {
  constexpr int kPlanes = F::kInput * F::kInput;
  const Tiles<F> tiles(shape.images, shape.height, shape.width);
  const int depth = panels_of(from), outputs = panels_of(to);
  const size_t kernel_stride = (size_t)depth * kPanel * kPanel;
  const int block = min_of(kOutputBlock / kPanel, outputs);

  // Products, then the tiles' outputs: panels [first, first + block) of the outputs, of `count` tiles from `begin` on.
  const auto outputs_of = [&](int begin, int count, int first, const float* v, size_t v_plane, const float* u, size_t u_plane, float* m,
                              size_t m_plane) {
    const size_t panel = (size_t)count * kPanel;
    const int panels = min_of(block, outputs - first);
    for (int plane = 0; plane < kPlanes; plane++)
      multiply(count, panels, v + plane * v_plane, panel, u + plane * u_plane, kernel_stride, depth, m + plane * m_plane, panel);
    const int channels = min_of(panels * kPanel, to - first * kPanel);
    auto place = tiles.at(begin);
    for (int tile = 0; tile < count; tile++, place = tiles.after(place))
      transform_output(m + tile * kPanel, m_plane, panel, tiles, place, first * kPanel, channels, y, to, finish);
  };

  if (from <= kFewChannels && to <= kFewChannels) {
    // All kernels once; then each block of tiles is one thread's, from its pixels to its outputs.
    // A multiple of the rows that products hold in registers, few enough for all that lies between to stay close.
    const int most = F::kOutput == 4 ? 24 : 96;
    const int length = max_of(6, min_of(most, (tiles.count / 4 + 1) / 2 * 2));
    const size_t u_plane = plane_size(outputs * kernel_stride), v_plane = plane_size((size_t)depth * length * kPanel),
                 m_plane = plane_size((size_t)block * length * kPanel);
    float* const u = machine.scratch(machine.self, 0, kShared, kPlanes * u_plane);
    each(machine, outputs, [&](int panel, int) { kernels(panel * kPanel, u + panel * kernel_stride, u_plane); });
    each(machine, ceiling(tiles.count, length), [&](int index, int thread) {
      float* const v = machine.scratch(machine.self, 0, thread, kPlanes * v_plane);
      float* const m = machine.scratch(machine.self, 1, thread, kPlanes * m_plane);
      const int begin = index * length, count = min_of(length, tiles.count - begin);
      auto place = tiles.at(begin);
      for (int tile = 0; tile < count; tile++, place = tiles.after(place))
        transform_input(x, tiles, from, place, v + tile * kPanel, v_plane, (size_t)count * kPanel);
      for (int first = 0; first < outputs; first += block)
        outputs_of(begin, count, first, v, v_plane, u + first * kernel_stride, u_plane, m, m_plane);
    });
    return;
  }
  // Many channels: some tiles at a time, whose pixels all threads transform; then each block of outputs is one thread's.
  const int length = 256;
  for (int begin = 0; begin < tiles.count; begin += length) {
    const int count = min_of(length, tiles.count - begin);
    const size_t panel = (size_t)count * kPanel;
    const size_t u_plane = plane_size(block * kernel_stride), v_plane = plane_size(depth * panel), m_plane = plane_size(block * panel);
    float* const v = machine.scratch(machine.self, 0, kShared, kPlanes * v_plane);
    each(machine, ceiling(count, 8), [&](int eight, int) {
      auto place = tiles.at(begin + eight * 8);
      for (int tile = eight * 8; tile < min_of(eight * 8 + 8, count); tile++, place = tiles.after(place))
        transform_input(x, tiles, from, place, v + tile * kPanel, v_plane, panel);
    });
    each(machine, ceiling(outputs, block), [&](int index, int thread) {
      float* const u = machine.scratch(machine.self, 0, thread, kPlanes * u_plane);
      float* const m = machine.scratch(machine.self, 1, thread, kPlanes * m_plane);
      const int first = index * block;
      for (int i = 0; i < min_of(block, outputs - first); i++) kernels((first + i) * kPanel, u + i * kernel_stride, u_plane);
      outputs_of(begin, count, first, v, v_plane, u, u_plane, m, m_plane);
    });
  }
}

/** Of outputs that are written as they are. */
constexpr auto kUnchanged = [](Vector value, size_t, int, int) INLINE_LAMBDA { return value; };

template <class F>
void forward(const Machine& machine, const Convolution& shape, const float* x, const float* w, float* y) {
  convolve<F>(machine, shape, shape.in, shape.out, x, y,
              [&](int first, float* u, size_t plane) { kernel_panel<F>(w, shape, first, u, plane); }, kUnchanged);
}

template <class F>
void forward_finished(const Machine& machine, const Convolution& shape, const Finishing& finishing, const float* x, const float* w,
                      float* y) {
  const float *const bias = finishing.bias, *const addend = finishing.addend;
  const bool rectified = finishing.relu;
  convolve<F>(machine, shape, shape.in, shape.out, x, y,
              [&](int first, float* u, size_t plane) { kernel_panel<F>(w, shape, first, u, plane); },
              [=](Vector value, size_t at, int channel, int lanes) INLINE_LAMBDA {
                value += load_some(bias + channel, lanes);
                if (addend) value += load_some(addend + at, lanes);
                return rectified ? relu(value) : value;
              });
}

template <class F>
void input_gradient(const Machine& machine, const Convolution& shape, const float* w, const float* dy, float* dx) {
  convolve<F>(machine, shape, shape.out, shape.in, dy, dx,
              [&](int first, float* u, size_t plane) { mirrored_kernel_panel<F>(w, shape, first, u, plane); }, kUnchanged);
}

/**
 * One row of the kernel's gradient, of channel `in`: Gᵀ D G, with D the sum of the accumulators of all groups in their order. D's planes
 * are `plane` floats apart, its groups `group`; `row` is where the channel stands in it.
 */
template <class F>
void kernel_gradient_row(const float* d, size_t plane, size_t group, int groups, int row, size_t row_size, const Convolution& shape,
                         int in, float* dw) {
  for (int out = 0; out < shape.out; out += LANES) {
    const auto read = [&](int i, int j) {
      const float* from = d + (i * F::kInput + j) * plane + row * row_size + out;
      Vector sum = load(from);
      for (int g = 1; g < groups; g++) sum += load(from + g * group);
      return sum;
    };
    transform_square<F::kInput, 3>([](const Vector* du, Vector* o) { F::kernel_gradient(du, o); }, read,
                                   [&](int i, int j, Vector value) {
                                     float* to = dw + ((size_t)(i * 3 + j) * shape.in + in) * shape.out + out;
                                     store_some(to, value, shape.out - out);
                                   });
  }
}

template <class F>
void filter_gradient(const Machine& machine, const Convolution& shape, const float* x, const float* dy, float* dw) {
  constexpr int kPlanes = F::kInput * F::kInput;
  constexpr int kUnit = F::kOutput == 4 ? 64 : 128;
  const Tiles<F> tiles(shape.images, shape.height, shape.width);
  const int ins = panels_of(shape.in), outs = panels_of(shape.out), widest = max_of(ins, outs) * kPanel;
  const size_t row_size = (size_t)outs * kPanel, d_plane = plane_size(ins * kPanel * row_size), group_size = kPlanes * d_plane;
  // Tiles [first, end) of the `count` from `begin` on.
  const auto transform_both = [&](int begin, int first, int end, int count, float* v, size_t v_plane, float* z, size_t z_plane) {
    const size_t panel = (size_t)count * kPanel;
    auto place = tiles.at(begin + first);
    for (int tile = first; tile < end; tile++, place = tiles.after(place)) {
      transform_input(x, tiles, shape.in, place, v + tile * kPanel, v_plane, panel);
      transform_gradient(dy, tiles, shape.out, place, z + tile * kPanel, z_plane, panel);
    }
  };

  if ((widest <= 64 && tiles.count >= 64) || (widest <= 128 && tiles.count >= 512)) {
    // Few channels, many tiles: a fixed number of groups of tiles, each with accumulators of its own, and no waiting in between.
    const int length = widest <= 64 ? kUnit : 2 * kUnit, groups = 4;
    const size_t v_plane = plane_size((size_t)ins * length * kPanel), z_plane = plane_size((size_t)outs * length * kPanel);
    float* const d = machine.scratch(machine.self, 0, kShared, groups * group_size);
    each(machine, groups, [&](int group, int thread) {
      float* const v = machine.scratch(machine.self, 0, thread, kPlanes * v_plane);
      float* const z = machine.scratch(machine.self, 1, thread, kPlanes * z_plane);
      float* const own = d + group * group_size;
      const int first = (long long)tiles.count * group / groups, end = (long long)tiles.count * (group + 1) / groups;
      for (int begin = first; begin < end; begin += length) {
        const int count = min_of(length, end - begin);
        transform_both(begin, 0, count, count, v, v_plane, z, z_plane);
        const size_t panel = (size_t)count * kPanel;
        for (int plane = 0; plane < kPlanes; plane++)
          accumulate(ins, outs, v + plane * v_plane, panel, z + plane * z_plane, panel, count, own + plane * d_plane, row_size,
                     begin > first);
      }
    });
    each(machine, shape.in,
         [&](int in, int) { kernel_gradient_row<F>(d, d_plane, group_size, groups, in, row_size, shape, in, dw); });
    return;
  }
  // Many channels: some tiles at a time, whose pixels all threads transform; then each plane is one thread's.
  const int length = 4 * kUnit;
  // Where the tiles are done at once, so are the channels of the input in blocks: their accumulators stay in the cache.
  const bool at_once = tiles.count <= length;
  const int block = at_once ? min_of(128 / kPanel, ins) : ins;
  const size_t block_plane = plane_size(block * kPanel * row_size);
  float* const d = machine.scratch(machine.self, 0, kShared, kPlanes * block_plane);
  for (int begin = 0; begin < tiles.count; begin += length) {
    const int count = min_of(length, tiles.count - begin);
    const size_t panel = (size_t)count * kPanel, v_plane = plane_size(ins * panel), z_plane = plane_size(outs * panel);
    float* const v = machine.scratch(machine.self, 1, kShared, kPlanes * v_plane);
    float* const z = machine.scratch(machine.self, 2, kShared, kPlanes * z_plane);
    each(machine, ceiling(count, 8), [&](int eight, int) {
      transform_both(begin, eight * 8, min_of(eight * 8 + 8, count), count, v, v_plane, z, z_plane);
    });
    for (int first = 0; first < ins; first += block) {
      const int panels = min_of(block, ins - first);
      each(machine, kPlanes, [&](int plane, int) {
        accumulate(panels, outs, v + plane * v_plane + first * panel, panel, z + plane * z_plane, panel, count, d + plane * block_plane,
                   row_size, begin > 0);
      });
      if (begin + count < tiles.count) continue;
      each(machine, min_of(panels * kPanel, shape.in - first * kPanel), [&](int row, int) {
        kernel_gradient_row<F>(d, block_plane, 0, 1, row, row_size, shape, first * kPanel + row, dw);
      });
    }
  }
}

/** The table of one set of instructions; kernels_*.cc names it. */
template <class F2Kernel, class F4Kernel, class... Operands>
INLINE void by_tile(resbench::Tile tile, F2Kernel f2, F4Kernel f4, const Operands&... operands) {
  if (tile == resbench::Tile::k2)
    f2(operands...);
  else
    f4(operands...);
}

void forward_any(const Machine& machine, const Convolution& shape, resbench::Tile tile, const float* x, const float* w, float* y) {
  by_tile(tile, forward<F2>, forward<F4>, machine, shape, x, w, y);
}
void forward_finished_any(const Machine& machine, const Convolution& shape, resbench::Tile tile, const Finishing& finishing,
                          const float* x, const float* w, float* y) {
  by_tile(tile, forward_finished<F2>, forward_finished<F4>, machine, shape, finishing, x, w, y);
}
void input_gradient_any(const Machine& machine, const Convolution& shape, resbench::Tile tile, const float* w, const float* dy,
                        float* dx) {
  by_tile(tile, input_gradient<F2>, input_gradient<F4>, machine, shape, w, dy, dx);
}
void filter_gradient_any(const Machine& machine, const Convolution& shape, resbench::Tile tile, const float* x, const float* dy,
                         float* dw) {
  by_tile(tile, filter_gradient<F2>, filter_gradient<F4>, machine, shape, x, dy, dw);
}

}  // namespace
