// Asks all that an operation needs, of everybody it concerns, and tells what it would change. Changes nothing.
//
//   policy::Outcome outcome = policy::plan(world, operation);
//   if (outcome.answer.allowed) policy::apply(world, operation, outcome.effects);
//
// The questions and their order are those of docs/semantics.md ("Operations", "Cascades"). The first denial is the
// answer, and then there are no effects: an operation is carried out whole or not at all. Ids that are not there deny.
#pragma once

#include "runtime/operations/operation.h"
#include "runtime/world/world.h"

namespace policy {

Outcome plan(const World& world, const Operation& operation);

// Carries out what `plan` told of this operation, and resolves again whom it concerns.
void apply(World& world, const Operation& operation, const std::vector<Effect>& effects);

}  // namespace policy
