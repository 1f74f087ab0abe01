// policy/policy.h for C++20: handles that close themselves, spans, ids that cannot be mixed up, results instead of
// out-pointers. Header only; everything is one call of the C interface, whose comments say what each does.
//
//   policy::Result<policy::Program> crm = policy::Program::open("crm.policy.so");
//   if (!crm) return complain(crm.error().message);
//   policy::Table account = crm->table("account");
//   policy::Result<policy::Subject> sam = crm->resolve({.user = 7, .roles = {{.role = crm->role("rep"), .anchor = {3,
//   5}}}}); if (crm->check(*sam, account, policy::Right::Write, row.record)) save(row);
//
// Nothing throws but for want of memory in what returns a vector or a string. Handles move and do not copy; Program
// copies, and shares. A moved-from handle denies and refuses, as null does. What is made of a store or asks a log keeps
// it open, in whatever order they go.
//
// Policies from text: policy/jit.hpp.
#ifndef POLICY_POLICY_HPP
#define POLICY_POLICY_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/policy.h"

namespace policy {
inline namespace v1 {

// --- results ---------------------------------------------------------------------------------------------------------

struct Error {
  policy_status status = POLICY_INTERNAL;
  std::string message;
};

// A value, or why there is none. Asking for the one that is not there is a mistake, as with std::optional.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& operator*() & { return *std::get_if<0>(&held_); }
  const T& operator*() const& { return *std::get_if<0>(&held_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&held_)); }
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }
  template <typename Other>
  T value_or(Other&& other) const& {
    return *this ? **this : static_cast<T>(std::forward<Other>(other));
  }
  template <typename Other>
  T value_or(Other&& other) && {
    return *this ? *std::move(*this) : static_cast<T>(std::forward<Other>(other));
  }
  const Error& error() const { return *std::get_if<1>(&held_); }

 private:
  std::variant<T, Error> held_;
};

// The outcome of what gives no value.
class [[nodiscard]] Status {
 public:
  Status(policy_status status) : error_{status, status == POLICY_OK ? "" : policy_status_name(status)} {}
  Status(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return error_.status == POLICY_OK; }
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// --- words and ids ---------------------------------------------------------------------------------------------------

enum class Right : uint32_t {
#define RIGHT(word, Name, bit) Name,
#include "policy/rights.def"
#undef RIGHT
};
enum class Reason : uint32_t {
#define REASON(word, Name, meaning) Name,
#include "policy/reasons.def"
#undef REASON
};
enum class Level : uint32_t { None, User, BusinessUnit, ParentChild, Organization };

constexpr uint32_t bit(Right right) { return 1u << static_cast<uint32_t>(right); }

// Numbers of a policy's things, and of facts. The generated header's enums convert: policy::Table{CRM_TABLE_account}.
template <typename Tag>
struct Id {
  uint32_t number = POLICY_NONE;
  constexpr Id() = default;
  constexpr explicit Id(uint32_t number_) : number(number_) {}
  constexpr explicit operator bool() const { return number != POLICY_NONE; }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};
using Table = Id<struct TableTag>;
using Role = Id<struct RoleTag>;
using Privilege = Id<struct PrivilegeTag>;
using ColumnProfile = Id<struct ColumnProfileTag>;
using Relationship = Id<struct RelationshipTag>;
using Flow = Id<struct FlowTag>;
using Unit = Id<struct UnitTag>;
using User = Id<struct UserTag>;
using Team = Id<struct TeamTag>;
using Position = Id<struct PositionTag>;
using Row = Id<struct RowTag>;

struct Principal {
  policy_principal value = POLICY_NOBODY;
  constexpr Principal() = default;
  constexpr explicit Principal(policy_principal value_) : value(value_) {}
  constexpr Principal(User user) : value(of(POLICY_USER, user.number)) {}
  constexpr Principal(Team team) : value(of(POLICY_TEAM, team.number)) {}
  constexpr Principal(Unit unit) : value(of(POLICY_UNIT, unit.number)) {}
  static constexpr Principal organization() { return Principal(POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0)); }
  friend constexpr bool operator==(Principal, Principal) = default;

 private:
  // A number that does not fit would be somebody of another kind.
  static constexpr policy_principal of(uint32_t kind, uint32_t number) {
    return number < POLICY_PRINCIPAL_LIMIT ? POLICY_PRINCIPAL(kind, number) : policy_principal{POLICY_NOBODY};
  }
};

