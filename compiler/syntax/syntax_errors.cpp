#include "compiler/syntax/syntax_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "compiler/syntax/sections.h"
#include "policyc_grammar/PolicyParser.h"

namespace policyc::syntax {

using antlr4::misc::IntervalSet;
using grammar::PolicyLexer;
using grammar::PolicyParser;

namespace {

constexpr size_t kShownBytes = 40;    // of the token that was found
constexpr size_t kShownExpected = 6;  // alternatives named one by one

size_t rule_of(antlr4::RuleContext* context) { return context == nullptr ? SIZE_MAX : context->getRuleIndex(); }

antlr4::RuleContext* parent_of(antlr4::RuleContext* context) {
  return context == nullptr ? nullptr : static_cast<antlr4::RuleContext*>(context->parent);
}

// The rule that a name is read for: `name` and `names` say nothing themselves.
size_t meaning_rule(antlr4::RuleContext* context) {
  while (rule_of(context) == PolicyParser::RuleName || rule_of(context) == PolicyParser::RuleNames) {
    context = parent_of(context);
  }
  return rule_of(context);
}

// What a body holds, for a token that starts none of it; empty for rules that are no list of items.
std::string_view items_of(size_t rule) {
  switch (rule) {
    case PolicyParser::RuleSettingsBody:
      return "a setting";
    case PolicyParser::RuleAttributesBody:
      return "an attribute";
    case PolicyParser::RuleBehavioursBody:
      return "an action and its behaviour";
    case PolicyParser::RuleRoleBody:
      return "a table and its rights";
    case PolicyParser::RuleProfileBody:
      return "a column and its permissions";
    case PolicyParser::RuleFlowBody:
      return "`owner`, `trigger`, `run as` or a step";
    case PolicyParser::RuleScenarioBody:
      return "a fact or an expectation";
    case PolicyParser::RuleUnitsBody:
      return "`unit`";
    case PolicyParser::RulePositionsBody:
      return "`position`";
    case PolicyParser::RuleValuesBody:
      return "an attribute's name";
    default:
      return {};
  }
}

bool is_item_list(size_t rule) { return rule == PolicyParser::RuleFile || !items_of(rule).empty(); }

constexpr size_t kAnyToken = SIZE_MAX;

struct NameMeaning {
  size_t rule;
  size_t after;  // type of the token before; the first entry that fits counts
  std::string_view what;
};

// What a name is, told by the rule and the token before it.
constexpr NameMeaning kNameMeanings[] = {
    {PolicyParser::RuleHeader, PolicyLexer::POLICY, "the policy's name"},
    {PolicyParser::RuleHeader, PolicyLexer::FOLLOWS, "`guide` or `dataverse`"},
    {PolicyParser::RuleUseDeclaration, PolicyLexer::USE, "a module's path"},
    {PolicyParser::RuleUseDeclaration, PolicyLexer::DOT, "the rest of the path"},
    {PolicyParser::RuleSetting, PolicyLexer::COLON, "a value"},
    {PolicyParser::RuleSetting, PolicyLexer::COMMA, "a value"},
    {PolicyParser::RuleSettingValue, PolicyLexer::COLON, "a value"},
    {PolicyParser::RuleSettingValue, PolicyLexer::COMMA, "a value"},
    {PolicyParser::RuleAttribute, PolicyLexer::COLON, "a type"},
    {PolicyParser::RulePrivilegeDeclaration, PolicyLexer::PRIVILEGE, "the privilege's name"},
    {PolicyParser::RuleTableDeclaration, PolicyLexer::TABLE, "the table's name"},
    {PolicyParser::RuleTableDeclaration, PolicyLexer::BY, "`user`, `business_unit` or `organization`"},
    {PolicyParser::RuleRelationshipDeclaration, PolicyLexer::RELATIONSHIP, "the relationship's name"},
    {PolicyParser::RuleRelationshipDeclaration, PolicyLexer::COLON, "a table"},
    {PolicyParser::RuleLookupEnds, PolicyLexer::COLON, "a table"},
    {PolicyParser::RuleLookupEnds, PolicyLexer::DOT, "the lookup's name"},
    {PolicyParser::RuleLookupEnds, PolicyLexer::ARROW, "a table"},
    {PolicyParser::RuleLookupEnds, kAnyToken, "`parental`, `referential`, `restrict_delete`"},
    {PolicyParser::RuleManyToManyEnds, PolicyLexer::BOTH_WAYS, "a table"},
    {PolicyParser::RuleBehaviour, PolicyLexer::COLON, "a behaviour"},
    {PolicyParser::RuleRoleDeclaration, PolicyLexer::ROLE, "the role's name"},
    {PolicyParser::RuleRoleDeclaration, PolicyLexer::INCLUDES, "a role"},
    {PolicyParser::RuleRoleDeclaration, PolicyLexer::COMMA, "a role"},
    {PolicyParser::RuleTableGrants, PolicyLexer::COLON, "a right"},
    {PolicyParser::RuleGrant, PolicyLexer::COLON, "a right"},
    {PolicyParser::RuleGrant, PolicyLexer::COMMA, "a right"},
    {PolicyParser::RuleGrant, PolicyLexer::AT, "an access level"},
    {PolicyParser::RulePrivilegeGrant, PolicyLexer::PRIVILEGE, "a privilege"},
    {PolicyParser::RulePrivilegeGrant, PolicyLexer::COMMA, "a privilege"},
    {PolicyParser::RuleColumnProfile, PolicyLexer::COLUMN_PROFILE, "the profile's name"},
    {PolicyParser::RuleColumnGrant, PolicyLexer::DOT, "a column"},
    {PolicyParser::RuleColumnGrant, PolicyLexer::COLON, "a permission"},
    {PolicyParser::RuleColumnGrant, PolicyLexer::COMMA, "a permission"},
    {PolicyParser::RuleOperand, PolicyLexer::DOT, "an attribute"},
    {PolicyParser::RuleFlowDeclaration, PolicyLexer::FLOW, "the flow's name"},
    {PolicyParser::RuleFlowDeclaration, PolicyLexer::PLUGIN, "the plug-in's name"},
    {PolicyParser::RuleFlowDeclaration, PolicyLexer::ON, "`create`, `update` or `delete`"},
    {PolicyParser::RuleFlowDeclaration, PolicyLexer::COMMA, "`create`, `update` or `delete`"},
    {PolicyParser::RuleFlowDeclaration, PolicyLexer::OF, "a table"},
    {PolicyParser::RuleFlowOwner, PolicyLexer::OWNER, "a user"},
    {PolicyParser::RuleFlowTrigger, PolicyLexer::VIA, "a connection"},
    {PolicyParser::RuleFlowTrigger, PolicyLexer::AS, "`triggering_user`, `record_owner` or `process_owner`"},
    {PolicyParser::RuleFlowRunAs, PolicyLexer::AS, "a user"},
    {PolicyParser::RuleFlowStep, PolicyLexer::COLON, "a right"},
    {PolicyParser::RuleFlowStep, PolicyLexer::AS, "`invoker`, `initiating_user` or `system`"},
    {PolicyParser::RuleFlowStep, PolicyLexer::VIA, "a connection"},
    {PolicyParser::RuleUnitFact, PolicyLexer::UNIT, "the unit's name"},
    {PolicyParser::RuleUserFact, PolicyLexer::USER, "the user's name"},
    {PolicyParser::RuleUserFact, PolicyLexer::COMMA, "a user"},
    {PolicyParser::RuleTeamFact, PolicyLexer::TEAM, "the team's name"},
    {PolicyParser::RuleManagerFact, PolicyLexer::MANAGES, "a user"},
    {PolicyParser::RuleManagerFact, PolicyLexer::COMMA, "a user"},
    {PolicyParser::RulePositionFact, PolicyLexer::POSITION, "the position's name"},
    {PolicyParser::RulePositionFact, PolicyLexer::BY, "a user"},
    {PolicyParser::RulePositionFact, PolicyLexer::COMMA, "a user"},
    {PolicyParser::RuleProfileFact, PolicyLexer::PROFILE, "a column profile"},
    {PolicyParser::RuleProfileFact, PolicyLexer::FOR, "a user or a team"},
    {PolicyParser::RuleProfileFact, PolicyLexer::COMMA, "a user or a team"},
    {PolicyParser::RuleRecordFact, PolicyLexer::RECORD, "the record's name"},
    {PolicyParser::RuleRecordFact, PolicyLexer::COLON, "a table"},
    {PolicyParser::RuleShareFact, PolicyLexer::SHARE, "a record"},
    {PolicyParser::RuleShareFact, PolicyLexer::DOT, "a column"},
    {PolicyParser::RuleAssociationFact, PolicyLexer::ASSOCIATE, "a record"},
    {PolicyParser::RuleAssociationFact, PolicyLexer::WITH, "a record"},
    {PolicyParser::RuleAssociationFact, PolicyLexer::THROUGH, "a relationship"},
    {PolicyParser::RuleOperation, PolicyLexer::DOT, "a column"},
    {PolicyParser::RuleOperation, PolicyLexer::COLON, "a table"},
    {PolicyParser::RuleOperation, PolicyLexer::FOR, "a right"},
    {PolicyParser::RuleOperation, PolicyLexer::COMMA, "a right"},
    {PolicyParser::RuleOperation, PolicyLexer::THROUGH, "a relationship"},
    {PolicyParser::RuleOperation, PolicyLexer::TO, "a user, a team, a unit or a record"},
    {PolicyParser::RuleOperation, PolicyLexer::WITH, "a user, a team, a unit or a record"},
    {PolicyParser::RuleOperation, PolicyLexer::FROM, "a user, a team, a unit or a record"},
    {PolicyParser::RuleOperation, PolicyLexer::INTO, "a record"},
    {PolicyParser::RuleOperation, kAnyToken, "what it is done to"},
    {PolicyParser::RuleVerb, kAnyToken, "an operation"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::CAN, "a right"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::CANNOT, "a right"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::COMMA, "a right"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::FOR, "a right"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::DOT, "a column"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::IN, "a unit"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::WITH, "a user, a team or a unit"},
    {PolicyParser::RuleCanExpectation, PolicyLexer::TO, "a user, a team or a unit"},
    {PolicyParser::RuleCanExpectation, kAnyToken, "a record or a table"},
    {PolicyParser::RuleMayExpectation, PolicyLexer::MAY, "an operation"},
    {PolicyParser::RuleMayExpectation, PolicyLexer::NOT, "an operation"},
    {PolicyParser::RuleMayExpectation, PolicyLexer::OF, "a user"},
    {PolicyParser::RuleEvent, PolicyLexer::OF, "a user"},
    {PolicyParser::RuleBecause, PolicyLexer::BECAUSE, "a reason"},
    {PolicyParser::RuleBecause, PolicyLexer::BY, "a role"},
    {PolicyParser::RuleHeldRole, PolicyLexer::COLON, "a role"},
    {PolicyParser::RuleHeldRole, PolicyLexer::AND, "a role"},
    {PolicyParser::RulePrivilegeExpectation, PolicyLexer::HAS, "a privilege"},
    {PolicyParser::RulePrivilegeExpectation, PolicyLexer::LACKS, "a privilege"},
    {PolicyParser::RuleRunExpectation, PolicyLexer::AS, "a user"},
};

constexpr std::string_view kSomeName = "a name";

std::string_view name_meaning(size_t rule, size_t after) {
  for (const NameMeaning& meaning : kNameMeanings) {
    if (meaning.rule == rule && (meaning.after == after || meaning.after == kAnyToken)) return meaning.what;
  }
  switch (after) {  // the same wherever they stand
    case PolicyLexer::IN:
    case PolicyLexer::FROM:
      return "a unit";
    case PolicyLexer::BY:
      return "an owner";
    case PolicyLexer::FOR:
      return "a right";
    case PolicyLexer::WITH:
      return "a user, a team or a unit";
    case PolicyLexer::AND:
    case PolicyLexer::OR:
    case PolicyLexer::NOT:
    case PolicyLexer::WHEN:
    case PolicyLexer::LPAREN:
      return rule == PolicyParser::RuleEvent ? "an event" : "a condition";
    default:
      return rule == PolicyParser::RuleLiteral || rule == PolicyParser::RuleOperand ? "a value" : kSomeName;
  }
}

std::string word_for(size_t type) {
  switch (type) {
    case antlr4::Token::EOF:
      return "the end of the file";
    case PolicyLexer::STRING:
      return "a text in quotes";
    case PolicyLexer::NUMBER:
      return "a number";
    case PolicyLexer::NAME:
      return "a name";
    default:
      break;
  }
  std::string literal = PolicyLexer(nullptr).getVocabulary().getLiteralName(type);
  if (literal.size() < 2) return "a value";
  return fmt::format("`{}`", std::string_view(literal).substr(1, literal.size() - 2));
}

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
    result += words[i];
  }
  return result;
}

