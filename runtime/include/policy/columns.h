/* Many rows of one table at once, column by column, for compiled filters.
 *
 *   policy_column attributes[] = {{amounts, amount_is_set}, {states, NULL}};
 *   policy_columns rows = {.struct_size = sizeof(rows), .attribute_count = 2, .count = 1000000, .owner = owners,
 *                          .owning_unit = units, .away = away, .share_begin = begins, .shares = shares,
 *                          .attributes = attributes};
 *   uint64_t* allowed = malloc(POLICY_BITMAP_WORDS(rows.count) * sizeof(uint64_t));
 *   filter(subject, subject->reaches + base, &rows, &context, allowed);
 *   bool third = POLICY_BIT(allowed, 3);
 *
 * Row i is what a policy_record with the i-th entry of every column is: bit i says what a check says of it. The shares
 * of all rows are one array, so that a filter goes through them without following an address for each row. Columns are
 * aligned as their entries are (16-byte ones to 8), and nothing is read past a column's last entry. A filter reads what
 * it is given, writes the bitmap alone, allocates nothing and takes no lock.
 *
 * Compiles as C11 and C++20.
 */
#ifndef POLICY_COLUMNS_H
#define POLICY_COLUMNS_H

#include "policy/layout.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One attribute of all rows. Entries as in a record: boolean 1 byte; date, choice 4; integer, money, datetime 8;
 * decimal 16, the lower half first; string a policy_string. An entry without a value may be anything. */
typedef struct policy_column {
  const void* values;
  const uint64_t* present; /* bit i: row i has a value; null: every row has one */
} policy_column;

/* Columns that a decision does not read may be null. */
typedef struct policy_columns {
  uint32_t struct_size;
  uint32_t attribute_count;
  uint64_t count;
  const policy_principal* owner;
  const uint32_t* owning_unit;     /* null: no row has one, as on organization-owned tables */
  const uint64_t* away;            /* bit i: POLICY_AWAY of row i */
  const uint32_t* share_begin;     /* count + 1 of them, not descending; null: nothing is shared */
  const policy_share* shares;      /* those of row i: from share_begin[i] on, before share_begin[i + 1] */
  const policy_column* attributes; /* attribute_count of them, by the number of their presence bit in a record */
} policy_columns;

/* Words of a bitmap for `count` rows, and one bit of it. */
#define POLICY_BITMAP_WORDS(count) ((uint64_t)(count) / 64 + ((uint64_t)(count) % 64 != 0))
#define POLICY_BIT(bitmap, row) (((bitmap)[(row) / 64] >> ((row) % 64) & 1u) != 0)

/* Bit i: the subject has the right on row i. Bits past the last row are 0. A column that the decision reads and that is
 * not there: all bits are 0. */
typedef void (*policy_filter_function)(const policy_subject*, const policy_reach*, const policy_columns*,
                                       const policy_context*, uint64_t* bitmap);

#ifdef __cplusplus
}
#endif

#endif
