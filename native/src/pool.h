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
  /** Runs work with the threads and their memory; one after the other where several ask at once. */
  template <class Work>
  void use(const Work& work) {
    Use use(*this);
    work(use.machine());
  }

 private:
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
