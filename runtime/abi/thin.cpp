// The thin way: the host keeps the facts, and gives subject, record and context with each question.
#include <algorithm>
#include <cstring>

#include "runtime/abi/handles.h"
#include "runtime/decide/decide.h"
#include "runtime/decide/filter.h"
#include "runtime/organization/subject.h"

namespace policy {

namespace {

// What policy_subject_resolve gives is the view of one of these.
struct ResolvedSubject {
  policy_subject view;  // first: a host's pointer to it is one to all
  Subject subject;
  policy_program* program;
};
static_assert(offsetof(ResolvedSubject, view) == 0);

// Whether the subject was resolved under this program; one of another would be asked of the wrong slots.
bool is_of(const policy_program* program, const policy_subject* subject) {
  return subject != nullptr && subject->profile != nullptr && profile_of(*subject)->program == &program->tables();
}

bool has_lists(const policy_standing& standing) {
  return (standing.team_count == 0 || standing.teams != nullptr) &&
         (standing.role_count == 0 || standing.roles != nullptr) &&
         (standing.report_count == 0 || standing.reports != nullptr);
}

bool is_kind(policy_principal principal, policy_principal_kind kind) {
  return POLICY_PRINCIPAL_KIND(principal) == static_cast<uint32_t>(kind);
}

// The roles that count; `mistake` where one is none, or is held by somebody who is not the user's.
std::vector<Holding> holdings_of(const ProgramTables& tables, const policy_standing& given,
                                 const std::vector<policy_principal>& teams, const char*& mistake) {
  std::vector<Holding> holdings;
  for (const policy_role_held& held : std::span(given.roles, given.role_count)) {
    const bool is_unit = held.holder == POLICY_PRINCIPAL(POLICY_UNIT, given.unit) && tables.unit_as_principal;
    const bool is_theirs = held.holder == POLICY_SELF || is_unit || std::ranges::binary_search(teams, held.holder);
    if (held.role >= tables.roles.size()) mistake = "a role held is none of this policy";
    if (!is_theirs)
      mistake = "a role is held by neither the user, a team of the user, nor (where units count) the unit";
    if (held.anchor.first > held.anchor.last || held.anchor.last == POLICY_NONE) mistake = "an anchor is no interval";
    holdings.push_back({held.holder, held.role, held.anchor});
  }
  return holdings;
}

bool are_reports(std::span<const policy_report> reports) {
  return std::ranges::all_of(reports, [](const policy_report& report) {
    const bool owns_rows = is_kind(report.principal, POLICY_USER) || is_kind(report.principal, POLICY_TEAM);
    return owns_rows && report.rights >> POLICY_RIGHT_COUNT == 0;
  });
}

// By principal, the rights of one that comes twice together.
std::vector<policy_report> reports_of(const policy_standing& given) {
  std::vector<policy_report> reports(given.reports, given.reports + given.report_count);
  std::ranges::sort(reports, {}, &policy_report::principal);
  size_t kept = 0;
  for (const policy_report& report : reports) {
    if (kept != 0 && reports[kept - 1].principal == report.principal) {
      reports[kept - 1].rights |= report.rights;
    } else {
      reports[kept++] = report;
    }
  }
  reports.resize(kept);
  return reports;
}

std::vector<uint64_t> attributes_of(const ProgramTables& tables, const void* given) {
  std::vector<uint64_t> attributes((tables.user_attribute_bytes + 7) / 8);
  if (given != nullptr && !attributes.empty()) std::memcpy(attributes.data(), given, tables.user_attribute_bytes);
  return attributes;
}

policy_status resolve(policy_program& program, const policy_standing& given, const policy_subject** out,
                      policy_error* error) {
  const ProgramTables& tables = program.tables();
  if (!is_kind(given.user, POLICY_USER)) return fail(error, POLICY_INVALID, "policy_standing.user is no user");
  Standing standing;
  standing.unit = given.unit;
  standing.teams.assign(given.teams, given.teams + given.team_count);
  std::ranges::sort(standing.teams);
  standing.teams.erase(std::ranges::unique(standing.teams).begin(), standing.teams.end());
  if (!std::ranges::all_of(standing.teams, [](policy_principal team) { return is_kind(team, POLICY_TEAM); })) {
    return fail(error, POLICY_INVALID, "one of policy_standing.teams is no team");
  }
  if (!are_reports({given.reports, given.report_count})) {
    return fail(error, POLICY_INVALID,
                "one of policy_standing.reports is neither a user nor a team, or has no such rights");
  }
  const char* mistake = nullptr;
  standing.holdings = holdings_of(tables, given, standing.teams, mistake);
  if (mistake != nullptr) return fail(error, POLICY_INVALID, mistake);
  std::shared_ptr<const Profile> profile;
  {
    std::lock_guard<std::mutex> alone(program.pool_lock);
    profile = program.pool.profile_of(standing);
  }
  auto resolved = std::make_unique<ResolvedSubject>();
  resolved->subject =
      Subject(given.user, attributes_of(tables, given.attributes), reports_of(given), std::move(profile));
  resolved->view = resolved->subject.view();
  resolved->program = policy_program_retain(&program);
  *out = &resolved.release()->view;
  return POLICY_OK;
}

policy_status status_of(FilterStatus status) {
  switch (status) {
    case FilterStatus::Done:
      return POLICY_OK;
    case FilterStatus::Unknown:
      return POLICY_UNKNOWN;
    case FilterStatus::Illegal:
      return POLICY_ILLEGAL;
    case FilterStatus::MissingColumn:
      return POLICY_MISSING;
    case FilterStatus::ShortBitmap:
      return POLICY_SHORT;
  }
  return POLICY_INTERNAL;
}

// POLICY_OK where it can be asked.
policy_status can_ask(const policy_program* program, const policy_subject* subject, uint32_t table, uint32_t right) {
  if (!is_handle(program) || subject == nullptr) return POLICY_INVALID;
  const ProgramTables& tables = program->tables();
  if (!is_of(program, subject) || table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  return tables.tables[table].takes(right) ? POLICY_OK : POLICY_ILLEGAL;
}

}  // namespace

}  // namespace policy

using policy::can_ask;
using policy::fail;
using policy::is_handle;

extern "C" {

policy_status policy_subject_resolve(const policy_program* program, const policy_standing* standing,
                                     const policy_subject** out, policy_error* error) {
  policy::clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the subject: `out` is null");
  *out = nullptr;
  if (!is_handle(program)) return fail(error, POLICY_INVALID, "`program` is none");
  const policy_status given = policy::accept(standing, error, "standing");
  if (given != POLICY_OK) return given;
  if (!policy::has_lists(*standing)) {
    return fail(error, POLICY_INVALID, "a list of policy_standing is null, and its count is not 0");
  }
  // The pool of profiles changes, under its lock; what a host sees of the program does not.
  return policy::guarded(error,
                         [&] { return policy::resolve(const_cast<policy_program&>(*program), *standing, out, error); });
}

void policy_subject_free(const policy_subject* subject) {
  if (subject == nullptr) return;
  const auto* resolved = reinterpret_cast<const policy::ResolvedSubject*>(subject);
  policy_program* program = resolved->program;
  delete resolved;
  policy_program_close(program);
}

int32_t policy_subject_holds(const policy_program* program, const policy_subject* subject, uint32_t privilege) {
  if (!is_handle(program) || !policy::is_of(program, subject)) return 0;
  const std::vector<bool>& privileges = policy::profile_of(*subject)->privileges;
  return privilege < privileges.size() && privileges[privilege] ? 1 : 0;
}

int32_t policy_check(const policy_program* program, const policy_subject* subject, uint32_t table, uint32_t right,
                     const policy_record* record, const policy_context* context) {
  if (record == nullptr || can_ask(program, subject, table, right) != POLICY_OK) return 0;
  const policy::ProgramTables& tables = program->tables();
  const policy::DecisionEntry& entry = tables.tables[table].decisions[right];
  return policy::ask_check(tables, entry, *subject, *record, program->context(context)) ? 1 : 0;
}

policy_status policy_decide(const policy_program* program, const policy_subject* subject, uint32_t table,
                            uint32_t right, const policy_record* record, const policy_context* context,
                            policy_decision* out) {
  if (out == nullptr) return POLICY_INVALID;
  *out = policy::kUnknown;
  if (record == nullptr) return POLICY_INVALID;
  const policy_status status = can_ask(program, subject, table, right);
  if (status == POLICY_ILLEGAL) out->reason = POLICY_REASON_illegal;
  if (status != POLICY_OK) return status;
  *out = policy::decide(program->tables(), *subject, table, right, *record, program->context(context));
  return POLICY_OK;
}

policy_status policy_check_many(const policy_program* program, const policy_subject* subject, uint32_t table,
                                uint32_t right, const policy_record* const* records, uint64_t count,
                                const policy_context* context, uint64_t* allowed) {
  const bool is_there = policy::can_hold<const policy_record*>(count) && allowed != nullptr && records != nullptr;
  if (count != 0 && !is_there) return POLICY_INVALID;
  std::fill_n(allowed, POLICY_BITMAP_WORDS(count), 0);
  const policy_status status = can_ask(program, subject, table, right);
  if (status != POLICY_OK) return status;
  const policy::ProgramTables& tables = program->tables();
  const policy::DecisionEntry& entry = tables.tables[table].decisions[right];
  const policy_context& asked = program->context(context);
  for (uint64_t i = 0; i < count; ++i) {
    const bool may = records[i] != nullptr && policy::ask_check(tables, entry, *subject, *records[i], asked);
    allowed[i / 64] |= uint64_t{may} << i % 64;
  }
  return POLICY_OK;
}

policy_status policy_filter(const policy_program* program, const policy_subject* subject, uint32_t table,
                            uint32_t right, const policy_columns* rows, const policy_context* context,
                            uint64_t* allowed, uint64_t words) {
  if ((allowed == nullptr && words != 0) || !policy::can_hold<uint64_t>(words)) return POLICY_INVALID;
  std::fill_n(allowed, words, 0);
  policy_status status = policy::accept(rows, nullptr, "rows");
  if (status == POLICY_OK) status = can_ask(program, subject, table, right);
  if (status != POLICY_OK) return status;
  return policy::guarded(nullptr, [&] {
    return policy::status_of(
        policy::filter(program->tables(), *subject, table, right, *rows, program->context(context), {allowed, words}));
  });
}

policy_status policy_entry_of(const policy_program* program, uint32_t table, uint32_t right, policy_entry* out) {
  if (!policy::has_size(out)) return POLICY_INVALID;
  policy::clear(*out);
  if (!is_handle(program)) return POLICY_INVALID;
  const policy::ProgramTables& tables = program->tables();
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT) return POLICY_UNKNOWN;
  const policy::DecisionEntry& entry = tables.tables[table].decisions[right];
  if (!entry.is_taken()) return POLICY_ILLEGAL;
  if (entry.check.get() == nullptr) return POLICY_BUSY;
  out->base = entry.base;
  out->check = entry.check.get();
  return POLICY_OK;
}

policy_principal policy_run_as(const policy_program* program, uint32_t flow, uint32_t step, policy_principal triggering,
                               policy_principal record_owner, policy_principal named) {
  if (!is_handle(program)) return POLICY_NOBODY;
  const policy::ProgramTables& tables = program->tables();
  if (flow >= tables.flows.size() || step >= tables.flows[flow].steps.size()) return POLICY_NOBODY;
  const policy_run_as_function code = tables.flows[flow].steps[step].run_as.get();
  return code == nullptr ? policy_principal{POLICY_NOBODY} : code(triggering, record_owner, named);
}
}
