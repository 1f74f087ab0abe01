/// <reference lib="esnext.disposable" />
/**
 * Compiled policies: who may do what to which row, and why.
 *
 * ```js
 * const policyc = require('policyc');
 * const club = policyc.open('boat_club.policy.so');
 * const sam = club.subject({ user: 3, unit: 2, roles: ['skipper'] });
 * const trip = club.table('boat_trip').record({ owner: policyc.user(4), unit: 2, values: { status: 'closed' } });
 * if (!club.check(sam, 'delete', trip)) console.log(club.decide(sam, 'delete', trip).explain());
 * ```
 *
 * A Program decides of records that the host keeps; a Store keeps users, teams, roles and rows itself. What goes wrong
 * is thrown as PolicyError; a denial is an answer. Numbers of users, rows, ... are plain numbers; principals are made
 * with user(3), team(3), unit(3), and neither is taken for the other; sets of columns and revisions are bigints.
 * Objects are taken as they are described here: a key that is not is a TypeError, and so is a number that is none.
 */

export type Right = 'create' | 'read' | 'delete' | 'write' | 'append' | 'append_to' | 'assign' | 'share';
export type Level = 'none' | 'user' | 'business_unit' | 'parent_child' | 'organization';
export type Reason =
  | 'none'
  | 'owner'
  | 'team_owner'
  | 'role_level'
  | 'share'
  | 'inherited_share'
  | 'hierarchy'
  | 'no_privilege'
  | 'level'
  | 'condition'
  | 'needs_read'
  | 'column'
  | 'restrict'
  | 'other_party'
  | 'not_held'
  | 'cannot_own'
  | 'cycle'
  | 'classic_units'
  | 'not_same_table'
  | 'system_managed'
  | 'access_team'
  | 'disabled'
  | 'no_act_on_behalf'
  | 'illegal'
  | 'unknown'
  | 'access_mode';
export type Type = 'boolean' | 'integer' | 'decimal' | 'money' | 'string' | 'date' | 'datetime' | 'choice';
export type Ownership = 'user' | 'business_unit' | 'organization';
export type TeamKind = 'owner' | 'default' | 'group' | 'access';
export type AccessMode = 'read_write' | 'administrative' | 'read' | 'support' | 'non_interactive' | 'delegated_admin';

declare const principal: unique symbol;
/** A user, team or unit as one number. */
export type Principal = number & { readonly [principal]: true };
/** Of a user, team or unit, where no principal is meant: what addUser, ... gave. */
export type Index = number & { readonly [principal]?: never };
/** What is there when it comes back: no promise. */
export type AtOnce =
  string | number | bigint | boolean | symbol | null | undefined | void | (object & { then?: never });
/** The name of a role, table, ..., or its number. */
export type Name = string | number;

/**
 * boolean: boolean. integer: bigint or a safe integer. decimal, money: "12.5", bigint or a safe integer, never a
 * fraction as a number. string, choice: string. date: "2026-01-31". datetime: Date, or a bigint of microseconds.
 * null: no value.
 */
export type Value = boolean | number | bigint | string | Date | null;
export type Values = { [attribute: string]: Value };

// --- errors

export declare const Status: Readonly<{
  OK: 0;
  INVALID: 1;
  UNKNOWN: 2;
  ILLEGAL: 3;
  NOT_READABLE: 4;
  DAMAGED: 5;
  FOREIGN: 6;
  NEWER: 7;
  MISMATCH: 8;
  UNTRUSTED: 9;
  MISSING: 10;
  SHORT: 11;
  STALE: 12;
  BUSY: 13;
  REFUSED: 14;
  LOSSY: 15;
  NO_MEMORY: 16;
  INTERNAL: 17;
  NOT_COMPILED: 18;
}>;

export declare class PolicyError extends Error {
  /** Of Status. */
  readonly status: number;
  /** `POLICY_UNKNOWN`, ... */
  readonly code: `POLICY_${keyof typeof Status}`;
  /** Of NOT_COMPILED. */
  readonly diagnostics?: Diagnostic[];
  /** Of LOSSY. */
  readonly lost?: string[];
  readonly missing?: string[];
}

// --- opening and compiling

