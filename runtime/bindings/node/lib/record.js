'use strict';
const { addon, handle, layout } = require('./addon');
const { invalid } = require('./errors');
const given = require('./given');
const { NOBODY, rightBits } = require('./words');

const HEADER = 16;
const PARTS = ['owner', 'unit', 'away', 'shares', 'values'];

/** [principal, rights, inherited] of { principal, rights: ['read'], inherited: [] } */
function shareOf(share) {
  const { principal, rights = [], inherited = [] } = given.known(share, ['principal', 'rights', 'inherited'], 'share');
  return [given.principal(principal, 'share: principal'), rightBits(rights), rightBits(inherited)];
}

/** A row as a check reads it: made by Table.record. */
class Record {
  #owner = NOBODY;
  #unit;
  #away;

  constructor(table, parts = {}) {
    const { owner = NOBODY, unit, away = false, shares, values } = given.known(parts, PARTS, 'record');
    this.table = table;
    this[layout] = table[layout];
    this[handle] = table.layout.block(addon, HEADER, values);
    this.#setHeader(owner, unit, given.boolean(away, 'away'));
    if (shares !== undefined) this.setShares(shares);
  }

  #setHeader(owner, unit, away) {
    addon.setHeader(this[handle], given.owner(owner, 'owner'), given.ifAny(unit, 'unit', given.index), away);
    this.#owner = owner;
    this.#unit = unit;
    this.#away = away;
  }

  get owner() {
    return this.#owner;
  }
  set owner(owner) {
    this.#setHeader(owner, this.#unit, this.#away);
  }

  get unit() {
    return this.#unit ?? null;
  }
  set unit(unit) {
    this.#setHeader(this.#owner, unit, this.#away);
  }

  /** Sets attributes by name; null takes a value away. */
  set(values) {
    for (const [name, value] of Object.entries(values)) this.table.layout.set(addon, this[handle], name, value);
    return this;
  }

  /** [{ principal, rights: ['read'], inherited: [] }, ...], in the place of those before. */
  setShares(shares) {
    addon.setShares(this[handle], Uint32Array.from([...shares].flatMap(shareOf)));
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

module.exports = { Record, BorrowedRecord, Batch, shareOf };
