package policyc

/*
#include "policy/policy.h"
*/
import "C"

import "fmt"

// Numbers of things. Those of a policy's things (tables, roles, ...) are of one version of the policy: find them by
// name. Those of facts (users, rows, ...) are the store's, or on the thin way the host's.
type (
	TableID        uint32
	RoleID         uint32
	PrivilegeID    uint32
	ProfileID      uint32 // a column profile
	RelationshipID uint32
	FlowID         uint32
	StepID         uint32 // of a flow
	ColumnID       uint32 // a secured column of a table: a bit of Columns
	AttributeID    uint32 // of a table, of users or of the context
	GrantID        uint32 // a line of a role
	UnitID         uint32
	UserID         uint32
	TeamID         uint32
	PositionID     uint32
	RowID          uint32
)

// None is the number of nothing: no parent, no manager, no grant.
const None = 0xffffffff

// Revision counts the commits of a store.
type Revision uint64

// Principal is somebody who can own rows, hold roles or be shared with.
type Principal uint32

const (
	Nobody       Principal = 0
	Organization Principal = C.POLICY_ORGANIZATION << C.POLICY_PRINCIPAL_SHIFT
	// System is only what a step runs as: nobody's rights bound it.
	System Principal = C.POLICY_SYSTEM << C.POLICY_PRINCIPAL_SHIFT
	// Self holds a role in a Standing: the user.
	Self Principal = C.POLICY_SELF
)

// PrincipalKind is what a Principal is.
type PrincipalKind uint32

const (
	KindNobody       PrincipalKind = C.POLICY_NOBODY
	KindUser         PrincipalKind = C.POLICY_USER
	KindTeam         PrincipalKind = C.POLICY_TEAM
	KindUnit         PrincipalKind = C.POLICY_UNIT
	KindOrganization PrincipalKind = C.POLICY_ORGANIZATION
	KindSystem       PrincipalKind = C.POLICY_SYSTEM
)

// Nobody, where the number is none: it would change the kind.
func principal(kind PrincipalKind, index uint32) Principal {
	if index >= C.POLICY_PRINCIPAL_LIMIT {
		return Nobody
	}
	return Principal(uint32(kind)<<C.POLICY_PRINCIPAL_SHIFT | index)
}

func (id UserID) Principal() Principal { return principal(KindUser, uint32(id)) }
func (id TeamID) Principal() Principal { return principal(KindTeam, uint32(id)) }
func (id UnitID) Principal() Principal { return principal(KindUnit, uint32(id)) }

func (p Principal) Kind() PrincipalKind { return PrincipalKind(p >> C.POLICY_PRINCIPAL_SHIFT) }

var principalWords = [...]string{"nobody", "user", "team", "unit", "organization", "system"}

// String is "user 3".
func (p Principal) String() string {
	switch p {
	case Nobody, Organization, System:
		return principalWords[p.Kind()]
	case Self:
		return "self"
	}
	return fmt.Sprint(word(principalWords[:], uint32(p.Kind())), " ", p.Index())
}

// Index is the number of the user, team or unit.
func (p Principal) Index() uint32 { return uint32(p) & (C.POLICY_PRINCIPAL_LIMIT - 1) }

// Columns is a set of secured columns of a table.
type Columns uint64

func ColumnSet(columns ...ColumnID) Columns {
	var set Columns
	for _, column := range columns {
		if column < 64 {
			set |= 1 << column
		}
	}
	return set
}

func (c Columns) Has(column ColumnID) bool { return column < 64 && c>>column&1 != 0 }