// Descriptions first, then words, then signs, and brackets last.
int word_order(const std::string& word) {
  if (word[0] != '`') return word.starts_with("another") ? 4 : 0;
  if (std::isalpha(static_cast<unsigned char>(word[1]))) return 1;
  return word == "`{`" || word == "`}`" || word == "`)`" ? 3 : 2;
}

void add_all(std::vector<std::string>& words, const IntervalSet& types, bool (*wanted)(size_t)) {
  for (ssize_t type : types.toList()) {
    if (type > 0 && wanted(static_cast<size_t>(type))) words.push_back(word_for(static_cast<size_t>(type)));
  }
}

bool is_comparison(size_t type) {
  return (type >= PolicyLexer::EQUAL && type <= PolicyLexer::GREATER_EQUAL) || type == PolicyLexer::IN ||
         type == PolicyLexer::IS;
}

bool is_literal(size_t type) {
  return type == PolicyLexer::STRING || type == PolicyLexer::NUMBER || type == PolicyLexer::DATE ||
         type == PolicyLexer::DATETIME;
}

// Words without which reading may go on as if they stood there.
bool is_connector(size_t type) {
  constexpr size_t kConnectors[] = {
      PolicyLexer::COLON, PolicyLexer::COMMA,  PolicyLexer::DOT,     PolicyLexer::AT,     PolicyLexer::BY,
      PolicyLexer::OF,    PolicyLexer::ON,     PolicyLexer::AS,      PolicyLexer::VIA,    PolicyLexer::IN,
      PolicyLexer::FOR,   PolicyLexer::WITH,   PolicyLexer::TO,      PolicyLexer::FROM,   PolicyLexer::FOLLOWS,
      PolicyLexer::OWNED, PolicyLexer::BEHALF, PolicyLexer::THROUGH, PolicyLexer::RBRACE, PolicyLexer::RPAREN,
      PolicyLexer::LBRACE};
  return std::find(std::begin(kConnectors), std::end(kConnectors), type) != std::end(kConnectors);
}

