// The C calls by themselves: what every binding is compared with.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/policy.h"

enum { kRounds = 7, kCalls = 2000000, kRows = 4096, kPasses = 500 };

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

typedef struct Question {
  policy_program* program;
  const policy_subject* subject;
  uint32_t table;
  const policy_record** records;
  uint64_t allowed[POLICY_BITMAP_WORDS(kRows)];
} Question;

static double time_check(const Question* of) {
  uint64_t allowed = 0;
  const double begin = now();
  for (int i = 0; i < kCalls; ++i)
    allowed +=
        (uint64_t)policy_check(of->program, of->subject, of->table, POLICY_RIGHT_write, of->records[i % 2], NULL);
  const double each = (now() - begin) / kCalls;
  return allowed == kCalls / 2 ? each : -1;
}

static double time_decide(const Question* of) {
  policy_decision decision;
  const double begin = now();
  for (int i = 0; i < kCalls; ++i)
    policy_decide(of->program, of->subject, of->table, POLICY_RIGHT_write, of->records[i % 2], NULL, &decision);
  return (now() - begin) / kCalls;
}

static double time_many(Question* of) {
  const double begin = now();
  for (int i = 0; i < kPasses; ++i)
    policy_check_many(of->program, of->subject, of->table, POLICY_RIGHT_write, of->records, kRows, NULL, of->allowed);
  return (now() - begin) / kPasses / kRows;
}

// A million rows without values, column by column.
static double time_filter(const Question* of) {
  enum { kMany = 1 << 20, kWidest = 16 };
  const uint32_t attribute_count = policy_count(of->program, POLICY_NAME_ATTRIBUTE, of->table);
  policy_column* attributes = calloc(attribute_count, sizeof *attributes);
  uint32_t* owners = malloc(kMany * sizeof *owners);
  uint32_t* units = malloc(kMany * sizeof *units);
  uint64_t* nothing = calloc(kMany, kWidest);
  uint64_t* allowed = calloc(POLICY_BITMAP_WORDS(kMany), sizeof *allowed);
  for (uint32_t i = 0; i < attribute_count; ++i) attributes[i] = (policy_column){nothing, nothing};
  for (uint32_t i = 0; i < kMany; ++i) owners[i] = POLICY_PRINCIPAL(POLICY_USER, 3 + i % 2), units[i] = i % 4;
  const policy_columns rows = {.struct_size = sizeof rows,
                               .attribute_count = attribute_count,
                               .count = kMany,
                               .owner = owners,
                               .owning_unit = units,
                               .away = nothing,
                               .attributes = attributes};
  const double begin = now();
  const policy_status status = policy_filter(of->program, of->subject, of->table, POLICY_RIGHT_write, &rows, NULL,
                                             allowed, POLICY_BITMAP_WORDS(kMany));
  const double each = (now() - begin) / kMany;
  free(attributes), free(owners), free(units), free(nothing), free(allowed);
  return status == POLICY_OK ? each : -1;
}

// Rows of user 3, who asks, and of user 4 in turn.
static const policy_record** make_records(const policy_program* program, uint32_t table) {
  policy_table_info info = {.struct_size = sizeof info};
  policy_table_describe(program, table, &info);
  const policy_record** records = calloc(kRows, sizeof *records);
  for (uint32_t i = 0; i < kRows; ++i) {
    policy_record* record = calloc(1, sizeof *record + info.attribute_bytes);
    record->owner = POLICY_PRINCIPAL(POLICY_USER, 3 + i % 2);
    record->owning_unit = 1;
    records[i] = record;
  }
  return records;
}

int main(int count, char** arguments) {
  Question of = {0};
  if (count != 2 || policy_program_open(arguments[1], NULL, &of.program, NULL) != POLICY_OK) return 1;
  of.table = policy_find(of.program, POLICY_NAME_TABLE, 0, "trip");
  const policy_role_held role = {POLICY_SELF, policy_find(of.program, POLICY_NAME_ROLE, 0, "skipper"), {1, 2}};
  const policy_standing standing = {.struct_size = sizeof standing,
                                    .user = POLICY_PRINCIPAL(POLICY_USER, 3),
                                    .unit = 1,
                                    .role_count = 1,
                                    .roles = &role};
  if (policy_subject_resolve(of.program, &standing, &of.subject, NULL) != POLICY_OK) return 1;
  of.records = make_records(of.program, of.table);
  double least[] = {1e9, 1e9, 1e9, 1e9};
  for (int round = 0; round < kRounds; ++round) {
    const double took[] = {time_check(&of), time_decide(&of), time_many(&of), time_filter(&of)};
    for (int i = 0; i < 4; ++i) {
      if (took[i] < 0) return 1;
      if (took[i] < least[i]) least[i] = took[i];
    }
  }
  printf("c: check %.1f ns/call, decide %.1f ns/call, check_many %.1f ns/row, filter %.1f ns/row\n", least[0], least[1],
         least[2], least[3]);
  return 0;
}
