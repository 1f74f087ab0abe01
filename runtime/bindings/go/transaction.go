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
	"unsafe"
)

// Tx is a transaction: changes that readers see together, or never. It sees its own. One at a time, and of the
// goroutine that began it.
//
// What it takes as facts comes from elsewhere: nobody's rights are asked. ErrUnknown where something named is not
// there, ErrRefused where the facts do not allow it; then nothing has changed, and the transaction goes on. What
// somebody asks to do goes through Plan and Perform.
type Tx struct {
	ptr     *C.policy_transaction
	store   *Store
	program *Program
	thread  C.uintptr_t
}

// Update runs `work` in a transaction and commits it; where `work` gives an error, or panics, it is as if it had never
// been. It waits for the transaction under way; from within one it is ErrBusy.
func (s *Store) Update(work func(tx *Tx) error) (Revision, error) {
	tx, err := s.Begin()
	if err != nil {
		return 0, err
	}
	defer tx.Abandon()
	if err := work(tx); err != nil {
		return 0, err
	}
	return tx.Commit()
}

// Begin is for transactions that do not fit Update. The goroutine keeps its operating system thread until Commit or
// Abandon, and only it can end the transaction. One that nobody ends keeps all others waiting:
//
//	tx, err := store.Begin()
//	if err != nil {
//		return err
//	}
//	defer tx.Abandon() // does nothing after a Commit
func (s *Store) Begin() (*Tx, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	runtime.LockOSThread()
	tx := &Tx{store: s, thread: C.policyc_thread()}
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_transaction_begin(s.ptr, &tx.ptr, e) })
	if err != nil {
		runtime.UnlockOSThread()
		s.handle.leave()
		return nil, err
	}
	tx.program = s.current(C.policy_store_program(s.ptr))
	return tx, nil
}

// Only the goroutine that began it runs on its thread.
func (t *Tx) use() error {
	if t == nil {
		return closed("transaction")
	}
	if t.thread != C.policyc_thread() {
		return fail(ErrInvalid, "a transaction is of the goroutine that began it")
	}
	if t.ptr == nil {
		return fail(ErrInvalid, "the transaction is over")
	}
	return nil
}

func (t *Tx) over() {
	t.ptr = nil
	runtime.UnlockOSThread()
	t.store.handle.leave()
}

// Commit ends it; readers who begin from now on see it all. Where it gives an error it is over too, and nothing has
// changed.
func (t *Tx) Commit() (Revision, error) {
	if err := t.use(); err != nil {
		return 0, err
	}
	var revision C.uint64_t
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_transaction_commit(t.ptr, &revision, e) })
	t.over()
	return Revision(revision), err
}

// Abandon ends it as if it had never been. After the end, and on nil, it does nothing.
func (t *Tx) Abandon() {
	if t.use() != nil {
		return
	}
	C.policy_transaction_abandon(t.ptr)
	t.over()
}

// Program is what the numbers given to it are of.
func (t *Tx) Program() *Program { return t.program }

func (t *Tx) do(what string, work func() C.policy_status) error {
	if err := t.use(); err != nil {
		return err
	}
	return plain(work(), what)
}

func (t *Tx) add(what string, work func(*C.uint32_t) C.policy_status) (uint32, error) {
	if err := t.use(); err != nil {
		return None, err
	}
	var number C.uint32_t
	if err := plain(work(&number), what); err != nil {
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
	unit, err := t.add("add unit", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_unit(t.ptr, C.uint32_t(parent), out)
	})
	return UnitID(unit), err
}

// MoveUnit moves it with all below it.
func (t *Tx) MoveUnit(unit, parent UnitID) error {
	return t.do("move unit", func() C.policy_status {
		return C.policy_move_unit(t.ptr, C.uint32_t(unit), C.uint32_t(parent))
	})
}

func (t *Tx) AddUser(unit UnitID) (UserID, error) {
	user, err := t.add("add user", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_user(t.ptr, C.uint32_t(unit), out)
	})
	return UserID(user), err
}

func (t *Tx) AddTeam(unit UnitID, kind TeamKind) (TeamID, error) {
	team, err := t.add("add team", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_team(t.ptr, C.uint32_t(unit), C.uint32_t(kind), out)
	})
	return TeamID(team), err
}

// AddPosition adds one below `parent`; None: a top position.
func (t *Tx) AddPosition(parent PositionID) (PositionID, error) {
	position, err := t.add("add position", func(out *C.uint32_t) C.policy_status {
		return C.policy_add_position(t.ptr, C.uint32_t(parent), out)
	})
	return PositionID(position), err
}

