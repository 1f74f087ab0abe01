/* Compiled policies for host programs: open one, and ask who may do what.
 *
 *   policy_error error = {.struct_size = sizeof error};
 *   policy_program* crm = NULL;
 *   if (policy_program_open("crm.policy.so", NULL, &crm, &error) != POLICY_OK) return complain(error.message);
 *   uint32_t account = policy_find(crm, POLICY_NAME_TABLE, 0, "account");
 *   if (policy_check(crm, subject, account, POLICY_RIGHT_write, &row.record, NULL)) save(&row);
 *   policy_program_close(crm);
 *
 * Two ways in, with the same compiled code behind both:
 *
 *   thin           The host keeps all facts. It resolves a subject from the roles that somebody holds (section 3),
 *                  fills records (`policyc build --emit=header` writes their structs), and checks one for the other.
 *   organization   The library keeps units, users, teams, roles, rows and shares in a policy_store (section 4). Writers
 *                  change it in transactions; any number of readers ask, each of one revision, and never wait.
 *
 * Rules that hold everywhere:
 *
 *   - Deny is 0. Whatever is null, unknown, of another program or damaged is denied or refused, never allowed.
 *   - A function that can fail returns a policy_status. Where it is not POLICY_OK nothing has changed, what would have
 *     been written through out-pointers is zero (POLICY_NONE for numbers of things), and policy_error, where one was
 *     given, says why in a sentence.
 *   - Structs that may grow begin with struct_size: set it to sizeof. A library that is newer than its host reads and
 *     writes no further. Enums, and structs with a struct_size, grow at their end; all others never change.
 *   - Numbers of tables, roles, users, rows, ... count up from 0. Those of a policy's things are of one version of it:
 *     find them by name, or compile them in from the header that `policyc build --emit=header` writes, and have
 *     policy_open_options.layout_hash compared.
 *   - Strings are UTF-8 and end with a zero byte. Those that the library gives belong to what they were asked of.
 *   - Nothing throws, prints, exits or keeps hidden state between calls; there is no global to set up.
 *
 * What misuse is noticed: null, handles of another kind, numbers of things that are not there, a subject of another
 * program, a reader that looks at nothing, a store that is closed while it is in use. What cannot be noticed, as in any
 * C library: a handle used after it was closed, a struct_size that lies, pointers to memory that is not what its type
 * says, two threads in what is one thread's own, and code called through policy_entry after its program closed.
 *
 * Compiles as C11 and C++20. For C++ there is policy/policy.hpp, and policy/jit.h compiles policies from text.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "policy/columns.h"
#include "policy/layout.h"

#if defined(__GNUC__)
#define POLICY_API __attribute__((visibility("default")))
#else
#define POLICY_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- 1. Versions, statuses, errors ---------------------------------------------------------------------------------*/

/* Of this header. An image says which one it was built for; a library opens images of its own and of older ones. */
#define POLICY_ABI_VERSION 1u

/* Append-only: numbers stand in hosts' logs. */
typedef enum policy_status {
  POLICY_OK = 0,
  POLICY_INVALID = 1,      /* null, a handle of another kind, a struct_size or a value that makes no sense */
  POLICY_UNKNOWN = 2,      /* no such table, right, role, user, row, ...; a subject of another program */
  POLICY_ILLEGAL = 3,      /* the table does not take the right */
  POLICY_NOT_READABLE = 4, /* a file that cannot be read or written */
  POLICY_DAMAGED = 5,      /* an image that is not what was built: cut short, changed, stripped */
  POLICY_FOREIGN = 6,      /* no image, or one for another kind of processor */
  POLICY_NEWER = 7,        /* an image, or a struct, of a later version than this library */
  POLICY_MISMATCH = 8,     /* another policy, or another layout, than the host asked for */
  POLICY_UNTRUSTED = 9,    /* no signature, or not by a key that the host accepts */
  POLICY_MISSING = 10,     /* a column that the decision reads */
  POLICY_SHORT = 11,       /* less room than the answer needs */
  POLICY_STALE = 12,       /* a reader that looks at nothing; a revision that did not come in time */
  POLICY_BUSY = 13,        /* in use: by readers, by a transaction; or all reader places are taken */
  POLICY_REFUSED = 14, /* the facts do not allow it: a second root, a unit below itself, a role anchored elsewhere */
  POLICY_LOSSY = 15,   /* another version of the policy would lose facts, or asks for facts that nobody gave */
  POLICY_NO_MEMORY = 16,
  POLICY_INTERNAL = 17,     /* a mistake of ours; please report it */
  POLICY_NOT_COMPILED = 18, /* the policy's text has mistakes: see policy/jit.h */
  POLICY_STATUS_COUNT
} policy_status;

/* "damaged"; "?" for a number that is no status. Any thread. */
POLICY_API const char* policy_status_name(policy_status status);

/* What went wrong, in a sentence. Yours, wherever you like; may be null everywhere. Set struct_size: one that is
 * smaller than this struct, 0 among them, is left as it is. After a call that went well it is POLICY_OK and "". */
typedef struct policy_error {
  uint32_t struct_size;
  policy_status status;
  char message[504];
} policy_error;

typedef struct policy_build_info {
  uint32_t struct_size;
  uint32_t abi_version;
  const char* version;  /* "0.1.0" */
  const char* compiler; /* that built this library: "GNU 12.2.0" */
} policy_build_info;

/* Of the library that is loaded, which may be another one than the host was compiled with. Any thread. */
POLICY_API uint32_t policy_abi_version(void);
POLICY_API policy_status policy_build(policy_build_info* out);

/* --- 2. Programs ---------------------------------------------------------------------------------------------------*/

/* A compiled policy: code and names. Any number of threads may use one. Everything made from a program keeps it alive,
 * so that closing it early is no mistake; policy_entry alone does not. */
typedef struct policy_program policy_program;

