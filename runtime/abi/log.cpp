// The decision log of policy/policy.h, section 5; readers log through log_handle.h.
#include <fmt/format.h>

#include "runtime/abi/log_handle.h"
#include "runtime/organization/subject.h"

namespace policy {

namespace {

// A slot takes up to 4 KB, and 64 KB while a large decision waits in it.
constexpr uint32_t kMostSlots = 1u << 20;
// Each is renamed when a file is full.
constexpr uint32_t kMostFiles = 1000;

policy_status read_options(const policy_log_options* given, LogOptions& options, policy_error* error) {
  if (given == nullptr) return POLICY_OK;
  if (const policy_status status = accept(given, error, "options"); status != POLICY_OK) return status;
  if (given->ring_size > kMostSlots) {
    return fail(error, POLICY_INVALID, fmt::format("policy_log_options.ring_size is above {}", kMostSlots));
  }
  if (given->files_kept > kMostFiles) {
    return fail(error, POLICY_INVALID, fmt::format("policy_log_options.files_kept is above {}", kMostFiles));
  }
  if (given->ring_size != 0) options.ring_size = given->ring_size;
  if (given->file_bytes != 0) options.file_bytes = given->file_bytes;
  if (given->files_kept != 0) options.files_kept = given->files_kept;
  options.denials_only = given->denials_only != 0;
  return POLICY_OK;
}

policy_status open(const char* path, const policy_log_options* given, policy_log** out, policy_error* error) {
  LogOptions options;
  const policy_status status = read_options(given, options, error);
  if (status != POLICY_OK) return status;
  auto handle = std::make_unique<policy_log>();
  OpenedLog opened = open_decision_log(path, options);
  if (opened.log == nullptr) return fail(error, opened.status, opened.message);
  handle->log = std::move(opened.log);
  *out = handle.release();
  return POLICY_OK;
}

std::string_view text_of(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

}  // namespace

}  // namespace policy

using policy::fail;
using policy::is_handle;

extern "C" {

policy_status policy_log_open(const char* path, const policy_log_options* options, policy_log** out,
                              policy_error* error) {
  policy::clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the log: `out` is null");
  *out = nullptr;
  if (path == nullptr) return fail(error, POLICY_INVALID, "`path` is null");
  return policy::guarded(error, [&] { return policy::open(path, options, out, error); });
}

void policy_log_close(policy_log* log) {
  if (!is_handle(log)) return;
  log->kind = policy::HandleKind::Closed;
  delete log;
}

policy_status policy_log_flush(policy_log* log) {
  if (!is_handle(log)) return POLICY_INVALID;
  return policy::guarded(nullptr, [&] { return log->log->flush() ? POLICY_OK : POLICY_NOT_READABLE; });
}

policy_status policy_log_count(const policy_log* log, policy_log_counts* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  if (!is_handle(log)) return POLICY_INVALID;
  const policy::LogCounts counts = log->log->counts();
  out->written = counts.written;
  out->dropped = counts.dropped;
  out->failed = counts.failed;
  return POLICY_OK;
}

policy_status policy_log_decision(policy_log* log, const policy_program* program, const policy_subject* subject,
                                  uint32_t table, uint32_t right, const policy_record* record,
                                  const policy_context* context, const policy_decision* decision, const char* user_name,
                                  const char* row_name) {
  if (!is_handle(log) || !is_handle(program) || subject == nullptr || record == nullptr || decision == nullptr) {
    return POLICY_INVALID;
  }
  const policy::ProgramTables& tables = program->tables();
  const policy::Profile* profile = policy::profile_of(*subject);
  if (profile == nullptr || profile->program != &tables) return POLICY_UNKNOWN;
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  const bool is_in = log->log->add({.tables = program->source.tables,
                                    .policy_hash = program->source.build.policy_hash,
                                    .subject = subject,
                                    .record = record,
                                    .context = context,
                                    .table = table,
                                    .right = right,
                                    .decision = *decision,
                                    .user_name = policy::text_of(user_name),
                                    .row_name = policy::text_of(row_name)});
  return is_in ? POLICY_OK : POLICY_BUSY;
}
}
