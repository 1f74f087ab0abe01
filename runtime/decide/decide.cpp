// Compiled code says which reason and which slot; here the piece is found that a person would name: the first in the
// order of the text (Subject::pieces) that gives this reason, or for a denial the one that missed by the least.
#include "runtime/decide/decide.h"

#include "runtime/records/record_bytes.h"

namespace policy {

namespace {

// The questions of a graph, asked of one piece instead of all pieces of a slot.
class PieceQuestions {
 public:
  PieceQuestions(const ProgramTables& tables, const TableEntry& table, const policy_subject& subject,
                 const policy_record& record, uint32_t right)
      : tables_(tables),
        table_(table),
        subject_(subject),
        profile_(*profile_of(subject)),
        record_(record),
        right_(right) {}

  bool gives(const Piece& piece, uint32_t reason) const {
    switch (reason) {
      case POLICY_REASON_owner:
        return own_row(piece);
      case POLICY_REASON_team_owner:
        return team_row(piece);
      case POLICY_REASON_role_level:
        return in_reach(piece);
      case POLICY_REASON_share:
        return shared(piece, &policy_share::rights);
      case POLICY_REASON_inherited_share:
        return shared(piece, &policy_share::inherited);
      case POLICY_REASON_hierarchy:
        return is_of_a_report();
      default:
        return false;
    }
  }

  bool reaches(const Piece& piece) const {
    if (in_reach(piece) || is_of_a_report()) return true;
    bool is_create = right_ == POLICY_RIGHT_create;
    if (!is_create && (shared(piece, &policy_share::rights) || shared(piece, &policy_share::inherited))) return true;
    return table_.ownership == Ownership::User && (own_row(piece) || team_row(piece));
  }

  // The level from which a grant with this piece's anchor would reach the row.
  policy_level level_needed(const Piece& piece) const {
    uint32_t unit = record_.owning_unit;
    if (unit == piece.anchor.first) return POLICY_LEVEL_business_unit;
    if (unit > piece.anchor.first && unit <= piece.anchor.last) return POLICY_LEVEL_parent_child;
    return POLICY_LEVEL_organization;
  }

 private:
  bool at_home(const Piece& piece) const {
    if (!tables_.modern_units || tables_.ownership_recomputed) return true;
    return (record_.shares & POLICY_AWAY) == 0 || record_.owning_unit == piece.anchor.first;
  }

  bool own_row(const Piece& piece) const {
    return piece.reaches_own && subject_.user != POLICY_NOBODY && record_.owner == subject_.user && at_home(piece);
  }

  bool unit_counts(const Piece& piece, policy_principal unit) const {
    return tables_.unit_as_principal && POLICY_PRINCIPAL_KIND(unit) == POLICY_UNIT &&
           POLICY_PRINCIPAL_INDEX(unit) == subject_.unit_index && piece.level >= tables_.unit_principal_level;
  }

  bool team_row(const Piece& piece) const {
    bool holder_alone = piece.holder != POLICY_SELF && piece.level == POLICY_LEVEL_user;
    bool reached = holder_alone ? record_.owner == piece.holder : profile_.is_member(record_.owner);
    return (reached || unit_counts(piece, record_.owner)) && at_home(piece);
  }

  bool in_reach(const Piece& piece) const {
    switch (piece.level) {
      case POLICY_LEVEL_organization:
        return true;
      case POLICY_LEVEL_parent_child:
        return record_.owning_unit >= piece.anchor.first && record_.owning_unit <= piece.anchor.last;
      case POLICY_LEVEL_business_unit:
        return record_.owning_unit == piece.anchor.first;
      default:
        return false;
    }
  }

  bool share_counts(const Piece& piece, policy_principal with) const {
    switch (POLICY_PRINCIPAL_KIND(with)) {
      case POLICY_USER:
        return with == subject_.user && (piece.reaches_own || tables_.share_reaches_team_only_basic);
      case POLICY_TEAM:
        return profile_.is_member(with);
      case POLICY_UNIT:
        return unit_counts(piece, with);
      case POLICY_ORGANIZATION:
        return true;
      default:
        return false;
    }
  }

