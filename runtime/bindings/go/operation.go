package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"maps"
	"slices"
	"unsafe"
)

// Row is a row to be added: made with NewRow, and each method gives a changed copy.
//
//	policyc.NewRow(trip, sam.Principal()).With(policyc.Values{"status": "open"}).LinkedTo(tripOf, parent)
type Row struct {
	table    TableID
	owner    Principal
	unit     UnitID
	inactive bool
	columns  []string
	values   Values
	links    []link
}

type link struct {
	relationship RelationshipID
	parent       RowID
}

var _ = [1]struct{}{}[unsafe.Sizeof(link{})-unsafe.Sizeof(C.policy_link{})]

// NewRow is owned by a user or a team; Nobody on tables that these do not own.
func NewRow(table TableID, owner Principal) Row { return Row{table: table, owner: owner, unit: None} }

// In says the owning unit; without it, the owner's own.
func (r Row) In(unit UnitID) Row { r.unit = unit; return r }

// Inactive rows do not count as active in cascades.
func (r Row) Inactive() Row { r.inactive = true; return r }

// WithColumns says which secured columns have a value.
func (r Row) WithColumns(columns ...string) Row { r.columns = columns; return r }

// With sets values of attributes that conditions read.
func (r Row) With(values Values) Row { r.values = merged(r.values, values); return r }

// LinkedTo links it below a row.
func (r Row) LinkedTo(relationship RelationshipID, parent RowID) Row {
	r.links = append(slices.Clip(r.links), link{relationship, parent})
	return r
}

func merged(before, after Values) Values {
	all := maps.Clone(before)
	if all == nil {
		all = Values{}
	}
	maps.Copy(all, after)
	return all
}

func (r Row) encode(p *Program, m *memory) (*C.policy_row, error) {
	l, err := p.layoutOf(NameAttribute, uint32(r.table))
	if err != nil {
		return nil, err
	}
	c := (*C.policy_row)(m.zeroed(int(unsafe.Sizeof(C.policy_row{}))))
	c.struct_size = C.uint32_t(unsafe.Sizeof(*c))
	c.table = C.uint32_t(r.table)
	c.owner = C.policy_principal(r.owner)
	c.unit = C.uint32_t(r.unit)
	c.is_inactive = C.uint32_t(truth(r.inactive))
	for _, name := range r.columns {
		column, err := p.Column(r.table, name)
		if err != nil {
			return nil, err
		}
		c.columns |= 1 << column
	}
	c.links = (*C.policy_link)(array(m, r.links))
	c.link_count = C.uint32_t(len(r.links))
	c.values, c.value_count, err = p.numbered(l, r.values, m)
	return c, err
}

// What changes of a row, by the numbers of its table.
type change struct {
	values     *C.policy_value
	count      C.uint32_t
	named, set Columns
}

func (p *Program) encodeChange(table TableID, values Values, columns map[string]bool, m *memory) (change, error) {
	var c change
	l, err := p.layoutOf(NameAttribute, uint32(table))
	if err != nil {
		return c, err
	}
	for name, hasValue := range columns {
		column, err := p.Column(table, name)
		if err != nil {
			return c, err
		}
		c.named |= ColumnSet(column)
		if hasValue {
			c.set |= ColumnSet(column)
		}
	}
	c.values, c.count, err = p.numbered(l, values, m)
	return c, err
}

// Operation is what somebody asks to do: UpdateRow(sam, trip).With(...). Each method gives a changed copy.
type Operation struct {
	kind          uint32
	user          UserID
	impersonator  UserID
	row           RowID
	principal     Principal
	rights        Rights
	other         RowID
	relationship  RelationshipID
	unit          UnitID
	team          TeamID
	ignoresSignIn bool
	columns       map[string]bool
	proposed      *Row
	values        Values
	links         []link
}

func operation(kind uint32, user UserID, row RowID) Operation {
	return Operation{kind: kind, user: user, row: row, impersonator: None, other: None, relationship: None, unit: None,
		team: None}
}

func CreateRow(user UserID, row Row) Operation {
	o := operation(C.POLICY_OPERATION_CREATE, user, None)
	o.proposed = &row
	return o
}

