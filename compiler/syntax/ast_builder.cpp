#include "compiler/syntax/ast_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/syntax/sections.h"

namespace policyc::syntax {

using grammar::PolicyLexer;
using P = grammar::PolicyParser;

namespace {

// Any context may be null and any of its parts missing: the text may be wrong.
class AstBuilder {
 public:
  AstBuilder(const std::set<size_t>& misread, ErrorSink& errors) : misread_(misread), errors_(errors) {}

  ast::Header header(P::HeaderContext& c) { return {name(c.id), name(c.follows), span(c)}; }
  bool declaration(P::DeclarationContext& c, ast::Ast& ast);

 private:
  // --- pieces
  Span span(const antlr4::Token& token) { return errors_.span(token_begin(token), token_end(token)); }
  Span span(antlr4::ParserRuleContext& c);
  ast::Name name(P::NameContext* c);
  ast::Name word(const antlr4::Token* token);
  std::vector<ast::Name> names(P::NamesContext* c);
  std::vector<ast::Name> names(P::NameBlockContext* c);
  template <typename Contexts>
  std::vector<ast::Name> name_list(const Contexts& items);
  std::string string(const antlr4::Token* token);
  bool is_read(P::LiteralContext* c) {
    return c != nullptr && (c->token != nullptr || (c->word != nullptr && !name(c->word).missing()));
  }
  ast::Literal literal(P::LiteralContext* c);

  // --- declarations
  ast::Use use(P::UseDeclarationContext& c);
  std::vector<ast::Setting> settings(P::SettingsBodyContext* c);
  ast::AttributeBlock attribute_block(P::AttributeBlockContext& c);
  std::vector<ast::Attribute> attributes(P::AttributesBodyContext* c);
  ast::Privilege privilege(P::PrivilegeDeclarationContext& c) { return {name(c.id), string(c.title), span(c)}; }
  ast::Table table(P::TableDeclarationContext& c);
  ast::Relationship relationship(P::RelationshipDeclarationContext& c);
  std::vector<ast::Behaviour> behaviours(P::BehavioursBodyContext* c);
  ast::Role role(P::RoleDeclarationContext& c);
  ast::TableGrants table_grants(P::TableGrantsContext& c);
  ast::ColumnProfile column_profile(P::ColumnProfileContext& c);

  // --- conditions
  ast::Expression condition(P::ConditionContext* c);
  ast::Expression conjunction(P::AndConditionContext& c);
  ast::Expression term(P::NotConditionContext& c);
  ast::Expression comparison(P::ComparisonContext* c);
  ast::Operand operand(P::OperandContext* c);

  // --- flows
  ast::Flow flow(P::FlowDeclarationContext& c);
  void flow_item(P::FlowItemContext& c, ast::Flow& flow, bool& has_owner);
  void flow_step(P::FlowStepContext& c, ast::Flow& flow);

  // --- scenarios
  ast::Scenario scenario(P::ScenarioContext& c);
  void statement(P::StatementContext& c, std::vector<ast::ScenarioStatement>& out);
  ast::UnitFact unit(P::UnitFactContext& c);
  void users(P::UserFactsContext& c, std::vector<ast::ScenarioStatement>& out);
  ast::TeamFact team(P::TeamFactContext& c);
  ast::PositionFact position(P::PositionFactContext& c);
  std::vector<ast::HeldRole> held_roles(P::HeldRolesContext* c);
  ast::HeldRole held_role(P::HeldRoleContext* c);
  ast::RecordFact record(P::RecordFactContext& c);
  ast::ShareFact share(P::ShareFactContext& c);
  std::vector<ast::AttributeValue> values(P::ValuesBodyContext* c);
  ast::When when(P::WhenStatementContext& c);
  ast::Event event(P::EventContext& c);
  ast::Operation operation(P::OperationContext* c);
  ast::CanExpectation can(P::CanExpectationContext& c);
  ast::MayExpectation may(P::MayExpectationContext& c);
  void run(P::RunExpectationContext& c, std::vector<ast::ScenarioStatement>& out);
  std::optional<ast::Because> because(P::BecauseContext* c);

