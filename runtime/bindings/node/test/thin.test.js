'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { policyc, build, code } = require('./support');

const { user, team } = policyc;
const club = policyc.open(build('club'));
const next = policyc.open(build('club_next'));
const sam = club.subject({ user: 3, unit: { number: 1, last: 2 }, roles: ['skipper'] });
const trip = (parts) => club.table('trip').record({ owner: user(4), unit: 1, ...parts });
const withRole = (role, more) => club.subject({ user: 3, roles: [role], ...more });

test('check', () => {
  assert.equal(club.check(sam, 'read', trip()), true);
  assert.equal(club.check(sam, 'write', trip()), false);
  assert.equal(club.check(sam, 'write', trip({ owner: user(3) })), true);
  assert.equal(club.check(sam, 'read', trip({ unit: 5 })), false);
  const record = trip();
  record.owner = user(3);
  record.unit = 9;
  assert.equal(club.check(sam, 'write', record), true);
  assert.deepEqual([record.owner, record.unit], [user(3), 9]);
});

test('rights that are none', () => {
  for (const right of ['reed', null, 1, {}]) assert.throws(() => club.check(sam, right, trip()), code('UNKNOWN'));
  assert.equal(club.check(sam, 'share', club.table('city').record()), false);
  assert.throws(() => club.decide(sam, 'share', club.table('city').record()), code('ILLEGAL'));
});

test('decide', () => {
  const denied = club.decide(sam, 'write', trip());
  assert.deepEqual(
    [denied.allowed, denied.reason, denied.held, denied.needed],
    [false, 'level', 'user', 'business_unit'],
  );
  const allowed = club.decide(sam, 'read', trip());
  assert.deepEqual([allowed.allowed, allowed.reason, allowed.role], [true, 'role_level', 'skipper']);
  const grant = allowed.where();
  assert.deepEqual(
    [grant.role, grant.table, grant.right, grant.level, grant.conditional],
    ['skipper', 'trip', 'read', 'business_unit', false],
  );
  assert.match(grant.file, /club\.policy$/);
  assert.match(allowed.explain(), /skipper/);
});

const VALUES = {
  by_distance: ['distance_km', '12.0000000001', ['12', '-12.0000000001', 12, 12n, null]],
  by_fee: ['fee', '-922337203685476.5807', [0, null]],
  by_urgent: ['urgent', true, [false, null]],
  by_seats: ['seats', -9223372036854775807n, [0, 9223372036854775807n, null]],
  by_harbour: ['harbour', 'Ny-Ålesund', ['Ny-Ålesun', '', 'Ny-Ålesund\0', null]],
  by_day: ['day', '1969-12-31', ['1970-01-01', null]],
  by_starts: ['starts', 1769860800000001n, [new Date('2026-01-31T12:00:00Z'), null]],
};
for (const [role, [attribute, hit, misses]] of Object.entries(VALUES)) {
  test(`values of ${attribute}`, () => {
    const subject = withRole(role);
    const record = trip({ values: { [attribute]: hit } });
    assert.equal(club.check(subject, 'read', record), true);
    for (const miss of misses)
      assert.equal(club.check(subject, 'read', record.set({ [attribute]: miss })), false, String(miss));
    assert.equal(club.decide(subject, 'read', record).reason, 'condition');
    assert.equal(club.check(subject, 'read', record.set({ [attribute]: hit })), true);
  });
}

test('values that a type does not have', () => {
  for (const [attribute, value, error] of [
    ['distance_km', 0.1, TypeError],
    ['distance_km', '0.00000000001', RangeError],
    ['distance_km', '1e3', RangeError],
    ['distance_km', '9'.repeat(40), RangeError],
    ['distance_km', true, TypeError],
    ['fee', '0.00001', RangeError],
    ['fee', 10n ** 18n, RangeError],
    ['seats', 2n ** 63n, RangeError],
    ['seats', '3', TypeError],
    ['seats', 2 ** 60, TypeError],
    ['urgent', 1, TypeError],
    ['harbour', 5, TypeError],
    ['harbour', '\ud800', RangeError],
    ['day', '2026-02-30', RangeError],
    ['day', new Date(), TypeError],
    ['starts', '2026-01-01', TypeError],
    ['starts', new Date(NaN), RangeError],
    ['starts', 2n ** 63n, RangeError],
    ['status', 1, TypeError],
    ['status', 'shut', code('UNKNOWN')],
    ['length', 1, code('UNKNOWN')],
  ])
    assert.throws(() => trip({ values: { [attribute]: value } }), error, `${attribute} ${String(value)}`);
  assert.throws(() => club.subject({ attributes: { shoe_size: 43 } }), code('UNKNOWN'));
  for (const owner of [-1, 2 ** 32, 0.5, 'x', null]) assert.throws(() => trip({ owner }), TypeError);
});

