'use strict';
// The compiled part: what src/*.c says of each function. Nothing outside lib/ calls it.
const { PolicyError } = require('./errors');

const addon = require('./policyc.node');
addon.setErrorClass(PolicyError);

const [loaded, needed, version] = addon.versions();
if (loaded < needed) throw new Error(`libpolicy has the C interface ${loaded}; this package needs ${needed}`);

/** Where each object of this package keeps the addon's handle. */
const handle = Symbol('handle');
/** Which layout a record, batch or context has; those of another program's are refused. */
const layout = Symbol('layout');

module.exports = { addon, handle, layout, version };
