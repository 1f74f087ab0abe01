'use strict';
// Policies compiled at run time: libpolicy_jit, from POLICYC_JIT_LIBRARY, from beside this package, or the system's.
const path = require('node:path');
const { addon } = require('./addon');
const { PolicyError, Status, pathOf } = require('./errors');
const given = require('./given');
const { Program } = require('./program');

const NAME = 'libpolicy_jit.so.1';

/** Why it cannot be loaded; null where it is. */
function missing() {
  const named = process.env.POLICYC_JIT_LIBRARY;
  const said = [];
  for (const place of named ? [named] : [path.join(__dirname, NAME), NAME]) {
    const why = addon.loadJit(place);
    if (why === null) return null;
    said.push(why);
  }
  return `policies cannot be compiled here, only opened: ${said.join('; ')}`;
}

function compiled(isFile, name, text, { folder, cacheFolder } = {}) {
  const why = missing();
  if (why !== null) throw new PolicyError(Status.NOT_READABLE, why);
  const diagnostics = [];
  try {
    return new Program(
      addon.compile(isFile, name, text, folder ?? null, cacheFolder ?? null, diagnostics),
      diagnostics,
    );
  } catch (error) {
    if (error.status === Status.NOT_COMPILED) error.diagnostics = diagnostics;
    throw error;
  }
}

module.exports = {
  canCompile: () => missing() === null,
  compile(text, options = {}) {
    const { name = 'policy' } = given.known(options, ['name', 'folder', 'cacheFolder'], 'compile');
    return compiled(false, given.text(name, 'name'), given.text(text, 'text'), options);
  },
  compileFile(file, options = {}) {
    return compiled(true, pathOf(file), null, given.known(options, ['folder', 'cacheFolder'], 'compileFile'));
  },
};
