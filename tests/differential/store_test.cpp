// The store against the reference: after each of many random transactions every decision of a snapshot is what the
// facts say by then, abandoned transactions leave nothing, and older snapshots answer as they did.
#include "runtime/store/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <set>

#include "compiler/driver/in_full.h"
#include "compiler/driver/native_world_state.h"
#include "runtime/operations/inheritance.h"
#include "runtime/query/list.h"
#include "runtime/query/snapshot_view.h"
#include "runtime/query/who.h"
#include "tests/differential/engines.h"
#include "tests/differential/world_generator.h"

namespace policyc::test {
namespace {

constexpr int kWorldsOfAPolicy = 3;
constexpr int kTransactions = 16;

// A store and the facts that it must agree with.
class StoredFacts {
 public:
  StoredFacts(const Engines& engines, const Facts& facts, Random& random)
      : engines_(engines),
        random_(random),
        facts_(inherit_from_links(engines.policy(), facts)),
        native_(engines.engine.program.tables(), engines.engine.ir, facts),
        store_((policy::inherit_from_links(native_.world), native_.world)),
        reader_(*store_.reader()) {}

  void transact() {
    Facts before = facts_;
    bool abandons = random_.one_in(3);
    policy::Transaction change = store_.begin();
    for (uint32_t i = 1 + random_.below(4); i > 0; --i) change_something(change);
    if (abandons) {
      change.abandon();
      facts_ = before;
    } else {
      change.commit();
    }
  }

  // Of everybody on everything but `create`, which is asked about rows that are not stored.
  std::vector<Decision> decisions(const policy::Snapshot& snapshot) const {
    std::vector<Decision> all;
    for (UserId user : facts_.users.ids()) {
      for (RecordId record : facts_.records.ids()) {
        for (Right right : kAllRights) {
          if (right == Right::Create) continue;
          auto asked = static_cast<uint32_t>(right);
          all.push_back(to_decision(snapshot.decide(user.index, asked, record.index)));
          if (snapshot.check(user.index, asked, record.index) != all.back().allowed) disagreement_ = "check and decide";
        }
      }
    }
    return all;
  }

  void compare() {
    policy::Snapshot snapshot = reader_.snapshot();
    std::vector<Decision> seen = decisions(snapshot);
    size_t next = 0;
    for (UserId user : facts_.users.ids()) {
      for (RecordId record : facts_.records.ids()) {
        for (Right right : kAllRights) {
          if (right != Right::Create) compare(user, right, record, seen[next++]);
        }
      }
    }
    compared_ += seen.size();
    if (random_.one_in(4)) compare_queries(snapshot);
    if (!random_.one_in(4)) return;
    kept_.emplace_back(std::move(snapshot), std::move(seen));
  }

  void compare_kept() {
    for (const auto& [snapshot, seen] : kept_) {
      if (decisions(snapshot) != seen) disagreement_ = "an older snapshot answers otherwise than before";
    }
  }

  const std::string& disagreement() const { return disagreement_; }
  size_t compared() const { return compared_; }

 private:
  // The sets of keys are changed with each commit, and made anew with none.
  void compare_queries(const policy::Snapshot& snapshot) const {
    policy::GrantingRoles roles(snapshot.tables());
    policy::SnapshotView view(snapshot, roles);
    for (Right right : kAllRights) {
      if (right == Right::Create) continue;
      auto asked = static_cast<uint32_t>(right);
      for (RecordId record : facts_.records.ids()) {
        std::vector<uint32_t> may = all_pages<policy::WhoCursor>(
            [&](policy::WhoCursor& cursor, auto page) { return policy::who(view, asked, record.index, cursor, page); });
        for (UserId user : facts_.users.ids()) {
          bool found = std::find(may.begin(), may.end(), user.index) != may.end();
          if (found != snapshot.check(user.index, asked, record.index)) disagreement_ = "check and who";
        }
      }
      for (UserId user : facts_.users.ids()) compare_list(snapshot, view, asked, user);
    }
  }

  void compare_list(const policy::Snapshot& snapshot, const policy::SnapshotView& view, uint32_t right,
                    UserId user) const {
    std::set<uint32_t> found;
    for (TableId table : engines_.policy().tables.ids()) {
      for (uint32_t row : all_pages<policy::ListCursor>([&](policy::ListCursor& cursor, auto page) {
             return policy::list(view, user.index, right, table.index, cursor, page);
           })) {
        if (!found.insert(row).second) disagreement_ = "a row twice in a list";
      }
    }
    for (RecordId record : facts_.records.ids()) {
      bool may = snapshot.check(user.index, right, record.index);
      if (may != found.contains(record.index)) disagreement_ = "check and list";
    }
  }

