'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { Worker } = require('node:worker_threads');
const { policyc, folder, tool, build, code, closed } = require('./support');

const image = build('club');
const club = policyc.open(image);

test('what a program says of itself', () => {
  assert.equal(club.info.policyName, 'club');
  assert.equal(club.info.kind, 'image');
  assert.match(club.info.policyHash, /^[0-9a-f]{64}$/);
  assert.equal(club.info.signer, '');
  assert.match(policyc.libraryVersion(), /^\d+\.\d+\.\d+$/);
});

test('names', () => {
  assert.deepEqual(club.tables, ['trip', 'log_entry', 'city']);
  assert.ok(club.roles.includes('skipper'));
  assert.deepEqual(club.privileges, ['export_to_excel', 'act_on_behalf_of_another_user']);
  assert.deepEqual(club.columnProfiles, ['treasurer']);
  assert.deepEqual([...club.relationships].sort(), ['trip_log', 'visited']);
  assert.deepEqual(club.steps('audit_trip'), ['write_log', 'bill']);
  assert.equal(club.step('audit_trip', 'bill').namedUser, 'roohi');
});

test('tables', () => {
  const trip = club.table('trip');
  assert.equal(club.table(0), trip);
  assert.deepEqual([trip.ownership, trip.rights.length, trip.columns], ['user', 8, ['fee']]);
  assert.equal(trip.attributes.get('day'), 'date');
  assert.deepEqual([trip.columnBits(['fee']), trip.columnsOf(1n)], [1n, ['fee']]);
  assert.throws(() => trip.columnBits(['draught']), code('UNKNOWN'));
  assert.equal(club.table('city').rights.includes('share'), false);
});

test("words are the library's", () => {
  const words = require(path.join(path.dirname(require.resolve('policyc')), 'words'));
  assert.deepEqual([club.names(1), club.names(2), club.names(3)], [words.RIGHTS, words.LEVELS, words.REASONS]);
});

test('unknown names say what is not there', () => {
  assert.throws(() => club.table('trips'), {
    ...code('UNKNOWN'),
    status: policyc.Status.UNKNOWN,
    message: 'club has no table trips',
  });
  for (const wrong of [99, -1, 0.5, null, {}]) assert.throws(() => club.table(wrong), code('UNKNOWN'));
  assert.throws(() => club.subject({ roles: ['skiper'] }), code('UNKNOWN'));
  assert.throws(() => club.grant(1e6), code('UNKNOWN'));
});

test('opening what is no image', () => {
  assert.throws(() => policyc.open(path.join(folder, 'nowhere.so')), code('NOT_READABLE'));
  const whole = fs.readFileSync(image);
  for (const size of [0, 10, whole.length >> 1, whole.length - 1])
    assert.throws(() => policyc.openBytes(whole.subarray(0, size)), /Error/);
  whole[whole.length >> 1] ^= 1;
  assert.throws(() => policyc.openBytes(whole), code('DAMAGED'));
  assert.throws(() => policyc.openBytes('text'), TypeError);
});

test('opening asks what it is told to', () => {
  const { policyHash, layoutHash } = club.info;
  policyc.open(image, { policyHash, layoutHash }).close();
  policyc.openBytes(fs.readFileSync(image)).close();
  policyc.open(pathToFileURL(image)).close();
  assert.throws(() => policyc.open(image, { policyHash: '0'.repeat(64) }), code('MISMATCH'));
  assert.throws(() => policyc.open(image, { layoutHash: '0'.repeat(64) }), code('MISMATCH'));
  assert.throws(() => policyc.open(image, { keys: ['00'.repeat(32)] }), code('UNTRUSTED'));
  assert.throws(() => policyc.open(image, { keys: [Buffer.alloc(5)] }), RangeError);
  assert.throws(() => policyc.open(image, { keys: [] }), code('INVALID'));
});

test('options that ask for nothing open nothing', () => {
  for (const options of [
    { keys: undefined },
    { keys: null },
    { keys: '00'.repeat(32) },
    { policyHash: null },
    { layoutHash: undefined },
    { key: ['00'.repeat(32)] },
    null,
  ]) {
    assert.throws(() => policyc.open(image, options), TypeError);
    assert.throws(() => policyc.openBytes(fs.readFileSync(image), options), TypeError);
  }
});

test('signed images', () => {
  const [key, other] = ['a.pem', 'b.pem'].map(
    (name) => /[0-9a-f]{64}/.exec(tool('keys', 'new', '-o', path.join(folder, name)))[0],
  );
  const signed = path.join(folder, 'signed.policy.so');
  fs.copyFileSync(image, signed);
  tool('sign', signed, '--key', path.join(folder, 'a.pem'));
  for (const keys of [[key], [Buffer.from(other, 'hex'), key]])
    assert.equal(policyc.open(signed, { keys }).info.signer, key);
  assert.throws(() => policyc.open(signed, { keys: [other] }), code('UNTRUSTED'));
});

test('closing', () => {
  const program = policyc.open(image);
  const sam = program.subject({ roles: ['skipper'] });
  const trip = program.table('trip').record({ owner: policyc.user(0), unit: 0 });
  const decision = program.decide(sam, 'read', trip);
  program.close();
  program.close();
  for (const use of [
    () => program.check(sam, 'read', trip),
    () => program.decide(sam, 'read', trip),
    () => program.tables,
    () => program.subject(),
    () => decision.explain(),
    () => new policyc.Store(program),
  ])
    assert.throws(use, closed);
});

test('what a program made outlives it', () => {
  const store = new policyc.Store(policyc.open(image));
  globalThis.gc?.();
  store.transaction((t) => t.addUnit());
  store.close();
});

test('workers have programs of their own', async () => {
  const text = `
    const { parentPort, workerData } = require('node:worker_threads');
    const policyc = require(workerData.package);
    const club = policyc.open(workerData.image);
    const sam = club.subject({ user: 3, roles: ['skipper'] });
    const trip = club.table('trip').record({ owner: policyc.user(3), unit: 0 });
    let allowed = 0;
    for (let n = 0; n < 1000; ++n) allowed += club.check(sam, 'write', trip) ? 1 : 0;
    try { club.table('ship'); } catch (error) { parentPort.postMessage([allowed, error.code]); }`;
  const said = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(text, { eval: true, workerData: { image, package: require.resolve('policyc') } });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  assert.deepEqual(said, Array(3).fill([1000, 'POLICY_UNKNOWN']));
});
