// What rows inherit from the rows above them, and how that changes when links, shares and owners do.
//
//   policy::inherit_from_links(world);                        // once: every link counts as just made, top down
//
// The rest is for operations: each adds to `changes` what follows from one event, down as far as behaviours reach.
#pragma once

#include <functional>

#include "runtime/operations/changes.h"
#include "runtime/world/world.h"

namespace policy {

void inherit_from_links(World& world);

class Inheritance {
 public:
  Inheritance(const World& world, Changes& changes) : world_(world), records_(world.records), changes_(changes) {}

  // `child` was linked to `parent`. `row` is POLICY_NONE for a row that is not stored.
  void link(const Row& child, uint32_t row, uint32_t relationship, uint32_t parent, Hop hop);
  // `row` lost the link to the row above: it and what lies below keep nothing from outside.
  void cut(uint32_t row, Hop hop);
  void share(uint32_t row, policy_principal principal, RightSet rights);
  void unshare(uint32_t row, policy_principal principal, RightSet rights);
  // Parts from the row's owner go over to the new one.
  void change_owner(uint32_t row, policy_principal before, policy_principal after);

 private:
  const World& world_;
  const Records& records_;
  Changes& changes_;
};

// Whether a behaviour of the row above comes to the child, as both are before the operation.
bool reaches(const Records& records, Behaviour behaviour, const Row& child, const Row& above);

// The row's children of relationships that `action` does something to: in the order of relationships, then of rows.
std::vector<Child> children_for(const World& world, uint32_t row, Action action);

}  // namespace policy
