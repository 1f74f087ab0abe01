// Readers: each looks at one revision, and asks of it.
#include <algorithm>
#include <chrono>

#include "runtime/abi/log_handle.h"
#include "runtime/abi/store_handles.h"
#include "runtime/columns/columns.h"
#include "runtime/decide/decide.h"
#include "runtime/operations/asking.h"
#include "runtime/query/list.h"
#include "runtime/query/snapshot_view.h"
#include "runtime/query/who.h"

namespace policy {

namespace {

// --- looking

void look_away(policy_reader& reader) {
  reader.snapshot.reset();
  reader.version = nullptr;
  reader.asked_context = nullptr;
}

// A context that was set under another program may have other offsets. To ask without it would be to ask something
// else.
void choose_context(policy_reader& reader) {
  const bool is_set = reader.contexts != 0, fits = reader.contexts == reader.version->contexts;
  reader.asked_context = !is_set ? &reader.version->program->no_context : fits ? &reader.context.context() : nullptr;
}

policy_status look(policy_reader& reader, uint64_t at_least, uint64_t wait_ns) {
  look_away(reader);
  if (at_least == 0) {
    reader.snapshot.emplace(reader.reader.snapshot());
  } else {
    reader.snapshot = reader.reader.snapshot({at_least}, wait_of(wait_ns));
  }
  if (!reader.snapshot) return POLICY_STALE;
  reader.version = static_cast<const ProgramVersion*>(reader.snapshot->program_owner());
  choose_context(reader);
  return POLICY_OK;
}

bool looks(const policy_reader* reader) { return is_handle(reader) && reader->snapshot.has_value(); }

policy_status can_look(const policy_reader* reader) {
  if (!is_handle(reader)) return POLICY_INVALID;
  return reader->snapshot ? POLICY_OK : POLICY_STALE;
}

// What every question needs: a reader that looks at something, in a context that fits it.
policy_status can_ask(const policy_reader* reader) {
  const policy_status status = can_look(reader);
  return status == POLICY_OK && reader->asked_context == nullptr ? POLICY_STALE : status;
}

policy_status takes(const ProgramTables& tables, uint32_t table, uint32_t right) {
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  return tables.tables[table].takes(right) ? POLICY_OK : POLICY_ILLEGAL;
}

// --- asking

policy_decision decide_row(const policy_reader& reader, uint32_t user, uint32_t right, const RowPlace& place) {
  if (place.record == nullptr || !reader.snapshot->has_user(user)) return kUnknown;
  return decide(reader.snapshot->tables(), reader.snapshot->subject(user), place.table, right, *place.record,
                *reader.asked_context);
}

bool check_row(const policy_reader& reader, const policy_subject& subject, uint32_t right, uint32_t row) {
  const RowPlace place = reader.snapshot->find(row);
  if (place.record == nullptr) return false;
  return check(reader.snapshot->tables(), subject, place.table, right, *place.record, *reader.asked_context);
}

policy_decision decide_and_log(const policy_reader& reader, uint32_t user, uint32_t right, uint32_t row) {
  const Snapshot& snapshot = *reader.snapshot;
  const RowPlace place = snapshot.find(row);
  const policy_decision decision = decide_row(reader, user, right, place);
  if (reader.log == nullptr) return decision;
  const ProgramSource& source = reader.version->program->source;
  reader.log->log->add({.tables = source.tables,
                        .policy_hash = source.build.policy_hash,
                        .subject = snapshot.has_user(user) ? &snapshot.subject(user) : nullptr,
                        .record = place.record,
                        .context = reader.asked_context,
                        .table = place.table,
                        .right = right,
                        .decision = decision,
                        .revision = snapshot.revision().number,
                        .user = user,
                        .row = row,
                        .user_name = {},
                        .row_name = {}});
  return decision;
}

bool check_for(const policy_reader& reader, uint32_t user, uint32_t right, uint32_t row) {
  if (reader.log != nullptr) return decide_and_log(reader, user, right, row).effect == POLICY_ALLOW;
  if (!reader.snapshot->has_user(user)) return false;
  return check_row(reader, reader.snapshot->subject(user), right, row);
}

policy_status decide_for(policy_reader& reader, uint32_t user, uint32_t right, uint32_t row, policy_decision& out) {
  out = decide_and_log(reader, user, right, row);
  const bool is_there = reader.snapshot->has_user(user) && reader.snapshot->record(row) != nullptr;
  return is_there ? takes(reader.snapshot->tables(), reader.snapshot->table_of(row), right) : POLICY_UNKNOWN;
}

policy_status check_many(const policy_reader& reader, uint32_t user, uint32_t right, std::span<const uint32_t> rows,
                         uint64_t* allowed) {
  const Snapshot& snapshot = *reader.snapshot;
  if (!snapshot.has_user(user) || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  const policy_subject& subject = snapshot.subject(user);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (check_row(reader, subject, right, rows[i])) allowed[i / 64] |= uint64_t{1} << i % 64;
  }
  return POLICY_OK;
}

// --- pages

// What is written to a page, and where the next begins.
struct Page {
  policy_cursor* cursor;
  uint32_t* rows;
  size_t size;
  size_t* count;

