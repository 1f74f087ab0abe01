// What a program has names for, by kind, and what it says of each.
#include <functional>
#include <string_view>

#include "runtime/abi/handles.h"
#include "runtime/decide/words.h"

namespace policy {

namespace {

// One kind's names: how many, and the one of a number.
struct Names {
  uint32_t count = 0;
  std::function<const char*(uint32_t)> at;
};

Names plain(const std::vector<std::string>& list) {
  return {static_cast<uint32_t>(list.size()), [&list](uint32_t i) { return list[i].c_str(); }};
}

template <typename List>
Names entries(const List& list) {
  return {static_cast<uint32_t>(list.size()), [&list](uint32_t i) { return list[i].name.c_str(); }};
}

Names names_of(const ProgramTables& tables, uint32_t kind, uint32_t of) {
  const bool is_of_table = kind == POLICY_NAME_COLUMN || kind == POLICY_NAME_ATTRIBUTE;
  if (is_of_table && of >= tables.tables.size()) return {};
  if (kind == POLICY_NAME_STEP && of >= tables.flows.size()) return {};
  switch (kind) {
    case POLICY_NAME_TABLE:
      return entries(tables.tables);
    case POLICY_NAME_RIGHT:
      return {POLICY_RIGHT_COUNT, [](uint32_t i) { return words::kRights[i]; }};
    case POLICY_NAME_LEVEL:
      return {words::kLevels.size(), [](uint32_t i) { return words::kLevels[i]; }};
    case POLICY_NAME_REASON:
      return {POLICY_REASON_COUNT, [](uint32_t i) { return words::kReasons[i].word; }};
    case POLICY_NAME_ROLE:
      return entries(tables.roles);
    case POLICY_NAME_PRIVILEGE:
      return plain(tables.privileges);
    case POLICY_NAME_COLUMN_PROFILE:
      return entries(tables.profiles);
    case POLICY_NAME_RELATIONSHIP:
      return entries(tables.relationships);
    case POLICY_NAME_FLOW:
      return entries(tables.flows);
    case POLICY_NAME_STEP:
      return entries(tables.flows[of].steps);
    case POLICY_NAME_COLUMN:
      return plain(tables.tables[of].secured_names);
    case POLICY_NAME_ATTRIBUTE:
      return entries(tables.tables[of].attributes);
    case POLICY_NAME_USER_ATTRIBUTE:
      return entries(tables.user_attributes);
    case POLICY_NAME_CONTEXT_ATTRIBUTE:
      return entries(tables.context_attributes);
    case POLICY_NAME_CHOICE:
      return plain(tables.choice_labels);
    default:
      return {};
  }
}

const AttributeEntry* attribute_of(const ProgramTables& tables, uint32_t kind, uint32_t of, uint32_t number) {
  const std::vector<AttributeEntry>* list = nullptr;
  if (kind == POLICY_NAME_ATTRIBUTE && of < tables.tables.size()) list = &tables.tables[of].attributes;
  if (kind == POLICY_NAME_USER_ATTRIBUTE) list = &tables.user_attributes;
  if (kind == POLICY_NAME_CONTEXT_ATTRIBUTE) list = &tables.context_attributes;
  return list != nullptr && number < list->size() ? &(*list)[number] : nullptr;
}

// What all descriptions begin with: a place for the answer, and a program to ask.
template <typename Info, typename Fill>
policy_status describe(const policy_program* program, Info* out, Fill fill) {
  if (!has_size(out)) return POLICY_INVALID;
  clear(*out);
  if (!is_handle(program)) return POLICY_INVALID;
  return fill(program->tables()) ? POLICY_OK : POLICY_UNKNOWN;
}

}  // namespace

}  // namespace policy

extern "C" {

uint32_t policy_count(const policy_program* program, uint32_t kind, uint32_t of) {
  return policy::is_handle(program) ? policy::names_of(program->tables(), kind, of).count : 0;
}

uint32_t policy_find(const policy_program* program, uint32_t kind, uint32_t of, const char* name) {
  if (!policy::is_handle(program) || name == nullptr) return POLICY_NONE;
  const policy::Names names = policy::names_of(program->tables(), kind, of);
  for (uint32_t i = 0; i < names.count; ++i) {
    if (std::string_view(names.at(i)) == name) return i;
  }
  return POLICY_NONE;
}

const char* policy_name(const policy_program* program, uint32_t kind, uint32_t of, uint32_t number) {
  if (!policy::is_handle(program)) return nullptr;
  const policy::Names names = policy::names_of(program->tables(), kind, of);
  return number < names.count ? names.at(number) : nullptr;
}

policy_status policy_table_describe(const policy_program* program, uint32_t table, policy_table_info* out) {
  return policy::describe(program, out, [&](const policy::ProgramTables& tables) {
    if (table >= tables.tables.size()) return false;
    const policy::TableEntry& entry = tables.tables[table];
    out->ownership = static_cast<uint32_t>(entry.ownership);
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) out->rights |= entry.takes(right) ? 1u << right : 0;
    out->attribute_bytes = entry.attribute_bytes;
    out->columns = entry.secured_set();
    return true;
  });
}

policy_status policy_attribute_describe(const policy_program* program, uint32_t kind, uint32_t of, uint32_t number,
                                        policy_attribute_info* out) {
  return policy::describe(program, out, [&](const policy::ProgramTables& tables) {
    const policy::AttributeEntry* entry = policy::attribute_of(tables, kind, of, number);
    if (entry == nullptr) return false;
    out->type = entry->type;
    out->offset = entry->offset;
    out->size = entry->size;
    return true;
  });
}

policy_status policy_grant_describe(const policy_program* program, uint32_t grant, policy_grant_info* out) {
  return policy::describe(program, out, [&](const policy::ProgramTables& tables) {
    if (grant >= tables.grants.size()) return false;
    const policy::GrantEntry& entry = tables.grants[grant];
    out->role = entry.role;
    out->table = entry.table;
    out->right = entry.right;
    out->level = static_cast<uint32_t>(entry.level);
    out->line = entry.place.line;
    out->column = entry.place.column;
    out->conditional = entry.is_conditional ? 1 : 0;
    out->file = entry.place.file < tables.files.size() ? tables.files[entry.place.file].c_str() : "";
    return true;
  });
}

policy_status policy_step_describe(const policy_program* program, uint32_t flow, uint32_t step, policy_step_info* out) {
  return policy::describe(program, out, [&](const policy::ProgramTables& tables) {
    if (flow >= tables.flows.size() || step >= tables.flows[flow].steps.size()) return false;
    const policy::StepEntry& entry = tables.flows[flow].steps[step];
    out->right = entry.right;
    out->table = entry.table;
    out->bounded = entry.bounded ? 1 : 0;
    out->named_user = entry.named_user.c_str();
    out->bounded_by = entry.bounded_by.c_str();
    return true;
  });
}
}
