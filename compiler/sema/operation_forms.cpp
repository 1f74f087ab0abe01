#include "compiler/sema/operation_forms.h"

namespace policyc {

namespace {

using Part = OperationPart;

// A row that is created has its name and table in an event (`creates t3: boat_trip`), and its table alone after `may`.
constexpr OperationForm kCreates = {
    OperationKind::Create, "create", "creates", "", Part::kTable, Part::kOwner | Part::kUnit | Part::kValues,
    "RECORD: TABLE"};
constexpr OperationForm kCreate = {
    OperationKind::Create, "create", "creates", "", 0, Part::kOwner | Part::kUnit | Part::kValues, "TABLE"};

constexpr OperationForm kForms[] = {
    {OperationKind::Read, "read", "reads", "", 0, 0, "RECORD"},
    {OperationKind::Update, "update", "updates", "", 0, Part::kValues, "RECORD"},
    {OperationKind::Delete, "delete", "deletes", "", 0, 0, "RECORD"},
    {OperationKind::Assign, "assign", "assigns", "to", Part::kOther, 0, "RECORD to OWNER"},
    {OperationKind::Share, "share", "shares", "with", Part::kOther | Part::kRights, Part::kColumn,
     "RECORD with RECIPIENT for RIGHTS"},
    {OperationKind::Modify, "modify", "modifies", "with", Part::kOther | Part::kRights, 0,
     "RECORD with RECIPIENT for RIGHTS"},
    {OperationKind::Revoke, "revoke", "revokes", "from", Part::kOther, Part::kColumn, "RECORD from RECIPIENT"},
    {OperationKind::Link, "link", "links", "to", Part::kColumn | Part::kOther, 0, "RECORD.LOOKUP to RECORD"},
    {OperationKind::Unlink, "unlink", "unlinks", "", Part::kColumn, 0, "RECORD.LOOKUP"},
    {OperationKind::Associate, "associate", "associates", "with", Part::kOther | Part::kThrough, 0,
     "RECORD with RECORD through RELATIONSHIP"},
    {OperationKind::Disassociate, "disassociate", "disassociates", "from", Part::kOther | Part::kThrough, 0,
     "RECORD from RECORD through RELATIONSHIP"},
    {OperationKind::Merge, "merge", "merges", "into", Part::kOther, 0, "RECORD into RECORD"},
    {OperationKind::Deactivate, "deactivate", "deactivates", "", 0, 0, "RECORD"},
    {OperationKind::Activate, "activate", "activates", "", 0, 0, "RECORD"},
    {OperationKind::SetUnit, "move", "moves", "to", Part::kOther, 0, "RECORD to UNIT"},
    {OperationKind::AddMember, "add", "adds", "to", Part::kOther, 0, "USER to TEAM"},
    {OperationKind::RemoveMember, "remove", "removes", "from", Part::kOther, 0, "USER from TEAM"},
};

const OperationForm& create_form(Person person) { return person == Person::Third ? kCreates : kCreate; }

}  // namespace

const OperationForm* find_form(std::string_view verb, Person person) {
  if (verb == create_form(person).verb(person)) return &create_form(person);
  for (const OperationForm& form : kForms) {
    if (verb == form.verb(person)) return &form;
  }
  return nullptr;
}

std::vector<std::string_view> verbs(Person person) {
  std::vector<std::string_view> words{create_form(person).verb(person)};
  for (const OperationForm& form : kForms) words.push_back(form.verb(person));
  return words;
}

std::vector<std::string_view> verbs_that_take(uint16_t part, std::string_view connector, Person person) {
  std::vector<std::string_view> words;
  auto add = [&](const OperationForm& form) {
    bool takes = (form.takes(person) & part) != 0 && (part != Part::kOther || form.connector == connector);
    if (takes) words.push_back(form.verb(person));
  };
  add(create_form(person));
  for (const OperationForm& form : kForms) add(form);
  return words;
}

}  // namespace policyc
