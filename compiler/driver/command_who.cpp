// policyc who: the users who have a right on a row.
#include "compiler/driver/asked_world.h"
#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/found.h"
#include "compiler/reference/evaluate.h"
#include "runtime/query/who.h"

namespace policyc {

namespace {

struct Asked {
  Right right = Right::Read;
  RecordId record;
};

Result<Asked> read_question(const WhoOptions& options, const AskedWorld& world) {
  CommandLineNames names(world.policy(), world.facts);
  Result<Right> right = names.right(options.right);
  if (!right) return Failure{right.error()};
  if (*right == Right::Create) return Failure{"`create` is asked of a table, before there is a row"};
  Result<RecordId> record = names.record(options.on);
  if (!record) return Failure{record.error()};
  return Asked{*right, *record};
}

std::vector<UserId> found_by_reference(const AskedWorld& world, const Asked& asked) {
  std::vector<UserId> users;
  for (UserId user : world.facts.users.ids()) {
    if (evaluate(world.policy(), world.facts, user, asked.right, asked.record).allowed) users.push_back(user);
  }
  return users;
}

std::vector<UserId> found(const NativeWorld& world, const Asked& asked) {
  std::unique_ptr<policy::QueryView> view = world.query_view();
  return all_pages<policy::WhoCursor, UserId>([&](policy::WhoCursor& cursor, std::span<uint32_t> page) {
    return policy::who(*view, static_cast<uint32_t>(asked.right), asked.record.index, cursor, page);
  });
}

void show(const AskedWorld& world, const std::vector<UserId>& users, const WhoOptions& options, Console& console) {
  std::vector<std::string> names;
  for (UserId user : users) names.push_back(world.facts.users[user].name);
  show_found(names, {.key = "users", .none = "nobody", .format = options.format}, console);
}

}  // namespace

ExitCode run_who(const WhoOptions& options, Console& console) {
  std::optional<AskedWorld> world = load_world(options.file, options.facts, console);
  if (!world) return kInputWrong;
  Result<Asked> asked = read_question(options, *world);
  if (!asked) {
    console.complain(asked.error());
    return kInputWrong;
  }
  std::vector<UserId> users;
  if (options.engine == "native") {
    ExitCode code = ask_native(*world, console, [&](const NativeWorld& native) { users = found(native, *asked); });
    if (code != kFine) return code;
  } else {
    users = found_by_reference(*world, *asked);
  }
  show(*world, users, options, console);
  return kFine;
}

}  // namespace policyc