  bool is_there() const { return cursor != nullptr && count != nullptr && (rows != nullptr || size == 0); }
  std::span<uint32_t> span() const { return {rows, size}; }
};

// A cursor of another version of the policy counts other roles, and units by other numbers.
bool is_of(const policy_cursor& cursor, const ProgramVersion& version) {
  const bool is_new = cursor.key == 0 && cursor.source == 0 && cursor.number == 0 && cursor.version == 0;
  return is_new || cursor.version == version.number;
}

template <typename Ask>
policy_status ask_page(policy_reader* reader, const Page& page, Ask ask) {
  if (page.count != nullptr) *page.count = 0;
  if (!page.is_there()) return POLICY_INVALID;
  const policy_status status = can_ask(reader);
  if (status != POLICY_OK) return status;
  if (!reader->store.keeps_lists) return POLICY_REFUSED;  // an empty list would say that there is nothing
  if (!is_of(*page.cursor, *reader->version)) return POLICY_STALE;
  return guarded(nullptr, [&] {
    const SnapshotView view(*reader->snapshot, reader->version->granting_roles, *reader->asked_context);
    return ask(*reader, view);
  });
}

policy_status list_page(const policy_reader& reader, const SnapshotView& view, uint32_t user, uint32_t right,
                        uint32_t table, const Page& page) {
  if (!reader.snapshot->has_user(user)) return POLICY_UNKNOWN;
  const policy_status status = takes(reader.snapshot->tables(), table, right);
  if (status != POLICY_OK) return status;
  ListCursor cursor{page.cursor->key, page.cursor->source};
  *page.count = list(view, user, right, table, cursor, page.span());
  *page.cursor = {cursor.key, cursor.source, 0, reader.version->number};
  return POLICY_OK;
}

policy_status who_page(const policy_reader& reader, const SnapshotView& view, uint32_t right, uint32_t row,
                       const Page& page) {
  const policy_status status = takes(reader.snapshot->tables(), reader.snapshot->table_of(row), right);
  if (status != POLICY_OK) return status;
  WhoCursor cursor{page.cursor->key, page.cursor->source, page.cursor->number};
  *page.count = who(view, right, row, cursor, page.span());
  *page.cursor = {cursor.key, cursor.source, cursor.user, reader.version->number};
  return POLICY_OK;
}

policy_status show_columns(const Snapshot& snapshot, uint32_t user, uint32_t table, uint32_t row,
                           policy_column_rights& out) {
  const bool is_there = snapshot.has_user(user) && table < snapshot.tables().tables.size();
  if (!is_there || (row != POLICY_NONE && snapshot.table_of(row) != table)) return POLICY_UNKNOWN;
  const ColumnRights rights = column_rights(snapshot, user, table, row);
  out.secured = rights.secured;
  out.read = rights.read;
  out.create = rights.create;
  out.update = rights.update;
  out.read_unmasked = rights.read_unmasked;
  out.read_one_unmasked = rights.read_one_unmasked;
  return POLICY_OK;
}

policy_status open_reader(policy_store& store, policy_reader** out, policy_error* error) {
  std::optional<Reader> reader = store.store.reader();
  if (!reader) return fail(error, POLICY_BUSY, "all places for readers are taken");
  *out = new policy_reader(store, std::move(*reader));
  ++store.reader_count;
  return POLICY_OK;
}

}  // namespace

}  // namespace policy

using policy::can_ask;
using policy::fail;
using policy::is_handle;
using policy::looks;

