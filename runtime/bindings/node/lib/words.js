'use strict';
// The words of policies, by the numbers of policy/layout.h; and principals.
const { unknown } = require('./errors');

const NONE = 0xffffffff;
const RIGHTS = ['create', 'read', 'delete', 'write', 'append', 'append_to', 'assign', 'share'];
const LEVELS = ['none', 'user', 'business_unit', 'parent_child', 'organization'];
const REASONS = [
  'none',
  'owner',
  'team_owner',
  'role_level',
  'share',
  'inherited_share',
  'hierarchy',
  'no_privilege',
  'level',
  'condition',
  'needs_read',
  'column',
  'restrict',
  'other_party',
  'not_held',
  'cannot_own',
  'cycle',
  'classic_units',
  'not_same_table',
  'system_managed',
  'access_team',
  'disabled',
  'no_act_on_behalf',
  'illegal',
  'unknown',
  'access_mode',
];
const TYPES = ['boolean', 'integer', 'decimal', 'money', 'string', 'date', 'datetime', 'choice'];
const OWNERSHIPS = ['user', 'business_unit', 'organization'];
const PROGRAM_KINDS = [undefined, 'image', 'linked', 'jit'];
const TEAM_KINDS = ['owner', 'default', 'group', 'access'];
const ACCESS_MODES = ['read_write', 'administrative', 'read', 'support', 'non_interactive', 'delegated_admin'];
const OPERATIONS = [
  'create',
  'read',
  'update',
  'delete',
  'assign',
  'share',
  'modify',
  'revoke',
  'link',
  'unlink',
  'associate',
  'disassociate',
  'merge',
  'set_unit',
  'deactivate',
  'activate',
  'add_member',
  'remove_member',
  'move_user',
  'move_team',
];
const CHANGES = [
  'create',
  'values',
  'owner',
  'unit',
  'state',
  'link',
  'share',
  'inherited',
  'association',
  'delete',
  'member',
  'user_unit',
  'team_unit',
  'roles_lost',
  'roles_moved',
];
const PRINCIPAL_KINDS = ['nobody', 'user', 'team', 'unit', 'organization', 'system'];
const LIMIT = 2 ** 29;

const numbersOf = (words) => new Map(words.map((word, number) => [word, number]));
const RIGHT_NUMBERS = numbersOf(RIGHTS);
const TEAM_KIND_NUMBERS = numbersOf(TEAM_KINDS);
const ACCESS_MODE_NUMBERS = numbersOf(ACCESS_MODES);

function wordNumber(numbers, word, what) {
  const number = numbers.get(word);
  if (number === undefined)
    throw unknown(`no ${what} is called ${String(word)}; there are ${[...numbers.keys()].join(', ')}`);
  return number;
}

const rightNumber = (right) => wordNumber(RIGHT_NUMBERS, right, 'right');
const rightBits = (rights) => [...rights].reduce((bits, right) => bits | (1 << rightNumber(right)), 0);
const rightsOf = (bits) => RIGHTS.filter((_, number) => (bits >> number) & 1);

function principal(kind, number) {
  if (!Number.isInteger(number) || number < 0 || number >= LIMIT)
    throw new RangeError(`${PRINCIPAL_KINDS[kind]} ${number}: numbers are from 0 to 2^29 - 1`);
  return kind * LIMIT + number;
}

const user = (number) => principal(1, number);
const team = (number) => principal(2, number);
const unit = (number) => principal(3, number);
const NOBODY = 0;
const ORGANIZATION = principal(4, 0);
const SYSTEM = principal(5, 0);

/** { kind: 'team', index: 2 } */
const principalOf = (number) => ({ kind: PRINCIPAL_KINDS[Math.floor(number / LIMIT)], index: number % LIMIT });

const orNull = (number) => (number === NONE ? null : number);

module.exports = {
  NONE,
  LIMIT,
  RIGHTS,
  LEVELS,
  REASONS,
  TYPES,
  OWNERSHIPS,
  PROGRAM_KINDS,
  TEAM_KIND_NUMBERS,
  ACCESS_MODE_NUMBERS,
  OPERATIONS,
  CHANGES,
  NOBODY,
  ORGANIZATION,
  SYSTEM,
  user,
  team,
  unit,
  principalOf,
  rightNumber,
  rightBits,
  rightsOf,
  wordNumber,
  orNull,
};
