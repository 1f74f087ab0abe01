// What has changed since a transaction began: how to take it back, and what readers must be shown anew.
//
//   Journal journal;
//   world.keep_journal(&journal);
//   records.set_owner(trip, ana);                 // notes: trip changed; undone by giving it back to its owner
//   world.take_back();                            // or: publish journal.rows, journal.replaced, ...
//
// Organization, records and world note by themselves, where they keep a journal. It is the writer's alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/organization/subject.h"

namespace policy {

struct Journal {
  // A role as it was held: what lists of holders are to forget.
  struct HeldBefore {
    policy_principal holder = POLICY_NOBODY;
    uint32_t role = POLICY_NONE;
    uint32_t unit_number = POLICY_NONE;
  };
  // A unit's number, and that of its parent, as they were.
  struct NumberBefore {
    uint32_t unit = POLICY_NONE;
    uint32_t number = POLICY_NONE;
    uint32_t parent_number = POLICY_NONE;
  };
  // A row's owner, or unit, as it was.
  struct RowBefore {
    uint32_t row = POLICY_NONE;
    uint32_t value = 0;
  };
  // A column of a row that somebody may have been given, or not any more; none: all that the row has now.
  struct Opening {
    uint32_t row = POLICY_NONE;
    uint32_t column = POLICY_NONE;
    policy_principal principal = POLICY_NOBODY;
  };
  struct Replaced {
    uint32_t user = POLICY_NONE;
    Subject subject;  // readers may look into it
  };

  std::vector<RowBefore> row_owners;  // to be set again last first, and then the units, and then the rest
  std::vector<RowBefore> row_units;
  std::vector<std::function<void()>> undo;  // to be done last first
  std::vector<uint32_t> rows;               // header, attributes, shares or whether it is there; perhaps several times
  std::vector<uint32_t> users;              // to be resolved before the next question
  std::vector<policy_principal> moved;      // owners whose unit is another: their rows may be away now, or back
  std::vector<policy_principal> holders;    // whose roles are others, or count elsewhere; perhaps several times
  std::vector<HeldBefore> held_before;      // by these, among them what nobody was shown yet
  std::vector<policy_principal> profile_holders;  // whose column profiles are others; perhaps several times
  std::vector<Opening> openings;
  std::vector<NumberBefore> numbers;  // of units that got others; perhaps several times
  std::vector<Replaced> replaced;     // users resolved anew, as they were, in this order
  size_t subject_count = 0;           // when the journal was begun
};

}  // namespace policy
