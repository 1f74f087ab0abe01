// What an operation is about to change, while it is still being asked: rows stay as they are, and what differs from
// them in the end is the list of effects.
//
//   Changes changes(records);
//   changes.set_owner(trip, ana, {});
//   changes.add_part(leg, ana, {trip, true}, rights, {trip_leg, trip});
//   outcome.effects = changes.effects();
//
// A change of row POLICY_NONE (one that is asked about and not stored) is none.
#pragma once

#include <unordered_map>
#include <vector>

#include "runtime/operations/operation.h"

namespace policy {

// The last step by which a cascade came to a row; none: the operation names the row itself.
struct Hop {
  uint32_t through = POLICY_NONE;
  uint32_t above = POLICY_NONE;
};

// Where a part comes from.
struct Source {
  uint32_t from = POLICY_NONE;
  bool from_owner = false;
};

class Changes {
 public:
  explicit Changes(const Records& records) : records_(records) {}

  void create(uint32_t row);
  void set_values(uint32_t row);
  void remove(uint32_t row, Hop hop);
  void set_owner(uint32_t row, policy_principal owner, Hop hop);
  void set_unit(uint32_t row, uint32_t unit, Hop hop);
  void set_active(uint32_t row, bool active, Hop hop);
  void link(uint32_t row, uint32_t relationship, uint32_t parent, Hop hop);  // parent POLICY_NONE: cut
  void set_share(uint32_t row, policy_principal principal, RightSet rights, Hop hop);
  void add_part(uint32_t row, policy_principal principal, Source source, RightSet rights, Hop hop);
  void take_part(uint32_t row, policy_principal principal, Source source, RightSet rights, Hop hop);
  void associate(uint32_t relationship, uint32_t first, uint32_t second, bool there);
  // Of people: as it is.
  void add(const Effect& effect);

  // As it will be.
  policy_principal owner(uint32_t row) const;
  bool goes(uint32_t row) const;

  // Of rows that go, nothing but that.
  std::vector<Effect> effects() const;

 private:
  struct Key {
    Effect::Kind kind;
    uint32_t record;
    policy_principal principal;
    uint32_t relationship;
    uint32_t from;
    bool from_owner;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  static Key key_of(const Effect& effect);
  // The change of what `identity` names, which was `before`: found, or begun as none.
  Effect& change(Effect identity, uint32_t before, Hop hop);
  Effect& part(uint32_t row, policy_principal principal, Source source, Hop hop);

  const Records& records_;
  std::unordered_map<Key, Effect, KeyHash> changes_;
  std::vector<Effect> people_;
};

}  // namespace policy
