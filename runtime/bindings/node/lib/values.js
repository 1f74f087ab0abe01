'use strict';
// Values of attributes: from JavaScript to what compiled code reads, exactly or not at all.
//
//   boolean   boolean                          string    string
//   integer   bigint, or a safe integer        date      "2026-01-31"
//   decimal   "12.5", bigint, a safe integer   datetime  Date, or a bigint of microseconds since 1970
//   money     the same, 4 places               choice    the label, a string
//
// null is no value, whatever the type. 0.1 is refused, since it is not a tenth: write "0.1".
const { unknown } = require('./errors');
const given = require('./given');
const { TYPES } = require('./words');

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/;
const MONTH_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

function whole(value, what) {
  if (typeof value === 'bigint') return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new TypeError(`${what}, not ${typeof value === 'number' ? value : typeof value}`);
}

function fitting(value, bits) {
  if (BigInt.asIntN(bits, value) !== value) throw new RangeError(`${value} does not fit into ${bits} bits`);
  return value;
}

function scaled(value, places, what) {
  if (typeof value !== 'string')
    return whole(value, `${what} is a string, a bigint or a whole number`) * 10n ** BigInt(places);
  const parts = DECIMAL.exec(value);
  if (parts === null) throw new RangeError(`"${value}" is no ${what}`);
  const fraction = (parts[3] ?? '').replace(/0+$/, '');
  if (fraction.length > places) throw new RangeError(`${value} has more than ${places} places`);
  const number = BigInt(parts[2] + fraction.padEnd(places, '0'));
  return parts[1] === '-' ? -number : number;
}

function boolean(value) {
  if (typeof value !== 'boolean') throw new TypeError(`a boolean is true or false, not ${typeof value}`);
  return value ? 1n : 0n;
}

function day(value) {
  const parts = typeof value === 'string' ? MONTH_DAY.exec(value) : null;
  if (parts === null) throw new TypeError('a date is a string, "2026-01-31"');
  const moment = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== value)
    throw new RangeError(`there is no ${value}`);
  return BigInt(moment.getTime()) / 86400000n;
}

function moment(value) {
  if (typeof value === 'bigint') return fitting(value, 64);
  if (!(value instanceof Date)) throw new TypeError('a datetime is a Date, or a bigint of microseconds');
  if (Number.isNaN(value.getTime())) throw new RangeError('the Date is invalid');
  return BigInt(value.getTime()) * 1000n;
}

const NUMBERS = {
  boolean,
  integer: (value) => fitting(whole(value, 'an integer is a bigint or a whole number'), 64),
  decimal: (value) => fitting(scaled(value, 10, 'decimal'), 128),
  money: (value) => fitting(scaled(value, 4, 'money'), 64),
  date: day,
  datetime: moment,
};

/** The attributes of a table, of users or of the context: where they lie, and values for them. */
class Layout {
  constructor(whose, attributes, choiceNumber, size) {
    this.whose = whose;
    this.attributes = attributes; // name: { name, number, type, offset, size }
    this.choiceNumber = choiceNumber;
    const end = Math.max(0, ...[...attributes.values()].map((one) => one.offset + one.size));
    this.size = size ?? Math.ceil(end / 8) * 8;
  }

  find(name) {
    const attribute = this.attributes.get(name);
    if (attribute === undefined) {
      const known = [...this.attributes.keys()].join(', ') || 'none';
      throw unknown(`${this.whose} has no attribute ${String(name)} that a condition reads; it has: ${known}`);
    }
    return attribute;
  }

  /** [number, its upper half, text] */
  encode(attribute, value) {
    try {
      const type = TYPES[attribute.type];
      if (type === 'string') return [0n, 0n, given.text(value, 'text')];
      if (type === 'choice') return [BigInt(this.choiceNumber(given.text(value, 'label'))), 0n, null];
      const number = NUMBERS[type](value);
      return [BigInt.asUintN(64, number), BigInt.asUintN(64, number >> 64n), null];
    } catch (error) {
      error.message = `${this.whose}.${attribute.name}: ${error.message}`;
      throw error;
    }
  }

  /** As the addon takes values: [attribute, isSet, number, high, text, ...]. */
  list(values) {
    return Object.entries(values ?? {}).flatMap(([name, value]) => {
      const attribute = this.find(name);
      if (value === null || value === undefined) return [attribute.number, false, 0n, 0n, null];
      const [number, high, text] = this.encode(attribute, value);
      return [attribute.number, true, number, TYPES[attribute.type] === 'decimal' ? high : 0n, text];
    });
  }

  set(addon, block, name, value) {
    const { number: index, offset, size } = this.find(name);
    if (value === null || value === undefined) {
      addon.setAttribute(block, index, offset, size, null, null, null);
    } else {
      addon.setAttribute(block, index, offset, size, ...this.encode(this.find(name), value));
    }
  }

  /** Memory for these attributes behind a header of that many bytes. */
  block(addon, headerBytes, values) {
    const block = addon.newBlock(headerBytes, this.size, this.attributes.size);
    for (const [name, value] of Object.entries(values ?? {})) this.set(addon, block, name, value);
    return block;
  }
}

module.exports = { Layout };
