'use strict';
// Compiled policies: who may do what to which row, and why. index.d.ts describes all of it.
//
//   const policyc = require('policyc');
//   const club = policyc.open('boat_club.policy.so');
//   const sam = club.subject({ user: 3, unit: 2, roles: ['skipper'] });
//   const trip = club.table('boat_trip').record({ owner: policyc.user(4), unit: 2, values: { status: 'closed' } });
//   if (!club.check(sam, 'delete', trip)) console.log(club.decide(sam, 'delete', trip).explain());
const { addon, version } = require('./addon');
const { PolicyError, Status, invalid, pathOf } = require('./errors');
const { shareColumns, strings } = require('./columns');
const given = require('./given');
const { canCompile, compile, compileFile } = require('./jit');
const { Log } = require('./log');
const { Decision, Program, Table } = require('./program');
const { Batch, Record } = require('./record');
const { Cursor, Reader, Store, Transaction } = require('./store');
const { NOBODY, ORGANIZATION, SYSTEM, principalOf, team, unit, user } = require('./words');

const hashOf = (hash, what) => (hash === undefined ? null : given.text(hash, what));

function keysOf(keys) {
  if (keys === undefined) return null;
  if (!Array.isArray(keys)) throw new TypeError('keys: an array of keys is needed');
  const bytes = keys.map((key) => (typeof key === 'string' ? Buffer.from(key, 'hex') : Buffer.from(key)));
  if (bytes.length === 0) throw invalid('no key is accepted, so no image is; leave `keys` out to accept unsigned ones');
  if (bytes.some((key) => key.length !== 32)) throw new RangeError('a key is 32 bytes, or 64 hexadecimal digits');
  return new Uint8Array(Buffer.concat(bytes));
}

/** An option that is there asks for something: `{ keys: undefined }` is a mistake, and does not open unsigned images. */
function optionsOf(options = {}) {
  const { keys, policyHash, layoutHash } = given.exact(options, ['keys', 'policyHash', 'layoutHash'], 'open');
  return [keysOf(keys), hashOf(policyHash, 'policyHash'), hashOf(layoutHash, 'layoutHash')];
}

const libraryVersion = () => version;

/** Opens an image that `policyc build FILE -o NAME.so` wrote. */
const open = (path, options) => new Program(addon.open(pathOf(path), ...optionsOf(options)));
/** The same of an image in memory; it may go afterwards. */
function openBytes(bytes, options) {
  const image = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!(image instanceof Uint8Array)) throw new TypeError('an image is an Uint8Array or an ArrayBuffer');
  return new Program(addon.openBytes(image, ...optionsOf(options)));
}

module.exports = {
  open,
  openBytes,
  compile,
  compileFile,
  canCompile,
  shareColumns,
  strings,
  libraryVersion,
  Program,
  Table,
  Record,
  Batch,
  Decision,
  Store,
  Transaction,
  Reader,
  Cursor,
  Log,
  PolicyError,
  Status,
  NOBODY,
  ORGANIZATION,
  SYSTEM,
  user,
  team,
  unit,
  principalOf,
};
