#include "compiler/reference/changing.h"

#include <algorithm>
#include <set>

#include "compiler/reference/inherit.h"
#include "compiler/reference/people.h"

namespace policyc {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

RightSet every_right_but_create() {
  RightSet rights = 0;
  for (Right right : kAllRights) rights |= bit(right);
  return rights & static_cast<RightSet>(~bit(Right::Create));
}

}  // namespace

Children::Children(const Facts& facts) : by_parent_(facts.records.size()) {
  for (RecordId id : facts.records.ids()) {
    if (!facts.records[id].exists) continue;
    for (const Link& link : facts.records[id].links) add(link.parent, {link.relationship, id});
  }
}

void Children::add(RecordId parent, Child child) {
  std::vector<Child>& children = by_parent_[parent.index];
  children.insert(std::ranges::lower_bound(children, child), child);
}

void Children::remove(RecordId parent, Child child) { std::erase(by_parent_[parent.index], child); }

bool reaches(const Policy& policy, Behaviour behaviour, const Record& child, Principal owner_above) {
  switch (behaviour) {
    case Behaviour::Cascade:
      return true;
    case Behaviour::Active:
      return child.active;
    case Behaviour::UserOwned:
      return !owner_above.is_nobody() && owner_of(policy, child) == owner_above;
    case Behaviour::None:
    case Behaviour::RemoveLink:
    case Behaviour::Restrict:
      return false;
  }
  return false;
}

bool takes_shares(const Policy& policy, const Record& record) {
  return has(rights_of(policy.tables[record.table].ownership, policy.settings.rule_book()), Right::Share);
}

std::vector<RecordId> Children::parental_tree(const Policy& policy, RecordId record) const {
  std::vector<RecordId> tree = {record};
  std::set<RecordId> seen = {record};
  for (size_t i = 0; i < tree.size(); ++i) {
    for (const Child& child : of(tree[i])) {
      if (policy.relationships[child.relationship].is_parental() && seen.insert(child.record).second) {
        tree.push_back(child.record);
      }
    }
  }
  return tree;
}

std::optional<Link> link_of(const Policy& policy, const Record& record, RelationshipId relationship) {
  for (const Link& link : record.links) {
    if (policy.relationships[link.relationship].lookup == policy.relationships[relationship].lookup) return link;
  }
  return std::nullopt;
}

// --- changes

Changing::Changing(const Policy& policy, const Facts& before)
    : policy_(policy), before_(before), after_(before), children_(before) {
  for (size_t i = 0; i < after_.shares.size(); ++i) {
    share_places_.emplace(std::pair(after_.shares[i].record, after_.shares[i].principal), i);
  }
}

void Changing::create(RecordId record) {
  after_.records[record].exists = true;
  for (const Link& link : after_.records[record].links) children_.add(link.parent, {link.relationship, record});
}

void Changing::set_owner(RecordId record, Principal owner, Hop hop) {
  Principal before = owner_of(policy_, after_.records[record]);
  after_.records[record].owner = owner;
  note(record, Effect::Kind::Owner, hop);
  hand_over_parts(record, before);
}

void Changing::set_unit(RecordId record, UnitId unit, Hop hop) {
  Principal before = owner_of(policy_, after_.records[record]);
  after_.records[record].unit = unit;
  note(record, Effect::Kind::Unit, hop);
  hand_over_parts(record, before);
}

// What rows below inherit from the row's owner goes over to the new one.
void Changing::hand_over_parts(RecordId record, Principal before) {
  Principal now = owner_of(policy_, after_.records[record]);
  if (before == now) return;
  std::vector<std::pair<RecordId, RightSet>> parts;
  for (RecordId below : children_.parental_tree(policy_, record)) {
    for (const Share& share : shares_of(below)) {
      for (const InheritedRights& part : share.inherited) {
        bool is_part = part.from == record && part.from_owner && share.principal == before;
        if (is_part) parts.emplace_back(below, part.rights);
      }
    }
  }
  for (const auto& [below, rights] : parts) {
    change_part(below, before, record, true, 0, rights, {});
    change_part(below, now, record, true, rights, 0, {});
  }
}

void Changing::link(RecordId child, RelationshipId relationship, RecordId parent, Hop hop) {
  unlink(child, relationship, hop);
  after_.records[child].links.push_back({relationship, parent});
  children_.add(parent, {relationship, child});
  note(child, Effect::Kind::Link, hop, relationship);
  inherit(child, relationship, parent, hop);
}

