// What the commands that answer questions ask about: a policy and an organization, both from files.
//
//   std::optional<AskedWorld> world = load_world("club.policy", "org.json", console);
//   if (!world) return kInputWrong;      // the console was told why
#pragma once

#include "compiler/driver/compile.h"
#include "compiler/driver/console.h"
#include "compiler/driver/native_world.h"
#include "compiler/facts/facts.h"

namespace policyc {

struct AskedWorld {
  Compilation compiled;
  Facts facts;  // with what rows inherit through their links

  const Policy& policy() const { return *compiled.policy; }
  const SourceMap& sources() const { return compiled.sources; }
};

std::optional<AskedWorld> load_world(const std::string& policy_file, const std::string& facts_file, Console& console);

// Compiles the policy and asks it; a failure is told to the console.
template <typename Ask>
ExitCode ask_native(const AskedWorld& world, Console& console, Ask question) {
  Result<Engine> engine = build_engine(world.policy(), world.sources());
  if (!engine) {
    console.complain(engine.error());
    return kInputWrong;
  }
  question(NativeWorld(engine->program, engine->ir, world.facts));
  return kFine;
}

}  // namespace policyc