test('strings and context', () => {
  const subject = withRole('by_region', { attributes: { region: 'harbour'.repeat(10), grade: 3 } });
  const records = Array.from({ length: 100 }, () => trip({ values: { harbour: 'harbour'.repeat(10) } }));
  globalThis.gc?.();
  assert.ok(records.every((record) => club.check(subject, 'read', record)));
  assert.equal(club.check(withRole('by_channel'), 'read', trip(), club.context({ channel: 'phone' })), true);
  assert.equal(club.check(withRole('by_channel'), 'read', trip(), club.context({ channel: 'web' })), false);
  assert.equal(club.check(withRole('by_channel'), 'read', trip()), false);
});

test('teams, anchors and shares', () => {
  const ofTeam = club.subject({ user: 3, unit: 1, teams: [2], roles: [{ name: 'skipper', holder: team(2) }] });
  assert.equal(club.decide(ofTeam, 'write', trip({ owner: team(2) })).reason, 'team_owner');
  const elsewhere = club.subject({ user: 3, unit: 1, roles: [{ name: 'member', anchor: { number: 5, last: 6 } }] });
  assert.equal(club.check(elsewhere, 'read', trip({ unit: 5 })), true);
  assert.throws(() => club.subject({ user: 3, roles: [{ name: 'skipper', holder: team(2) }] }), code('INVALID'));
  club.subject({ user: 3, reports: [{ principal: user(4), rights: ['read'] }] });
  const away = trip({
    unit: 7,
    shares: [
      { principal: user(9), rights: ['read'] },
      { principal: user(3), rights: ['read', 'write'] },
    ],
  });
  assert.equal(club.decide(sam, 'read', away).reason, 'share');
  assert.equal(club.check(sam, 'write', away), true);
  away.setShares([{ principal: user(3), inherited: ['read'] }]);
  assert.equal(club.decide(sam, 'read', away).reason, 'inherited_share');
  away.setShares([]);
  assert.equal(club.check(sam, 'read', away), false);
});

test('privileges and flows', () => {
  assert.equal(club.holds(sam, 'export_to_excel'), true);
  assert.equal(club.holds(sam, 'act_on_behalf_of_another_user'), false);
  const who = { triggering: user(3), recordOwner: user(4) };
  assert.deepEqual(policyc.principalOf(club.runAs('audit_trip', 'write_log', who)), { kind: 'user', index: 4 });
  assert.equal(club.runAs('audit_trip', 'bill', { ...who, named: user(9) }), user(9));
  assert.equal(club.runAs('audit_trip', 'bill', who), policyc.NOBODY);
});

test('checkMany', () => {
  const records = Array.from({ length: 200 }, (_, n) => trip({ owner: user(n % 5), unit: n % 3 }));
  const each = Uint8Array.from(records, (record) => (club.check(sam, 'write', record) ? 1 : 0));
  assert.deepEqual(club.checkMany(sam, 'write', records), each);
  const batch = club.batch(records);
  globalThis.gc?.();
  assert.deepEqual(club.checkMany(sam, 'write', batch), each);
  assert.equal(batch.length, 200);
  assert.deepEqual(club.checkMany(sam, 'write', []), new Uint8Array(0));
  assert.throws(() => club.batch([trip(), club.table('city').record()]), code('INVALID'));
  assert.throws(() => club.batch([{}]), TypeError);
});

