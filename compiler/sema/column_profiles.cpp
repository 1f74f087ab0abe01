// Column profiles: who may read, create and update secured columns.
#include "compiler/sema/checking.h"

namespace policyc {

namespace {

constexpr ColumnPermission kPermissions[] = {ColumnPermission::Read, ColumnPermission::Create, ColumnPermission::Update,
                                             ColumnPermission::ReadUnmasked, ColumnPermission::ReadOneUnmasked};
static_assert(std::size(kPermissions) == kColumnPermissionCount);

class ProfileChecker {
 public:
  explicit ProfileChecker(Checking& checking) : c_(checking) {}

  void check(const ast::ColumnProfile& text) {
    profile_ = {text.name.text, text.title, {}, text.name.span};
    places_.clear();
    const ast::ColumnGrant* every = nullptr;
    uint8_t for_every = 0;
    for (const ast::ColumnGrant& line : text.columns) {
      uint8_t permissions = check_permissions(line);
      if (!line.every_column) {
        check_column(line, permissions);
      } else if (every) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, line.span, "`every column`")
            .label(every->span, "first written here");
      } else {
        every = &line;
        for_every = permissions;
      }
    }
    if (every) add_every_column(for_every);
    ProfileId id = c_.policy.profiles.add(std::move(profile_));
    c_.declare(c_.profiles, text.name, id, "column profile");
  }

 private:
  struct Place {
    size_t grant = 0;
    Span span;
  };

  uint8_t check_permissions(const ast::ColumnGrant& line) {
    uint8_t permissions = 0;
    for (const ast::Name& name : line.permissions) {
      if (std::optional<ColumnPermission> known = check_column_permission(c_, name)) permissions |= bit_of(*known);
    }
    return permissions;
  }

  static uint8_t bit_of(ColumnPermission permission) {
    return static_cast<uint8_t>(1u << static_cast<unsigned>(permission));
  }

  void check_column(const ast::ColumnGrant& line, uint8_t permissions) {
    TableId table = c_.resolve(c_.tables, line.table, "table");
    if (!table || line.column.missing()) return;
    std::optional<uint32_t> attribute = check_secured_column(c_, table, line.column);
    if (!attribute) return;
    auto [place, inserted] =
        places_.try_emplace(key(table, *attribute), Place{profile_.columns.size(), line.column.span});
    if (!inserted) {
      c_.diagnostics
          .report(DiagnosticKind::RepeatedBlock, line.column.span,
                  fmt::format("column `{}.{}`", line.table.text, line.column.text))
          .label(place->second.span, "first written here");
      return;
    }
    profile_.columns.push_back({table, *attribute, permissions});
  }

  // Beside what is written for one column.
  void add_every_column(uint8_t permissions) {
    for (TableId table : c_.policy.tables.ids()) {
      for (uint32_t attribute : secured_attributes(c_.policy.tables[table])) add(table, attribute, permissions);
    }
  }

  void add(TableId table, uint32_t attribute, uint8_t permissions) {
    auto [place, inserted] = places_.try_emplace(key(table, attribute), Place{profile_.columns.size(), {}});
    if (inserted) profile_.columns.push_back({table, attribute, 0});
    profile_.columns[place->second.grant].permissions |= permissions;
  }

  static uint64_t key(TableId table, uint32_t attribute) { return uint64_t{table.index} << 32 | attribute; }

  Checking& c_;
  ColumnProfile profile_;
  std::unordered_map<uint64_t, Place> places_;
};

}  // namespace

std::optional<ColumnPermission> column_permission_from_word(std::string_view text) {
  for (ColumnPermission permission : kPermissions) {
    if (text == word(permission)) return permission;
  }
  return std::nullopt;
}

std::optional<ColumnPermission> check_column_permission(Checking& checking, const ast::Name& name) {
  if (name.missing()) return std::nullopt;
  std::optional<ColumnPermission> permission = column_permission_from_word(name.text);
  if (permission) return permission;
  std::vector<std::string_view> words;
  for (ColumnPermission known : kPermissions) words.push_back(word(known));
  auto report = checking.diagnostics.report(DiagnosticKind::UnknownColumnPermission, name.span, name.text);
  std::string help = name.text == "write" ? "the permission is called `update`" : checking.suggest(name.text, words);
  if (!help.empty()) report.help(help);
  report.note("column permissions: " + any_of(words));
  return std::nullopt;
}

std::optional<uint32_t> check_secured_column(Checking& checking, TableId id, const ast::Name& name) {
  const Table& table = checking.policy.tables[id];
  AttributeId column = checking.resolve(checking.names_of(id).attributes.names, name, "column");
  if (!column) return std::nullopt;
  const Attribute& attribute = table.attributes[column.index];
  if (!attribute.secured) {
    checking.diagnostics.report(DiagnosticKind::ColumnNotSecured, name.span, attribute.name, table.name)
        .label(attribute.span, fmt::format("`{}` is open to everybody who may read the row", attribute.name))
        .help(fmt::format("`{}: {} secured`", attribute.name, word(attribute.type)));
    return std::nullopt;
  }
  return column.index;
}

void check_column_profiles(Checking& checking) {
  ProfileChecker checker(checking);
  for_each<ast::ColumnProfile>(checking.modules, [&](const ast::ColumnProfile& text) { checker.check(text); });
}

}  // namespace policyc
