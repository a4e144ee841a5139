/**
 * `check SHAPES SEED`: the kernels against plain float64, for random shapes: odd sizes, 1 to 70 channels, 1 to 65 images. Every set of
 * instructions that the processor has, both tiles, all directions, outputs finished by a bias, a sum and a ReLU; normalisations, and the updates of weights. The bits must be the
 * same over 1, 2, 3 and 5 threads. Prints the errors relative to the root mean square of what is right; its last line is
 * `N passed, N failed`.
 */
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "../src/kernels.h"
#include "../src/pool.h"

using namespace resbench;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

namespace {

/** xorshift64*: the same numbers everywhere. */
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  int whole(int from, int to) { return from + int(next() % uint64_t(to - from + 1)); }
  /** About normally distributed. */
  float value() {
    double sum = 0;
    for (int i = 0; i < 4; i++) sum += double(next() >> 11) / double(1ULL << 53);
    return float((sum - 2) * std::sqrt(3.0));
  }
  Floats values(size_t count) {
    Floats values(count);
    for (float& one : values) one = value();
    return values;
  }

 private:
  uint64_t state_;
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dULL;
  }
};

/** Calls use(x's index, w's index, y's index) for each product that the convolution sums. */
template <class Use>
void each_product(const Convolution& s, const Use& use) {
  for (int n = 0; n < s.images; n++)
    for (int row = 0; row < s.height; row++)
      for (int column = 0; column < s.width; column++)
        for (int tap = 0; tap < 9; tap++) {
          const int i = row + tap / 3 - 1, j = column + tap % 3 - 1;
          if (i < 0 || j < 0 || i >= s.height || j >= s.width) continue;
          const size_t x = (((size_t)n * s.height + i) * s.width + j) * s.in;
          const size_t y = (((size_t)n * s.height + row) * s.width + column) * s.out, w = (size_t)tap * s.in * s.out;
          for (int in = 0; in < s.in; in++)
            for (int out = 0; out < s.out; out++) use(x + in, w + (size_t)in * s.out + out, y + out);
        }
}

struct Errors {
  double largest = 0, squares = 0;
  long long count = 0;
};

struct Check {
  std::map<std::string, Errors> errors;
  int passed = 0, failed = 0;

  void compare(const std::string& name, const std::string& what, const Floats& got, const Doubles& right, double limit) {
    double scale = 0, worst = 0, squares = 0;
    for (double one : right) scale += one * one;
    scale = std::sqrt(scale / double(right.size()));
    if (scale == 0) scale = 1;
    for (size_t i = 0; i < right.size(); i++) {
      const double by = std::fabs(got[i] - right[i]) / scale;
      // Not a number where a value is not.
      if (!(by <= worst)) worst = by;
      squares += by * by;
    }
    Errors& all = errors[name];
    if (!(worst <= all.largest)) all.largest = worst;
    all.squares += squares;
    all.count += (long long)right.size();
    verdict(worst <= limit, name, what, "off by " + std::to_string(worst));
  }
  void verdict(bool good, const std::string& name, const std::string& what, const std::string& why) {
    good ? passed++ : failed++;
    if (!good && failed <= 20) std::printf("FAILED %s %s: %s\n", name.c_str(), what.c_str(), why.c_str());
  }
};

/** A buffer with a guard on both sides, which nothing may touch. */
class Guarded {
 public:
  explicit Guarded(size_t count) : all_(count + 2 * kGuard, kMark), count_(count) {}
  float* data() { return all_.data() + kGuard; }
  Floats values() const { return Floats(all_.begin() + kGuard, all_.end() - kGuard); }
  bool intact() const {
    for (size_t i = 0; i < kGuard; i++)
      if (all_[i] != kMark || all_[kGuard + count_ + i] != kMark) return false;
    return true;
  }

 private:
  static constexpr size_t kGuard = 64;
  static constexpr float kMark = -12345.5f;
  Floats all_;
  size_t count_;
};

constexpr int kThreads[] = {1, 2, 3, 5};