void Changing::inherit(RecordId child, RelationshipId relationship, RecordId parent, Hop hop) {
  std::vector<Part> parts = parts_through(child, relationship, parent);
  if (parts.empty()) return;
  struct Reached {
    RecordId record;
    Hop hop;
  };
  std::vector<Reached> walk = {{child, hop}};
  std::set<RecordId> seen = {child};
  for (size_t i = 0; i < walk.size(); ++i) {
    Reached at = walk[i];
    if (!takes_shares(policy_, after_.records[at.record])) continue;
    gain(at.record, parts, at.hop);
    for (const Child& below : children_.of(at.record)) {
      Behaviour next = policy_.relationships[below.relationship].on(Action::Reparent);
      Principal owner = owner_of(policy_, after_.records[at.record]);
      if (!reaches(policy_, next, after_.records[below.record], owner) || !seen.insert(below.record).second) continue;
      walk.push_back({below.record, {below.relationship, at.record}});
    }
  }
}

void Changing::inherit_here(RecordId child, RelationshipId relationship, RecordId parent) {
  if (takes_shares(policy_, after_.records[child])) gain(child, parts_through(child, relationship, parent), {});
}

// What comes to the child through a link: nothing where the relationship's reparent does not reach it.
std::vector<Changing::Part> Changing::parts_through(RecordId child, RelationshipId relationship,
                                                    RecordId parent) const {
  Behaviour reparent = policy_.relationships[relationship].on(Action::Reparent);
  Principal owner_above = owner_of(policy_, after_.records[parent]);
  if (!reaches(policy_, reparent, after_.records[child], owner_above)) return {};
  return parts_handed_down(parent);
}

void Changing::gain(RecordId record, const std::vector<Part>& parts, Hop hop) {
  for (const Part& part : parts) {
    change_part(record, part.principal, part.inherited.from, part.inherited.from_owner, part.inherited.rights, 0, hop);
  }
}

void Changing::unlink(RecordId child, RelationshipId relationship, Hop hop) {
  Record& row = after_.records[child];
  std::optional<Link> link = link_of(policy_, row, relationship);
  if (!link) return;
  bool parental = policy_.relationships[link->relationship].is_parental();
  if (parental) cut(child, hop);
  std::erase(after_.records[child].links, *link);
  children_.remove(link->parent, {link->relationship, child});
  note(child, Effect::Kind::Link, hop, link->relationship);
}

// What came through the link came from rows that are not below it.
void Changing::cut(RecordId child, Hop hop) {
  std::vector<RecordId> tree = children_.parental_tree(policy_, child);
  std::set<RecordId> below(tree.begin(), tree.end());
  for (RecordId record : tree) {
    Hop reached = record == child ? hop : parental_hop(record);
    for (const Share& share : shares_of(record)) {
      for (const InheritedRights& part : share.inherited) {
        if (!part.from || below.contains(part.from)) continue;
        change_part(record, share.principal, part.from, part.from_owner, 0, part.rights, reached);
      }
    }
  }
}

Hop Changing::parental_hop(RecordId record) const {
  for (const Link& link : after_.records[record].links) {
    if (policy_.relationships[link.relationship].is_parental()) return {link.relationship, link.parent};
  }
  return {};
}

// The shares of one row.
std::vector<Share> Changing::shares_of(RecordId record) const {
  std::vector<Share> shares;
  for (auto at = share_places_.lower_bound({record, Principal{}}); at != share_places_.end(); ++at) {
    if (at->first.first != record) break;
    shares.push_back(after_.shares[at->second]);
  }
  return shares;
}

// What a child inherits when it is linked below the row.
std::vector<Changing::Part> Changing::parts_handed_down(RecordId parent) const {
  std::vector<Part> parts;
  bool owners = policy_.settings.word(Switch::on_link) == "inherit_access";
  bool shares = policy_.settings.is(Switch::new_child_inherits_shares);
  Principal owner = owner_of(policy_, after_.records[parent]);
  if (owners && !owner.is_nobody()) parts.push_back({owner, {parent, true, every_right_but_create()}});
  for (const Share& share : shares_of(parent)) {
    if (shares && share.rights != 0) parts.push_back({share.principal, {parent, false, share.rights}});
    for (const InheritedRights& inherited : share.inherited) {
      bool left_over = !inherited.from;
      if (!left_over && (inherited.from_owner ? owners : shares)) parts.push_back({share.principal, inherited});
    }
  }
  return parts;
}

