/* The data that compiled checks read: subjects, records, context, and the decision that comes back.
 *
 *   struct { policy_record header; int64_t amount; } trip = {{.owner = sam, .owning_unit = north}, 0};
 *   bool may = check(subject, subject->reaches + base, &trip.header, &context);
 *
 * A host fills records and context; the organization (runtime/organization) resolves subjects. Compiled code only reads
 * what it is given, allocates nothing and takes no lock, so any number of threads may check at once over data that does
 * not change meanwhile. Zeroed memory denies: principal 0 is nobody, a zeroed reach holds nothing and reaches no unit.
 *
 * Compiles as C11 and C++20. Sizes and offsets are asserted in tests/unit/runtime/layout_test.cpp.
 */
#ifndef POLICY_LAYOUT_H
#define POLICY_LAYOUT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A principal: kind in the upper 3 bits, index in the lower 29. */
typedef uint32_t policy_principal;

enum policy_principal_kind {
  POLICY_NOBODY = 0,
  POLICY_USER = 1,
  POLICY_TEAM = 2,
  POLICY_UNIT = 3,
  POLICY_ORGANIZATION = 4,
  POLICY_SYSTEM = 5 /* only as what a step runs as: nobody's rights bound it */
};

#define POLICY_PRINCIPAL_SHIFT 29
/* Indices lie below; a greater one would change the kind. */
#define POLICY_PRINCIPAL_LIMIT (1u << POLICY_PRINCIPAL_SHIFT)
#define POLICY_PRINCIPAL(kind, index) (((policy_principal)(kind) << POLICY_PRINCIPAL_SHIFT) | (policy_principal)(index))
#define POLICY_PRINCIPAL_KIND(principal) ((principal) >> POLICY_PRINCIPAL_SHIFT)
#define POLICY_PRINCIPAL_INDEX(principal) ((principal) & ((1u << POLICY_PRINCIPAL_SHIFT) - 1))

/* "No grant", "no role", "no unit". */
#define POLICY_NONE 0xffffffffu

enum policy_right {
#define RIGHT(word, Name, bit) POLICY_RIGHT_##word,
#include "policy/rights.def"
#undef RIGHT
  POLICY_RIGHT_COUNT
};

enum policy_level {
  POLICY_LEVEL_none = 0,
  POLICY_LEVEL_user = 1,
  POLICY_LEVEL_business_unit = 2,
  POLICY_LEVEL_parent_child = 3,
  POLICY_LEVEL_organization = 4
};

enum policy_reason {
#define REASON(word, Name, meaning) POLICY_REASON_##word,
#include "policy/reasons.def"
#undef REASON
  POLICY_REASON_COUNT
};

enum policy_effect { POLICY_DENY = 0, POLICY_ALLOW = 1 };

/* Units are numbered in pre-order, so that a subtree is one interval [first, last]. */
typedef struct policy_interval {
  uint32_t first;
  uint32_t last;
} policy_interval;

enum policy_reach_flags {
  POLICY_REACH_HELD = 1,       /* the privilege is held at some level */
  POLICY_REACH_SHARE_USER = 2, /* a share with the user personally counts */
  POLICY_REACH_SHARE_UNIT = 4, /* a share with the user's unit counts */
  POLICY_REACH_UNIT_LEVEL = 8  /* held at business_unit or wider */
};

/* The unit from which "every row" is counted: rows of no unit (POLICY_NONE) come first, then unit 0. */
#define POLICY_EVERYWHERE_FIRST POLICY_NONE
#define POLICY_EVERYWHERE_COUNT POLICY_NONE
/* In a list of rows away from home: the user who asks. */
#define POLICY_SELF POLICY_NONE

/* What a subject's grants of one slot reach, all its roles and teams taken together.
 * A slot is a (table, right): one for all grants without a condition, and one for those with one and the same.
 * Nothing here names the user, so that users with the same roles, teams and unit share one array of reaches.
 *
 * Units whose rows are reached: those with (uint32_t)(number - first) < count, and the further intervals. A list begins
 * at `lists` in subject->lists: further intervals (first, count), owners, rows away from home (unit, owner). */
