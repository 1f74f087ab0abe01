'use strict';
const { addon, handle, layout } = require('./addon');
const { invalid, pathOf } = require('./errors');
const { Decision } = require('./program');

/** A decision log: who asked what, what came out and why, as JSON lines. */
class Log {
  constructor(path, { ringSize = 0, fileBytes = 0, filesKept = 0, denialsOnly = false } = {}) {
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
  decision(decision, subject, record, { context, userName, rowName } = {}) {
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
      userName ?? null,
      rowName ?? null,
    );
  }
}

module.exports = { Log };
