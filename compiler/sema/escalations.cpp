// Steps that may do more than whoever sets them off: seen from the roles alone, before there are any users.
#include "compiler/sema/checking.h"

namespace policyc {

namespace {

class EscalationChecker {
 public:
  explicit EscalationChecker(Checking& checking)
      : c_(checking), places_(checking.policy.tables.size() * kRightCount, kUnasked) {}

  void run() {
    find_holders();
    for (const Flow& flow : c_.policy.flows) {
      for (const FlowStep& step : flow.steps) check(flow, step);
    }
  }

 private:
  void check(const Flow& flow, const FlowStep& step) {
    if (step.elevated || step.name.empty()) return;
    if (step.identity == StepIdentity::System) {
      c_.diagnostics.report(DiagnosticKind::StepAsSystem, step.span, step.name, flow.name)
          .help("say `elevated` behind the step where that is meant");
      return;
    }
    if (is_triggering_user(flow, step) || !step.table || !flow.table) return;
    const Role* role = first_that_escalates(flow, step);
    if (!role) return;
    c_.diagnostics
        .report(DiagnosticKind::Escalation, step.span, step.name, flow.name, role->name, word(step.right),
                c_.policy.tables[step.table].name)
        .label(role->span, fmt::format("`{}` lets its holders set `{}` off", role->name, flow.name))
        .help("say `elevated` behind the step where that is meant");
  }

  // Whether a step acts in the name of who sets it off, whatever the facts are.
  bool is_triggering_user(const Flow& flow, const FlowStep& step) const {
    if (step.identity != StepIdentity::Invoker) return step.identity == StepIdentity::InitiatingUser;
    if (flow.run_as != RunAs::LeftOut) return flow.run_as == RunAs::TriggeringUser;
    return flow.is_plugin || c_.policy.settings.word(Switch::run_as_left_out) == "triggering_user";
  }

  // The rights that flows and steps ask about, and the roles that give each at any level: found in one walk over all
  // grants, since there may be millions.
  void find_holders() {
    const Policy& policy = c_.policy;
    for (const Flow& flow : policy.flows) {
      for (Right right : kAllRights) {
        if (has(flow.events, right)) ask(flow.table, right);
      }
      for (const FlowStep& step : flow.steps) ask(step.table, step.right);
    }
    if (holders_.empty()) return;
    for (RoleId role : policy.roles.ids()) {
      for (GrantId id : policy.roles[role].grants) {
        const Grant& grant = policy.grants[id];
        uint32_t place = places_[index(grant.table, grant.right)];
        if (place != kUnasked) holders_[place][role.index] = true;
      }
    }
  }

  static size_t index(TableId table, Right right) { return table.index * kRightCount + static_cast<size_t>(right); }

  void ask(TableId table, Right right) {
    if (!table) return;
    uint32_t& place = places_[index(table, right)];
    if (place != kUnasked) return;
    place = static_cast<uint32_t>(holders_.size());
    holders_.emplace_back(c_.policy.roles.size());
  }

  bool gives(RoleId role, TableId table, Right right) const {
    return holders_[places_[index(table, right)]][role.index];
  }

  const Role* first_that_escalates(const Flow& flow, const FlowStep& step) const {
    for (RoleId role : c_.policy.roles.ids()) {
      bool sets_off = false;
      for (Right right : kAllRights) {
        sets_off = sets_off || (has(flow.events, right) && gives(role, flow.table, right));
      }
      if (sets_off && !gives(role, step.table, step.right)) return &c_.policy.roles[role];
    }
    return nullptr;
  }

  static constexpr uint32_t kUnasked = UINT32_MAX;

  Checking& c_;
  std::vector<uint32_t> places_;            // by table and right: where in `holders_`
  std::vector<std::vector<bool>> holders_;  // by role
};

}  // namespace

void check_escalations(Checking& checking) { EscalationChecker(checking).run(); }

}  // namespace policyc
