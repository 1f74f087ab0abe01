'use strict';
// What hosts give, before it goes into a typed array, which makes 0 of whatever is no number: each gives back what it
// was given, or throws and says what is wrong with it.
//
//   number(operation.row, 'delete: row')
const { LIMIT, NOBODY, NONE } = require('./words');

function said(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Of a row, a unit, ...: there may be fewer than that. */
function number(value, what) {
  if (!Number.isInteger(value) || value < 0 || value > NONE)
    throw new TypeError(`${what}: a number from 0 to 2^32 - 1 is needed, not ${said(value)}`);
  return value;
}

/** Of a user, team or unit, where no principal is meant. */
function index(value, what) {
  if (number(value, what) >= LIMIT)
    throw new TypeError(`${what}: a plain number is needed, and ${value} is a principal`);
  return value;
}

function principal(value, what) {
  if (number(value, what) < LIMIT || value >= 6 * LIMIT)
    throw new TypeError(`${what}: a principal is needed, as policyc.user(${value}) makes it, not ${value}`);
  return value;
}

/** A principal, or NOBODY. */
const owner = (value, what) => (value === NOBODY ? NOBODY : principal(value, what));

/** null: none. */
function orNone(value, what, of = number) {
  if (value === null) return NONE;
  if (of(value, what) === NONE) throw new TypeError(`${what}: a number from 0 to 2^32 - 2, or null, is needed`);
  return value;
}

/** undefined, and null, which is the same here: none. */
const ifAny = (value, what, of) => orNone(value ?? null, what, of);

function boolean(value, what) {
  if (typeof value !== 'boolean') throw new TypeError(`${what}: true or false is needed, not ${said(value)}`);
  return value;
}

function text(value, what) {
  if (typeof value !== 'string') throw new TypeError(`${what}: a string is needed, not ${said(value)}`);
  if (/\p{Surrogate}/u.test(value)) throw new RangeError(`${what}: half a surrogate pair is no text`);
  return value;
}

/** Nothing but these. */
function known(options, names, what) {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${what}: an object is needed`);
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw new TypeError(`${what}: there is no "${name}"; there are ${names.join(', ')}`);
  return options;
}

/** Nothing but these, and each that is there has a value: where one that is left out allows more. */
function exact(options, names, what) {
  for (const [name, value] of Object.entries(known(options, names, what)))
    if (value === undefined || value === null) throw new TypeError(`${what}: "${name}" is there, and ${value}`);
  return options;
}

module.exports = { number, index, principal, owner, orNone, ifAny, boolean, text, known, exact };
