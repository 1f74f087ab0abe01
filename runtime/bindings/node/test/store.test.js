'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { policyc, folder, build, world, code, closed } = require('./support');

const { user, team, Store, Cursor } = policyc;
const club = policyc.open(build('club'));
const next = policyc.open(build('club_next'));

/** Collects garbage until `isGone`. */
async function collected(isGone) {
  for (let n = 0; n < 50; ++n) {
    await new Promise((resolve) => setImmediate(resolve)); // what this turn has looked at is kept until its end
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
    if (isGone()) return;
  }
  assert.fail('it is still there');
}

/** A test with a store and what is in it, which is closed afterwards. */
function stored(name, work) {
  test(name, () => {
    const store = new Store(club);
    const at = world(store);
    work(store, at);
    store.close();
  });
}

stored('check, decide, checkMany', (store, { sam, hers, his }) => {
  store.read((reader) => {
    assert.equal(reader.revision, store.revision);
    assert.equal(typeof reader.revision, 'bigint');
    assert.deepEqual(
      [reader.check(sam, 'read', hers), reader.check(sam, 'write', hers), reader.check(sam, 'write', his)],
      [true, false, true],
    );
    assert.equal(reader.decide(sam, 'write', hers).reason, 'level');
    assert.match(reader.decide(sam, 'read', hers).explain(), /skipper/);
    assert.deepEqual(reader.checkMany(sam, 'write', [hers, his, 999]), Uint8Array.of(0, 1, 0));
    assert.deepEqual(reader.checkMany(sam, 'write', new Uint32Array(0)), new Uint8Array(0));
    assert.equal(reader.check(999, 'read', hers), false);
    assert.throws(() => reader.decide(sam, 'read', 999), code('UNKNOWN'));
    assert.throws(() => reader.check(sam, 'reed', hers), code('UNKNOWN'));
    assert.throws(() => reader.check(-1, 'read', hers), TypeError);
    assert.deepEqual([reader.table(hers), reader.table(999), reader.program.info.policyName], ['trip', null, 'club']);
  });
});

stored('list and who', (store, { sam, ana, roohi, hers, his }) => {
  const more = store.transaction((t) => Array.from({ length: 3000 }, () => t.addRow('trip', { owner: user(sam) })));
  store.read((reader) => {
    const order = (a, b) => a - b;
    assert.deepEqual([...reader.list(sam, 'write', 'trip')].sort(order), [his, ...more].sort(order));
    assert.deepEqual([...reader.who('read', hers)].sort(order), [sam, ana, roohi]);
    assert.deepEqual([...reader.list(sam, 'read', 'city')], []);
    assert.throws(() => reader.list(sam, 'read', 'ship'), code('UNKNOWN'));
  });
  const cursor = new Cursor();
  let pages;
  store.read((reader) => {
    pages = reader.list(sam, 'write', 'trip', { cursor });
    pages.next();
  });
  assert.throws(() => [...pages], /closed|another revision/);
  store.read((reader) => {
    assert.ok([...reader.list(sam, 'write', 'trip', { cursor })].length < 3001);
    assert.ok(cursor.atEnd);
    const begun = reader.list(sam, 'write', 'trip');
    begun.next();
    store.transaction((t) => t.setRowOwner(hers, user(sam)));
    reader.refresh();
    assert.throws(() => [...begun], code('STALE'));
  });
});

stored('a reader sees one revision', (store, { sam, hers }) => {
  store.read((reader) => {
    store.transaction((t) => t.setShare(hers, user(sam), ['read', 'write']));
    assert.equal(reader.check(sam, 'write', hers), false);
    assert.equal(reader.refresh({ atLeast: store.revision }), store.revision);
    assert.equal(reader.check(sam, 'write', hers), true);
  });
  assert.throws(() => store.reader({ atLeast: store.revision + 1n, waitMs: 5 }), code('STALE'));
});