// Tokens that show that the name before them starts an item of its own.
bool follows_item_name(size_t type) {
  return type == PolicyLexer::COLON || type == PolicyLexer::DOT || type == PolicyLexer::CAN ||
         type == PolicyLexer::CANNOT || type == PolicyLexer::HAS || type == PolicyLexer::LACKS ||
         type == PolicyLexer::MAY || type == PolicyLexer::MANAGES;
}

bool in_parentheses(antlr4::RuleContext* context) {
  for (; context != nullptr; context = parent_of(context)) {
    auto* term = dynamic_cast<PolicyParser::NotConditionContext*>(context);
    if (term != nullptr && term->LPAREN() != nullptr) return true;
  }
  return false;
}

}  // namespace

std::string shown_character(std::string_view text) {
  unsigned char first = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
  if (first > 0x20 && first < 0x7f) return fmt::format("`{}`", text[0]);
  size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  uint32_t code = length == 1 ? first : first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
      return fmt::format("0x{:02X}", first);
    }
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  if (first >= 0x80 && first < 0xc2) return fmt::format("0x{:02X}", first);
  bool visible = code > 0xa0 && !(code >= 0x2000 && code <= 0x206f) && !(code >= 0xe000 && code <= 0xf8ff) &&
                 code != 0xad && code != 0xfeff && code != 0x3000;
  return visible ? fmt::format("`{}`", text.substr(0, length)) : fmt::format("U+{:04X}", code);
}

