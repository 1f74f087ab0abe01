// Tables, attributes, miscellaneous privileges; and which rights a table takes.
#include <algorithm>

#include "compiler/sema/checking.h"

namespace policyc {

namespace {

constexpr std::string_view kTypes[] = {"boolean", "integer", "decimal",  "money",
                                       "string",  "date",    "datetime", "choice"};

uint32_t label_index(Checking& checking, std::string_view label) {
  auto [place, inserted] =
      checking.choice_labels.try_emplace(label, static_cast<uint32_t>(checking.policy.choice_labels.size()));
  if (inserted) checking.policy.choice_labels.emplace_back(label);
  return place->second;
}

// The number of a set of labels; equal sets have one number, in whatever order they are written.
uint32_t choice_set(Checking& checking, std::vector<uint32_t> labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  uint32_t next = static_cast<uint32_t>(checking.choice_sets.size());
  auto [place, inserted] = checking.choice_sets.try_emplace(std::move(labels), next);
  if (inserted) {
    for (uint32_t label : place->first) checking.choice_members.insert(uint64_t{next} << 32 | label);
  }
  return place->second;
}

std::vector<uint32_t> check_choices(Checking& checking, const ast::Attribute& text) {
  if (text.choices.empty() && !text.name.missing() && !checking.damaged) {
    checking.diagnostics.report(DiagnosticKind::EmptyChoice, text.name.span, text.name.text)
        .help(fmt::format("`{}: choice {{ open, closed }}`", text.name.text));
  }
  NameTable<AttributeId> seen;
  std::vector<uint32_t> labels;
  for (const ast::Name& label : text.choices) {
    if (label.missing()) continue;
    checking.declare(seen, label, AttributeId{0}, "label");
    labels.push_back(label_index(checking, label.text));
  }
  return labels;
}

// Adds one attribute to `attributes` and its name to `names`.
void add_attribute(Checking& checking, const ast::Attribute& text, std::vector<Attribute>& attributes,
                   AttributeNames& names) {
  checking.declare(names.names, text.name, AttributeId{static_cast<uint32_t>(attributes.size())}, "attribute");
  std::optional<ValueType> type = value_type_from_word(text.type.text);
  if (!type && !text.type.missing()) {
    checking
        .report_unknown(DiagnosticKind::UnknownType, text.type, {std::begin(kTypes), std::end(kTypes)}, text.type.text)
        .note("types: " + any_of({std::begin(kTypes), std::end(kTypes)}));
  }
  Attribute attribute{text.name.text, type.value_or(ValueType::Boolean), {}, text.secured, text.name.span};
  if (type == ValueType::Choice) attribute.choices = check_choices(checking, text);
  names.typed.push_back(type.has_value() && (type != ValueType::Choice || !attribute.choices.empty()));
  names.choice_sets.push_back(type == ValueType::Choice ? choice_set(checking, attribute.choices) : 0);
  attributes.push_back(std::move(attribute));
}

// `now` and `today` are there without being written.
void add_given_attribute(Checking& checking, std::string_view name, ValueType type) {
  std::vector<Attribute>& attributes = checking.policy.context_attributes;
  attributes.push_back({std::string(name), type, {}, false, {}});
  checking.context_attributes.typed.push_back(true);
  checking.context_attributes.choice_sets.push_back(0);
}

bool is_given(const ast::Name& name) { return name.text == "now" || name.text == "today"; }

void check_block(Checking& checking, const ast::AttributeBlock& block) {
  bool of_user = block.of == ast::AttributeBlock::Of::User;
  for (const ast::Attribute& text : block.attributes) {
    if (text.secured) {
      checking.diagnostics.report(DiagnosticKind::SecuredOutsideTable, text.span, text.name.text,
                                  of_user ? "users" : "the context");
    }
    if (!of_user && is_given(text.name)) {
      checking.diagnostics.report(DiagnosticKind::ReservedName, text.name.span, "context attribute", text.name.text)
          .note("`now` (datetime) and `today` (date) are always there");
      continue;
    }
    if (of_user) {
      add_attribute(checking, text, checking.policy.user_attributes, checking.user_attributes);
    } else {
      add_attribute(checking, text, checking.policy.context_attributes, checking.context_attributes);
    }
  }
}

void check_table(Checking& checking, const ast::Table& text) {
  Table table{text.name.text, text.title, Ownership::User, {}, text.name.span};
  TableNames names;
  names.ownership_known = false;
  std::vector<std::string_view> words;
  for (Ownership ownership : {Ownership::User, Ownership::BusinessUnit, Ownership::Organization}) {
    words.push_back(word(ownership));
    if (text.ownership.text != word(ownership)) continue;
    table.ownership = ownership;
    names.ownership_known = true;
  }
  if (!names.ownership_known && !text.ownership.missing()) {
    checking.report_unknown(DiagnosticKind::UnknownOwnership, text.ownership, words, text.ownership.text)
        .note("a table is owned by " + any_of(words));
  }
  for (const ast::Attribute& attribute : text.attributes) {
    add_attribute(checking, attribute, table.attributes, names.attributes);
  }
  if (secured_attributes(table).size() > limits::kSecuredColumns) {
    checking.diagnostics.report(DiagnosticKind::TooManySecuredColumns, text.name.span, text.name.text,
                                limits::kSecuredColumns);
  }
  TableId id = checking.policy.tables.add(std::move(table));
  checking.table_names.push_back(std::move(names));
  checking.declare(checking.tables, text.name, id, "table");
}

}  // namespace

void check_attributes(Checking& checking) {
  static const ast::Name kNow{"now", {}};
  static const ast::Name kToday{"today", {}};
  add_given_attribute(checking, kNow.text, ValueType::DateTime);
  add_given_attribute(checking, kToday.text, ValueType::Date);
  checking.context_attributes.names.declare(kNow, AttributeId{0});
  checking.context_attributes.names.declare(kToday, AttributeId{1});
  for_each<ast::AttributeBlock>(checking.modules,
                                [&](const ast::AttributeBlock& block) { check_block(checking, block); });
}

void check_privileges(Checking& checking) {
  for_each<ast::Privilege>(checking.modules, [&](const ast::Privilege& text) {
    PrivilegeId id = checking.policy.privileges.add({text.name.text, text.title, text.name.span});
    checking.declare(checking.privileges, text.name, id, "privilege");
  });
}

void check_tables(Checking& checking) {
  for_each<ast::Table>(checking.modules, [&](const ast::Table& text) { check_table(checking, text); });
}

std::vector<std::string_view> right_words() {
  std::vector<std::string_view> words;
  for (Right right : kAllRights) words.push_back(word(right));
  return words;
}

std::optional<Right> check_right(Checking& checking, const ast::Name& name) {
  if (name.missing()) return std::nullopt;
  std::optional<Right> right = right_from_word(name.text);
  if (right) return right;
  auto report = checking.diagnostics.report(DiagnosticKind::UnknownRight, name.span, name.text);
  std::string help = name.text == "update" ? "the right is called `write`" : checking.suggest(name.text, right_words());
  if (!help.empty()) report.help(help);
  report.note("rights: " + any_of(right_words()));
  return std::nullopt;
}

bool check_right_taken(Checking& checking, TableId table, Right right, Span span) {
  if (!checking.ownership_known(table)) return true;
  const Table& found = checking.policy.tables[table];
  RightSet taken = rights_of(found.ownership, checking.policy.settings.rule_book());
  if (has(taken, right)) return true;
  std::vector<std::string_view> words;
  for (Right other : kAllRights) {
    if (has(taken, other)) words.push_back(word(other));
  }
  checking.diagnostics.report(DiagnosticKind::RightNotTaken, span, word(right), owned(found.ownership), found.name)
      .label(found.span, found.ownership == Ownership::Organization
                             ? fmt::format("rows of `{}` have no owner", found.name)
                             : fmt::format("rows of `{}` belong to business units", found.name))
      .note(fmt::format("{} table takes {}", owned(found.ownership, true), any_of(words)));
  return false;
}

}  // namespace policyc
