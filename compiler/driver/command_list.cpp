// policyc list: the rows of a table on which a user has a right.
#include "compiler/driver/asked_world.h"
#include "compiler/driver/command_line_names.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/found.h"
#include "compiler/reference/evaluate.h"
#include "runtime/query/list.h"

namespace policyc {

namespace {

struct Asked {
  UserId user;
  Right right = Right::Read;
  TableId table;
};

Result<Asked> read_question(const ListOptions& options, const AskedWorld& world) {
  CommandLineNames names(world.policy(), world.facts);
  Result<UserId> user = names.user(options.user);
  if (!user) return Failure{user.error()};
  Result<Right> right = names.right(options.right);
  if (!right) return Failure{right.error()};
  Result<TableId> table = names.table(options.on);
  if (!table) return Failure{table.error()};
  if (*right == Right::Create) return Failure{"`create` is asked of a table, before there is a row to list"};
  return Asked{*user, *right, *table};
}

std::vector<RecordId> listed_by_reference(const AskedWorld& world, const Asked& asked) {
  std::vector<RecordId> rows;
  for (RecordId id : world.facts.records.ids()) {
    if (world.facts.records[id].table != asked.table) continue;
    if (evaluate(world.policy(), world.facts, asked.user, asked.right, id).allowed) rows.push_back(id);
  }
  return rows;
}

std::vector<RecordId> listed(const NativeWorld& world, const Asked& asked) {
  std::unique_ptr<policy::QueryView> view = world.query_view();
  return all_pages<policy::ListCursor, RecordId>([&](policy::ListCursor& cursor, std::span<uint32_t> page) {
    return policy::list(*view, asked.user.index, static_cast<uint32_t>(asked.right), asked.table.index, cursor, page);
  });
}

void show(const AskedWorld& world, const std::vector<RecordId>& rows, const ListOptions& options, Console& console) {
  std::vector<std::string> names;
  for (RecordId id : rows) {
    const Record& record = world.facts.records[id];
    names.push_back(fmt::format("{}/{}", world.policy().tables[record.table].name, record.name));
  }
  show_found(names, {.key = "records", .none = "nothing", .format = options.format}, console);
}

}  // namespace

ExitCode run_list(const ListOptions& options, Console& console) {
  std::optional<AskedWorld> world = load_world(options.file, options.facts, console);
  if (!world) return kInputWrong;
  Result<Asked> asked = read_question(options, *world);
  if (!asked) {
    console.complain(asked.error());
    return kInputWrong;
  }
  std::vector<RecordId> rows;
  if (options.engine == "native") {
    ExitCode code = ask_native(*world, console, [&](const NativeWorld& native) { rows = listed(native, *asked); });
    if (code != kFine) return code;
  } else {
    rows = listed_by_reference(*world, *asked);
  }
  show(*world, rows, options, console);
  return kFine;
}

}  // namespace policyc
