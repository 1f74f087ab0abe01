// The worlds that stores are measured with: a crm, and a tree of rows that one assign comes to.
//
//   StoreWorld crm(engine, workload);
//   policy::Store store(crm.world);
//   store.reader()->snapshot().check(question.user, question.right, crm.rows[question.record]);
#pragma once

#include <string>
#include <vector>

#include "bench/workloads.h"
#include "compiler/driver/compile.h"
#include "runtime/store/store.h"

namespace policyc::bench {

struct StoreWorld {
  // Keeps references to the engine.
  StoreWorld(const Engine& engine, const Workload& workload);

  policy::World world;
  std::vector<uint32_t> rows;  // of each planned record

 private:
  void add_people(const Workload& workload);
};

// A policy with one table, of which rows lie below each other, and one role that may do everything.
std::string tree_policy();

struct TreeWorld {
  // The root, and `descendants` rows below it, a hundred below each.
  TreeWorld(const Engine& engine, uint32_t descendants);

  policy::World world;
  uint32_t root = 0;
  std::vector<policy_principal> owners;  // the first has it
};

}  // namespace policyc::bench