  template <typename Cursor, typename Ask>
  static std::vector<uint32_t> all_pages(Ask ask) {
    std::vector<uint32_t> all, page(3);
    for (Cursor cursor; !cursor.at_end();) {
      size_t count = ask(cursor, std::span<uint32_t>(page));
      all.insert(all.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return all;
  }

  void compare(UserId user, Right right, RecordId record, const Decision& native) {
    Decision reference = evaluate(engines_.policy(), facts_, user, right, record);
    if (reference == native || !disagreement_.empty()) return;
    InFull in_full(engines_.policy(), facts_);
    disagreement_ = fmt::format("{} {} {}\nreference: {}\nstore:     {}", facts_.users[user].name, word(right),
                                facts_.records[record].name, in_full(reference), in_full(native));
  }

  void change_something(policy::Transaction& change) {
    if (random_.one_in(6)) return give_role(change);
    if (random_.one_in(6)) return move_unit(change);
    Operation operation = random_operation(random_, engines_.policy(), facts_);
    if (operation.kind == OperationKind::Create && operation.proposed) return;
    Outcome reference = perform(engines_.policy(), facts_, operation);
    policy::Operation native = native_.to_operation(operation);
    if (native.sets_values && facts_.records[operation.record].exists) write_values(operation, native);
    bool allowed = change.perform(native).answer.allowed;
    if (allowed != reference.answer.allowed) disagreement_ = "an operation is allowed here and denied there";
    if (reference.answer.allowed) apply(operation, reference.effects, facts_);
  }

  // Strings stay where they are, for snapshots that still point there.
  void write_values(const Operation& operation, policy::Operation& native) {
    Record& record = written_.emplace_back(facts_.records[operation.record]);
    for (const ColumnValue& set : operation.columns) record.attributes[set.attribute] = set.value;
    policy::Row row = native_.to_row(record);
    native.attributes = row.attributes;
    native.secured_values = row.secured_values;
  }

  void give_role(policy::Transaction& change) {
    RoleId role{random_.below(static_cast<uint32_t>(engines_.policy().roles.size()))};
    UserId user{random_.below(static_cast<uint32_t>(facts_.users.size()))};
    TeamId team{random_.below(static_cast<uint32_t>(facts_.teams.size()))};
    bool to_team = random_.one_in(2);
    UnitId anchor = to_team ? facts_.teams[team].unit : facts_.users[user].unit;
    policy_principal holder =
        to_team ? POLICY_PRINCIPAL(POLICY_TEAM, team.index) : POLICY_PRINCIPAL(POLICY_USER, user.index);
    if (!change.organization().give_role(holder, role.index, anchor.index)) return;
    (to_team ? facts_.teams[team].roles : facts_.users[user].roles).push_back({role, anchor});
  }

  void move_unit(policy::Transaction& change) {
    UnitId unit{random_.below(static_cast<uint32_t>(facts_.units.size()))};
    UnitId parent{random_.below(static_cast<uint32_t>(facts_.units.size()))};
    if (change.move_unit(unit.index, parent.index)) facts_.units[unit].parent = parent;
  }

  const Engines& engines_;
  Random& random_;
  Facts facts_;
  NativeWorld::Impl native_;
  std::deque<Record> written_;
  policy::Store store_;
  policy::Reader reader_;
  std::vector<std::pair<policy::Snapshot, std::vector<Decision>>> kept_;
  size_t compared_ = 0;
  mutable std::string disagreement_;
};

TEST(Store, AgreesWithTheReferenceAfterEachTransaction) {
  size_t budget = decision_budget(300'000), compared = 0;
  for (uint64_t seed = first_seed(); compared < budget; ++seed) {
    SCOPED_TRACE(testing::Message() << "POLICYC_SEED=" << seed);
    Random random(seed);
    std::unique_ptr<Engines> engines = Engines::of(random_policy(random));
    ASSERT_TRUE(engines);
    for (int world = 0; world < kWorldsOfAPolicy; ++world) {
      StoredFacts stored(*engines, random_facts(random, engines->policy(), {}), random);
      for (int i = 0; i < kTransactions; ++i) {
        stored.transact();
        stored.compare();
        ASSERT_EQ(stored.disagreement(), "") << "transaction " << i << " of world " << world;
      }
      stored.compare_kept();
      ASSERT_EQ(stored.disagreement(), "");
      compared += stored.compared();
    }
  }
  RecordProperty("decisions", std::to_string(compared));
}

}  // namespace
}  // namespace policyc::test
