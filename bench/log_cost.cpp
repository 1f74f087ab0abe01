// What a logged decision costs its caller, and how many the writer takes in a second.
//
//   build/bin/log_cost [FILE]                 // FILE: the log (files in the temporary folder, removed afterwards)
//
// One thread asks about one row of three attributes in bursts that fit the ring, so that nothing is dropped.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "compiler/driver/compile.h"
#include "runtime/abi/handles.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPolicy = R"(policy club follows guide
table boat_trip owned by user { distance_km: decimal  fee: money  name: string }
role skipper {
  boat_trip: read at business_unit when record.distance_km < 500
             write at user when record.fee < 5 or record.name == "short"
}
)";

constexpr uint32_t kBurst = 8'000;
constexpr uint32_t kBursts = 50;

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

// A row as the program lays it out: a header, and attributes without values but one string.
std::vector<uint64_t> make_row(const policy_program* program) {
  policy_table_info table{.struct_size = sizeof table};
  policy_table_describe(program, 0, &table);
  std::vector<uint64_t> row((sizeof(policy_record) + table.attribute_bytes) / 8);
  auto& header = *reinterpret_cast<policy_record*>(row.data());
  header.owner = POLICY_PRINCIPAL(POLICY_USER, 3);
  header.owning_unit = 1;
  const uint32_t name = policy_find(program, POLICY_NAME_ATTRIBUTE, 0, "name");
  policy_attribute_info place{.struct_size = sizeof place};
  if (policy_attribute_describe(program, POLICY_NAME_ATTRIBUTE, 0, name, &place) != POLICY_OK) return row;
  auto* attributes = reinterpret_cast<uint8_t*>(row.data()) + sizeof(policy_record);
  attributes[name / 8] |= static_cast<uint8_t>(1u << name % 8);
  *reinterpret_cast<policy_string*>(attributes + place.offset) = {"to the island", 13};
  return row;
}

const policy_subject* make_subject(const policy_program* program) {
  const policy_principal teams[] = {POLICY_PRINCIPAL(POLICY_TEAM, 4), POLICY_PRINCIPAL(POLICY_TEAM, 5)};
  const policy_role_held roles[] = {{POLICY_SELF, 0, {1, 2}}, {teams[0], 0, {1, 2}}, {teams[1], 0, {1, 2}}};
  policy_standing standing{sizeof standing, POLICY_PRINCIPAL(POLICY_USER, 3), 1, 2, 3, 0, teams, roles};
  const policy_subject* subject = nullptr;
  policy_subject_resolve(program, &standing, &subject, nullptr);
  return subject;
}

struct Cost {
  double caller_ns = 0;
  double lines_a_second = 0;
};

Cost measure(policy_log* log, const policy_program* program, const policy_subject* subject) {
  const std::vector<uint64_t> row = make_row(program);
  const auto* record = reinterpret_cast<const policy_record*>(row.data());
  policy_decision decision;
  policy_decide(program, subject, 0, POLICY_RIGHT_read, record, nullptr, &decision);
  std::vector<double> bursts;
  const Clock::time_point start = Clock::now();
  for (uint32_t burst = 0; burst < kBursts; ++burst) {
    const Clock::time_point begin = Clock::now();
    for (uint32_t i = 0; i < kBurst; ++i) {
      policy_log_decision(log, program, subject, 0, POLICY_RIGHT_read, record, nullptr, &decision, "sam", "t1");
    }
    bursts.push_back(seconds(Clock::now() - begin) / kBurst * 1e9);
    policy_log_flush(log);
  }
  std::ranges::nth_element(bursts, bursts.begin() + kBursts / 2);
  return {bursts[kBursts / 2], kBurst * kBursts / seconds(Clock::now() - start)};
}

int run(const char* path) {
  policyc::Compilation compiled = policyc::compile_text("club.policy", kPolicy, ".");
  if (!compiled.policy) return 1;
  policyc::Result<policyc::Engine> engine = policyc::build_engine(*compiled.policy, compiled.sources);
  if (!engine) return 1;
  policy_program* program = policy::new_program(
      {.kind = POLICY_PROGRAM_JIT, .tables = {std::shared_ptr<const void>(), &engine->program.tables()}});
  policy_log* log = nullptr;
  policy_error error{.struct_size = sizeof error};
  if (policy_log_open(path, nullptr, &log, &error) != POLICY_OK) {
    fmt::print(stderr, "log_cost: {}\n", error.message);
    return 1;
  }
  const policy_subject* subject = make_subject(program);
  const Cost cost = measure(log, program, subject);
  policy_log_counts counts{.struct_size = sizeof counts};
  policy_log_count(log, &counts);
  fmt::print("{:.0f} ns a logged decision for its caller, {:.0f} lines a second to the file; {} written, {} dropped\n",
             cost.caller_ns, cost.lines_a_second, counts.written, counts.dropped);
  policy_log_close(log);
  policy_subject_free(subject);
  policy_program_close(program);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) return run(argv[1]);
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "policy_log_cost";
  std::filesystem::create_directory(folder);
  const int code = run((folder / "decisions.jsonl").c_str());
  std::filesystem::remove_all(folder);
  return code;
}