  const std::set<size_t>& misread_;
  ErrorSink& errors_;
};

// --- pieces

Span AstBuilder::span(antlr4::ParserRuleContext& c) {
  if (c.start == nullptr) return {};
  uint32_t begin = token_begin(*c.start);
  uint32_t end = c.stop == nullptr ? begin : token_end(*c.stop);
  return errors_.span(begin, std::max(begin, end));
}

ast::Name AstBuilder::name(P::NameContext* c) {
  if (c == nullptr || c->exception != nullptr || c->children.empty()) return {};
  const antlr4::Token& token = *c->start;
  if (!is_name(token.getType()) || (!misread_.empty() && misread_.count(token.getTokenIndex()) > 0)) return {};
  Span place = span(token);
  std::string_view text = errors_.text().substr(place.begin, place.end - place.begin);
  if (token.getType() == PolicyLexer::QUOTED_NAME) text = text.substr(1, text.size() - 2);
  return {std::string(text), place};
}

// A word of the language that is kept as its author wrote it.
ast::Name AstBuilder::word(const antlr4::Token* token) {
  if (token == nullptr) return {};
  Span place = span(*token);
  return {std::string(errors_.text().substr(place.begin, place.end - place.begin)), place};
}

// Names that could not be read are left out of lists.
template <typename Contexts>
std::vector<ast::Name> AstBuilder::name_list(const Contexts& items) {
  std::vector<ast::Name> result;
  result.reserve(items.size());
  for (P::NameContext* item : items) {
    ast::Name read = name(item);
    if (!read.missing()) result.push_back(std::move(read));
  }
  return result;
}

std::vector<ast::Name> AstBuilder::names(P::NamesContext* c) {
  return c == nullptr ? std::vector<ast::Name>() : name_list(c->items);
}

std::vector<ast::Name> AstBuilder::names(P::NameBlockContext* c) {
  return c == nullptr ? std::vector<ast::Name>() : name_list(c->items);
}

std::string AstBuilder::string(const antlr4::Token* token) {
  if (token == nullptr || token->getType() != PolicyLexer::STRING) return {};
  uint32_t begin = token_begin(*token) + 1;
  std::string_view text = errors_.text().substr(begin, token_end(*token) - begin);
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') break;
    if (text[i] != '\\' || i + 1 >= text.size()) {
      result.push_back(text[i]);
      continue;
    }
    uint32_t place = begin + static_cast<uint32_t>(i++);
    switch (text[i]) {
      case '"':
      case '\\':
        result.push_back(text[i]);
        break;
      case 'n':
        result.push_back('\n');
        break;
      case 't':
        result.push_back('\t');
        break;
      default: {
        size_t length = 1;
        while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xc0) == 0x80) ++length;
        std::string_view character = text.substr(i, length);
        errors_.report(DiagnosticKind::UnknownEscape, place, place + 1 + static_cast<uint32_t>(length), character)
            .note("escapes are `\\\"`, `\\\\`, `\\n` and `\\t`");
        result.append(character);
        i += length - 1;
      }
    }
  }
  return result;
}

ast::Literal AstBuilder::literal(P::LiteralContext* c) {
  if (c == nullptr || (c->word == nullptr && c->token == nullptr)) return {};
  if (c->word != nullptr) {
    ast::Name word = name(c->word);
    bool is_null = c->word->start != nullptr && c->word->start->getType() == PolicyLexer::NULL_;
    auto kind = is_null || word.missing() ? ast::Literal::Kind::Null : ast::Literal::Kind::Word;
    return {kind, std::move(word.text), word.span};
  }
  Span place = span(*c->token);
  std::string text(errors_.text().substr(place.begin, place.end - place.begin));
  switch (c->token->getType()) {
    case PolicyLexer::STRING:
      return {ast::Literal::Kind::String, string(c->token), place};
    case PolicyLexer::DATE:
      return {ast::Literal::Kind::Date, std::move(text), place};
    case PolicyLexer::DATETIME:
      return {ast::Literal::Kind::DateTime, std::move(text), place};
    default:
      return {ast::Literal::Kind::Number, std::move(text), place};
  }
}