stored('transactions', (store, { root, sam, hers }) => {
  const before = store.revision;
  assert.throws(
    () =>
      store.transaction((t) => {
        t.setRowOwner(hers, user(sam));
        throw new RangeError('mine');
      }),
    RangeError,
  );
  assert.throws(() => store.transaction(async () => {}), code('INVALID'));
  assert.equal(store.revision, before);
  assert.equal(
    store.read((reader) => reader.check(sam, 'write', hers)),
    false,
  );
  const t = store.begin();
  assert.throws(() => store.begin(), code('BUSY'));
  assert.throws(() => store.replace(club), code('BUSY'));
  assert.throws(() => store.close(), code('BUSY'));
  t.addUnit(root);
  assert.equal(t.commit(), before + 1n);
  assert.equal(t.revision, before + 1n);
  t.abandon();
  for (const use of [() => t.addUnit(root), () => t.commit(), () => t.plan({ kind: 'delete', user: 0, row: 0 })])
    assert.throws(use, closed);
});

stored('what the facts do not allow', (store, { root, north, sam }) => {
  store.transaction((t) => {
    assert.throws(() => t.addUnit(), code('REFUSED'));
    assert.throws(() => t.moveUnit(root, north), code('REFUSED'));
    assert.throws(() => t.addUser(999), code('UNKNOWN'));
    assert.throws(() => t.giveRole(user(sam), 'captain', north), code('UNKNOWN'));
    assert.throws(() => t.setUserMode(sam, 'asleep'), code('UNKNOWN'));
    assert.throws(() => t.setUserName(sam, 'a\0b'), TypeError);
    t.addUnit(root);
  });
});

stored('people and rows', (store, { root, north, south, sam, ana, roohi, hers, his }) => {
  const [crew, ours] = store.transaction((t) => {
    const made = t.addTeam(north, { members: [ana] });
    t.addTeam(north, { kind: 'access' });
    t.setUserPosition(sam, t.addPosition(t.addPosition()));
    t.setUserPosition(sam, null);
    t.setUserManager(sam, roohi);
    t.setUserManager(sam, null);
    t.setUserMode(sam, 'read_write');
    t.giveColumnProfile(user(sam), 'treasurer');
    t.giveRole(team(made), 'skipper', north);
    return [made, t.addRow('trip', { owner: team(made), columns: ['fee'] })];
  });
  assert.equal(store.read((reader) => reader.decide(ana, 'write', ours)).reason, 'team_owner');
  store.transaction((t) => {
    t.leave(ana, crew);
    t.moveTeam(crew, south);
    t.moveUser(ana, south);
    t.dropRoles(user(sam));
    t.setUserDisabled(sam, true);
    t.moveUnit(south, north);
    const entry = t.addRow('log_entry', { owner: user(sam), links: { trip_log: his } });
    const oslo = t.addRow('city');
    t.setAssociation('visited', his, oslo);
    t.setAssociation('visited', his, oslo, false);
    t.setRowLink(entry, 'trip_log', null);
    t.setRowUnit(hers, root);
    t.setRowValues(his, { values: { status: 'open', urgent: null }, columns: { fee: true } });
    t.setColumnShare(his, 'fee', user(ana), { read: true });
    t.removeRow(entry);
    assert.throws(() => t.removeRow(entry), code('UNKNOWN'));
    assert.throws(() => t.setColumnShare(his, 'draught', user(ana)), code('UNKNOWN'));
  });
  store.read((reader) => {
    assert.equal(reader.check(ana, 'write', ours), false);
    assert.equal(reader.check(sam, 'write', his), false);
    const rights = reader.columns(ana, 'trip', his);
    assert.deepEqual([rights.secured, rights.read, rights.update], [1n, 1n, 0n]);
    assert.deepEqual(reader.columns(sam, 'trip').update, 1n);
  });
});

