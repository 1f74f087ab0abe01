#include "compiler/reference/perform.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/reference/asking.h"
#include "compiler/reference/evaluate.h"
#include "compiler/reference/people.h"

namespace policyc {

namespace {

struct Reached {
  RecordId record;
  Hop hop;
};

class Performing {
 public:
  Performing(const Policy& policy, const Facts& facts, const Operation& operation, bool asks_rights)
      : policy_(policy),
        facts_(facts),
        op_(operation),
        children_(facts),
        ask_(policy, facts, operation, asks_rights),
        change_(policy, facts) {}

  Outcome run() {
    bool done = ask_.who() && carry_out();
    Outcome outcome{ask_.answer(), {}};
    if (done) outcome.effects = change_.effects();
    tell_columns(outcome);
    return outcome;
  }

 private:
  bool is(Switch which) const { return policy_.settings.is(which); }
  const Record& row(RecordId record) const { return facts_.records[record]; }
  const Relationship& relationship(RelationshipId id) const { return policy_.relationships[id]; }
  bool has_owners(const Record& record) const { return policy_.tables[record.table].ownership == Ownership::User; }

  bool carry_out() {
    switch (op_.kind) {
      case OperationKind::Create:
        return create();
      case OperationKind::Read:
        return ask_.there(op_.record) && ask_.main_need(Right::Read, op_.record);
      case OperationKind::Update:
        return update();
      case OperationKind::Delete:
        return remove();
      case OperationKind::Assign:
        return assign();
      case OperationKind::Share:
      case OperationKind::Modify:
      case OperationKind::Revoke:
        return share();
      case OperationKind::Link:
      case OperationKind::Unlink:
        return set_lookup();
      case OperationKind::Associate:
      case OperationKind::Disassociate:
        return associate();
      case OperationKind::Merge:
        return merge();
      case OperationKind::SetUnit:
        return set_unit();
      case OperationKind::Deactivate:
      case OperationKind::Activate:
        return set_state();
      case OperationKind::AddMember:
      case OperationKind::RemoveMember:
        return change_member();
      case OperationKind::MoveUser:
      case OperationKind::MoveTeam:
        return move();
    }
    return ask_.deny(Reason::Unknown);
  }

  // --- rows

  // The row as it would be: among the facts, not existing yet, or described in the question alone.
  const Record* new_row() const {
    if (op_.proposed) return policy_.tables.contains(op_.proposed->table) ? &*op_.proposed : nullptr;
    bool known = facts_.records.contains(op_.record) && !row(op_.record).exists;
    return known ? &row(op_.record) : nullptr;
  }

  bool create() {
    const Record* made = new_row();
    if (!made || (made->unit && !facts_.units.contains(made->unit))) return ask_.deny(Reason::Unknown);
    if (!made->owner.is_nobody() && !ask_.known(made->owner)) return false;
    for (const Link& link : made->links) {
      if (!ask_.there(link.parent) || !is_lookup(*made, link)) return ask_.deny(Reason::Unknown);
    }
    if (has_owners(*made) && !ask_.can_own(made->owner, made->table)) return false;
    if (!ask_.main_need(Right::Create, *made)) return false;
    if (has_owners(*made) && !owner_of_new_row_is_fine(*made)) return false;
    for (const Link& link : made->links) {
      if (!link_is_fine(*made, {}, link)) return false;
    }
    std::vector<uint32_t> set;
    for (uint32_t i = 0; i < made->attributes.size(); ++i) {
      if (!made->attributes[i].is_null) set.push_back(i);
    }
    if (!ask_.columns_open(ColumnPermission::Create, made->table, {}, set)) return false;
    if (op_.proposed) return true;
    change_.create(op_.record);
    for (const Link& link : made->links) take_from_above(op_.record, link, {});
    return true;
  }

  bool owner_of_new_row_is_fine(const Record& made) {
    bool own = made.owner == Principal::of(op_.user);
    if (!own && !ask_.other_party_holds(made.owner, Right::Read, made.table)) return false;
    return made.unit == unit_of(facts_, made.owner) || ask_.unit_can_be_set(made, {}, made.unit);
  }

