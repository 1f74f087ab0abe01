'use strict';
// Operations as plain objects, to what the addon takes and back:
//
//   { kind: 'assign', user: ann, row: trip, to: user(bob) }
const { addon } = require('./addon');
const { unknown } = require('./errors');
const { Decision, KIND } = require('./program');
const words = require('./words');

const linksOf = (program, links) =>
  Uint32Array.from(
    Object.entries(links ?? {}).flatMap(([name, parent]) => [
      program.numberOf(KIND.relationship, name),
      words.orNone(parent),
    ]),
  );

/** As the addon takes rows: table, owner, unit, inactive, columns, values, links. */
function rowOf(program, tableName, { owner = words.NOBODY, unit, active = true, columns = [], values, links } = {}) {
  const table = program.table(tableName);
  return [
    table.number,
    owner,
    words.orNone(unit),
    !active,
    table.columnBits(columns),
    table.layout.list(values),
    linksOf(program, links),
  ];
}

/** { fee: true, name: false }: bits of those named, and of those that have a value. */
function columnsNamed(table, columns) {
  const named = Object.keys(columns ?? {});
  return [table.columnBits(named), table.columnBits(named.filter((name) => columns[name]))];
}

function answerOf(program, raw) {
  const [allowed, reason, party, right, table, row, privilege, column] = new Uint32Array(raw.numbers);
  const asked = right !== words.NONE && table !== words.NONE;
  return {
    allowed: allowed === 1,
    reason: words.REASONS[reason] ?? 'unknown',
    party,
    right: right === words.NONE ? null : words.RIGHTS[right],
    table: table === words.NONE ? null : program.nameOf(KIND.table, table),
    row: words.orNull(row),
    privilege: privilege === words.NONE ? null : program.nameOf(KIND.privilege, privilege),
    column: column === words.NONE ? null : program.nameOf(KIND.column, column, table),
    decision: asked ? new Decision(program, table, right, new Uint8Array(raw.decision)) : null,
  };
}

function changesOf(program, buffer) {
  const numbers = new Uint32Array(buffer);
  const relationship = (number) => (number === words.NONE ? null : program.nameOf(KIND.relationship, number));
  return Array.from({ length: numbers.length / 11 }, (_, index) => {
    const [kind, row, principal, over, team, from, fromOwner, before, after, through, above] = numbers.subarray(
      index * 11,
      index * 11 + 11,
    );
    return {
      kind: words.CHANGES[kind],
      row: words.orNull(row),
      principal,
      relationship: relationship(over),
      team: words.orNull(team),
      from: words.orNull(from),
      fromOwner: words.orNull(fromOwner),
      before,
      after,
      through: relationship(through),
      above: words.orNull(above),
    };
  });
}

const NO_ROW = [0, 0, words.NONE, false, 0n, [], new Uint32Array(0)];

/** Plans (`isPlan`) or performs. */
function operate(program, transaction, isPlan, operation) {
  const kind = words.OPERATIONS.indexOf(operation.kind);
  if (kind < 0)
    throw unknown(`no operation is called ${String(operation.kind)}; there are ${words.OPERATIONS.join(', ')}`);
  const isCreate = operation.kind === 'create';
  const isUpdate = operation.kind === 'update';
  const table = operation.table === undefined ? null : program.table(operation.table);
  if ((isCreate || isUpdate) && table === null) throw new TypeError(`${operation.kind}: the table is needed`);
  const over = operation.relationship;
  const numbers = Uint32Array.of(
    kind,
    operation.user,
    words.orNone(operation.impersonator),
    words.orNone(operation.row),
    isCreate ? 0 : (operation.to ?? 0),
    words.rightBits(operation.rights ?? []),
    words.orNone(operation.other),
    over === undefined ? words.NONE : program.numberOf(KIND.relationship, over),
    isCreate ? words.NONE : words.orNone(operation.unit),
    words.orNone(operation.team),
    operation.ignoresSignIn ? 1 : 0,
  );
  const [named, there] = isUpdate ? columnsNamed(table, operation.columns) : [0n, 0n];
  const raw = addon.operate(
    transaction,
    isPlan,
    numbers,
    named,
    there,
    isUpdate ? table.layout.list(operation.values) : [],
    isUpdate ? linksOf(program, operation.links) : new Uint32Array(0),
    ...(isCreate ? rowOf(program, operation.table, operation) : NO_ROW),
  );
  const answer = answerOf(program, raw.answer);
  return {
    allowed: answer.allowed,
    answer,
    row: words.orNull(raw.row),
    changes: changesOf(program, raw.changes),
    hiddenColumns: raw.hidden,
    unmaskedColumns: raw.unmasked,
  };
}

module.exports = { operate, rowOf, columnsNamed, answerOf };
