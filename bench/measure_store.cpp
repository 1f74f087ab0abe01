#include "bench/measure_store.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <thread>

#include "bench/limits/handwritten.h"
#include "bench/store_worlds.h"
#include "bench/timing.h"
#include "bench/worlds.h"

namespace policyc::bench {

namespace {

constexpr double kRandomBar = 1.05;
constexpr double kReaderBar = 1 / 0.9;
constexpr double kTailBar = 2.0;
constexpr double kAssignBar = 3.0;
constexpr double kMemoryBar = 1.01;  // directories of pages take less than a hundredth
constexpr double kCommitsASecond = 10'000;
constexpr size_t kChecksOfARequest = 10;

double at_share(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

// Changes of every kind, at random places.
class Writer {
 public:
  Writer(StoreWorld& world, policy::Store& store, uint64_t seed) : world_(world), store_(store), state_(seed) {}

  static constexpr const char* kKinds[] = {"role given",      "team joined or left", "user moved",
                                           "record assigned", "record shared",       "unit moved"};

  void commit(size_t kind) {
    policy::Transaction change = store_.begin();
    policy::Organization& organization = change.organization();
    policy_principal somebody = POLICY_PRINCIPAL(POLICY_USER, below(organization.user_count()));
    uint32_t row = world_.rows[below(world_.rows.size())];
    switch (kind) {
      case 0:
        (void)organization.drop_roles(somebody);
        (void)organization.give_role(somebody, below(world_.world.tables.roles.size()), organization.unit_of(somebody));
        break;
      case 1: {
        uint32_t user = POLICY_PRINCIPAL_INDEX(somebody), team = below(organization.team_count());
        (void)(organization.is_member(user, team) ? organization.leave(user, team) : organization.join(user, team));
        break;
      }
      case 2:
        (void)organization.move_user(POLICY_PRINCIPAL_INDEX(somebody), below(organization.unit_count()));
        break;
      case 3:
        change.records().set_owner(row, somebody);
        change.records().set_unit(row, organization.unit_of(somebody));
        break;
      case 4:
        change.records().set_share(row, somebody, policy::right_bit(POLICY_RIGHT_read));
        break;
      default:
        // Parents come before children: those at the end have few below them.
        (void)change.move_unit(
            static_cast<uint32_t>(organization.unit_count()) - 1 - below(organization.unit_count() / 2),
            below(organization.unit_count() / 2));
    }
    change.commit();
  }
  // A unit moves once in a while only.
  void commit_some() { commit(count_++ % 1'000 == 999 ? 5 : count_ % 5); }

 private:
  uint32_t below(size_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state_ >> 33) % bound);
  }

  StoreWorld& world_;
  policy::Store& store_;
  uint64_t state_;
  uint64_t count_ = 0;
};

struct Requests {
  double nanoseconds = 0;     // of one check, snapshots included
  std::vector<double> taken;  // by each request, in microseconds
};

// Requests one after the other, each with a snapshot of its own, until the time is up.
Requests read_for(double seconds_, policy::Reader& reader, const std::vector<Question>& questions, size_t from) {
  using Clock = std::chrono::steady_clock;
  Requests done;
  size_t checks = 0, allowed = 0, next = from;
  auto begin = Clock::now(), before = begin;
  auto end = begin + std::chrono::duration<double>(seconds_);
  while (before < end) {
    {
      policy::Snapshot snapshot = reader.snapshot();
      for (size_t i = 0; i < kChecksOfARequest; ++i) {
        const Question& q = questions[next++ % questions.size()];
        allowed += snapshot.check(q.user, q.right, q.record);
      }
    }
    checks += kChecksOfARequest;
    auto now = Clock::now();
    done.taken.push_back(std::chrono::duration<double, std::micro>(now - before).count());
    before = now;
  }
  keep(allowed);
  done.nanoseconds = std::chrono::duration<double, std::nano>(before - begin).count() / static_cast<double>(checks);
  return done;
}

class StoreBench {
 public:
  StoreBench(const StoreSizes& sizes, Report& report) : sizes_(sizes), report_(report) {}

  std::optional<std::string> run() {
    workload_ = make_crm(sizes_.crm, Conditions::None);
    Result<Engine> engine = compile_workload("crm", policy_text(workload_.policy));
    if (!engine) return engine.error();
    if (Result<CompileReport> compiled = engine->program.wait(); !compiled) return compiled.error();
    StoreWorld world(*engine, workload_);
    policy::Store store(world.world);
    memory(store);
    questions_ = random_questions(workload_, 500'000, 17);
    if (std::optional<std::string> failure = random_checks(world, store)) return failure;
    readers_and_writers(world, store);
    commits(world, store);
    return assign_all();
  }

 private:
  void add(std::string name, double ours, std::string unit, std::string against, double value,
           std::optional<double> bar) {
    report_.rows.push_back({std::move(name), ours, std::move(unit), std::move(against), value, ours / value, bar});
  }

  void memory(const policy::Store& store) {
    policy::StoreMemory used = store.memory();
    auto each = [](size_t bytes, size_t count) {
      return static_cast<double>(bytes) / static_cast<double>(std::max<size_t>(count, 1));
    };
    add(fmt::format("memory of a record beyond its attributes, {} of them", used.rows),
        each(used.rows_bytes - used.attribute_bytes, used.rows), "bytes", "a fixed limit", 16, kMemoryBar);
    add("memory of a share", each(used.share_bytes, used.shares), "bytes", "a fixed limit", 16, kMemoryBar);
    add("memory of a user beyond the profile", each(used.user_bytes, used.users), "bytes", "a fixed limit", 64,
        kMemoryBar);
  }

  std::optional<std::string> random_checks(const StoreWorld& world, policy::Store& store) {
    HandWorld handwritten(workload_);
    policy::Reader reader = *store.reader();
    std::vector<Question> ours = questions_;
    for (Question& q : ours) q.record = world.rows[q.record];
    policy::Snapshot snapshot = reader.snapshot();
    auto by_hand = [&](const Question& q) {
      HandCall call = handwritten.call(q);
      return check_plain(*call.user, *call.reach, *call.record, call.right);
    };
    for (size_t i = 0; i < ours.size(); ++i) {
      if (snapshot.check(ours[i].user, ours[i].right, ours[i].record) != by_hand(questions_[i])) {
        return "a store and hand-written code disagree";
      }
    }
    auto check = [&](const Question& q) { return snapshot.check(q.user, q.right, q.record); };
    Paired times = time_paired(
        sizes_.rounds, [&] { return time_calls(ours, 1, check); }, [&] { return time_calls(questions_, 1, by_hand); });
    report_.rows.push_back({fmt::format("check in a store, random record of {}", workload_.records.size()), times.ours,
                            "ns", "hand-written C++", times.theirs, times.ratio, kRandomBar});
    questions_ = std::move(ours);
    return std::nullopt;
  }

  // Each window alone is compared with the one after it, when others write.
  void readers_and_writers(StoreWorld& world, policy::Store& store) {
    std::atomic<bool> writes{false}, done{false};
    std::atomic<uint64_t> commits{0};
    std::thread writing([&] {
      Writer writer(world, store, 3);
      auto next = std::chrono::steady_clock::now();
      while (!done) {
        next = std::max(next, std::chrono::steady_clock::now() - std::chrono::milliseconds(5));
        next += std::chrono::nanoseconds(static_cast<int64_t>(1e9 / kCommitsASecond));
        std::this_thread::sleep_until(next);
        if (!writes) continue;
        writer.commit_some();
        ++commits;
      }
    });
    const unsigned most = std::max(2u, std::thread::hardware_concurrency());
    for (unsigned readers = 1; readers <= most; readers *= 2) measure_readers(store, readers, writes, commits);
    done = true;
    writing.join();
  }

  Requests read_all(policy::Store& store, unsigned readers) {
    std::vector<Requests> parts(readers);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < readers; ++i) {
      threads.emplace_back([&, i] {
        policy::Reader reader = *store.reader();
        parts[i] = read_for(sizes_.window_seconds, reader, questions_, i * 10'007);
      });
    }
    for (std::thread& thread : threads) thread.join();
    Requests all;
    double rate = 0;
    for (Requests& part : parts) {
      rate += 1 / part.nanoseconds;
      all.taken.insert(all.taken.end(), part.taken.begin(), part.taken.end());
    }
    all.nanoseconds = 1 / rate;
    return all;
  }

  void measure_readers(policy::Store& store, unsigned readers, std::atomic<bool>& writes,
                       std::atomic<uint64_t>& commits) {
    std::vector<double> alone, beside, ratios, tails_alone, tails_beside;
    double written = 0;
    for (size_t round = 0; round < sizes_.rounds + 1; ++round) {
      Requests quiet = read_all(store, readers);
      uint64_t before = commits;
      writes = true;
      Requests busy = read_all(store, readers);
      writes = false;
      if (round == 0) continue;
      written += static_cast<double>(commits - before);
      alone.push_back(quiet.nanoseconds);
      beside.push_back(busy.nanoseconds);
      ratios.push_back(busy.nanoseconds / quiet.nanoseconds);
      tails_alone.push_back(at_share(quiet.taken, 0.999));
      tails_beside.push_back(at_share(busy.taken, 0.999));
    }
    const double rate = written / (static_cast<double>(sizes_.rounds) * sizes_.window_seconds);
    const bool has_room = readers < std::thread::hardware_concurrency();
    auto bar = [&](double value) { return has_room ? std::optional<double>(value) : std::nullopt; };
    std::string who = fmt::format("{} {}", readers, readers == 1 ? "reader" : "readers");
    report_.rows.push_back({fmt::format("check, {}, {:.0f} commits a second", who, rate), median(beside), "ns",
                            "the same readers alone", median(alone), median(ratios), bar(kReaderBar)});
    add(fmt::format("request of {} checks, p99.9: {}, writers beside", kChecksOfARequest, who), median(tails_beside),
        "us", "the same readers alone", median(tails_alone), bar(kTailBar));
  }

  void commits(StoreWorld& world, policy::Store& store) {
    Writer writer(world, store, 5);
    for (size_t kind = 0; kind < std::size(Writer::kKinds); ++kind) {
      const size_t count = kind == 5 ? 50 : 2'000;
      const double taken = seconds([&] {
        for (size_t i = 0; i < count; ++i) writer.commit(kind);
      });
      add(fmt::format("commit: {}", Writer::kKinds[kind]), taken * 1e6 / static_cast<double>(count), "us",
          "10,000 a second", 1e6 / kCommitsASecond, kind == 5 ? std::nullopt : std::optional<double>(1.0));
    }
  }

  // All or nothing, as a transaction, against asking the same right of each of the rows, down the same links.
  std::optional<std::string> assign_all() {
    Result<Engine> engine = compile_workload("tree", tree_policy());
    if (!engine) return engine.error();
    if (Result<CompileReport> compiled = engine->program.wait(); !compiled) return compiled.error();
    TreeWorld tree(*engine, sizes_.descendants);
    policy::Store store(tree.world);
    policy::Reader reader = *store.reader();
    uint32_t turn = 0;
    bool all = true;
    auto assign = [&] {
      policy_principal to = tree.owners[++turn % tree.owners.size()];
      return 1e3 * seconds([&] {
               policy::Transaction change = store.begin();
               policy::Operation operation;
               operation.kind = policy::OperationKind::Assign;
               operation.user = 0;
               operation.record = tree.root;
               operation.principal = to;
               all &= change.perform(operation).effects.size() == size_t{sizes_.descendants} + 1;
               change.commit();
             });
    };
    auto pass = [&] { return 1e3 * seconds([&] { keep(ask_all(tree)); }); };
    Paired times = time_paired(std::max<size_t>(2, sizes_.rounds / 3), assign, pass);
    if (!all) return "an assign did not come to all rows";
    report_.rows.push_back({fmt::format("assign with {} rows below", sizes_.descendants), times.ours, "ms",
                            "one pass that asks each", times.theirs, times.ratio, kAssignBar});
    return std::nullopt;
  }

  static size_t ask_all(const TreeWorld& tree) {
    const policy::Records& records = tree.world.records;
    policy_subject subject = tree.world.subject(0).view();
    std::vector<uint32_t> pending = {tree.root};
    size_t allowed = 0;
    for (size_t i = 0; i < pending.size(); ++i) {
      uint32_t row = pending[i];
      allowed += policy::check(tree.world.tables, subject, records[row].table, POLICY_RIGHT_assign, records.header(row),
                               tree.world.context);
      for (const policy::Child& child : records.children(row)) pending.push_back(child.row);
    }
    return allowed;
  }

  const StoreSizes& sizes_;
  Report& report_;
  Workload workload_;
  std::vector<Question> questions_;
};

}  // namespace

std::optional<std::string> measure_store(const StoreSizes& sizes, Report& report) {
  return StoreBench(sizes, report).run();
}

}  // namespace policyc::bench
