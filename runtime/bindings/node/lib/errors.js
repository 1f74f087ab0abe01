'use strict';
const { fileURLToPath } = require('node:url');

const STATUSES = [
  'OK',
  'INVALID',
  'UNKNOWN',
  'ILLEGAL',
  'NOT_READABLE',
  'DAMAGED',
  'FOREIGN',
  'NEWER',
  'MISMATCH',
  'UNTRUSTED',
  'MISSING',
  'SHORT',
  'STALE',
  'BUSY',
  'REFUSED',
  'LOSSY',
  'NO_MEMORY',
  'INTERNAL',
  'NOT_COMPILED',
];
const Status = Object.freeze(Object.fromEntries(STATUSES.map((name, number) => [name, number])));

/** What goes wrong: `status` is the number of the C interface, `code` its name, "POLICY_UNKNOWN". A denial is none. */
class PolicyError extends Error {
  constructor(status, message, more = {}) {
    super(message);
    this.name = 'PolicyError';
    this.status = status;
    this.code = `POLICY_${STATUSES[status] ?? 'INTERNAL'}`;
    Object.assign(this, more);
  }
}

/** A path, as a string or a file: URL. */
const pathOf = (path) => (path instanceof URL ? fileURLToPath(path) : String(path));
const invalid = (message) => new PolicyError(Status.INVALID, message);
const unknown = (message) => new PolicyError(Status.UNKNOWN, message);

module.exports = { PolicyError, Status, STATUSES, pathOf, invalid, unknown };