#define POLICY_KEY_BYTES 32u

/* What must be true of an image before it is loaded. Zeroed fields ask for nothing. */
typedef struct policy_open_options {
  uint32_t struct_size;
  uint32_t key_count;
  const uint8_t* keys;     /* Ed25519 public keys, POLICY_KEY_BYTES each: it must be signed by one of them. A list that
                            * is there and has none (key_count 0) is POLICY_INVALID: nothing is signed by one of it */
  const char* policy_hash; /* 64 hexadecimal digits: exactly this policy (policy_program_info.policy_hash) */
  const char* layout_hash; /* likewise: the same tables, columns, roles, ... by the same numbers and offsets;
                            *_LAYOUT_HASH of the generated header */
} policy_open_options;

/* Opens an image that `policyc build FILE -o NAME.so` wrote. The whole file is read and its content hash compared (and
 * its signature, where keys are given) before any of it is mapped executable; what was compared is what is mapped, even
 * where the file changes meanwhile. The hash finds damage; only a signature finds malice, since whoever can write the
 * file can write its hash. `options` may be null. Any thread. */
POLICY_API policy_status policy_program_open(const char* path, const policy_open_options* options, policy_program** out,
                                             policy_error* error);
/* The same from memory, which may go afterwards. */
POLICY_API policy_status policy_program_open_memory(const void* bytes, size_t size, const policy_open_options* options,
                                                    policy_program** out, policy_error* error);

/* What `policyc build FILE -o NAME.o` defines, to be linked into the host: see the generated header. */
typedef struct policy_image policy_image;
/* `options->keys` must be empty: whoever can change the host can change all of it. */
POLICY_API policy_status policy_program_open_linked(const policy_image* image, const policy_open_options* options,
                                                    policy_program** out, policy_error* error);

/* Another owner; returns its argument. Each owner closes once. Null is fine. Any thread. */
POLICY_API policy_program* policy_program_retain(policy_program* program);
POLICY_API void policy_program_close(policy_program* program);

enum policy_program_kind { POLICY_PROGRAM_IMAGE = 1, POLICY_PROGRAM_LINKED = 2, POLICY_PROGRAM_JIT = 3 };

/* Strings belong to the program. */
typedef struct policy_program_info {
  uint32_t struct_size;
  uint32_t kind;        /* policy_program_kind */
  uint32_t abi_version; /* that it was built for */
  uint32_t slot_count;  /* reaches of a subject */
  const char* policy_name;
  const char* policy_hash; /* SHA-256 of the checked policy: `policyc build FILE --emit=policy | sha256sum` */
  const char* layout_hash;
  const char* compiler; /* "policyc 0.1.0" */
  const char* llvm;     /* "19.1.7" */
  const char* target;   /* "x86_64-pc-linux-gnu" */
  const char* cpu;      /* "x86-64", or what was given as --cpu */
  const char* signer;   /* the public key that signed it, in hexadecimal; "" where nobody did */
} policy_program_info;
POLICY_API policy_status policy_program_describe(const policy_program* program, policy_program_info* out);

/* Things with names. `of` is the table of COLUMN and ATTRIBUTE and the flow of STEP; 0 for all others. */
enum policy_name_kind {
  POLICY_NAME_TABLE = 0,
  POLICY_NAME_RIGHT = 1,
  POLICY_NAME_LEVEL = 2,
  POLICY_NAME_REASON = 3,
  POLICY_NAME_ROLE = 4,
  POLICY_NAME_PRIVILEGE = 5, /* miscellaneous privileges, not of tables */
  POLICY_NAME_COLUMN_PROFILE = 6,
  POLICY_NAME_RELATIONSHIP = 7,
  POLICY_NAME_FLOW = 8,
  POLICY_NAME_STEP = 9,
  POLICY_NAME_COLUMN = 10,    /* secured columns: the bits of column sets */
  POLICY_NAME_ATTRIBUTE = 11, /* of a row, that conditions read */
  POLICY_NAME_USER_ATTRIBUTE = 12,
  POLICY_NAME_CONTEXT_ATTRIBUTE = 13,
  POLICY_NAME_CHOICE = 14 /* labels of choice attributes, all together */
};
/* How many there are; 0 where kind or `of` are not there. Any thread, as for what follows. */
POLICY_API uint32_t policy_count(const policy_program* program, uint32_t kind, uint32_t of);
/* The number of that name; POLICY_NONE. */
POLICY_API uint32_t policy_find(const policy_program* program, uint32_t kind, uint32_t of, const char* name);
/* The name of that number; null. */
POLICY_API const char* policy_name(const policy_program* program, uint32_t kind, uint32_t of, uint32_t number);

enum policy_ownership { POLICY_OWNED_BY_USER = 0, POLICY_OWNED_BY_UNIT = 1, POLICY_OWNED_BY_ORGANIZATION = 2 };

typedef struct policy_table_info {
  uint32_t struct_size;
  uint32_t ownership;       /* policy_ownership; BY_USER: a user or a team */
  uint32_t rights;          /* those it takes: bits of 1 << policy_right */
  uint32_t attribute_bytes; /* behind a record's header, presence bits included; a multiple of 8 */
  uint64_t columns;         /* a bit for each secured column */
} policy_table_info;
POLICY_API policy_status policy_table_describe(const policy_program* program, uint32_t table, policy_table_info* out);

enum policy_type {
  POLICY_TYPE_BOOLEAN = 0,  /* 1 byte */
  POLICY_TYPE_INTEGER = 1,  /* 8 bytes */
  POLICY_TYPE_DECIMAL = 2,  /* 16 bytes, the lower half first: value x 10^10 */
  POLICY_TYPE_MONEY = 3,    /* 8 bytes: value x 10^4 */
  POLICY_TYPE_STRING = 4,   /* a policy_string */
  POLICY_TYPE_DATE = 5,     /* 4 bytes: days since 1970-01-01 */
  POLICY_TYPE_DATETIME = 6, /* 8 bytes: microseconds since 1970-01-01T00:00:00Z */
  POLICY_TYPE_CHOICE = 7    /* 4 bytes: the number of the label (POLICY_NAME_CHOICE) */
};

