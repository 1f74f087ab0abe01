package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"iter"
	"unsafe"
)

// NameKind is a kind of things with names. Columns and attributes are of a table, steps of a flow.
type NameKind uint32

const (
	NameTable            NameKind = C.POLICY_NAME_TABLE
	NameRight            NameKind = C.POLICY_NAME_RIGHT
	NameLevel            NameKind = C.POLICY_NAME_LEVEL
	NameReason           NameKind = C.POLICY_NAME_REASON
	NameRole             NameKind = C.POLICY_NAME_ROLE
	NamePrivilege        NameKind = C.POLICY_NAME_PRIVILEGE
	NameColumnProfile    NameKind = C.POLICY_NAME_COLUMN_PROFILE
	NameRelationship     NameKind = C.POLICY_NAME_RELATIONSHIP
	NameFlow             NameKind = C.POLICY_NAME_FLOW
	NameStep             NameKind = C.POLICY_NAME_STEP
	NameColumn           NameKind = C.POLICY_NAME_COLUMN
	NameAttribute        NameKind = C.POLICY_NAME_ATTRIBUTE
	NameUserAttribute    NameKind = C.POLICY_NAME_USER_ATTRIBUTE
	NameContextAttribute NameKind = C.POLICY_NAME_CONTEXT_ATTRIBUTE
	NameChoice           NameKind = C.POLICY_NAME_CHOICE
)

var nameKindWords = [...]string{"table", "right", "level", "reason", "role", "privilege", "column profile",
	"relationship", "flow", "step", "secured column", "attribute", "user attribute", "context attribute", "choice"}

func (k NameKind) String() string { return word(nameKindWords[:], uint32(k)) }

// Count is how many there are; `of` is the table of a column or an attribute and the flow of a step, else 0.
func (p *Program) Count(kind NameKind, of uint32) int {
	if p == nil || !p.handle.enter() {
		return 0
	}
	defer p.handle.leave()
	return int(C.policy_count(p.ptr, C.uint32_t(kind), C.uint32_t(of)))
}

// Name is the name of that number; "" where there is none.
func (p *Program) Name(kind NameKind, of, number uint32) string {
	if p == nil || !p.handle.enter() {
		return ""
	}
	defer p.handle.leave()
	return C.GoString(C.policy_name(p.ptr, C.uint32_t(kind), C.uint32_t(of), C.uint32_t(number)))
}

// Names goes through all of a kind, by number.
func (p *Program) Names(kind NameKind, of uint32) iter.Seq2[uint32, string] {
	return func(yield func(uint32, string) bool) {
		for i := uint32(0); i < uint32(p.Count(kind, of)); i++ {
			if !yield(i, p.Name(kind, of, i)) {
				return
			}
		}
	}
}

// Find is the number of that name; an error that wraps ErrUnknown where there is none.
func (p *Program) Find(kind NameKind, of uint32, name string) (uint32, error) {
	if p == nil || !p.handle.enter() {
		return None, closed("program")
	}
	defer p.handle.leave()
	var m memory
	defer m.free()
	text, err := m.word(name)
	if err != nil {
		return None, err
	}
	number := uint32(C.policy_find(p.ptr, C.uint32_t(kind), C.uint32_t(of), text))
	if number == None {
		return None, fail(ErrUnknown, "the policy has no %v `%s`", kind, name)
	}
	return number, nil
}

func find[ID ~uint32](p *Program, kind NameKind, of uint32, name string) (ID, error) {
	number, err := p.Find(kind, of, name)
	return ID(number), err
}

