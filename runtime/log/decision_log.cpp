// Who logs puts into the ring; the writer takes from it, makes lines, and writes many at once.
#include "runtime/log/decision_log.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "runtime/log/home_process.h"
#include "runtime/log/log_file.h"
#include "runtime/log/log_lines.h"
#include "runtime/log/log_ring.h"
#include "runtime/log/quiet_thread.h"

namespace policy {

namespace {

// Lines that are written at once.
constexpr size_t kBatchBytes = 64u << 10;
// How long the writer sleeps at most: a caller that finds it asleep wakes it, but looks without a fence, and may miss
// it.
constexpr std::chrono::milliseconds kNap(50);

int64_t now() {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

// Of the process that opened the log: the ring, and the thread that writes.
class LogWriter {
 public:
  LogWriter(std::unique_ptr<LogFile> file, const LogOptions& options)
      : denials_only_(options.denials_only), ring_(options.ring_size), file_(std::move(file)) {
    writer_ = quiet_thread([this] { run(); });
  }

  ~LogWriter() {
    {
      std::lock_guard<std::mutex> hold(lock_);
      is_ending_ = true;
    }
    wake_.notify_one();
    writer_.join();
  }

  bool add(const LoggedDecision& decision) noexcept {
    if (denials_only_ && decision.decision.effect == POLICY_ALLOW) return true;
    const int64_t time = now();
    const bool is_in = ring_.put([&](LogEntry& entry) { return pack(decision, time, entry); });
    if (!is_in) dropped_.fetch_add(1, std::memory_order_relaxed);
    if (is_asleep_.load(std::memory_order_relaxed) && is_asleep_.exchange(false)) wake_.notify_one();
    return is_in;
  }

  bool flush() {
    const uint64_t target = ring_.claimed();
    std::unique_lock<std::mutex> hold(lock_);
    ++flushers_;
    wake_.notify_one();
    flushed_.wait(hold, [&] { return done_ >= target; });
    --flushers_;
    const uint64_t failed = failed_.load(std::memory_order_relaxed);
    return std::exchange(failed_told_, failed) == failed;
  }

  LogCounts counts() const {
    return {written_.load(std::memory_order_relaxed), dropped_.load(std::memory_order_relaxed),
            failed_.load(std::memory_order_relaxed)};
  }

  // In a child of fork(): the file is the parent's alone again.
  void leave_file() { file_->close(); }

 private:
  void run() {
    for (bool is_last = false; !is_last;) {
      is_last = wait_for_work();
      while (write_batch() || (is_last && ring_.front() != nullptr)) {
      }
    }
  }

  // True where the log is ending: what is in the ring now is all there will be.
  bool wait_for_work() {
    std::unique_lock<std::mutex> hold(lock_);
    is_asleep_.store(true, std::memory_order_seq_cst);
    wake_.wait_for(hold, kNap, [&] {
      return is_ending_ || flushers_ != 0 || !is_asleep_.load(std::memory_order_relaxed) || ring_.front() != nullptr;
    });
    is_asleep_.store(false, std::memory_order_relaxed);
    return is_ending_;
  }

  // False where there was nothing to write, or it could not be written.
  bool write_batch() {
    batch_.clear();
    add_losses();
    if (batch_.size() == 0 && ring_.front() == nullptr) return end_batch(false);
    if (file_->prepare()) lines_.begin_file();
    uint64_t decisions = 0;
    while (batch_.size() < kBatchBytes && (decisions == 0 || !file_->is_full_with(batch_.size()))) {
      const LogEntry* entry = ring_.front();
      if (entry == nullptr) break;
      add_line(*entry);
      ring_.pop();
      ++decisions;
    }
    return end_batch(write(decisions));
  }

  bool end_batch(bool is_written) {
    {
      std::lock_guard<std::mutex> hold(lock_);
      done_ = ring_.taken();
    }
    flushed_.notify_all();
    return is_written;
  }

  // A line that memory does not suffice for is one that could not be written.
  void add_line(const LogEntry& entry) {
    const size_t before = batch_.size();
    try {
      lines_.add(entry, batch_);
    } catch (...) {
      batch_.resize(before);
      lines_.begin_file();
      ++lost_;
    }
  }

  // What the file does not tell yet: how many are missing.
  void add_losses() {
    dropped_now_ = dropped_.load(std::memory_order_relaxed);
    failed_now_ = failed_.load(std::memory_order_relaxed);
    if (dropped_now_ != dropped_written_) append_loss(batch_, now(), "dropped", dropped_now_ - dropped_written_);
    if (failed_now_ != failed_written_) append_loss(batch_, now(), "failed", failed_now_ - failed_written_);
  }

  bool write(uint64_t decisions) {
    const uint64_t made = decisions - lost_;
    failed_.fetch_add(std::exchange(lost_, 0), std::memory_order_relaxed);
    const bool is_written = file_->append({batch_.data(), batch_.size()});
    (is_written ? written_ : failed_).fetch_add(made, std::memory_order_relaxed);
    if (is_written) {
      dropped_written_ = dropped_now_;
      failed_written_ = failed_now_;
    } else {
      lines_.begin_file();
    }
    return is_written;
  }

  const bool denials_only_;
  LogRing ring_;
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> dropped_{0};
  std::atomic<uint64_t> failed_{0};
  std::atomic<bool> is_asleep_{false};

  std::mutex lock_;  // of those who flush and the writer; who logs never takes it
  std::condition_variable wake_;
  std::condition_variable flushed_;
  bool is_ending_ = false;
  uint32_t flushers_ = 0;
  uint64_t done_ = 0;         // of the ring: taken, and written or failed
  uint64_t failed_told_ = 0;  // by flush

  // The writer's own.
  std::unique_ptr<LogFile> file_;
  LogLines lines_;
  fmt::memory_buffer batch_;
  uint64_t lost_ = 0;
  uint64_t dropped_now_ = 0;
  uint64_t failed_now_ = 0;
  uint64_t dropped_written_ = 0;  // of which lines tell
  uint64_t failed_written_ = 0;
  std::thread writer_;
};

class RingLog final : public DecisionLog {
 public:
  RingLog(std::unique_ptr<LogFile> file, const LogOptions& options)
      : writer_(std::make_unique<LogWriter>(std::move(file), options)) {}

  // What a child has of it is in the state that other threads left it in, and cannot be destroyed.
  ~RingLog() override {
    if (!home_.is_here()) writer_.release()->leave_file();
  }

  bool add(const LoggedDecision& decision) noexcept override {
    if (home_.is_here()) return writer_->add(decision);
    dropped_in_child_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }

  bool flush() override { return home_.is_here() && writer_->flush(); }

  LogCounts counts() const override {
    if (home_.is_here()) return writer_->counts();
    return {.dropped = dropped_in_child_.load(std::memory_order_relaxed)};
  }

 private:
  const HomeProcess home_;
  std::unique_ptr<LogWriter> writer_;
  std::atomic<uint64_t> dropped_in_child_{0};
};

std::string open_failure(int error) {
  if (error == ELOOP) return "is a symbolic link";
  if (error == EISDIR) return "is a folder";
  if (error == EINVAL) return "is neither a regular file nor a device";
  return std::generic_category().message(error);
}

}  // namespace

OpenedLog open_decision_log(const std::string& path, const LogOptions& options) {
  auto file = std::make_unique<LogFile>(path, options.file_bytes, options.files_kept);
  if (!file->is_open()) {
    if (file->error() == EBUSY) return {nullptr, POLICY_BUSY, fmt::format("`{}`: another log writes to it", path)};
    return {nullptr, POLICY_NOT_READABLE, fmt::format("`{}`: {}", path, open_failure(file->error()))};
  }
  return {std::make_unique<RingLog>(std::move(file), options), POLICY_OK, {}};
}

}  // namespace policy