// --- declarations

bool AstBuilder::declaration(P::DeclarationContext& c, ast::Ast& ast) {
  auto add = [&ast](auto value) {
    ast.declarations.push_back({std::move(value), {}});
    return true;
  };
  if (auto* d = c.useDeclaration()) return add(use(*d));
  if (auto* d = c.organizationBlock()) return add(ast::Organization{settings(d->body), span(*d)});
  if (auto* d = c.settingsBlock()) return add(ast::Settings{settings(d->body), span(*d)});
  if (auto* d = c.attributeBlock()) return add(attribute_block(*d));
  if (auto* d = c.privilegeDeclaration()) return add(privilege(*d));
  if (auto* d = c.tableDeclaration()) return add(table(*d));
  if (auto* d = c.relationshipDeclaration()) return add(relationship(*d));
  if (auto* d = c.roleDeclaration()) return add(role(*d));
  if (auto* d = c.columnProfile()) return add(column_profile(*d));
  if (auto* d = c.flowDeclaration()) return add(flow(*d));
  if (auto* d = c.scenario()) return add(scenario(*d));
  return false;
}

ast::Use AstBuilder::use(P::UseDeclarationContext& c) { return {name_list(c.path), span(c)}; }

std::vector<ast::Setting> AstBuilder::settings(P::SettingsBodyContext* c) {
  std::vector<ast::Setting> result;
  if (c == nullptr) return result;
  for (P::SettingContext* item : c->settings) {
    ast::Setting setting{name(item->id), {}, settings(item->details)};
    for (P::SettingValueContext* value : item->values) {
      ast::Name word = name(value->word);
      if (value->number != nullptr) {
        Span place = span(*value->number);
        word = {std::string(errors_.text().substr(place.begin, place.end - place.begin)), place};
      }
      if (!word.missing()) setting.values.push_back(std::move(word));
    }
    result.push_back(std::move(setting));
  }
  return result;
}

ast::AttributeBlock AstBuilder::attribute_block(P::AttributeBlockContext& c) {
  bool is_context = c.of != nullptr && c.of->getType() == PolicyLexer::CONTEXT;
  auto of = is_context ? ast::AttributeBlock::Of::Context : ast::AttributeBlock::Of::User;
  return {of, attributes(c.body), span(c)};
}

std::vector<ast::Attribute> AstBuilder::attributes(P::AttributesBodyContext* c) {
  std::vector<ast::Attribute> result;
  if (c == nullptr) return result;
  for (P::AttributeContext* item : c->attributes) {
    result.push_back({name(item->id), name(item->type), names(item->choices), item->secured != nullptr, span(*item)});
  }
  return result;
}

ast::Table AstBuilder::table(P::TableDeclarationContext& c) {
  return {name(c.id), string(c.title), name(c.ownership), attributes(c.body), span(c)};
}

ast::Relationship AstBuilder::relationship(P::RelationshipDeclarationContext& c) {
  ast::Relationship result;
  result.name = name(c.id);
  result.span = span(c);
  if (P::LookupEndsContext* ends = c.lookup) {
    result.child = name(ends->child);
    result.lookup = name(ends->column);
    result.parent = name(ends->parent);
    result.preset = name(ends->preset);
    result.behaviours = behaviours(ends->body);
  } else if (P::ManyToManyEndsContext* both = c.both) {
    result.many_to_many = true;
    result.child = name(both->first);
    result.parent = name(both->second);
    result.preset = name(both->preset);
    result.behaviours = behaviours(both->body);
  }
  return result;
}

std::vector<ast::Behaviour> AstBuilder::behaviours(P::BehavioursBodyContext* c) {
  std::vector<ast::Behaviour> result;
  if (c == nullptr) return result;
  for (P::BehaviourContext* item : c->behaviours) result.push_back({name(item->action), name(item->value)});
  return result;
}