/* Where an attribute lies, from the first byte behind a policy_record, or from the first byte of attributes of a user
 * or a context. Bit `number` of these bytes, from the first byte's lowest, says whether it has a value. All of them
 * together take as many bytes as the last one reaches, rounded up to 8. */
typedef struct policy_attribute_info {
  uint32_t struct_size;
  uint32_t type; /* policy_type */
  uint32_t offset;
  uint32_t size;
} policy_attribute_info;
/* kind: POLICY_NAME_ATTRIBUTE (of a table), POLICY_NAME_USER_ATTRIBUTE, POLICY_NAME_CONTEXT_ATTRIBUTE. */
POLICY_API policy_status policy_attribute_describe(const policy_program* program, uint32_t kind, uint32_t of,
                                                   uint32_t number, policy_attribute_info* out);

/* One line of a role: what policy_decision.grant is the number of. */
typedef struct policy_grant_info {
  uint32_t struct_size;
  uint32_t role; /* that it is written in; policy_decision.role is the one that is held */
  uint32_t table;
  uint32_t right; /* policy_right */
  uint32_t level; /* policy_level */
  uint32_t line;  /* where it is written, from 1; 0 where nobody knows */
  uint32_t column;
  uint32_t conditional; /* 1: it has a condition */
  const char* file;
} policy_grant_info;
POLICY_API policy_status policy_grant_describe(const policy_program* program, uint32_t grant, policy_grant_info* out);

typedef struct policy_step_info {
  uint32_t struct_size;
  uint32_t right;         /* what it does to rows ... */
  uint32_t table;         /* ... of this table */
  uint32_t bounded;       /* 1: where it runs as somebody else, `bounded_by` acts on their behalf */
  const char* named_user; /* who it, its trigger or its flow names; "" */
  const char* bounded_by; /* the flow's owner; "" */
} policy_step_info;
POLICY_API policy_status policy_step_describe(const policy_program* program, uint32_t flow, uint32_t step,
                                              policy_step_info* out);

/* --- 3. The thin way: the host keeps the facts ---------------------------------------------------------------------*/

/* A role that counts for somebody: their own, or one of a team of theirs or of their unit. */
typedef struct policy_role_held {
  policy_principal holder; /* POLICY_SELF, a team, or a unit */
  uint32_t role;
  policy_interval anchor; /* the unit whose copy of the role it is: its number, and the last one of its subtree */
} policy_role_held;

/* All that a user's rights come from. Units are numbered in pre-order, the root 0: a unit's subtree is one interval. */
typedef struct policy_standing {
  uint32_t struct_size;
  policy_principal user; /* POLICY_PRINCIPAL(POLICY_USER, number) */
  uint32_t unit;         /* of the user, as in POLICY_PRINCIPAL(POLICY_UNIT, number) */
  uint32_t team_count;
  uint32_t role_count;
  uint32_t report_count;
  const policy_principal* teams; /* every team, in any order */
  const policy_role_held* roles;
  const policy_report* reports; /* hierarchy security: whose rows count, and for which rights; in any order */
  const void* attributes;       /* the user's, as policy_attribute_describe says; null: none has a value */
} policy_standing;

/* Resolves a subject; do so again when roles, teams or units have changed. Users with the same roles, teams and unit
 * share most of it. Strings among the attributes are pointed to, everything else is copied. Any thread. */
POLICY_API policy_status policy_subject_resolve(const policy_program* program, const policy_standing* standing,
                                                const policy_subject** out, policy_error* error);
/* Only what policy_subject_resolve gave. Null is fine. */
POLICY_API void policy_subject_free(const policy_subject* subject);
/* Whether some role has the miscellaneous privilege: 1 or 0. */
POLICY_API int32_t policy_subject_holds(const policy_program* program, const policy_subject* subject,
                                        uint32_t privilege);

/* May the subject do this to the record? 1 or 0, at the cost of a few loads. `context` may be null where no condition
 * reads it: its attributes then have no values. For `create`, the record as it would be. Any thread. */
POLICY_API int32_t policy_check(const policy_program* program, const policy_subject* subject, uint32_t table,
                                uint32_t right, const policy_record* record, const policy_context* context);
/* The same with everything that policy_explain needs. Denies, with the reason `unknown`, where it is not POLICY_OK. */
POLICY_API policy_status policy_decide(const policy_program* program, const policy_subject* subject, uint32_t table,
                                       uint32_t right, const policy_record* record, const policy_context* context,
                                       policy_decision* out);
/* One right on many records of a table: bit i of `allowed`, POLICY_BITMAP_WORDS(count) words, null ones denied.
 * POLICY_INVALID for a count that no memory can hold. */
POLICY_API policy_status policy_check_many(const policy_program* program, const policy_subject* subject, uint32_t table,
                                           uint32_t right, const policy_record* const* records, uint64_t count,
                                           const policy_context* context, uint64_t* allowed);
/* The same column by column (policy/columns.h): a fraction of a nanosecond a row. `words` of room are in `allowed`. */
POLICY_API policy_status policy_filter(const policy_program* program, const policy_subject* subject, uint32_t table,
                                       uint32_t right, const policy_columns* rows, const policy_context* context,
                                       uint64_t* allowed, uint64_t words);

/* The compiled code of one right on one table, for hosts to whom the call above is too much:
 *   entry.check(subject, subject->reaches + entry.base, record, context)
 * with a subject of this program, a record, and a context that are there. Never after the program was closed. */
