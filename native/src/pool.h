/** Threads of our own, which wait for work: TensorFlow's C API lends none of its own. */
#pragma once
#include <memory>
#include "kernels.h"

namespace resbench {

class Pool {
 public:
  /** @param threads at least 1; the one that calls is among them */
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const;
  /** Bytes that one place of the memory may have; for tests of what happens where there are no more. */
  void limit(size_t bytes);
  /**
   * Runs work with the threads and their memory; one after the other where several ask at once. Throws std::bad_alloc where one of
   * them found no memory, once all are done.
   */
  template <class Work>
  void use(const Work& work) {
    Use use(*this);
    work(use.machine());
  }

 private:
  void end();

  struct State;
  class Use {
   public:
    explicit Use(Pool& pool);
    ~Use();
    const Machine& machine() const { return machine_; }

   private:
    Pool& pool_;
    Machine machine_;
  };
  std::unique_ptr<State> state_;
};

}  // namespace resbench