void check(Check& check, const Convolution& s, Random& random, std::vector<std::unique_ptr<Pool>>& pools) {
  const size_t pixels = (size_t)s.images * s.height * s.width;
  const Floats x = random.values(pixels * s.in), w = random.values((size_t)9 * s.in * s.out), dy = random.values(pixels * s.out);
  Doubles y(dy.size()), dx(x.size()), dw(w.size());
  each_product(s, [&](size_t i, size_t k, size_t o) {
    y[o] += double(x[i]) * w[k];
    dx[i] += double(dy[o]) * w[k];
    dw[k] += double(x[i]) * dy[o];
  });
  char what[100];
  std::snprintf(what, sizeof what, "%d images %dx%d, %d to %d channels", s.images, s.height, s.width, s.in, s.out);
  for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++)
    for (Tile tile : {Tile::k2, Tile::k4}) {
      const std::string name = std::string((*kernels)->instructions) + (tile == Tile::k2 ? " F2" : " F4");
      Floats first[3];
      for (auto& pool : pools) {
        Guarded outputs[] = {Guarded(y.size()), Guarded(dx.size()), Guarded(dw.size())};
        pool->use([&](const Machine& machine) {
          (*kernels)->forward(machine, s, tile, x.data(), w.data(), outputs[0].data());
          (*kernels)->input_gradient(machine, s, tile, w.data(), dy.data(), outputs[1].data());
          (*kernels)->filter_gradient(machine, s, tile, x.data(), dy.data(), outputs[2].data());
        });
        const Doubles* const right[] = {&y, &dx, &dw};
        const char* const directions[] = {"forward", "input gradient", "filter gradient"};
        for (int i = 0; i < 3; i++) {
          const std::string full = name + " " + directions[i];
          check.verdict(outputs[i].intact(), full, what, "wrote beyond its result");
          const Floats got = outputs[i].values();
          if (pool == pools[0]) {
            // Single elements near the tail of the distribution stand out more, the fewer there are to average over.
            check.compare(full, what, got, *right[i], 2e-4);
            first[i] = got;
          } else {
            const bool same = std::memcmp(got.data(), first[i].data(), got.size() * sizeof(float)) == 0;
            check.verdict(same, full, what, "other bits over " + std::to_string(pool->threads()) + " threads");
          }
        }
      }
    }
}

/** With a bias, an addend or none, and the ReLU or not; also into the addend's memory. */
void check_finishing(Check& check, const Convolution& s, Random& random, std::vector<std::unique_ptr<Pool>>& pools) {
  const size_t pixels = (size_t)s.images * s.height * s.width;
  const Floats x = random.values(pixels * s.in), w = random.values((size_t)9 * s.in * s.out), bias = random.values(s.out);
  const Floats addend = random.values(pixels * s.out);
  Doubles sums(addend.size());
  each_product(s, [&](size_t i, size_t k, size_t o) { sums[o] += double(x[i]) * w[k]; });
  char what[120];
  for (int kind = 0; kind < 4; kind++) {
    const bool add = kind & 1, relu = kind & 2;
    Doubles right = sums;
    for (size_t i = 0; i < right.size(); i++) {
      right[i] += bias[i % s.out] + (add ? addend[i] : 0);
      if (relu && right[i] < 0) right[i] = 0;
    }
    std::snprintf(what, sizeof what, "%d images %dx%d, %d to %d channels%s%s", s.images, s.height, s.width, s.in, s.out,
                  add ? ", add" : "", relu ? ", ReLU" : "");
    const Finishing finishing{bias.data(), add ? addend.data() : nullptr, relu};
    for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++)
      for (Tile tile : {Tile::k2, Tile::k4}) {
        const std::string name = std::string((*kernels)->instructions) + (tile == Tile::k2 ? " F2" : " F4") + " finished";
        Floats first;
        for (auto& pool : pools) {
          Guarded y(addend.size());
          pool->use([&](const Machine& machine) {
            (*kernels)->forward_finished(machine, s, tile, finishing, x.data(), w.data(), y.data());
          });
          check.verdict(y.intact(), name, what, "wrote beyond its result");
          const Floats got = y.values();
          if (pool == pools[0]) {
            check.compare(name, what, got, right, 2e-4);
            first = got;
          } else {
            const bool same = std::memcmp(got.data(), first.data(), got.size() * sizeof(float)) == 0;
            check.verdict(same, name, what, "other bits over " + std::to_string(pool->threads()) + " threads");
          }
        }
        if (!add) continue;
        Floats kept = addend;
        pools[1]->use([&](const Machine& machine) {
          (*kernels)->forward_finished(machine, s, tile, {bias.data(), kept.data(), relu}, x.data(), w.data(), kept.data());
        });
        check.verdict(kept == first, name + " in place", what, "differs");
      }
  }
}

struct NormalisationCase {
  Normalisation n;
  bool add;
};