stored('user values and context', (store, { south, hers, his }) => {
  const ben = store.transaction((t) => {
    const made = t.addUser(south, { attributes: { region: 'Bergen', grade: 3 } });
    t.giveRole(user(made), 'by_region', south);
    t.giveRole(user(made), 'by_channel', south);
    t.setRowValues(hers, { values: { harbour: 'Bergen' } });
    return made;
  });
  store.read((reader) => {
    assert.deepEqual([reader.check(ben, 'read', hers), reader.check(ben, 'read', his)], [true, false]);
    reader.setContext({ channel: 'phone' });
    assert.equal(reader.check(ben, 'read', his), true);
    reader.setContext({});
    assert.equal(reader.check(ben, 'read', his), false);
  });
});

stored('operations', (store, { sam, ana, roohi, south, hers, his }) => {
  store.transaction((t) => {
    const denied = t.perform({ kind: 'assign', user: sam, row: hers, to: user(sam) });
    assert.deepEqual([denied.allowed, denied.changes, denied.answer.reason], [false, [], 'level']);
    assert.ok(denied.answer.decision.explain());
    const created = t.perform({
      kind: 'create',
      user: sam,
      table: 'trip',
      owner: user(sam),
      values: { status: 'open' },
    });
    assert.ok(created.allowed && created.row !== null);
    t.perform({ kind: 'create', user: sam, table: 'log_entry', owner: user(sam), links: { trip_log: created.row } });
    const shared = t.perform({ kind: 'share', user: sam, row: created.row, to: user(ana), rights: ['read'] });
    assert.deepEqual(
      shared.changes.map((change) => change.kind),
      ['share', 'inherited'],
    );
    assert.deepEqual([shared.changes[1].through, shared.changes[1].above], ['trip_log', created.row]);
    const updated = t.perform({ kind: 'update', user: sam, row: created.row, values: { urgent: true } });
    assert.deepEqual([updated.allowed, updated.hiddenColumns], [true, 1n]);
    const fee = t.plan({ kind: 'update', user: sam, row: created.row, columns: { fee: true } });
    assert.deepEqual([fee.allowed, fee.answer.column, fee.answer.reason], [false, 'fee', 'column']);
    assert.equal(t.plan({ kind: 'deactivate', user: sam, impersonator: roohi, row: his }).allowed, true);
    assert.equal(t.plan({ kind: 'deactivate', user: sam, impersonator: ana, row: his }).allowed, false);
    const crew = t.addTeam(south, { kind: 'access' });
    const oslo = t.addRow('city');
    const rest = [
      { kind: 'read', row: his },
      { kind: 'delete', row: his },
      { kind: 'modify', row: his, to: user(ana), rights: ['read'] },
      { kind: 'revoke', row: his, to: user(ana) },
      { kind: 'link', row: his, relationship: 'trip_log', other: his },
      { kind: 'unlink', row: his, relationship: 'trip_log' },
      { kind: 'associate', relationship: 'visited', row: his, other: oslo },
      { kind: 'disassociate', relationship: 'visited', row: his, other: oslo },
      { kind: 'merge', row: his, other: hers },
      { kind: 'set_unit', row: his, unit: south },
      { kind: 'activate', row: his },
      { kind: 'add_member', team: crew, to: user(ana) },
      { kind: 'remove_member', team: crew, to: user(ana) },
      { kind: 'move_user', to: user(ana), unit: south },
      { kind: 'move_team', team: crew, unit: south },
    ];
    for (const operation of rest)
      assert.equal(typeof t.plan({ user: sam, ignoresSignIn: true, ...operation }).answer.reason, 'string');
    assert.throws(() => t.plan({ kind: 'sink', user: sam, row: his }), code('UNKNOWN'));
    const step = t.runAs('audit_trip', 'write_log', { triggering: ana, row: his });
    assert.deepEqual([step.user, step.isSystem, step.answer.allowed], [sam, false, true]);
    t.setContext({ channel: 'phone' });
  });
});