struct Decision : policy_decision {
  bool allowed() const { return effect == POLICY_ALLOW; }
  Reason why() const { return static_cast<Reason>(reason); }
};

namespace detail {

template <typename Struct>
Struct sized() {
  Struct fresh{};
  fresh.struct_size = sizeof(Struct);
  return fresh;
}

inline Error error_of(policy_status status, const policy_error& told) {
  return {status, told.message[0] != '\0' ? told.message : policy_status_name(status)};
}

template <auto close>
struct Closer {
  template <typename Handle>
  void operator()(Handle* handle) const {
    close(handle);
  }
};

// Closes what was made of a store, and lets the store go after it.
template <auto close>
struct CloserInStore {
  std::shared_ptr<policy_store> store;
  std::shared_ptr<policy_log> log;  // that a reader writes to
  template <typename Handle>
  void operator()(Handle* handle) const {
    close(handle);
  }
};

}  // namespace detail

// A bit for each row that was asked about.
class Bitmap {
 public:
  explicit Bitmap(uint64_t count) : words_(POLICY_BITMAP_WORDS(count)), count_(count) {}
  bool operator[](uint64_t row) const { return POLICY_BIT(words_, row); }
  uint64_t size() const { return count_; }
  std::span<const uint64_t> words() const { return words_; }
  uint64_t* data() { return words_.data(); }

 private:
  std::vector<uint64_t> words_;
  uint64_t count_;
};

// --- programs and the thin way ---------------------------------------------------------------------------------------

using PublicKey = std::array<uint8_t, POLICY_KEY_BYTES>;

// What must be true of an image; nothing and empty hashes ask for nothing. Of keys that are given, one must have signed
// it, so that no image is good enough for a list without any:
//
//   Program::open("crm.policy.so", {.keys = keys_of_this_service()})
struct Trust {
  std::optional<std::vector<PublicKey>> keys{};
  std::string policy_hash{};
  std::string layout_hash{};
};

struct RoleHeld {
  Role role;
  policy_interval anchor{POLICY_NONE, POLICY_NONE};
  policy_principal holder = POLICY_SELF;
};

// All that a user's rights come from: policy_standing.
struct Standing {
  uint32_t user = 0;
  uint32_t unit = 0;
  std::vector<RoleHeld> roles{};
  std::vector<Team> teams{};
  std::vector<policy_report> reports{};
  const void* attributes = nullptr;
};

class Subject {
 public:
  explicit Subject(const policy_subject* subject) : subject_(subject) {}
  const policy_subject* get() const { return subject_.get(); }
  operator const policy_subject*() const { return get(); }

 private:
  std::unique_ptr<const policy_subject, detail::Closer<policy_subject_free>> subject_;
};

class Program {
 public:
  // Takes over what the C interface gave.
  explicit Program(policy_program* owned) : program_(owned) {}
  Program(const Program& other) : program_(policy_program_retain(other.get())) {}
  Program(Program&&) noexcept = default;
  Program& operator=(Program other) noexcept {
    program_.swap(other.program_);
    return *this;
  }

  static Result<Program> open(const char* path, const Trust& trust = {}) {
    return opened(trust, [path](const policy_open_options& options, policy_program** out, policy_error* error) {
      return policy_program_open(path, &options, out, error);
    });
  }
  static Result<Program> open(const std::string& path, const Trust& trust = {}) { return open(path.c_str(), trust); }
  static Result<Program> open_memory(std::span<const std::byte> bytes, const Trust& trust = {}) {
    return opened(trust, [bytes](const policy_open_options& options, policy_program** out, policy_error* error) {
      return policy_program_open_memory(bytes.data(), bytes.size(), &options, out, error);
    });
  }
  static Result<Program> open_linked(const policy_image& image, const Trust& trust = {}) {
    return opened(trust, [&image](const policy_open_options& options, policy_program** out, policy_error* error) {
      return policy_program_open_linked(&image, &options, out, error);
    });
  }

  policy_program* get() const { return program_.get(); }

  policy_program_info info() const {
    auto info = detail::sized<policy_program_info>();
    (void)policy_program_describe(get(), &info);
    return info;
  }