void PolicyErrorStrategy::begin_section() {
  misread_.clear();
  expected_ = IntervalSet();
  expected_at_ = name_at_ = doubtful_at_ = recovered_at_ = SIZE_MAX;
  recovered_states_.clear();
  errorRecoveryMode = false;
}

// --- what ANTLR calls

void PolicyErrorStrategy::reportMatch(antlr4::Parser* parser) {
  errorRecoveryMode = false;
  antlr4::RuleContext* context = parser->getContext();
  if (rule_of(context) != PolicyParser::RuleName) return;
  size_t index = tokens_.index();
  name_at_ = index;
  name_rule_ = meaning_rule(context);
  if (!tokens_.starts_line(index)) return;
  // Up to the item of a body, or the declaration, that the name belongs to.
  while (parent_of(context) != nullptr && !is_item_list(rule_of(parent_of(context)))) context = parent_of(context);
  antlr4::Token* first = static_cast<antlr4::ParserRuleContext*>(context)->start;
  if (first == nullptr || first->getTokenIndex() == index) return;
  doubtful_at_ = index;
  doubtful_rule_ = name_rule_;
}

void PolicyErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (errorRecoveryMode) return;
  const antlr4::atn::ATN& atn = parser->getATN();
  Mistake mistake;
  mistake.found = error.getOffendingToken()->getTokenIndex();
  auto* no_alternative = dynamic_cast<const antlr4::NoViableAltException*>(&error);
  if (no_alternative != nullptr && no_alternative->getDeadEndConfigs() != nullptr) {
    for (const auto& config : no_alternative->getDeadEndConfigs()->configs) {
      mistake.expected.addAll(atn.nextTokens(config->state));
    }
  } else {
    mistake.expected.addAll(atn.nextTokens(atn.states[parser->getState()]));
  }
  mistake.rule = meaning_rule(parser->getContext());
  report(parser, std::move(mistake));
}