stored('operations that are not whole are refused', (store, { root, sam, ana, hers, his }) => {
  const crew = store.transaction((t) => t.addTeam(root));
  store.transaction((t) => {
    const wrongs = [undefined, null, NaN, -1, 0.5, 2 ** 32, 'some-uuid', [his], {}];
    const whole = [
      { kind: 'delete', row: his },
      { kind: 'merge', row: his, other: hers },
      { kind: 'assign', row: his, to: user(sam) },
      { kind: 'set_unit', row: his, unit: root },
      { kind: 'move_team', team: crew, unit: root },
      { kind: 'share', row: his, to: user(ana), rights: ['read'] },
    ].map((operation) => ({ user: sam, impersonator: sam, ...operation }));
    for (const operation of whole) {
      t.plan(operation);
      for (const name of Object.keys(operation).filter((key) => key !== 'kind')) {
        const { [name]: _, ...less } = operation;
        if (name !== 'impersonator')
          assert.throws(() => t.perform(less), { message: `${operation.kind}: "${name}" is needed` });
        for (const wrong of wrongs)
          assert.throws(() => t.perform({ ...operation, [name]: wrong }), /Error/, `${operation.kind} ${name}`);
      }
    }
    for (const operation of [
      { kind: 'delete', user: 'mallory', row: 'some-uuid' },
      { kind: 'delete', user: sam, row: his, impersonater: ana },
      { kind: 'delete', user: sam, row: his, table: 'trip' },
      { kind: 'delete', user: user(sam), row: his },
      { kind: 'assign', user: sam, row: his, to: sam },
      { kind: 'delete', user: sam, row: his, ignoresSignIn: 1 },
      { kind: 'create', user: sam, table: 'log_entry', owner: user(sam), links: { trip_log: 'x' } },
      { kind: 'create', user: sam, table: 'trip', owner: user(sam), active: 'no' },
      { kind: 'update', user: sam, row: his, columns: { fee: 'false' } },
    ])
      assert.throws(() => t.perform(operation), TypeError, JSON.stringify(operation));
    for (const none of [null, undefined, {}]) assert.throws(() => t.plan(none), code('UNKNOWN'));
  });
  store.read((reader) => assert.deepEqual([reader.table(hers), reader.table(his)], ['trip', 'trip']));
});

stored('values go to the table of the row', (store, { sam, roohi, his }) => {
  store.transaction((t) => {
    const entry = t.addRow('log_entry', { owner: user(sam) });
    for (const use of [
      () => t.setRowValues(entry, { values: { urgent: true } }),
      () => t.setRowValues(entry, { columns: { fee: true } }),
      () => t.setColumnShare(entry, 'fee', user(sam), { read: true }),
      () => t.perform({ kind: 'update', user: sam, row: entry, values: { urgent: true } }),
      () => t.setRowValues(999, { values: { urgent: true } }),
      () => t.setColumnShare(999, 'fee', user(sam), { read: true }),
    ])
      assert.throws(use, code('UNKNOWN'));
    assert.throws(() => t.setRowValues(his, 'trip', { values: {} }), TypeError);
    const nowhere = t.perform({ kind: 'update', user: roohi, row: 999, values: { urgent: true } });
    assert.deepEqual([nowhere.allowed, nowhere.answer.reason], [false, 'unknown']);
  });
});

