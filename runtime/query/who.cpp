// Sources, one after the other: the row's owner and whom it is shared with; their superiors; then role by role those
// who hold it for the row's unit. A user whom an earlier place has given is left out, which their own teams, reports
// and roles tell: the least place at which a user is found is the one that counts.
#include "runtime/query/who.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "runtime/decide/decide.h"
#include "runtime/records/record_bytes.h"

namespace policy {

namespace {

// The sources of a cursor: roles count on from kByRole.
enum Source : uint32_t { kByPrincipal, kBySuperior, kByRole };

// What a call looks at before it gives back what it has.
constexpr size_t kMaxCandidates = 4096;
constexpr size_t kBatch = 32;
constexpr size_t kProfilesKept = 64;

// As many at once as may still be wanted, but for the last few.
size_t batch_of(size_t room) { return std::clamp<size_t>(room, 4, kBatch); }

// --- the row

// To whom the row belongs, in the order of principals: its owner, and those with whom it is shared for the right.
class Concerned {
 public:
  Concerned(const policy_record& record, uint32_t right)
      : owner_(record.owner), right_(right), shares_(shares_of(record)) {}

  bool contains(policy_principal principal) const {
    if (principal == POLICY_NOBODY) return false;
    if (principal == owner_) return true;
    auto share = from(principal);
    return share != shares_.end() && share->principal == principal && counts(*share);
  }

  // The least from `principal` on; POLICY_NONE where none is left.
  policy_principal next(policy_principal principal) const {
    auto share = from(principal);
    while (share != shares_.end() && !counts(*share)) ++share;
    policy_principal next = share == shares_.end() ? POLICY_NONE : share->principal;
    return owner_ >= principal && owner_ != POLICY_NOBODY ? std::min(next, owner_) : next;
  }

  policy_principal owner() const { return owner_; }
  bool is_shared() const { return !shares_.empty(); }
  size_t size() const { return shares_.size() + 1; }

 private:
  bool counts(const policy_share& share) const { return ((share.rights | share.inherited) >> right_ & 1) != 0; }
  std::span<const policy_share>::iterator from(policy_principal principal) const {
    return std::lower_bound(shares_.begin(), shares_.end(), principal,
                            [](const policy_share& share, policy_principal p) { return share.principal < p; });
  }

  const policy_principal owner_;
  const uint32_t right_;
  const std::span<const policy_share> shares_;
};

// --- users

// A role held by somebody for a unit: a place at which users are found. POLICY_SELF + 1 is 0, so that what users hold
// themselves comes first, as users do among principals.
struct Place {
  uint32_t role = POLICY_NONE;
  uint32_t anchor = POLICY_NONE;
  policy_principal holder = POLICY_SELF;

  friend bool operator==(const Place&, const Place&) = default;
  friend bool operator<(const Place& a, const Place& b) {
    return std::tuple(a.role, a.anchor, a.holder + 1) < std::tuple(b.role, b.anchor, b.holder + 1);
  }
};

// What all users of a profile have in common here.
struct Common {
  const void* profile = nullptr;
  policy_principal group = POLICY_NONE;  // the first of the row's principals that is a team of theirs, or their unit
  Place place;                           // the first at which roles find them
  enum class Answer : uint8_t { Unknown, No, Yes } answer = Answer::Unknown;
};

// A user met somewhere; `cursor` stands at that place.
struct Candidate {
  WhoCursor at;
  Place place;  // of roles
};

class Asking {
 public:
  Asking(const QueryView& view, uint32_t table, uint32_t right, const policy_record& record, WhoCursor& cursor,
         std::span<uint32_t> page)
      : view_(view),
        tables_(view.tables()),
        table_(table),
        right_(right),
        entry_(tables_.tables[table].decisions[right]),
        record_(record),
        concerned_(record, right),
        people_(view.people()),
        cursor_(cursor),
        page_(page),
        is_for_everybody_(concerned_.contains(POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0))),
        in_hierarchy_(opens_through_hierarchy(tables_, table, right)),
        has_conditions_(may_hang_on_conditions()) {}

  size_t run() {
    std::span<const GrantingRoles::Entry> roles = view_.granting_roles().of(table_, right_);
    bool goes_on = !roles.empty();
    if (goes_on) goes_on = walk_principals() && walk_superiors();
    for (const GrantingRoles::Entry& role : roles) {
      if (goes_on) goes_on = walk_role(role);
    }
    if (goes_on) goes_on = settle();
    if (goes_on || roles.empty()) cursor_.source = POLICY_NONE;
    return count_;
  }

 private:
  // The first slot is that of grants without a condition. Delete may ask read besides.
  bool may_hang_on_conditions() const {
    const DecisionEntry& read = tables_.tables[table_].decisions[POLICY_RIGHT_read];
    return entry_.slot_count > 1 || (right_ == POLICY_RIGHT_delete && read.slot_count > 1);
  }

  // --- walks: each from where the cursor is; false where the page ends