test('filter agrees with checks', () => {
  const count = 1000;
  const none = Object.fromEntries([...club.table('trip').attributes.keys()].map((name) => [name, null]));
  const rows = Array.from({ length: count }, (_, n) => n);
  const owner = Uint32Array.from(rows, (n) => user(n % 7));
  const owningUnit = Uint32Array.from(rows, (n) => n % 4);
  const away = rows.map(() => false);
  const shares = rows.map((n) => (n % 11 ? [] : [{ principal: user(3), rights: ['read'] }]));
  const sharesOf = { owner, owningUnit, away, ...policyc.shareColumns(shares) };
  const same = (subject, columns, values, right = 'read') => {
    const found = club.filter(subject, right, 'trip', columns);
    const each = rows.map((n) =>
      club.check(
        subject,
        right,
        trip({ owner: owner[n], unit: owningUnit[n], shares: columns.shares ? shares[n] : [], values: values(n) }),
      ),
    );
    assert.deepEqual([...found].map(Boolean), each);
    assert.ok(each.includes(true) && each.includes(false));
  };
  same(sam, { ...sharesOf, attributes: none }, () => ({}));
  same(sam, { ...sharesOf, attributes: none }, () => ({}), 'write');
  const plain = { owner, owningUnit, away: new BigUint64Array(Math.ceil(count / 64)) };
  const harbours = rows.map((n) => (n % 5 ? (n % 3 ? 'Ny-Ålesund' : 'Oslo') : null));
  same(
    club.subject({ user: 90, unit: 9, roles: ['by_harbour'] }),
    { ...plain, attributes: { ...none, harbour: policyc.strings(harbours) } },
    (n) => ({ harbour: harbours[n] }),
  );
  const seats = BigInt64Array.from(rows, (n) => (n % 3 ? -9223372036854775807n : 1n));
  const present = rows.map((n) => n % 5 !== 0);
  same(
    club.subject({ user: 90, unit: 9, roles: ['by_seats'] }),
    { ...plain, attributes: { ...none, seats: { values: seats, present } } },
    (n) => ({ seats: present[n] ? seats[n] : null }),
  );
  const labels = rows.map((n) => (n % 2 ? 'closed' : 'open'));
  const admiral = club.subject({ user: 90, unit: 0, roles: [{ name: 'admiral', anchor: { number: 0, last: 20 } }] });
  same(
    admiral,
    {
      ...plain,
      attributes: { ...none, status: club.choiceNumbers(labels), distance_km: new BigUint64Array(2 * count) },
    },
    (n) => ({ status: labels[n], distance_km: 0 }),
    'delete',
  );
});

test('filter refuses arrays of another kind', () => {
  const owner = new Uint32Array(10);
  const ask = (columns) => () => club.filter(sam, 'read', 'trip', columns);
  assert.throws(ask({ owner, owningUnit: owner }), code('MISSING'));
  assert.throws(ask({ owner: new Int32Array(10) }), TypeError);
  assert.throws(ask({ owner: new Uint32Array(5), count: 10 }), TypeError);
  assert.throws(ask({}), TypeError);
  assert.throws(ask({ owner, attributes: { seats: new Float64Array(10) } }), TypeError);
  assert.throws(ask({ owner, attributes: { seats: new BigInt64Array(9) } }), RangeError);
  assert.throws(ask({ owner, attributes: { seats: policyc.strings(Array(10).fill('')) } }), TypeError);
  assert.throws(ask({ owner, away: [true] }), RangeError);
  assert.throws(ask({ owner, away: new BigUint64Array(0) }), TypeError);
  assert.throws(ask({ owner, attributes: { length: owner } }), code('UNKNOWN'));
  const shares = new Uint32Array(4);
  for (const shareBegin of [Uint32Array.of(0, 3), Uint32Array.of(2, 1), new Uint32Array(1)])
    assert.throws(ask({ owner: new Uint32Array(1), owningUnit: new Uint32Array(1), shareBegin, shares }), TypeError);
});

const NO_NUMBERS = [-1, 0.5, NaN, 2 ** 32, '3', null, true, 3n, {}, [3]];