void check_normalisation(Check& check, const NormalisationCase& one, Random& random, std::vector<std::unique_ptr<Pool>>& pools) {
  const Normalisation& n = one.n;
  const bool add = one.add;
  const size_t size = (size_t)n.rows * n.channels, channels = n.channels;
  Floats x = random.values(size);
  const Floats addend = random.values(size), dy = random.values(size), gamma = random.values(channels), beta = random.values(channels);
  // Far from zero, where squares cancel.
  for (float& value : x) value = value * 0.5f + 3;
  Doubles mean(channels), variance(channels), inverse(channels), y(size), dx(size), d_gamma(channels), d_beta(channels), d_addend(size);
  for (size_t c = 0; c < channels; c++) {
    for (size_t i = c; i < size; i += channels) mean[c] += x[i];
    mean[c] /= double(n.rows);
    double squares = 0;
    for (size_t i = c; i < size; i += channels) squares += (x[i] - mean[c]) * (x[i] - mean[c]);
    variance[c] = squares / (n.rows > 1 ? double(n.rows) - 1 : 1);
    inverse[c] = 1 / std::sqrt(squares / double(n.rows) + n.epsilon);
    for (size_t i = c; i < size; i += channels) {
      y[i] = gamma[c] * (x[i] - mean[c]) * inverse[c] + beta[c] + (add ? addend[i] : 0);
      if (n.relu && !(y[i] > 0)) y[i] = 0;
    }
  }
  const auto slopes = [&](const Floats& outputs) {
    for (size_t c = 0; c < channels; c++) {
      d_beta[c] = d_gamma[c] = 0;
      for (size_t i = c; i < size; i += channels) {
        d_addend[i] = n.relu && !(outputs[i] > 0) ? 0 : dy[i];
        d_beta[c] += d_addend[i];
        d_gamma[c] += d_addend[i] * (x[i] - mean[c]) * inverse[c];
      }
      for (size_t i = c; i < size; i += channels)
        dx[i] = gamma[c] * inverse[c] *
                (d_addend[i] - (d_beta[c] + (x[i] - mean[c]) * inverse[c] * d_gamma[c]) / double(n.rows));
    }
  };
  char what[100];
  std::snprintf(what, sizeof what, "%lld rows, %d channels%s%s", n.rows, n.channels, add ? ", add" : "", n.relu ? ", ReLU" : "");
  for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++) {
    const std::string name = std::string((*kernels)->instructions) + " normalisation";
    Floats first[8];
    for (auto& pool : pools) {
      Guarded outputs[] = {Guarded(size), Guarded(channels), Guarded(channels), Guarded(channels),
                           Guarded(size), Guarded(channels), Guarded(channels), Guarded(size)};
      pool->use([&](const Machine& machine) {
        (*kernels)->normalise(machine, n, x.data(), add ? addend.data() : nullptr, gamma.data(), beta.data(), outputs[0].data(),
                              outputs[1].data(), outputs[2].data(), outputs[3].data());
        (*kernels)->normalise_gradient(machine, n, dy.data(), outputs[0].data(), x.data(), gamma.data(), outputs[1].data(),
                                       outputs[3].data(), outputs[4].data(), outputs[5].data(), outputs[6].data(),
                                       outputs[7].data());
      });
      slopes(outputs[0].values());
      const Doubles* const right[] = {&y, &mean, &variance, &inverse, &dx, &d_gamma, &d_beta, &d_addend};
      const char* const results[] = {"y", "mean", "variance", "inverse", "dx", "dgamma", "dbeta", "daddend"};
      for (int i = 0; i < 8; i++) {
        const std::string full = name + " " + results[i];
        check.verdict(outputs[i].intact(), full, what, "wrote beyond its result");
        const Floats got = outputs[i].values();
        if (pool == pools[0]) {
          // With one row the distance from the mean is zero but for rounding, and all that follows.
          if (n.rows > 4) check.compare(full, what, got, *right[i], 5e-5);
          first[i] = got;
        } else {
          const bool same = std::memcmp(got.data(), first[i].data(), got.size() * sizeof(float)) == 0;
          check.verdict(same, full, what, "other bits over " + std::to_string(pool->threads()) + " threads");
        }
      }
      // In the memory of what is no longer wanted.
      Floats kept = dy, other = addend;
      pool->use([&](const Machine& machine) {
        (*kernels)->normalise_gradient(machine, n, kept.data(), outputs[0].data(), x.data(), gamma.data(), outputs[1].data(),
                                       outputs[3].data(), kept.data(), outputs[5].data(), outputs[6].data(), other.data());
      });
      check.verdict(kept == first[4] && other == first[7], name + " dx in place", what, "differs");
    }
  }
}