  bool is_lookup(const Record& child, const Link& link) const {
    if (!policy_.relationships.contains(link.relationship)) return false;
    const Relationship& found = relationship(link.relationship);
    if (found.many_to_many || found.child != child.table) return false;
    return !link.parent || row(link.parent).table == found.parent;
  }

  bool update() {
    if (!ask_.there(op_.record)) return false;
    std::set<std::string> lookups;  // each is set once
    for (const Link& link : op_.links) {
      if (link.parent && !ask_.there(link.parent)) return false;
      bool fits = is_lookup(row(op_.record), link) && lookups.insert(relationship(link.relationship).lookup).second;
      if (!fits) return ask_.deny(Reason::Unknown);
    }
    if (!ask_.main_need(Right::Write, op_.record)) return false;
    std::vector<uint32_t> set;
    for (const ColumnValue& column : op_.columns) set.push_back(column.attribute);
    TableId table = row(op_.record).table;
    if (!ask_.columns_open(ColumnPermission::Update, table, op_.record, set)) return false;
    for (const Link& link : op_.links) {
      if (!lookup_is_fine(row(op_.record), op_.record, link, false)) return false;
    }
    if (!set.empty()) change_.set_values(op_.record);
    for (const Link& link : op_.links) change_lookup(op_.record, link, {});
    return true;
  }

  bool set_state() {
    if (!ask_.there(op_.record) || !ask_.main_need(Right::Write, op_.record)) return false;
    change_.set_state(op_.record, op_.kind == OperationKind::Activate);
    return true;
  }

  // --- lookups

  bool set_lookup() {
    Link link{op_.relationship, op_.kind == OperationKind::Link ? op_.other : RecordId{}};
    if (!ask_.there(op_.record) || (op_.kind == OperationKind::Link && !ask_.there(op_.other))) return false;
    if (!is_lookup(row(op_.record), link)) return ask_.deny(Reason::Unknown);
    if (!lookup_is_fine(row(op_.record), op_.record, link, true)) return false;
    change_lookup(op_.record, link, {});
    return true;
  }

  bool lookup_is_fine(const Record& child, RecordId stored, const Link& link, bool is_main) {
    if (is_main && !ask_.main_need(Right::Append, stored)) return false;
    if (link.parent) return link_is_fine(child, stored, link);
    return child_is_fine(child, stored) && clearing_is_fine(child, link);
  }

  bool child_is_fine(const Record& child, RecordId stored) {
    auto need = [&](Right right) { return stored ? ask_.need(right, stored) : ask_.need(right, child); };
    return need(Right::Append) && (!is(Switch::link_needs_write) || need(Right::Write));
  }

  bool clearing_is_fine(const Record& child, const Link& link) {
    std::optional<Link> before = link_of(policy_, child, link.relationship);
    if (!before || !is(Switch::clear_lookup_needs_append_to)) return true;
    return ask_.need(Right::AppendTo, before->parent);
  }

  // `stored` none: a row that is made with the link.
  bool link_is_fine(const Record& child, RecordId stored, const Link& link) {
    std::optional<Link> before = stored ? link_of(policy_, child, link.relationship) : std::nullopt;
    if (!child_is_fine(child, stored)) return false;
    if (before == link) return true;
    if (!ask_.need(Right::AppendTo, link.parent)) return false;
    if (is(Switch::append_to_needs_write) && !ask_.need(Right::Write, link.parent)) return false;
    if (before && !clearing_is_fine(child, link)) return false;
    return no_ring(stored, link) && owner_above_is_fine(child, stored, link);
  }

  bool no_ring(RecordId child, const Link& link) {
    if (!child || !relationship(link.relationship).is_parental()) return true;
    std::vector<RecordId> tree = children_.parental_tree(policy_, child);
    if (std::ranges::find(tree, link.parent) == tree.end()) return true;
    return ask_.deny(Reason::Cycle, {}, row(child).table, child);
  }

  // Under `take_owner`: whom the child goes over to by this link; nobody where nothing changes.
  Principal owner_taken(const Record& child, const Link& link) const {
    if (policy_.settings.word(Switch::on_link) != "take_owner" || !has_owners(child)) return {};
    Principal above = owner_of(policy_, row(link.parent));
    Behaviour reparent = relationship(link.relationship).on(Action::Reparent);
    bool taken = !above.is_nobody() && above != child.owner && reaches(policy_, reparent, child, above);
    return taken ? above : Principal{};
  }

