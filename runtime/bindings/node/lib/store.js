'use strict';
const { addon, handle } = require('./addon');
const { PolicyError, Status, invalid, unknown } = require('./errors');
const given = require('./given');
const { BorrowedRecord } = require('./record');
const { Decision, KIND, Program, Subject } = require('./program');
const { ROW, answerOf, columnsNamed, operate, rowOf } = require('./operations');
const words = require('./words');

const PAGE = 1024;
const LOOK = ['atLeast', 'waitMs'];
const DISPOSE = Symbol.dispose ?? Symbol.for('dispose');

/** What `work` gave, which must not go on later. */
function atOnce(result, what) {
  if (typeof result?.then === 'function') throw invalid(`${what} does not wait: give it a function that is not async`);
  return result;
}

/** Facts, and the program that they are asked under. */
class Store {
  #program = null;

  /** Empty: begin with a root unit. Without `lists` there is no Reader.list and who, and less memory is used. */
  constructor(program, options = {}) {
    const { lists = true } = given.known(options, ['lists'], 'Store');
    this[handle] = addon.createStore(program[handle], !given.boolean(lists, 'lists'));
  }

  /** Throws BUSY, and it stays, while it has readers or a transaction. Twice is fine. */
  close() {
    addon.closeStore(this[handle]);
  }
  [DISPOSE]() {
    this.close();
  }

  get revision() {
    return addon.storeRevision(this[handle]);
  }

  /** The program that it is asked under now. */
  get program() {
    return this.wrapped(addon.storeProgram(this[handle]));
  }

  /** One object for one version of the policy, so that names are looked up once. */
  wrapped(owned) {
    const made = new Program(owned);
    const last = this.#program;
    if (
      last !== null &&
      last.info.policyHash === made.info.policyHash &&
      last.info.kind === made.info.kind &&
      isOpen(last)
    ) {
      made.close();
      return last;
    }
    this.#program = made;
    return made;
  }

  /** Puts another version of the policy in the place of the one before. LOSSY where something is lost or missing that
   * is not allowed: error.lost, error.missing. */
  replace(program, options = {}) {
    const { mayLose = false, mayMiss = false } = given.known(options, ['mayLose', 'mayMiss'], 'replace');
    const flags = (given.boolean(mayLose, 'mayLose') ? 1 : 0) | (given.boolean(mayMiss, 'mayMiss') ? 2 : 0);
    this.#notWithin();
    const told = [];
    const sort = (wanted) => told.filter((_, at) => at % 2 === 1 && told[at - 1] === wanted);
    try {
      const revision = addon.replace(this[handle], program[handle], flags, told);
      return { revision, lost: sort(true), missing: sort(false) };
    } catch (error) {
      if (error.status === Status.LOSSY) Object.assign(error, { lost: sort(true), missing: sort(false) });
      throw error;
    }
  }

  /** A transaction, to be committed or abandoned: see also `transaction`. BUSY while one is under way, which is so until
   * the garbage is collected where one is forgotten. */
  begin() {
    const begun = addon.begin(this[handle]);
    return new Transaction(this.wrapped(addon.transactionProgram(begun)), begun);
  }

  /** Runs `work` in a transaction: committed when it returns, abandoned when it throws. Gives what it gave. */
  transaction(work) {
    const transaction = this.begin();
    try {
      const result = atOnce(work(transaction), 'a transaction');
      if (transaction.isOpen) transaction.commit();
      return result;
    } catch (error) {
      transaction.abandon();
      throw error;
    }
  }

  /** A transaction under way would be waited for in vain: nothing else runs here meanwhile. */
  #notWithin() {
    addon.close(addon.begin(this[handle]));
  }

  /** A reader that looks at the newest revision; close it. */
  reader(options = {}) {
    const { log = null, ...look } = given.known(options, [...LOOK, 'log'], 'reader');
    const reader = new Reader(this, addon.openReader(this[handle]));
    try {
      if (log !== null) reader.setLog(log);
      reader.refresh(look);
    } catch (error) {
      reader.close();
      throw error;
    }
    return reader;
  }

  /** Runs `work` with a reader, and closes it. */
  read(work, options) {
    const reader = this.reader(options);
    try {
      return atOnce(work(reader), 'a reader');
    } finally {
      reader.close();
    }
  }
}