/** A key that is there has a value: `{ keys: undefined }` is a TypeError, and opens nothing unsigned. */
export interface OpenOptions {
  /** Ed25519 public keys, 32 bytes or 64 hexadecimal digits: the image must be signed by one of them. */
  keys?: (Uint8Array | string)[];
  /** Exactly this policy. */
  policyHash?: string;
  /** The same tables, columns, roles, ... by the same numbers. */
  layoutHash?: string;
}

/** Opens an image that `policyc build FILE -o NAME.so` wrote. */
export declare function open(path: string | URL, options?: OpenOptions): Program;
/** The same of an image in memory; it may go afterwards. */
export declare function openBytes(image: Uint8Array | ArrayBuffer, options?: OpenOptions): Program;

export interface CompileOptions {
  /** What diagnostics call the text. */
  name?: string;
  /** Where `use` looks. */
  folder?: string;
  /** Keeps machine code for later runs; must be its owner's alone. */
  cacheFolder?: string;
}
export interface Diagnostic {
  readonly isError: boolean;
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** With the lines of the text, notes and help. */
  readonly rendered: string;
}

/** Compiles a policy; needs libpolicy_jit. Throws NOT_COMPILED with `diagnostics`. */
export declare function compile(text: string, options?: CompileOptions): Program;
/** The same of a file; `use` looks in its folder. */
export declare function compileFile(path: string | URL, options?: Omit<CompileOptions, 'name'>): Program;
/** Whether libpolicy_jit is there. */
export declare function canCompile(): boolean;
/** Of the libpolicy that is loaded. */
export declare function libraryVersion(): string;

// --- principals

export declare function user(number: Index): Principal;
export declare function team(number: Index): Principal;
export declare function unit(number: Index): Principal;
export declare const NOBODY: Principal;
export declare const ORGANIZATION: Principal;
export declare const SYSTEM: Principal;
export declare function principalOf(principal: number): {
  kind: 'nobody' | 'user' | 'team' | 'unit' | 'organization' | 'system';
  index: number;
};

// --- programs

export interface ProgramInfo {
  readonly kind: 'image' | 'linked' | 'jit';
  readonly abiVersion: number;
  readonly slotCount: number;
  readonly policyName: string;
  readonly policyHash: string;
  readonly layoutHash: string;
  readonly compiler: string;
  readonly llvm: string;
  readonly target: string;
  readonly cpu: string;
  /** The public key that signed it, in hexadecimal; "" where nobody did. */
  readonly signer: string;
}
export interface Grant {
  readonly role: string;
  readonly table: string;
  readonly right: Right;
  readonly level: Level;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly conditional: boolean;
}
export interface Step {
  readonly right: Right;
  readonly table: string;
  readonly bounded: boolean;
  readonly namedUser: string;
  readonly boundedBy: string;
}
/** A business unit: its number in pre-order, and the last one of its subtree (left out: nothing is below). */
export type Unit = Index | { number: Index; last?: Index };
export interface RoleHeld {
  name: Name;
  /** A team or unit; left out, the user. */
  holder?: Principal;
  /** The unit whose copy of the role it is; left out, the user's own. */
  anchor?: Unit;
}
/** A key that is there has a value. */
export interface Standing {
  user?: Index | Principal;
  unit?: Unit;
  roles?: (Name | RoleHeld)[];
  teams?: (Index | Principal)[];
  /** Hierarchy security: whose rows count, and for which rights. */
  reports?: { principal: Principal; rights: Right[] }[];
  attributes?: Values;
}

/** Somebody, resolved; good until roles, teams or units change. */
export declare class Subject {
  private constructor();
}
/** What conditions read beside subject and record. */
export declare class Context {
  private constructor();
}

/** A compiled policy. Each worker thread opens its own; what was made from one keeps it alive. */
export declare class Program {
  private constructor();
  readonly info: ProgramInfo;
  /** Of `compile`. */
  readonly warnings: Diagnostic[];
  readonly tables: string[];
  readonly roles: string[];
  readonly privileges: string[];
  readonly columnProfiles: string[];
  readonly relationships: string[];
  readonly flows: string[];
  steps(flow: Name): string[];
  table(name: Name): Table;
  step(flow: Name, step: Name): Step;
  grant(number: number): Grant;

