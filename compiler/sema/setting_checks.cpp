// `organization { }` and `settings { }`: what a policy sets apart from its rule book.
#include <charconv>

#include "compiler/sema/checking.h"

namespace policyc {

namespace {

constexpr uint32_t kGreatestHierarchyDepth = 100;

std::string join_values(const std::vector<ast::Name>& values) {
  std::string text;
  for (const ast::Name& value : values) text += (text.empty() ? "" : ", ") + value.text;
  return text;
}

Span span_of_values(const ast::Setting& setting) {
  return setting.values.empty() ? setting.name.span : join(setting.values.front().span, setting.values.back().span);
}

std::optional<uint32_t> whole_number(std::string_view text, uint32_t least, uint32_t greatest) {
  uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number < least || number > greatest) return std::nullopt;
  return number;
}

class SettingChecker {
 public:
  explicit SettingChecker(Checking& checking) : c_(checking) {}

  void run() {
    for (const ast::Declaration& declaration : c_.main().declarations) {
      if (const auto* block = std::get_if<ast::Organization>(&declaration.value)) {
        for (const ast::Setting& setting : block->settings) check_in_organization(setting);
      } else if (const auto* other = std::get_if<ast::Settings>(&declaration.value)) {
        for (const ast::Setting& setting : other->settings) check_in_settings(setting);
      }
    }
  }

 private:
  void check_in_organization(const ast::Setting& setting) {
    if (!declare(setting)) return;
    if (setting.name.text == "hierarchy") return check_hierarchy(setting);
    if (setting.name.text == "business_units") return check_switch(setting, Switch::business_units);
    if (switch_from_name(setting.name.text)) {
      c_.diagnostics.report(DiagnosticKind::UnknownSetting, setting.name.span, setting.name.text, "organization")
          .help(fmt::format("`{}` is written in `settings {{ }}`", setting.name.text));
      return;
    }
    c_.report_unknown(DiagnosticKind::UnknownSetting, setting.name, {"business_units", "hierarchy"}, setting.name.text,
                      "organization");
  }

  void check_in_settings(const ast::Setting& setting) {
    if (!declare(setting)) return;
    if (std::optional<Switch> which = switch_from_name(setting.name.text)) return check_switch(setting, *which);
    if (setting.name.text == "hierarchy") {
      c_.diagnostics.report(DiagnosticKind::UnknownSetting, setting.name.span, setting.name.text, "settings")
          .help("`hierarchy` is written in `organization { }`");
      return;
    }
    std::vector<std::string_view> names;
    for (const SwitchInfo& known : switches()) names.push_back(known.name);
    c_.report_unknown(DiagnosticKind::UnknownSetting, setting.name, names, setting.name.text, "settings");
  }

  // False where there is nothing to look at, or the setting is written a second time.
  bool declare(const ast::Setting& setting) {
    if (setting.name.missing()) return false;
    bool first = settings_.find(setting.name.text) == nullptr;
    c_.declare(settings_, setting.name, AttributeId{0}, "setting");
    for (const ast::Name& value : setting.values) {
      if (value.missing()) return false;
    }
    return first && !setting.values.empty();
  }

  void check_switch(const ast::Setting& setting, Switch which) {
    for (const ast::Setting& detail : setting.details) report_detail(setting, detail);
    SwitchValue& value = c_.policy.settings.value(which);
    value.overridden = join(setting.name.span, span_of_values(setting));
    switch (info(which).kind) {
      case SwitchKind::Word:
        return set_word(setting, which, value);
      case SwitchKind::Number:
        return set_number(setting, which, value);
      case SwitchKind::Rights:
        return set_rights(setting, value);
      case SwitchKind::Tables:
        return set_tables(setting, value);
    }
  }

  void set_word(const ast::Setting& setting, Switch which, SwitchValue& value) {
    for (std::string_view legal : info(which).values) {
      if (setting.values.size() == 1 && setting.values[0].text == legal) {
        value.word = legal;
        return;
      }
    }
    report_value(setting, fmt::format("`{}` takes {}", setting.name.text, any_of(info(which).values)),
                 info(which).values);
  }

