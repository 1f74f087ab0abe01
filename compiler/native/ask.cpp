#include "compiler/native/ask.h"

#include <cstring>
#include <span>

namespace policyc {

namespace {

// --- who

std::span<const uint32_t> list_of(const Asked& asked, size_t begin, size_t size) {
  if (size == 0) return {};
  return {asked.subject->lists + begin, size};
}

bool contains(std::span<const uint32_t> list, uint32_t principal) {
  for (const uint32_t item : list) {
    if (item == principal) return true;
  }
  return false;
}

bool is_user(const Asked& asked, policy_principal principal) {
  return principal == asked.subject->user && principal != POLICY_NOBODY;
}

bool owns_row(const policy_reach& reach, const Asked& asked) {
  return (reach.own & 1) != 0 && is_user(asked, asked.record->owner);
}

bool team_owns_row(const policy_reach& reach, const Asked& asked) {
  const uint32_t kind = POLICY_PRINCIPAL_KIND(asked.record->owner);
  if (kind != POLICY_TEAM && kind != POLICY_UNIT) return false;
  const size_t owners = size_t{reach.lists} + 2 * size_t{reach.interval_count};
  return contains(list_of(asked, owners, reach.owner_count), asked.record->owner);
}

// --- where

bool is_home(const policy_reach& reach, const Asked& asked) {
  if ((asked.record->shares & POLICY_AWAY) == 0) return true;
  const size_t aways = size_t{reach.lists} + 2 * size_t{reach.interval_count} + reach.owner_count;
  const std::span<const uint32_t> list = list_of(asked, aways, 2 * size_t{reach.away_count});
  for (size_t i = 0; i + 1 < list.size(); i += 2) {
    const bool is_owner =
        list[i + 1] == POLICY_SELF ? is_user(asked, asked.record->owner) : list[i + 1] == asked.record->owner;
    if (list[i] == asked.record->owning_unit && is_owner) return true;
  }
  return false;
}

bool is_in_reach(const policy_reach& reach, const Asked& asked) {
  const uint32_t unit = asked.record->owning_unit;
  if (unit - reach.first < reach.count) return true;
  const std::span<const uint32_t> list = list_of(asked, reach.lists, 2 * size_t{reach.interval_count});
  for (size_t i = 0; i + 1 < list.size(); i += 2) {
    if (unit - list[i] < list[i + 1]) return true;
  }
  return false;
}

// --- shares

std::span<const policy_share> shares_of(const policy_record& record) {
  const auto* list = reinterpret_cast<const policy_share_list*>(record.shares & ~uint64_t{POLICY_AWAY});
  if (list == nullptr) return {};
  return {reinterpret_cast<const policy_share*>(list + 1), list->count};
}

bool counts_for(const policy_reach& reach, policy_principal with, const Asked& asked) {
  switch (POLICY_PRINCIPAL_KIND(with)) {
    case POLICY_USER:
      return (reach.flags & POLICY_REACH_SHARE_USER) != 0 && is_user(asked, with);
    case POLICY_TEAM:
      return contains(list_of(asked, 0, asked.subject->team_count), with);
    case POLICY_UNIT:
      return (reach.flags & POLICY_REACH_SHARE_UNIT) != 0 &&
             with == POLICY_PRINCIPAL(POLICY_UNIT, asked.subject->unit_index);
    case POLICY_ORGANIZATION:
      return true;
    default:
      return false;
  }
}

// `rights` and `inherited`: the bits to look for in each half of a share.
bool is_shared(const policy_reach& reach, uint32_t rights, uint32_t inherited, const Asked& asked) {
  if ((reach.flags & POLICY_REACH_HELD) == 0) return false;
  for (const policy_share& share : shares_of(*asked.record)) {
    const bool gives = (share.rights & rights) != 0 || (share.inherited & inherited) != 0;
    if (gives && counts_for(reach, share.principal, asked)) return true;
  }
  return false;
}

// --- hierarchy

uint32_t report_rights(const policy_subject& subject, policy_principal principal) {
  uint32_t low = 0, high = subject.report_count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const policy_report& report = subject.reports[middle];
    if (report.principal == principal) return report.rights;
    if (report.principal < principal)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

bool is_of_a_report(const policy_reach& reach, uint32_t right, const Asked& asked) {
  const policy_subject& subject = *asked.subject;
  if ((reach.flags & POLICY_REACH_HELD) == 0 || subject.report_count == 0) return false;
  if ((report_rights(subject, asked.record->owner) & right) != 0) return true;
  for (const policy_share& share : shares_of(*asked.record)) {
    if (((share.rights | share.inherited) & right) == 0) continue;
    if ((report_rights(subject, share.principal) & right) != 0) return true;
  }
  return false;
}

// --- values

const uint8_t* attributes_of(const IROperand& operand, const Asked& asked) {
  switch (operand.from) {
    case IROperand::From::Record:
      return reinterpret_cast<const uint8_t*>(asked.record + 1);
    case IROperand::From::User:
      return asked.subject->attributes;
    case IROperand::From::Context:
      return asked.context->attributes;
    case IROperand::From::Literal:
      break;
  }
  return nullptr;
}

bool is_present(const IROperand& operand, const Asked& asked) {
  if (operand.from == IROperand::From::Literal) return true;
  const uint8_t* attributes = attributes_of(operand, asked);
  return attributes != nullptr && (attributes[operand.presence / 8] >> (operand.presence % 8) & 1) != 0;
}

template <typename T>
T read(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

// At the width that compiled code compares.
template <typename T>
T number_of(const IROperand& operand, const Asked& asked) {
  if (operand.from == IROperand::From::Literal) return static_cast<T>(operand.literal.number);
  return read<T>(attributes_of(operand, asked) + operand.offset);
}

template <typename T>
bool compare_numbers(Compare compare, T a, T b) {
  switch (compare) {
    case Compare::Equal:
      return a == b;
    case Compare::NotEqual:
      return a != b;
    case Compare::Less:
      return a < b;
    case Compare::LessEqual:
      return a <= b;
    case Compare::Greater:
      return a > b;
    case Compare::GreaterEqual:
      return a >= b;
  }
  return false;
}

std::string_view string_of(const IROperand& operand, const Asked& asked) {
  if (operand.from == IROperand::From::Literal) return operand.literal.text;
  const auto string = read<policy_string>(attributes_of(operand, asked) + operand.offset);
  if (string.size == 0) return {};
  return {string.data, string.size};
}

template <typename T>
bool compare_as(Compare compare, const IROperand& a, const IROperand& b, const Asked& asked) {
  return compare_numbers<T>(compare, number_of<T>(a, asked), number_of<T>(b, asked));
}

// Values are read only where both are present: those of absent ones were never written.
bool compare_values(Compare compare, const IROperand& a, const IROperand& b, const Asked& asked) {
  if (!is_present(a, asked) || !is_present(b, asked)) return false;
  switch (a.type) {
    case ValueType::Boolean:
      return compare_as<int8_t>(compare, a, b, asked);
    case ValueType::Date:
    case ValueType::Choice:
      return compare_as<int32_t>(compare, a, b, asked);
    case ValueType::Integer:
    case ValueType::Money:
    case ValueType::DateTime:
      return compare_as<int64_t>(compare, a, b, asked);
    case ValueType::Decimal:
      return compare_as<Int128>(compare, a, b, asked);
    case ValueType::String:
      return (string_of(a, asked) == string_of(b, asked)) == (compare == Compare::Equal);
  }
  return false;
}

}  // namespace

bool ask(const Node& node, const IROperand* a, const IROperand* b, const Asked& asked) {
  const policy_reach& reach = asked.reaches[node.slot];
  const uint32_t right = 1u << static_cast<unsigned>(node.right);
  switch (node.op) {
    case Op::True:
      return true;
    case Op::Holds:
      return (reach.flags & POLICY_REACH_HELD) != 0;
    case Op::HoldsUnit:
      return (reach.flags & POLICY_REACH_UNIT_LEVEL) != 0;
    case Op::OwnRow:
      return owns_row(reach, asked);
    case Op::TeamRow:
      return team_owns_row(reach, asked);
    case Op::Home:
      return is_home(reach, asked);
    case Op::InReach:
      return is_in_reach(reach, asked);
    case Op::Shared:
      return is_shared(reach, right, 0, asked);
    case Op::Inherited:
      return is_shared(reach, 0, right, asked);
    case Op::AnyShare:
      return is_shared(reach, right, right, asked);
    case Op::Hierarchy:
      return is_of_a_report(reach, right, asked);
    case Op::Compare:
      return compare_values(node.compare, *a, *b, asked);
    case Op::IsNull:
      return !is_present(*a, asked);
    case Op::IsSet:
      return is_present(*a, asked);
    case Op::False:
    case Op::And:
    case Op::Or:
      break;
  }
  return false;
}

}  // namespace policyc