  subject(standing?: Standing): Subject;
  context(values?: Values): Context;
  /** May the subject do this to the record? For 'create', the record as it would be. */
  check(subject: Subject, right: Right, record: AnyRecord, context?: Context): boolean;
  /** The same, and why. Throws ILLEGAL where the table does not take the right. */
  decide(subject: Subject, right: Right, record: AnyRecord, context?: Context): Decision;
  batch(records: Iterable<Record>): Batch;
  /** 1 or 0 for each. */
  checkMany(subject: Subject, right: Right, records: Batch | Iterable<Record>, context?: Context): Uint8Array;
  /** 1 or 0 for each row. Throws MISSING where a column is not there that the decision reads. */
  filter(subject: Subject, right: Right, table: Name, columns: Columns, context?: Context): Uint8Array;
  choiceNumbers(labels: Iterable<string>): Uint32Array;
  holds(subject: Subject, privilege: Name): boolean;
  /** Whom a step of a flow runs as: a user, SYSTEM, or NOBODY, which may do nothing. */
  runAs(flow: Name, step: Name, who: { triggering: Principal; recordOwner: Principal; named?: Principal }): Principal;
  /** Of `compile`: comes back when every decision has its machine code. */
  wait(): void;
  /** Twice is fine. */
  close(): void;
  [Symbol.dispose](): void;
}

export declare class Decision {
  private constructor();
  readonly allowed: boolean;
  readonly reason: Reason;
  readonly held: Level;
  readonly needed: Level;
  readonly grant: number | null;
  readonly role: string | null;
  readonly through: Principal;
  /** In words, a line each. */
  explain(): string;
  where(): Grant | null;
}

export interface ShareOf {
  principal: Principal;
  rights?: Right[];
  inherited?: Right[];
}
export interface RecordParts {
  owner?: Principal;
  /** Left out on tables that the organization owns. */
  unit?: Index;
  /** The owning unit is not the owner's own. */
  away?: boolean;
  shares?: ShareOf[];
  values?: Values;
}
export declare class Table {
  private constructor();
  readonly number: number;
  readonly name: string;
  readonly ownership: Ownership;
  readonly rights: Right[];
  /** Secured columns: their places are the bits of column sets. */
  readonly columns: string[];
  /** Those that conditions read. */
  readonly attributes: Map<string, Type>;
  record(parts?: RecordParts): Record;
  columnBits(columns: Iterable<string>): bigint;
  columnsOf(bits: bigint): string[];
}
/** A row as a check reads it. */
export declare class Record {
  private constructor();
  readonly table: Table;
  owner: Principal;
  get unit(): Index | null;
  set unit(unit: Index | null | undefined);
  set(values: Values): this;
  setShares(shares: ShareOf[]): this;
}
/** A row of a store, until its reader looks elsewhere. */
export declare class BorrowedRecord {
  private constructor();
  readonly table: Table;
}
export type AnyRecord = Record | BorrowedRecord;
export declare class Batch {
  private constructor();
  readonly records: Record[];
  readonly length: number;
}

// --- columns

/** A column of strings, made once and used often. */
export interface Strings {
  readonly length: number;
}
export declare function strings(texts: Iterable<string | null>): Strings;
export type Numbers = Uint8Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;
/** true, false, 1 or 0 for each row; a BigUint64Array has a bit for each, and is read where it is. */
export type Flags = ArrayLike<boolean | number> | BigUint64Array;
/** `present`: which rows have a value; left out, all. null for a whole column: none has. */
export type Column = Numbers | Strings | { values: Numbers; present?: Flags } | null;
/** Typed arrays are read where they are. Of attributes: boolean Uint8Array; integer, money (x 10^4), datetime
 * BigInt64Array; decimal (x 10^10) BigUint64Array, two entries a row, the lower first; date Int32Array; choice
 * Uint32Array (Program.choiceNumbers); string Strings. */
export interface Columns {
  count?: number;
  owner?: Uint32Array;
  owningUnit?: Uint32Array;
  away?: Flags;
  shareBegin?: Uint32Array;
  /** Two entries a share: its principal, and rights | inherited << 16. */
  shares?: Uint32Array;
  attributes?: { [attribute: string]: Column };
}
export declare function shareColumns(rows: ShareOf[][]): { shareBegin: Uint32Array; shares: Uint32Array };

// --- stores

