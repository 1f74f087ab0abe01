// A set of facts as an operation changes it, and the list of what became different.
//
//   Changing changing(policy, facts);
//   changing.set_owner(trip, Principal::of(ana), {});
//   outcome.effects = changing.effects();
//
// Every change carries the hop by which a cascade came to the row; an empty one is the operation itself.
#pragma once

#include <map>
#include <tuple>

#include "compiler/sema/policy.h"

namespace policyc {

struct Hop {
  RelationshipId through;
  RecordId above;
};

struct Child {
  RelationshipId relationship;
  RecordId record;
  friend auto operator<=>(const Child&, const Child&) = default;
};

// The rows that are linked to each row and exist: by relationship, then by row.
class Children {
 public:
  explicit Children(const Facts& facts);
  std::vector<Child> of(RecordId parent) const { return by_parent_[parent.index]; }
  void add(RecordId parent, Child child);
  void remove(RecordId parent, Child child);
  // `record` and every row below it by parental links.
  std::vector<RecordId> parental_tree(const Policy& policy, RecordId record) const;

 private:
  std::vector<std::vector<Child>> by_parent_;
};
// Whether a behaviour reaches the row; `owner_above` is the owner of the row above as it was before the operation.
bool reaches(const Policy& policy, Behaviour behaviour, const Record& child, Principal owner_above);
bool takes_shares(const Policy& policy, const Record& record);
// The link of the record that is of the same lookup column, or none.
std::optional<Link> link_of(const Policy& policy, const Record& record, RelationshipId relationship);

class Changing {
 public:
  Changing(const Policy& policy, const Facts& before);

  const Facts& now() const { return after_; }
  Facts take() && { return std::move(after_); }
  void create(RecordId record);
  void set_values(RecordId record) { values_.push_back(record); }
  void set_owner(RecordId record, Principal owner, Hop hop);
  void set_unit(RecordId record, UnitId unit, Hop hop);
  void set_state(RecordId record, bool active) { after_.records[record].active = active; }
  // Sets the lookup; what flowed through the link that was there goes, shares of the rows above come.
  void link(RecordId child, RelationshipId relationship, RecordId parent, Hop hop);
  void unlink(RecordId child, RelationshipId relationship, Hop hop);
  void inherit(RecordId child, RelationshipId relationship, RecordId parent, Hop hop);
  // The child alone, as for a link whose rows below come later.
  void inherit_here(RecordId child, RelationshipId relationship, RecordId parent);
  // Rights given on the row, and what rows below inherit of them.
  void give(RecordId record, Principal principal, RightSet rights);
  void take(RecordId record, Principal principal, RightSet rights);
  // Rights given on the row alone.
  void give_here(RecordId record, Principal principal, RightSet rights, Hop hop);
  void remove(RecordId record, Hop hop);
  void associate(const Association& association, bool there);
  // A change of people, which is not found by comparing rows.
  void add(Effect effect) { people_.push_back(effect); }

  // Sorted.
  std::vector<Effect> effects() const;

 private:
  struct Part {
    Principal principal;
    InheritedRights inherited;
  };

  std::vector<Share> shares_of(RecordId record) const;
  std::vector<Part> parts_handed_down(RecordId parent) const;
  std::vector<Part> parts_through(RecordId child, RelationshipId relationship, RecordId parent) const;
  void gain(RecordId record, const std::vector<Part>& parts, Hop hop);
  Hop parental_hop(RecordId record) const;
  Share& share_with(RecordId record, Principal principal);
  void change_part(RecordId record, Principal principal, RecordId from, bool from_owner, RightSet gained, RightSet lost,
                   Hop hop);
  void cascade_share(RecordId record, Principal principal, Action action, RightSet rights);
  void hand_over_parts(RecordId record, Principal before);
  void cut(RecordId child, Hop hop);
  // A row may be linked to one row above through several lookups: of a link the relationship tells which.
  void note(RecordId record, Effect::Kind kind, Hop hop, RelationshipId link = {}) {
    hops_[{record, kind, link}] = hop;
  }

  Effect effect(Effect::Kind kind, RecordId record, uint32_t before, uint32_t after, RelationshipId link = {}) const;
  void compare_rows(std::vector<Effect>& effects) const;
  void compare_links(RecordId record, std::vector<Effect>& effects) const;
  void compare_shares(std::vector<Effect>& effects) const;

  const Policy& policy_;
  const Facts& before_;
  Facts after_;
  Children children_;                                              // of after_
  std::map<std::pair<RecordId, Principal>, size_t> share_places_;  // in after_.shares, which only grow
  std::map<std::tuple<RecordId, Effect::Kind, RelationshipId>, Hop> hops_;
  std::vector<RecordId> values_;
  std::vector<Effect> people_;
};

}  // namespace policyc