typedef struct policy_reach {
  uint32_t first;
  uint32_t count;
  uint32_t own; /* 1: rows that the user owns are reached, and the user is somebody; 0: not */
  uint32_t flags;
  uint32_t lists;
  uint32_t interval_count; /* further ones; disjoint, ascending */
  uint32_t owner_count;    /* teams (and units) whose rows are reached as one's own; ascending */
  uint32_t away_count;     /* modern units: whose rows are reached where; asked for records marked POLICY_AWAY */
} policy_reach;

/* Whose rows the user has through hierarchy security: a report, or a team of one. */
typedef struct policy_report {
  policy_principal principal;
  uint32_t rights; /* bits of 1 << policy_right */
} policy_report;

/* A user, resolved once against the facts. The arrays belong to whoever resolved it and outlive every check. */
typedef struct policy_subject {
  uint32_t struct_size;
  policy_principal user;
  uint32_t unit_index; /* of the user's unit */
  uint32_t slot_count;
  uint32_t team_count;
  uint32_t report_count;
  const policy_reach* reaches;  /* slot_count of them */
  const uint32_t* lists;        /* first every team of the user, ascending; then what reaches point to */
  const uint8_t* attributes;    /* the user's attributes, at the program's offsets */
  const policy_report* reports; /* ascending by principal, each once; none where hierarchy security is off */
  const void* profile;          /* the runtime's own: what explanations are made from */
} policy_subject;

/* One share of a record: who, and which rights (bits of 1 << policy_right), given directly or through a row above. */
typedef struct policy_share {
  policy_principal principal;
  uint16_t rights;
  uint16_t inherited;
} policy_share;

/* The shares of one record: a list and, right behind it in memory, `count` of policy_share. */
typedef struct policy_share_list {
  uint32_t count;
  uint32_t reserved;
} policy_share_list;

/* The lowest bit of policy_record.shares: the owning unit is not the owner's own unit (modern business units). */
#define POLICY_AWAY 1u

/* A row's header. The attributes that conditions read follow it right behind in memory, at the program's offsets from
 * there; a table of which no condition reads any has none. */
typedef struct policy_record {
  policy_principal owner;
  uint32_t owning_unit; /* pre-order number; POLICY_NONE on organization-owned tables */
  uint64_t shares;      /* 0, or the address of a policy_share_list (aligned to 8); and POLICY_AWAY */
} policy_record;

/* What a check may read beside subject and record. */
typedef struct policy_context {
  uint32_t struct_size;
  uint32_t reserved;
  const uint8_t* attributes; /* at the program's offsets */
} policy_context;

/* A string attribute: not owned, not terminated. */
typedef struct policy_string {
  const char* data;
  uint64_t size;
} policy_string;

/* A decision, with everything that `explain` needs to say why.
 * Allow: grant, the role that holds it, and the principal that holds the role (the user, a team or the unit).
 * Deny `level`: the nearest miss, the level held and the level that would have reached. */
typedef struct policy_decision {
  uint8_t effect; /* policy_effect */
  uint8_t reason; /* policy_reason */
  uint8_t held;   /* policy_level */
  uint8_t needed; /* policy_level */
  uint32_t grant;
  uint32_t role;
  policy_principal through;
} policy_decision;

/* yes or no; at the cost of a few loads */
typedef int32_t (*policy_check_function)(const policy_subject*, const policy_reach*, const policy_record*,
                                         const policy_context*);
/* the reason (policy_reason) in the lower half, the slot that gave it, counted from the decision's base, in the upper
 */
typedef uint64_t (*policy_decide_function)(const policy_subject*, const policy_reach*, const policy_record*,
                                           const policy_context*);

/* whom a step of a flow runs as: a user, POLICY_SYSTEM, or 0 for nobody. `named` is the user whom the step, the trigger
 * or the flow names, 0 where nobody knows that name */
typedef policy_principal (*policy_run_as_function)(policy_principal triggering, policy_principal record_owner,
                                                   policy_principal named);

#ifdef __cplusplus
}
#endif

#endif
