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
  Result<UnitId> unit(std::string_view name) const;
  Result<TeamId> team(std::string_view name) const;
  Result<FlowId> flow(std::string_view name) const;
  Result<uint32_t> step(FlowId flow, std::string_view name) const;
  // Of a many-to-many.
  Result<RelationshipId> association(std::string_view name) const;
  // Relationships of the table that have this lookup column: one for each table that it leads to.
  Result<std::vector<RelationshipId>> lookup(TableId table, std::string_view name) const;
  // "sam", or "user sam" where a team or a unit has that name too; "organization".
  Result<Principal> principal(std::string_view name) const;
  // "boat_trip/t1", or "t1" where only one table has such a record. With `tables`: in one of them.
  Result<RecordId> record(std::string_view reference, const std::vector<TableId>& tables = {}) const;
  // What can be moved to another unit: one of these.
  struct Movable {
    UserId user;
    TeamId team;
    RecordId record;
  };
  Result<Movable> movable(std::string_view name) const;
  // A row of `table` as it would be; `owner` and `unit` may be empty.
  Result<Record> proposed_record(std::string_view table, std::string_view owner, std::string_view unit,
                                 UserId creator) const;

 private:
  Result<Principal> owner_named(std::string_view name) const;

  const Policy& policy_;
  const Facts& facts_;
};

}  // namespace policyc