  bool walk_principals() {
    if (cursor_.source > kByPrincipal) return true;
    auto from = static_cast<policy_principal>(cursor_.key);
    uint32_t first_user = cursor_.user;
    for (policy_principal p = concerned_.next(from); p != POLICY_NONE; p = concerned_.next(p + 1)) {
      if (p != from) first_user = 0;
      if (!offer_all({p, kByPrincipal, first_user}, {}, p)) return false;
    }
    return true;
  }

  bool walk_superiors() {
    if (!in_hierarchy_ || cursor_.source > kBySuperior) return true;
    bool is_here = cursor_.source == kBySuperior;
    policy_principal from = is_here ? static_cast<policy_principal>(cursor_.key) : 0;
    uint32_t first_user = is_here ? cursor_.user : 0;
    for (policy_principal p = concerned_.next(from); p != POLICY_NONE; p = concerned_.next(p + 1)) {
      if (p != from) first_user = 0;
      if (!offer_pairs(people_.superiors, p, {p, kBySuperior, first_user}, {})) return false;
    }
    return true;
  }

  bool walk_role(const GrantingRoles::Entry& entry) {
    uint32_t source = kByRole + entry.role;
    if (cursor_.source > source) return true;
    bool is_here = cursor_.source == source;
    uint64_t from = is_here ? cursor_.key : 0;
    uint32_t first_user = is_here ? cursor_.user : 0;
    KeyCursor at = view_.holders(entry.role).from(from);
    while (!at.at_end()) {
      uint32_t anchor = next_anchor(entry.level, upper_half(at.key()));
      if (anchor == POLICY_NONE) return true;
      at.seek(pair_key(anchor, 0));
      for (; !at.at_end() && upper_half(at.key()) == anchor; at.next()) {
        policy_principal holder = lower_half(at.key());
        bool is_user = POLICY_PRINCIPAL_KIND(holder) == POLICY_USER;
        Place place{entry.role, anchor, is_user ? POLICY_SELF : holder};
        if (!offer_all({at.key(), source, at.key() == from ? first_user : 0}, place, holder)) return false;
      }
    }
    return true;
  }

  // The least unit from `from` on for which a role of this level reaches the row when held there.
  uint32_t next_anchor(policy_level level, uint32_t from) {
    if (is_for_everybody_ || level == POLICY_LEVEL_organization) return from;
    uint32_t unit = record_.owning_unit;
    if (unit < from || level < POLICY_LEVEL_business_unit) return POLICY_NONE;
    if (level == POLICY_LEVEL_business_unit) return unit;
    if (units_above_.empty()) find_units_above();
    auto found = std::lower_bound(units_above_.begin(), units_above_.end(), from);
    return found == units_above_.end() ? POLICY_NONE : *found;
  }

  // The row's unit and all above it, ascending: a unit has a greater number than those above it.
  void find_units_above() {
    for (uint32_t unit = record_.owning_unit; unit != POLICY_NONE;) {
      units_above_.push_back(unit);
      KeyCursor at = people_.units_above.from(pair_key(unit, 0));
      bool has_parent = !at.at_end() && upper_half(at.key()) == unit && lower_half(at.key()) < unit;
      unit = has_parent ? lower_half(at.key()) : POLICY_NONE;
    }
    std::reverse(units_above_.begin(), units_above_.end());
  }

  // --- candidates

  // Whoever the principal stands for, from the cursor's user on.
  bool offer_all(const WhoCursor& at, const Place& place, policy_principal principal) {
    uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
    switch (POLICY_PRINCIPAL_KIND(principal)) {
      case POLICY_USER:
        return index < at.user || offer({at.key, at.source, index}, place);
      case POLICY_TEAM:
        return offer_pairs(people_.members, principal, at, place);
      case POLICY_UNIT:
        return offer_pairs(people_.users_by_unit, index, at, place);
      default:
        return true;  // the organization: everybody who holds a role that grants the right
    }
  }

  bool offer_pairs(const KeySet& pairs, uint32_t first, const WhoCursor& at, const Place& place) {
    for (KeyCursor pair = pairs.from(pair_key(first, at.user)); !pair.at_end(); pair.next()) {
      if (upper_half(pair.key()) != first) break;
      if (!offer({at.key, at.source, lower_half(pair.key())}, place)) return false;
    }
    return true;
  }

  bool offer(const WhoCursor& at, const Place& place) {
    users_[waiting_] = at.user;
    candidates_[waiting_++] = {at, place};
    return waiting_ < batch_of(page_.size() - count_) || settle();
  }

  // Decides on those who wait. False where the page ends; the cursor is behind the last who was decided on.
  bool settle() {
    looked_at_ += waiting_;
    view_.find_subjects(std::span(users_).first(waiting_), subjects_.data());
    for (size_t i = 0; i < waiting_; ++i) {
      if (count_ == page_.size()) return false;
      cursor_ = candidates_[i].at;
      ++cursor_.user;
      if (is_found_here(candidates_[i], subjects_[i])) page_[count_++] = users_[i];
    }
    waiting_ = 0;
    return looked_at_ < kMaxCandidates && count_ < page_.size();
  }

