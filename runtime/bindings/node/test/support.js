'use strict';
// Builds the images that the tests open, once: POLICYC_BUILD is the build directory that has policyc, POLICYC_POLICIES
// the folder of the bindings' policies.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const policyc = require('policyc');

const policies = process.env.POLICYC_POLICIES;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'policyc-node-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

const tool = (...args) =>
  execFileSync(path.join(process.env.POLICYC_BUILD, 'bin', 'policyc'), args, { encoding: 'utf8' });

function build(name) {
  const image = path.join(folder, `${name}.policy.so`);
  if (!fs.existsSync(image)) tool('build', path.join(policies, `${name}.policy`), '-o', image);
  return image;
}

/** Two units below a root, three users, two trips: what most tests of stores begin with. */
function world(store) {
  return store.transaction((t) => {
    const root = t.addUnit();
    const north = t.addUnit(root);
    const south = t.addUnit(root);
    const sam = t.addUser(north, { name: 'sam' });
    const ana = t.addUser(north, { name: 'ana' });
    const roohi = t.addUser(root, { name: 'roohi' });
    t.giveRole(policyc.user(sam), 'skipper', north);
    t.giveRole(policyc.user(ana), 'member', north);
    t.giveRole(policyc.user(roohi), 'admiral', root);
    const hers = t.addRow('trip', { owner: policyc.user(ana), values: { status: 'open' } });
    const his = t.addRow('trip', { owner: policyc.user(sam), values: { status: 'closed', distance_km: 12 } });
    return { root, north, south, sam, ana, roohi, hers, his };
  });
}

const code = (name) => ({ name: 'PolicyError', code: `POLICY_${name}` });
const closed = { code: 'POLICY_INVALID', message: /closed|elsewhere/ };

module.exports = { policyc, policies, folder, tool, build, world, code, closed };