// SetUserName is what flows name people by.
func (t *Tx) SetUserName(user UserID, name string) error {
	var m memory
	defer m.free()
	text, err := m.word(name)
	if err != nil {
		return err
	}
	return t.do("name user", func() C.policy_status { return C.policy_set_user_name(t.ptr, C.uint32_t(user), text) })
}

func (t *Tx) SetUserDisabled(user UserID, disabled bool) error {
	return t.do("disable user", func() C.policy_status {
		return C.policy_set_user_disabled(t.ptr, C.uint32_t(user), truth(disabled))
	})
}

func (t *Tx) SetUserMode(user UserID, mode AccessMode) error {
	return t.do("set access mode", func() C.policy_status {
		return C.policy_set_user_mode(t.ptr, C.uint32_t(user), C.uint32_t(mode))
	})
}

// SetUserManager takes None for nobody.
func (t *Tx) SetUserManager(user, manager UserID) error {
	return t.do("set manager", func() C.policy_status {
		return C.policy_set_user_manager(t.ptr, C.uint32_t(user), C.uint32_t(manager))
	})
}

// SetUserPosition takes None for no position.
func (t *Tx) SetUserPosition(user UserID, position PositionID) error {
	return t.do("set position", func() C.policy_status {
		return C.policy_set_user_position(t.ptr, C.uint32_t(user), C.uint32_t(position))
	})
}

// SetUserValues sets those that are named; others stay.
func (t *Tx) SetUserValues(user UserID, values Values) error {
	return t.withValues("set user values", NameUserAttribute, 0, values,
		func(list *C.policy_value, count C.uint32_t) C.policy_status {
			return C.policy_set_user_values(t.ptr, C.uint32_t(user), list, count)
		})
}

// SetContext is what conditions read beside rows and users, until the transaction ends.
func (t *Tx) SetContext(values Values) error {
	return t.withValues("set context", NameContextAttribute, 0, values,
		func(list *C.policy_value, count C.uint32_t) C.policy_status {
			return C.policy_transaction_set_context(t.ptr, list, count)
		})
}

func (t *Tx) withValues(what string, kind NameKind, of uint32, values Values,
	work func(*C.policy_value, C.uint32_t) C.policy_status) error {
	if err := t.use(); err != nil {
		return err
	}
	l, err := t.program.layoutOf(kind, of)
	if err != nil {
		return err
	}
	var m memory
	defer m.free()
	list, count, err := t.program.numbered(l, values, &m)
	if err != nil {
		return err
	}
	return plain(work(list, count), what)
}

func (t *Tx) MoveUser(user UserID, unit UnitID) error {
	return t.do("move user", func() C.policy_status {
		return C.policy_move_user(t.ptr, C.uint32_t(user), C.uint32_t(unit))
	})
}

func (t *Tx) MoveTeam(team TeamID, unit UnitID) error {
	return t.do("move team", func() C.policy_status {
		return C.policy_move_team(t.ptr, C.uint32_t(team), C.uint32_t(unit))
	})
}

func (t *Tx) Join(user UserID, team TeamID) error {
	return t.do("join", func() C.policy_status { return C.policy_join(t.ptr, C.uint32_t(user), C.uint32_t(team)) })
}

func (t *Tx) Leave(user UserID, team TeamID) error {
	return t.do("leave", func() C.policy_status { return C.policy_leave(t.ptr, C.uint32_t(user), C.uint32_t(team)) })
}

// GiveRole gives it to a user, a team, or (where units are principals) a unit. `anchor` is the unit whose copy of the
// role it is; under classic business units the holder's own.
func (t *Tx) GiveRole(holder Principal, role RoleID, anchor UnitID) error {
	return t.do("give role", func() C.policy_status {
		return C.policy_give_role(t.ptr, C.policy_principal(holder), C.uint32_t(role), C.uint32_t(anchor))
	})
}

// DropRoles takes all roles that the holder holds itself.
func (t *Tx) DropRoles(holder Principal) error {
	return t.do("drop roles", func() C.policy_status { return C.policy_drop_roles(t.ptr, C.policy_principal(holder)) })
}

func (t *Tx) GiveColumnProfile(holder Principal, profile ProfileID) error {
	return t.do("give column profile", func() C.policy_status {
		return C.policy_give_column_profile(t.ptr, C.policy_principal(holder), C.uint32_t(profile))
	})
}

// AddRow adds a row.
func (t *Tx) AddRow(row Row) (RowID, error) {
	if err := t.use(); err != nil {
		return None, err
	}
	var m memory
	defer m.free()
	c, err := row.encode(t.program, &m)
	if err != nil {
		return None, err
	}
	number, err := t.add("add row", func(out *C.uint32_t) C.policy_status { return C.policy_add_row(t.ptr, c, out) })
	return RowID(number), err
}

