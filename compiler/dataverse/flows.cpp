#include "compiler/dataverse/flows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/dataverse/names.h"

namespace policyc::dataverse {
namespace {

struct Operation {
  std::string_view name;
  std::vector<Right> rights;
};

// The operations of both connectors that are a right on one table's rows. An update of an unknown row creates it.
const Operation* find_operation(std::string_view name) {
  static const Operation kOperations[] = {
      {"createrecord", {Right::Create}},
      {"postitem_v2", {Right::Create}},
      {"updaterecord", {Right::Write, Right::Create}},
      {"patchitem_v2", {Right::Write, Right::Create}},
      {"updateonlyrecord", {Right::Write}},
      {"updateentityfileimagefieldcontent", {Right::Write}},
      {"deleterecord", {Right::Delete}},
      {"deleteitem", {Right::Delete}},
      {"getitem", {Right::Read}},
      {"getitem_v2", {Right::Read}},
      {"getentityfileimagefieldcontent", {Right::Read}},
      {"listrecords", {Right::Read}},
      {"getitems_v2", {Right::Read}},
      {"associateentities", {Right::Append}},
      {"disassociateentities", {Right::Append}},
  };
  const Operation* found = std::ranges::find(kOperations, lower(name), &Operation::name);
  return found == std::end(kOperations) ? nullptr : found;
}

// `message` of the trigger, or the older connector's operation.
std::vector<std::string_view> events_of(const FlowTrigger& trigger) {
  static const std::map<int64_t, std::vector<std::string_view>> kMessages = {
      {1, {"create"}},
      {2, {"delete"}},
      {3, {"update"}},
      {4, {"create", "update"}},
      {5, {"create", "delete"}},
      {6, {"update", "delete"}},
      {7, {"create", "update", "delete"}},
  };
  static const std::map<std::string, std::vector<std::string_view>, std::less<>> kOldTriggers = {
      {"subscribeonnewitems", {"create"}},
      {"subscribeonupdateditems", {"update"}},
      {"subscribeondeleteditems", {"delete"}},
  };
  if (trigger.message) {
    auto found = kMessages.find(*trigger.message);
    return found == kMessages.end() ? std::vector<std::string_view>{} : found->second;
  }
  auto found = kOldTriggers.find(lower(trigger.operation));
  return found == kOldTriggers.end() ? std::vector<std::string_view>{} : found->second;
}

std::string_view run_as_word(int64_t number) {
  if (number == 1) return "triggering_user";
  if (number == 2) return "record_owner";
  if (number == 3) return "process_owner";
  return {};
}

std::string_view scope_word(int64_t number) {
  if (number == 1) return "user";
  if (number == 2) return "business unit";
  if (number == 3) return "parent and child business units";
  return {};
}

bool is_expression(std::string_view text) { return text.find('@') != std::string_view::npos; }

// The table that a trigger or a step names; empty where none is known.
std::string table_of(const std::string& written, const TableCatalog& catalog) {
  if (written.empty() || is_expression(written)) return {};
  if (const TableEntry* table = catalog.find(written)) return table->name;
  return catalog.table_of_set(written);
}

class FlowWriter {
 public:
  FlowWriter(const TableCatalog& catalog, ImportReport& report) : catalog_(catalog), report_(report) {}

  void add(const Flow& flow) {
    report_.flows.in += 1;
    if (!flow.trigger) {
      report_.flows.skipped += 1;
      return;
    }
    if (is_copy(flow)) return;
    std::string reason = refusal(*flow.trigger);
    if (!reason.empty()) {
      report_.flows.listed += 1;
      return report_.list(flow.file, fmt::format("flow `{}`", flow.title), std::move(reason));
    }
    bool has_step = std::ranges::any_of(flow.steps, [&](const FlowStep& step) { return step_refusal(step).empty(); });
    if (!has_step) {
      report_.flows.listed += 1;
      return report_.list(
          flow.file, fmt::format("flow `{}`", flow.title),
          fmt::format("none of its {} Dataverse steps is a right on one table's rows", flow.steps.size()));
    }
    report_.flows.imported += 1;
    for (const std::string& part : flow.unreadable)
      report_.list(flow.file, fmt::format("part of flow `{}`", flow.title), part);
    out.push_back({write(flow), {}});
  }

  std::vector<ast::Declaration> out;

 private:
  // The same file name in another solution, or in another copy of one: the id is part of the name.
  bool is_copy(const Flow& flow) {
    std::string file = lower(flow.file.substr(flow.file.find_last_of('/') + 1));
    auto [place, is_new] = first_.try_emplace(file, &flow);
    if (is_new) return false;
    report_.flows.copies += 1;
    if (!same(flow, *place->second)) {
      report_.list(flow.file, fmt::format("flow `{}`", flow.title),
                   fmt::format("differs from {}; the first in path order counts", place->second->file));
    }
    return true;
  }