  bool owner_above_is_fine(const Record& child, RecordId stored, const Link& link) {
    Principal taken = owner_taken(child, link);
    if (taken.is_nobody()) return true;
    if (!ask_.can_own(taken, child.table)) return false;
    if (!ask_.other_party_holds(taken, Right::Read, child.table)) return false;
    if (!stored || !is(Switch::assign_checks_reached_tables)) return true;
    for (const Reached& reached : reached_by_assign(stored, taken)) {
      if (!ask_.other_party_holds(taken, Right::Read, row(reached.record).table)) return false;
    }
    return true;
  }

  void change_lookup(RecordId child, const Link& link, Hop hop) {
    std::optional<Link> before = link_of(policy_, change_.now().records[child], link.relationship);
    if (!link.parent) return change_.unlink(child, link.relationship, hop);
    if (before == link) return;
    Principal taken = owner_taken(row(child), link);
    change_.link(child, link.relationship, link.parent, hop);
    if (!taken.is_nobody()) own_all(child, taken, hop);
  }

  // A row that was made with its links.
  void take_from_above(RecordId child, const Link& link, Hop hop) {
    Principal taken = owner_taken(row(child), link);
    change_.inherit(child, link.relationship, link.parent, hop);
    if (!taken.is_nobody()) own_all(child, taken, hop);
  }

  // --- owners

  // Rows below `start` that go over to the new owner with it, level by level.
  std::vector<Reached> reached_by_assign(RecordId start, Principal owner) const {
    return reached_below(start, [&](const Record& child) { return has_owners(child) && child.owner != owner; });
  }

  // Rows that the behaviour for assign reaches, as long as `goes_on` holds of them.
  template <typename GoesOn>
  std::vector<Reached> reached_below(RecordId start, GoesOn goes_on) const {
    std::vector<Reached> reached = {{start, {}}};
    std::set<RecordId> seen = {start};
    for (size_t i = 0; i < reached.size(); ++i) {
      RecordId above = reached[i].record;
      for (const Child& child : children_.of(above)) {
        const Record& below = row(child.record);
        Behaviour behaviour = relationship(child.relationship).on(Action::Assign);
        if (!reaches(policy_, behaviour, below, owner_of(policy_, row(above))) || !goes_on(below)) continue;
        if (seen.insert(child.record).second) reached.push_back({child.record, {child.relationship, above}});
      }
    }
    reached.erase(reached.begin());
    return reached;
  }

  bool needs_to_assign(RecordId record, bool is_main) {
    if (!(is_main ? ask_.main_need(Right::Assign, record) : ask_.need(Right::Assign, record))) return false;
    for (Right right : kAllRights) {
      bool asked = right != Right::Assign && has(policy_.settings.value(Switch::assign_needs).rights, right);
      if (asked && !ask_.need(right, record)) return false;
    }
    return true;
  }

  bool assign() {
    if (!ask_.there(op_.record) || !ask_.known(op_.principal)) return false;
    if (!ask_.takes(Right::Assign, op_.record)) return false;
    const Record& record = row(op_.record);
    Principal owner = op_.principal;
    if (!ask_.can_own(owner, record.table) || !needs_to_assign(op_.record, true)) return false;
    if (owner == owner_of(policy_, record)) return true;
    if (!ask_.other_party_holds(owner, Right::Read, record.table)) return false;
    for (const Reached& reached : reached_by_assign(op_.record, owner)) {
      if (!needs_to_assign(reached.record, false)) return false;
      bool asks_table = is(Switch::assign_checks_reached_tables);
      if (asks_table && !ask_.other_party_holds(owner, Right::Read, row(reached.record).table)) return false;
    }
    own_all(op_.record, owner, {});
    return true;
  }

  void own_all(RecordId start, Principal owner, Hop hop) {
    std::vector<Reached> reached = reached_by_assign(start, owner);
    own(start, owner, hop);
    for (const Reached& below : reached) own(below.record, owner, below.hop);
  }