  bool shared(const Piece& piece, uint16_t policy_share::* mask) const {
    for (const policy_share& share : shares_of(record_)) {
      if ((share.*mask >> right_ & 1) != 0 && share_counts(piece, share.principal)) return true;
    }
    return false;
  }

  // The same for every piece: any grant will do, with read on the table beside it.
  bool is_of_a_report() const {
    if (!table_.in_hierarchy || subject_.report_count == 0) return false;
    uint32_t held = profile_.reach_flags(table_.decisions[POLICY_RIGHT_read]);
    if ((held & (tables_.hierarchy.needs_unit_level ? POLICY_REACH_UNIT_LEVEL : POLICY_REACH_HELD)) == 0) return false;
    if ((report_rights(subject_, record_.owner) >> right_ & 1) != 0) return true;
    for (const policy_share& share : shares_of(record_)) {
      uint32_t given = (share.rights | share.inherited) & report_rights(subject_, share.principal);
      if ((given >> right_ & 1) != 0) return true;
    }
    return false;
  }

  const ProgramTables& tables_;
  const TableEntry& table_;
  const policy_subject& subject_;
  const Profile& profile_;
  const policy_record& record_;
  uint32_t right_;
};

void name_piece(const Piece& piece, const policy_subject& subject, policy_decision& decision) {
  decision.grant = piece.grant;
  decision.role = piece.role;
  decision.through = piece.holder == POLICY_SELF ? subject.user : piece.holder;
}

void name_nearest_miss(const policy_subject& subject, const DecisionEntry& entry, const PieceQuestions& ask,
                       policy_decision& decision) {
  int smallest_gap = POLICY_LEVEL_organization + 1;
  for (uint32_t slot = entry.first_slot; slot < entry.first_slot + entry.slot_count; ++slot) {
    for (auto [piece, end] = profile_of(subject)->pieces(slot); piece != end; ++piece) {
      policy_level needed = ask.level_needed(*piece);
      int gap = needed - piece->level;
      if (gap >= smallest_gap) continue;
      smallest_gap = gap;
      decision.held = static_cast<uint8_t>(piece->level);
      decision.needed = static_cast<uint8_t>(needed);
      name_piece(*piece, subject, decision);
    }
  }
}

void name_false_condition(const policy_subject& subject, const DecisionEntry& entry, const PieceQuestions& ask,
                          policy_decision& decision) {
  for (uint32_t slot = entry.first_slot; slot < entry.first_slot + entry.slot_count; ++slot) {
    for (auto [piece, end] = profile_of(subject)->pieces(slot); piece != end; ++piece) {
      if (ask.reaches(*piece)) return name_piece(*piece, subject, decision);
    }
  }
}

}  // namespace

policy_decision decide(const ProgramTables& tables, const policy_subject& subject, uint32_t table, uint32_t right,
                       const policy_record& record, const policy_context& context) {
  policy_decision decision = kUnknown;
  bool of_this_program = subject.profile != nullptr && subject.slot_count == tables.slot_count;
  if (table >= tables.tables.size() || right >= POLICY_RIGHT_COUNT || !of_this_program) {
    return decision;
  }
  const TableEntry& table_entry = tables.tables[table];
  const DecisionEntry& entry = table_entry.decisions[right];
  if (!entry.is_taken()) {
    decision.reason = POLICY_REASON_illegal;
    return decision;
  }
  uint64_t answer = ask_decide(tables, entry, subject, record, context);
  uint32_t reason = static_cast<uint32_t>(answer);
  decision.reason = static_cast<uint8_t>(reason);
  PieceQuestions ask(tables, table_entry, subject, record, right);
  if (reason >= POLICY_REASON_owner && reason <= POLICY_REASON_hierarchy) {
    decision.effect = POLICY_ALLOW;
    uint32_t slot = entry.base + static_cast<uint32_t>(answer >> 32);
    for (auto [piece, end] = profile_of(subject)->pieces(slot); piece != end; ++piece) {
      if (ask.gives(*piece, reason)) return name_piece(*piece, subject, decision), decision;
    }
  } else if (reason == POLICY_REASON_level) {
    name_nearest_miss(subject, entry, ask, decision);
  } else if (reason == POLICY_REASON_condition) {
    name_false_condition(subject, entry, ask, decision);
  }
  return decision;
}

}  // namespace policy