antlr4::Token* PolicyErrorStrategy::recoverInline(antlr4::Parser* parser) {
  const antlr4::atn::ATN& atn = parser->getATN();
  antlr4::atn::ATNState* state = atn.states[parser->getState()];
  const IntervalSet& wanted = atn.nextTokens(state);
  bool quiet = errorRecoveryMode;
  size_t type = wanted.size() == 1 ? static_cast<size_t>(wanted.getMinElement()) : 0;
  if (quiet || !is_connector(type)) throw antlr4::InputMismatchException(parser);

  antlr4::InputMismatchException mismatch(parser);
  size_t here = tokens_.index();
  // The word comes later in the line: what stands before it is too much.
  if (size_t later = on_this_line(type, here); later != SIZE_MAX) {
    reportError(parser, mismatch);
    tokens_.seek(later);
    reportMatch(parser);
    antlr4::Token* token = tokens_.LT(1);
    parser->consume();
    return token;
  }
  // What stands here would fit after the word: the word was left out.
  antlr4::atn::ATNState* after = state->transitions[0]->target;
  bool fits = atn.nextTokens(after, parser->getContext()).contains(tokens_.LA(1));
  if (!fits || (tokens_.starts_line(here) && type != PolicyLexer::RBRACE)) throw mismatch;
  reportError(parser, mismatch);
  if (tokens_.index() != here) throw mismatch;
  return tokens_.LT(1);
}

void PolicyErrorStrategy::sync(antlr4::Parser* parser) {
  const antlr4::atn::ATN& atn = parser->getATN();
  antlr4::atn::ATNState* state = atn.states[parser->getState()];
  const IntervalSet& expected = atn.nextTokens(state);
  size_t state_type = state->getStateType();
  bool is_loop =
      state_type == antlr4::atn::ATNState::STAR_LOOP_ENTRY || state_type == antlr4::atn::ATNState::STAR_LOOP_BACK;
  bool is_items = is_loop && is_item_list(parser->getContext()->getRuleIndex());
  if (expected.contains(tokens_.LA(1))) {
    if (is_items) errorRecoveryMode = false;  // a new item: what is wrong in it is a mistake of its own
    return;
  }
  remember_expected(tokens_.index(), expected);
  if (is_items) skip_to_item_start(parser);
}

void PolicyErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr thrown) {
  if (errors_.full()) return tokens_.seek(tokens_.size() - 1);
  size_t start = tokens_.index();
  try {
    std::rethrow_exception(thrown);
  } catch (const antlr4::RecognitionException& error) {
    // After a misread name reading goes on with that name, before the place of the error.
    size_t found = error.getOffendingToken()->getTokenIndex();
    if (misread_.count(start) == 0) start = std::max(start, found);
  }
  size_t state = parser->getState();
  bool again = start == recovered_at_ && recovered_states_.count(state) > 0;
  if (start != recovered_at_) recovered_states_.clear();
  recovered_at_ = start;
  recovered_states_.insert(state);
  if (again && start + 1 < tokens_.size()) ++start;
  tokens_.seek(next_item(start, in_parentheses(parser->getContext())));
}

// --- going on

void PolicyErrorStrategy::remember_expected(size_t index, const IntervalSet& expected) {
  if (expected_at_ != index) expected_ = IntervalSet();
  expected_at_ = index;
  expected_.addAll(expected);
}

// The first token from `index` on where an item may start or its body ends.
size_t PolicyErrorStrategy::next_item(size_t index, bool in_parentheses) {
  size_t braces = 0;
  size_t parentheses = 0;
  for (;; ++index) {
    size_t type = tokens_.type(index);
    if (type == antlr4::Token::EOF) return index;
    if (braces == 0 && tokens_.starts_line(index)) return index;
    if (type == PolicyLexer::LBRACE) ++braces;
    if (type == PolicyLexer::RBRACE && braces-- == 0) return index;
    if (type == PolicyLexer::LPAREN) ++parentheses;
    if (type != PolicyLexer::RPAREN) continue;
    if (parentheses > 0) {
      --parentheses;
    } else if (in_parentheses) {
      return index;
    }
  }
}

// The next token of a type in the line of `index`, outside of brackets opened on the way.
size_t PolicyErrorStrategy::on_this_line(size_t type, size_t index) {
  size_t braces = 0;
  for (size_t i = index; tokens_.type(i) != antlr4::Token::EOF; ++i) {
    if (i > index && tokens_.starts_line(i)) break;
    if (i == index && tokens_.starts_line(i)) break;
    if (braces == 0 && tokens_.type(i) == type) return i;
    if (tokens_.type(i) == PolicyLexer::LBRACE) ++braces;
    if (tokens_.type(i) == PolicyLexer::RBRACE && braces-- == 0) break;
  }
  return SIZE_MAX;
}

