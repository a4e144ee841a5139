#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace resbench {
namespace {

/** Turns of waiting in which a worker stays awake: longer than from one task to the next in a kernel, far below a step. */
constexpr int kAwake = 4000;
/** Turns in which the caller waits for what others still work on before it lets them run. */
constexpr int kPatience = 20000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/** Grows as it is asked to, and keeps what it has. */
class Memory {
 public:
  ~Memory() { std::free(floats_); }
  /** @param limit in floats; throws std::bad_alloc above it, as where there is no memory. */
  float* get(size_t count, size_t limit) {
    if (count > limit) throw std::bad_alloc();
    if (count > count_) {
      std::free(floats_);
      constexpr size_t kPage = 4096;
      const size_t bytes = (count * sizeof(float) + kPage - 1) / kPage * kPage;
      count_ = 0;
      floats_ = static_cast<float*>(std::aligned_alloc(kPage, bytes));
      if (floats_) count_ = bytes / sizeof(float);
      if (!floats_) throw std::bad_alloc();
    }
    return floats_;
  }

 private:
  float* floats_ = nullptr;
  size_t count_ = 0;
};

struct Task {
  void (*run)(void*, int, int);
  void* context;
};

/**
 * A call of `each`, in one word, so that whoever takes an index knows in the same instant whose it is: the number of the call in the
 * upper bits, then how many indices it has, then the next that nobody has taken.
 */
constexpr int kIndexBits = 24;
constexpr uint64_t kIndices = (uint64_t(1) << kIndexBits) - 1;
/** Leaves room for each thread to ask once more when none are left. */
constexpr int kMaxCount = 1 << (kIndexBits - 1);
constexpr uint64_t call_word(uint64_t call, int count) { return call << (2 * kIndexBits) | uint64_t(count) << kIndexBits; }
constexpr uint64_t call_of(uint64_t word) { return word >> (2 * kIndexBits); }
constexpr int count_of(uint64_t word) { return int(word >> kIndexBits & kIndices); }
constexpr int next_of(uint64_t word) { return int(word & kIndices); }

}  // namespace

struct Pool::State {
  explicit State(int threads) : threads(threads), memory((threads + 1) * kSlots) {}

  const int threads;
  std::mutex in_use;
  std::vector<Memory> memory;
  std::vector<std::thread> workers;

  std::mutex sleep;
  std::condition_variable wake;
  std::atomic<uint64_t> word{0};
  /** Indices of this call that have been worked off. */
  std::atomic<int> done{0};
  std::atomic<bool> over{false};
  /** Whether a task of this call found no memory. */
  std::atomic<bool> exhausted{false};
  /** Floats in one place of the memory, at most. */
  size_t limit = SIZE_MAX;
  Task task{};

  /** An exception must not leave a thread, nor the call that others still work for: `each` throws it once all are done. */
  void run(int index, int thread) {
    try {
      task.run(task.context, index, thread);
    } catch (const std::bad_alloc&) {
      exhausted.store(true, std::memory_order_relaxed);
    }
  }

  /**
   * Works off indices until none are left. A call cannot end while one of its indices is held, so `task` is read only then: a worker
   * that comes late takes nothing, and nobody waits for it.
   */
  void take(int thread) {
    for (;;) {
      const uint64_t taken = word.fetch_add(1, std::memory_order_acq_rel);
      if (next_of(taken) >= count_of(taken)) return;
      run(next_of(taken), thread);
      done.fetch_add(1, std::memory_order_release);
    }
  }

  void work(int thread) {
    for (uint64_t seen = 0;;) {
      for (int turns = 0; call_of(word.load(std::memory_order_acquire)) == seen && !over.load(std::memory_order_relaxed); turns++) {
        if (turns < kAwake) {
          pause();
          continue;
        }
        std::unique_lock<std::mutex> lock(sleep);
        wake.wait(lock, [&] { return call_of(word.load()) != seen || over.load(); });
      }
      if (over.load()) return;
      seen = call_of(word.load(std::memory_order_acquire));
      take(thread);
    }
  }

  void each(int count, void (*run)(void*, int, int), void* context) {
    if (threads == 1 || count == 1 || count > kMaxCount) {
      for (int index = 0; index < count; index++) run(context, index, 0);
      return;
    }
    task = {run, context};
    done.store(0, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(sleep);
      // The numbers come round again, long after everybody has seen the last one.
      const uint64_t call = (call_of(word.load(std::memory_order_relaxed)) + 1) & 0xffff;
      word.store(call_word(call, count), std::memory_order_release);
    }
    wake.notify_all();
    take(0);
    for (int turns = 0; done.load(std::memory_order_acquire) < count; turns++) {
      if (turns > kPatience)
        std::this_thread::yield();
      else
        pause();
    }
    if (exhausted.exchange(false, std::memory_order_relaxed)) throw std::bad_alloc();
  }
};

Pool::Pool(int threads) : state_(new State(threads)) {
  try {
    for (int thread = 1; thread < threads; thread++) state_->workers.emplace_back([this, thread] { state_->work(thread); });
  } catch (...) {
    end();
    throw;
  }
}

Pool::~Pool() { end(); }

void Pool::end() {
  {
    std::lock_guard<std::mutex> lock(state_->sleep);
    state_->over.store(true);
  }
  state_->wake.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
}

void Pool::limit(size_t bytes) { state_->limit = bytes / sizeof(float); }

int Pool::threads() const { return state_->threads; }

Pool::Use::Use(Pool& pool) : pool_(pool) {
  pool_.state_->in_use.lock();
  machine_.self = pool_.state_.get();
  machine_.each = [](void* self, int count, void (*task)(void*, int, int), void* context) {
    static_cast<State*>(self)->each(count, task, context);
  };
  machine_.scratch = [](void* self, int slot, int thread, size_t floats) {
    State& state = *static_cast<State*>(self);
    return state.memory[(thread + 1) * kSlots + slot].get(floats, state.limit);
  };
}

Pool::Use::~Use() { pool_.state_->in_use.unlock(); }

}  // namespace resbench
