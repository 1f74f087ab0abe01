// What an operation is about to change, while it is still being asked: rows stay as they are, and what differs from
// them in the end is the list of effects.
//
//   Changes changes(records);
//   changes.set_owner(trip, ana, {});
//   changes.add_part(leg, ana, {trip, true}, rights, {trip_leg, trip});
//   outcome.effects = changes.take_effects();
//
// A change of row POLICY_NONE (one that is asked about and not stored) is none.
#pragma once

#include <array>
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
  // Its unit is another, or was for a while.
  bool moves(uint32_t row) const { return lines_.find(row, true) != POLICY_NONE; }

  // At the end. Of rows that go, nothing but that.
  std::vector<Effect> take_effects();

 private:
  // Where the changes of rows' owners and units are: a cascade changes both of each row, mostly of one after the other,
  // so those of eight rows share a cache line.
  class Lines {
   public:
    uint32_t find(uint32_t row, bool unit) const;  // POLICY_NONE where there is none
    uint32_t& at(uint32_t row, bool unit);

   private:
    static constexpr uint32_t kRows = 8;
    std::vector<std::array<uint32_t, 2 * kRows>> lines_;
    std::unordered_map<uint32_t, uint32_t> line_of_;
    uint32_t last_block_ = POLICY_NONE;
    uint32_t last_line_ = 0;
  };

  // The place of what `identity` names in `changes_`; none: POLICY_NONE.
  uint32_t find(const Effect& identity) const;
  uint32_t& place_of(const Effect& identity);
  // Where the table has it, or would have it.
  size_t probe(const Effect& identity) const;
  void grow();
  // The change of what `identity` names, which was `before`: found, or begun as none.
  Effect& change(const Effect& identity, uint32_t before, Hop hop);
  Effect& part(uint32_t row, policy_principal principal, Source source, Hop hop);

  const Records& records_;
  std::vector<Effect> changes_;
  Lines lines_;
  std::vector<uint32_t> table_;  // places of all others, by hash; POLICY_NONE where free
  size_t in_table_ = 0;          // or fewer
  bool some_go_ = false;
  std::vector<Effect> people_;
};

}  // namespace policy
