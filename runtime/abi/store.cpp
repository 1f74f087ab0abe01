// Stores: made, closed, and asked under another version of the policy.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/abi/store_handles.h"

policy_store::policy_store(std::shared_ptr<const policy::ProgramVersion> first, policy::StoreOptions options)
    : keeps_lists(options.keeps_lists),
      store(
          [&] {
            auto world = std::make_unique<policy::World>(first->program->tables());
            world->context = first->program->no_context;
            return world;
          }(),
          first, options) {}

namespace policy {

namespace {

// While the host is called from inside: it may not wait for itself.
class Marked {
 public:
  explicit Marked(policy_store& store) : store_(store) { store_.writer = std::this_thread::get_id(); }
  ~Marked() { store_.writer = std::thread::id(); }
  Marked(const Marked&) = delete;
  Marked& operator=(const Marked&) = delete;

 private:
  policy_store& store_;
};

// What another version of the policy does to the facts, told to the host, and whether the host agrees.
class Replacing {
 public:
  Replacing(const ProgramTables& before, const ProgramTables& after, uint32_t flags, policy_replace_told told,
            void* self)
      : before_(before), after_(after), flags_(flags), told_(told), self_(self) {}

  bool agrees(const Translation& translation) {
    for (const std::string& what : translation.lost) tell(what, true);
    for (const std::string& what : translation.missing) {
      if (!is_known_of_contexts(what)) tell(what, false);
    }
    return refused_.empty();
  }
  const std::string& refused() const { return refused_; }

 private:
  void tell(const std::string& what, bool is_lost) {
    if (told_ != nullptr) told_(self_, is_lost ? 1 : 0, what.c_str());
    const uint32_t allowing = is_lost ? POLICY_REPLACE_MAY_LOSE : POLICY_REPLACE_MAY_MISS;
    if ((flags_ & allowing) != 0 || !refused_.empty()) return;
    refused_ = fmt::format("{} would be {}", what, is_lost ? "lost" : "missing");
  }

  // Contexts are given anew with a new layout: only what nobody was asked for before is missing.
  bool is_known_of_contexts(std::string_view what) const {
    return std::ranges::any_of(after_.context_attributes, [&](const AttributeEntry& entry) {
      if (what != fmt::format("context attribute `{}`", entry.name)) return false;
      return std::ranges::any_of(before_.context_attributes, [&](const AttributeEntry& old) {
        return old.name == entry.name && old.type == entry.type;
      });
    });
  }

  const ProgramTables& before_;
  const ProgramTables& after_;
  uint32_t flags_;
  policy_replace_told told_;
  void* self_;
  std::string refused_;  // the first that is not allowed
};

policy_status replace(policy_store& store, policy_program& program, uint32_t flags, policy_replace_told told,
                      void* self, uint64_t* revision, policy_error* error) {
  Counted counted(store.writer_count);
  std::lock_guard<std::mutex> alone(store.replacing);
  const std::shared_ptr<const ProgramVersion> before = store.version();
  const bool is_same = has_same_contexts(before->program->tables(), program.tables());
  auto next =
      std::make_shared<const ProgramVersion>(&program, before->number + 1, before->contexts + (is_same ? 0 : 1));
  std::string refused;
  auto ready = [&](World& world, const Translation& translation) {
    Marked marked(store);
    world.context = program.no_context;
    Replacing replacing(before->program->tables(), program.tables(), flags, told, self);
    const bool agrees = replacing.agrees(translation);
    refused = replacing.refused();
    return agrees;
  };
  const std::optional<Revision> made = store.store.replace(program.tables(), std::move(next), ready);
  if (!made && store.store.is_given_up()) return fail(error, POLICY_NO_MEMORY, kGivenUp);
  if (!made) return fail(error, POLICY_LOSSY, refused);
  if (revision != nullptr) *revision = made->number;
  return POLICY_OK;
}

policy_status create(policy_program& program, const policy_store_options* options, policy_store** out) {
  StoreOptions kept;
  kept.keeps_lists = options == nullptr || options->no_lists == 0;
  *out = new policy_store(std::make_shared<const ProgramVersion>(&program, 1, 1), kept);
  return POLICY_OK;
}

}  // namespace

}  // namespace policy

using policy::fail;
using policy::is_handle;

extern "C" {

policy_status policy_store_create(policy_program* program, const policy_store_options* options, policy_store** out,
                                  policy_error* error) {
  policy::clear_error(error);
  if (out == nullptr) return fail(error, POLICY_INVALID, "there is no place for the store: `out` is null");
  *out = nullptr;
  if (!is_handle(program)) return fail(error, POLICY_INVALID, "`program` is none");
  if (options != nullptr) {
    const policy_status status = policy::accept(options, error, "options");
    if (status != POLICY_OK) return status;
  }
  if (options != nullptr && options->no_lists > 1) {
    return fail(error, POLICY_INVALID, "policy_store_options.no_lists is neither 0 nor 1");
  }
  return policy::guarded(error, [&] { return policy::create(*program, options, out); });
}

policy_status policy_store_close(policy_store* store) {
  if (store == nullptr) return POLICY_OK;
  if (!is_handle(store)) return POLICY_INVALID;
  if (store->reader_count.load() != 0 || store->writer_count.load() != 0) return POLICY_BUSY;
  store->kind = policy::HandleKind::Closed;
  delete store;
  return POLICY_OK;
}

policy_program* policy_store_program(policy_store* store) {
  if (!is_handle(store)) return nullptr;
  policy_program* program = nullptr;
  (void)policy::guarded(nullptr, [&] {
    program = policy_program_retain(store->version()->program.get());
    return POLICY_OK;
  });
  return program;
}

uint64_t policy_store_revision(const policy_store* store) {
  return is_handle(store) ? store->store.revision().number : 0;
}

policy_status policy_store_replace(policy_store* store, policy_program* program, uint32_t flags,
                                   policy_replace_told told, void* self, uint64_t* revision, policy_error* error) {
  policy::clear_error(error);
  if (revision != nullptr) *revision = 0;
  if (!is_handle(store)) return fail(error, POLICY_INVALID, "`store` is none");
  if (!is_handle(program)) return fail(error, POLICY_INVALID, "`program` is none");
  if ((flags & ~uint32_t{POLICY_REPLACE_MAY_LOSE | POLICY_REPLACE_MAY_MISS}) != 0) {
    return fail(error, POLICY_INVALID, "a flag that nobody knows");
  }
  if (store->is_written_by_this_thread()) {
    return fail(error, POLICY_BUSY, "this thread has a transaction under way, and would wait for itself");
  }
  return policy::guarded(error, [&] { return policy::replace(*store, *program, flags, told, self, revision, error); });
}
}
