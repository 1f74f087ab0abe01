'use strict';
const { addon, handle, layout } = require('./addon');
const { invalid, pathOf } = require('./errors');
const given = require('./given');
const { Decision } = require('./program');

/** A decision log: who asked what, what came out and why, as JSON lines. */
class Log {
  constructor(path, options = {}) {
    given.known(options, ['ringSize', 'fileBytes', 'filesKept', 'denialsOnly'], 'Log');
    const { ringSize = 0, fileBytes = 0, filesKept = 0, denialsOnly = false } = options;
    this[handle] = addon.openLog(pathOf(path), ringSize, BigInt(fileBytes), filesKept, denialsOnly);
  }

  /** Writes what waits, and closes; throws BUSY while a reader logs to it. Twice is fine. */
  close() {
    addon.closeLog(this[handle]);
  }
  [Symbol.dispose ?? Symbol.for('dispose')]() {
    this.close();
  }
  /** Comes back when all that was logged before is in the file. */
  flush() {
    addon.flushLog(this[handle]);
  }
  counts() {
    const [written, dropped, failed] = addon.countLog(this[handle]);
    return { written, dropped, failed };
  }

  /** Logs what Program.decide said of these, under the host's own names; false where it was dropped. */
  decision(decision, subject, record, names = {}) {
    const { context, userName, rowName } = given.known(names, ['context', 'userName', 'rowName'], 'Log.decision');
    const { program, asked, bytes } = Decision.parts(decision);
    if (record[layout] !== program[layout]) throw invalid('the record is of another program than the decision');
    return addon.logDecision(
      this[handle],
      program[handle],
      subject[handle],
      ...asked,
      record[handle],
      context === undefined ? null : context[handle],
      bytes,
      userName === undefined ? null : given.text(userName, 'userName'),
      rowName === undefined ? null : given.text(rowName, 'rowName'),
    );
  }
}

module.exports = { Log };
