// A thread of ours in a host's process: none of the host's signal handlers runs on it.
//
//   writer = quiet_thread([this] { run(); });
//
// Signals that faults of its own code raise are left as they are, for the host's crash reports.
#pragma once

#include <csignal>
#include <thread>
#include <utility>

namespace policy {

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t most;
    sigfillset(&most);
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT}) sigdelset(&most, fault);
    pthread_sigmask(SIG_BLOCK, &most, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Throws what std::thread throws.
template <typename Run>
std::thread quiet_thread(Run run) {
  const SignalsBlocked blocked;  // a thread inherits the mask
  return std::thread(std::move(run));
}

}  // namespace policy
