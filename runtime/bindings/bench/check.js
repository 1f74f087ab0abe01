'use strict';
// The same questions as check.c, in Node.
const policyc = require('policyc');

const [ROUNDS, CALLS, ROWS] = [7, 1000000, 4096];

function best(count, work) {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; ++round) {
    const begin = process.hrtime.bigint();
    work();
    least = Math.min(least, Number(process.hrtime.bigint() - begin) / count);
  }
  return least;
}

const club = policyc.open(process.argv[2]);
const sam = club.subject({ user: 3, unit: { number: 1, last: 2 }, roles: ['skipper'] });
const table = club.table('trip');
const batch = club.batch(
  Array.from({ length: ROWS }, (_, n) => table.record({ owner: policyc.user(3 + (n % 2)), unit: 1 })),
);
const trip = table.record({ owner: policyc.user(3), unit: 1 });
const count = 1 << 20;
const rows = {
  owner: Uint32Array.from({ length: count }, (_, n) => policyc.user(3 + (n % 2))),
  owningUnit: Uint32Array.from({ length: count }, (_, n) => n % 4),
  away: new Uint8Array(count),
  attributes: Object.fromEntries([...table.attributes.keys()].map((name) => [name, null])),
};

const store = new policyc.Store(club);
const [number, row] = store.transaction((t) => {
  const root = t.addUnit();
  const who = t.addUser(root);
  t.giveRole(policyc.user(who), 'skipper', root);
  return [who, t.addRow('trip', { owner: policyc.user(who) })];
});
let allowed = 0;
const check = best(CALLS, () => {
  for (let n = 0; n < CALLS; ++n) allowed += club.check(sam, 'write', trip) ? 1 : 0;
});
const ofReader = store.read((reader) =>
  best(CALLS, () => {
    for (let n = 0; n < CALLS; ++n) allowed += reader.check(number, 'write', row) ? 1 : 0;
  }),
);
const decide = best(CALLS / 4, () => {
  for (let n = 0; n < CALLS / 4; ++n) allowed += club.decide(sam, 'write', trip).allowed ? 1 : 0;
});
const many = best(ROWS, () => club.checkMany(sam, 'write', batch));
const filtered = best(count, () => club.filter(sam, 'write', 'trip', rows));
if (allowed !== ROUNDS * (2 * CALLS + CALLS / 4)) throw new Error('a check was denied');
console.log(
  `node: check ${check.toFixed(0)} ns/call, decide ${decide.toFixed(0)} ns/call, ` +
    `checkMany ${many.toFixed(1)} ns/row, filter ${filtered.toFixed(1)} ns/row, ` +
    `check of a reader ${ofReader.toFixed(0)} ns/call`,
);