stored('facts that are none', (store, { root, sam, ana, his }) => {
  store.transaction((t) => {
    for (const use of [
      () => t.setUserDisabled(sam, undefined),
      () => t.setUserDisabled(sam, 'false'),
      () => t.setRowActive(his, 1),
      () => t.setUserManager(sam, undefined),
      () => t.setUserPosition(sam, undefined),
      () => t.setUserManager(sam, user(ana)),
      () => t.setRowLink(his, 'trip_log', undefined),
      () => t.setAssociation('visited', his, his, 'no'),
      () => t.setColumnShare(his, 'fee', user(ana), { read: 'no' }),
      () => t.setColumnShare(his, 'fee', user(ana), { reed: true }),
      () => t.setRowOwner(his, ana),
      () => t.setShare(his, 'nobody', ['read']),
      () => t.giveRole(sam, 'skipper', root),
      () => t.addRow('log_entry', { owner: user(sam), links: { trip_log: 'x' } }),
      () => t.addRow('trip', { ownr: user(sam) }),
      () => t.addUser(root, { nam: 'x' }),
      () => t.addUnit('x'),
    ])
      assert.throws(use, TypeError, String(use));
    assert.throws(() => t.setUserName(sam, '\ud800'), RangeError);
    assert.throws(() => t.setRowOwner(999, user(ana)), {
      ...code('UNKNOWN'),
      message: `setRowOwner(999, user ${ana}): not all of these are there`,
    });
    assert.throws(() => t.moveUnit(root, root), { message: `moveUnit(${root}, ${root}): the facts do not allow it` });
  });
  assert.throws(() => new Store(club, { list: false }), TypeError);
  assert.throws(() => store.replace(next, { mayLose: 'no' }), TypeError);
  assert.throws(() => store.replace(next, { mayLoose: true }), TypeError);
});

stored('questions that are none', (store, { sam, his }) => {
  store.read((reader) => {
    for (const wrong of [NaN, 'row-uuid', null, undefined, 0.7, 2 ** 32]) {
      assert.throws(() => reader.checkMany(sam, 'write', [wrong]), TypeError);
      assert.throws(() => reader.check(sam, 'write', wrong), TypeError);
      assert.throws(() => reader.columns(sam, 'trip', wrong), TypeError);
    }
    for (const use of [
      () => reader.check(user(sam), 'write', his),
      () => reader.decide(user(sam), 'write', his),
      () => reader.checkMany(user(sam), 'write', [his]),
      () => reader.list(user(sam), 'write', 'trip'),
      () => reader.columns(user(sam), 'trip'),
      () => reader.subject(user(sam)),
      () => reader.refresh({ atleast: 5n }),
    ])
      assert.throws(use, TypeError);
  });
  assert.throws(() => store.read(async () => 1), code('INVALID'));
  assert.throws(() => store.reader({ logs: null }), TypeError);
});

stored('subjects and records of a reader', (store, { sam, hers }) => {
  store.read((reader) => {
    const [subject, record] = [reader.subject(sam), reader.record(hers)];
    assert.equal(reader.program.check(subject, 'read', record), true);
    assert.deepEqual([reader.subject(999), reader.record(999)], [null, null]);
    reader.refresh();
    assert.throws(() => club.check(subject, 'read', record), closed);
    assert.throws(() => club.check(reader.subject(sam), 'read', record), closed);
    assert.equal(club.check(reader.subject(sam), 'read', reader.record(hers)), true);
  });
  const reader = store.reader();
  const [subject, record] = [reader.subject(sam), reader.record(hers)];
  reader.close();
  assert.throws(() => club.check(subject, 'read', record), closed);
});

test('what a reader lends goes with whoever has it', async () => {
  const store = new Store(club);
  const { sam, hers } = world(store);
  const reader = store.reader();
  const kept = new WeakRef(reader.subject(sam));
  const record = new WeakRef(reader.record(hers));
  await collected(() => kept.deref() === undefined && record.deref() === undefined);
  reader.close();
  store.close();
});

test('a forgotten transaction is abandoned when the garbage is collected', async () => {
  const store = new Store(club);
  const { root } = world(store);
  const before = store.revision;
  (() => store.begin().addUnit(root))();
  assert.throws(() => store.begin(), code('BUSY'));
  await collected(() => {
    try {
      store.transaction(() => {});
      return true;
    } catch {
      return false;
    }
  });
  assert.equal(store.revision, before);
  store.close();
});