function isOpen(program) {
  try {
    addon.count(program[handle], 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** Changes that take effect together: Store.transaction. Numbers of units, users, ... are what add... gave. */
class Transaction {
  #isOpen = true;
  #revision = null;

  constructor(program, begun) {
    this.program = program;
    this[handle] = begun;
  }

  get isOpen() {
    return this.#isOpen;
  }
  /** Of the commit; null before. */
  get revision() {
    return this.#revision;
  }
  commit() {
    this.#isOpen = false;
    this.#revision = addon.commit(this[handle]);
    return this.#revision;
  }
  /** As if it had never been. Twice is fine. */
  abandon() {
    this.#isOpen = false;
    addon.close(this[handle]);
  }
  [DISPOSE]() {
    this.abandon();
  }

  addUnit(parent) {
    return addon.addUnit(this[handle], given.ifAny(parent, 'parent', given.index));
  }
  moveUnit(unit, parent) {
    addon.moveUnit(this[handle], unit, parent);
  }
  addUser(unit, options = {}) {
    const { name, attributes } = given.known(options, ['name', 'attributes'], 'addUser');
    const number = addon.addUser(this[handle], unit);
    if (name !== undefined) this.setUserName(number, name);
    if (attributes !== undefined) this.setUserValues(number, attributes);
    return number;
  }
  addTeam(unit, options = {}) {
    const { kind = 'owner', members = [] } = given.known(options, ['kind', 'members'], 'addTeam');
    const number = addon.addTeam(this[handle], unit, words.wordNumber(words.TEAM_KIND_NUMBERS, kind, 'kind of team'));
    for (const member of members) this.join(member, number);
    return number;
  }
  addPosition(parent) {
    return addon.addPosition(this[handle], given.ifAny(parent, 'parent'));
  }
  setUserName(user, name) {
    addon.setUserName(this[handle], user, given.text(name, 'name'));
  }
  setUserDisabled(user, disabled) {
    addon.setUserDisabled(this[handle], user, given.boolean(disabled, 'disabled') ? 1 : 0);
  }
  setUserMode(user, mode) {
    addon.setUserMode(this[handle], user, words.wordNumber(words.ACCESS_MODE_NUMBERS, mode, 'access mode'));
  }
  setUserManager(user, manager) {
    addon.setUserManager(this[handle], user, given.orNone(manager, 'manager', given.index));
  }
  setUserPosition(user, position) {
    addon.setUserPosition(this[handle], user, given.orNone(position, 'position'));
  }
  setUserValues(user, values) {
    addon.setUserValues(this[handle], user, this.program.userLayout.list(values));
  }
  moveUser(user, unit) {
    addon.moveUser(this[handle], user, unit);
  }
  moveTeam(team, unit) {
    addon.moveTeam(this[handle], team, unit);
  }
  join(user, team) {
    addon.join(this[handle], user, team);
  }
  leave(user, team) {
    addon.leave(this[handle], user, team);
  }
  giveRole(holder, role, anchor) {
    addon.giveRole(this[handle], given.principal(holder, 'holder'), this.program.numberOf(KIND.role, role), anchor);
  }
  dropRoles(holder) {
    addon.dropRoles(this[handle], given.principal(holder, 'holder'));
  }
  giveColumnProfile(holder, profile) {
    const number = this.program.numberOf(KIND.columnProfile, profile);
    addon.giveColumnProfile(this[handle], given.principal(holder, 'holder'), number);
  }

  addRow(table, row = {}) {
    return addon.addRow(this[handle], ...rowOf(this.program, table, given.known(row, ROW, 'addRow')));
  }
  removeRow(row) {
    addon.removeRow(this[handle], row);
  }
  setRowOwner(row, owner) {
    addon.setRowOwner(this[handle], row, given.owner(owner, 'owner'));
  }
  setRowUnit(row, unit) {
    addon.setRowUnit(this[handle], row, unit);
  }
  setRowActive(row, active) {
    addon.setRowActive(this[handle], row, given.boolean(active, 'active') ? 1 : 0);
  }
  #tableOf(row) {
    const number = addon.transactionTable(this[handle], row);
    if (number === words.NONE) throw unknown(`there is no row ${row}`);
    return this.program.table(number);
  }
  setRowValues(row, what) {
    const { values, columns } = given.known(what, ['values', 'columns'], 'setRowValues');
    const of = this.#tableOf(row);
    addon.setRowValues(this[handle], row, of.layout.list(values), ...columnsNamed(of, columns));
  }
  setRowLink(row, relationship, parent) {
    const number = this.program.numberOf(KIND.relationship, relationship);
    addon.setRowLink(this[handle], row, number, given.orNone(parent, 'parent'));
  }
  setAssociation(relationship, first, second, there = true) {
    addon.setAssociation(
      this[handle],
      this.program.numberOf(KIND.relationship, relationship),
      first,
      second,
      given.boolean(there, 'there') ? 1 : 0,
      0,
    );
  }
  setShare(row, principal, rights) {
    addon.setShare(this[handle], row, given.principal(principal, 'principal'), words.rightBits(rights));
  }
  setColumnShare(row, column, principal, may = {}) {
    const { read = false, update = false } = given.known(may, ['read', 'update'], 'setColumnShare');
    addon.setColumnShare(
      this[handle],
      row,
      this.#tableOf(row).columnNumber(column),
      given.principal(principal, 'principal'),
      given.boolean(read, 'read') ? 1 : 0,
      given.boolean(update, 'update') ? 1 : 0,
    );
  }

  /** Asks, and says all that would change; nothing does. */
  plan(operation) {
    return operate(this.program, this[handle], true, operation);
  }
  /** Asks, and carries it out whole where it is allowed. A denial is an outcome, and throws nothing. */
  perform(operation) {
    return operate(this.program, this[handle], false, operation);
  }
  setContext(values) {
    addon.setTransactionContext(this[handle], this.program.contextLayout.list(values));
  }
  runAs(flow, step, what) {
    const { triggering, row } = given.known(what, ['triggering', 'row'], 'runAs');
    const number = this.program.numberOf(KIND.flow, flow);
    const told = addon.transactionRunAs(
      this[handle],
      number,
      this.program.numberOf(KIND.step, step, number),
      given.index(triggering, 'triggering'),
      row,
    );
    return {
      ...told,
      user: words.orNull(told.user),
      impersonator: words.orNull(told.impersonator),
      answer: answerOf(this.program, told.answer),
    };
  }
}

/** Questions about one revision: Store.reader, Store.read. */
class Reader {
  #store;
  #program = null;
  #revision = 0n;

  constructor(store, opened) {
    this.#store = store;
    this[handle] = opened;
  }

  get revision() {
    return this.#revision;
  }

  /** Looks at the newest revision from now on, at none before `atLeast`: waits for that up to `waitMs`, blocking. */
  refresh(options = {}) {
    const { atLeast = 0n, waitMs = 0 } = given.known(options, LOOK, 'refresh');
    this.#forget();
    this.#revision = addon.look(this[handle], BigInt(atLeast), BigInt(Math.max(0, Math.round(waitMs * 1e6))));
    return this.#revision;
  }
  close() {
    this.#forget();
    addon.close(this[handle]);
  }
  [DISPOSE]() {
    this.close();
  }
  #forget() {
    this.#program = null;
    this.#revision = 0n;
  }

  /** The program of what is looked at. */
  get program() {
    this.#program ??= this.#store.wrapped(addon.readerProgram(this[handle]));
    return this.#program;
  }
  /** Every check and decide is logged from now on; null: no more. */
  setLog(log) {
    addon.setLog(this[handle], log === null ? null : log[handle]);
  }
  setContext(values) {
    addon.setReaderContext(this[handle], this.program.contextLayout.list(values));
  }

  /** May the user do this to the row? false as well where one of them is not there. */
  check(user, right, row) {
    return addon.readerCheck(this[handle], given.index(user, 'user'), words.rightNumber(right), row);
  }
  decide(user, right, row) {
    const bytes = new Uint8Array(16);
    const number = words.rightNumber(right);
    addon.readerDecide(this[handle], given.index(user, 'user'), number, row, bytes);
    return new Decision(this.program, addon.tableOf(this[handle], row), number, bytes);
  }
  /** One right on the rows of an Uint32Array: an Uint8Array of 0 and 1. */
  checkMany(user, right, rows) {
    return addon.readerCheckMany(
      this[handle],
      given.index(user, 'user'),
      words.rightNumber(right),
      rows instanceof Uint32Array ? rows : Uint32Array.from(rows, (row) => given.number(row, 'rows')),
    );
  }

  /** The rows of the table on which the user has the right, each once, in no order. */
  list(user, right, table, { cursor = new Cursor() } = {}) {
    const [who, number, of] = [
      given.index(user, 'user'),
      words.rightNumber(right),
      this.program.numberOf(KIND.table, table),
    ];
    return this.#pages(cursor, (page) => addon.list(this[handle], who, number, of, cursor.bytes, page));
  }
  /** The users who have the right on the row. */
  who(right, row, { cursor = new Cursor() } = {}) {
    const number = words.rightNumber(right);
    return this.#pages(cursor, (page) => addon.who(this[handle], number, row, cursor.bytes, page));
  }
  *#pages(cursor, next) {
    const began = this.#revision;
    const page = new Uint32Array(PAGE);
    while (!cursor.atEnd) {
      if (this.#revision !== began)
        throw new PolicyError(Status.STALE, 'the reader looks at another revision than when the list began');
      const count = next(page);
      for (let at = 0; at < count; ++at) yield page[at];
    }
  }

  /** A bigint of bits for each: Table.columnsOf names them. */
  columns(user, table, ...row) {
    const of = this.program.table(table);
    const [secured, read, create, update, readUnmasked, readOneUnmasked] = addon.columns(
      this[handle],
      given.index(user, 'user'),
      of.number,
      row.length === 0 ? words.NONE : given.number(row[0], 'row'),
    );
    return { secured, read, create, update, readUnmasked, readOneUnmasked };
  }
  /** The table of a row; null where there is no such row. */
  table(row) {
    const number = addon.tableOf(this[handle], row);
    return number === words.NONE ? null : this.program.nameOf(KIND.table, number);
  }
  /** The user, and the row, for the functions of Program, until this reader looks elsewhere; null: there is none. */
  subject(user) {
    const lent = addon.lendSubject(this[handle], given.index(user, 'user'));
    return lent === null ? null : new Subject(lent, null);
  }
  record(row) {
    const lent = addon.lendRecord(this[handle], row);
    return lent === null ? null : new BorrowedRecord(this.program.table(addon.tableOf(this[handle], row)), lent);
  }
}

/** How far a list has come: given to Reader.list or who, it moves along, and can be gone on with later. */
class Cursor {
  bytes = new Uint8Array(24);

  get atEnd() {
    return new DataView(this.bytes.buffer).getUint32(8, true) === words.NONE;
  }
}

module.exports = { Store, Transaction, Reader, Cursor };
