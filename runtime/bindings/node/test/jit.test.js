'use strict';
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { policyc, policies, folder, build, code } = require('./support');

const skip = policyc.canCompile() ? false : 'libpolicy_jit is not there';

test('compile', { skip }, () => {
  const file = path.join(policies, 'club.policy');
  const image = policyc.open(build('club'));
  for (const club of [
    policyc.compile(fs.readFileSync(file, 'utf8'), { name: 'club.policy' }),
    policyc.compileFile(file),
  ]) {
    assert.equal(club.info.kind, 'jit');
    assert.equal(club.info.policyHash, image.info.policyHash);
    const sam = club.subject({ user: 3, unit: 1, roles: ['skipper'] });
    const trip = image.table('trip').record({ owner: policyc.user(3), unit: 1 });
    assert.equal(club.check(sam, 'write', trip), true);
    club.wait();
    assert.equal(club.check(sam, 'write', trip), true);
    club.close();
  }
  assert.throws(() => image.wait(), code('INVALID'));
});

test('mistakes and warnings are told', { skip }, () => {
  const text = 'policy club follows guide\nrole mate includes skiper\n';
  assert.throws(
    () => policyc.compile(text, { name: 'mine.policy' }),
    (error) => {
      const [first] = error.diagnostics;
      return (
        error.code === 'POLICY_NOT_COMPILED' &&
        first.isError &&
        first.file === 'mine.policy' &&
        first.line === 2 &&
        first.rendered.includes('mine.policy:2')
      );
    },
  );
  const club = policyc.compile(
    'policy club follows guide\ntable trip owned by user\nrole mate { trip: read at none }\n',
  );
  assert.deepEqual(
    club.warnings.map((warning) => warning.isError),
    [false],
  );
});

test('files', { skip }, () => {
  fs.writeFileSync(path.join(folder, 'base.policy'), 'policy base follows guide\ntable trip owned by user\n');
  const text = 'policy club follows guide\nuse base\nrole mate { trip: read at user }\n';
  assert.deepEqual(policyc.compile(text, { folder }).tables, ['trip']);
  assert.throws(() => policyc.compile(text), code('NOT_COMPILED'));
  assert.throws(() => policyc.compileFile(path.join(folder, 'nowhere.policy')), code('NOT_READABLE'));
});

test('without the library', () => {
  const text = `const policyc = require(${JSON.stringify(require.resolve('policyc'))});
    try { policyc.compile('policy club follows guide'); } catch (error) { console.log(error.code, error.message); }`;
  const env = { ...process.env, POLICYC_JIT_LIBRARY: '/nowhere/libpolicy_jit.so.1' };
  const said = execFileSync(process.execPath, ['-e', text], { env, encoding: 'utf8' });
  assert.match(said, /POLICY_NOT_READABLE policies cannot be compiled here, only opened: .*nowhere/);
});