ast::Role AstBuilder::role(P::RoleDeclarationContext& c) {
  ast::Role result;
  result.name = name(c.id);
  result.title = string(c.title);
  result.team_privileges_only = c.teamOnly != nullptr;
  result.includes = names(c.includes);
  result.span = span(c);
  if (c.body == nullptr) return result;
  for (P::RoleItemContext* item : c.body->items) {
    if (auto* grants = item->tableGrants()) result.tables.push_back(table_grants(*grants));
    if (auto* grant = item->privilegeGrant()) {
      result.privileges.push_back({grant->every != nullptr, names(grant->privileges), span(*grant)});
    }
  }
  return result;
}

ast::TableGrants AstBuilder::table_grants(P::TableGrantsContext& c) {
  ast::TableGrants result;
  result.every_table = c.every != nullptr;
  result.table = name(c.table);
  result.span = span(c);
  for (P::GrantContext* item : c.grants) {
    ast::Grant grant{names(item->rights), name(item->level), std::nullopt, span(*item)};
    if (item->when != nullptr) grant.condition = condition(item->when);
    result.grants.push_back(std::move(grant));
  }
  return result;
}

ast::ColumnProfile AstBuilder::column_profile(P::ColumnProfileContext& c) {
  ast::ColumnProfile result{name(c.id), string(c.title), {}, span(c)};
  if (c.body == nullptr) return result;
  for (P::ColumnGrantContext* item : c.body->columns) {
    result.columns.push_back(
        {item->every != nullptr, name(item->table), name(item->column), names(item->permissions), span(*item)});
  }
  return result;
}

// --- conditions

// What could not be read is a path without names, which later phases stay silent about.
ast::Operand missing_operand() {
  ast::Operand result;
  result.kind = ast::Operand::Kind::Path;
  return result;
}

ast::Expression AstBuilder::condition(P::ConditionContext* c) {
  ast::Expression result;
  result.left = missing_operand();
  if (c == nullptr || c->terms.empty()) return result;
  if (c->terms.size() == 1) return conjunction(*c->terms[0]);
  result.kind = ast::Expression::Kind::Or;
  result.span = span(*c);
  for (P::AndConditionContext* item : c->terms) result.children.push_back(conjunction(*item));
  return result;
}

ast::Expression AstBuilder::conjunction(P::AndConditionContext& c) {
  if (c.terms.size() == 1) return term(*c.terms[0]);
  ast::Expression result;
  result.kind = ast::Expression::Kind::And;
  result.span = span(c);
  for (P::NotConditionContext* item : c.terms) result.children.push_back(term(*item));
  return result;
}

ast::Expression AstBuilder::term(P::NotConditionContext& c) {
  if (c.inner != nullptr) return condition(c.inner);
  if (c.negated == nullptr) return comparison(c.compared);
  ast::Expression result;
  result.kind = ast::Expression::Kind::Not;
  result.span = span(c);
  result.children.push_back(term(*c.negated));
  return result;
}

ast::Comparison comparison_of(size_t token_type) {
  switch (token_type) {
    case PolicyLexer::NOT_EQUAL:
      return ast::Comparison::NotEqual;
    case PolicyLexer::LESS:
      return ast::Comparison::Less;
    case PolicyLexer::LESS_EQUAL:
      return ast::Comparison::LessEqual;
    case PolicyLexer::GREATER:
      return ast::Comparison::Greater;
    case PolicyLexer::GREATER_EQUAL:
      return ast::Comparison::GreaterEqual;
    default:
      return ast::Comparison::Equal;
  }
}

ast::Expression AstBuilder::comparison(P::ComparisonContext* c) {
  ast::Expression result;
  result.left = missing_operand();
  if (c == nullptr) return result;
  result.span = span(*c);
  result.left = operand(c->left);
  if (c->op != nullptr) {
    result.kind = ast::Expression::Kind::Compare;
    result.comparison = comparison_of(c->op->getType());
    result.right = operand(c->right);
  } else if (c->members != nullptr) {
    result.kind = ast::Expression::Kind::In;
    for (P::LiteralContext* item : c->members->members) {
      if (is_read(item)) result.members.push_back(literal(item));
    }
  } else if (c->IS() != nullptr) {
    result.kind = c->negated != nullptr ? ast::Expression::Kind::IsNotNull : ast::Expression::Kind::IsNull;
  }
  return result;
}