typedef struct policy_entry {
  uint32_t struct_size;
  uint32_t base;
  policy_check_function check;
} policy_entry;
/* POLICY_BUSY: not compiled yet (policy/jit.h: policy_jit_wait). */
POLICY_API policy_status policy_entry_of(const policy_program* program, uint32_t table, uint32_t right,
                                         policy_entry* out);

/* A decision in words, a line each: what fell, which grant gave it and where that is written, who holds the role.
 * Writes at most `size` bytes with the zero at the end, and how many it takes to `needed` (may be null): POLICY_SHORT
 * where that is more. */
POLICY_API policy_status policy_explain(const policy_program* program, uint32_t table, uint32_t right,
                                        const policy_decision* decision, char* text, size_t size, size_t* needed);

/* Whom a step of a flow runs as: a user, POLICY_SYSTEM, or 0 for nobody, which may do nothing. `named`: the user of the
 * name policy_step_info.named_user, 0 where there is none. Bounds and rights are the host's to check; a transaction's
 * policy_transaction_run_as does that too. */
POLICY_API policy_principal policy_run_as(const policy_program* program, uint32_t flow, uint32_t step,
                                          policy_principal triggering, policy_principal record_owner,
                                          policy_principal named);

/* --- 4. The organization way: the library keeps the facts ----------------------------------------------------------*/

/* Facts and the program that they are asked under. Any thread may begin a transaction or open a reader. */
typedef struct policy_store policy_store;
/* One at a time. Used by one thread at a time, whichever that is. */
typedef struct policy_transaction policy_transaction;
/* Each thread its own; closed before the store. */
typedef struct policy_reader policy_reader;

typedef struct policy_store_options {
  uint32_t struct_size;
  uint32_t no_lists; /* 1: policy_reader_list and policy_reader_who give POLICY_REFUSED, and it takes less memory */
} policy_store_options;

/* Empty: begin with a root unit. The program may be closed afterwards. `options` may be null. */
POLICY_API policy_status policy_store_create(policy_program* program, const policy_store_options* options,
                                             policy_store** out, policy_error* error);
/* POLICY_BUSY, and it stays, while it has readers or a transaction. Null is fine. */
POLICY_API policy_status policy_store_close(policy_store* store);
/* The program that it is asked under now; close it when you are done. Another thread may replace it at any time: for
 * numbers that go into a transaction or come from a reader ask those, policy_transaction_program and
 * policy_reader_program. */
POLICY_API policy_program* policy_store_program(policy_store* store);
/* Of the last commit. */
POLICY_API uint64_t policy_store_revision(const policy_store* store);

enum policy_replace_flags {
  POLICY_REPLACE_MAY_LOSE = 1, /* what the new policy has no name for is left out */
  POLICY_REPLACE_MAY_MISS = 2  /* what it asks for the first time has no values until somebody sets them */
};
/* Told once for each thing that is lost (1) or missing (0): "role `skipper`". `what` is yours until it returns. */
typedef void (*policy_replace_told)(void* self, int32_t is_lost, const char* what);
/* Puts another version of the policy in the place of the one before: facts are taken over by the names of tables,
 * roles, columns and choices. POLICY_LOSSY, and nothing has changed, where something is lost or missing that the flags
 * do not allow. Waits for the transaction under way; readers do not wait: those that look go on with the version
 * before, which goes with the last of them. Numbers of tables, roles, ... are those of the new program from the next
 * revision on. */
POLICY_API policy_status policy_store_replace(policy_store* store, policy_program* program, uint32_t flags,
                                              policy_replace_told told, void* self, uint64_t* revision,
                                              policy_error* error);

/* --- 4.1 Transactions */

/* Waits for the one that is under way; POLICY_BUSY where this thread began that and would wait for itself. */
POLICY_API policy_status policy_transaction_begin(policy_store* store, policy_transaction** out, policy_error* error);
/* The same, but POLICY_BUSY where it would have to wait longer than `wait_ns`. */
POLICY_API policy_status policy_transaction_try_begin(policy_store* store, uint64_t wait_ns, policy_transaction** out,
                                                      policy_error* error);
/* Whose roles, tables, ... the transaction's numbers are: the same until it ends, and the transaction's own. */
POLICY_API const policy_program* policy_transaction_program(policy_transaction* transaction);
/* A row's table, whose attributes and secured columns its values are; POLICY_NONE where there is no such row. */
POLICY_API uint32_t policy_transaction_table(policy_transaction* transaction, uint32_t row);
/* Readers who begin from now on see it all. A new revision comes of what readers can see: where nothing of that has
 * changed, `revision` is the one before. The transaction is over in any case, and its handle gone. */
POLICY_API policy_status policy_transaction_commit(policy_transaction* transaction, uint64_t* revision,
                                                   policy_error* error);
/* As if it had never been. Null is fine. */
POLICY_API void policy_transaction_abandon(policy_transaction* transaction);

/* Why the last function of sections 4.1 and 4.2 that this transaction was given did not give POLICY_OK, in a sentence;
 * POLICY_OK and "" where it did. The thread's that began it. POLICY_INVALID where `error` is null or too small.
 *   if (policy_add_row(change, &row, &number) != POLICY_OK && policy_transaction_error(change, &error) == POLICY_OK) {
 *     complain(error.message);                                         // "there is no user 99"
 *   } */
POLICY_API policy_status policy_transaction_error(const policy_transaction* transaction, policy_error* error);

enum policy_team_kind {
  POLICY_TEAM_OWNER = 0,
  POLICY_TEAM_DEFAULT = 1, /* all users of its unit are its members, and nobody else */
  POLICY_TEAM_GROUP = 2,   /* of a directory outside */
  POLICY_TEAM_ACCESS = 3   /* holds no roles and owns nothing */
};
enum policy_access_mode {
  POLICY_MODE_READ_WRITE = 0,
  POLICY_MODE_ADMINISTRATIVE = 1,
  POLICY_MODE_READ = 2,
  POLICY_MODE_SUPPORT = 3,
  POLICY_MODE_NON_INTERACTIVE = 4,
  POLICY_MODE_DELEGATED_ADMIN = 5
};

