/* A host in C that keeps its own facts: it loads an image, resolves who asks, and checks the rows that it has.
 *
 *   c_host            asks a few questions, and explains each answer
 */
#include <stdio.h>
#include <stdlib.h>

#include "crm.h" /* policyc build crm.policy --emit=header */

static policy_error error = {.struct_size = sizeof(policy_error)};

static void must(policy_status status) {
  if (status == POLICY_OK) return;
  fprintf(stderr, "c_host: %s (%s)\n", error.message, policy_status_name(status));
  exit(1);
}

/* The host's own tree of units, numbered in pre-order: a unit's subtree is one interval. */
static const policy_interval company = {0, 2}, north = {1, 1}, south = {2, 2};

static const policy_subject* resolve(const policy_program* crm, uint32_t user, uint32_t role, policy_interval unit) {
  const policy_role_held held = {.holder = POLICY_SELF, .role = role, .anchor = unit};
  const policy_standing standing = {.struct_size = sizeof standing,
                                    .user = POLICY_PRINCIPAL(POLICY_USER, user),
                                    .unit = unit.first,
                                    .role_count = 1,
                                    .roles = &held};
  const policy_subject* subject = NULL;
  must(policy_subject_resolve(crm, &standing, &subject, &error));
  return subject;
}

static void ask(const policy_program* crm, const char* who, const policy_subject* subject, enum policy_right right,
                const crm_opportunity* deal) {
  policy_decision decision;
  char words[1024];
  must(policy_decide(crm, subject, CRM_TABLE_opportunity, right, &deal->record, NULL, &decision));
  must(policy_explain(crm, CRM_TABLE_opportunity, right, &decision, words, sizeof words, NULL));
  printf("%s: %s", who, words);
}

int main(void) {
  /* A program built with another crm.h is refused: its numbers would mean other things. */
  const policy_open_options options = {.struct_size = sizeof options, .layout_hash = CRM_LAYOUT_HASH};
  policy_program* crm = NULL;
  must(policy_program_open(CRM_IMAGE, &options, &crm, &error));

  const policy_subject* ana = resolve(crm, 1, CRM_ROLE_rep, north);
  const policy_subject* bo = resolve(crm, 2, CRM_ROLE_manager, company);
  const policy_subject* cy = resolve(crm, 3, CRM_ROLE_rep, south);

  crm_opportunity deal = {.record = {.owner = POLICY_PRINCIPAL(POLICY_USER, 1), .owning_unit = north.first}};
  crm_opportunity_set_stage(&deal, CRM_CHOICE_won);
  crm_opportunity_set_value(&deal, 500000000); /* money: 50,000 in ten-thousandths */

  ask(crm, "ana", ana, POLICY_RIGHT_write, &deal);
  ask(crm, "bo", bo, POLICY_RIGHT_read, &deal);
  ask(crm, "bo", bo, POLICY_RIGHT_write, &deal); /* it is won, and not small */
  ask(crm, "cy", cy, POLICY_RIGHT_read, &deal);

  /* On the hot path: a call of compiled code, a few loads long. */
  policy_entry read = {.struct_size = sizeof read};
  must(policy_entry_of(crm, CRM_TABLE_opportunity, POLICY_RIGHT_read, &read));
  const policy_context nothing = {.struct_size = sizeof nothing};
  int allowed = 0;
  for (int i = 0; i < 1000000; ++i) allowed += read.check(bo, bo->reaches + read.base, &deal.record, &nothing);
  printf("a million checks: %d allowed\n", allowed);

  policy_subject_free(ana);
  policy_subject_free(bo);
  policy_subject_free(cy);
  policy_program_close(crm);
  return 0;
}