extern "C" {

policy_status policy_reader_open(policy_store* store, policy_reader** out, policy_error* error) {
  policy::clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the reader: `out` is null");
  *out = nullptr;
  if (!is_handle(store)) return fail(error, POLICY_INVALID, "`store` is none");
  return policy::guarded(error, [&] { return policy::open_reader(*store, out, error); });
}

void policy_reader_close(policy_reader* reader) {
  if (!is_handle(reader)) return;
  policy_store& store = reader->store;
  policy::look_away(*reader);
  reader->kind = policy::HandleKind::Closed;
  delete reader;
  --store.reader_count;
}

policy_status policy_reader_begin(policy_reader* reader, uint64_t at_least, uint64_t wait_ns, uint64_t* revision) {
  if (revision != nullptr) *revision = 0;
  if (!is_handle(reader)) return POLICY_INVALID;
  const policy_status status = policy::guarded(nullptr, [&] { return policy::look(*reader, at_least, wait_ns); });
  if (status == POLICY_OK && revision != nullptr) *revision = reader->snapshot->revision().number;
  return status;
}

void policy_reader_end(policy_reader* reader) {
  if (is_handle(reader)) policy::look_away(*reader);
}

policy_status policy_reader_set_context(policy_reader* reader, const policy_value* values, uint32_t count) {
  if (!policy::has_values(values, count)) return POLICY_INVALID;
  policy_status status = policy::can_look(reader);
  if (status != POLICY_OK) return status;
  status = policy::guarded(nullptr, [&] { return reader->context.set(reader->snapshot->tables(), {values, count}); });
  if (status != POLICY_OK) return status;
  reader->contexts = reader->version->contexts;
  policy::choose_context(*reader);
  return POLICY_OK;
}

int32_t policy_reader_check(policy_reader* reader, uint32_t user, uint32_t right, uint32_t row) {
  if (can_ask(reader) != POLICY_OK) return 0;
  bool is_allowed = false;
  const policy_status status = policy::guarded(nullptr, [&] {
    is_allowed = policy::check_for(*reader, user, right, row);
    return POLICY_OK;
  });
  return status == POLICY_OK && is_allowed ? 1 : 0;
}

int32_t policy_reader_sign_in(policy_reader* reader, uint32_t user, uint32_t kind, uint32_t* reason) {
  uint32_t against = POLICY_REASON_unknown;
  if (looks(reader) && kind <= POLICY_OPERATION_MOVE_TEAM) {
    against = policy::reason_against(reader->snapshot->sign_in(user), static_cast<policy::OperationKind>(kind));
  }
  if (reason != nullptr) *reason = against;
  return against == POLICY_REASON_none ? 1 : 0;
}

policy_status policy_reader_decide(policy_reader* reader, uint32_t user, uint32_t right, uint32_t row,
                                   policy_decision* out) {
  if (out == nullptr) return POLICY_INVALID;
  *out = policy::kUnknown;
  const policy_status status = can_ask(reader);
  if (status != POLICY_OK) return status;
  return policy::guarded(nullptr, [&] { return policy::decide_for(*reader, user, right, row, *out); });
}

policy_status policy_reader_check_many(policy_reader* reader, uint32_t user, uint32_t right, const uint32_t* rows,
                                       uint64_t count, uint64_t* allowed) {
  if ((allowed == nullptr && count != 0) || !policy::can_hold<uint32_t>(count)) return POLICY_INVALID;
  std::fill_n(allowed, POLICY_BITMAP_WORDS(count), 0);
  if (rows == nullptr && count != 0) return POLICY_INVALID;
  const policy_status status = can_ask(reader);
  if (status != POLICY_OK) return status;
  return policy::guarded(
      nullptr, [&] { return policy::check_many(*reader, user, right, {rows, static_cast<size_t>(count)}, allowed); });
}

policy_status policy_reader_list(policy_reader* reader, uint32_t user, uint32_t right, uint32_t table,
                                 policy_cursor* cursor, uint32_t* page, size_t size, size_t* count) {
  const policy::Page asked{cursor, page, size, count};
  return policy::ask_page(reader, asked, [&](const policy_reader& of, const policy::SnapshotView& view) {
    return policy::list_page(of, view, user, right, table, asked);
  });
}

policy_status policy_reader_who(policy_reader* reader, uint32_t right, uint32_t row, policy_cursor* cursor,
                                uint32_t* page, size_t size, size_t* count) {
  const policy::Page asked{cursor, page, size, count};
  return policy::ask_page(reader, asked, [&](const policy_reader& of, const policy::SnapshotView& view) {
    return policy::who_page(of, view, right, row, asked);
  });
}

policy_status policy_reader_columns(policy_reader* reader, uint32_t user, uint32_t table, uint32_t row,
                                    policy_column_rights* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  const policy_status status = can_ask(reader);
  if (status != POLICY_OK) return status;
  return policy::guarded(nullptr, [&] { return policy::show_columns(*reader->snapshot, user, table, row, *out); });
}

const policy_subject* policy_reader_subject(policy_reader* reader, uint32_t user) {
  return looks(reader) && reader->snapshot->has_user(user) ? &reader->snapshot->subject(user) : nullptr;
}

const policy_record* policy_reader_record(policy_reader* reader, uint32_t row) {
  return looks(reader) ? reader->snapshot->record(row) : nullptr;
}

uint32_t policy_reader_table(policy_reader* reader, uint32_t row) {
  return looks(reader) ? reader->snapshot->table_of(row) : POLICY_NONE;
}

const policy_program* policy_reader_program(policy_reader* reader) {
  return looks(reader) ? reader->version->program.get() : nullptr;
}

policy_status policy_reader_set_log(policy_reader* reader, policy_log* log) {
  if (!is_handle(reader) || (log != nullptr && !is_handle(log))) return POLICY_INVALID;
  reader->log = log;
  return POLICY_OK;
}
}