  void own(RecordId record, Principal owner, Hop hop) {
    Principal previous = owner_of(policy_, row(record));
    if (has_owners(row(record))) {
      change_.set_owner(record, owner, hop);
      bool moves = !policy_.settings.modern_units() || is(Switch::always_move_record_to_owner_unit);
      if (moves) change_.set_unit(record, unit_of(facts_, owner), hop);
    } else {
      change_.set_unit(record, owner.unit(), hop);
    }
    if (!is(Switch::share_to_previous_owner) || previous.is_nobody()) return;
    RightSet all = rights_of(policy_.tables[row(record).table].ownership, policy_.settings.rule_book());
    change_.give_here(record, previous, all & static_cast<RightSet>(~bit(Right::Create)), hop);
  }

  bool set_unit() {
    if (!ask_.there(op_.record)) return false;
    if (!facts_.units.contains(op_.unit)) return ask_.deny(Reason::Unknown);
    const Record& record = row(op_.record);
    if (!ask_.unit_can_be_set(record, op_.record, op_.unit)) return false;
    if (record.unit == op_.unit) return true;
    std::vector<Reached> reached = reached_below(op_.record, [&](const Record& child) {
      return policy_.tables[child.table].ownership != Ownership::Organization && child.unit != op_.unit;
    });
    for (const Reached& below : reached) {
      if (!ask_.need(Right::Write, below.record)) return false;
    }
    change_.set_unit(op_.record, op_.unit, {});
    for (const Reached& below : reached) change_.set_unit(below.record, op_.unit, below.hop);
    return true;
  }

  // --- shares

  bool share() {
    if (!ask_.there(op_.record) || !ask_.known(op_.principal)) return false;
    if (!ask_.takes(Right::Share, op_.record)) return false;
    for (Right right : kAllRights) {
      if (op_.kind == OperationKind::Revoke || !has(op_.rights, right)) continue;
      if (right == Right::Create) return ask_.deny_illegal(right, op_.record);
      if (!ask_.takes(right, op_.record)) return false;
    }
    if (!ask_.can_be_shared_with(op_.principal)) return false;
    if (!ask_.main_need(Right::Share, op_.record) || !ask_.need_read(op_.record)) return false;
    RightSet before = 0;
    for (const Share& share : facts_.shares) {
      if (share.record == op_.record && share.principal == op_.principal) before = share.rights;
    }
    RightSet after = op_.kind == OperationKind::Share    ? static_cast<RightSet>(before | op_.rights)
                     : op_.kind == OperationKind::Modify ? op_.rights
                                                         : RightSet{0};
    RightSet given = op_.kind == OperationKind::Share ? op_.rights : static_cast<RightSet>(after & ~before);
    if (!ask_.has_to_give(given, op_.record)) return false;
    // What is taken back as a whole is taken back from everything below, whatever is left there from earlier.
    RightSet gone = op_.kind == OperationKind::Revoke ? every_right() : static_cast<RightSet>(before & ~after);
    if (gone != 0) change_.take(op_.record, op_.principal, gone);
    if (given != 0) change_.give(op_.record, op_.principal, given);
    return true;
  }

  static RightSet every_right() {
    RightSet rights = 0;
    for (Right right : kAllRights) rights |= bit(right);
    return rights;
  }

  // --- many-to-many

  bool associate() {
    if (!ask_.there(op_.record) || !ask_.there(op_.other)) return false;
    if (!policy_.relationships.contains(op_.relationship)) return ask_.deny(Reason::Unknown);
    const Relationship& found = relationship(op_.relationship);
    bool fits = found.many_to_many && row(op_.record).table == found.child && row(op_.other).table == found.parent;
    if (!fits) return ask_.deny(Reason::Unknown);
    if (!ask_.main_need(Right::Append, op_.record) || !ask_.need(Right::Append, op_.other)) return false;
    if (policy_.settings.word(Switch::associate_needs) == "append_and_append_to") {
      if (!ask_.need(Right::AppendTo, op_.record) || !ask_.need(Right::AppendTo, op_.other)) return false;
    }
    change_.associate({op_.relationship, op_.record, op_.other}, op_.kind == OperationKind::Associate);
    return true;
  }

  // --- delete