/** Three steps of each rule, with and without L2, decay and a factor, in place; and the norm of the gradient with L2's share. */
void check_update(Check& check, size_t count, Random& random, std::vector<std::unique_ptr<Pool>>& pools) {
  constexpr int kSteps = 3;
  const Floats weights = random.values(count), noise = random.values(count);
  Floats gradients[kSteps];
  for (Floats& gradient : gradients) gradient = random.values(count);
  const bool plain = random.whole(0, 2) == 0;
  for (int number = 0; number < 4; number++) {
    Update update{Rule(number), 0.9f, 0.999f, 1e-7f, 0.01f, 0.03f, 0.02f, 0.7f};
    if (plain) update.l2 = update.share = 0, update.factor = 1;
    const int slots = slots_of(update.rule);
    // Of what begins at zero the first step of Adam is the sign of a gradient, whose rounding may turn it.
    Floats start[3] = {weights, noise, noise};
    for (float& value : start[2]) value = value * value + 0.01f;
    Doubles right[3] = {Doubles(start[0].begin(), start[0].end()), Doubles(start[1].begin(), start[1].end()),
                        Doubles(start[2].begin(), start[2].end())};
    Doubles sums;
    const double rate = update.rate, momentum = update.momentum;
    for (const Floats& gradient : gradients) {
      double before = 0, whole = 0, after = 0;
      for (size_t i = 0; i < count; i++) {
        double &w = right[0][i], &first = right[1][i], &second = right[2][i];
        const double g = gradient[i] + 2 * double(update.l2) * w, clipped = g * update.factor;
        before += w * w;
        whole += g * g;
        w -= update.share * w;
        if (update.rule == Rule::kDescent) {
          w -= rate * clipped;
        } else if (update.rule == Rule::kAdam) {
          first += (clipped - first) * (1 - momentum);
          second += (clipped * clipped - second) * (1 - double(update.beta2));
          w -= rate * first / (std::sqrt(second) + update.epsilon);
        } else {
          first = momentum * first - rate * clipped;
          w += update.rule == Rule::kNesterov ? momentum * first - rate * clipped : first;
        }
        after += w * w;
      }
      sums.insert(sums.end(), {std::sqrt(before), std::sqrt(whole), std::sqrt(after), std::sqrt(whole)});
    }
    char what[100];
    std::snprintf(what, sizeof what, "%zu values%s", count, plain ? "" : ", L2, decay, clipped");
    const char* const rules[] = {"descent", "momentum", "Nesterov", "Adam"};
    for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++) {
      const std::string name = std::string((*kernels)->instructions) + " update " + rules[number];
      Floats first[4];
      for (auto& pool : pools) {
        Guarded values[] = {Guarded(count), Guarded(count), Guarded(count)};
        for (int i = 0; i < 3; i++) std::memcpy(values[i].data(), start[i].data(), count * sizeof(float));
        Floats got_sums;
        pool->use([&](const Machine& machine) {
          for (const Floats& gradient : gradients) {
            float* const slot[2] = {values[1].data(), values[2].data()};
            const double apart =
                (*kernels)->gradient_squares(machine, (long long)count, update.l2, gradient.data(), values[0].data());
            const UpdateSums got = (*kernels)->update(machine, update,
                                                      {(long long)count, gradient.data(), values[0].data(), {slot[0], slot[1]},
                                                       values[0].data(), {slot[0], slot[1]}});
            for (double one : {got.weights, got.gradient, got.new_weights, apart}) got_sums.push_back(float(std::sqrt(one)));
          }
        });
        for (int i = 0; i < 4; i++) {
          const std::string full = name + (i == 0 ? " weights" : i == 3 ? " sums" : " slots");
          if (i < 3) check.verdict(values[i].intact(), full, what, "wrote beyond its result");
          const Floats got = i < 3 ? values[i].values() : got_sums;
          if (pool == pools[0]) {
            // Slots that the rule has not stay as they were.
            const Doubles kept(start[i % 3].begin(), start[i % 3].end());
            check.compare(full, what, got, i == 3 ? sums : i > slots ? kept : right[i], 1e-5);
            first[i] = got;
          } else {
            const bool same = std::memcmp(got.data(), first[i].data(), got.size() * sizeof(float)) == 0;
            check.verdict(same, full, what, "other bits over " + std::to_string(pool->threads()) + " threads");
          }
        }
      }
    }
  }
}

