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
/** Turns in which the caller waits for the last worker before it lets others run. */
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
  float* get(size_t count) {
    if (count > count_) {
      std::free(floats_);
      constexpr size_t kPage = 4096;
      const size_t bytes = (count * sizeof(float) + kPage - 1) / kPage * kPage;
      floats_ = static_cast<float*>(std::aligned_alloc(kPage, bytes));
      count_ = floats_ ? bytes / sizeof(float) : 0;
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
  int count;
};

}  // namespace

struct Pool::State {
  explicit State(int threads) : threads(threads), memory((threads + 1) * kSlots) {}

  const int threads;
  std::mutex in_use;
  std::vector<Memory> memory;
  std::vector<std::thread> workers;

  std::mutex sleep;
  std::condition_variable wake;
  /** Counts the calls of `each`: a worker sees by it that there is work. */
  std::atomic<uint64_t> turn{0};
  std::atomic<int> working{0}, next{0};
  std::atomic<bool> over{false};
  Task task{};

  void take(int thread) {
    for (int index; (index = next.fetch_add(1, std::memory_order_relaxed)) < task.count;) task.run(task.context, index, thread);
  }

  void work(int thread) {
    for (uint64_t seen = 0;;) {
      for (int turns = 0; turn.load(std::memory_order_acquire) == seen && !over.load(std::memory_order_relaxed); turns++) {
        if (turns < kAwake) {
          pause();
          continue;
        }
        std::unique_lock<std::mutex> lock(sleep);
        wake.wait(lock, [&] { return turn.load() != seen || over.load(); });
      }
      if (over.load()) return;
      seen = turn.load(std::memory_order_acquire);
      take(thread);
      working.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  void each(int count, void (*run)(void*, int, int), void* context) {
    if (threads == 1 || count == 1) {
      for (int index = 0; index < count; index++) run(context, index, 0);
      return;
    }
    task = {run, context, count};
    next.store(0);
    working.store(threads - 1);
    {
      std::lock_guard<std::mutex> lock(sleep);
      turn.fetch_add(1, std::memory_order_acq_rel);
    }
    wake.notify_all();
    take(0);
    for (int turns = 0; working.load(std::memory_order_acquire) > 0; turns++) {
      if (turns > kPatience)
        std::this_thread::yield();
      else
        pause();
    }
  }
};

Pool::Pool(int threads) : state_(new State(threads)) {
  for (int thread = 1; thread < threads; thread++) state_->workers.emplace_back([this, thread] { state_->work(thread); });
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(state_->sleep);
    state_->over.store(true);
  }
  state_->wake.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
}

int Pool::threads() const { return state_->threads; }

Pool::Use::Use(Pool& pool) : pool_(pool) {
  pool_.state_->in_use.lock();
  machine_.self = pool_.state_.get();
  machine_.each = [](void* self, int count, void (*task)(void*, int, int), void* context) {
    static_cast<State*>(self)->each(count, task, context);
  };
  machine_.scratch = [](void* self, int slot, int thread, size_t floats) {
    return static_cast<State*>(self)->memory[(thread + 1) * kSlots + slot].get(floats);
  };
}

Pool::Use::~Use() { pool_.state_->in_use.unlock(); }

}  // namespace resbench
