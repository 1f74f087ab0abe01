// The facts of a world under another version of its policy: the same units, users, teams and rows, by the same numbers,
// with roles, tables and columns found by their names.
//
//   World next(new_program.tables());
//   Translation told = translate(world, next);
//   if (!told.lost.empty()) ...                              // "role `skipper`": held, and no longer there
//
// What the new policy has no name for is left out and told. So is what it asks of a row or a user and the old policy
// never asked: there the facts hold no values, and until somebody sets them nothing that compares them is true. The
// context goes along where it is laid out as before.
#pragma once

#include <string>
#include <vector>

#include "runtime/world/world.h"

namespace policy {

struct Translation {
  // Each once, in order: "table `trip`", "role `skipper`", "relationship `trip_leg`", "column `trip.fee`", ...
  std::vector<std::string> lost;
  std::vector<std::string> missing;

  bool is_whole() const { return lost.empty() && missing.empty(); }
};

// Whether a context of the one is one of the other as it stands.
bool has_same_contexts(const ProgramTables& a, const ProgramTables& b);

// `to` is new, with nothing in it. Its users are not resolved.
Translation translate(const World& from, World& to);

}  // namespace policy