// Behind the token at `index`, the rest of its line and the braces opened there.
size_t PolicyErrorStrategy::after_line(size_t index) {
  size_t braces = 0;
  for (size_t i = index;; ++i) {
    size_t type = tokens_.type(i);
    if (type == antlr4::Token::EOF || (i > index && braces == 0 && tokens_.starts_line(i))) return i;
    if (type == PolicyLexer::LBRACE) ++braces;
    if (type == PolicyLexer::RBRACE && i > index && braces-- == 0) return i;
  }
}

// In a list of items, at a token that starts none: goes on to one that does, or to the end of the body.
void PolicyErrorStrategy::skip_to_item_start(antlr4::Parser* parser) {
  const antlr4::atn::ATN& atn = parser->getATN();
  const IntervalSet& expected = atn.nextTokens(atn.states[parser->getState()]);
  size_t rule = parser->getContext()->getRuleIndex();
  if (!errorRecoveryMode) {
    Mistake mistake;
    mistake.found = tokens_.index();
    mistake.expected.addAll(expected);
    mistake.rule = rule;
    mistake.is_item = true;
    report(parser, std::move(mistake));
  }
  size_t index = errors_.full() ? tokens_.size() - 1 : tokens_.index();
  while (tokens_.type(index) != antlr4::Token::EOF && !expected.contains(tokens_.type(index))) {
    if (tokens_.type(index) == PolicyLexer::RBRACE && rule != PolicyParser::RuleFile) break;
    index = after_line(index);
  }
  tokens_.seek(index);
}

// --- messages

void PolicyErrorStrategy::report(antlr4::Parser* parser, Mistake mistake) {
  beginErrorCondition(parser);
  bool at_end = tokens_.type(mistake.found) == antlr4::Token::EOF;
  if ((at_end && tokens_.cut) || tokens_.follows_repaired(mistake.found)) return;
  if (report_misread_name(mistake.found)) return;
  if (expected_at_ == mistake.found) mistake.expected.addAll(expected_);
  blame_earlier_token(mistake);
  if (mistake.rule == PolicyParser::RuleFile) {
    const antlr4::Token& found = *tokens_.at(mistake.found);
    auto report = errors_.report(DiagnosticKind::DeclarationExpected, token_begin(found), token_end(found),
                                 found_text(mistake.found));
    explain(report, mistake);
    return;
  }
  say(mistake, describe(mistake));
}

// `boat_trip: read at` and in the next line `city: ...`: `city` was read as the level, and the colon does not fit. The
// mistake is the level that is missing, and `city` is the next item's.
bool PolicyErrorStrategy::report_misread_name(size_t found) {
  size_t misread = std::exchange(doubtful_at_, SIZE_MAX);
  if (misread == SIZE_MAX || misread == 0 || found <= misread || found > misread + 3) return false;
  for (size_t i = misread + 1; i < found; ++i) {
    if (tokens_.starts_line(i)) return false;
  }
  size_t type = tokens_.type(misread);
  bool is_keyword = type != PolicyLexer::NAME && type != PolicyLexer::QUOTED_NAME;
  bool heads_item = found <= misread + 2 && follows_item_name(tokens_.type(misread + 1));
  if (!is_keyword && !heads_item) return false;
  if (name_meaning(doubtful_rule_, tokens_.type(misread - 1)) == kSomeName) return false;
  misread_.insert(misread);
  Mistake mistake = missing_name(misread, doubtful_rule_);
  say(mistake, describe(mistake));
  tokens_.seek(misread);
  return true;
}

PolicyErrorStrategy::Mistake PolicyErrorStrategy::missing_name(size_t found, size_t rule) {
  Mistake mistake;
  mistake.found = found;
  mistake.rule = rule;
  mistake.expected.add(PolicyLexer::NAME);
  return mistake;
}