  Result<policy_table_info> describe(Table table) const {
    return described<policy_table_info>(policy_table_describe, table.number);
  }
  // Of a table's, a user's or the context's attributes: see policy_attribute_describe.
  Result<policy_attribute_info> describe_attribute(policy_name_kind kind, uint32_t number, uint32_t of = 0) const {
    return described<policy_attribute_info>(policy_attribute_describe, uint32_t{kind}, of, number);
  }
  // Decision::grant.
  Result<policy_grant_info> describe_grant(uint32_t grant) const {
    return described<policy_grant_info>(policy_grant_describe, grant);
  }
  Result<policy_step_info> describe_step(Flow flow, uint32_t step) const {
    return described<policy_step_info>(policy_step_describe, flow.number, step);
  }

  // Ids that are false where there is no such name.
  Table table(const char* name) const { return Table(find(POLICY_NAME_TABLE, name)); }
  Role role(const char* name) const { return Role(find(POLICY_NAME_ROLE, name)); }
  Privilege privilege(const char* name) const { return Privilege(find(POLICY_NAME_PRIVILEGE, name)); }
  ColumnProfile column_profile(const char* name) const { return ColumnProfile(find(POLICY_NAME_COLUMN_PROFILE, name)); }
  Relationship relationship(const char* name) const { return Relationship(find(POLICY_NAME_RELATIONSHIP, name)); }
  Flow flow(const char* name) const { return Flow(find(POLICY_NAME_FLOW, name)); }
  uint32_t find(policy_name_kind kind, const char* name, uint32_t of = 0) const {
    return policy_find(get(), kind, of, name);
  }
  std::string_view name(policy_name_kind kind, uint32_t number, uint32_t of = 0) const {
    const char* found = policy_name(get(), kind, of, number);
    return found == nullptr ? std::string_view() : found;
  }
  uint32_t count(policy_name_kind kind, uint32_t of = 0) const { return policy_count(get(), kind, of); }

