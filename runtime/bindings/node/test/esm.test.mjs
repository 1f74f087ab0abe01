import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import policyc, { NOBODY, PolicyError, Store, libraryVersion, open, shareColumns, strings, user } from 'policyc';
import * as all from 'policyc';

test('names can be imported, all of them', () => {
  for (const [name, value] of Object.entries(policyc)) assert.equal(all[name], value, name);
  assert.equal(libraryVersion(), createRequire(import.meta.url)('policyc/package.json').version);
  assert.deepEqual([user(1), NOBODY], [policyc.user(1), policyc.NOBODY]);
  for (const one of [open, Store, PolicyError, shareColumns, strings]) assert.equal(typeof one, 'function');
});