// Where the token that does not fit is not the one that is wrong.
void PolicyErrorStrategy::blame_earlier_token(Mistake& mistake) {
  size_t found = mistake.found;
  if (found == 0) return;
  // `read, at user`: the comma waits for a name.
  if (tokens_.type(found) == PolicyLexer::COMMA && !is_name(tokens_.type(found + 1))) {
    mistake = missing_name(found + 1, mistake.rule);
    return;
  }
  // `table owned by user`: `owned` was read as the table's name.
  if (name_at_ == found - 1 && mistake.expected.contains(tokens_.type(found - 1)) &&
      !mistake.expected.contains(size_t{PolicyLexer::NAME})) {
    misread_.insert(found - 1);
    mistake = missing_name(found - 1, name_rule_);
    return;
  }
  if (missing_list_colon(mistake)) return;
  // `sam can read t1 becase level`: `becase` was read as the user of the next expectation.
  bool only_verbs =
      mistake.expected.contains(size_t{PolicyLexer::LACKS}) && !mistake.expected.contains(size_t{PolicyLexer::NAME});
  if (only_verbs && !tokens_.starts_line(found - 1)) {
    if (missing_second_word(mistake)) return;
    mistake = Mistake();
    mistake.found = found - 1;
    mistake.rule = PolicyParser::RuleScenarioBody;
    mistake.is_item = true;
    for (size_t word : {PolicyLexer::BECAUSE, PolicyLexer::OWNED, PolicyLexer::IN, PolicyLexer::FOR, PolicyLexer::WITH,
                        PolicyLexer::THROUGH, PolicyLexer::RBRACE}) {
      mistake.expected.add(static_cast<ssize_t>(word));
    }
    return;
  }
  // `record fee == 5`
  bool compares = is_comparison(tokens_.type(found)) && found >= 2 && is_name(tokens_.type(found - 1));
  if (!compares) return;
  std::string base = token_text(*tokens_.at(found - 2));
  if (base != "record" && base != "user" && base != "context") return;
  mistake.found = found - 1;
  mistake.rule = PolicyParser::RuleOperand;
  mistake.expected = IntervalSet();
  mistake.expected.add(PolicyLexer::DOT);
}

// `bot on behalf ana updates t1`, where `on` was read as a verb, and `position mate held sam`.
bool PolicyErrorStrategy::missing_second_word(Mistake& mistake) {
  size_t found = mistake.found;
  bool behalf =
      found >= 3 && tokens_.type(found - 2) == PolicyLexer::BEHALF && tokens_.type(found - 3) == PolicyLexer::ON;
  bool held = tokens_.type(found - 1) == PolicyLexer::HELD;
  if (!behalf && !held) return false;
  mistake = Mistake();
  mistake.found = behalf ? found - 1 : found;
  mistake.rule = behalf ? PolicyParser::RuleEvent : PolicyParser::RulePositionFact;
  mistake.expected.add(static_cast<ssize_t>(behalf ? PolicyLexer::OF : PolicyLexer::BY));
  return true;
}

// `who can read t1 sam` and `sam can list city for read t1`: without their colon the words are no expectation of this
// kind, and the mistake shows later.
bool PolicyErrorStrategy::missing_list_colon(Mistake& mistake) {
  size_t start = mistake.found - 1;
  while (start > 0 && !tokens_.starts_line(start)) --start;
  if (start + 6 >= tokens_.size()) return false;
  bool is_who = tokens_.type(start) == PolicyLexer::WHO && tokens_.type(start + 1) == PolicyLexer::CAN;
  bool is_list = tokens_.type(start + 1) == PolicyLexer::CAN && tokens_.type(start + 2) == PolicyLexer::LIST &&
                 tokens_.type(start + 4) == PolicyLexer::FOR;
  size_t colon = start + (is_who ? 4 : 6);
  if ((!is_who && !is_list) || colon > mistake.found || tokens_.type(colon) == PolicyLexer::COLON) return false;
  mistake = Mistake();
  mistake.found = colon;
  mistake.rule = is_who ? PolicyParser::RuleWhoExpectation : PolicyParser::RuleListExpectation;
  mistake.expected.add(PolicyLexer::COLON);
  return true;
}

void PolicyErrorStrategy::say(const Mistake& mistake, const std::string& what) {
  const antlr4::Token& found = *tokens_.at(mistake.found);
  uint32_t begin = token_begin(found);
  uint32_t end = token_end(found);
  bool at_end = found.getType() == antlr4::Token::EOF;
  // What is missing at the end of a line is missing there, not where the next line starts.
  if (mistake.found > 0 && (at_end || (!mistake.is_item && tokens_.starts_line(mistake.found)))) {
    begin = end = token_end(*tokens_.at(mistake.found - 1));
  }
  auto report = errors_.report(DiagnosticKind::Expected, begin, end, what, found_text(mistake.found));
  explain(report, mistake);
}

