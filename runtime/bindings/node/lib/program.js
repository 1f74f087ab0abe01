'use strict';
const { addon, handle, layout } = require('./addon');
const { invalid, unknown } = require('./errors');
const { filterColumns } = require('./columns');
const given = require('./given');
const { Batch, Record } = require('./record');
const { Layout } = require('./values');
const words = require('./words');

const KIND = Object.freeze({
  table: 0,
  right: 1,
  level: 2,
  reason: 3,
  role: 4,
  privilege: 5,
  columnProfile: 6,
  relationship: 7,
  flow: 8,
  step: 9,
  column: 10,
  attribute: 11,
  userAttribute: 12,
  contextAttribute: 13,
  choice: 14,
});
const KIND_WORDS = Object.keys(KIND).map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** Why somebody may or may not. */
class Decision {
  #program;
  #asked;
  #bytes;

  constructor(program, table, right, bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
    const number = (at) => view.getUint32(at, true);
    this.#program = program;
    this.#asked = [table, right];
    this.#bytes = bytes;
    this.allowed = view.getUint8(0) === 1;
    this.reason = words.REASONS[view.getUint8(1)] ?? 'unknown';
    this.held = words.LEVELS[view.getUint8(2)];
    this.needed = words.LEVELS[view.getUint8(3)];
    this.grant = words.orNull(number(4));
    this.role = number(8) === words.NONE ? null : program.nameOf(KIND.role, number(8));
    this.through = number(12);
  }

