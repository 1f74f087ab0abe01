#include "compiler/driver/asked_world.h"

#include "compiler/driver/files.h"
#include "compiler/facts/facts_json.h"
#include "compiler/reference/inherit.h"

namespace policyc {

std::optional<AskedWorld> load_world(const std::string& policy_file, const std::string& facts_file, Console& console) {
  Result<Compilation> compiled = compile_file(policy_file);
  if (!compiled) {
    console.complain(compiled.error());
    return std::nullopt;
  }
  // Warnings are `check`'s to show: an answer is asked for here.
  if (!compiled->policy) {
    console.show(compiled->diagnostics, compiled->sources);
    return std::nullopt;
  }
  Result<std::string> text = read_text_file(facts_file);
  if (!text) {
    console.complain(fmt::format("cannot read `{}`: {}", facts_file, text.error()));
    return std::nullopt;
  }
  AskedWorld world{std::move(*compiled), {}};
  SourceId source = world.compiled.sources.add(facts_file, std::move(*text));
  FactsResult read = read_facts(world.policy(), world.sources(), source);
  console.show(read.diagnostics, world.sources());
  if (!read.facts) return std::nullopt;
  world.facts = inherit_from_links(world.policy(), std::move(*read.facts));
  return world;
}

}  // namespace policyc
