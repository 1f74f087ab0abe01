// Column profiles: who may read, create and update secured columns.
#include "compiler/sema/checking.h"

namespace policyc {

namespace {

constexpr ColumnPermission kPermissions[] = {ColumnPermission::Read, ColumnPermission::Create, ColumnPermission::Update,
                                             ColumnPermission::ReadUnmasked};

class ProfileChecker {
 public:
  explicit ProfileChecker(Checking& checking) : c_(checking) {}

  void check(const ast::ColumnProfile& text) {
    ColumnProfile profile{text.name.text, text.title, {}, text.name.span};
    std::unordered_map<uint64_t, Span> seen;
    for (const ast::ColumnGrant& line : text.columns) {
      ColumnGrant grant;
      grant.permissions = check_permissions(line);
      grant.table = c_.resolve(c_.tables, line.table, "table");
      if (!grant.table || !find_column(line, grant)) continue;
      auto [first, inserted] = seen.try_emplace(uint64_t{grant.table.index} << 32 | grant.attribute, line.column.span);
      if (!inserted) {
        c_.diagnostics
            .report(DiagnosticKind::RepeatedBlock, line.column.span,
                    fmt::format("column `{}.{}`", line.table.text, line.column.text))
            .label(first->second, "first written here");
      }
      profile.columns.push_back(grant);
    }
    ProfileId id = c_.policy.profiles.add(std::move(profile));
    c_.declare(c_.profiles, text.name, id, "column profile");
  }

 private:
  uint8_t check_permissions(const ast::ColumnGrant& line) {
    std::vector<std::string_view> words;
    for (ColumnPermission permission : kPermissions) words.push_back(word(permission));
    uint8_t permissions = 0;
    for (const ast::Name& name : line.permissions) {
      if (name.missing()) continue;
      bool known = false;
      for (ColumnPermission permission : kPermissions) {
        if (name.text != word(permission)) continue;
        permissions |= static_cast<uint8_t>(1u << static_cast<unsigned>(permission));
        known = true;
      }
      if (known) continue;
      auto report = c_.diagnostics.report(DiagnosticKind::UnknownColumnPermission, name.span, name.text);
      std::string help = name.text == "write" ? "the permission is called `update`" : c_.suggest(name.text, words);
      if (!help.empty()) report.help(help);
      report.note("column permissions: " + any_of(words));
    }
    return permissions;
  }

  bool find_column(const ast::ColumnGrant& line, ColumnGrant& grant) {
    if (line.column.missing()) return false;
    const AttributeNames& names = c_.names_of(grant.table).attributes;
    const Table& table = c_.policy.tables[grant.table];
    AttributeId column = c_.resolve(names.names, line.column, "column");
    if (!column) return false;
    grant.attribute = column.index;
    const Attribute& attribute = table.attributes[column.index];
    if (!attribute.secured) {
      c_.diagnostics.report(DiagnosticKind::ColumnNotSecured, line.column.span, attribute.name, table.name)
          .label(attribute.span, fmt::format("`{}` is open to everybody who may read the row", attribute.name))
          .help(fmt::format("`{}: {} secured`", attribute.name, word(attribute.type)));
    }
    return true;
  }

  Checking& c_;
};

}  // namespace

void check_column_profiles(Checking& checking) {
  ProfileChecker checker(checking);
  for_each<ast::ColumnProfile>(checking.modules, [&](const ast::ColumnProfile& text) { checker.check(text); });
}

}  // namespace policyc
