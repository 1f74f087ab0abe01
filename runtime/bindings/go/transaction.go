package policyc

/*
#include <pthread.h>
#include "policy/policy.h"

// Of the thread that calls: a number that no other thread has meanwhile.
static uintptr_t policyc_thread(void) { return (uintptr_t)pthread_self(); }
*/
import "C"

import (
	"runtime"
	"sync"
	"time"
	"unsafe"
)

// Tx is a transaction: changes that readers see together, or never. It sees its own. One at a time; two goroutines on
// one Tx wait for each other.
//
// What it takes as facts comes from elsewhere: nobody's rights are asked. ErrUnknown where something named is not
// there, ErrRefused where the facts do not allow it; then nothing has changed, and the transaction goes on. What
// somebody asks to do goes through Plan and Perform.
type Tx struct {
	state   *txState // nil: the zero Tx, which is over
	program *Program
}

// What the cleanup needs, apart from the Tx itself.
type txState struct {
	lock  sync.Mutex
	ptr   *C.policy_transaction // nil: over
	store *handle
	turn  chan struct{}
}

// Update runs `work` in a transaction and commits it; where `work` gives an error, or panics, it is as if it had never
// been. It waits for the transaction under way; from within another Update of the same goroutine it is ErrBusy.
func (s *Store) Update(work func(tx *Tx) error) (Revision, error) {
	runtime.LockOSThread() // so that the thread says whether it is within another
	defer runtime.UnlockOSThread()
	tx, err := s.begin(forEver)
	if err != nil {
		return 0, err
	}
	defer tx.Abandon()
	thread := uintptr(C.policyc_thread())
	s.updating.Store(thread)
	defer s.updating.CompareAndSwap(thread, 0)
	if err := work(tx); err != nil {
		return 0, err
	}
	return tx.Commit()
}

// Begin is for transactions that do not fit Update: any goroutine may use it and end it. It waits for the transaction
// under way. One that nobody ends is abandoned by the garbage collector, and keeps others waiting until then:
//
//	tx, err := store.Begin()
//	if err != nil {
//		return err
//	}
//	defer tx.Abandon() // does nothing after a Commit
func (s *Store) Begin() (*Tx, error) { return s.begin(forEver) }

// TryBegin is Begin, but ErrBusy where it would have to wait longer.
func (s *Store) TryBegin(wait time.Duration) (*Tx, error) { return s.begin(max(wait, 0)) }

const forEver time.Duration = -1

func (s *Store) begin(wait time.Duration) (*Tx, error) {
	if err := s.takeTurn(wait); err != nil {
		return nil, err
	}
	state := &txState{store: s.handle, turn: s.turn}
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_transaction_begin(s.ptr, &state.ptr, e) })
	if err != nil {
		s.giveTurn()
		return nil, err
	}
	program := unsafe.Pointer(C.policy_transaction_program(state.ptr))
	tx := &Tx{state: state, program: s.current(C.policy_program_retain((*C.policy_program)(program)))}
	runtime.AddCleanup(tx, (*txState).abandon, state)
	return tx, nil
}

// Goroutines wait for each other here and not in the library, which would take a goroutine that comes to a thread for
// the one that began there. Leave with giveTurn.
func (s *Store) takeTurn(wait time.Duration) error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.updating.Load() == uintptr(C.policyc_thread()) {
		s.handle.leave()
		return fail(ErrBusy, "within an Update of this goroutine, which would wait for itself")
	}
	if wait == forEver {
		s.turn <- struct{}{}
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case s.turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-timer.C:
		s.handle.leave()
		return fail(ErrBusy, "another transaction is under way")
	}
}

// Out of the store first: who comes next may close it.
func (s *Store) giveTurn() {
	s.handle.leave()
	<-s.turn
}

// The C transaction, alone; leave with t.state.lock.Unlock.
func (t *Tx) enter() error {
	if t == nil || t.state == nil {
		return closed("transaction")
	}
	t.state.lock.Lock()
	if t.state.ptr == nil {
		t.state.lock.Unlock()
		return fail(ErrInvalid, "the transaction is over")
	}
	return nil
}

// Once it is over in the library.
func (s *txState) over() {
	s.ptr = nil
	s.store.leave()
	<-s.turn
}

func (s *txState) abandon() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.ptr != nil {
		C.policy_transaction_abandon(s.ptr)
		s.over()
	}
}

// Commit ends it; readers who begin from now on see it all. Where it gives an error it is over too, and nothing has
// changed.
func (t *Tx) Commit() (Revision, error) {
	if err := t.enter(); err != nil {
		return 0, err
	}
	defer t.state.lock.Unlock()
	var revision C.uint64_t
	err := call(func(e *C.policy_error) C.policy_status {
		return C.policy_transaction_commit(t.state.ptr, &revision, e)
	})
	t.state.over()
	return Revision(revision), err
}