  bool is_found_here(const Candidate& candidate, const policy_subject& subject) {
    if (subject.user == POLICY_NOBODY || subject.slot_count != tables_.slot_count) return false;
    Common& common = common_of(subject);
    policy_principal principal = concerned_.contains(subject.user) ? subject.user : common.group;
    if (candidate.at.source == kByPrincipal) {
      return candidate.at.key == principal && may(subject, common);
    }
    if (principal != POLICY_NONE) return false;
    policy_principal report = first_report(subject);
    if (candidate.at.source == kBySuperior) return candidate.at.key == report && may(subject, common);
    return report == POLICY_NONE && candidate.place == common.place && may(subject, common);
  }

  bool may(const policy_subject& subject, Common& common) {
    bool has_reports = in_hierarchy_ && subject.report_count > 0;
    bool stands_alone = has_conditions_ || has_reports || concerned_.contains(subject.user);
    if (!stands_alone && common.answer != Common::Answer::Unknown) return common.answer == Common::Answer::Yes;
    bool answer = check(tables_, subject, table_, right_, record_, view_.context());
    if (!stands_alone) common.answer = answer ? Common::Answer::Yes : Common::Answer::No;
    return answer;
  }

  // --- where users are found first

  Common& common_of(const policy_subject& subject) {
    auto address = reinterpret_cast<uintptr_t>(subject.profile);
    Common& common = profiles_[(address >> 5 ^ address >> 13) % kProfilesKept];
    if (common.profile != subject.profile) {
      common = {subject.profile, first_group(subject), first_place(subject), Common::Answer::Unknown};
    }
    return common;
  }

  policy_principal first_group(const policy_subject& subject) const {
    std::span<const uint32_t> teams(subject.lists, subject.team_count);
    if (concerned_.is_shared()) {
      auto team = std::find_if(teams.begin(), teams.end(), [this](uint32_t t) { return concerned_.contains(t); });
      if (team != teams.end()) return *team;
    } else if (std::binary_search(teams.begin(), teams.end(), concerned_.owner())) {
      return concerned_.owner();
    }
    policy_principal unit = POLICY_PRINCIPAL(POLICY_UNIT, subject.unit_index);
    return concerned_.contains(unit) ? unit : POLICY_NONE;
  }

  policy_principal first_report(const policy_subject& subject) const {
    if (!in_hierarchy_) return POLICY_NONE;
    std::span<const policy_report> reports(subject.reports, subject.report_count);
    if (reports.size() < concerned_.size()) {
      auto report = std::find_if(reports.begin(), reports.end(),
                                 [this](const policy_report& r) { return concerned_.contains(r.principal); });
      return report == reports.end() ? POLICY_NONE : report->principal;
    }
    for (policy_principal p = concerned_.next(0); p != POLICY_NONE; p = concerned_.next(p + 1)) {
      if (report_rights(subject, p) != 0) return p;
    }
    return POLICY_NONE;
  }

  bool reaches(const Piece& piece) const {
    if (is_for_everybody_) return true;
    switch (piece.level) {
      case POLICY_LEVEL_none:
      case POLICY_LEVEL_user:
        return false;
      case POLICY_LEVEL_business_unit:
        return piece.anchor.first == record_.owning_unit;
      case POLICY_LEVEL_parent_child:
        return piece.anchor.first <= record_.owning_unit && record_.owning_unit <= piece.anchor.last;
      case POLICY_LEVEL_organization:
        return true;
    }
    return false;
  }

  Place first_place(const policy_subject& subject) const {
    Place first;
    const Profile* profile = profile_of(subject);
    for (uint32_t slot = entry_.first_slot; slot < entry_.first_slot + entry_.slot_count; ++slot) {
      for (auto [piece, end] = profile->pieces(slot); piece != end; ++piece) {
        if (reaches(*piece)) first = std::min(first, Place{piece->role, piece->anchor.first, piece->holder});
      }
    }
    return first;
  }

  const QueryView& view_;
  const ProgramTables& tables_;
  const uint32_t table_;
  const uint32_t right_;
  const DecisionEntry& entry_;
  const policy_record& record_;
  const Concerned concerned_;
  const PeopleKeys people_;
  WhoCursor& cursor_;
  const std::span<uint32_t> page_;
  const bool is_for_everybody_;
  const bool in_hierarchy_;
  const bool has_conditions_;
  std::vector<uint32_t> units_above_;
  std::array<Common, kProfilesKept> profiles_;
  std::array<Candidate, kBatch> candidates_;
  std::array<uint32_t, kBatch> users_;
  std::array<policy_subject, kBatch> subjects_;
  size_t waiting_ = 0;
  size_t count_ = 0;
  size_t looked_at_ = 0;
};

}  // namespace

size_t who(const QueryView& view, uint32_t right, uint32_t row, WhoCursor& cursor, std::span<uint32_t> page) {
  const ProgramTables& tables = view.tables();
  uint32_t table = view.table_of(row);
  const policy_record* record = nullptr;
  view.find_records({&row, 1}, &record);
  if (cursor.at_end()) return 0;
  if (record == nullptr || table >= tables.tables.size() || !tables.tables[table].takes(right)) {
    cursor.source = POLICY_NONE;
    return 0;
  }
  return Asking(view, table, right, *record, cursor, page).run();
}

}  // namespace policy