  Result<Subject> resolve(const Standing& standing) const {
    std::vector<policy_role_held> roles;
    for (const RoleHeld& held : standing.roles) roles.push_back({held.holder, held.role.number, held.anchor});
    std::vector<policy_principal> teams;
    for (Team team : standing.teams) teams.push_back(Principal(team).value);
    auto given = detail::sized<policy_standing>();
    given.user = Principal(User(standing.user)).value;
    given.unit = standing.unit;
    given.team_count = static_cast<uint32_t>(teams.size());
    given.role_count = static_cast<uint32_t>(roles.size());
    given.report_count = static_cast<uint32_t>(standing.reports.size());
    given.teams = teams.data();
    given.roles = roles.data();
    given.reports = standing.reports.data();
    given.attributes = standing.attributes;
    const policy_subject* subject = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_subject_resolve(get(), &given, &subject, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Subject(subject);
  }

  bool holds(const policy_subject* subject, Privilege privilege) const {
    return policy_subject_holds(get(), subject, privilege.number) != 0;
  }
  bool check(const policy_subject* subject, Table table, Right right, const policy_record& record,
             const policy_context* context = nullptr) const {
    return policy_check(get(), subject, table.number, static_cast<uint32_t>(right), &record, context) != 0;
  }
  Decision decide(const policy_subject* subject, Table table, Right right, const policy_record& record,
                  const policy_context* context = nullptr) const {
    Decision decision{};
    (void)policy_decide(get(), subject, table.number, static_cast<uint32_t>(right), &record, context, &decision);
    return decision;
  }
  Result<Bitmap> check_many(const policy_subject* subject, Table table, Right right,
                            std::span<const policy_record* const> records,
                            const policy_context* context = nullptr) const {
    Bitmap allowed(records.size());
    const policy_status status = policy_check_many(get(), subject, table.number, static_cast<uint32_t>(right),
                                                   records.data(), records.size(), context, allowed.data());
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return allowed;
  }
  Result<Bitmap> filter(const policy_subject* subject, Table table, Right right, const policy_columns& rows,
                        const policy_context* context = nullptr) const {
    Bitmap allowed(rows.count);
    const policy_status status = policy_filter(get(), subject, table.number, static_cast<uint32_t>(right), &rows,
                                               context, allowed.data(), allowed.words().size());
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return allowed;
  }
  // The compiled code itself; nothing where there is none yet. Not after the last Program went.
  std::optional<policy_entry> entry(Table table, Right right) const {
    auto found = detail::sized<policy_entry>();
    if (policy_entry_of(get(), table.number, static_cast<uint32_t>(right), &found) != POLICY_OK) return std::nullopt;
    return found;
  }
  std::string explain(Table table, Right right, const policy_decision& decision) const {
    size_t needed = 0;
    (void)policy_explain(get(), table.number, static_cast<uint32_t>(right), &decision, nullptr, 0, &needed);
    std::string text(needed, '\0');
    if (needed == 0 || policy_explain(get(), table.number, static_cast<uint32_t>(right), &decision, text.data(),
                                      text.size(), nullptr) != POLICY_OK) {
      return {};
    }
    text.pop_back();
    return text;
  }
  Principal run_as(Flow flow, uint32_t step, Principal triggering, Principal record_owner, Principal named) const {
    return Principal(policy_run_as(get(), flow.number, step, triggering.value, record_owner.value, named.value));
  }

 private:
  template <typename Info, typename Describe, typename... Args>
  Result<Info> described(Describe ask, Args... args) const {
    auto info = detail::sized<Info>();
    const policy_status status = ask(get(), args..., &info);
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return info;
  }
  template <typename Open>
  static Result<Program> opened(const Trust& trust, Open open) {
    auto options = detail::sized<policy_open_options>();
    const PublicKey none{};
    if (trust.keys) {
      options.key_count = static_cast<uint32_t>(trust.keys->size());
      options.keys = trust.keys->empty() ? none.data() : trust.keys->front().data();
    }
    if (!trust.policy_hash.empty()) options.policy_hash = trust.policy_hash.c_str();
    if (!trust.layout_hash.empty()) options.layout_hash = trust.layout_hash.c_str();
    policy_program* program = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = open(options, &program, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Program(program);
  }

  std::unique_ptr<policy_program, detail::Closer<policy_program_close>> program_;
};

// --- the organization way --------------------------------------------------------------------------------------------

struct Revision {
  uint64_t number = 0;
  friend auto operator<=>(const Revision&, const Revision&) = default;
};

// A row to be: policy_row, in its owner's own unit as long as nothing else is said.
//
//   policy::NewRow acme(account, ana);
//   acme.values = values.data();
struct NewRow : policy_row {
  explicit NewRow(Table table_, Principal owner_ = {}) : policy_row(POLICY_ROW(table_.number, owner_.value)) {}
};

// What somebody asks to do: policy_operation, with a constructor for each kind.
struct Operation : policy_operation {
  Operation(policy_operation_kind kind_, User user_) : policy_operation(POLICY_OPERATION(0, POLICY_NONE)) {
    kind = kind_;
    user = user_.number;
  }
  Operation(policy_operation_kind kind_, User user_, Row row_) : Operation(kind_, user_) { row = row_.number; }

  Operation(const Operation& from) : policy_operation(from), proposed_(from.proposed_) { point_to_row(); }
  Operation& operator=(const Operation& from) {
    policy_operation::operator=(from);
    proposed_ = from.proposed_;
    point_to_row();
    return *this;
  }

  // The row is copied; its values and links are the caller's, as long as the operation is used.
  static Operation create(User user, const policy_row& given) {
    Operation operation(POLICY_OPERATION_CREATE, user);
    operation.proposed_ = given;
    operation.proposed_->struct_size = sizeof(policy_row);
    operation.point_to_row();
    return operation;
  }
  static Operation read(User user, Row row) { return {POLICY_OPERATION_READ, user, row}; }
  // Values and links are the caller's as well; what else is not named stays. Of the secured columns `columns_named`
  // those in `columns` have a value afterwards.
  static Operation update(User user, Row row, std::span<const policy_value> values,
                          std::span<const policy_link> links = {}, uint64_t columns_named = 0, uint64_t columns = 0) {
    Operation operation(POLICY_OPERATION_UPDATE, user, row);
    operation.values = values.data();
    operation.value_count = static_cast<uint32_t>(values.size());
    operation.links = links.data();
    operation.link_count = static_cast<uint32_t>(links.size());
    operation.columns_named = columns_named;
    operation.columns = columns;
    return operation;
  }
  static Operation remove(User user, Row row) { return {POLICY_OPERATION_DELETE, user, row}; }
  static Operation assign(User user, Row row, Principal to) { return with(POLICY_OPERATION_ASSIGN, user, row, to, 0); }
  static Operation share(User user, Row row, Principal recipient, uint32_t rights) {
    return with(POLICY_OPERATION_SHARE, user, row, recipient, rights);
  }
  static Operation modify(User user, Row row, Principal recipient, uint32_t rights) {
    return with(POLICY_OPERATION_MODIFY, user, row, recipient, rights);
  }
  static Operation revoke(User user, Row row, Principal from) {
    return with(POLICY_OPERATION_REVOKE, user, row, from, 0);
  }
  static Operation link(User user, Row row, Relationship relationship, Row parent) {
    return along(POLICY_OPERATION_LINK, user, row, relationship, parent);
  }
  static Operation unlink(User user, Row row, Relationship relationship) {
    return along(POLICY_OPERATION_UNLINK, user, row, relationship, {});
  }
  static Operation associate(User user, Row first, Relationship relationship, Row second) {
    return along(POLICY_OPERATION_ASSOCIATE, user, first, relationship, second);
  }
  static Operation disassociate(User user, Row first, Relationship relationship, Row second) {
    return along(POLICY_OPERATION_DISASSOCIATE, user, first, relationship, second);
  }
  static Operation merge(User user, Row row, Row into) { return along(POLICY_OPERATION_MERGE, user, row, {}, into); }
  static Operation set_unit(User user, Row row, Unit unit) {
    Operation operation(POLICY_OPERATION_SET_UNIT, user, row);
    operation.unit = unit.number;
    return operation;
  }
  static Operation deactivate(User user, Row row) { return {POLICY_OPERATION_DEACTIVATE, user, row}; }
  static Operation activate(User user, Row row) { return {POLICY_OPERATION_ACTIVATE, user, row}; }
  static Operation add_member(User user, User member, Team team) {
    return of_people(POLICY_OPERATION_ADD_MEMBER, user, member, team, {});
  }
  static Operation remove_member(User user, User member, Team team) {
    return of_people(POLICY_OPERATION_REMOVE_MEMBER, user, member, team, {});
  }
  static Operation move_user(User user, User moved, Unit unit) {
    return of_people(POLICY_OPERATION_MOVE_USER, user, moved, {}, unit);
  }
  static Operation move_team(User user, Team team, Unit unit) {
    return of_people(POLICY_OPERATION_MOVE_TEAM, user, Principal(), team, unit);
  }
  Operation on_behalf_by(User impersonator_) const {
    Operation operation = *this;
    operation.impersonator = impersonator_.number;
    return operation;
  }

 private:
  static Operation with(policy_operation_kind kind, User user, Row row, Principal principal, uint32_t rights) {
    Operation operation(kind, user, row);
    operation.principal = principal.value;
    operation.rights = rights;
    return operation;
  }
  static Operation along(policy_operation_kind kind, User user, Row row, Relationship relationship, Row other) {
    Operation operation(kind, user, row);
    operation.relationship = relationship.number;
    operation.other = other.number;
    return operation;
  }
  static Operation of_people(policy_operation_kind kind, User user, Principal whom, Team team, Unit unit) {
    Operation operation(kind, user);
    operation.principal = whom.value;
    operation.team = team.number;
    operation.unit = unit.number;
    return operation;
  }
  void point_to_row() {
    if (proposed_) proposed = &*proposed_;
  }

  std::optional<policy_row> proposed_;  // of a create
};

// Abandoned where it is not committed. One thread's own.
class Transaction {
 public:
  explicit Transaction(policy_transaction* owned, std::shared_ptr<policy_store> store = nullptr)
      : transaction_(owned, {std::move(store), nullptr}) {}
  policy_transaction* get() const { return transaction_.get(); }

  Result<Revision> commit() {
    Revision revision;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_transaction_commit(transaction_.release(), &revision.number, &error);
    let_go();
    if (status != POLICY_OK) return detail::error_of(status, error);
    return revision;
  }
  void abandon() { let_go(); }

  // Whose numbers the transaction's are; may be kept.
  Program program() const {
    return Program(policy_program_retain(const_cast<policy_program*>(policy_transaction_program(get()))));
  }
  // POLICY_NONE where there is no such row.
  Table table(Row row) const { return Table(policy_transaction_table(get(), row.number)); }

  Result<Unit> add_unit(Unit parent = {}) { return added<Unit>(policy_add_unit, parent.number); }
  Result<User> add_user(Unit unit) { return added<User>(policy_add_user, unit.number); }
  Result<Team> add_team(Unit unit, policy_team_kind kind = POLICY_TEAM_OWNER) {
    return added<Team>(policy_add_team, unit.number, uint32_t{kind});
  }
  Result<Position> add_position(Position above = {}) { return added<Position>(policy_add_position, above.number); }
  Result<Row> add_row(policy_row row) {
    row.struct_size = sizeof(row);
    return added<Row>(policy_add_row, &row);
  }
  Status move_unit(Unit unit, Unit parent) { return done(policy_move_unit(get(), unit.number, parent.number)); }
  Status move_user(User user, Unit unit) { return done(policy_move_user(get(), user.number, unit.number)); }
  Status move_team(Team team, Unit unit) { return done(policy_move_team(get(), team.number, unit.number)); }
  Status set_name(User user, const char* name) { return done(policy_set_user_name(get(), user.number, name)); }
  Status set_disabled(User user, bool disabled) { return done(policy_set_user_disabled(get(), user.number, disabled)); }
  Status set_mode(User user, policy_access_mode mode) { return done(policy_set_user_mode(get(), user.number, mode)); }
  Status set_manager(User user, User manager) {
    return done(policy_set_user_manager(get(), user.number, manager.number));
  }
  Status set_position(User user, Position at) { return done(policy_set_user_position(get(), user.number, at.number)); }
  Status set_values(User user, std::span<const policy_value> values) {
    return done(policy_set_user_values(get(), user.number, values.data(), static_cast<uint32_t>(values.size())));
  }
  Status join(User user, Team team) { return done(policy_join(get(), user.number, team.number)); }
  Status leave(User user, Team team) { return done(policy_leave(get(), user.number, team.number)); }
  Status give_role(Principal holder, Role role, Unit anchor) {
    return done(policy_give_role(get(), holder.value, role.number, anchor.number));
  }
  Status take_role(Principal holder, Role role, Unit anchor) {
    return done(policy_take_role(get(), holder.value, role.number, anchor.number));
  }
  Status drop_roles(Principal holder) { return done(policy_drop_roles(get(), holder.value)); }
  Status give_column_profile(Principal holder, ColumnProfile profile) {
    return done(policy_give_column_profile(get(), holder.value, profile.number));
  }
  Status take_column_profile(Principal holder, ColumnProfile profile) {
    return done(policy_take_column_profile(get(), holder.value, profile.number));
  }
  Status remove_row(Row row) { return done(policy_remove_row(get(), row.number)); }
  Status set_owner(Row row, Principal owner) { return done(policy_set_row_owner(get(), row.number, owner.value)); }
  Status set_unit(Row row, Unit unit) { return done(policy_set_row_unit(get(), row.number, unit.number)); }
  Status set_active(Row row, bool active) { return done(policy_set_row_active(get(), row.number, active)); }
  Status set_values(Row row, std::span<const policy_value> values, uint64_t columns_named = 0, uint64_t columns = 0) {
    return done(policy_set_row_values(get(), row.number, values.data(), static_cast<uint32_t>(values.size()),
                                      columns_named, columns));
  }
  Status set_link(Row row, Relationship relationship, Row parent) {
    return done(policy_set_row_link(get(), row.number, relationship.number, parent.number));
  }
  Status set_association(Relationship relationship, Row first, Row second, bool there) {
    return done(policy_set_association(get(), relationship.number, first.number, second.number, there));
  }
  Status set_share(Row row, Principal with, uint32_t rights) {
    return done(policy_set_share(get(), row.number, with.value, rights));
  }
  Status set_column_share(Row row, uint32_t column, Principal with, bool read, bool update) {
    return done(policy_set_column_share(get(), row.number, column, with.value, read, update));
  }

  // `changes` of what they give are good until the next operation.
  Result<policy_outcome> plan(const Operation& operation) { return asked(policy_transaction_plan, operation); }
  Result<policy_outcome> perform(const Operation& operation) { return asked(policy_transaction_perform, operation); }
  Status set_context(std::span<const policy_value> values) {
    return done(policy_transaction_set_context(get(), values.data(), static_cast<uint32_t>(values.size())));
  }
  Result<policy_run_as_answer> run_as(Flow flow, uint32_t step, User triggering, Row row) {
    auto answer = detail::sized<policy_run_as_answer>();
    const policy_status status =
        policy_transaction_run_as(get(), flow.number, step, triggering.number, row.number, &answer);
    if (status != POLICY_OK) return why(status);
    return answer;
  }

 private:
  template <typename Thing, typename Add, typename... Args>
  Result<Thing> added(Add add, Args... args) {
    Thing thing;
    const policy_status status = add(get(), args..., &thing.number);
    if (status != POLICY_OK) return why(status);
    return thing;
  }
  template <typename Ask>
  Result<policy_outcome> asked(Ask ask, const Operation& operation) {
    auto outcome = detail::sized<policy_outcome>();
    auto error = detail::sized<policy_error>();
    const policy_status status = ask(get(), &operation, &outcome, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return outcome;
  }

  // Of the store as well.
  void let_go() { transaction_ = decltype(transaction_)(); }
  // The last refusal of this transaction, in words.
  Error why(policy_status status) const {
    auto error = detail::sized<policy_error>();
    (void)policy_transaction_error(get(), &error);
    return error.status == status ? detail::error_of(status, error) : Error{status, policy_status_name(status)};
  }
  Status done(policy_status status) const { return status == POLICY_OK ? Status(status) : Status(why(status)); }

  std::unique_ptr<policy_transaction, detail::CloserInStore<policy_transaction_abandon>> transaction_;
};

class Log {
 public:
  static Result<Log> open(const char* path, policy_log_options options = {}) {
    options.struct_size = sizeof(options);
    policy_log* log = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_log_open(path, &options, &log, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Log(log);
  }
  explicit Log(policy_log* owned) : log_(owned, policy_log_close) {}
  Log(Log&&) noexcept = default;
  Log& operator=(Log&&) noexcept = default;
  policy_log* get() const { return log_.get(); }
  // For who writes to it, and keeps it open.
  const std::shared_ptr<policy_log>& shared() const { return log_; }
  // The thin way, after Program::decide: see policy_log_decision.
  Status decision(const Program& program, const policy_subject* subject, Table table, Right right,
                  const policy_record& record, const policy_decision& decision, const char* user_name = nullptr,
                  const char* row_name = nullptr, const policy_context* context = nullptr) {
    return policy_log_decision(get(), program.get(), subject, table.number, static_cast<uint32_t>(right), &record,
                               context, &decision, user_name, row_name);
  }
  Status flush() { return policy_log_flush(get()); }
  policy_log_counts counts() const {
    auto counts = detail::sized<policy_log_counts>();
    (void)policy_log_count(get(), &counts);
    return counts;
  }

 private:
  std::shared_ptr<policy_log> log_;
};

// One thread's own.
class Reader {
 public:
  explicit Reader(policy_reader* owned, std::shared_ptr<policy_store> store = nullptr)
      : reader_(owned, {std::move(store), nullptr}) {}
  policy_reader* get() const { return reader_.get(); }

  // Everything that is asked from now on is of one revision: the newest, and no older than `at_least`.
  Result<Revision> begin(Revision at_least = {}, std::chrono::nanoseconds wait = {}) {
    Revision seen;
    const uint64_t longest = wait.count() > 0 ? static_cast<uint64_t>(wait.count()) : 0;
    const policy_status status = policy_reader_begin(get(), at_least.number, longest, &seen.number);
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return seen;
  }
  void end() { policy_reader_end(get()); }
  Status set_context(std::span<const policy_value> values) {
    return policy_reader_set_context(get(), values.data(), static_cast<uint32_t>(values.size()));
  }
  // Null: no more.
  Status set_log(const Log* log) {
    const policy_status status = policy_reader_set_log(get(), log == nullptr ? nullptr : log->get());
    if (status == POLICY_OK) reader_.get_deleter().log = log == nullptr ? nullptr : log->shared();
    return status;
  }

  bool check(User user, Right right, Row row) const {
    return policy_reader_check(get(), user.number, static_cast<uint32_t>(right), row.number) != 0;
  }
  // Why the user may ask for nothing of the kind, whatever the row; Reason::None where nothing stands against it.
  Reason sign_in(User user, policy_operation_kind kind = POLICY_OPERATION_READ) const {
    uint32_t reason = POLICY_REASON_unknown;
    (void)policy_reader_sign_in(get(), user.number, kind, &reason);
    return static_cast<Reason>(reason);
  }
  Decision decide(User user, Right right, Row row) const {
    Decision decision{};
    (void)policy_reader_decide(get(), user.number, static_cast<uint32_t>(right), row.number, &decision);
    return decision;
  }
  Result<Bitmap> check_many(User user, Right right, std::span<const uint32_t> rows) const {
    Bitmap allowed(rows.size());
    const policy_status status = policy_reader_check_many(get(), user.number, static_cast<uint32_t>(right), rows.data(),
                                                          rows.size(), allowed.data());
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return allowed;
  }
  // The next rows on which the user has the right; at the end POLICY_CURSOR_AT_END(cursor).
  Result<std::span<uint32_t>> list(User user, Right right, Table table, policy_cursor& cursor,
                                   std::span<uint32_t> page) const {
    size_t count = 0;
    const policy_status status = policy_reader_list(get(), user.number, static_cast<uint32_t>(right), table.number,
                                                    &cursor, page.data(), page.size(), &count);
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return page.first(count);
  }
  // The next users who have the right on the row.
  Result<std::span<uint32_t>> who(Right right, Row row, policy_cursor& cursor, std::span<uint32_t> page) const {
    size_t count = 0;
    const policy_status status =
        policy_reader_who(get(), static_cast<uint32_t>(right), row.number, &cursor, page.data(), page.size(), &count);
    if (status != POLICY_OK) return Error{status, policy_status_name(status)};
    return page.first(count);
  }
  policy_column_rights columns(User user, Table table, Row row = {}) const {
    auto rights = detail::sized<policy_column_rights>();
    (void)policy_reader_columns(get(), user.number, table.number, row.number, &rights);
    return rights;
  }

  const policy_subject* subject(User user) const { return policy_reader_subject(get(), user.number); }
  const policy_record* record(Row row) const { return policy_reader_record(get(), row.number); }
  Table table(Row row) const { return Table(policy_reader_table(get(), row.number)); }
  // Of what is looked at; may be kept.
  Program program() const { return Program(policy_program_retain(const_cast<policy_program*>(looked_at()))); }

 private:
  const policy_program* looked_at() const { return policy_reader_program(get()); }

  std::unique_ptr<policy_reader, detail::CloserInStore<policy_reader_close>> reader_;
};

// Closed when it and the last of its readers and transactions have gone.
class Store {
 public:
  static Result<Store> create(const Program& program, policy_store_options options = {}) {
    options.struct_size = sizeof(options);
    policy_store* store = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_store_create(program.get(), &options, &store, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Store(store);
  }
  explicit Store(policy_store* owned) : store_(owned, policy_store_close) {}
  Store(Store&&) noexcept = default;
  Store& operator=(Store&&) noexcept = default;
  policy_store* get() const { return store_.get(); }
  // For who was made of it, and keeps it open.
  const std::shared_ptr<policy_store>& shared() const { return store_; }

  Program program() const { return Program(policy_store_program(get())); }
  Revision revision() const { return {policy_store_revision(get())}; }

  Result<Transaction> begin() {
    policy_transaction* transaction = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_transaction_begin(get(), &transaction, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Transaction(transaction, store_);
  }
  // POLICY_BUSY where it would have to wait longer.
  Result<Transaction> try_begin(std::chrono::nanoseconds wait = {}) {
    policy_transaction* transaction = nullptr;
    auto error = detail::sized<policy_error>();
    const uint64_t longest = wait.count() > 0 ? static_cast<uint64_t>(wait.count()) : 0;
    const policy_status status = policy_transaction_try_begin(get(), longest, &transaction, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Transaction(transaction, store_);
  }
  Result<Reader> reader() {
    policy_reader* reader = nullptr;
    auto error = detail::sized<policy_error>();
    const policy_status status = policy_reader_open(get(), &reader, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return Reader(reader, store_);
  }

  // What another version of the policy loses, and asks for the first time, goes to `lost` and `missing`.
  struct Told {
    std::vector<std::string> lost;
    std::vector<std::string> missing;
  };
  Result<Revision> replace(const Program& program, uint32_t flags = 0, Told* told = nullptr) {
    auto tell = [](void* self, int32_t is_lost, const char* what) {
      if (self == nullptr) return;
      Told& to = *static_cast<Told*>(self);
      (is_lost != 0 ? to.lost : to.missing).emplace_back(what);
    };
    Revision revision;
    auto error = detail::sized<policy_error>();
    const policy_status status =
        policy_store_replace(get(), program.get(), flags, tell, told, &revision.number, &error);
    if (status != POLICY_OK) return detail::error_of(status, error);
    return revision;
  }

 private:
  std::shared_ptr<policy_store> store_;
};

}  // namespace v1
}  // namespace policy

#endif