ast::Operand AstBuilder::operand(P::OperandContext* c) {
  if (c == nullptr || (c->base == nullptr && !is_read(c->value))) return missing_operand();
  ast::Operand result;
  result.span = span(*c);
  if (c->base != nullptr) {
    result.kind = ast::Operand::Kind::Path;
    result.base = name(c->base);
    result.attribute = name(c->attributeName);
  } else {
    result.literal = literal(c->value);
  }
  return result;
}

// --- flows

ast::Flow AstBuilder::flow(P::FlowDeclarationContext& c) {
  ast::Flow result;
  result.is_plugin = c.kind != nullptr && c.kind->getType() == PolicyLexer::PLUGIN;
  result.name = name(c.id);
  result.title = string(c.title);
  result.events = names(c.events);
  result.table = name(c.table);
  result.span = span(c);
  if (c.body == nullptr) return result;
  bool has_owner = false;
  for (P::FlowItemContext* item : c.body->items) flow_item(*item, result, has_owner);
  return result;
}

// The Ast has room for one owner, one trigger and one run as; a second is reported here, and the first stays.
void AstBuilder::flow_item(P::FlowItemContext& c, ast::Flow& flow, bool& has_owner) {
  auto twice = [this](antlr4::ParserRuleContext& second, const char* what) {
    Span place = span(second);
    errors_.report(DiagnosticKind::RepeatedBlock, place.begin, place.end, what);
  };
  if (auto* item = c.flowOwner()) {
    if (std::exchange(has_owner, true)) return twice(*item, "`owner`");
    flow.owner = name(item->owner);
  } else if (auto* trigger = c.flowTrigger()) {
    if (flow.trigger_span.is_known()) return twice(*trigger, "`trigger`");
    flow.trigger_connection = name(trigger->connection);
    flow.trigger_span = span(*trigger);
    if (trigger->runAs == nullptr) return;
    if (!flow.run_as.missing()) return twice(*trigger->runAs, "`run as`");
    flow.run_as = name(trigger->runAs);
  } else if (auto* run_as = c.flowRunAs()) {
    if (!flow.run_as.missing()) return twice(*run_as, "`run as`");
    flow.run_as = name(run_as->runAs);
    flow.run_as_alone = true;
  } else if (auto* step = c.flowStep()) {
    flow_step(*step, flow);
  }
}

void AstBuilder::flow_step(P::FlowStepContext& c, ast::Flow& flow) {
  ast::FlowStep step;
  step.name = name(c.id);
  step.right = name(c.right);
  step.table = name(c.table);
  step.identity = name(c.identity);
  step.connection = name(c.connection);
  step.elevated = c.elevated != nullptr;
  step.span = span(c);
  flow.steps.push_back(std::move(step));
}

// --- scenarios

ast::Scenario AstBuilder::scenario(P::ScenarioContext& c) {
  ast::Scenario result;
  result.title = string(c.title);
  if (c.title != nullptr) result.title_span = span(*c.title);
  result.span = span(c);
  if (c.body == nullptr) return result;
  for (P::StatementContext* item : c.body->statements) statement(*item, result.statements);
  return result;
}

