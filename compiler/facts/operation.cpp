#include "compiler/facts/operation.h"

#include <algorithm>
#include <tuple>

namespace policyc {

namespace {

constexpr std::string_view kOperationWords[kOperationCount] = {
    "create",     "read",     "update",     "delete",        "assign",       "share",    "modify",
    "revoke",     "link",     "unlink",     "associate",     "disassociate", "merge",    "set_unit",
    "deactivate", "activate", "add_member", "remove_member", "move_user",    "move_team"};

constexpr std::string_view kEffectWords[] = {"create", "values",    "owner",     "unit",        "state",
                                             "link",   "share",     "inherited", "association", "delete",
                                             "member", "user_unit", "team_unit", "roles_lost",  "roles_moved"};

class Applying {
 public:
  Applying(const Operation& operation, Facts& facts) : operation_(operation), facts_(facts) {}

  void apply(const Effect& e) {
    switch (e.kind) {
      case Effect::Kind::Create:
        facts_.records[e.record].exists = true;
        break;
      case Effect::Kind::Values:
        for (const ColumnValue& set : operation_.columns) {
          facts_.records[e.record].attributes[set.attribute] = set.value;
        }
        break;
      case Effect::Kind::Owner:
        facts_.records[e.record].owner = {e.after};
        break;
      case Effect::Kind::Unit:
        facts_.records[e.record].unit = {e.after};
        break;
      case Effect::Kind::State:
        facts_.records[e.record].active = e.after == 1;
        break;
      case Effect::Kind::Link:
        set_link(e);
        break;
      case Effect::Kind::Share:
      case Effect::Kind::Inherited:
        set_rights(e);
        break;
      case Effect::Kind::Association:
        set_association(e);
        break;
      case Effect::Kind::Delete:
        remove(e.record);
        break;
      default:
        apply_to_people(e);
        break;
    }
  }

 private:
  void apply_to_people(const Effect& e) {
    if (e.kind == Effect::Kind::Member) {
      std::vector<UserId>& members = facts_.teams[e.team].members;
      std::erase(members, e.principal.user());
      if (e.after == 1) members.push_back(e.principal.user());
    } else if (e.kind == Effect::Kind::UserUnit) {
      facts_.users[e.principal.user()].unit = {e.after};
    } else if (e.kind == Effect::Kind::TeamUnit) {
      facts_.teams[e.team].unit = {e.after};
    } else if (e.kind == Effect::Kind::RolesLost) {
      roles_of(e.principal).clear();
    } else if (e.kind == Effect::Kind::RolesMoved) {
      for (RoleHeld& held : roles_of(e.principal)) held.anchor = {e.after};
    }
  }

  std::vector<RoleHeld>& roles_of(Principal holder) {
    return holder.team() ? facts_.teams[holder.team()].roles : facts_.users[holder.user()].roles;
  }

  void set_link(const Effect& e) {
    std::vector<Link>& links = facts_.records[e.record].links;
    std::erase(links, Link{e.relationship, {e.before}});
    if (e.after != UINT32_MAX) links.push_back({e.relationship, {e.after}});
  }

  void set_rights(const Effect& e) {
    auto same = [&](const Share& s) { return s.record == e.record && s.principal == e.principal; };
    auto share = std::ranges::find_if(facts_.shares, same);
    if (share == facts_.shares.end()) {
      facts_.shares.push_back({e.record, e.principal, 0, {}});
      share = facts_.shares.end() - 1;
    }
    RightSet rights = e.after == UINT32_MAX ? RightSet{0} : static_cast<RightSet>(e.after);
    if (e.kind == Effect::Kind::Share) {
      share->rights = rights;
    } else {
      std::erase_if(share->inherited,
                    [&](const InheritedRights& i) { return i.from == e.from && i.from_owner == e.from_owner; });
      if (rights != 0) share->inherited.push_back({e.from, e.from_owner, rights});
    }
    if (share->rights == 0 && share->inherited.empty()) facts_.shares.erase(share);
  }

  void set_association(const Effect& e) {
    Association association{e.relationship, e.record, e.from};
    std::erase(facts_.associations, association);
    if (e.after == 1) facts_.associations.push_back(association);
  }

  void remove(RecordId record) {
    facts_.records[record].exists = false;
    facts_.records[record].links.clear();
    std::erase_if(facts_.shares, [&](const Share& s) { return s.record == record; });
    std::erase_if(facts_.column_shares, [&](const ColumnShare& s) { return s.record == record; });
    std::erase_if(facts_.associations, [&](const Association& a) { return a.first == record || a.second == record; });
  }

  const Operation& operation_;
  Facts& facts_;
};

}  // namespace

std::string_view word(OperationKind kind) { return kOperationWords[static_cast<size_t>(kind)]; }
std::string_view word(Effect::Kind kind) { return kEffectWords[static_cast<size_t>(kind)]; }

void sort_effects(std::vector<Effect>& effects) {
  auto key = [](const Effect& e) {
    return std::tie(e.record, e.kind, e.principal, e.relationship, e.team, e.from, e.from_owner, e.before, e.after);
  };
  std::sort(effects.begin(), effects.end(), [&](const Effect& a, const Effect& b) { return key(a) < key(b); });
}

void apply(const Operation& operation, const std::vector<Effect>& effects, Facts& facts) {
  Applying applying(operation, facts);
  for (const Effect& effect : effects) applying.apply(effect);
}

}  // namespace policyc
