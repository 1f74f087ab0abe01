// Answers and effects for machines: the same keys from every command.
#pragma once

#include <nlohmann/json.hpp>

#include "compiler/driver/effects_text.h"
#include "compiler/facts/operation.h"
#include "compiler/sema/policy.h"

namespace policyc {

nlohmann::ordered_json to_json(const Policy& policy, const SourceMap& sources, const Facts& facts,
                               const Decision& decision);
nlohmann::ordered_json to_json(const Policy& policy, const SourceMap& sources, const Facts& facts,
                               const Answer& answer);
nlohmann::ordered_json to_json(const Policy& policy, const Facts& facts, const EffectText& effect);

// Names of the secured columns whose bits are set.
std::vector<std::string> column_names(const Table& table, uint64_t bits);

// Text of JSON values may be of a file that is no UTF-8; it is shown with replacements.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace policyc
