// Typed indices: a RoleId cannot be used where a TableId is asked for.
//
//   Role& role = policy.roles[id];
//   for (TableId table : policy.tables.ids()) ...
//
// An id is valid in the value that made it, and in copies of that value.
#pragma once

#include <cstdint>
#include <ranges>
#include <utility>
#include <vector>

namespace policyc {

template <typename Tag>
struct Id {
  uint32_t index = UINT32_MAX;

  static constexpr Id none() { return {}; }
  constexpr bool is_some() const { return index != UINT32_MAX; }
  constexpr explicit operator bool() const { return is_some(); }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

using TableId = Id<struct TableTag>;
using RoleId = Id<struct RoleTag>;
using GrantId = Id<struct GrantTag>;
using ConditionId = Id<struct ConditionTag>;
using RelationshipId = Id<struct RelationshipTag>;
using PrivilegeId = Id<struct PrivilegeTag>;
using ProfileId = Id<struct ProfileTag>;
using FlowId = Id<struct FlowTag>;
using UnitId = Id<struct UnitTag>;
using UserId = Id<struct UserTag>;
using TeamId = Id<struct TeamTag>;
using RecordId = Id<struct RecordTag>;
using PositionId = Id<struct PositionTag>;

// A vector that is indexed by its own id type.
template <typename IdType, typename T>
class Store {
 public:
  IdType add(T value) {
    values_.push_back(std::move(value));
    return {static_cast<uint32_t>(values_.size() - 1)};
  }
  T& operator[](IdType id) { return values_.at(id.index); }
  const T& operator[](IdType id) const { return values_.at(id.index); }
  bool contains(IdType id) const { return id.index < values_.size(); }
  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  auto ids() const {
    return std::views::iota(uint32_t{0}, static_cast<uint32_t>(values_.size())) |
           std::views::transform([](uint32_t i) { return IdType{i}; });
  }
  friend bool operator==(const Store&, const Store&) = default;

 private:
  std::vector<T> values_;
};

}  // namespace policyc
