// What the checks of one policy share: the policy as it grows, the names in it, and what was said so far.
//
// Each check_... below goes through all modules for one construct, in the order of check.cpp. A declaration with a
// mistake still gets its place in the policy, so that whatever names it is checked too; what cannot be known about it
// (`typed`, `ownership_known`) silences the mistakes that would only follow.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/limits.h"
#include "compiler/sema/names.h"
#include "compiler/sema/policy.h"
#include "compiler/syntax/ast.h"

namespace policyc {

using AttributeId = Id<struct AttributeTag>;
using LookupId = Id<struct LookupTag>;

// The attributes of a table, of users or of the context, beside Policy's own vector of them.
struct AttributeNames {
  NameTable<AttributeId> names;
  std::vector<bool> typed;            // false where the type was not understood
  std::vector<uint32_t> choice_sets;  // of a choice: the number of its set of labels
};

// A lookup column: one relationship, or several for a polymorphic one.
struct Lookup {
  Span span;
  std::vector<RelationshipId> relationships;
  bool parental = false;
};

struct TableNames {
  bool ownership_known = true;
  AttributeNames attributes;
  NameTable<LookupId> lookup_names;
  std::vector<Lookup> lookups;
};

// A right's word in a grant and the grants that it made.
struct WrittenRight {
  GrantId first;
  uint32_t count = 0;
};
struct WrittenGrant {
  RoleId role;
  const ast::TableGrants* line = nullptr;
  const ast::Grant* text = nullptr;
  std::vector<WrittenRight> rights;  // one for each word
};

struct Checking {
  explicit Checking(const std::vector<const ast::Ast*>& files) : modules(files) {
    for (const ast::Ast* file : files) damaged = damaged || file->damaged;
  }

  const std::vector<const ast::Ast*>& modules;
  bool damaged = false;  // a file has syntax errors: nothing is said to be left out
  Diagnostics diagnostics;
  Policy policy;

  NameTable<PrivilegeId> privileges;
  NameTable<TableId> tables;
  NameTable<RelationshipId> relationships;
  NameTable<RoleId> roles;
  NameTable<ProfileId> profiles;
  NameTable<FlowId> flows;
  std::vector<TableNames> table_names;  // by TableId
  AttributeNames user_attributes;
  AttributeNames context_attributes;

  std::unordered_map<std::string_view, uint32_t> choice_labels;  // text to index in Policy::choice_labels
  std::map<std::vector<uint32_t>, uint32_t> choice_sets;         // sorted labels to the set's number
  std::unordered_set<uint64_t> choice_members;                   // set << 32 | label

  std::vector<WrittenGrant> written_grants;
  bool grants_full = false;    // a bound on grants was reached, and reported
  size_t condition_terms = 0;  // of all conditions so far
  size_t suggestion_work = 0;  // names compared so far

  const ast::Ast& main() const { return *modules.back(); }

  // Registers a name; a second declaration is reported with a label at the first.
  template <typename IdType>
  void declare(NameTable<IdType>& names, const ast::Name& name, IdType id, std::string_view what) {
    if (const auto* first = names.declare(name, id)) {
      diagnostics.report(DiagnosticKind::DuplicateName, name.span, what, name.text)
          .label(first->span, fmt::format("`{}` declared here", name.text));
    }
  }

  // What a name stands for; an unknown one is reported. None for unknown and missing names.
  template <typename IdType>
  IdType resolve(const NameTable<IdType>& names, const ast::Name& name, std::string_view what) {
    if (name.missing()) return IdType::none();
    if (const auto* entry = names.find(name.text)) return entry->id;
    report_unknown(DiagnosticKind::UnknownName, name, names.names(), what, name.text);
    return IdType::none();
  }

  template <typename... Args>
  Diagnostics::Report report_unknown(DiagnosticKind kind, const ast::Name& name,
                                     const std::vector<std::string_view>& candidates, const Args&... args) {
    Diagnostics::Report report = diagnostics.report(kind, name.span, args...);
    std::string help = suggest(name.text, candidates);
    if (!help.empty()) report.help(std::move(help));
    return report;
  }

  // As did_you_mean, within a bound for the whole run: a file of nothing but unknown names must not take hours.
  std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates);

  const TableNames& names_of(TableId table) const { return table_names[table.index]; }
  TableNames& names_of(TableId table) { return table_names[table.index]; }
  bool ownership_known(TableId table) const { return table && names_of(table).ownership_known; }
};

// Calls `visit` for every declaration of one kind, in the order of the text.
template <typename T, typename Visit>
void for_each(const std::vector<const ast::Ast*>& modules, Visit visit) {
  for (const ast::Ast* module : modules) {
    for (const ast::Declaration& declaration : module->declarations) {
      if (const T* value = std::get_if<T>(&declaration.value)) visit(*value);
    }
  }
}

// "`a`, `b` or `c`"
std::string any_of(const std::vector<std::string_view>& words);
// "an organization-owned"; `article` false: "organization-owned"
std::string owned(Ownership ownership, bool article = false);
// "row of `boat_trip`"
std::string row_of(const Policy& policy, TableId table);
std::vector<std::string_view> right_words();

void check_attributes(Checking& checking);  // user { } and context { }
void check_privileges(Checking& checking);
void check_tables(Checking& checking);
void check_settings(Checking& checking);
void check_relationships(Checking& checking);
void check_roles(Checking& checking);
void check_covered_grants(Checking& checking);
void check_column_profiles(Checking& checking);
void check_flows(Checking& checking);
void check_escalations(Checking& checking);
void check_scenarios(Checking& checking);

// A right's word that is known and that the table's ownership takes; what is wrong with it is reported.
std::optional<Right> check_right(Checking& checking, const ast::Name& word);
bool check_right_taken(Checking& checking, TableId table, Right right, Span span);

std::optional<ColumnPermission> column_permission_from_word(std::string_view text);
// Likewise of columns. A column that is not secured is reported: it needs no permission.
std::optional<ColumnPermission> check_column_permission(Checking& checking, const ast::Name& word);
std::optional<uint32_t> check_secured_column(Checking& checking, TableId table, const ast::Name& column);

}  // namespace policyc
