// A row takes the parts of the row above only, so rows form trees; every walk goes down level by level with a list of
// its own, and meets no row twice.
#include "runtime/operations/inheritance.h"

#include <algorithm>
#include <unordered_set>

namespace policy {

namespace {

struct Gain {
  policy_principal principal;
  Source source;
  RightSet rights;
};

// What a row that is linked to `parent` gets from it. Parts that no link accounts for stay where they are.
std::vector<Gain> gains_from(const World& world, uint32_t parent) {
  const OperationRules& rules = world.tables.rules;
  std::vector<Gain> gains;
  policy_principal owner = world.records.owner_of(world.records[parent]);
  bool owners_count = !rules.take_owner_on_link;
  if (owners_count && owner != POLICY_NOBODY) gains.push_back({owner, {parent, true}, kAllButCreate});
  for (const RowShare& share : world.records.shares(parent)) {
    if (rules.new_child_inherits_shares && share.rights != 0) {
      gains.push_back({share.principal, {parent, false}, share.rights});
    }
    for (const Part& part : share.parts) {
      bool counts = part.from_owner ? owners_count : rules.new_child_inherits_shares;
      if (counts && part.from != POLICY_NONE) {
        gains.push_back({share.principal, {part.from, part.from_owner}, part.rights});
      }
    }
  }
  return gains;
}

bool holds_shares(const World& world, const Row& row) {
  return row.table < world.tables.tables.size() && world.tables.tables[row.table].takes(POLICY_RIGHT_share);
}

// From `root` down through children that `action` reaches. `visit` says whether the walk goes on below the child.
template <typename Visit>
void walk_down(const World& world, uint32_t root, Action action, Visit visit) {
  if (root == POLICY_NONE) return;
  std::vector<uint32_t> pending = {root};
  std::unordered_set<uint32_t> seen = {root};
  for (size_t i = 0; i < pending.size(); ++i) {
    uint32_t above = pending[i];
    for (const Child& child : children_for(world, above, action)) {
      Behaviour behaviour = world.tables.relationships[child.relationship].on(action);
      if (!reaches(world.records, behaviour, world.records[child.row], world.records[above])) continue;
      if (!seen.insert(child.row).second) continue;
      if (visit(child.row, Hop{child.relationship, above})) pending.push_back(child.row);
    }
  }
}

// Everything below a row through relationships that hand down anything at all. What goes ends it: rows below that are
// cut off themselves.
struct Below {
  uint32_t row;
  Hop hop;
};

std::vector<Below> subtree(const World& world, const Changes& changes, uint32_t root, Hop hop) {
  std::vector<Below> rows = {{root, hop}};
  std::unordered_set<uint32_t> seen = {root};
  for (size_t i = 0; i < rows.size(); ++i) {
    uint32_t above = rows[i].row;
    for (const Child& child : world.records.children(above)) {
      bool is_parental = world.tables.relationships[child.relationship].is_parental;
      if (!is_parental || changes.goes(child.row)) continue;
      if (seen.insert(child.row).second) rows.push_back({child.row, {child.relationship, above}});
    }
  }
  return rows;
}

}  // namespace

bool reaches(const Records& records, Behaviour behaviour, const Row& child, const Row& above) {
  switch (behaviour) {
    case Behaviour::Cascade:
      return true;
    case Behaviour::Active:
      return child.active;
    case Behaviour::UserOwned: {
      policy_principal owner = records.owner_of(child);
      return owner != POLICY_NOBODY && owner == records.owner_of(above);
    }
    case Behaviour::None:
    case Behaviour::RemoveLink:
    case Behaviour::Restrict:
      break;
  }
  return false;
}

std::vector<Child> children_for(const World& world, uint32_t row, Action action) {
  std::span<const Child> all = world.records.children(row);
  std::vector<Child> children;
  if (all.empty()) return children;
  children.reserve(all.size());
  for (const Child& child : all) {
    if (world.tables.relationships[child.relationship].on(action) != Behaviour::None) children.push_back(child);
  }
  if (!std::is_sorted(children.begin(), children.end())) std::sort(children.begin(), children.end());
  return children;
}

void Inheritance::link(const Row& child, uint32_t row, uint32_t relationship, uint32_t parent, Hop hop) {
  Behaviour behaviour = world_.tables.relationships[relationship].on(Action::Reparent);
  if (row == POLICY_NONE || !reaches(records_, behaviour, child, records_[parent])) return;
  std::vector<Gain> gains = gains_from(world_, parent);
  if (gains.empty() || !holds_shares(world_, child)) return;
  auto gain = [&](uint32_t reached, Hop by) {
    if (!holds_shares(world_, records_[reached])) return false;
    for (const Gain& g : gains) changes_.add_part(reached, g.principal, g.source, g.rights, by);
    return true;
  };
  gain(row, hop);
  walk_down(world_, row, Action::Reparent, gain);
}

void Inheritance::cut(uint32_t row, Hop hop) {
  std::vector<Below> rows = subtree(world_, changes_, row, hop);
  std::unordered_set<uint32_t> inside;
  for (const Below& below : rows) inside.insert(below.row);
  for (const Below& below : rows) {
    for (const RowShare& share : records_.shares(below.row)) {
      for (const Part& part : share.parts) {
        if (part.from == POLICY_NONE || inside.contains(part.from)) continue;
        changes_.take_part(below.row, share.principal, {part.from, part.from_owner}, part.rights, below.hop);
      }
    }
  }
}

void Inheritance::share(uint32_t row, policy_principal principal, RightSet rights) {
  if (rights == 0) return;
  walk_down(world_, row, Action::Share, [&](uint32_t reached, Hop hop) {
    if (!holds_shares(world_, records_[reached])) return false;
    changes_.add_part(reached, principal, {row, false}, rights, hop);
    return true;
  });
}

void Inheritance::unshare(uint32_t row, policy_principal principal, RightSet rights) {
  if (rights == 0) return;
  walk_down(world_, row, Action::Unshare, [&](uint32_t reached, Hop hop) {
    if (!holds_shares(world_, records_[reached])) return false;
    changes_.take_part(reached, principal, {row, false}, rights, hop);
    return true;
  });
}

void Inheritance::change_owner(uint32_t row, policy_principal before, policy_principal after) {
  if (row == POLICY_NONE || before == after || before == POLICY_NOBODY) return;
  for (const Heir& heir : records_.heirs(row)) {
    if (!heir.from_owner || heir.principal != before) continue;
    RightSet rights = records_.part_rights(heir.row, before, row, true);
    changes_.take_part(heir.row, before, {row, true}, rights, {});
    if (after != POLICY_NOBODY) changes_.add_part(heir.row, after, {row, true}, rights, {});
  }
}

// Rows without a row above first; a child comes when its row above is done. Rows that go round are never met.
void inherit_from_links(World& world) {
  const Records& records = world.records;
  std::vector<uint32_t> pending;
  std::vector<uint32_t> open(records.size(), 0);  // parental links to rows that are not done yet
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!records.exists(row)) continue;
    for (const RowLink& link : records[row].links) {
      bool hands_down = world.tables.relationships[link.relationship].is_parental && records.exists(link.parent);
      if (hands_down) ++open[row];
    }
    if (open[row] == 0) pending.push_back(row);
  }
  for (size_t i = 0; i < pending.size(); ++i) {
    uint32_t above = pending[i];
    std::vector<Gain> gains = gains_from(world, above);
    std::vector<Child> children(records.children(above).begin(), records.children(above).end());
    for (const Child& child : children) {
      const RelationshipEntry& relationship = world.tables.relationships[child.relationship];
      if (!relationship.is_parental) continue;
      if (--open[child.row] == 0) pending.push_back(child.row);
      const Row& below = records[child.row];
      if (!holds_shares(world, below) || !reaches(records, relationship.on(Action::Reparent), below, records[above])) {
        continue;
      }
      for (const Gain& g : gains) {
        RightSet rights = g.rights | records.part_rights(child.row, g.principal, g.source.from, g.source.from_owner);
        world.records.set_part(child.row, g.principal,
                               {.from = g.source.from, .from_owner = g.source.from_owner, .rights = rights});
      }
    }
  }
}

}  // namespace policy