  static bool same(const Flow& a, const Flow& b) {
    auto trigger = [](const FlowTrigger& t) {
      return std::tie(t.operation, t.table, t.connection, t.message, t.run_as, t.scope);
    };
    auto step = [](const FlowStep& s) { return std::tie(s.name, s.operation, s.table, s.as_invoker, s.connection); };
    return trigger(*a.trigger) == trigger(*b.trigger) && std::ranges::equal(a.steps, b.steps, {}, step, step);
  }

  std::string refusal(const FlowTrigger& trigger) const {
    if (events_of(trigger).empty()) return fmt::format("trigger `{}` says no known event", trigger.name);
    std::string table = table_of(trigger.table, catalog_);
    if (table.empty()) return fmt::format("trigger `{}` names no known table: `{}`", trigger.name, trigger.table);
    if (!trigger.run_as) return {};
    std::string_view run_as = run_as_word(*trigger.run_as);
    if (run_as.empty()) return fmt::format("trigger `{}` has an unknown run-as", trigger.name);
    if (run_as == "record_owner" && catalog_.find(table)->ownership != Ownership::User) {
      return fmt::format("it runs as the record's owner, and rows of `{}` have none", table);
    }
    return {};
  }

  // Why a step cannot be written; empty where it can.
  std::string step_refusal(const FlowStep& step) const {
    if (find_operation(step.operation) == nullptr) {
      return fmt::format("operation `{}` is no right on one table's rows", step.operation);
    }
    if (is_expression(step.table)) return fmt::format("its table is computed when it runs: `{}`", step.table);
    if (table_of(step.table, catalog_).empty()) return fmt::format("no known table has the set name `{}`", step.table);
    return {};
  }

  ast::Flow write(const Flow& flow) {
    const FlowTrigger& trigger = *flow.trigger;
    ast::Flow written;
    written.name = name_of(names_.take(identifier(flow.title)));
    written.title = flow.title;
    for (std::string_view event : events_of(trigger)) written.events.push_back(name_of(event));
    written.table = name_of(table_of(trigger.table, catalog_));
    written.owner = name_of(kFlowOwner);
    written.trigger_connection = name_of(identifier(trigger.connection));
    if (trigger.run_as) written.run_as = name_of(run_as_word(*trigger.run_as));
    if (trigger.scope && !scope_word(*trigger.scope).empty()) {
      report_.assume(flow.file, fmt::format("flow `{}`", flow.title),
                     fmt::format("it fires on rows of its {} only; the language says on which table, not on which rows",
                                 scope_word(*trigger.scope)));
    }
    UniqueNames steps;
    for (const FlowStep& step : flow.steps) add_steps(flow, step, steps, written);
    return written;
  }

  void add_steps(const Flow& flow, const FlowStep& step, UniqueNames& names, ast::Flow& written) {
    report_.steps.in += 1;
    if (std::string reason = step_refusal(step); !reason.empty()) {
      report_.steps.listed += 1;
      return report_.list(flow.file, fmt::format("step `{}` of flow `{}`", step.name, flow.title), std::move(reason));
    }
    report_.steps.imported += 1;
    std::string table = table_of(step.table, catalog_);
    const std::vector<Right>& rights = find_operation(step.operation)->rights;
    for (Right right : rights) {
      bool is_first = right == rights.front();
      std::string wanted = identifier(step.name) + (is_first ? "" : "_" + std::string(word(right)));
      ast::FlowStep one{.name = name_of(names.take(wanted)), .right = name_of(word(right)), .table = name_of(table)};
      if (step.as_invoker) {
        one.identity = name_of("invoker");
      } else {
        one.connection = name_of(identifier(step.connection));
      }
      written.steps.push_back(std::move(one));
    }
  }

  const TableCatalog& catalog_;
  ImportReport& report_;
  std::map<std::string, const Flow*> first_;
  UniqueNames names_;
};

// An out-of-box table is declared when a flow names it; a name nobody knows stays unknown and is listed.
void declare_named(const std::string& written, const std::string& file, TableCatalog& catalog) {
  if (std::string table = table_of(written, catalog); !table.empty()) catalog.declare(table, file);
}

}  // namespace

void declare_flow_tables(const std::vector<Solution>& solutions, TableCatalog& catalog) {
  for (const Solution& solution : solutions) {
    for (const Flow& flow : solution.flows) {
      if (!flow.trigger) continue;
      declare_named(flow.trigger->table, flow.file, catalog);
      for (const FlowStep& step : flow.steps) declare_named(step.table, flow.file, catalog);
    }
  }
}

std::vector<ast::Declaration> write_flows(const std::vector<Solution>& solutions, const TableCatalog& catalog,
                                          ImportReport& report) {
  FlowWriter writer(catalog, report);
  for (const Solution& solution : solutions) {
    for (const Flow& flow : solution.flows) writer.add(flow);
  }
  return std::move(writer.out);
}

}  // namespace policyc::dataverse