Share& Changing::share_with(RecordId record, Principal principal) {
  auto [place, is_new] = share_places_.try_emplace({record, principal}, after_.shares.size());
  if (is_new) after_.shares.push_back({record, principal, 0, {}});
  return after_.shares[place->second];
}

void Changing::change_part(RecordId record, Principal principal, RecordId from, bool from_owner, RightSet gained,
                           RightSet lost, Hop hop) {
  Share& share = share_with(record, principal);
  auto same = [&](const InheritedRights& p) { return p.from == from && p.from_owner == from_owner; };
  auto part = std::ranges::find_if(share.inherited, same);
  RightSet before = part == share.inherited.end() ? RightSet{0} : part->rights;
  RightSet rights = static_cast<RightSet>((before & ~lost) | gained);
  std::erase_if(share.inherited, same);
  if (rights != 0) share.inherited.push_back({from, from_owner, rights});
  note(record, Effect::Kind::Inherited, hop);
}

void Changing::give_here(RecordId record, Principal principal, RightSet rights, Hop hop) {
  share_with(record, principal).rights |= rights;
  note(record, Effect::Kind::Share, hop);
}

void Changing::give(RecordId record, Principal principal, RightSet rights) {
  give_here(record, principal, rights, {});
  cascade_share(record, principal, Action::Share, rights);
}

void Changing::take(RecordId record, Principal principal, RightSet rights) {
  Share& share = share_with(record, principal);
  share.rights &= static_cast<RightSet>(~rights);
  cascade_share(record, principal, Action::Unshare, rights);
}

// Share hands the rights down to every child that it reaches, unshare takes them away.
void Changing::cascade_share(RecordId record, Principal principal, Action action, RightSet rights) {
  std::vector<RecordId> walk = {record};
  std::set<RecordId> seen = {record};
  for (size_t i = 0; i < walk.size(); ++i) {
    RecordId above = walk[i];
    for (const Child& child : children_.of(above)) {
      Behaviour behaviour = policy_.relationships[child.relationship].on(action);
      const Record& row = after_.records[child.record];
      if (!reaches(policy_, behaviour, row, owner_of(policy_, after_.records[above]))) continue;
      if (!takes_shares(policy_, row) || !seen.insert(child.record).second) continue;
      bool gives = action == Action::Share;
      change_part(child.record, principal, record, false, gives ? rights : RightSet{0}, gives ? RightSet{0} : rights,
                  {child.relationship, above});
      walk.push_back(child.record);
    }
  }
}

void Changing::remove(RecordId record, Hop hop) {
  note(record, Effect::Kind::Delete, hop);
  for (const Child& child : children_.of(record)) {
    unlink(child.record, child.relationship, {child.relationship, record});
  }
  for (const Link& link : after_.records[record].links) children_.remove(link.parent, {link.relationship, record});
  after_.records[record].exists = false;
}

void Changing::associate(const Association& association, bool there) {
  std::erase(after_.associations, association);
  if (there) after_.associations.push_back(association);
}

// --- what became different

Effect Changing::effect(Effect::Kind kind, RecordId record, uint32_t before, uint32_t after,
                        RelationshipId link) const {
  Effect effect;
  effect.kind = kind;
  effect.record = record;
  effect.before = before;
  effect.after = after;
  if (auto hop = hops_.find({record, kind, link}); hop != hops_.end()) {
    effect.through = hop->second.through;
    effect.above = hop->second.above;
  }
  return effect;
}

void Changing::compare_links(RecordId record, std::vector<Effect>& effects) const {
  auto linked = [&](const Facts& facts, RelationshipId relationship) {
    for (const Link& link : facts.records[record].links) {
      if (link.relationship == relationship) return link.parent.index;
    }
    return kNone;
  };
  for (RelationshipId relationship : policy_.relationships.ids()) {
    uint32_t before = linked(before_, relationship), now = linked(after_, relationship);
    if (before == now) continue;
    Effect e = effect(Effect::Kind::Link, record, before, now, relationship);
    e.relationship = relationship;
    effects.push_back(e);
  }
}