/* Facts as they come from elsewhere: nobody's rights are asked. POLICY_UNKNOWN where something named is not there,
 * POLICY_REFUSED where the facts do not allow it; then nothing has changed, and the transaction goes on. After
 * POLICY_NO_MEMORY nothing of it can be committed, and since what broke off in the middle cannot be taken back safely
 * the store takes no other transaction: readers go on with what was committed before. Which number it was, or which of
 * the causes, says policy_transaction_error. */

/* The first unit is the root: parent POLICY_NONE. */
POLICY_API policy_status policy_add_unit(policy_transaction* transaction, uint32_t parent, uint32_t* unit);
/* With all below it. */
POLICY_API policy_status policy_move_unit(policy_transaction* transaction, uint32_t unit, uint32_t parent);
/* Users stay, as teams and units do: their numbers stand in hosts' tables and logs. When somebody leaves, disable the
 * user (policy_set_user_disabled), take what was given (policy_drop_roles, policy_take_column_profile), leave the teams
 * (policy_leave), take back what is shared (policy_set_share with no rights) and give the rows to others
 * (policy_set_row_owner, or POLICY_OPERATION_ASSIGN). */
POLICY_API policy_status policy_add_user(policy_transaction* transaction, uint32_t unit, uint32_t* user);
POLICY_API policy_status policy_add_team(policy_transaction* transaction, uint32_t unit, uint32_t kind, uint32_t* team);
/* parent POLICY_NONE: a top position. */
POLICY_API policy_status policy_add_position(policy_transaction* transaction, uint32_t parent, uint32_t* position);
/* What flows name people by. */
POLICY_API policy_status policy_set_user_name(policy_transaction* transaction, uint32_t user, const char* name);
/* 1 or 0. Who is disabled keeps all they hold, and checks go on to say what that gives: signing in is a question of its
 * own, which operations ask first, and which hosts ask with policy_reader_sign_in. */
POLICY_API policy_status policy_set_user_disabled(policy_transaction* transaction, uint32_t user, int32_t disabled);
/* policy_access_mode: READ bounds operations to reading, ADMINISTRATIVE shuts all of them out. Checks say nothing of it
 * either. */
POLICY_API policy_status policy_set_user_mode(policy_transaction* transaction, uint32_t user, uint32_t access_mode);
/* POLICY_NONE: nobody, no position. */
POLICY_API policy_status policy_set_user_manager(policy_transaction* transaction, uint32_t user, uint32_t manager);
POLICY_API policy_status policy_set_user_position(policy_transaction* transaction, uint32_t user, uint32_t position);
/* Under classic business units their roles and rows go along; under modern ones these stay where they are. */
POLICY_API policy_status policy_move_user(policy_transaction* transaction, uint32_t user, uint32_t unit);
POLICY_API policy_status policy_move_team(policy_transaction* transaction, uint32_t team, uint32_t unit);
POLICY_API policy_status policy_join(policy_transaction* transaction, uint32_t user, uint32_t team);
POLICY_API policy_status policy_leave(policy_transaction* transaction, uint32_t user, uint32_t team);
/* `holder`: a user, a team, or (where units are principals) a unit. `anchor`: the unit whose copy of the role it is;
 * under classic business units the holder's own. */
POLICY_API policy_status policy_give_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                                          uint32_t anchor);
/* That one of its own, as it was given and however often; POLICY_OK as well where it was not. */
POLICY_API policy_status policy_take_role(policy_transaction* transaction, policy_principal holder, uint32_t role,
                                          uint32_t anchor);
/* All that it holds itself. */
POLICY_API policy_status policy_drop_roles(policy_transaction* transaction, policy_principal holder);
/* `holder`: a user or a team. */
POLICY_API policy_status policy_give_column_profile(policy_transaction* transaction, policy_principal holder,
                                                    uint32_t profile);
/* POLICY_OK as well where it was not given. */
POLICY_API policy_status policy_take_column_profile(policy_transaction* transaction, policy_principal holder,
                                                    uint32_t profile);

/* Bytes of a string at most. */
#define POLICY_TEXT_LIMIT (1u << 20)

/* A value of an attribute. `number` holds what fits 64 bits, in the units of policy_type; a decimal is high * 2^64 +
 * number; a string is `text`, which is copied. Equal ones are kept once; those that were committed as long as the store
 * is there. */
typedef struct policy_value {
  uint32_t attribute; /* its number among those of the table, the user or the context */
  uint32_t is_set;    /* 0: no value */
  uint64_t number;
  int64_t high; /* of a decimal; else 0 */
  const char* text;
  uint64_t text_size;
} policy_value;

/* Those that are named; others stay. POLICY_INVALID for a value that its type does not have. */
POLICY_API policy_status policy_set_user_values(policy_transaction* transaction, uint32_t user,
                                                const policy_value* values, uint32_t count);

typedef struct policy_link {
  uint32_t relationship;
  uint32_t parent; /* the row above; of an update: POLICY_NONE clears the lookup */
} policy_link;

typedef struct policy_row {
  uint32_t struct_size;
  uint32_t table;
  policy_principal owner; /* a user or a team on tables that these own; else 0 */
  uint32_t unit;          /* POLICY_NONE: the owner's own unit; on tables owned by units the unit */
  uint32_t is_inactive;
  uint32_t value_count;
  uint32_t link_count;
  uint32_t reserved;
  uint64_t columns;           /* secured columns that have a value */
  const policy_value* values; /* of attributes that conditions read */
  const policy_link* links;
} policy_row;
/* POLICY_ROW leaves the unit to the owner: POLICY_NONE, which is not 0. Unit 0 is the root.
 *   policy_row acme = POLICY_ROW(account, POLICY_PRINCIPAL(POLICY_USER, ana)); */
