#include "runtime/store/store.h"

#include <memory>
#include <utility>

namespace policy {

namespace {

// A journal that tells of everything that is there.
Journal everything(World& world) {
  world.number_units_apart();
  Journal journal;
  world.keep_journal(&journal);
  world.resolve_everybody();
  world.keep_journal(nullptr);
  journal.rows.resize(world.records.size());
  for (uint32_t row = 0; row < journal.rows.size(); ++row) journal.rows[row] = row;
  const Organization& organization = world.organization;
  auto add_holders = [&](policy_principal_kind kind, size_t count) {
    for (uint32_t index = 0; index < count; ++index) journal.holders.push_back(POLICY_PRINCIPAL(kind, index));
  };
  for (const Organization::ProfileHeld& held : organization.profiles_given()) {
    journal.profile_holders.push_back(held.holder);
  }
  for (uint32_t row : journal.rows) {
    if (!world.records.column_openings(row).empty()) journal.openings.push_back({.row = row});
  }
  add_holders(POLICY_USER, organization.user_count());
  add_holders(POLICY_TEAM, organization.team_count());
  add_holders(POLICY_UNIT, organization.unit_count());
  for (uint32_t unit = 0; unit < organization.unit_count(); ++unit) journal.numbers.push_back({.unit = unit});
  return journal;
}

// Freed when no reader is left who could look into it.
template <typename T>
Retired kept(std::unique_ptr<T> memory) {
  return {memory.release(), [](void* old) { delete static_cast<T*>(old); }};
}

}  // namespace

Store::Store(World& world, StoreOptions options) : world_(&world), publisher_(options, nullptr) {
  Journal journal = everything(*world_);
  publish(journal);
}

Store::Store(std::unique_ptr<World> world, std::shared_ptr<const void> program, StoreOptions options)
    : world_(world.get()),
      own_world_(std::move(world)),
      own_program_(std::move(program)),
      publisher_(options, own_program_.get()) {
  Journal journal = everything(*world_);
  publish(journal);
}

Store::~Store() {
  Edit last(++edits_);
  publisher_.drop(last);
  last.retire(root_.load());
  epochs_.advance(last.commit());
  own_world_.reset();  // before the program that it is of
}

std::optional<Reader> Store::reader() {
  std::optional<uint32_t> slot = epochs_.enter();
  if (!slot) return std::nullopt;
  return Reader(epochs_, root_, *slot);
}

std::optional<Revision> Store::replace(const ProgramTables& tables, std::shared_ptr<const void> next,
                                       const Ready& ready) {
  std::lock_guard<WritersTurn> alone(turn_);
  if (is_given_up_.load()) return std::nullopt;
  auto world = std::make_unique<World>(tables);
  Translation told = translate(*world_, *world);
  if (ready == nullptr ? !told.is_whole() : !ready(*world, told)) return std::nullopt;
  Journal journal = everything(*world);
  const PublishedWorld* before = root_.load();
  Edit edit(++edits_);
  Publisher publisher(publisher_.options(), next.get());
  const PublishedWorld* published = publisher.publish(*world, journal, {before->revision.number + 1}, edit);
  Publisher last = publisher_;  // stays as it is where memory runs out
  last.drop(edit);
  auto program = std::make_unique<std::shared_ptr<const void>>();
  prepare(edit);
  edit.retire(before);
  // Readers of the version before look into its world and run its code.
  *program = exchange_program(std::move(next));
  if (own_world_ != nullptr) edit.retire_later(kept(std::move(own_world_)));
  if (*program != nullptr) edit.retire_later(kept(std::move(program)));
  own_world_ = std::move(world);
  world_ = own_world_.get();
  publisher_ = std::move(publisher);
  const Revision revision = published->revision;
  show(published, edit);
  return revision;
}

std::shared_ptr<const void> Store::program() const {
  std::lock_guard<std::mutex> looking(showing_program_);
  return own_program_;
}

std::shared_ptr<const void> Store::exchange_program(std::shared_ptr<const void> next) {
  std::lock_guard<std::mutex> showing(showing_program_);
  return std::exchange(own_program_, std::move(next));
}

std::unique_ptr<Transaction> Store::begin_within(std::chrono::nanoseconds longest) {
  std::unique_lock<WritersTurn> alone(turn_, longest);
  if (!alone) return nullptr;
  return std::unique_ptr<Transaction>(new Transaction(*this, std::move(alone)));
}

// From here on nothing needs memory, so that what is published is shown as well.
void Store::prepare(Edit& edit) {
  edit.reserve_retired(3);
  epochs_.prepare();
}

// First what is new, then what nobody new can come to: see Epochs.
void Store::show(const PublishedWorld* next, Edit& edit) {
  root_.store(next, std::memory_order_seq_cst);
  newest_.store(next->revision.number, std::memory_order_release);
  epochs_.advance(edit.commit());
}

Revision Store::publish(Journal& journal) {
  const PublishedWorld* before = root_.load();
  bool is_same = journal.rows.empty() && journal.replaced.empty() && journal.holders.empty() &&
                 journal.numbers.empty() && journal.profile_holders.empty() && journal.openings.empty();
  if (before != nullptr && is_same) return before->revision;
  Revision revision{before == nullptr ? 1 : before->revision.number + 1};
  auto replaced = std::make_unique<std::vector<Journal::Replaced>>();
  Edit edit(++edits_);
  const PublishedWorld* next = publisher_.publish(*world_, journal, revision, edit, [&] { prepare(edit); });
  replaced->swap(journal.replaced);
  edit.retire(before);
  if (!replaced->empty()) {
    edit.retire_later(
        {replaced.release(), [](void* old) { delete static_cast<std::vector<Journal::Replaced>*>(old); }});
  }
  show(next, edit);
  return revision;
}

}  // namespace policy