void Changing::compare_rows(std::vector<Effect>& effects) const {
  for (RecordId id : before_.records.ids()) {
    const Record &before = before_.records[id], &now = after_.records[id];
    if (!now.exists) {
      if (before.exists) effects.push_back(effect(Effect::Kind::Delete, id, kNone, kNone));
      continue;
    }
    if (!before.exists) effects.push_back(effect(Effect::Kind::Create, id, kNone, kNone));
    if (before.owner != now.owner) {
      effects.push_back(effect(Effect::Kind::Owner, id, before.owner.value, now.owner.value));
    }
    if (before.unit != now.unit) effects.push_back(effect(Effect::Kind::Unit, id, before.unit.index, now.unit.index));
    if (before.active != now.active) effects.push_back(effect(Effect::Kind::State, id, before.active, now.active));
    compare_links(id, effects);
  }
  for (RecordId id : values_) effects.push_back(effect(Effect::Kind::Values, id, kNone, kNone));
}

void Changing::compare_shares(std::vector<Effect>& effects) const {
  using PartKey = std::tuple<RecordId, Principal, RecordId, bool>;
  auto parts = [](const Facts& facts) {
    std::map<PartKey, RightSet> result;
    for (const Share& share : facts.shares) {
      for (const InheritedRights& part : share.inherited) {
        result[{share.record, share.principal, part.from, part.from_owner}] |= part.rights;
      }
    }
    return result;
  };
  auto given = [](const Facts& facts) {
    std::map<PartKey, RightSet> result;
    for (const Share& share : facts.shares) result[{share.record, share.principal, {}, false}] = share.rights;
    return result;
  };
  auto compare = [&](Effect::Kind kind, std::map<PartKey, RightSet> before, std::map<PartKey, RightSet> now) {
    for (const auto& [key, rights] : before) now.try_emplace(key, RightSet{0});
    for (const auto& [key, rights] : now) {
      const auto& [record, principal, from, from_owner] = key;
      RightSet earlier = before.contains(key) ? before[key] : RightSet{0};
      if (earlier == rights || !after_.records[record].exists) continue;
      Effect e = effect(kind, record, earlier, rights);
      e.principal = principal;
      e.from = from;
      e.from_owner = from_owner;
      effects.push_back(e);
    }
  };
  compare(Effect::Kind::Share, given(before_), given(after_));
  compare(Effect::Kind::Inherited, parts(before_), parts(after_));
}

std::vector<Effect> Changing::effects() const {
  std::vector<Effect> effects = people_;
  compare_rows(effects);
  compare_shares(effects);
  auto there = [](const Facts& facts, const Association& association) {
    return std::ranges::find(facts.associations, association) != facts.associations.end();
  };
  auto add_association = [&](const Association& association, uint32_t before, uint32_t now) {
    if (!after_.records[association.first].exists || !after_.records[association.second].exists) return;
    Effect e = effect(Effect::Kind::Association, association.first, before, now);
    e.relationship = association.relationship;
    e.from = association.second;
    effects.push_back(e);
  };
  for (const Association& a : before_.associations) {
    if (!there(after_, a)) add_association(a, 1, 0);
  }
  for (const Association& a : after_.associations) {
    if (!there(before_, a)) add_association(a, 0, 1);
  }
  sort_effects(effects);
  return effects;
}

// --- links that the facts hold

Facts inherit_from_links(const Policy& policy, Facts facts) {
  for (Share& share : facts.shares) {
    std::erase_if(share.inherited, [](const InheritedRights& part) { return part.from.is_some(); });
  }
  Changing changing(policy, facts);
  Children children(facts);
  std::set<RecordId> done;
  std::vector<RecordId> walk;
  auto is_below = [&](RecordId id) {
    for (const Link& link : facts.records[id].links) {
      if (policy.relationships[link.relationship].is_parental()) return true;
    }
    return false;
  };
  for (RecordId id : facts.records.ids()) {
    if (facts.records[id].exists && !is_below(id)) walk.push_back(id);
  }
  for (size_t i = 0; i < walk.size(); ++i) {
    for (const Child& child : children.of(walk[i])) {
      if (!policy.relationships[child.relationship].is_parental() || !done.insert(child.record).second) continue;
      changing.inherit_here(child.record, child.relationship, walk[i]);
      walk.push_back(child.record);
    }
  }
  Facts result = std::move(changing).take();
  std::erase_if(result.shares, [](const Share& share) { return share.rights == 0 && share.inherited.empty(); });
  return result;
}

}  // namespace policyc