// Abandon ends it as if it had never been. After the end, and on nil, it does nothing.
func (t *Tx) Abandon() {
	if t != nil && t.state != nil {
		t.state.abandon()
	}
}

// Program is what the numbers given to it are of; nil of the zero Tx.
func (t *Tx) Program() *Program {
	if t == nil {
		return nil
	}
	return t.program
}

// Table is the table of a row; None where there is no such row.
func (t *Tx) Table(row RowID) TableID {
	if t.enter() != nil {
		return None
	}
	defer t.state.lock.Unlock()
	return t.tableOf(row)
}

func (t *Tx) tableOf(row RowID) TableID {
	return TableID(C.policy_transaction_table(t.state.ptr, C.uint32_t(row)))
}

func noRow(row RowID) error { return fail(ErrUnknown, "there is no row %d", row) }

// `arguments` are said where it fails.
func (t *Tx) do(what string, work func() C.policy_status, arguments ...any) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.state.lock.Unlock()
	return plain(work(), what, arguments...)
}

func (t *Tx) add(what string, work func(*C.uint32_t) C.policy_status, arguments ...any) (uint32, error) {
	var number C.uint32_t
	err := t.do(what, func() C.policy_status { return work(&number) }, arguments...)
	if err != nil {
		return None, err
	}
	return uint32(number), nil
}

func truth(value bool) C.int32_t {
	if value {
		return 1
	}
	return 0
}

// AddUnit adds a business unit; the first is the root, and its parent None.
func (t *Tx) AddUnit(parent UnitID) (UnitID, error) {
	unit, err := t.add("AddUnit", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_unit(t.state.ptr, C.uint32_t(parent), out)
	}, parent)
	return UnitID(unit), err
}

// MoveUnit moves it with all below it.
func (t *Tx) MoveUnit(unit, parent UnitID) error {
	return t.do("MoveUnit", func() C.policy_status {
		return C.policy_move_unit(t.state.ptr, C.uint32_t(unit), C.uint32_t(parent))
	}, unit, parent)
}

func (t *Tx) AddUser(unit UnitID) (UserID, error) {
	user, err := t.add("AddUser", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_user(t.state.ptr, C.uint32_t(unit), out)
	}, unit)
	return UserID(user), err
}

func (t *Tx) AddTeam(unit UnitID, kind TeamKind) (TeamID, error) {
	team, err := t.add("AddTeam", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_team(t.state.ptr, C.uint32_t(unit), C.uint32_t(kind), out)
	}, unit, kind)
	return TeamID(team), err
}

// AddPosition adds one below `parent`; None: a top position.
func (t *Tx) AddPosition(parent PositionID) (PositionID, error) {
	position, err := t.add("AddPosition", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_position(t.state.ptr, C.uint32_t(parent), out)
	}, parent)
	return PositionID(position), err
}

// SetUserName is what flows name people by.
func (t *Tx) SetUserName(user UserID, name string) error {
	var m memory
	defer m.free()
	text, err := m.name(name)
	if err != nil {
		return err
	}
	return t.do("SetUserName", func() C.policy_status {
		return C.policy_set_user_name(t.state.ptr, C.uint32_t(user), text)
	}, user, name)
}

func (t *Tx) SetUserDisabled(user UserID, disabled bool) error {
	return t.do("SetUserDisabled", func() C.policy_status {
		return C.policy_set_user_disabled(t.state.ptr, C.uint32_t(user), truth(disabled))
	}, user, disabled)
}

func (t *Tx) SetUserMode(user UserID, mode AccessMode) error {
	return t.do("SetUserMode", func() C.policy_status {
		return C.policy_set_user_mode(t.state.ptr, C.uint32_t(user), C.uint32_t(mode))
	}, user, mode)
}

// SetUserManager takes None for nobody.
func (t *Tx) SetUserManager(user, manager UserID) error {
	return t.do("SetUserManager", func() C.policy_status {
		return C.policy_set_user_manager(t.state.ptr, C.uint32_t(user), C.uint32_t(manager))
	}, user, manager)
}

// SetUserPosition takes None for no position.
func (t *Tx) SetUserPosition(user UserID, position PositionID) error {
	return t.do("SetUserPosition", func() C.policy_status {
		return C.policy_set_user_position(t.state.ptr, C.uint32_t(user), C.uint32_t(position))
	}, user, position)
}

// SetUserValues sets those that are named; others stay.
func (t *Tx) SetUserValues(user UserID, values Values) error {
	return t.withValues("SetUserValues", NameUserAttribute, values,
		func(list *C.policy_value, count C.uint32_t) C.policy_status {
			return C.policy_set_user_values(t.state.ptr, C.uint32_t(user), list, count)
		}, user)
}