func ReadRow(user UserID, row RowID) Operation { return operation(C.POLICY_OPERATION_READ, user, row) }
func DeleteRow(user UserID, row RowID) Operation {
	return operation(C.POLICY_OPERATION_DELETE, user, row)
}

// UpdateRow sets what With, WithColumns and LinkedTo say, by the names of the row's own table.
func UpdateRow(user UserID, row RowID) Operation {
	return operation(C.POLICY_OPERATION_UPDATE, user, row)
}

func AssignRow(user UserID, row RowID, to Principal) Operation {
	return operation(C.POLICY_OPERATION_ASSIGN, user, row).to(to)
}

// ShareRow adds to what is shared already.
func ShareRow(user UserID, row RowID, with Principal, rights Rights) Operation {
	o := operation(C.POLICY_OPERATION_SHARE, user, row).to(with)
	o.rights = rights
	return o
}

// ModifyShare leaves exactly these rights.
func ModifyShare(user UserID, row RowID, with Principal, rights Rights) Operation {
	o := operation(C.POLICY_OPERATION_MODIFY, user, row).to(with)
	o.rights = rights
	return o
}

func RevokeShare(user UserID, row RowID, from Principal) Operation {
	return operation(C.POLICY_OPERATION_REVOKE, user, row).to(from)
}

func LinkRow(user UserID, row RowID, relationship RelationshipID, to RowID) Operation {
	return operation(C.POLICY_OPERATION_LINK, user, row).through(relationship, to)
}

func UnlinkRow(user UserID, row RowID, relationship RelationshipID) Operation {
	return operation(C.POLICY_OPERATION_UNLINK, user, row).through(relationship, None)
}

// AssociateRows takes rows in the order of the relationship's tables, as DisassociateRows does.
func AssociateRows(user UserID, relationship RelationshipID, first, second RowID) Operation {
	return operation(C.POLICY_OPERATION_ASSOCIATE, user, first).through(relationship, second)
}

func DisassociateRows(user UserID, relationship RelationshipID, first, second RowID) Operation {
	return operation(C.POLICY_OPERATION_DISASSOCIATE, user, first).through(relationship, second)
}

func MergeRows(user UserID, row, into RowID) Operation {
	return operation(C.POLICY_OPERATION_MERGE, user, row).through(None, into)
}

func MoveRow(user UserID, row RowID, to UnitID) Operation {
	o := operation(C.POLICY_OPERATION_SET_UNIT, user, row)
	o.unit = to
	return o
}

func DeactivateRow(user UserID, row RowID) Operation {
	return operation(C.POLICY_OPERATION_DEACTIVATE, user, row)
}
func ActivateRow(user UserID, row RowID) Operation {
	return operation(C.POLICY_OPERATION_ACTIVATE, user, row)
}

func AddMember(user UserID, team TeamID, member UserID) Operation {
	o := operation(C.POLICY_OPERATION_ADD_MEMBER, user, None).to(member.Principal())
	o.team = team
	return o
}

func RemoveMember(user UserID, team TeamID, member UserID) Operation {
	o := operation(C.POLICY_OPERATION_REMOVE_MEMBER, user, None).to(member.Principal())
	o.team = team
	return o
}

func MoveUser(user, moved UserID, to UnitID) Operation {
	o := operation(C.POLICY_OPERATION_MOVE_USER, user, None).to(moved.Principal())
	o.unit = to
	return o
}

func MoveTeam(user UserID, moved TeamID, to UnitID) Operation {
	o := operation(C.POLICY_OPERATION_MOVE_TEAM, user, None)
	o.team, o.unit = moved, to
	return o
}

func (o Operation) to(principal Principal) Operation { o.principal = principal; return o }
func (o Operation) through(relationship RelationshipID, other RowID) Operation {
	o.relationship, o.other = relationship, other
	return o
}

// By says who really acts, on behalf of the user.
func (o Operation) By(impersonator UserID) Operation { o.impersonator = impersonator; return o }

// IgnoringSignIn does not ask whether people may sign in.
func (o Operation) IgnoringSignIn() Operation { o.ignoresSignIn = true; return o }

// With says what an update sets; nil clears.
func (o Operation) With(values Values) Operation { o.values = merged(o.values, values); return o }