void AstBuilder::statement(P::StatementContext& c, std::vector<ast::ScenarioStatement>& out) {
  if (auto* s = c.unitFact()) {
    out.emplace_back(unit(*s));
  } else if (auto* facts = c.userFacts()) {
    users(*facts, out);
  } else if (auto* group = c.teamFact()) {
    out.emplace_back(team(*group));
  } else if (auto* above = c.managerFact()) {
    out.emplace_back(ast::ManagerFact{name(above->manager), names(above->reports), span(*above)});
  } else if (auto* place = c.positionFact()) {
    out.emplace_back(position(*place));
  } else if (auto* profile = c.profileFact()) {
    out.emplace_back(ast::ProfileFact{name(profile->profile), names(profile->holders), span(*profile)});
  } else if (auto* fact = c.recordFact()) {
    out.emplace_back(record(*fact));
  } else if (auto* shared = c.shareFact()) {
    out.emplace_back(share(*shared));
  } else if (auto* pair = c.associationFact()) {
    out.emplace_back(
        ast::AssociationFact{name(pair->first), name(pair->second), name(pair->relationship), span(*pair)});
  } else if (auto* context = c.contextFact()) {
    out.emplace_back(ast::ContextFact{values(context->values), span(*context)});
  } else if (auto* events = c.whenStatement()) {
    out.emplace_back(when(*events));
  } else if (auto* who = c.whoExpectation()) {
    out.emplace_back(ast::WhoExpectation{name(who->right), name(who->record), names(who->users), span(*who)});
  } else if (auto* list = c.listExpectation()) {
    out.emplace_back(ast::ListExpectation{name(list->user), name(list->table), name(list->right), names(list->records),
                                          span(*list)});
  } else if (auto* expected = c.canExpectation()) {
    out.emplace_back(can(*expected));
  } else if (auto* whole = c.mayExpectation()) {
    out.emplace_back(may(*whole));
  } else if (auto* held = c.privilegeExpectation()) {
    bool has = held->has == nullptr || held->has->getType() == PolicyLexer::HAS;
    out.emplace_back(ast::PrivilegeExpectation{name(held->user), has, name(held->privilege), span(*held)});
  } else if (auto* runs = c.runExpectation()) {
    run(*runs, out);
  }
}

ast::UnitFact AstBuilder::unit(P::UnitFactContext& c) {
  ast::UnitFact result{name(c.id), held_roles(c.roles), {}};
  if (c.children == nullptr) return result;
  for (P::UnitFactContext* item : c.children->units) result.children.push_back(unit(*item));
  return result;
}

void AstBuilder::users(P::UserFactsContext& c, std::vector<ast::ScenarioStatement>& out) {
  for (P::UserFactContext* item : c.users) {
    ast::UserFact fact;
    fact.name = name(item->id);
    fact.disabled = c.disabled != nullptr;
    fact.mode = name(c.access);
    fact.unit = name(item->unit);
    fact.roles = held_roles(item->roles);
    fact.values = values(item->values);
    out.emplace_back(std::move(fact));
  }
}

ast::TeamFact AstBuilder::team(P::TeamFactContext& c) {
  return {name(c.id), name(c.kind), name(c.unit), held_roles(c.roles), names(c.members)};
}

ast::PositionFact AstBuilder::position(P::PositionFactContext& c) {
  ast::PositionFact result{name(c.id), names(c.holders), {}};
  if (c.children == nullptr) return result;
  for (P::PositionFactContext* item : c.children->positions) result.children.push_back(position(*item));
  return result;
}

std::vector<ast::HeldRole> AstBuilder::held_roles(P::HeldRolesContext* c) {
  std::vector<ast::HeldRole> result;
  if (c == nullptr) return result;
  for (P::HeldRoleContext* item : c->roles) result.push_back(held_role(item));
  return result;
}

ast::HeldRole AstBuilder::held_role(P::HeldRoleContext* c) {
  if (c == nullptr) return {};
  return {name(c->role), name(c->unit)};
}

ast::RecordFact AstBuilder::record(P::RecordFactContext& c) {
  ast::RecordFact result;
  result.name = name(c.id);
  result.state = name(c.state);
  result.table = name(c.table);
  result.values = values(c.values);
  result.span = span(c);
  if (c.place != nullptr) {
    result.owner = name(c.place->owner);
    result.unit = name(c.place->unit);
  }
  return result;
}

ast::ShareFact AstBuilder::share(P::ShareFactContext& c) {
  ast::ShareFact result{name(c.record), name(c.column), name(c.principal), names(c.rights), {}, span(c)};
  if (c.inherited != nullptr) result.inherited = span(*c.inherited);
  return result;
}

std::vector<ast::AttributeValue> AstBuilder::values(P::ValuesBodyContext* c) {
  std::vector<ast::AttributeValue> result;
  if (c == nullptr) return result;
  for (P::AttributeValueContext* item : c->values) {
    if (is_read(item->value)) result.push_back({name(item->id), literal(item->value)});
  }
  return result;
}