// SetContext is what conditions read beside rows and users, until the transaction ends.
func (t *Tx) SetContext(values Values) error {
	return t.withValues("SetContext", NameContextAttribute, values,
		func(list *C.policy_value, count C.uint32_t) C.policy_status {
			return C.policy_transaction_set_context(t.state.ptr, list, count)
		})
}

func (t *Tx) withValues(what string, kind NameKind, values Values,
	work func(*C.policy_value, C.uint32_t) C.policy_status, arguments ...any) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.state.lock.Unlock()
	l, err := t.program.layoutOf(kind, 0)
	if err != nil {
		return err
	}
	var m memory
	defer m.free()
	list, count, err := t.program.numbered(l, values, &m)
	if err != nil {
		return err
	}
	return plain(work(list, count), what, arguments...)
}

func (t *Tx) MoveUser(user UserID, unit UnitID) error {
	return t.do("MoveUser", func() C.policy_status {
		return C.policy_move_user(t.state.ptr, C.uint32_t(user), C.uint32_t(unit))
	}, user, unit)
}

func (t *Tx) MoveTeam(team TeamID, unit UnitID) error {
	return t.do("MoveTeam", func() C.policy_status {
		return C.policy_move_team(t.state.ptr, C.uint32_t(team), C.uint32_t(unit))
	}, team, unit)
}

func (t *Tx) Join(user UserID, team TeamID) error {
	return t.do("Join", func() C.policy_status {
		return C.policy_join(t.state.ptr, C.uint32_t(user), C.uint32_t(team))
	}, user, team)
}

func (t *Tx) Leave(user UserID, team TeamID) error {
	return t.do("Leave", func() C.policy_status {
		return C.policy_leave(t.state.ptr, C.uint32_t(user), C.uint32_t(team))
	}, user, team)
}

// GiveRole gives it to a user, a team, or (where units are principals) a unit. `anchor` is the unit whose copy of the
// role it is; under classic business units the holder's own.
func (t *Tx) GiveRole(holder Principal, role RoleID, anchor UnitID) error {
	return t.do("GiveRole", func() C.policy_status {
		return C.policy_give_role(t.state.ptr, C.policy_principal(holder), C.uint32_t(role), C.uint32_t(anchor))
	}, holder, role, anchor)
}

// DropRoles takes all roles that the holder holds itself.
func (t *Tx) DropRoles(holder Principal) error {
	return t.do("DropRoles", func() C.policy_status {
		return C.policy_drop_roles(t.state.ptr, C.policy_principal(holder))
	}, holder)
}

func (t *Tx) GiveColumnProfile(holder Principal, profile ProfileID) error {
	return t.do("GiveColumnProfile", func() C.policy_status {
		return C.policy_give_column_profile(t.state.ptr, C.policy_principal(holder), C.uint32_t(profile))
	}, holder, profile)
}

// AddRow adds a row.
func (t *Tx) AddRow(row Row) (RowID, error) {
	if err := t.enter(); err != nil {
		return None, err
	}
	defer t.state.lock.Unlock()
	var m memory
	defer m.free()
	c, err := row.encode(t.program, &m)
	if err != nil {
		return None, err
	}
	var number C.uint32_t
	if err := plain(C.policy_add_row(t.state.ptr, c, &number), "AddRow", row.table, row.owner, row.unit); err != nil {
		return None, err
	}
	return RowID(number), nil
}

// RemoveRow removes it with its shares and links.
func (t *Tx) RemoveRow(row RowID) error {
	return t.do("RemoveRow", func() C.policy_status {
		return C.policy_remove_row(t.state.ptr, C.uint32_t(row))
	}, row)
}

func (t *Tx) SetRowOwner(row RowID, owner Principal) error {
	return t.do("SetRowOwner", func() C.policy_status {
		return C.policy_set_row_owner(t.state.ptr, C.uint32_t(row), C.policy_principal(owner))
	}, row, owner)
}

func (t *Tx) SetRowUnit(row RowID, unit UnitID) error {
	return t.do("SetRowUnit", func() C.policy_status {
		return C.policy_set_row_unit(t.state.ptr, C.uint32_t(row), C.uint32_t(unit))
	}, row, unit)
}

func (t *Tx) SetRowActive(row RowID, active bool) error {
	return t.do("SetRowActive", func() C.policy_status {
		return C.policy_set_row_active(t.state.ptr, C.uint32_t(row), truth(active))
	}, row, active)
}

// SetRowValues sets values, and of secured columns whether they have one. Both are by name, of the row's own table;
// others stay.
func (t *Tx) SetRowValues(row RowID, values Values, columns map[string]bool) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.state.lock.Unlock()
	table := t.tableOf(row)
	if table == None {
		return noRow(row)
	}
	var m memory
	defer m.free()
	changed, err := t.program.encodeChange(table, values, columns, &m)
	if err != nil {
		return err
	}
	return plain(C.policy_set_row_values(t.state.ptr, C.uint32_t(row), changed.values, changed.count,
		C.uint64_t(changed.named), C.uint64_t(changed.set)), "SetRowValues", row)
}

