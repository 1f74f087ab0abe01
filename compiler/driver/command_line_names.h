// Names that somebody typed, looked up in a policy and in facts. A failure says what is near: "unknown user `sma`; did
// you mean `sam`?".
#pragma once

#include "compiler/base/result.h"
#include "compiler/facts/facts.h"
#include "compiler/sema/policy.h"

namespace policyc {

class CommandLineNames {
 public:
  CommandLineNames(const Policy& policy, const Facts& facts) : policy_(policy), facts_(facts) {}

  Result<UserId> user(std::string_view name) const;
  Result<Right> right(std::string_view word) const;
  Result<PrivilegeId> privilege(std::string_view name) const;
  Result<TableId> table(std::string_view name) const;
  // "boat_trip/t1", or "t1" where only one table has such a record.
  Result<RecordId> record(std::string_view reference) const;
  // A row of `table` as it would be; `owner` and `unit` may be empty.
  Result<Record> proposed_record(std::string_view table, std::string_view owner, std::string_view unit,
                                 UserId creator) const;

 private:
  Result<Principal> owner_named(std::string_view name) const;
  Result<UnitId> unit(std::string_view name) const;

  const Policy& policy_;
  const Facts& facts_;
};

}  // namespace policyc
