#include "compiler/dataverse/read_flow.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "compiler/base/limits.h"

namespace policyc::dataverse {
namespace {

using Json = nlohmann::ordered_json;  // steps keep the order of the file

const Json& at(const Json& value, const char* key) {
  static const Json kNothing;
  if (!value.is_object()) return kNothing;
  auto found = value.find(key);
  return found == value.end() ? kNothing : *found;
}

std::string text_at(const Json& value, const char* key) {
  const Json& found = at(value, key);
  return found.is_string() ? found.get<std::string>() : std::string();
}

// A number, also where the export wrote it as text.
std::optional<int64_t> number_at(const Json& value, const char* key) {
  const Json& found = at(value, key);
  if (found.is_number_integer()) return found.get<int64_t>();
  if (found.is_string() && found.get_ref<const std::string&>().size() == 1) {
    char digit = found.get_ref<const std::string&>()[0];
    if (digit >= '0' && digit <= '9') return digit - '0';
  }
  return std::nullopt;
}

class FlowReader {
 public:
  FlowReader(const Json& document, Flow& flow) : flow_(flow) {
    const Json& properties = at(document, "properties");
    const Json& body = properties.is_object() ? properties : document;
    references_ = &at(body, "connectionReferences");
    definition_ = &at(body, "definition");
  }

  void read() {
    if (!definition_->is_object()) {
      flow_.unreadable.push_back("no flow definition in this file");
      return;
    }
    for (const auto& [name, trigger] : object(at(*definition_, "triggers")).items()) {
      if (!is_dataverse(trigger)) continue;
      if (flow_.trigger) flow_.unreadable.push_back(fmt::format("second Dataverse trigger `{}`", name));
      if (!flow_.trigger) flow_.trigger = trigger_of(name, trigger);
    }
    walk(at(*definition_, "actions"), 0);
  }

 private:
  static const Json& object(const Json& value) {
    static const Json kEmpty = Json::object();
    return value.is_object() ? value : kEmpty;
  }

  static const Json& host(const Json& operation) { return at(at(operation, "inputs"), "host"); }

  const Json& reference(const Json& operation) const {
    return at(*references_, text_at(host(operation), "connectionName").c_str());
  }

  bool is_dataverse(const Json& operation) const {
    std::string api = text_at(host(operation), "apiId");
    if (api.empty()) api = text_at(at(reference(operation), "api"), "name");
    std::string_view last = std::string_view(api).substr(api.find_last_of('/') + 1);
    return last.starts_with("shared_commondataservice");  // also ...forapps, the connector of today
  }

  bool is_invoker(const Json& operation) const {
    return text_at(at(reference(operation), "impersonation"), "source") == "invoker";
  }

  std::string connection(const Json& operation) const {
    std::string name = text_at(at(reference(operation), "connection"), "connectionReferenceLogicalName");
    return name.empty() ? text_at(host(operation), "connectionName") : name;
  }

  FlowTrigger trigger_of(const std::string& name, const Json& trigger) const {
    const Json& parameters = at(at(trigger, "inputs"), "parameters");
    FlowTrigger out;
    out.name = name;
    out.operation = text_at(host(trigger), "operationId");
    out.table = text_at(parameters, "subscriptionRequest/entityname");
    if (out.table.empty()) out.table = text_at(parameters, "table");  // the older connector
    out.connection = connection(trigger);
    out.message = number_at(parameters, "subscriptionRequest/message");
    out.run_as = number_at(parameters, "subscriptionRequest/runas");
    if (!out.run_as && !at(parameters, "subscriptionRequest/runas").is_null()) out.run_as = 0;  // there, and unknown
    out.scope = number_at(parameters, "subscriptionRequest/scope");
    return out;
  }

  void walk(const Json& actions, size_t depth) {
    if (!actions.is_object()) return;
    if (depth > limits::kNestingDepth) {
      flow_.unreadable.push_back(fmt::format("steps nested more than {} deep", limits::kNestingDepth));
      return;
    }
    for (const auto& [name, action] : actions.items()) {
      if (is_dataverse(action)) add_step(name, action);
      walk(at(action, "actions"), depth + 1);
      walk(at(at(action, "else"), "actions"), depth + 1);
      walk(at(at(action, "default"), "actions"), depth + 1);
      for (const auto& branch : object(at(action, "cases"))) walk(at(branch, "actions"), depth + 1);
    }
  }

  void add_step(const std::string& name, const Json& action) {
    const Json& parameters = at(at(action, "inputs"), "parameters");
    FlowStep step;
    step.name = name;
    step.operation = text_at(host(action), "operationId");
    step.table = text_at(parameters, "entityName");
    if (step.table.empty()) step.table = text_at(parameters, "table");
    step.as_invoker = is_invoker(action);
    step.connection = connection(action);
    flow_.steps.push_back(std::move(step));
  }

  Flow& flow_;
  const Json* references_;
  const Json* definition_;
};

}  // namespace

std::string read_flow(std::string_view text, Flow& flow) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return "not JSON";
  FlowReader(document, flow).read();
  return {};
}

}  // namespace policyc::dataverse