// SetRowLink links it below `parent`; None: no more. Shares are not handed on: Perform does what the platform does.
func (t *Tx) SetRowLink(row RowID, relationship RelationshipID, parent RowID) error {
	return t.do("SetRowLink", func() C.policy_status {
		return C.policy_set_row_link(t.state.ptr, C.uint32_t(row), C.uint32_t(relationship), C.uint32_t(parent))
	}, row, relationship, parent)
}

func (t *Tx) SetAssociation(relationship RelationshipID, first, second RowID, there bool) error {
	return t.do("SetAssociation", func() C.policy_status {
		return C.policy_set_association(t.state.ptr, C.uint32_t(relationship), C.uint32_t(first), C.uint32_t(second),
			truth(there))
	}, relationship, first, second, there)
}

// SetShare shares it for exactly these rights; none: no more.
func (t *Tx) SetShare(row RowID, with Principal, rights Rights) error {
	return t.do("SetShare", func() C.policy_status {
		return C.policy_set_share(t.state.ptr, C.uint32_t(row), C.policy_principal(with), C.uint32_t(rights))
	}, row, with, rights)
}

// SetColumnShare shares one secured column of one row, by its name in the row's own table.
func (t *Tx) SetColumnShare(row RowID, column string, with Principal, read, update bool) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.state.lock.Unlock()
	table := t.tableOf(row)
	if table == None {
		return noRow(row)
	}
	number, err := t.program.Column(table, column)
	if err != nil {
		return err
	}
	return plain(C.policy_set_column_share(t.state.ptr, C.uint32_t(row), C.uint32_t(number), C.policy_principal(with),
		truth(read), truth(update)), "SetColumnShare", row, column, with, read, update)
}

// Plan asks, and says all that would change; nothing does. No error for a denial: see Outcome.Answer.
func (t *Tx) Plan(operation Operation) (Outcome, error) {
	return t.operate(operation, func(o *C.policy_operation, out *C.policy_outcome, e *C.policy_error) C.policy_status {
		return C.policy_transaction_plan(t.state.ptr, o, out, e)
	})
}

// Perform asks, and carries it out whole where it is allowed. No error for a denial: see Outcome.Answer.
func (t *Tx) Perform(operation Operation) (Outcome, error) {
	return t.operate(operation, func(o *C.policy_operation, out *C.policy_outcome, e *C.policy_error) C.policy_status {
		return C.policy_transaction_perform(t.state.ptr, o, out, e)
	})
}

func (t *Tx) operate(operation Operation,
	work func(*C.policy_operation, *C.policy_outcome, *C.policy_error) C.policy_status) (Outcome, error) {
	if err := t.enter(); err != nil {
		return Outcome{Row: None}, err
	}
	defer t.state.lock.Unlock()
	var m memory
	defer m.free()
	o, err := operation.encode(t, &m)
	if err != nil {
		return Outcome{Row: None}, err
	}
	out := (*C.policy_outcome)(m.zeroed(int(unsafe.Sizeof(C.policy_outcome{}))))
	out.struct_size = C.uint32_t(unsafe.Sizeof(*out))
	e := newError(&m)
	if err := toError(work(o, out, e), e); err != nil {
		return Outcome{Row: None}, err
	}
	return outcome(out), nil
}

// RunAsAnswer is whom a step of a flow runs as, and whether it may.
type RunAsAnswer struct {
	IsSystem     bool // nobody's rights bound it
	User         UserID
	Impersonator UserID // whose rights bound that user's; None
	Escalates    bool   // it may, and whoever set the flow off could not have done it
	Answer       Answer
}

// RunAs asks about a step: `row` set the flow off, as it is now in the transaction; `triggering` is the user who did.
func (t *Tx) RunAs(flow FlowID, step StepID, triggering UserID, row RowID) (RunAsAnswer, error) {
	if err := t.enter(); err != nil {
		return RunAsAnswer{User: None, Impersonator: None}, err
	}
	defer t.state.lock.Unlock()
	var out C.policy_run_as_answer
	out.struct_size = C.uint32_t(unsafe.Sizeof(out))
	status := C.policy_transaction_run_as(t.state.ptr, C.uint32_t(flow), C.uint32_t(step), C.uint32_t(triggering),
		C.uint32_t(row), &out)
	return RunAsAnswer{out.is_system != 0, UserID(out.user), UserID(out.impersonator), out.escalates != 0,
		answer(&out.answer)}, plain(status, "RunAs", flow, step, triggering, row)
}