export interface ReaderOptions {
  /** Looks at no revision before this one ... */
  atLeast?: bigint;
  /** ... and waits for it this long, blocking; else STALE. */
  waitMs?: number;
  /** Every check and decide is logged. */
  log?: Log | null;
}
/** Facts, and the program that they are asked under. */
export declare class Store {
  constructor(program: Program, options?: { lists?: boolean });
  readonly revision: bigint;
  readonly program: Program;
  /** Committed when `work` returns, abandoned when it throws. `work` must not be async. */
  transaction<T extends AtOnce>(work: (transaction: Transaction) => T): T;
  /** The same by hand. Throws BUSY while one is under way: one that is forgotten, until the garbage is collected. */
  begin(): Transaction;
  /** `work` must not be async: the reader is closed when it comes back. */
  read<T extends AtOnce>(work: (reader: Reader) => T, options?: ReaderOptions): T;
  reader(options?: ReaderOptions): Reader;
  /** Another version of the policy, facts taken over by name. Throws LOSSY. */
  replace(
    program: Program,
    options?: { mayLose?: boolean; mayMiss?: boolean },
  ): {
    revision: bigint;
    lost: string[];
    missing: string[];
  };
  /** Throws BUSY while it has readers or a transaction. */
  close(): void;
  [Symbol.dispose](): void;
}

export interface RowParts {
  owner?: Principal;
  /** Left out, the owner's own. */
  unit?: Index;
  active?: boolean;
  values?: Values;
  /** The row above, by relationship. */
  links?: { [relationship: string]: number | null };
  /** Secured columns that have a value. */
  columns?: string[];
}
export declare class Transaction {
  private constructor();
  readonly program: Program;
  readonly isOpen: boolean;
  readonly revision: bigint | null;
  commit(): bigint;
  abandon(): void;
  [Symbol.dispose](): void;

  /** The first one is the root, and has no parent. */
  addUnit(parent?: Index): Index;
  moveUnit(unit: Index, parent: Index): void;
  addUser(unit: Index, options?: { name?: string; attributes?: Values }): Index;
  addTeam(unit: Index, options?: { kind?: TeamKind; members?: Index[] }): Index;
  addPosition(parent?: number): number;
  setUserName(user: Index, name: string): void;
  setUserDisabled(user: Index, disabled: boolean): void;
  setUserMode(user: Index, mode: AccessMode): void;
  setUserManager(user: Index, manager: Index | null): void;
  setUserPosition(user: Index, position: number | null): void;
  setUserValues(user: Index, values: Values): void;
  moveUser(user: Index, unit: Index): void;
  moveTeam(team: Index, unit: Index): void;
  join(user: Index, team: Index): void;
  leave(user: Index, team: Index): void;
  giveRole(holder: Principal, role: Name, anchor: Index): void;
  dropRoles(holder: Principal): void;
  giveColumnProfile(holder: Principal, profile: Name): void;

  addRow(table: Name, row?: RowParts): number;
  removeRow(row: number): void;
  setRowOwner(row: number, owner: Principal): void;
  setRowUnit(row: number, unit: Index): void;
  setRowActive(row: number, active: boolean): void;
  /** Of the row's own table. `columns`: whether these secured columns have a value. */
  setRowValues(row: number, what: { values?: Values; columns?: { [column: string]: boolean } }): void;
  setRowLink(row: number, relationship: Name, parent: number | null): void;
  setAssociation(relationship: Name, first: number, second: number, there?: boolean): void;
  /** Exactly these rights. */
  setShare(row: number, principal: Principal, rights: Right[]): void;
  setColumnShare(row: number, column: string, principal: Principal, may?: { read?: boolean; update?: boolean }): void;

  plan(operation: Operation): Outcome;
  perform(operation: Operation): Outcome;
  setContext(values: Values): void;
  runAs(flow: Name, step: Name, what: { triggering: Index; row: number }): RunAs;
}

/** A key that is there has a value, and belongs to the kind: `impersonator: undefined` is a TypeError. */
interface Asked {
  /** In whose name. */
  user: Index;
  /** Who really acts, on behalf of `user`. */
  impersonator?: Index;
  ignoresSignIn?: boolean;
}
export type Operation = Asked &
  (
    | ({ kind: 'create'; table: Name } & RowParts)
    | {
        kind: 'update';
        row: number;
        /** Of the row's own table. */
        values?: Values;
        columns?: { [column: string]: boolean };
        links?: { [relationship: string]: number | null };
      }
    | { kind: 'read' | 'delete' | 'activate' | 'deactivate'; row: number }
    | { kind: 'assign' | 'revoke'; row: number; to: Principal }
    | { kind: 'share' | 'modify'; row: number; to: Principal; rights: Right[] }
    | { kind: 'link' | 'associate' | 'disassociate'; row: number; relationship: Name; other: number }
    | { kind: 'unlink'; row: number; relationship: Name }
    | { kind: 'merge'; row: number; other: number }
    | { kind: 'set_unit'; row: number; unit: Index }
    | { kind: 'add_member' | 'remove_member'; team: Index; to: Principal }
    | { kind: 'move_user'; to: Principal; unit: Index }
    | { kind: 'move_team'; team: Index; unit: Index }
  );