  bool remove() {
    if (!ask_.there(op_.record) || !ask_.main_need(Right::Delete, op_.record)) return false;
    std::vector<Reached> going = {{op_.record, {}}};
    std::set<RecordId> seen = {op_.record};
    for (size_t i = 0; i < going.size(); ++i) {
      for (const Child& child : children_.of(going[i].record)) {
        Behaviour behaviour = relationship(child.relationship).on(Action::Delete);
        if (behaviour == Behaviour::Restrict) {
          return ask_.deny(Reason::Restrict, {}, row(child.record).table, child.record);
        }
        if (behaviour != Behaviour::Cascade || !seen.insert(child.record).second) continue;
        going.push_back({child.record, {child.relationship, going[i].record}});
      }
    }
    for (size_t i = 1; i < going.size() && is(Switch::delete_cascade_needs_child_delete); ++i) {
      if (!ask_.need(Right::Delete, going[i].record)) return false;
    }
    for (const Reached& goes : going) change_.remove(goes.record, goes.hop);
    return true;
  }

  // --- merge

  bool merge() {
    if (!ask_.there(op_.record) || !ask_.there(op_.other)) return false;
    TableId table = row(op_.record).table;
    if (table != row(op_.other).table) return ask_.deny(Reason::NotSameTable, {}, table, op_.record);
    if (op_.record == op_.other) return ask_.deny(Reason::Cycle, {}, table, op_.record);
    if (!ask_.privilege(kMergePrivilege)) return false;
    bool shares = takes_shares(policy_, row(op_.record));
    if (!ask_.main_need(Right::Read, op_.record)) return false;
    for (RecordId record : {op_.record, op_.other}) {
      for (Right right : {Right::Read, Right::Write, Right::Append, Right::AppendTo, Right::Share}) {
        bool asked = right != Right::Share || shares;
        if (asked && !ask_.need(right, record)) return false;
      }
    }
    std::vector<Child> moved;
    for (const Child& child : children_.of(op_.record)) {
      if (relationship(child.relationship).on(Action::Merge) == Behaviour::Cascade) moved.push_back(child);
    }
    for (const Child& child : moved) {
      Link link{child.relationship, op_.other};
      if (!ask_.need(Right::Append, child.record) || !no_ring(child.record, link)) return false;
      if (!owner_above_is_fine(row(child.record), child.record, link)) return false;
    }
    change_.set_state(op_.record, false);
    for (const Child& child : moved) {
      change_lookup(child.record, {child.relationship, op_.other}, {child.relationship, op_.record});
    }
    return true;
  }

  // --- people

  // By row; what is given on the row itself.
  std::map<RecordId, RightSet> rows_shared_with(Principal principal) const {
    std::map<RecordId, RightSet> rows;
    for (const Share& share : facts_.shares) {
      if (share.principal == principal && share.rights != 0) rows[share.record] = share.rights;
    }
    return rows;
  }

  bool change_member() {
    UserId member = op_.principal.user();
    if (!facts_.teams.contains(op_.team) || !facts_.users.contains(member)) return ask_.deny(Reason::Unknown);
    const Team& team = facts_.teams[op_.team];
    if (team.kind == TeamKind::Default || team.kind == TeamKind::Group) return ask_.deny(Reason::SystemManaged);
    if (team.kind == TeamKind::Owner) return ask_.deny(Reason::Illegal);
    bool adds = op_.kind == OperationKind::AddMember;
    std::map<RecordId, RightSet> shared = rows_shared_with(Principal::of(op_.team));
    for (const auto& [record, rights] : shared) {
      if (!ask_.holds_on_table(Right::Share, row(record).table)) return false;
      for (Right right : kAllRights) {
        if (has(rights, right) && !ask_.need(right, record)) return false;
      }
    }
    for (const auto& [record, rights] : shared) {
      for (Right right : kAllRights) {
        if (!adds || !has(rights, right)) continue;
        if (!ask_.other_party_holds(op_.principal, right, row(record).table)) return false;
      }
    }
    ask_.allow_by_privilege(Right::Share);
    if (is_member(facts_, member, op_.team) == adds) return true;
    Effect effect;
    effect.kind = Effect::Kind::Member;
    effect.team = op_.team;
    effect.principal = op_.principal;
    effect.before = adds ? 0 : 1;
    effect.after = adds ? 1 : 0;
    change_.add(effect);
    return true;
  }

