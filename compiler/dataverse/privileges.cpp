#include "compiler/dataverse/privileges.h"

#include <algorithm>
#include <iterator>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

struct Verb {
  std::string_view word;
  Right right;
};

// The longer verb before the one that it starts with.
constexpr Verb kVerbs[] = {
    {"appendto", Right::AppendTo}, {"append", Right::Append}, {"assign", Right::Assign}, {"create", Right::Create},
    {"delete", Right::Delete},     {"read", Right::Read},     {"share", Right::Share},   {"write", Right::Write},
};

// They start with a verb and are no rights on rows of a table.
constexpr std::string_view kNoTableStems[] = {
    "auditpartitions", "auditsummary",       "hierarchicalsecurityconfiguration",
    "license",         "recordaudithistory", "sharepointdata",
};
constexpr std::string_view kMiscellaneous[] = {"assignmanager", "assignposition"};

bool has_publisher_prefix(std::string_view stem) {
  size_t underscore = stem.find('_');
  return underscore != std::string_view::npos && underscore > 0 && underscore + 1 < stem.size();
}

}  // namespace

PrivilegeMeaning meaning_of(std::string_view privilege, const TableCatalog& catalog) {
  std::string name = lower(privilege);
  if (!name.starts_with("prv")) return {};
  name.erase(0, 3);
  if (std::ranges::count(kMiscellaneous, name)) return {};
  PrivilegeMeaning fallback;
  for (const Verb& verb : kVerbs) {
    if (!name.starts_with(verb.word)) continue;
    std::string stem = name.substr(verb.word.size());
    if (std::ranges::count(kNoTableStems, stem)) return {};
    if (catalog.is_stem(stem)) return {verb.right, stem, false, false};
    if (fallback.reads_like_right || fallback.right) continue;
    if (has_publisher_prefix(stem) && identifier(stem) == stem) {
      fallback = {verb.right, stem, true, false};
    } else if (!stem.empty()) {
      fallback.reads_like_right = true;
    }
  }
  return fallback;
}

std::optional<Level> level_from_export(std::string_view level) {
  std::string word = lower(level);
  if (word == "none") return Level::None;
  if (word == "basic") return Level::User;
  if (word == "local") return Level::BusinessUnit;
  if (word == "deep") return Level::ParentChild;
  if (word == "global") return Level::Organization;
  return std::nullopt;
}

}  // namespace policyc::dataverse