ast::When AstBuilder::when(P::WhenStatementContext& c) {
  ast::When result{{}, span(c)};
  for (P::EventContext* item : c.events) result.events.push_back(event(*item));
  return result;
}

ast::Event::Kind event_kind(const antlr4::Token* token) {
  switch (token == nullptr ? size_t{0} : token->getType()) {
    case PolicyLexer::IS:
      return ast::Event::Kind::IsGiven;
    case PolicyLexer::LOSES:
      return ast::Event::Kind::Loses;
    case PolicyLexer::JOINS:
      return ast::Event::Kind::Joins;
    case PolicyLexer::LEAVES:
      return ast::Event::Kind::Leaves;
    case PolicyLexer::MOVES:
      return ast::Event::Kind::MovesTo;
    default:
      return ast::Event::Kind::Operates;
  }
}

ast::Event AstBuilder::event(P::EventContext& c) {
  ast::Event result;
  result.kind = event_kind(c.kind);
  result.agent = name(c.agent);
  result.who = name(c.who);
  result.role = held_role(c.held);
  result.target = name(c.target);
  result.operation = operation(c.doing);
  result.span = span(c);
  return result;
}

ast::Operation AstBuilder::operation(P::OperationContext* c) {
  ast::Operation result;
  if (c == nullptr) return result;
  if (c->does != nullptr) result.verb = name(c->does->word);
  result.target = name(c->target);
  result.column = name(c->column);
  result.table = name(c->table);
  if (c->place != nullptr) {
    result.owner = name(c->place->owner);
    result.unit = name(c->place->unit);
  }
  result.connector = word(c->connector);
  result.other = name(c->other);
  result.rights = names(c->rights);
  result.relationship = name(c->relationship);
  result.values = values(c->values);
  result.span = span(*c);
  return result;
}

ast::CanExpectation AstBuilder::can(P::CanExpectationContext& c) {
  ast::CanExpectation result;
  result.user = name(c.user);
  result.can = c.can == nullptr || c.can->getType() == PolicyLexer::CAN;
  result.rights = names(c.rights);
  result.record = name(c.record);
  result.column = name(c.column);
  if (c.place != nullptr) {
    result.owner = name(c.place->owner);
    result.unit = name(c.place->unit);
  }
  result.values = values(c.values);
  result.connector = word(c.connector);
  result.recipient = name(c.recipient);
  result.given = names(c.given);
  result.because = because(c.why);
  result.span = span(c);
  return result;
}

ast::MayExpectation AstBuilder::may(P::MayExpectationContext& c) {
  ast::MayExpectation result;
  result.agent = name(c.agent);
  result.user = name(c.user);
  result.may = c.negated == nullptr;
  result.enters = name(c.enters);
  result.operation = operation(c.doing);
  result.because = because(c.why);
  result.span = span(c);
  return result;
}

void AstBuilder::run(P::RunExpectationContext& c, std::vector<ast::ScenarioStatement>& out) {
  if (c.may != nullptr) {
    out.emplace_back(ast::RunExpectation{name(c.flow), name(c.step), c.negated == nullptr, because(c.why), span(c)});
  } else {
    out.emplace_back(ast::RunsAsExpectation{name(c.flow), name(c.step), name(c.user), c.nobody != nullptr, span(c)});
  }
}

std::optional<ast::Because> AstBuilder::because(P::BecauseContext* c) {
  if (c == nullptr) return std::nullopt;
  return ast::Because{name(c->reason), name(c->role)};
}

}  // namespace

void build_ast(P::FileContext& file, const std::set<size_t>& misread, ErrorSink& errors, ast::Ast& ast) {
  AstBuilder builder(misread, errors);
  if (file.policy != nullptr && !ast.header) ast.header = builder.header(*file.policy);
  for (P::DeclarationContext* declaration : file.declarations) {
    if (declaration != nullptr) builder.declaration(*declaration, ast);
  }
}

}  // namespace policyc::syntax
