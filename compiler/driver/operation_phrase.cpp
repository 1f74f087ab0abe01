#include "compiler/driver/operation_phrase.h"

#include <algorithm>

#include "compiler/base/diagnostic.h"
#include "compiler/driver/command_line_names.h"

namespace policyc {

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != text.npos) {
    size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// Reads one phrase from left to right. The first mistake stays; what is read after it means nothing.
class PhraseReader {
 public:
  PhraseReader(const Policy& policy, const Facts& facts, std::vector<std::string> words, UserId user)
      : policy_(policy), facts_(facts), names_(policy, facts), words_(std::move(words)) {
    operation_.user = user;
  }

  OperationPhrase read();
  static const auto& verbs() { return kVerbs; }

 private:
  struct Verb {
    std::string_view word;
    std::string_view form;
    OperationKind kind;
    void (PhraseReader::*read)();
  };
  static const std::array<Verb, 18> kVerbs;

  // --- forms

  void assign() {
    operation_.record = row();
    expect("to");
    operation_.principal = principal("");
  }

  void share() {
    operation_.record = row();
    expect("with");
    operation_.principal = principal("for");
    expect("for");
    operation_.rights = rights();
  }

  void revoke() {
    operation_.record = row();
    expect("from");
    operation_.principal = principal("");
  }

  void link() {
    std::vector<RelationshipId> relationships = lookup();
    expect("to");
    std::vector<TableId> parents;
    for (RelationshipId id : relationships) parents.push_back(policy_.relationships[id].parent);
    std::string reference = word("a row");
    if (failed()) return;
    operation_.other = found(names_.record(reference, parents));
    if (failed()) return explain_lookup(reference, parents);
    auto at = std::ranges::find(parents, facts_.records[operation_.other].table) - parents.begin();
    operation_.relationship = relationships[static_cast<size_t>(at)];
  }

  // A row that is there, of a table that the lookup does not lead to.
  void explain_lookup(const std::string& reference, const std::vector<TableId>& parents) {
    Result<RecordId> anywhere = names_.record(reference);
    if (!anywhere) return;
    std::string tables;
    for (TableId table : parents) {
      tables += fmt::format("{}`{}`", tables.empty() ? "" : " or ", policy_.tables[table].name);
    }
    const Table& table = policy_.tables[facts_.records[*anywhere].table];
    phrase_.mistake = fmt::format("`{}` is a record of `{}`; the lookup leads to {}", reference, table.name, tables);
  }

  // The relationship of the link that is there, where a lookup leads to several tables.
  void unlink() {
    std::vector<RelationshipId> relationships = lookup();
    if (failed()) return;
    operation_.relationship = relationships[0];
    for (const Link& link : facts_.records[operation_.record].links) {
      if (std::ranges::find(relationships, link.relationship) != relationships.end()) {
        operation_.relationship = link.relationship;
      }
    }
  }

  void associate() {
    std::string first = word("a row");
    expect("with");
    std::string second = word("a row");
    expect("through");
    std::string name = word("a relationship");
    if (failed()) return;
    operation_.relationship = found(names_.association(name));
    if (failed()) return;
    const Relationship& relationship = policy_.relationships[operation_.relationship];
    // Either order will do where the tables differ.
    bool reversed = relationship.child != relationship.parent && names_.record(first, {relationship.parent}) &&
                    names_.record(second, {relationship.child});
    if (reversed) std::swap(first, second);
    operation_.record = found(names_.record(first, {relationship.child}));
    operation_.other = found(names_.record(second, {relationship.parent}));
  }

  void merge() {
    operation_.record = row();
    expect("into");
    operation_.other = row();
  }

  void one_row() { operation_.record = row(); }

  void move() {
    std::string subject = with_kind("to");
    expect("to");
    std::string unit = word("a unit");
    if (failed()) return;
    if (subject.starts_with("user ") || subject.starts_with("team ")) {
      Principal principal = found(names_.principal(subject));
      set_moved({principal.user(), principal.team(), {}});
    } else {
      set_moved(found(names_.movable(subject)));
    }
    if (!failed()) operation_.unit = found(names_.unit(unit));
  }

  void set_moved(const CommandLineNames::Movable& moved) {
    operation_.record = moved.record;
    operation_.team = moved.team;
    if (moved.user) operation_.principal = Principal::of(moved.user);
    operation_.kind = moved.user   ? OperationKind::MoveUser
                      : moved.team ? OperationKind::MoveTeam
                                   : OperationKind::SetUnit;
  }

  void add() { member("to"); }
  void remove() { member("from"); }

  void member(std::string_view keyword) {
    std::string user = word("a user");
    expect(keyword);
    std::string team = word("a team");
    if (failed()) return;
    UserId member = found(names_.user(user));
    if (!failed()) operation_.team = found(names_.team(team));
    if (!failed()) operation_.principal = Principal::of(member);
  }

  void create() {
    std::string name = word("a table");
    if (failed()) return;
    TableId id = found(names_.table(name));
    if (failed()) return;
    const Table& table = policy_.tables[id];
    Record record = blank_record(policy_, id);
    if (is_next("owned")) {
      expect("owned");
      expect("by");
      record.owner = principal("in");
      if (!failed() && table.ownership != Ownership::User) {
        fail(fmt::format("rows of `{}` have no owner; leave out `owned by`", name));
      }
    } else if (operation_.user && table.ownership == Ownership::User) {
      record.owner = Principal::of(operation_.user);
    }
    record.unit = table.ownership == Ownership::User ? unit_of_owner(record.owner) : unit_of_user();
    if (is_next("in")) {
      expect("in");
      std::string unit = word("a unit");
      if (!failed()) record.unit = found(names_.unit(unit));
    }
    if (!failed()) propose(table, std::move(record));
  }

  UnitId unit_of_owner(Principal owner) const { return failed() ? UnitId{} : unit_of(facts_, owner); }
  UnitId unit_of_user() const { return operation_.user ? facts_.users[operation_.user].unit : UnitId{}; }

  void propose(const Table& table, Record record) {
    if (table.ownership == Ownership::Organization) {
      if (record.unit && record.unit != unit_of_user()) {
        return fail(fmt::format("rows of `{}` have no unit; leave out `in`", table.name));
      }
      record.unit = {};
    } else if (table.ownership == Ownership::User && record.owner.is_nobody()) {
      return fail(fmt::format("whose row? write `create {} owned by NAME`", table.name));
    } else if (table.ownership == Ownership::BusinessUnit && !record.unit) {
      return fail(fmt::format("which unit's row? write `create {} in UNIT`", table.name));
    }
    operation_.proposed = std::move(record);
  }

  // --- parts of forms

  RecordId row() {
    std::string reference = word("a row");
    return failed() ? RecordId{} : found(names_.record(reference));
  }

  // "entry/e1.trip": the row into `operation_`, and the relationships of the lookup.
  std::vector<RelationshipId> lookup() {
    std::string reference = word("a lookup");
    if (failed()) return {};
    size_t dot = reference.rfind('.');
    if (dot == reference.npos || dot == 0 || dot + 1 == reference.size()) {
      misuse(fmt::format("`{}` names no lookup; write `TABLE/ID.LOOKUP`", reference));
      return {};
    }
    operation_.record = found(names_.record(reference.substr(0, dot)));
    if (failed()) return {};
    return found(names_.lookup(facts_.records[operation_.record].table, reference.substr(dot + 1)));
  }

  // A name, with the kind before it where that is written; `stop` is the word that comes after it.
  std::string with_kind(std::string_view stop) {
    std::string first = word("a name");
    bool is_kind = first == "user" || first == "team" || first == "unit";
    bool name_follows =
        at_ < words_.size() && (words_[at_] != stop || (at_ + 1 < words_.size() && words_[at_ + 1] == stop));
    return is_kind && name_follows ? first + " " + word("a name") : first;
  }

  Principal principal(std::string_view stop) {
    std::string name = with_kind(stop);
    return failed() ? Principal{} : found(names_.principal(name));
  }

  // "read,write", "read, write" and "read write".
  RightSet rights() {
    RightSet rights = 0;
    while (at_ < words_.size() && !failed()) {
      std::string list = word("rights");
      std::ranges::replace(list, ',', ' ');
      for (const std::string& one : words_of(list)) {
        if (!failed()) rights |= bit(found(names_.right(one)));
      }
    }
    if (rights == 0) misuse("no rights after `for`");
    return rights;
  }

  bool is_next(std::string_view keyword) const { return at_ < words_.size() && words_[at_] == keyword; }

  void expect(std::string_view keyword) {
    if (failed()) return;
    if (at_ == words_.size()) return misuse(fmt::format("`{}` is missing", keyword));
    if (words_[at_] != keyword) return misuse(fmt::format("`{}` where `{}` was expected", words_[at_], keyword));
    ++at_;
  }

  std::string word(std::string_view what) {
    if (failed()) return {};
    if (at_ < words_.size()) return words_[at_++];
    misuse(fmt::format("{} is missing", what));
    return {};
  }

  // --- mistakes

  bool failed() const { return !phrase_.mistake.empty(); }
  void fail(std::string mistake) {
    if (!failed()) phrase_.mistake = std::move(mistake);
  }
  void misuse(const std::string& mistake) {
    if (failed()) return;
    phrase_.mistake = fmt::format("{}; the phrase is `{}`", mistake, verb_->form);
    phrase_.wrong_use = true;
  }

  template <typename T>
  T found(const Result<T>& result) {
    if (result) return *result;
    fail(result.error());
    return T{};
  }

  const Policy& policy_;
  const Facts& facts_;
  CommandLineNames names_;
  std::vector<std::string> words_;
  size_t at_ = 0;
  const Verb* verb_ = nullptr;
  Operation operation_;
  OperationPhrase phrase_;
};

const std::array<PhraseReader::Verb, 18> PhraseReader::kVerbs = {{
    {"assign", "assign TABLE/ID to PRINCIPAL", OperationKind::Assign, &PhraseReader::assign},
    {"share", "share TABLE/ID with PRINCIPAL for RIGHT,RIGHT", OperationKind::Share, &PhraseReader::share},
    {"modify", "modify TABLE/ID with PRINCIPAL for RIGHT,RIGHT", OperationKind::Modify, &PhraseReader::share},
    {"revoke", "revoke TABLE/ID from PRINCIPAL", OperationKind::Revoke, &PhraseReader::revoke},
    {"link", "link TABLE/ID.LOOKUP to TABLE/ID", OperationKind::Link, &PhraseReader::link},
    {"unlink", "unlink TABLE/ID.LOOKUP", OperationKind::Unlink, &PhraseReader::unlink},
    {"associate", "associate TABLE/ID with TABLE/ID through RELATIONSHIP", OperationKind::Associate,
     &PhraseReader::associate},
    {"disassociate", "disassociate TABLE/ID with TABLE/ID through RELATIONSHIP", OperationKind::Disassociate,
     &PhraseReader::associate},
    {"merge", "merge TABLE/ID into TABLE/ID", OperationKind::Merge, &PhraseReader::merge},
    {"move", "move TABLE/ID|USER|TEAM to UNIT", OperationKind::SetUnit, &PhraseReader::move},
    {"deactivate", "deactivate TABLE/ID", OperationKind::Deactivate, &PhraseReader::one_row},
    {"activate", "activate TABLE/ID", OperationKind::Activate, &PhraseReader::one_row},
    {"delete", "delete TABLE/ID", OperationKind::Delete, &PhraseReader::one_row},
    {"read", "read TABLE/ID", OperationKind::Read, &PhraseReader::one_row},
    {"update", "update TABLE/ID", OperationKind::Update, &PhraseReader::one_row},
    {"add", "add USER to TEAM", OperationKind::AddMember, &PhraseReader::add},
    {"remove", "remove USER from TEAM", OperationKind::RemoveMember, &PhraseReader::remove},
    {"create", "create TABLE [owned by PRINCIPAL] [in UNIT]", OperationKind::Create, &PhraseReader::create},
}};

OperationPhrase PhraseReader::read() {
  std::string first = words_.empty() ? std::string() : words_[at_++];
  auto verb = std::ranges::find(kVerbs, first, &Verb::word);
  if (verb == kVerbs.end()) {
    std::vector<std::string_view> known;
    for (const Verb& each : kVerbs) known.push_back(each.word);
    std::string meant = did_you_mean(first, known);
    phrase_.mistake = first.empty() ? "no operation"
                                    : fmt::format("unknown operation `{}`; {}", first,
                                                  meant.empty() ? "`policyc cascade --help` lists them" : meant);
    phrase_.wrong_use = true;
    return std::move(phrase_);
  }
  verb_ = &*verb;
  operation_.kind = verb->kind;
  (this->*verb->read)();
  if (!failed() && at_ < words_.size()) misuse(fmt::format("`{}` is more than the phrase takes", words_[at_]));
  if (!failed()) phrase_.operation = std::move(operation_);
  return std::move(phrase_);
}

}  // namespace

OperationPhrase read_operation_phrase(const Policy& policy, const Facts& facts, const std::vector<std::string>& words,
                                      UserId user) {
  std::vector<std::string> phrase = words.size() == 1 ? words_of(words[0]) : words;
  return PhraseReader(policy, facts, std::move(phrase), user).read();
}

std::string operation_forms() {
  std::string forms;
  for (const auto& verb : PhraseReader::verbs()) forms += fmt::format("  {}\n", verb.form);
  return forms;
}

}  // namespace policyc
