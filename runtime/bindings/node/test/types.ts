// What the types allow and refuse; compiled, never run.
import * as policyc from 'policyc';

const club: policyc.Program = policyc.open('club.policy.so', { keys: ['00'.repeat(32)] });
const sam = club.subject({
  user: 3,
  unit: { number: 1, last: 2 },
  roles: ['skipper', { name: 'member', holder: policyc.team(1) }],
});
const trip = club
  .table('trip')
  .record({ owner: policyc.user(4), unit: 1, values: { status: 'open', fee: '12.5', starts: new Date() } });
const decision: policyc.Decision = club.decide(sam, 'delete', trip, club.context({ channel: 'web' }));
const reason: policyc.Reason = decision.reason;
const bits: Uint8Array = club.checkMany(sam, 'read', [trip]);
club.filter(sam, 'read', 'trip', {
  owner: new Uint32Array(1),
  attributes: { harbour: policyc.strings(['x', null]), day: null },
});

// @ts-expect-error: no such right
club.check(sam, 'reed', trip);
// @ts-expect-error: a record is made by a table
new policyc.Record();
// @ts-expect-error: an array is no value
trip.set({ status: ['open'] });

const store = new policyc.Store(club);
const row: number = store.transaction((t) => {
  const root = t.addUnit();
  const outcome = t.perform({ kind: 'assign', user: 0, row: 1, to: policyc.user(2) });
  if (!outcome.allowed && outcome.answer.decision !== null)
    console.log(outcome.answer.decision.explain(), reason, bits);
  // @ts-expect-error: an assign says to whom
  t.plan({ kind: 'assign', user: 0, row: 1 });
  return t.addRow('trip', { owner: policyc.user(t.addUser(root)) });
});
// @ts-expect-error: a transaction does not wait
store.transaction(async (t) => t.addUnit());
// @ts-expect-error: nor does a reader
store.read(async (reader) => reader.revision);
store.transaction(() => {});
store.transaction(() => new Map([[1, { a: 2 }]]));
const mixed: string | { id: number } | undefined = store.read(() => (row > 1 ? 'x' : row > 0 ? { id: 1 } : undefined));
class Ours {
  constructor(readonly id: number) {}
}
const ours: Ours = store.transaction(() => new Ours(row));
{
  using reader = store.reader();
  using begun = store.begin();
  console.log(reader.revision, begun.isOpen, mixed, ours);
  // @ts-expect-error: a principal is no user's number
  reader.check(policyc.user(3), 'read', row);
  // @ts-expect-error: a user's number is no principal
  begun.setRowOwner(row, 3);
  // @ts-expect-error: a row has a table already
  begun.setRowValues(row, 'trip', {});
  // @ts-expect-error: nobody is cleared by leaving it out
  begun.setUserManager(3);
}
// @ts-expect-error: no such option
policyc.open('club.policy.so', { key: ['00'] });
store.read((reader) => {
  for (const one of reader.list(0, 'read', 'trip')) console.log(one, row);
  const named: string[] = club.table('trip').columnsOf(reader.columns(0, 'trip').read);
  const revision: bigint = reader.revision;
  console.log(named, revision);
});
try {
  policyc.compile('');
} catch (error) {
  if (error instanceof policyc.PolicyError && error.code === 'POLICY_NOT_COMPILED')
    console.log(error.diagnostics?.[0]?.rendered);
}