test('a transaction has its own program', () => {
  const store = new Store(club);
  world(store);
  store.replace(next, { mayLose: true, mayMiss: true });
  store.transaction((t) => assert.deepEqual(t.program.tables, ['boat', 'trip']));
  store.close();
});

stored('replacing the policy', (store, { sam, ana, hers }) => {
  assert.throws(
    () => store.replace(next),
    (error) => error.code === 'POLICY_LOSSY' && error.lost.some((what) => what.includes('member')),
  );
  const before = store.reader();
  const replaced = store.replace(next, { mayLose: true, mayMiss: true });
  assert.ok(replaced.lost.some((what) => what.includes('member')));
  assert.equal(before.check(ana, 'read', hers), true);
  assert.deepEqual(before.program.tables, club.tables);
  store.read(
    (after) => {
      assert.deepEqual(after.program.tables, ['boat', 'trip']);
      assert.deepEqual([after.check(sam, 'read', hers), after.check(ana, 'read', hers)], [true, false]);
      assert.equal(after.decide(sam, 'read', hers).role, 'skipper');
    },
    { atLeast: replaced.revision },
  );
  before.close();
  store.transaction((t) => assert.throws(() => t.addRow('city'), code('UNKNOWN')));
});

test('closing in any order', () => {
  const store = new Store(club, { lists: false });
  const { sam, hers } = world(store);
  const reader = store.reader();
  assert.throws(() => store.close(), code('BUSY'));
  assert.equal(reader.check(sam, 'read', hers), true);
  reader.close();
  reader.close();
  assert.throws(() => reader.check(sam, 'read', hers), closed);
  store.close();
  store.close();
  for (const use of [() => store.revision, () => store.begin(), () => store.reader(), () => store.program])
    assert.throws(use, closed);
});

test('handles that nobody closes', async () => {
  for (let n = 0; n < 20; ++n) {
    const store = new Store(policyc.open(build('club')));
    world(store);
    store.reader().subject(0);
    store.reader({ log: new policyc.Log(path.join(folder, `left${n}.jsonl`)) }).check(0, 'read', 0);
    store.begin();
  }
  for (let n = 0; n < 5; ++n) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

stored('logs', (store, { sam, hers }) => {
  const file = path.join(folder, 'decisions.jsonl');
  const log = new policyc.Log(file, { ringSize: 64, fileBytes: 1 << 20, filesKept: 1 });
  store.read(
    (reader) => {
      reader.check(sam, 'read', hers);
      reader.decide(sam, 'write', hers);
      assert.throws(() => log.close(), code('BUSY'));
      reader.setLog(null);
      reader.check(sam, 'read', hers);
    },
    { log },
  );
  const subject = club.subject({ user: 3, unit: 1, roles: ['skipper'] });
  const trip = club.table('trip').record({ owner: user(4), unit: 1 });
  assert.equal(
    log.decision(club.decide(subject, 'write', trip), subject, trip, { userName: 'sam', rowName: 'trip/1' }),
    true,
  );
  for (const names of [{ userName: '\ud800' }, { rowName: 5 }, { user: 'sam' }])
    assert.throws(() => log.decision(club.decide(subject, 'write', trip), subject, trip, names), /Error/);
  log.flush();
  assert.deepEqual(log.counts(), { written: 3n, dropped: 0n, failed: 0n });
  log.close();
  log.close();
  assert.throws(() => log.flush(), closed);
  const text = fs.readFileSync(file, 'utf8');
  assert.ok(
    text
      .trim()
      .split('\n')
      .every((line) => typeof JSON.parse(line) === 'object'),
  );
  assert.match(text, /trip\/1/);
  assert.equal(fs.statSync(file).mode & 0o077, 0);
  assert.throws(() => new policyc.Log(path.join(folder, 'nowhere', 'x.jsonl')), code('NOT_READABLE'));
});