  void set_number(const ast::Setting& setting, Switch which, SwitchValue& value) {
    const std::vector<std::string_view>& range = info(which).values;
    uint32_t least = *whole_number(range.front(), 0, UINT32_MAX);
    uint32_t greatest = *whole_number(range.back(), 0, UINT32_MAX);
    std::optional<uint32_t> number;
    if (setting.values.size() == 1) number = whole_number(setting.values[0].text, least, greatest);
    if (number) {
      value.number = *number;
    } else {
      report_value(setting, fmt::format("`{}` takes a whole number from {} to {}", setting.name.text, least, greatest));
    }
  }

  void set_rights(const ast::Setting& setting, SwitchValue& value) {
    value.rights = 0;
    for (const ast::Name& name : setting.values) {
      std::optional<Right> right = check_right(c_, name);
      if (right == Right::Create) {
        c_.diagnostics.report(DiagnosticKind::SettingValue, name.span, setting.name.text, name.text)
            .note("`create` is a right on the table, not on a row");
      } else if (right) {
        value.rights |= bit(*right);
      }
    }
  }

  void set_tables(const ast::Setting& setting, SwitchValue& value) {
    value.tables.clear();
    if (setting.values.size() == 1 && setting.values[0].text == "none") return;
    for (const ast::Name& name : setting.values) {
      if (TableId table = c_.resolve(c_.tables, name, "table")) value.tables.push_back(table);
    }
  }

  void check_hierarchy(const ast::Setting& setting) {
    Hierarchy& hierarchy = c_.policy.settings.hierarchy;
    const std::string& model = setting.values[0].text;
    hierarchy.span = join(setting.name.span, span_of_values(setting));
    if (setting.values.size() == 1 && model == "off") {
      for (const ast::Setting& detail : setting.details) report_detail(setting, detail);
      return;
    }
    if (setting.values.size() != 1 || (model != "manager" && model != "position")) {
      report_value(setting, "`hierarchy` takes `off`, `manager { depth: 3 }` or `position { depth: 3 }`",
                   {"off", "manager", "position"});
      return;
    }
    hierarchy.model = model == "manager" ? HierarchyModel::Manager : HierarchyModel::Position;
    hierarchy.depth = check_depth(setting);
  }

  uint32_t check_depth(const ast::Setting& setting) {
    bool written = false;
    uint32_t depth = 0;
    for (const ast::Setting& detail : setting.details) {
      if (detail.name.text != "depth") {
        report_detail(setting, detail);
        continue;
      }
      if (written) {
        c_.diagnostics.report(DiagnosticKind::RepeatedBlock, detail.name.span, "`depth`");
      }
      written = true;
      if (detail.values.empty() || detail.values[0].missing()) continue;
      std::optional<uint32_t> number;
      if (detail.values.size() == 1) number = whole_number(detail.values[0].text, 1, kGreatestHierarchyDepth);
      if (number) {
        depth = *number;
      } else {
        report_value(detail, fmt::format("`depth` takes a whole number from 1 to {}", kGreatestHierarchyDepth));
      }
    }
    if (!written) {
      const std::string& model = setting.values[0].text;
      c_.diagnostics.report(DiagnosticKind::SettingValue, setting.values[0].span, setting.name.text, model)
          .note("how many levels down a superior sees has no default")
          .help(fmt::format("`hierarchy: {} {{ depth: 3 }}`", model));
    }
    return depth;
  }

  void report_value(const ast::Setting& setting, const std::string& note,
                    const std::vector<std::string_view>& legal = {}) {
    std::string help = setting.values.size() == 1 ? c_.suggest(setting.values[0].text, legal) : "";
    auto report = c_.diagnostics.report(DiagnosticKind::SettingValue, span_of_values(setting), setting.name.text,
                                        join_values(setting.values));
    report.note(note);
    if (!help.empty()) report.help(help);
  }

  void report_detail(const ast::Setting& setting, const ast::Setting& detail) {
    if (detail.name.missing()) return;
    c_.diagnostics.report(DiagnosticKind::UnknownSetting, detail.name.span, detail.name.text, setting.name.text);
  }

  Checking& c_;
  NameTable<AttributeId> settings_;
};

}  // namespace

void check_settings(Checking& checking) { SettingChecker(checking).run(); }

}  // namespace policyc
