// Tells a child of fork() from the process that something was made in, at the cost of a load.
//
//   HomeProcess home;
//   if (!home.is_here()) return false;  // its threads are not here, and what they held is as they left it
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

namespace policy {

class HomeProcess {
 public:
  HomeProcess();
  ~HomeProcess();
  HomeProcess(const HomeProcess&) = delete;
  HomeProcess& operator=(const HomeProcess&) = delete;

  bool is_here() const { return mark_ != nullptr ? mark_->load(std::memory_order_relaxed) != 0 : is_same_process(); }

 private:
  bool is_same_process() const;

  std::atomic<uint32_t>* mark_ = nullptr;  // in a page that a child finds zeroed; null: the system has none such
  pid_t process_;
};

}  // namespace policy