#define POLICY_ROW(table_, owner_) {(uint32_t)sizeof(policy_row), (table_), (owner_), POLICY_NONE, 0, 0, 0, 0, 0, 0, 0}

POLICY_API policy_status policy_add_row(policy_transaction* transaction, const policy_row* row, uint32_t* number);
/* With its shares and links. */
POLICY_API policy_status policy_remove_row(policy_transaction* transaction, uint32_t row);
/* Under classic business units the row goes to the owner's unit. */
POLICY_API policy_status policy_set_row_owner(policy_transaction* transaction, uint32_t row, policy_principal owner);
POLICY_API policy_status policy_set_row_unit(policy_transaction* transaction, uint32_t row, uint32_t unit);
POLICY_API policy_status policy_set_row_active(policy_transaction* transaction, uint32_t row, int32_t active);
/* Values that are named, and of the secured columns `columns_named` those that have a value: `columns`. */
POLICY_API policy_status policy_set_row_values(policy_transaction* transaction, uint32_t row,
                                               const policy_value* values, uint32_t count, uint64_t columns_named,
                                               uint64_t columns);
/* Shares are not handed on: policy_transaction_perform does what the platform does. parent POLICY_NONE: no more. */
POLICY_API policy_status policy_set_row_link(policy_transaction* transaction, uint32_t row, uint32_t relationship,
                                             uint32_t parent);
POLICY_API policy_status policy_set_association(policy_transaction* transaction, uint32_t relationship, uint32_t first,
                                                uint32_t second, int32_t there);
/* Exactly these rights (bits of 1 << policy_right), none: no more. */
POLICY_API policy_status policy_set_share(policy_transaction* transaction, uint32_t row, policy_principal principal,
                                          uint32_t rights);
/* Column sharing: one secured column of one row. */
POLICY_API policy_status policy_set_column_share(policy_transaction* transaction, uint32_t row, uint32_t column,
                                                 policy_principal principal, int32_t read, int32_t update);

/* --- 4.2 Operations: what somebody asks to do, with all that cascades from it */

enum policy_operation_kind {
  POLICY_OPERATION_CREATE = 0,     /* `row`, given as `proposed` */
  POLICY_OPERATION_READ = 1,       /* row */
  POLICY_OPERATION_UPDATE = 2,     /* row; values, links */
  POLICY_OPERATION_DELETE = 3,     /* row */
  POLICY_OPERATION_ASSIGN = 4,     /* row to principal */
  POLICY_OPERATION_SHARE = 5,      /* row with principal for rights, beside what is shared already */
  POLICY_OPERATION_MODIFY = 6,     /* row for principal to exactly these rights */
  POLICY_OPERATION_REVOKE = 7,     /* row from principal */
  POLICY_OPERATION_LINK = 8,       /* row.relationship to other */
  POLICY_OPERATION_UNLINK = 9,     /* row.relationship */
  POLICY_OPERATION_ASSOCIATE = 10, /* row and other, in the order of the relationship's tables */
  POLICY_OPERATION_DISASSOCIATE = 11,
  POLICY_OPERATION_MERGE = 12,      /* row into other */
  POLICY_OPERATION_SET_UNIT = 13,   /* row to unit */
  POLICY_OPERATION_DEACTIVATE = 14, /* row */
  POLICY_OPERATION_ACTIVATE = 15,   /* row */
  POLICY_OPERATION_ADD_MEMBER = 16, /* principal (a user) to team */
  POLICY_OPERATION_REMOVE_MEMBER = 17,
  POLICY_OPERATION_MOVE_USER = 18, /* principal (a user) to unit */
  POLICY_OPERATION_MOVE_TEAM = 19  /* team to unit */
};

/* POLICY_OPERATION fills what an operation does not use with POLICY_NONE, which is not 0. */
typedef struct policy_operation {
  uint32_t struct_size;
  uint32_t kind;         /* policy_operation_kind */
  uint32_t user;         /* in whose name */
  uint32_t impersonator; /* who really acts, on behalf of `user` */
  uint32_t row;
  policy_principal principal;
  uint32_t rights;
  uint32_t other;
  uint32_t relationship;
  uint32_t unit;
  uint32_t team;
  uint32_t value_count;       /* of an update */
  uint32_t link_count;        /* likewise */
  uint32_t ignores_sign_in;   /* 1: it is not asked whether people may sign in */
  uint64_t columns_named;     /* of an update: secured columns that it sets ... */
  uint64_t columns;           /* ... and those of them that have a value afterwards */
  const policy_row* proposed; /* of a create */
  const policy_value* values;
  const policy_link* links;
} policy_operation;
#define POLICY_OPERATION(kind_, user_) \
  {(uint32_t)sizeof(policy_operation), \
   (kind_),                            \
   (user_),                            \
   POLICY_NONE,                        \
   POLICY_NONE,                        \
   0,                                  \
   0,                                  \
   POLICY_NONE,                        \
   POLICY_NONE,                        \
   POLICY_NONE,                        \
   POLICY_NONE,                        \
   0,                                  \
   0,                                  \
   0,                                  \
   0,                                  \
   0,                                  \
   0,                                  \
   0,                                  \
   0}

/* Why it may or may not be done, and of a denial what is missing: `party` lacks `right` on `row`. */
typedef struct policy_answer {
  uint32_t allowed; /* 1 or 0 */
  uint32_t reason;  /* policy_reason */
  policy_principal party;
  uint32_t right; /* POLICY_NONE where none was asked about; so for what follows */
  uint32_t table;
  uint32_t row;
  uint32_t privilege;
  uint32_t column;          /* a secured column of `table` */
  policy_decision decision; /* of the right on the row, where a row was asked about */
} policy_answer;