func (p *Program) Table(name string) (TableID, error) { return find[TableID](p, NameTable, 0, name) }
func (p *Program) Role(name string) (RoleID, error)   { return find[RoleID](p, NameRole, 0, name) }
func (p *Program) Privilege(name string) (PrivilegeID, error) {
	return find[PrivilegeID](p, NamePrivilege, 0, name)
}
func (p *Program) ColumnProfile(name string) (ProfileID, error) {
	return find[ProfileID](p, NameColumnProfile, 0, name)
}
func (p *Program) Relationship(name string) (RelationshipID, error) {
	return find[RelationshipID](p, NameRelationship, 0, name)
}
func (p *Program) Flow(name string) (FlowID, error) { return find[FlowID](p, NameFlow, 0, name) }
func (p *Program) Step(flow FlowID, name string) (StepID, error) {
	return find[StepID](p, NameStep, uint32(flow), name)
}
func (p *Program) Column(table TableID, name string) (ColumnID, error) {
	return find[ColumnID](p, NameColumn, uint32(table), name)
}

// TableInfo is what a policy says of a table.
type TableInfo struct {
	Ownership      Ownership
	Rights         Rights  // those it takes
	Columns        Columns // secured ones
	AttributeBytes uint32
}

func (p *Program) DescribeTable(table TableID) (TableInfo, error) {
	var info TableInfo
	err := p.Use(func(unsafe.Pointer) error {
		var i C.policy_table_info
		i.struct_size = C.uint32_t(unsafe.Sizeof(i))
		if err := plain(C.policy_table_describe(p.ptr, C.uint32_t(table), &i), "table"); err != nil {
			return err
		}
		info = TableInfo{Ownership(i.ownership), Rights(i.rights), Columns(i.columns), uint32(i.attribute_bytes)}
		return nil
	})
	return info, err
}

// GrantInfo is one line of a role.
type GrantInfo struct {
	Role        RoleID // that it is written in; Decision.Role is the one that is held
	Table       TableID
	Right       Right
	Level       Level
	Conditional bool
	File        string
	Line        int // from 1; 0 where nobody knows
	Column      int
}

func (p *Program) DescribeGrant(grant GrantID) (GrantInfo, error) {
	var info GrantInfo
	err := p.Use(func(unsafe.Pointer) error {
		var i C.policy_grant_info
		i.struct_size = C.uint32_t(unsafe.Sizeof(i))
		if err := plain(C.policy_grant_describe(p.ptr, C.uint32_t(grant), &i), "grant"); err != nil {
			return err
		}
		info = GrantInfo{RoleID(i.role), TableID(i.table), Right(i.right), Level(i.level), i.conditional != 0,
			C.GoString(i.file), int(i.line), int(i.column)}
		return nil
	})
	return info, err
}

// StepInfo is one step of a flow.
type StepInfo struct {
	Table     TableID
	Right     Right
	Bounded   bool   // where it runs as somebody else, BoundedBy acts on their behalf
	NamedUser string // whom it, its trigger or its flow names
	BoundedBy string // the flow's owner
}

func (p *Program) DescribeStep(flow FlowID, step StepID) (StepInfo, error) {
	var info StepInfo
	err := p.Use(func(unsafe.Pointer) error {
		var i C.policy_step_info
		i.struct_size = C.uint32_t(unsafe.Sizeof(i))
		if err := plain(C.policy_step_describe(p.ptr, C.uint32_t(flow), C.uint32_t(step), &i), "step"); err != nil {
			return err
		}
		info = StepInfo{TableID(i.table), Right(i.right), i.bounded != 0, C.GoString(i.named_user),
			C.GoString(i.bounded_by)}
		return nil
	})
	return info, err
}

// RunAs is whom a step runs as: a user, System, or Nobody, who may do nothing. `named` is the user of the name
// StepInfo.NamedUser. Bounds and rights are the host's to check; Tx.RunAs does that too.
func (p *Program) RunAs(flow FlowID, step StepID, triggering, recordOwner, named Principal) Principal {
	if p == nil || !p.handle.enter() {
		return Nobody
	}
	defer p.handle.leave()
	return Principal(C.policy_run_as(p.ptr, C.uint32_t(flow), C.uint32_t(step), C.policy_principal(triggering),
		C.policy_principal(recordOwner), C.policy_principal(named)))
}
