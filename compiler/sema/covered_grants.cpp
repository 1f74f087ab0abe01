// Grants that another grant of the same role makes needless. They are harmless, but mislead: taking one away changes
// nothing.
#include <unordered_map>

#include "compiler/sema/checking.h"

namespace policyc {

namespace {

constexpr size_t kLevelCount = 5;

class CoverageChecker {
 public:
  explicit CoverageChecker(Checking& checking)
      : c_(checking),
        modern_(checking.policy.settings.modern_units()),
        unconditional_(checking.policy.tables.size() * kRightCount) {}

  // Written grants lie together, role after role.
  void run() {
    const std::vector<WrittenGrant>& all = c_.written_grants;
    for (size_t begin = 0; begin < all.size();) {
      size_t end = begin;
      while (end < all.size() && all[end].role == all[begin].role) ++end;
      collect(all[begin].role);
      for (size_t line = begin; line < end;) line = check_line(line, end);
      forget(all[begin].role);
      begin = end;
    }
  }

 private:
  // The first unconditional grant at each level. At one level an included role's comes before the role's own, which
  // is then the needless one.
  using ByLevel = std::array<GrantId, kLevelCount>;

  ByLevel& cell(const Grant& grant) {
    return unconditional_[grant.table.index * kRightCount + static_cast<size_t>(grant.right)];
  }

  void collect(RoleId role) {
    for (GrantId id : c_.policy.roles[role].grants) {
      const Grant& grant = c_.policy.grants[id];
      if (grant.condition) continue;
      GrantId& first = cell(grant)[static_cast<size_t>(grant.level)];
      bool first_is_own = first && c_.policy.grants[first].role == role;
      if (!first || (first_is_own && grant.role != role)) first = id;
    }
  }

  void forget(RoleId role) {
    for (GrantId id : c_.policy.roles[role].grants) cell(c_.policy.grants[id]).fill(GrantId::none());
  }

  // With modern business units a row of one's own may lie in another unit, so that a wider level need not reach it.
  bool covers(Level wide, Level narrow) const {
    if (wide == narrow || wide == Level::Organization) return true;
    return !modern_ && wide > narrow;
  }

  // The grant that makes `id` needless, or none.
  GrantId covering(GrantId id) {
    const Grant& grant = c_.policy.grants[id];
    const ByLevel& levels = cell(grant);
    for (size_t level = kLevelCount; level-- > static_cast<size_t>(grant.level);) {
      GrantId other = levels[level];
      if (other && other != id && covers(static_cast<Level>(level), grant.level)) return other;
    }
    return {};
  }

  // The grant that covers the first of a word's grants, where all of them are covered; else none.
  GrantId covering(const WrittenRight& right) {
    GrantId first;
    for (uint32_t i = 0; i < right.count; ++i) {
      GrantId other = covering(GrantId{right.first.index + i});
      if (!other) return {};
      if (i == 0) first = other;
    }
    return first;
  }

  // Looks at the grants of one line (`boat_trip: ... at user  ... at organization`) and gives the index after it.
  size_t check_line(size_t begin, size_t end) {
    const std::vector<WrittenGrant>& all = c_.written_grants;
    size_t after = begin;
    bool whole_line = true;
    std::vector<std::vector<GrantId>> covered;
    while (after < end && all[after].line == all[begin].line) {
      covered.emplace_back();
      for (const WrittenRight& right : all[after].rights) {
        covered.back().push_back(covering(right));
        whole_line = whole_line && covered.back().back();
      }
      ++after;
    }
    whole_line = whole_line && covered.size() == all[begin].line->grants.size();
    for (size_t i = begin; i < after; ++i) report(all[i], covered[i - begin], whole_line, i == begin);
    return after;
  }

  void report(const WrittenGrant& grant, const std::vector<GrantId>& covered, bool whole_line, bool first_of_line) {
    std::string words;
    std::string kept;
    Span span;
    GrantId by;
    for (size_t i = 0; i < covered.size(); ++i) {
      const ast::Name& word = grant.text->rights[i];
      if (!covered[i]) {
        kept += (kept.empty() ? "" : ", ") + word.text;
        continue;
      }
      words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word.text);
      span = span.is_known() ? join(span, word.span) : word.span;
      if (!by) by = covered[i];
    }
    if (!by) return;
    std::string on = grant.line->every_table ? "every table" : fmt::format("`{}`", grant.line->table.text);
    const Grant& other = c_.policy.grants[by];
    auto warning = c_.diagnostics.report(DiagnosticKind::GrantCovered, span, words, on);
    warning.label(other.span, described(other, grant.role));
    if (whole_line) {
      if (first_of_line) warning.fix(grant.line->span, "", "remove the line");
    } else if (kept.empty()) {
      warning.fix(grant.text->span, "", "remove the grant");
    } else {
      const std::vector<ast::Name>& rights = grant.text->rights;
      warning.fix(join(rights.front().span, rights.back().span), kept, fmt::format("keep `{}`", kept));
    }
  }

  std::string described(const Grant& other, RoleId role) {
    std::string text = fmt::format("`{}` at `{}` is given here", word(other.right), word(other.level));
    if (other.role != role) text += fmt::format(", in `{}`", c_.policy.roles[other.role].name);
    return text;
  }

  Checking& c_;
  bool modern_;
  std::vector<ByLevel> unconditional_;  // by table and right; filled for one role at a time
};

}  // namespace

void check_covered_grants(Checking& checking) {
  if (checking.grants_full) return;
  CoverageChecker(checking).run();
}

}  // namespace policyc