// WithColumns says which secured columns an update sets, and whether they have a value afterwards.
func (o Operation) WithColumns(columns map[string]bool) Operation {
	o.columns = columns
	return o
}

// LinkedTo is a lookup that an update sets; None clears it.
func (o Operation) LinkedTo(relationship RelationshipID, parent RowID) Operation {
	o.links = append(slices.Clip(o.links), link{relationship, parent})
	return o
}

func (o Operation) encode(t *Tx, m *memory) (*C.policy_operation, error) {
	c := (*C.policy_operation)(m.zeroed(int(unsafe.Sizeof(C.policy_operation{}))))
	c.struct_size = C.uint32_t(unsafe.Sizeof(*c))
	c.kind = C.uint32_t(o.kind)
	c.user = C.uint32_t(o.user)
	c.impersonator = C.uint32_t(o.impersonator)
	c.row = C.uint32_t(o.row)
	c.principal = C.policy_principal(o.principal)
	c.rights = C.uint32_t(o.rights)
	c.other = C.uint32_t(o.other)
	c.relationship = C.uint32_t(o.relationship)
	c.unit = C.uint32_t(o.unit)
	c.team = C.uint32_t(o.team)
	c.ignores_sign_in = C.uint32_t(truth(o.ignoresSignIn))
	c.links = (*C.policy_link)(array(m, o.links))
	c.link_count = C.uint32_t(len(o.links))
	var err error
	if o.proposed != nil {
		if c.proposed, err = o.proposed.encode(t.program, m); err != nil {
			return nil, err
		}
	}
	return c, o.encodeUpdate(t, c, m)
}

// Of a row that is not there nothing is named, and the library denies.
func (o Operation) encodeUpdate(t *Tx, c *C.policy_operation, m *memory) error {
	if len(o.values) == 0 && len(o.columns) == 0 {
		return nil
	}
	if o.kind != C.POLICY_OPERATION_UPDATE {
		return fail(ErrInvalid, "only an update sets values: those of a row to be created are its own")
	}
	table := t.tableOf(o.row)
	if table == None {
		return nil
	}
	changed, err := t.program.encodeChange(table, o.values, o.columns, m)
	c.values, c.value_count = changed.values, changed.count
	c.columns_named, c.columns = C.uint64_t(changed.named), C.uint64_t(changed.set)
	return err
}

// Answer is why something may or may not be done, and of a denial what is missing: Party lacks Right on Row.
type Answer struct {
	Allowed   bool
	Reason    Reason
	Party     Principal
	Right     Right // None where none was asked about; so for what follows
	Table     TableID
	Row       RowID
	Privilege PrivilegeID
	Column    ColumnID
	Decision  Decision // of the right on the row, where a row was asked about
}

func answer(a *C.policy_answer) Answer {
	return Answer{a.allowed != 0, Reason(a.reason), Principal(a.party), Right(a.right), TableID(a.table), RowID(a.row),
		PrivilegeID(a.privilege), ColumnID(a.column), decision(&a.decision)}
}

// Change is one thing that an operation changes, and how its cascade came there.
type Change struct {
	Kind         ChangeKind
	Row          RowID
	Principal    Principal
	Relationship RelationshipID
	Team         TeamID
	From         uint32
	FromOwner    uint32
	Before       uint32
	After        uint32
	Through      RelationshipID // of the cascade's last step; None: the operation itself ...
	Above        RowID          // ... and the row that it came from
}

var _ = [1]struct{}{}[unsafe.Sizeof(Change{})-unsafe.Sizeof(C.policy_change{})]

// Outcome is what an operation came to.
type Outcome struct {
	Answer          Answer
	Row             RowID // that a create added; else None
	Changes         []Change
	HiddenColumns   Columns // of a read, create, update: secured columns that the user may not read
	UnmaskedColumns Columns // and those that are read without their mask
}

func outcome(o *C.policy_outcome) Outcome {
	changes := slices.Clone(unsafe.Slice((*Change)(unsafe.Pointer(o.changes)), int(o.change_count)))
	return Outcome{answer(&o.answer), RowID(o.row), changes, Columns(o.hidden_columns), Columns(o.unmasked_columns)}
}
