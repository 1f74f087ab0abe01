#include "runtime/log/home_process.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace policy {

namespace {

// The least that can be asked of the system: it makes a page of it.
constexpr size_t kMarkBytes = sizeof(std::atomic<uint32_t>);

}  // namespace

HomeProcess::HomeProcess() : process_(::getpid()) {
  void* page = ::mmap(nullptr, kMarkBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (::madvise(page, kMarkBytes, MADV_WIPEONFORK) != 0) {
    ::munmap(page, kMarkBytes);
    return;
  }
  mark_ = new (page) std::atomic<uint32_t>(1);
}

HomeProcess::~HomeProcess() {
  if (mark_ != nullptr) ::munmap(mark_, kMarkBytes);
}

bool HomeProcess::is_same_process() const { return ::getpid() == process_; }

}  // namespace policy