enum policy_change_kind {
  POLICY_CHANGE_CREATE = 0,      /* row */
  POLICY_CHANGE_VALUES = 1,      /* row: columns are set */
  POLICY_CHANGE_OWNER = 2,       /* row: principals before, after */
  POLICY_CHANGE_UNIT = 3,        /* row: units before, after */
  POLICY_CHANGE_STATE = 4,       /* row: 1 active, 0 inactive */
  POLICY_CHANGE_LINK = 5,        /* row.relationship: rows above before, after */
  POLICY_CHANGE_SHARE = 6,       /* row, principal: rights given on the row */
  POLICY_CHANGE_INHERITED = 7,   /* row, principal, from, from_owner: rights */
  POLICY_CHANGE_ASSOCIATION = 8, /* relationship, row and from: 1 there, 0 not */
  POLICY_CHANGE_DELETE = 9,      /* row */
  POLICY_CHANGE_MEMBER = 10,     /* team, principal (a user): 1 member, 0 not */
  POLICY_CHANGE_USER_UNIT = 11,  /* principal (a user): units */
  POLICY_CHANGE_TEAM_UNIT = 12,  /* team: units */
  POLICY_CHANGE_ROLES_LOST = 13, /* principal (a user or team): roles before, 0 */
  POLICY_CHANGE_ROLES_MOVED = 14 /* principal (a user or team): units in which its roles count */
};

/* One thing that an operation changes, and how its cascade came there. */
typedef struct policy_change {
  uint32_t kind; /* policy_change_kind */
  uint32_t row;
  policy_principal principal;
  uint32_t relationship;
  uint32_t team;
  uint32_t from;
  uint32_t from_owner;
  uint32_t before;
  uint32_t after;
  uint32_t through; /* the relationship of the cascade's last step; POLICY_NONE: the operation itself ... */
  uint32_t above;   /* ... and the row that it came from */
} policy_change;

typedef struct policy_outcome {
  uint32_t struct_size;
  uint32_t row; /* that a create added; else POLICY_NONE */
  policy_answer answer;
  const policy_change* changes; /* the transaction's, until its next operation or its end; none where it was denied */
  uint64_t change_count;
  uint64_t hidden_columns;   /* of a read, create, update: secured columns that the user may not read */
  uint64_t unmasked_columns; /* and those that are read without their mask */
} policy_outcome;

/* Asks, and says all that would change; nothing does. POLICY_OK for a denial too: see outcome.answer. Of a create,
 * whose row has no number yet (POLICY_NONE), it does not say what the row would inherit. */
POLICY_API policy_status policy_transaction_plan(policy_transaction* transaction, const policy_operation* operation,
                                                 policy_outcome* out, policy_error* error);
/* Asks, and carries it out whole where it is allowed. */
POLICY_API policy_status policy_transaction_perform(policy_transaction* transaction, const policy_operation* operation,
                                                    policy_outcome* out, policy_error* error);
/* What conditions read beside rows and users (POLICY_NAME_CONTEXT_ATTRIBUTE), until the transaction ends. */
POLICY_API policy_status policy_transaction_set_context(policy_transaction* transaction, const policy_value* values,
                                                        uint32_t count);

typedef struct policy_run_as_answer {
  uint32_t struct_size;
  uint32_t is_system;    /* 1: nobody's rights bound it */
  uint32_t user;         /* whom it runs as; POLICY_NONE */
  uint32_t impersonator; /* whose rights bound that user's; POLICY_NONE */
  uint32_t escalates;    /* 1: it may, and whoever set the flow off could not have done it */
  uint32_t reserved;
  policy_answer answer; /* whether the step may be carried out */
} policy_run_as_answer;
/* `row` set the flow off, as it is now in the transaction; `triggering` is the user who did. */
POLICY_API policy_status policy_transaction_run_as(policy_transaction* transaction, uint32_t flow, uint32_t step,
                                                   uint32_t triggering, uint32_t row, policy_run_as_answer* out);

/* --- 4.3 Readers */

/* POLICY_BUSY where a thousand are open. */
POLICY_API policy_status policy_reader_open(policy_store* store, policy_reader** out, policy_error* error);
/* Null is fine. */
POLICY_API void policy_reader_close(policy_reader* reader);

/* Looks at the newest revision, and at none before `at_least` (0: any); waits up to `wait_ns` for that, else
 * POLICY_STALE and the reader looks at nothing. All that follows is of this one revision, until the next begin or end.
 * What readers look at is kept for them, so do not look for long. `revision` may be null. */
POLICY_API policy_status policy_reader_begin(policy_reader* reader, uint64_t at_least, uint64_t wait_ns,
                                             uint64_t* revision);
POLICY_API void policy_reader_end(policy_reader* reader);
/* What conditions read beside rows and users, for this reader's questions until it is set again; those that are not
 * named have no value. Copied. While it looks at something: the numbers are those of the program looked at. Where
 * policy_store_replace brings a policy with other context attributes, a reader that had set some is denied everything
 * (POLICY_STALE) until it sets them anew. */
POLICY_API policy_status policy_reader_set_context(policy_reader* reader, const policy_value* values, uint32_t count);

/* 1 or 0; 0 as well where user, right or row are not there and while the reader looks at nothing. What the user holds
 * is asked about, and not whether the user may sign in: see policy_reader_sign_in. */
POLICY_API int32_t policy_reader_check(policy_reader* reader, uint32_t user, uint32_t right, uint32_t row);
/* May the user sign in and ask for operations of this kind (policy_operation_kind) at all, before any row is looked at?
 * 1 or 0, as transactions ask of everybody who acts. `reason` (policy_reason; may be null) is `disabled`,
 * `no_privilege` where no role counts for them, `access_mode`, `unknown` where user or kind are not there and while the
 * reader looks at nothing; `none` where they may. if (!policy_reader_sign_in(reader, user, POLICY_OPERATION_READ,
 * &reason)) return turn_away(reason); */
