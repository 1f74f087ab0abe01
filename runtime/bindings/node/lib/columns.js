'use strict';
// Rows column by column, in typed arrays, for Program.filter. They are read where they are.
//
//   { owner: Uint32Array, owningUnit: Uint32Array, away: [booleans], shareBegin: Uint32Array, shares: Uint32Array,
//     attributes: { amount: BigInt64Array, closed_on: { values: Int32Array, present: [booleans] },
//                   name: strings([...]), status: null } }
//
// An entry of `shares` is two numbers: a principal, and rights | inherited << 16. An attribute that is null has no
// values. A BigUint64Array in the place of booleans has a bit for each row.
const { addon, handle } = require('./addon');
const { PolicyError, Status } = require('./errors');
const given = require('./given');
const { shareOf } = require('./record');
const { TYPES } = require('./words');

const PARTS = ['count', 'owner', 'owningUnit', 'away', 'shareBegin', 'shares', 'attributes'];

const ARRAYS = {
  boolean: [Uint8Array],
  integer: [BigInt64Array],
  decimal: [BigUint64Array],
  money: [BigInt64Array],
  string: [],
  date: [Int32Array],
  datetime: [BigInt64Array],
  choice: [Uint32Array],
};

const WIDEST = 16; // bytes of an entry

class Strings {
  constructor(texts) {
    const bytes = texts.map((text, at) => Buffer.from(given.text(text ?? '', `text ${at}`)));
    this.length = texts.length;
    this.present = bitmap(
      texts.map((text) => text !== null && text !== undefined),
      texts.length,
    );
    this[handle] = addon.newStrings(
      new Uint8Array(Buffer.concat(bytes)),
      Uint32Array.from(bytes, (one) => one.length),
    );
  }
}

function flag(value, row) {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw new TypeError(`row ${row}: true, false, 1 or 0 is needed`);
}

/** A bit for each of these, in the order of the C interface's bitmaps. */
function bitmap(flags, count) {
  if (flags instanceof BigUint64Array) return flags; // is one: the addon compares its size
  if (flags.length !== count) throw new RangeError('one entry for each row is needed');
  const bytes = new Uint8Array(Math.ceil(count / 64) * 8);
  for (let row = 0; row < count; ++row) if (flag(flags[row], row)) bytes[row >> 3] |= 1 << (row & 7);
  return bytes;
}

function exactly(array, kinds, name) {
  if (array === undefined || array === null) return null;
  if (!kinds.some((kind) => array.constructor === kind))
    throw new TypeError(`${name}: ${kinds.map((kind) => kind.name).join(' or ') || 'policyc.strings(...)'} is needed`);
  return array;
}

function attributeColumn(attribute, column, count, nothing) {
  if (column === null) return nothing();
  if (column instanceof Strings) {
    if (TYPES[attribute.type] !== 'string') throw new TypeError(`${attribute.name} is no string`);
    return [column[handle], column.present];
  }
  const { values, present } = ArrayBuffer.isView(column)
    ? { values: column }
    : given.known(column, ['values', 'present'], attribute.name);
  if (exactly(values, ARRAYS[TYPES[attribute.type]], attribute.name) === null)
    throw new TypeError(`${attribute.name}: values are needed, or null for the whole column`);
  if (values.byteLength !== attribute.size * count)
    throw new RangeError(`${attribute.name}: one entry for each row is needed`);
  if (TYPES[attribute.type] === 'boolean' && values.some((value) => value > 1))
    throw new RangeError(`${attribute.name}: a boolean is 0 or 1`);
  return [values, present === undefined ? null : bitmap(present, count)];
}

/** The library does not say which column it misses: one of those that nobody gave. */
function whatIsMissing(table, columns) {
  const parts = PARTS.slice(1, -1).filter((name) => columns[name] === undefined);
  const attributes = [...table.layout.attributes.keys()].filter((name) => columns.attributes?.[name] === undefined);
  const left = [...parts, ...attributes.map((name) => `attributes.${name}`)].join(', ');
  return `the decision reads a column of ${table.name} that is not there; not given are ${left}`;
}

function filterColumns(program, subject, table, right, columns, context) {
  given.known(columns, PARTS, 'columns');
  const count = columns.count ?? columns.owner?.length ?? columns.owningUnit?.length;
  if (count === undefined) throw new TypeError('how many rows there are: `count`, or `owner`');
  let zeros; // for all columns that have no values
  const nothing = () => (zeros ??= [new Uint8Array(WIDEST * count), new BigUint64Array(Math.ceil(count / 64))]);
  const attributes = [];
  for (const attribute of table.layout.attributes.values()) attributes.push(null, null, attribute.size);
  for (const [name, column] of Object.entries(columns.attributes ?? {})) {
    const attribute = table.layout.find(name);
    attributes.splice(attribute.number * 3, 2, ...attributeColumn(attribute, column, count, nothing));
  }
  const numbers = (name) => exactly(columns[name], [Uint32Array], name);
  const parts = [
    numbers('owner'),
    numbers('owningUnit'),
    columns.away ? bitmap(columns.away, count) : null,
    numbers('shareBegin'),
    numbers('shares'),
  ];
  try {
    return addon.filter(program, subject, table.number, right, context, count, ...parts, attributes);
  } catch (error) {
    if (error.status !== Status.MISSING) throw error;
    throw new PolicyError(Status.MISSING, whatIsMissing(table, columns));
  }
}

/** Columns for `shareBegin` and `shares` from the shares of each row. */
function shareColumns(rows) {
  const shareBegin = new Uint32Array(rows.length + 1);
  const shares = [];
  rows.forEach((of, row) => {
    for (const [principal, rights, inherited] of Array.from(of, shareOf))
      shares.push(principal, (rights | (inherited << 16)) >>> 0);
    shareBegin[row + 1] = shares.length / 2;
  });
  return { shareBegin, shares: Uint32Array.from(shares) };
}

module.exports = { filterColumns, shareColumns, strings: (texts) => new Strings([...texts]) };
