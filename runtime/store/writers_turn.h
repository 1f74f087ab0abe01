// Who may write. Unlike that of a mutex, the turn may be given back by another thread than took it.
//
//   WritersTurn turn;
//   std::unique_lock<WritersTurn> alone(turn);
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace policy {

class WritersTurn {
 public:
  void lock() {
    std::unique_lock<std::mutex> looking(mutex_);
    given_back_.wait(looking, [this] { return !is_taken_; });
    is_taken_ = true;
  }

  bool try_lock_for(std::chrono::nanoseconds longest) {
    std::unique_lock<std::mutex> looking(mutex_);
    if (!given_back_.wait_for(looking, longest, [this] { return !is_taken_; })) return false;
    return is_taken_ = true;
  }

  void unlock() {
    {
      std::lock_guard<std::mutex> looking(mutex_);
      is_taken_ = false;
    }
    given_back_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_back_;
  bool is_taken_ = false;
};

}  // namespace policy
