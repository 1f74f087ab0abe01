'use strict';
const { addon, handle, layout } = require('./addon');
const { invalid } = require('./errors');
const { NOBODY, orNone, rightBits } = require('./words');

const HEADER = 16;

/** A row as a check reads it: made by Table.record. */
class Record {
  #owner = NOBODY;
  #unit;
  #away;

  constructor(table, { owner = NOBODY, unit, away = false, shares, values } = {}) {
    this.table = table;
    this[layout] = table[layout];
    this[handle] = table.layout.block(addon, HEADER, values);
    this.#owner = owner;
    this.#unit = unit;
    this.#away = away;
    this.#header();
    if (shares !== undefined) this.setShares(shares);
  }

  #header() {
    addon.setHeader(this[handle], this.#owner, orNone(this.#unit), this.#away);
  }

  get owner() {
    return this.#owner;
  }
  set owner(owner) {
    addon.setHeader(this[handle], owner, orNone(this.#unit), this.#away);
    this.#owner = owner;
  }

  get unit() {
    return this.#unit ?? null;
  }
  set unit(unit) {
    addon.setHeader(this[handle], this.#owner, orNone(unit), this.#away);
    this.#unit = unit;
  }

  /** Sets attributes by name; null takes a value away. */
  set(values) {
    for (const [name, value] of Object.entries(values)) this.table.layout.set(addon, this[handle], name, value);
    return this;
  }

  /** [{ principal, rights: ['read'], inherited: [] }, ...], in the place of those before. */
  setShares(shares) {
    const list = [...shares].flatMap((one) => [
      one.principal,
      rightBits(one.rights ?? []),
      rightBits(one.inherited ?? []),
    ]);
    addon.setShares(this[handle], Uint32Array.from(list));
    return this;
  }
}

/** A row of a store as its reader sees it, until that looks elsewhere: made by Reader.record. */
class BorrowedRecord {
  constructor(table, lent) {
    this.table = table;
    this[layout] = table[layout];
    this[handle] = lent;
  }
}

/** Records of one table, gathered once to be asked about often: made by Program.batch. */
class Batch {
  constructor(records) {
    this.records = [...records];
    const [first] = this.records;
    for (const record of this.records) {
      if (!(record instanceof Record)) throw new TypeError('a batch is of records');
      if (record.table.number !== first.table.number || record[layout] !== first[layout])
        throw invalid('the records of a batch are of one table');
    }
    this.tableNumber = first === undefined ? 0 : first.table.number;
    this[layout] = first?.[layout];
    this[handle] = addon.newBatch(this.records.map((record) => record[handle]));
  }

  get length() {
    return this.records.length;
  }
}

module.exports = { Record, BorrowedRecord, Batch };
