'use strict';
const { addon, handle } = require('./addon');
const { PolicyError, Status, invalid } = require('./errors');
const { BorrowedRecord } = require('./record');
const { Decision, KIND, Program, Subject } = require('./program');
const { answerOf, columnsNamed, operate, rowOf } = require('./operations');
const words = require('./words');

const PAGE = 1024;
const DISPOSE = Symbol.dispose ?? Symbol.for('dispose');
const busy = (message) => new PolicyError(Status.BUSY, message);

/** Facts, and the program that they are asked under. */
class Store {
  #program = null;
  #transaction = null;

  /** Empty: begin with a root unit. Without `lists` there is no Reader.list and who, and less memory is used. */
  constructor(program, { lists = true } = {}) {
    this[handle] = addon.createStore(program[handle], !lists);
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
  replace(program, { mayLose = false, mayMiss = false } = {}) {
    this.#notWithin();
    const told = [];
    const sort = (wanted) => told.filter((_, at) => at % 2 === 1 && told[at - 1] === wanted);
    try {
      const revision = addon.replace(this[handle], program[handle], (mayLose ? 1 : 0) | (mayMiss ? 2 : 0), told);
      return { revision, lost: sort(true), missing: sort(false) };
    } catch (error) {
      if (error.status === Status.LOSSY) Object.assign(error, { lost: sort(true), missing: sort(false) });
      throw error;
    }
  }

  /** A transaction, to be committed or abandoned: see also `transaction`. */
  begin() {
    this.#notWithin();
    const begun = addon.begin(this[handle]);
    this.#transaction = new Transaction(this.program, begun, () => {
      this.#transaction = null;
    });
    return this.#transaction;
  }

  /** Runs `work` in a transaction: committed when it returns, abandoned when it throws. Gives what it gave. */
  transaction(work) {
    const transaction = this.begin();
    try {
      const result = work(transaction);
      if (typeof result?.then === 'function')
        throw invalid('a transaction does not wait: give it a function that is not async');
      if (transaction.isOpen) transaction.commit();
      return result;
    } catch (error) {
      transaction.abandon();
      throw error;
    }
  }

  #notWithin() {
    if (this.#transaction !== null) throw busy('a transaction is under way, and would be waited for in vain');
  }

  /** A reader that looks at the newest revision; close it. */
  reader({ atLeast = 0n, waitMs = 0, log = null } = {}) {
    const reader = new Reader(this, addon.openReader(this[handle]));
    try {
      if (log !== null) reader.setLog(log);
      reader.refresh({ atLeast, waitMs });
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
      return work(reader);
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
  #ended;
  #revision = null;

  constructor(program, begun, ended) {
    this.program = program;
    this[handle] = begun;
    this.#ended = ended;
  }

  get isOpen() {
    return this.#ended !== null;
  }
  /** Of the commit; null before. */
  get revision() {
    return this.#revision;
  }
  commit() {
    this.#end();
    this.#revision = addon.commit(this[handle]);
    return this.#revision;
  }
  /** As if it had never been. Twice is fine. */
  abandon() {
    if (this.isOpen) this.#end();
    addon.close(this[handle]);
  }
  [DISPOSE]() {
    this.abandon();
  }
  #end() {
    this.#ended?.();
    this.#ended = null;
  }

  addUnit(parent) {
    return addon.addUnit(this[handle], words.orNone(parent));
  }
  moveUnit(unit, parent) {
    addon.moveUnit(this[handle], unit, parent);
  }
  addUser(unit, { name, attributes } = {}) {
    const number = addon.addUser(this[handle], unit);
    if (name !== undefined) this.setUserName(number, name);
    if (attributes !== undefined) this.setUserValues(number, attributes);
    return number;
  }
  addTeam(unit, { kind = 'owner', members = [] } = {}) {
    const number = addon.addTeam(this[handle], unit, words.wordNumber(words.TEAM_KIND_NUMBERS, kind, 'kind of team'));
    for (const member of members) this.join(member, number);
    return number;
  }
  addPosition(parent) {
    return addon.addPosition(this[handle], words.orNone(parent));
  }
  setUserName(user, name) {
    addon.setUserName(this[handle], user, name);
  }
  setUserDisabled(user, disabled) {
    addon.setUserDisabled(this[handle], user, disabled ? 1 : 0);
  }
  setUserMode(user, mode) {
    addon.setUserMode(this[handle], user, words.wordNumber(words.ACCESS_MODE_NUMBERS, mode, 'access mode'));
  }
  setUserManager(user, manager) {
    addon.setUserManager(this[handle], user, words.orNone(manager));
  }
  setUserPosition(user, position) {
    addon.setUserPosition(this[handle], user, words.orNone(position));
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
    addon.giveRole(this[handle], holder, this.program.numberOf(KIND.role, role), anchor);
  }
  dropRoles(holder) {
    addon.dropRoles(this[handle], holder);
  }
  giveColumnProfile(holder, profile) {
    addon.giveColumnProfile(this[handle], holder, this.program.numberOf(KIND.columnProfile, profile));
  }

  addRow(table, row) {
    return addon.addRow(this[handle], ...rowOf(this.program, table, row));
  }
  removeRow(row) {
    addon.removeRow(this[handle], row);
  }
  setRowOwner(row, owner) {
    addon.setRowOwner(this[handle], row, owner);
  }
  setRowUnit(row, unit) {
    addon.setRowUnit(this[handle], row, unit);
  }
  setRowActive(row, active) {
    addon.setRowActive(this[handle], row, active ? 1 : 0);
  }
  setRowValues(row, table, { values, columns } = {}) {
    const of = this.program.table(table);
    addon.setRowValues(this[handle], row, of.layout.list(values), ...columnsNamed(of, columns));
  }
  setRowLink(row, relationship, parent) {
    addon.setRowLink(this[handle], row, this.program.numberOf(KIND.relationship, relationship), words.orNone(parent));
  }
  setAssociation(relationship, first, second, there = true) {
    addon.setAssociation(
      this[handle],
      this.program.numberOf(KIND.relationship, relationship),
      first,
      second,
      there ? 1 : 0,
      0,
    );
  }
  setShare(row, principal, rights) {
    addon.setShare(this[handle], row, principal, words.rightBits(rights));
  }
  setColumnShare(row, table, column, principal, { read = false, update = false } = {}) {
    const of = this.program.table(table);
    of.columnBits([column]);
    addon.setColumnShare(this[handle], row, of.columns.indexOf(column), principal, read ? 1 : 0, update ? 1 : 0);
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
  runAs(flow, step, { triggering, row }) {
    const number = this.program.numberOf(KIND.flow, flow);
    const told = addon.transactionRunAs(
      this[handle],
      number,
      this.program.numberOf(KIND.step, step, number),
      triggering,
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
  #lent = [];
  #revision = 0n;

  constructor(store, opened) {
    this.#store = store;
    this[handle] = opened;
  }

  get revision() {
    return this.#revision;
  }

  /** Looks at the newest revision from now on, at none before `atLeast`: waits for that up to `waitMs`, blocking. */
  refresh({ atLeast = 0n, waitMs = 0 } = {}) {
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
    for (const lent of this.#lent) addon.close(lent);
    this.#lent = [];
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
    return addon.readerCheck(this[handle], user, words.rightNumber(right), row);
  }
  decide(user, right, row) {
    const bytes = new Uint8Array(16);
    const number = words.rightNumber(right);
    addon.readerDecide(this[handle], user, number, row, bytes);
    return new Decision(this.program, addon.tableOf(this[handle], row), number, bytes);
  }
  /** One right on the rows of an Uint32Array: an Uint8Array of 0 and 1. */
  checkMany(user, right, rows) {
    return addon.readerCheckMany(
      this[handle],
      user,
      words.rightNumber(right),
      rows instanceof Uint32Array ? rows : Uint32Array.from(rows),
    );
  }

  /** The rows of the table on which the user has the right, each once, in no order. */
  list(user, right, table, { cursor = new Cursor() } = {}) {
    const [number, of] = [words.rightNumber(right), this.program.numberOf(KIND.table, table)];
    return this.#pages(cursor, (page) => addon.list(this[handle], user, number, of, cursor.bytes, page));
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
  columns(user, table, row) {
    const of = this.program.table(table);
    const [secured, read, create, update, readUnmasked, readOneUnmasked] = addon.columns(
      this[handle],
      user,
      of.number,
      words.orNone(row),
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
    const lent = addon.lendSubject(this[handle], user);
    return lent === null ? null : new Subject(this.#keep(lent), null);
  }
  record(row) {
    const lent = addon.lendRecord(this[handle], row);
    return lent === null
      ? null
      : new BorrowedRecord(this.program.table(addon.tableOf(this[handle], row)), this.#keep(lent));
  }
  #keep(lent) {
    this.#lent.push(lent);
    return lent;
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
