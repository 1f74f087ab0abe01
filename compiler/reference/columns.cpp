// Column security: profiles of the user and of their teams, and columns shared on the row itself.
#include <algorithm>

#include "compiler/reference/evaluate.h"
#include "compiler/reference/people.h"

namespace policyc {

namespace {

uint64_t& rights_for(ColumnRights& rights, ColumnPermission permission) {
  switch (permission) {
    case ColumnPermission::Read:
      return rights.read;
    case ColumnPermission::Create:
      return rights.create;
    case ColumnPermission::Update:
      return rights.update;
    case ColumnPermission::ReadUnmasked:
      return rights.read_unmasked;
    case ColumnPermission::ReadOneUnmasked:
      return rights.read_one_unmasked;
  }
  return rights.read;
}

// Profiles that count for the user, directly or through a team.
std::vector<ProfileId> profiles_of(const Facts& facts, UserId user) {
  std::vector<ProfileId> profiles = facts.users[user].profiles;
  for (TeamId team : teams_of(facts, user)) {
    profiles.insert(profiles.end(), facts.teams[team].profiles.begin(), facts.teams[team].profiles.end());
  }
  return profiles;
}

}  // namespace

ColumnRights column_rights(const Policy& policy, const Facts& facts, UserId user, TableId table, RecordId record) {
  if (!policy.tables.contains(table)) return {};
  ColumnRights rights;
  std::vector<uint32_t> secured = secured_attributes(policy.tables[table]);
  for (size_t k = 0; k < secured.size(); ++k) rights.secured |= uint64_t{1} << k;
  if (!facts.users.contains(user)) return rights;
  auto bit_of = [&](uint32_t attribute) {
    return uint64_t{1} << (std::find(secured.begin(), secured.end(), attribute) - secured.begin());
  };
  for (ProfileId profile : profiles_of(facts, user)) {
    for (const ColumnGrant& grant : policy.profiles[profile].columns) {
      if (grant.table != table) continue;
      for (size_t i = 0; i < kColumnPermissionCount; ++i) {
        if (grant.permissions >> i & 1) rights_for(rights, static_cast<ColumnPermission>(i)) |= bit_of(grant.attribute);
      }
    }
  }
  for (const ColumnShare& share : facts.column_shares) {
    bool counts = share.principal == Principal::of(user) ||
                  (share.principal.team() && is_member(facts, user, share.principal.team()));
    if (!record || share.record != record || !counts) continue;
    if (share.read) rights.read |= bit_of(share.attribute);
    if (share.update) rights.update |= bit_of(share.attribute);
  }
  rights.read_one_unmasked = (rights.read_one_unmasked | rights.read_unmasked) & rights.read;
  rights.read_unmasked &= rights.read;
  return rights;
}

}  // namespace policyc