  bool move() {
    bool is_user = op_.kind == OperationKind::MoveUser;
    Principal who = is_user ? op_.principal : Principal::of(op_.team);
    bool known = is_user ? facts_.users.contains(op_.principal.user()) : facts_.teams.contains(op_.team);
    if (!known || !facts_.units.contains(op_.unit)) return ask_.deny(Reason::Unknown);
    std::string_view privilege = is_user ? kReparentUserPrivilege : kReparentTeamPrivilege;
    if (!ask_.privilege(privilege)) return false;
    if (!is_user && facts_.teams[op_.team].kind == TeamKind::Default) return ask_.deny(Reason::SystemManaged);
    ask_.allow_by_privilege(std::nullopt, find_privilege(policy_, privilege));
    if (unit_of(facts_, who) == op_.unit) return true;
    move_there(who, is_user);
    return true;
  }

  void move_there(Principal who, bool is_user) {
    Effect effect;
    effect.principal = is_user ? who : Principal{};
    effect.team = is_user ? TeamId{} : op_.team;
    effect.kind = is_user ? Effect::Kind::UserUnit : Effect::Kind::TeamUnit;
    effect.before = unit_of(facts_, who).index;
    effect.after = op_.unit.index;
    change_.add(effect);
    const std::vector<RoleHeld>& roles = is_user ? facts_.users[who.user()].roles : facts_.teams[op_.team].roles;
    effect.principal = who;
    effect.team = {};
    bool modern = policy_.settings.modern_units();
    if (!roles.empty() && !is(Switch::keep_roles_on_move)) {
      effect.kind = Effect::Kind::RolesLost;
      effect.before = static_cast<uint32_t>(roles.size());
      effect.after = 0;
      change_.add(effect);
    } else if (!roles.empty() && !modern) {
      effect.kind = Effect::Kind::RolesMoved;
      change_.add(effect);
    }
    if (modern && !is(Switch::always_move_record_to_owner_unit)) return;
    for (RecordId id : facts_.records.ids()) {
      if (row(id).exists && has_owners(row(id)) && row(id).owner == who) change_.set_unit(id, op_.unit, {});
    }
  }

  // --- what is told beside the answer

  void tell_columns(Outcome& outcome) const {
    bool reads = op_.kind == OperationKind::Read;
    bool sets = op_.kind == OperationKind::Create || op_.kind == OperationKind::Update;
    if (!reads && !(sets && outcome.answer.allowed)) return;
    bool stored = op_.kind != OperationKind::Create && facts_.records.contains(op_.record);
    const Record* asked = stored ? &row(op_.record) : new_row();
    if (!asked) return;
    ColumnRights both{.read = ~uint64_t{0}, .read_one_unmasked = ~uint64_t{0}};
    for (UserId user : {op_.user, op_.impersonator ? op_.impersonator : op_.user}) {
      ColumnRights rights = column_rights(policy_, facts_, user, asked->table, stored ? op_.record : RecordId{});
      bool open = stored ? evaluate(policy_, facts_, user, Right::Read, op_.record).allowed
                         : evaluate(policy_, facts_, user, Right::Read, *asked).allowed;
      both.secured = rights.secured;
      both.read &= open ? rights.read : 0;
      both.read_one_unmasked &= open ? rights.read_one_unmasked : 0;
    }
    if (reads && !outcome.answer.allowed) both.read = both.read_one_unmasked = 0;
    outcome.hidden_columns = both.secured & ~both.read;
    outcome.unmasked_columns = both.read & both.read_one_unmasked;
  }

  const Policy& policy_;
  const Facts& facts_;
  const Operation& op_;
  Children children_;  // of facts_
  Asking ask_;
  Changing change_;
};

}  // namespace

Outcome perform(const Policy& policy, const Facts& facts, const Operation& operation) {
  return Performing(policy, facts, operation, true).run();
}

Outcome perform_unasked(const Policy& policy, const Facts& facts, const Operation& operation) {
  return Performing(policy, facts, operation, false).run();
}

}  // namespace policyc