  /** In words, a line each. */
  explain() {
    return addon.explain(this.#program[handle], ...this.#asked, this.#bytes);
  }

  /** The grant that gave it, and where that is written; null where none did. */
  where() {
    return this.grant === null ? null : this.#program.grant(this.grant);
  }

  /** What Log.decision needs. */
  static parts(decision) {
    return { program: decision.#program, asked: decision.#asked, bytes: decision.#bytes };
  }
}

/** A table of a program: `crm.table('account')`. */
class Table {
  constructor(program, number) {
    const told = addon.describeTable(program[handle], number);
    this.number = number;
    this.name = program.nameOf(KIND.table, number);
    this.ownership = words.OWNERSHIPS[told.ownership];
    this.rights = words.rightsOf(told.rights);
    this.columns = program.names(KIND.column, number);
    this.layout = program.layoutOf(KIND.attribute, number, this.name, told.attributeBytes);
    this[layout] = program[layout];
  }

  /** Attributes that conditions read: name, and type. */
  get attributes() {
    return new Map([...this.layout.attributes].map(([name, one]) => [name, words.TYPES[one.type]]));
  }

  record(parts) {
    return new Record(this, parts);
  }

  /** A bit for each of these secured columns, as a bigint. */
  columnBits(columns) {
    return [...columns].reduce((bits, column) => bits | (1n << BigInt(this.columnNumber(column))), 0n);
  }

  columnNumber(column) {
    const number = this.columns.indexOf(column);
    if (number < 0) throw unknown(`${this.name} has no secured column ${String(column)}`);
    return number;
  }

  /** The names of the secured columns in such bits. */
  columnsOf(bits) {
    return this.columns.filter((_, number) => (bits >> BigInt(number)) & 1n);
  }
}

class Subject {
  constructor(resolved, attributes) {
    this[handle] = resolved;
    this.attributes = attributes; // kept as long: the addon points to their strings
  }
}

class Context {
  constructor(token, block) {
    this[layout] = token;
    this[handle] = block;
  }
}

const RUNS_FOR = ['triggering', 'recordOwner', 'named'];
const STANDING = ['user', 'unit', 'roles', 'teams', 'reports', 'attributes'];

function interval(unit, what) {
  if (typeof unit !== 'object') return [given.index(unit, what), unit];
  const { number, last = number } = given.known(unit, ['number', 'last'], what);
  return [given.index(number, what), given.index(last, `${what}: last`)];
}

/** A number, or a principal of that kind. */
function asPrincipal(value, kind, what) {
  const { kind: seen, index } = words.principalOf(given.number(value, what));
  if (seen !== kind && seen !== 'nobody')
    throw new TypeError(`${what}: the number of a ${kind}, or its principal, is needed`);
  return words[kind](index);
}

function roleHeld(role) {
  if (typeof role !== 'object' || role === null) return { name: role };
  return given.known(role, ['name', 'holder', 'anchor'], 'role');
}

function reportOf(report) {
  const { principal, rights } = given.known(report, ['principal', 'rights'], 'report');
  return [given.principal(principal, 'report: principal'), words.rightBits(rights)];
}

/** A compiled policy: policyc.open, policyc.compile. */
class Program {
  #numbers = new Map();
  #tables = new Map();
  #layouts = new Map();

  constructor(opened, warnings = []) {
    this[handle] = opened;
    this.warnings = warnings;
    const told = addon.describe(opened);
    this.info = Object.freeze({ ...told, kind: words.PROGRAM_KINDS[told.kind] });
    // Records fit every program of the same layout, and no other.
    this[layout] = told.layoutHash || Symbol('layout');
  }

  /** Gives it up; it goes when nothing that was made from it is left. Twice is fine. */
  close() {
    addon.close(this[handle]);
  }
  [Symbol.dispose ?? Symbol.for('dispose')]() {
    this.close();
  }

  // --- names

  nameOf(kind, number, of = 0) {
    return addon.name(this[handle], kind, of, number);
  }
  names(kind, of = 0) {
    return Array.from({ length: addon.count(this[handle], kind, of) }, (_, number) => this.nameOf(kind, number, of));
  }

  /** The number of that name, or the number itself where it is one. */
  numberOf(kind, name, of = 0) {
    const key = `${kind} ${of} ${name}`;
    let number = typeof name === 'string' ? this.#numbers.get(key) : undefined;
    if (number !== undefined) return number;
    if (typeof name === 'string') number = addon.find(this[handle], kind, of, name);
    else if (Number.isInteger(name) && name >= 0 && name < addon.count(this[handle], kind, of)) return name;
    if (number === undefined || number === words.NONE)
      throw unknown(`${this.info.policyName} has no ${KIND_WORDS[kind]} ${String(name)}`);
    this.#numbers.set(key, number);
    return number;
  }

  get tables() {
    return this.names(KIND.table);
  }
  get roles() {
    return this.names(KIND.role);
  }
  get privileges() {
    return this.names(KIND.privilege);
  }
  get columnProfiles() {
    return this.names(KIND.columnProfile);
  }
  get relationships() {
    return this.names(KIND.relationship);
  }
  get flows() {
    return this.names(KIND.flow);
  }
  steps(flow) {
    return this.names(KIND.step, this.numberOf(KIND.flow, flow));
  }

  table(name) {
    const number = this.numberOf(KIND.table, name);
    if (!this.#tables.has(number)) this.#tables.set(number, new Table(this, number));
    return this.#tables.get(number);
  }

  step(flow, step) {
    const number = this.numberOf(KIND.flow, flow);
    const told = addon.describeStep(this[handle], number, this.numberOf(KIND.step, step, number));
    return { ...told, right: words.RIGHTS[told.right], table: this.nameOf(KIND.table, told.table) };
  }

  /** What Decision.grant is the number of. */
  grant(number) {
    const told = addon.describeGrant(this[handle], number);
    return {
      ...told,
      role: this.nameOf(KIND.role, told.role),
      table: this.nameOf(KIND.table, told.table),
      right: words.RIGHTS[told.right],
      level: words.LEVELS[told.level],
    };
  }

  layoutOf(kind, of, whose, size) {
    const known = kind === KIND.attribute ? undefined : this.#layouts.get(kind);
    if (known !== undefined) return known;
    const attributes = this.names(kind, of).map((name, number) => {
      const told = addon.describeAttribute(this[handle], kind, of, number);
      return [name, { name, number, ...told }];
    });
    const made = new Layout(whose, new Map(attributes), (label) => this.numberOf(KIND.choice, label), size);
    if (kind !== KIND.attribute) this.#layouts.set(kind, made);
    return made;
  }
  get userLayout() {
    return this.layoutOf(KIND.userAttribute, 0, 'user');
  }
  get contextLayout() {
    return this.layoutOf(KIND.contextAttribute, 0, 'context');
  }

  // --- questions

  /** Resolves a user: do so again when their roles, teams or unit have changed. */
  subject(standing = {}) {
    given.exact(standing, STANDING, 'subject');
    const { user = 0, unit = 0, roles = [], teams = [], reports = [], attributes } = standing;
    const home = interval(unit, 'unit');
    const held = roles.flatMap((role) => {
      const { name, holder, anchor } = roleHeld(role);
      return [
        given.ifAny(holder, 'role: holder', given.principal),
        this.numberOf(KIND.role, name),
        ...(anchor === undefined ? home : interval(anchor, 'role: anchor')),
      ];
    });
    const block =
      this.userLayout.size === 0 && attributes === undefined ? null : this.userLayout.block(addon, 0, attributes);
    const resolved = addon.resolve(
      this[handle],
      asPrincipal(user, 'user', 'user'),
      home[0],
      Uint32Array.from(teams, (one) => asPrincipal(one, 'team', 'teams')),
      Uint32Array.from(held),
      Uint32Array.from(reports.flatMap(reportOf)),
      block,
    );
    return new Subject(resolved, block);
  }

  /** What conditions read as `context.`; attributes that are not named have no value. */
  context(values) {
    return new Context(this[layout], this.contextLayout.block(addon, 0, values));
  }

  #ours(thing, what) {
    if (thing[layout] !== this[layout]) throw invalid(`the ${what} is of a program with another layout`);
    return thing[handle];
  }

  /** May the subject do this to the record? For 'create', the record as it would be. */
  check(subject, right, record, context) {
    return addon.check(
      this[handle],
      subject[handle],
      record.table.number,
      words.rightNumber(right),
      this.#ours(record, 'record'),
      context === undefined ? null : this.#ours(context, 'context'),
    );
  }

  /** The same, and why. */
  decide(subject, right, record, context) {
    const bytes = new Uint8Array(16);
    const number = words.rightNumber(right);
    addon.decide(
      this[handle],
      subject[handle],
      record.table.number,
      number,
      this.#ours(record, 'record'),
      context === undefined ? null : this.#ours(context, 'context'),
      bytes,
    );
    return new Decision(this, record.table.number, number, bytes);
  }

  /** Records of one table, gathered for checkMany. */
  batch(records) {
    return new Batch(records);
  }

  /** One right on many records of a table: an Uint8Array of 0 and 1. */
  checkMany(subject, right, records, context) {
    const number = words.rightNumber(right);
    const batch = records instanceof Batch ? records : new Batch(records);
    if (batch.length === 0) return new Uint8Array(0);
    return addon.checkMany(
      this[handle],
      subject[handle],
      batch.tableNumber,
      number,
      this.#ours(batch, 'batch'),
      context === undefined ? null : this.#ours(context, 'context'),
    );
  }

  /** One right on rows that lie in typed arrays, column by column: an Uint8Array of 0 and 1. */
  filter(subject, right, table, columns, context) {
    return filterColumns(
      this[handle],
      subject[handle],
      this.table(table),
      words.rightNumber(right),
      columns,
      context === undefined ? null : this.#ours(context, 'context'),
    );
  }

  /** Numbers for a column of a choice attribute. */
  choiceNumbers(labels) {
    return Uint32Array.from(labels, (label) => this.numberOf(KIND.choice, label));
  }

  /** Whether some role has the miscellaneous privilege. */
  holds(subject, privilege) {
    return addon.holds(this[handle], subject[handle], this.numberOf(KIND.privilege, privilege));
  }

  /** Whom a step of a flow runs as: a user, SYSTEM, or NOBODY. */
  runAs(flow, step, who) {
    const { triggering, recordOwner, named = words.NOBODY } = given.known(who, RUNS_FOR, 'runAs');
    const number = this.numberOf(KIND.flow, flow);
    return addon.runAs(
      this[handle],
      number,
      this.numberOf(KIND.step, step, number),
      given.owner(triggering, 'triggering'),
      given.owner(recordOwner, 'recordOwner'),
      given.owner(named, 'named'),
    );
  }

  /** Of a program from policyc.compile: comes back when every decision has its machine code. */
  wait() {
    addon.wait(this[handle]);
  }
}

module.exports = { Program, Decision, Table, Subject, Context, KIND };