void PolicyErrorStrategy::explain(Diagnostics::Report& report, const Mistake& mistake) {
  const antlr4::Token& found = *tokens_.at(mistake.found);
  std::string text = token_text(found);
  if (found.getType() == PolicyLexer::NAME && !mistake.expected.contains(size_t{PolicyLexer::NAME})) {
    std::vector<std::string> words;
    for (ssize_t type : mistake.expected.toList()) {
      if (type <= 0) continue;
      std::string word = word_for(static_cast<size_t>(type));
      if (word[0] == '`' && std::isalpha(static_cast<unsigned char>(word[1]))) {
        words.push_back(word.substr(1, word.size() - 2));
      }
    }
    report.help(did_you_mean(text, {words.begin(), words.end()}));
  }
  bool reserved = found.getType() >= PolicyLexer::AND && found.getType() <= PolicyLexer::WHEN;
  if (reserved && mistake.expected.contains(size_t{PolicyLexer::NAME}) && looks_like_name(mistake.found)) {
    report.help(fmt::format("a name that is spelt like this is written in backquotes: `` `{}` ``", text));
  }
  if (found.getType() != antlr4::Token::EOF || !mistake.expected.contains(size_t{PolicyLexer::RBRACE})) return;
  std::vector<size_t> open;
  for (size_t i = 0; i < mistake.found; ++i) {
    if (tokens_.type(i) == PolicyLexer::LBRACE) open.push_back(i);
    if (tokens_.type(i) == PolicyLexer::RBRACE && !open.empty()) open.pop_back();
  }
  if (open.empty()) return;
  const antlr4::Token& brace = *tokens_.at(open.back());
  report.label(errors_.span(token_begin(brace), token_end(brace)), "opened here");
}

// A reserved word where a name stands usually.
bool PolicyErrorStrategy::looks_like_name(size_t index) {
  switch (tokens_.type(index + 1)) {
    case PolicyLexer::LBRACE:
    case PolicyLexer::RBRACE:
    case PolicyLexer::COLON:
    case PolicyLexer::DOT:
    case PolicyLexer::COMMA:
    case PolicyLexer::STRING:
    case PolicyLexer::OWNED:
    case PolicyLexer::INCLUDES:
      return true;
    default:
      return false;
  }
}

// What would have fitted, in the author's terms.
std::string PolicyErrorStrategy::describe(const Mistake& mistake) {
  const IntervalSet& expected = mistake.expected;
  size_t before = mistake.found == 0 ? 0 : tokens_.type(mistake.found - 1);
  if (std::string_view items = items_of(mistake.rule); mistake.is_item && !items.empty()) {
    bool closes = expected.contains(size_t{PolicyLexer::RBRACE});
    bool has_or = items.find(" or ") != std::string_view::npos;
    return closes ? fmt::format("{}{} or `}}`", items, has_or ? "," : "") : std::string(items);
  }
  std::vector<std::string> words;
  bool takes_name = expected.contains(size_t{PolicyLexer::NAME});
  std::string after;
  if (expected.contains(size_t{PolicyLexer::LPAREN})) {
    words.push_back("a condition");
  } else if (expected.contains(size_t{PolicyLexer::DATE})) {
    words.push_back("a value");
  } else if (takes_name) {
    words.emplace_back(name_meaning(mistake.rule, before));
  }
  if (expected.contains(size_t{PolicyLexer::EQUAL})) words.push_back("a comparison");
  if (expected.contains(size_t{PolicyLexer::LOSES}) && mistake.rule == PolicyParser::RuleEvent) {
    words = {"`is given`", "`loses`", "`shares`", "another event"};
  } else if (takes_name) {
    add_all(words, expected, [](size_t type) {
      return type > PolicyLexer::QUOTED_NAME && !is_literal(type) && !is_comparison(type) &&
             type != PolicyLexer::LPAREN;
    });
  } else {
    add_all(words, expected, [](size_t type) { return !is_comparison(type) || type == PolicyLexer::IN; });
    if (expected.contains(size_t{PolicyLexer::EQUAL})) std::erase(words, "`in`");
  }
  std::stable_sort(words.begin(), words.end(),
                   [](const std::string& a, const std::string& b) { return word_order(a) < word_order(b); });
  if (words.empty()) words.emplace_back("the end of the file");
  if (words.size() > kShownExpected) words.resize(kShownExpected);
  if (mistake.found > 0) after = fmt::format(" after {}", found_text(mistake.found - 1));
  return joined(words) + after;
}

std::string PolicyErrorStrategy::token_text(const antlr4::Token& token) {
  std::string_view text = errors_.text().substr(token_begin(token), token_end(token) - token_begin(token));
  if (text.size() <= kShownBytes) return std::string(text);
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string PolicyErrorStrategy::found_text(size_t index) {
  const antlr4::Token* token = tokens_.at(index);
  if (token->getType() == antlr4::Token::EOF) {
    if (tokens_.following == nullptr) return "the end of the file";
    token = tokens_.following;
  }
  std::string text = token_text(*token);
  return token->getType() == PolicyLexer::QUOTED_NAME ? text : fmt::format("`{}`", text);
}

}  // namespace policyc::syntax
