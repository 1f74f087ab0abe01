#include "compiler/dataverse/profiles.h"

#include <fmt/format.h>

#include <map>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

class ProfileWriter {
 public:
  ProfileWriter(TableCatalog& catalog, ImportReport& report) : catalog_(catalog), report_(report) {}

  void add(const ColumnProfile& profile) {
    auto [place, is_new] = first_.try_emplace(profile.id.empty() ? "name " + profile.name : profile.id, &profile);
    if (!is_new) return add_copy(profile, *place->second);
    ast::ColumnProfile out_profile{name_of(names_.take(identifier(profile.name))), profile.name, {}, {}};
    std::map<std::pair<std::string, std::string>, bool> seen;
    for (const ColumnPermission& permission : profile.permissions) {
      if (permission.entity.empty() || permission.column.empty()) {
        report_.list(profile.file, fmt::format("a permission of column profile `{}`", profile.name),
                     "its table or its column is missing");
        count(permission, &ElementCounts::listed);
      } else if (!seen.emplace(std::pair(lower(permission.entity), lower(permission.column)), true).second) {
        report_.list(profile.file, describe(profile, permission), "the profile says so already; the first counts");
        count(permission, &ElementCounts::listed);
      } else {
        add_permission(profile, permission, out_profile);
      }
    }
    report_.profiles += 1;
    out.push_back({std::move(out_profile), {}});
  }

  std::vector<ast::Declaration> out;

 private:
  static constexpr size_t kFlags = 4;  // read, create, update, read_unmasked

  // Each of the four flags of a permission is one in the report's count.
  void count(const ColumnPermission&, size_t ElementCounts::* outcome) {
    report_.permissions.in += kFlags;
    report_.permissions.*outcome += kFlags;
  }

  static std::string describe(const ColumnProfile& profile, const ColumnPermission& permission) {
    return fmt::format("`{}.{}` in column profile `{}`", permission.entity, permission.column, profile.name);
  }

  void add_copy(const ColumnProfile& copy, const ColumnProfile& first) {
    for (const ColumnPermission& permission : copy.permissions) count(permission, &ElementCounts::copies);
    auto values = [](const ColumnPermission& p) {
      return std::vector{lower(p.entity), lower(p.column), p.read, p.create, p.update, p.read_unmasked};
    };
    bool same = copy.permissions.size() == first.permissions.size();
    for (size_t i = 0; same && i < copy.permissions.size(); ++i) {
      same = values(copy.permissions[i]) == values(first.permissions[i]);
    }
    if (same) return;
    report_.list(copy.file, fmt::format("column profile `{}`", copy.name),
                 fmt::format("differs from the one in {}; the first in path order counts", first.file));
  }

  void add_permission(const ColumnProfile& profile, const ColumnPermission& p, ast::ColumnProfile& to) {
    TableEntry& table = catalog_.declare(p.entity, profile.file);
    std::string column = identifier(p.column);
    if (!table.columns.contains(column)) {
      table.columns.emplace(column, ast::Attribute{name_of(column), name_of("string"), {}, true, {}});
      report_.assume(profile.file, describe(profile, p),
                     "the table does not say that the column is secured; declared as a secured string");
    }
    ast::ColumnGrant grant{.table = name_of(table.name), .column = name_of(column)};
    flag(profile, p, "read", p.read, "4", grant);
    flag(profile, p, "create", p.create, "4", grant);
    flag(profile, p, "update", p.update, "4", grant);
    bool one_row = p.read_unmasked == "1";
    flag(profile, p, one_row ? "read_one_unmasked" : "read_unmasked", p.read_unmasked, one_row ? "1" : "3", grant);
    if (!grant.permissions.empty()) to.columns.push_back(std::move(grant));
  }

  // 4 is "allowed"; reading unmasked is 3 for all rows, 1 for one row at a time.
  void flag(const ColumnProfile& profile, const ColumnPermission& p, std::string_view word, const std::string& value,
            std::string_view allowed, ast::ColumnGrant& grant) {
    report_.permissions.in += 1;
    if (value == allowed) {
      report_.permissions.imported += 1;
      grant.permissions.push_back(name_of(word));
    } else if (value.empty() || value == "0") {
      report_.permissions.skipped += 1;
    } else {
      report_.permissions.listed += 1;
      report_.list(profile.file, fmt::format("{} {}", word, describe(profile, p)),
                   fmt::format("value `{}` is not {} (allowed) or 0; not granted", value, allowed));
    }
  }

  TableCatalog& catalog_;
  ImportReport& report_;
  std::map<std::string, const ColumnProfile*> first_;
  UniqueNames names_;
};

}  // namespace

std::vector<ast::Declaration> write_profiles(const std::vector<Solution>& solutions, TableCatalog& catalog,
                                             ImportReport& report) {
  ProfileWriter writer(catalog, report);
  for (const Solution& solution : solutions) {
    for (const ColumnProfile& profile : solution.profiles) writer.add(profile);
  }
  return std::move(writer.out);
}

}  // namespace policyc::dataverse