export interface Answer {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** Of a denial: who lacks `right` on `row`. */
  readonly party: Principal;
  readonly right: Right | null;
  readonly table: string | null;
  readonly row: number | null;
  readonly privilege: string | null;
  readonly column: string | null;
  readonly decision: Decision | null;
}
export interface Change {
  readonly kind:
    | 'create'
    | 'values'
    | 'owner'
    | 'unit'
    | 'state'
    | 'link'
    | 'share'
    | 'inherited'
    | 'association'
    | 'delete'
    | 'member'
    | 'user_unit'
    | 'team_unit'
    | 'roles_lost'
    | 'roles_moved';
  readonly row: number | null;
  readonly principal: Principal;
  readonly relationship: string | null;
  readonly team: number | null;
  readonly from: number | null;
  readonly fromOwner: number | null;
  readonly before: number;
  readonly after: number;
  /** The cascade's last step, and the row that it came from. */
  readonly through: string | null;
  readonly above: number | null;
}
export interface Outcome {
  readonly allowed: boolean;
  readonly answer: Answer;
  /** That a create added. */
  readonly row: number | null;
  readonly changes: Change[];
  readonly hiddenColumns: bigint;
  readonly unmaskedColumns: bigint;
}
export interface RunAs {
  readonly isSystem: boolean;
  readonly user: number | null;
  readonly impersonator: number | null;
  readonly escalates: boolean;
  readonly answer: Answer;
}

/** How far a list has come: it moves along, and can be gone on with in a later revision. */
export declare class Cursor {
  readonly atEnd: boolean;
}
export interface ColumnRights {
  readonly secured: bigint;
  readonly read: bigint;
  readonly create: bigint;
  readonly update: bigint;
  readonly readUnmasked: bigint;
  readonly readOneUnmasked: bigint;
}
/** Questions about one revision. */
export declare class Reader {
  private constructor();
  readonly revision: bigint;
  readonly program: Program;
  refresh(options?: Omit<ReaderOptions, 'log'>): bigint;
  setLog(log: Log | null): void;
  /** Until it is set again. Everything is denied, with STALE, where the policy was replaced by one with another context:
   * set it anew. */
  setContext(values: Values): void;
  check(user: Index, right: Right, row: number): boolean;
  decide(user: Index, right: Right, row: number): Decision;
  /** 1 or 0 for each. An Uint32Array is read where it is. */
  checkMany(user: Index, right: Right, rows: Uint32Array | Iterable<number>): Uint8Array;
  list(user: Index, right: Right, table: Name, options?: { cursor?: Cursor }): IterableIterator<number>;
  who(right: Right, row: number, options?: { cursor?: Cursor }): IterableIterator<Index>;
  /** Of that row, or, without one, of all: what is shared of single rows is left out. */
  columns(user: Index, table: Name): ColumnRights;
  columns(user: Index, table: Name, row: number): ColumnRights;
  table(row: number): string | null;
  subject(user: Index): Subject | null;
  record(row: number): BorrowedRecord | null;
  close(): void;
  [Symbol.dispose](): void;
}

/** A decision log: who asked what, what came out and why, as JSON lines that `policyc replay` reads. */
export declare class Log {
  constructor(
    path: string | URL,
    options?: { ringSize?: number; fileBytes?: number | bigint; filesKept?: number; denialsOnly?: boolean },
  );
  decision(
    decision: Decision,
    subject: Subject,
    record: AnyRecord,
    names?: { context?: Context; userName?: string; rowName?: string },
  ): boolean;
  flush(): void;
  counts(): { written: bigint; dropped: bigint; failed: bigint };
  /** Throws BUSY while a reader logs to it. */
  close(): void;
  [Symbol.dispose](): void;
}