/** What is not a number must reach the result, through the ReLU too: by it a run is seen to diverge. */
void check_not_a_number(Check& check, Pool& pool) {
  const Normalisation n{40, 19, 1e-3f, true};
  const size_t size = (size_t)n.rows * n.channels;
  Floats x(size, 1.0f), y(size), gamma(n.channels, 1.0f), beta(n.channels), mean(n.channels), variance(n.channels), inverse(n.channels);
  x[3 * n.channels + 17] = std::nanf("");
  for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++) {
    pool.use([&](const Machine& machine) {
      (*kernels)->normalise(machine, n, x.data(), nullptr, gamma.data(), beta.data(), y.data(), mean.data(), variance.data(),
                            inverse.data());
    });
    bool good = true;
    for (size_t i = 0; i < size; i++) good = good && std::isnan(y[i]) == (i % n.channels == 17);
    check.verdict(good, (*kernels)->instructions, "a value that is not a number", "is lost, or spreads to other channels");
  }
}

/** Where a thread finds no memory the call throws, over any number of threads, and the next one is as if nothing had been. */
void check_no_memory(Check& check) {
  const Convolution s{4, 8, 8, 20, 20};
  const Floats x((size_t)4 * 8 * 8 * 20, 1.0f), w((size_t)9 * 20 * 20, 1.0f);
  for (const Kernels* const* kernels = usable_kernels(); *kernels; kernels++)
    for (int threads : kThreads) {
      Pool pool(threads);
      Floats y(x.size());
      const auto forward = [&] {
        try {
          pool.use([&](const Machine& machine) { (*kernels)->forward(machine, s, Tile::k4, x.data(), w.data(), y.data()); });
          return true;
        } catch (const std::bad_alloc&) {
          return false;
        }
      };
      // Enough for what all share, then not for what each thread has; then for neither; then for all.
      const size_t shared = (size_t)36 * 2 * 32 * kPanel * sizeof(float) * 2;
      pool.limit(shared / 2);
      const bool first = forward();
      pool.limit(1000);
      const bool second = forward();
      pool.limit(SIZE_MAX);
      const bool third = forward();
      check.verdict(!first && !second && third && y[(1 * 8 + 1) * 20] > 179, (*kernels)->instructions, "no memory",
                    "is not told, or spoils what follows");
    }
}

}  // namespace

int main(int argc, char** argv) {
  const int shapes = argc > 1 ? std::atoi(argv[1]) : 200;
  const int seed = argc > 2 ? std::atoi(argv[2]) : 1;
  if (!best_kernels()) {
    std::printf("This processor has none of the instructions of the kernels.\n0 passed, 0 failed\n");
    return 0;
  }
  Check all;
  std::vector<std::unique_ptr<Pool>> pools;
  for (int threads : kThreads) pools.emplace_back(new Pool(threads));
  Random random{uint64_t(seed)};
  for (int i = 0; i < shapes; i++) {
    Convolution s{random.whole(1, 65), random.whole(1, 13), random.whole(1, 13), random.whole(1, 70), random.whole(1, 70)};
    // Large ones seldom: the definition in float64 is slow.
    if (i % 8) s.images = 1 + s.images % 9;
    // Now and then what the kernels are made for, and above the bounds at which they go another way.
    if (i % 16 == 3) s = {random.whole(1, 3), 4, 4, 16 * random.whole(17, 20), 16 * random.whole(1, 4)};
    if (i % 16 == 7) s = {random.whole(30, 40), 16, 16, 16 * random.whole(1, 2), 16 * random.whole(1, 2)};
    if (i % 16 == 11) s = {random.whole(1, 2), 5, 6, 16 * random.whole(1, 3) + 3, 16 * random.whole(17, 18) + 5};
    check(all, s, random, pools);
    if (i % 4 == 3) check_finishing(all, s, random, pools);
    const Normalisation n{random.whole(1, 3000), random.whole(1, 140), 1e-3f, random.whole(0, 1) == 1};
    check_normalisation(all, {n, random.whole(0, 1) == 1}, random, pools);
    // Two or three pieces now and then, so that the threads have something to share.
    check_update(all, size_t(i % 8 == 2 ? random.whole(16385, 40000) : random.whole(1, 700)), random, pools);
  }
  check_not_a_number(all, *pools[1]);
  check_no_memory(all);
  std::printf("%-34s %12s %12s\n", "error of", "rms", "largest");
  for (const auto& [name, errors] : all.errors)
    std::printf("%-34s %12.2e %12.2e\n", name.c_str(), std::sqrt(errors.squares / double(errors.count)), errors.largest);
  std::printf("%d passed, %d failed\n", all.passed, all.failed);
  return all.failed > 0;
}