test('what is no number or principal is refused', () => {
  for (const wrong of [...NO_NUMBERS, undefined, 5, 2 ** 32 + user(3)]) {
    const shares = [{ principal: wrong, rights: ['write'] }];
    for (const use of [
      () => trip({ shares }),
      () => policyc.shareColumns([shares]),
      () => club.subject({ user: 3, reports: [{ principal: wrong, rights: ['read'] }] }),
      () => club.runAs('audit_trip', 'write_log', { triggering: wrong, recordOwner: user(4) }),
    ])
      assert.throws(use, TypeError, String(wrong));
  }
  for (const wrong of NO_NUMBERS)
    for (const use of [
      () => club.subject({ user: wrong }),
      () => club.subject({ user: 3, unit: wrong }),
      () => club.subject({ user: 3, unit: { number: 1, last: wrong } }),
      () => club.subject({ user: 3, teams: [wrong] }),
      () => club.subject({ user: 3, roles: [{ name: 'skipper', anchor: wrong }] }),
      () => club.subject({ user: 3, roles: [{ name: 'skipper', anchor: { number: wrong } }] }),
    ])
      assert.throws(use, TypeError, String(wrong));
  for (const holder of [NaN, 'x', 5])
    assert.throws(() => club.subject({ roles: [{ name: 'skipper', holder }] }), TypeError);
  assert.throws(() => club.subject({ user: team(3) }), { message: /^user: the number of a user/ });
  for (const unit of ['x', NaN, user(3)]) assert.throws(() => trip({ unit }), TypeError);
});

test('keys that are not described are refused', () => {
  for (const use of [
    () => trip({ ownr: user(3) }),
    () => club.subject({ usr: 3 }),
    () => club.subject({ user: undefined }),
    () => club.subject({ roles: [{ role: 'skipper' }] }),
    () => trip({ shares: [{ principal: user(3), right: ['read'] }] }),
    () => club.filter(sam, 'read', 'trip', { owner: new Uint32Array(1), unit: new Uint32Array(1) }),
    () => club.filter(sam, 'read', 'trip', { owner: new Uint32Array(1), attributes: { urgent: { value: [] } } }),
    () => trip({ away: 'false' }),
  ])
    assert.throws(use, TypeError);
});

test('texts and flags that are none', () => {
  assert.throws(() => policyc.strings(['x', '\ud800']), { name: 'RangeError', message: /^text 1/ });
  for (const wrong of [5, [1, 2], {}]) assert.throws(() => policyc.strings([wrong]), TypeError);
  const rows = { owner: new Uint32Array(2), owningUnit: new Uint32Array(2), ...policyc.shareColumns([[], []]) };
  const ask = (columns) => club.filter(withRole('by_urgent'), 'read', 'trip', { ...rows, ...columns });
  for (const wrong of [2, 255])
    assert.throws(() => ask({ away: [0, 0], attributes: { urgent: Uint8Array.of(1, wrong) } }), RangeError);
  for (const wrong of ['false', undefined, 2, null]) assert.throws(() => ask({ away: [false, wrong] }), TypeError);
});

test('a filter says which columns it was not given', () => {
  const owner = new Uint32Array(1);
  assert.throws(
    () => club.filter(withRole('by_day'), 'read', 'trip', { owner, owningUnit: owner, attributes: { fee: null } }),
    {
      ...code('MISSING'),
      message: /column of trip .*not given are away, shareBegin, shares, attributes.distance_km, .*attributes.day/,
    },
  );
});

test('records, contexts and subjects of another program', () => {
  const other = next.table('boat').record({ owner: user(3), unit: 1 });
  for (const ask of [
    () => club.check(sam, 'read', other),
    () => club.decide(sam, 'read', other),
    () => club.checkMany(sam, 'read', [other]),
    () => club.check(sam, 'read', trip(), next.context()),
  ])
    assert.throws(ask, { ...code('INVALID'), message: /another layout/ });
  const stranger = next.subject({ user: 4, unit: 1, roles: ['skipper'] });
  assert.equal(club.check(stranger, 'read', trip()), false);
  assert.throws(() => club.decide(stranger, 'read', trip()), code('UNKNOWN'));
  assert.throws(() => club.check(null, 'read', trip()), TypeError);
  assert.throws(() => club.check({}, 'read', trip()), code('INVALID'));
});

test('principals', () => {
  assert.deepEqual(policyc.principalOf(policyc.SYSTEM), { kind: 'system', index: 0 });
  for (const number of [-1, 2 ** 29, 0.5, '1']) assert.throws(() => user(number), RangeError);
});
