#include "compiler/dataverse/relationships.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

struct SystemLookup {
  std::string_view lookup;
  std::string_view kind;
};

// Every table brings these; their meaning is in the table's ownership, and they never cascade.
constexpr SystemLookup kSystemLookups[] = {
    {"ownerid", "to the row's owner"},
    {"owninguser", "to the row's owner"},
    {"owningteam", "to the row's owner"},
    {"owningbusinessunit", "to the row's owner"},
    {"createdby", "to who created or changed the row"},
    {"createdonbehalfby", "to who created or changed the row"},
    {"modifiedby", "to who created or changed the row"},
    {"modifiedonbehalfby", "to who created or changed the row"},
    {"organizationid", "to the organization"},
};

// The platform's own books about rows: jobs, errors, shares, files.
constexpr std::string_view kBookkeepingTables[] = {
    "asyncoperation",
    "bulkdeletefailure",
    "duplicaterecord",
    "fileattachment",
    "imagedescriptor",
    "mailboxtrackingfolder",
    "processsession",
    "syncerror",
    "principalobjectattributeaccess",
    "userentityinstancedata",
    "owner",
};

// Empty for a relationship of the solution's own.
std::string_view system_kind(const Relationship& r) {
  std::string child = lower(r.child), parent = lower(r.parent), lookup = lower(r.lookup);
  for (const SystemLookup& system : kSystemLookups) {
    if (lookup == system.lookup) return system.kind;
  }
  bool books = std::ranges::count(kBookkeepingTables, child) + std::ranges::count(kBookkeepingTables, parent) > 0;
  return books ? "of the platform's own books (jobs, errors, shares, files)" : "";
}

struct ActionValue {
  std::string_view action;
  std::string value;
};
using Behaviours = std::array<ActionValue, 6>;

constexpr std::string_view kNone = "none";
constexpr std::string_view kCascade = "cascade";

bool is_parental(const Behaviours& b) {
  bool security = std::ranges::any_of(b.begin(), b.begin() + 4, [](const ActionValue& v) { return v.value != kNone; });
  return security || b[4].value == kCascade;
}

std::string_view preset_of(const Behaviours& b) {
  auto security_is = [&](std::string_view value) {
    return std::ranges::all_of(b.begin(), b.begin() + 4, [&](const ActionValue& v) { return v.value == value; });
  };
  if (security_is(kCascade) && b[4].value == kCascade) return "parental";
  if (security_is(kNone) && b[4].value == "remove_link") return "referential";
  if (security_is(kNone) && b[4].value == "restrict") return "restrict_delete";
  return {};
}

class RelationshipWriter {
 public:
  RelationshipWriter(TableCatalog& catalog, ImportReport& report) : catalog_(catalog), report_(report) {}

  void add(const Relationship& r) {
    report_.relationships.in += 1;
    if (std::string_view kind = system_kind(r); !kind.empty()) {
      report_.relationships.skipped += 1;
      report_.skipped_relationships[std::string(kind)] += 1;
      return;
    }
    auto [place, is_new] = first_.try_emplace(lower(r.name), &r);
    if (!is_new) return add_copy(r, *place->second);
    if (r.name.empty() || r.child.empty() || r.parent.empty() || (!r.many_to_many && r.lookup.empty())) {
      return refuse(r, "a table, the lookup or the name is missing");
    }
    if (!r.many_to_many) {
      std::string target = lower(r.child) + "." + lower(r.lookup) + " -> " + lower(r.parent);
      auto [other, is_first] = targets_.try_emplace(target, &r);
      if (!is_first) return refuse(r, fmt::format("`{}` is relationship `{}` already", target, other->second->name));
    }
    out.push_back({write(r), {}});
    report_.relationships.imported += 1;
  }

  void check_index(const Solution& solution, const std::string& name) {
    if (defined_names_.contains(lower(name))) return;
    report_.list(solution.root, fmt::format("relationship `{}`", name),
                 "named in Relationships.xml and defined nowhere");
  }

  // Names defined anywhere, also those of relationships that are passed over.
  void remember_name(const Relationship& r) { defined_names_.insert(lower(r.name)); }

  std::vector<ast::Declaration> out;

 private:
  void add_copy(const Relationship& r, const Relationship& first) {
    if (r.same_as(first)) {
      report_.relationships.copies += 1;
    } else {
      refuse(r, fmt::format("contradicts {}; the first in path order counts", first.file));
    }
  }

  void refuse(const Relationship& r, std::string reason) {
    report_.relationships.listed += 1;
    report_.list(r.file, fmt::format("relationship `{}`", r.name), std::move(reason));
  }