POLICY_API int32_t policy_reader_sign_in(policy_reader* reader, uint32_t user, uint32_t kind, uint32_t* reason);
POLICY_API policy_status policy_reader_decide(policy_reader* reader, uint32_t user, uint32_t right, uint32_t row,
                                              policy_decision* out);
/* Bit i of `allowed`: row i of `rows`; POLICY_BITMAP_WORDS(count) words. Rows that are not there are denied.
 * POLICY_INVALID for a count that no memory can hold. */
POLICY_API policy_status policy_reader_check_many(policy_reader* reader, uint32_t user, uint32_t right,
                                                  const uint32_t* rows, uint64_t count, uint64_t* allowed);

/* How far a list has come. Begin with {0}; a value that may be kept. Pages of one revision give each row or user once,
 * and all of them. It may be gone on with in a later revision: what a page gives is then true of the revision that it
 * was asked of, but what has changed in between (owners, units, shares, roles, teams, positions) may make others come
 * twice or not at all. After policy_store_replace it is POLICY_STALE: begin again. Of one store. */
typedef struct policy_cursor {
  uint64_t key;
  uint32_t source;
  uint32_t number;
  uint64_t version; /* of the policy that it is of, counted by the store */
} policy_cursor;
#define POLICY_CURSOR_AT_END(cursor) ((cursor).source == POLICY_NONE)
/* The rows of the table on which the user has the right, in no order: up to `size` of them to `page`. A page may be
 * shorter, even empty, before the end. */
POLICY_API policy_status policy_reader_list(policy_reader* reader, uint32_t user, uint32_t right, uint32_t table,
                                            policy_cursor* cursor, uint32_t* page, size_t size, size_t* count);
/* The users who have the right on the row, likewise. */
POLICY_API policy_status policy_reader_who(policy_reader* reader, uint32_t right, uint32_t row, policy_cursor* cursor,
                                           uint32_t* page, size_t size, size_t* count);

/* What a user may do with a table's secured columns; row access comes first. A bit for each column. */
typedef struct policy_column_rights {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t secured;
  uint64_t read;
  uint64_t create;
  uint64_t update;
  uint64_t read_unmasked;     /* in lists as well */
  uint64_t read_one_unmasked; /* where one row is read by itself */
} policy_column_rights;
/* `row` POLICY_NONE: of a row that is not stored, or of all: what is shared of single rows is left out. */
POLICY_API policy_status policy_reader_columns(policy_reader* reader, uint32_t user, uint32_t table, uint32_t row,
                                               policy_column_rights* out);

/* For the functions of section 3: valid until the reader's next begin or end. Null where there is none. */
POLICY_API const policy_subject* policy_reader_subject(policy_reader* reader, uint32_t user);
POLICY_API const policy_record* policy_reader_record(policy_reader* reader, uint32_t row);
/* POLICY_NONE where there is no such row. */
POLICY_API uint32_t policy_reader_table(policy_reader* reader, uint32_t row);
/* The program of what is looked at, for names and explanations; valid as the subject is. */
POLICY_API const policy_program* policy_reader_program(policy_reader* reader);

/* --- 5. Decision log -----------------------------------------------------------------------------------------------*/

/* Who asked what about which row, what came out and why, with all that `policyc replay LOG --against NEW.policy` needs
 * to ask again: JSON lines in a file (docs/decision_log.md). A caller copies what a line needs into a ring of bounded
 * size and goes on; a thread of the log's own writes, and takes none of the host's signals. Where the ring is full the
 * decision is not logged but counted, and the count is written.
 *
 * A log is of the process that opened it. In a child of fork() nothing is logged and nothing waits: policy_log_decision
 * gives POLICY_BUSY, policy_log_flush POLICY_NOT_READABLE every time, and policy_log_count has what was asked to be
 * logged there as dropped. The child closes it, and opens one of its own, of another path. */
typedef struct policy_log policy_log;

typedef struct policy_log_options {
  uint32_t struct_size;
  uint32_t ring_size;    /* decisions that wait to be written; 0: 8192 */
  uint64_t file_bytes;   /* a file that grows past it becomes PATH.1, that one PATH.2, ...; 0: 64 MB */
  uint32_t files_kept;   /* beside PATH itself; 0: 4 */
  uint32_t denials_only; /* 1: what was allowed is not logged */
} policy_log_options;

typedef struct policy_log_counts {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t written;
  uint64_t dropped; /* the ring was full */
  uint64_t failed;  /* the file could not be written, or was full and could not be renamed */
} policy_log_counts;

/* Appends to `path`, which only its owner may read where it is made new. POLICY_NOT_READABLE for links, folders and
 * pipes; POLICY_BUSY where another log writes to it. Any thread. `options` may be null. */
POLICY_API policy_status policy_log_open(const char* path, const policy_log_options* options, policy_log** out,
                                         policy_error* error);
/* Writes what waits, and closes. No thread may use it any more, and no reader may still have it. Null is fine. */
POLICY_API void policy_log_close(policy_log* log);
/* Comes back when all that was logged before is in the file. POLICY_NOT_READABLE, once, where some of it could not be
 * written. */
POLICY_API policy_status policy_log_flush(policy_log* log);
POLICY_API policy_status policy_log_count(const policy_log* log, policy_log_counts* out);

/* Every check and decide of this reader is logged from now on (null: no more); check_many, list and who are not. */
POLICY_API policy_status policy_reader_set_log(policy_reader* reader, policy_log* log);
/* The thin way: after policy_decide, with what it was asked. `user_name` and `row_name` are the host's own names for
 * them, and may be null. Any number of threads. Where it is not logged, POLICY_BUSY. */
POLICY_API policy_status policy_log_decision(policy_log* log, const policy_program* program,
                                             const policy_subject* subject, uint32_t table, uint32_t right,
                                             const policy_record* record, const policy_context* context,
                                             const policy_decision* decision, const char* user_name,
                                             const char* row_name);

#ifdef __cplusplus
}
#endif

#endif
