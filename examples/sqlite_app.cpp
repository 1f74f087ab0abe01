// Rows of an SQLite database that show themselves to whom the policy allows: the app's queries go to a view over the
// table, filtered by compiled checks, and its updates through the view are checked as well. It spares the app's author a
// check in each query. It is no wall against SQL that strangers write, which may name the table itself.
//
//   sqlite_app
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "crm.h"
#include "policy/policy.hpp"

// Who is asking, on one connection.
struct Session {
  policy::Program crm;
  policy::Subject subject;
};

// may(right, owner, unit, stage, value): the columns of a row, as the check wants them.
void may(sqlite3_context* call, int, sqlite3_value** given) {
  const auto& session = *static_cast<const Session*>(sqlite3_user_data(call));
  crm_opportunity row{};
  row.record.owner = policy::Principal(policy::User(static_cast<uint32_t>(sqlite3_value_int64(given[1])))).value;
  row.record.owning_unit = static_cast<uint32_t>(sqlite3_value_int64(given[2]));
  const auto* stage = reinterpret_cast<const char*>(sqlite3_value_text(given[3]));
  const uint32_t choice = stage == nullptr ? POLICY_NONE : session.crm.find(POLICY_NAME_CHOICE, stage);
  if (choice != POLICY_NONE) crm_opportunity_set_stage(&row, choice);
  if (sqlite3_value_type(given[4]) != SQLITE_NULL) {
    crm_opportunity_set_value(&row, sqlite3_value_int64(given[4]) * 10000);
  }
  const auto right = static_cast<policy::Right>(sqlite3_value_int(given[0]));
  sqlite3_result_int(call, session.crm.check(session.subject, policy::Table(CRM_TABLE_opportunity), right, row.record));
}

void run(sqlite3* database, const char* sql, sqlite3_callback each = nullptr) {
  char* message = nullptr;
  if (sqlite3_exec(database, sql, each, nullptr, &message) == SQLITE_OK) return;
  std::printf("  refused: %s\n", message);
  sqlite3_free(message);
}

int show(void*, int columns, char** values, char**) {
  for (int i = 0; i < columns; ++i) std::printf("%s%s", i == 0 ? "  " : " | ", values[i] == nullptr ? "" : values[i]);
  return std::puts(""), 0;
}

// `deals` is what the user may see, and changes what the user may change.
void secure(sqlite3* database, Session& session) {
  sqlite3_create_function(database, "may", 5, SQLITE_UTF8 | SQLITE_DIRECTONLY, &session, may, nullptr, nullptr);
  char sql[1024];
  std::snprintf(sql, sizeof sql,
                "CREATE TEMP VIEW deals AS SELECT * FROM opportunity WHERE may(%u, owner, unit, stage, value);"
                "CREATE TEMP TRIGGER edit INSTEAD OF UPDATE ON deals BEGIN"
                "  SELECT RAISE(ABORT, 'the policy denies write on this deal')"
                "    WHERE NOT may(%u, old.owner, old.unit, old.stage, old.value);"
                "  UPDATE opportunity SET name = new.name, stage = new.stage, value = new.value WHERE id = old.id;"
                "END",
                POLICY_RIGHT_read, POLICY_RIGHT_write);
  run(database, sql);
}

int main() {
  policy::Result<policy::Program> crm = policy::Program::open(CRM_IMAGE, {.layout_hash = CRM_LAYOUT_HASH});
  if (!crm) return std::fprintf(stderr, "%s\n", crm.error().message.c_str()), 1;
  sqlite3* database = nullptr;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) return 1;
  run(database,
      "CREATE TABLE opportunity (id INTEGER PRIMARY KEY, name TEXT, owner INT, unit INT, stage TEXT, value INT);"
      "INSERT INTO opportunity VALUES (1, 'engines', 1, 1, 'open', 90000), (2, 'sails', 1, 1, 'won', 50000),"
      "                               (3, 'ropes', 3, 2, 'open', 400)");

  struct {
    const char* name;
    uint32_t user;
    policy_interval unit;
    uint32_t role;
  } people[] = {{"ana, a rep in the north", 1, {1, 1}, CRM_ROLE_rep},
                {"bo, who manages the north", 2, {1, 1}, CRM_ROLE_manager},
                {"cy, a rep in the south", 3, {2, 2}, CRM_ROLE_rep}};
  for (const auto& person : people) {
    std::printf("%s:\n", person.name);
    policy::Result<policy::Subject> subject =
        crm->resolve({.user = person.user,
                      .unit = person.unit.first,
                      .roles = {{.role = policy::Role(person.role), .anchor = person.unit}}});
    if (!subject) return std::fprintf(stderr, "%s\n", subject.error().message.c_str()), 1;
    Session session{*crm, std::move(*subject)};
    secure(database, session);
    run(database, "SELECT name, stage, value FROM deals ORDER BY id", show);
    run(database, "UPDATE deals SET value = value + 1 WHERE id = 2");
    run(database, "DROP VIEW deals");
  }
  sqlite3_close(database);
}