  ast::Relationship write(const Relationship& r) {
    ast::Relationship out_r;
    out_r.name = name_of(names_.take(identifier(r.name)));
    out_r.child = name_of(catalog_.declare(r.child, r.file).name);
    out_r.parent = name_of(catalog_.declare(r.parent, r.file).name);
    out_r.many_to_many = r.many_to_many;
    if (r.many_to_many) return out_r;
    out_r.lookup = name_of(lookup_name(r));
    Behaviours behaviours = behaviours_of(r);
    // One lookup may lead to several tables (a customer, what a note is about): each may be parental.
    if (is_parental(behaviours)) {
      auto [place, is_first] = parental_lookup_.try_emplace(out_r.child.text, out_r.lookup.text);
      if (!is_first && place->second != out_r.lookup.text) weaken(r, behaviours, place->second);
    }
    std::string_view preset = preset_of(behaviours);
    behaviours[5].value = preset == "parental" ? kCascade : kNone;
    if (!preset.empty()) {
      out_r.preset = name_of(preset);
    } else {
      for (const ActionValue& b : behaviours) out_r.behaviours.push_back({name_of(b.action), name_of(b.value)});
    }
    return out_r;
  }

  // A secured column must stay an attribute, so that column profiles reach it.
  std::string lookup_name(const Relationship& r) {
    std::string lookup = identifier(r.lookup);
    const TableEntry* child = catalog_.find(r.child);
    if (!child->columns.contains(lookup)) return lookup;
    report_.assume(r.file, fmt::format("relationship `{}`", r.name),
                   fmt::format("its lookup is also a secured column; the lookup is called `{}_lookup`", lookup));
    return lookup + "_lookup";
  }

  Behaviours behaviours_of(const Relationship& r) {
    return {{{"assign", behaviour(r, "assign", r.assign)},
             {"share", behaviour(r, "share", r.share)},
             {"unshare", behaviour(r, "unshare", r.unshare)},
             {"reparent", behaviour(r, "reparent", r.reparent)},
             {"delete", delete_behaviour(r)},
             {"merge", std::string(kNone)}}};
  }

  std::string behaviour(const Relationship& r, std::string_view action, const std::string& written) {
    std::string value = lower(written);
    if (value.empty() || value == "nocascade") return std::string(kNone);
    if (value == "cascade") return std::string(kCascade);
    if (value == "active" || value == "activeonly") return "active";
    if (value == "userowned") return "user_owned";
    return unknown(r, action, written, std::string(kNone));
  }

  std::string delete_behaviour(const Relationship& r) {
    std::string value = lower(r.on_delete);
    if (value.empty() || value == "removelink") return "remove_link";
    if (value == "nocascade") return std::string(kNone);
    if (value == "cascade") return std::string(kCascade);
    if (value == "restrict") return "restrict";
    return unknown(r, "delete", r.on_delete, "remove_link");
  }

  std::string unknown(const Relationship& r, std::string_view action, const std::string& written, std::string taken) {
    report_.list(r.file, fmt::format("`{}` for {} of relationship `{}`", written, action, r.name),
                 fmt::format("not a behaviour that {} takes; written as `{}`", action, taken));
    return taken;
  }

  void weaken(const Relationship& r, Behaviours& behaviours, const std::string& first_lookup) {
    for (size_t i = 0; i < 4; ++i) behaviours[i].value = kNone;
    if (behaviours[4].value == kCascade) behaviours[4].value = "remove_link";
    report_.list(r.file, fmt::format("cascades of relationship `{}`", r.name),
                 fmt::format("`{}` is parental through `{}` already, and a table has one parental lookup; written with "
                             "actions `none`, which gives less access",
                             lower(r.child), first_lookup));
  }

  TableCatalog& catalog_;
  ImportReport& report_;
  std::map<std::string, const Relationship*> first_;
  std::set<std::string> defined_names_;
  std::map<std::string, const Relationship*> targets_;  // by child, lookup and parent
  std::map<std::string, std::string> parental_lookup_;  // child -> its parental lookup
  UniqueNames names_;
};

}  // namespace

std::vector<ast::Declaration> write_relationships(const std::vector<Solution>& solutions, TableCatalog& catalog,
                                                  ImportReport& report) {
  RelationshipWriter writer(catalog, report);
  for (const Solution& solution : solutions) {
    for (const Relationship& r : solution.relationships) {
      writer.remember_name(r);
      writer.add(r);
    }
  }
  for (const Solution& solution : solutions) {
    for (const std::string& name : solution.relationship_index) writer.check_index(solution, name);
  }
  return std::move(writer.out);
}

}  // namespace policyc::dataverse
