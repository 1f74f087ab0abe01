'use strict';
// Operations as plain objects, to what the addon takes and back:
//
//   { kind: 'assign', user: ann, row: trip, to: user(bob) }
const { addon } = require('./addon');
const { unknown } = require('./errors');
const given = require('./given');
const { Decision, KIND } = require('./program');
const words = require('./words');

const linksOf = (program, links) =>
  Uint32Array.from(
    Object.entries(links ?? {}).flatMap(([name, parent]) => [
      program.numberOf(KIND.relationship, name),
      given.orNone(parent, `links.${name}`),
    ]),
  );

const ROW = ['owner', 'unit', 'active', 'columns', 'values', 'links'];

/** As the addon takes rows: table, owner, unit, inactive, columns, values, links. */
function rowOf(program, tableName, { owner = words.NOBODY, unit, active = true, columns = [], values, links }) {
  const table = program.table(tableName);
  return [
    table.number,
    given.owner(owner, 'owner'),
    given.ifAny(unit, 'unit', given.index),
    !given.boolean(active, 'active'),
    table.columnBits(columns),
    table.layout.list(values),
    linksOf(program, links),
  ];
}

/** { fee: true, name: false }: bits of those named, and of those that have a value. */
function columnsNamed(table, columns) {
  const named = Object.keys(columns ?? {});
  return [
    table.columnBits(named),
    table.columnBits(named.filter((name) => given.boolean(columns[name], `columns.${name}`))),
  ];
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

const NO_UPDATE = [0n, 0n, [], new Uint32Array(0)];
const ASKED = ['kind', 'user', 'impersonator', 'ignoresSignIn'];
/** What each kind needs, beside the user. */
const NEEDS = {
  create: ['table'],
  read: ['row'],
  update: ['row'],
  delete: ['row'],
  assign: ['row', 'to'],
  share: ['row', 'to', 'rights'],
  modify: ['row', 'to', 'rights'],
  revoke: ['row', 'to'],
  link: ['row', 'relationship', 'other'],
  unlink: ['row', 'relationship'],
  associate: ['row', 'relationship', 'other'],
  disassociate: ['row', 'relationship', 'other'],
  merge: ['row', 'other'],
  set_unit: ['row', 'unit'],
  deactivate: ['row'],
  activate: ['row'],
  add_member: ['team', 'to'],
  remove_member: ['team', 'to'],
  move_user: ['to', 'unit'],
  move_team: ['team', 'unit'],
};
/** And what it may have. */
const TAKES = { create: ROW, update: ['values', 'columns', 'links'] };

function kindOf(operation) {
  const kind = words.OPERATIONS.indexOf(operation?.kind);
  if (kind < 0)
    throw unknown(`no operation is called ${String(operation?.kind)}; there are ${words.OPERATIONS.join(', ')}`);
  const needed = ['user', ...NEEDS[operation.kind]];
  given.exact(operation, [...ASKED, ...NEEDS[operation.kind], ...(TAKES[operation.kind] ?? [])], operation.kind);
  for (const name of needed)
    if (operation[name] === undefined) throw new TypeError(`${operation.kind}: "${name}" is needed`);
  return kind;
}

/** Values are those of the row's own table. Of a row that is not there there are none, and the library denies. */
function updateOf(program, transaction, { row, columns, values, links }) {
  const number = addon.transactionTable(transaction, row);
  if (number === words.NONE) return NO_UPDATE;
  const table = program.table(number);
  return [...columnsNamed(table, columns), table.layout.list(values), linksOf(program, links)];
}

function numbersOf(program, operation) {
  const kind = kindOf(operation);
  const part = (name, of = given.number, none = words.NONE) =>
    operation[name] === undefined ? none : of(operation[name], `${operation.kind}: ${name}`);
  return Uint32Array.of(
    kind,
    part('user', given.index),
    part('impersonator', given.index),
    part('row'),
    part('to', given.principal, words.NOBODY),
    part('rights', words.rightBits, 0),
    part('other'),
    part('relationship', (name) => program.numberOf(KIND.relationship, name)),
    operation.kind === 'create' ? words.NONE : part('unit', given.index), // the row's, not the operation's
    part('team', given.index),
    part('ignoresSignIn', given.boolean, false),
  );
}

/** Plans (`isPlan`) or performs. */
function operate(program, transaction, isPlan, operation) {
  const raw = addon.operate(
    transaction,
    isPlan,
    numbersOf(program, operation),
    ...(operation.kind === 'update' ? updateOf(program, transaction, operation) : NO_UPDATE),
    ...(operation.kind === 'create' ? rowOf(program, operation.table, operation) : NO_ROW),
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

module.exports = { operate, ROW, rowOf, columnsNamed, answerOf };