// RemoveRow removes it with its shares and links.
func (t *Tx) RemoveRow(row RowID) error {
	return t.do("remove row", func() C.policy_status { return C.policy_remove_row(t.ptr, C.uint32_t(row)) })
}

func (t *Tx) SetRowOwner(row RowID, owner Principal) error {
	return t.do("set owner", func() C.policy_status {
		return C.policy_set_row_owner(t.ptr, C.uint32_t(row), C.policy_principal(owner))
	})
}

func (t *Tx) SetRowUnit(row RowID, unit UnitID) error {
	return t.do("set unit", func() C.policy_status {
		return C.policy_set_row_unit(t.ptr, C.uint32_t(row), C.uint32_t(unit))
	})
}

func (t *Tx) SetRowActive(row RowID, active bool) error {
	return t.do("set state", func() C.policy_status {
		return C.policy_set_row_active(t.ptr, C.uint32_t(row), truth(active))
	})
}

// SetRowValues sets values that are named, and of the secured columns `named` those that have a value: `set`. The table
// is the row's.
func (t *Tx) SetRowValues(row RowID, table TableID, values Values, named, set Columns) error {
	return t.withValues("set values", NameAttribute, uint32(table), values,
		func(list *C.policy_value, count C.uint32_t) C.policy_status {
			return C.policy_set_row_values(t.ptr, C.uint32_t(row), list, count, C.uint64_t(named), C.uint64_t(set))
		})
}

// SetRowLink links it below `parent`; None: no more. Shares are not handed on: Perform does what the platform does.
func (t *Tx) SetRowLink(row RowID, relationship RelationshipID, parent RowID) error {
	return t.do("set link", func() C.policy_status {
		return C.policy_set_row_link(t.ptr, C.uint32_t(row), C.uint32_t(relationship), C.uint32_t(parent))
	})
}

func (t *Tx) SetAssociation(relationship RelationshipID, first, second RowID, there bool) error {
	return t.do("set association", func() C.policy_status {
		return C.policy_set_association(t.ptr, C.uint32_t(relationship), C.uint32_t(first), C.uint32_t(second),
			truth(there))
	})
}

// SetShare shares it for exactly these rights; none: no more.
func (t *Tx) SetShare(row RowID, with Principal, rights Rights) error {
	return t.do("set share", func() C.policy_status {
		return C.policy_set_share(t.ptr, C.uint32_t(row), C.policy_principal(with), C.uint32_t(rights))
	})
}

// SetColumnShare shares one secured column of one row.
func (t *Tx) SetColumnShare(row RowID, column ColumnID, with Principal, read, update bool) error {
	return t.do("set column share", func() C.policy_status {
		return C.policy_set_column_share(t.ptr, C.uint32_t(row), C.uint32_t(column), C.policy_principal(with),
			truth(read), truth(update))
	})
}

// Plan asks, and says all that would change; nothing does. No error for a denial: see Outcome.Answer.
func (t *Tx) Plan(operation Operation) (Outcome, error) {
	return t.operate(operation, func(o *C.policy_operation, out *C.policy_outcome, e *C.policy_error) C.policy_status {
		return C.policy_transaction_plan(t.ptr, o, out, e)
	})
}

// Perform asks, and carries it out whole where it is allowed. No error for a denial: see Outcome.Answer.
func (t *Tx) Perform(operation Operation) (Outcome, error) {
	return t.operate(operation, func(o *C.policy_operation, out *C.policy_outcome, e *C.policy_error) C.policy_status {
		return C.policy_transaction_perform(t.ptr, o, out, e)
	})
}

func (t *Tx) operate(operation Operation,
	work func(*C.policy_operation, *C.policy_outcome, *C.policy_error) C.policy_status) (Outcome, error) {
	if err := t.use(); err != nil {
		return Outcome{Row: None}, err
	}
	var m memory
	defer m.free()
	o, err := operation.encode(t.program, &m)
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
	if err := t.use(); err != nil {
		return RunAsAnswer{User: None, Impersonator: None}, err
	}
	var out C.policy_run_as_answer
	out.struct_size = C.uint32_t(unsafe.Sizeof(out))
	status := C.policy_transaction_run_as(t.ptr, C.uint32_t(flow), C.uint32_t(step), C.uint32_t(triggering),
		C.uint32_t(row), &out)
	return RunAsAnswer{out.is_system != 0, UserID(out.user), UserID(out.impersonator), out.escalates != 0,
		answer(&out.answer)}, plain(status, "run as")
}
