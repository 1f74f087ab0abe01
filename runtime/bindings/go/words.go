package policyc

/*
#include "policy/policy.h"
*/
import "C"

import "strings"

// Right is one of the eight things that can be done to a row.
type Right uint32

const (
	Create   Right = C.POLICY_RIGHT_create
	Read     Right = C.POLICY_RIGHT_read
	Delete   Right = C.POLICY_RIGHT_delete
	Write    Right = C.POLICY_RIGHT_write
	Append   Right = C.POLICY_RIGHT_append
	AppendTo Right = C.POLICY_RIGHT_append_to
	Assign   Right = C.POLICY_RIGHT_assign
	Share    Right = C.POLICY_RIGHT_share
)

var rightWords = [...]string{"create", "read", "delete", "write", "append", "append_to", "assign", "share"}

func (r Right) String() string { return word(rightWords[:], uint32(r)) }

// Rights is a set of them.
type Rights uint16

func RightSet(rights ...Right) Rights {
	var set Rights
	for _, right := range rights {
		if right < C.POLICY_RIGHT_COUNT {
			set |= 1 << right
		}
	}
	return set
}

func (r Rights) Has(right Right) bool { return right < C.POLICY_RIGHT_COUNT && r>>right&1 != 0 }

func (r Rights) String() string {
	var words []string
	for right := Right(0); right < C.POLICY_RIGHT_COUNT; right++ {
		if r.Has(right) {
			words = append(words, right.String())
		}
	}
	return strings.Join(words, ", ")
}

// Level is how far a grant reaches.
type Level uint32

const (
	LevelNone         Level = C.POLICY_LEVEL_none
	LevelUser         Level = C.POLICY_LEVEL_user
	LevelBusinessUnit Level = C.POLICY_LEVEL_business_unit
	LevelParentChild  Level = C.POLICY_LEVEL_parent_child
	LevelOrganization Level = C.POLICY_LEVEL_organization
)

var levelWords = [...]string{"none", "user", "business_unit", "parent_child", "organization"}

func (l Level) String() string { return word(levelWords[:], uint32(l)) }

// Reason is why a decision fell as it did.
type Reason uint32

const (
	ReasonNone           Reason = C.POLICY_REASON_none
	ReasonOwner          Reason = C.POLICY_REASON_owner
	ReasonTeamOwner      Reason = C.POLICY_REASON_team_owner
	ReasonRoleLevel      Reason = C.POLICY_REASON_role_level
	ReasonShare          Reason = C.POLICY_REASON_share
	ReasonInheritedShare Reason = C.POLICY_REASON_inherited_share
	ReasonHierarchy      Reason = C.POLICY_REASON_hierarchy
	ReasonNoPrivilege    Reason = C.POLICY_REASON_no_privilege
	ReasonLevel          Reason = C.POLICY_REASON_level
	ReasonCondition      Reason = C.POLICY_REASON_condition
	ReasonNeedsRead      Reason = C.POLICY_REASON_needs_read
	ReasonColumn         Reason = C.POLICY_REASON_column
	ReasonRestrict       Reason = C.POLICY_REASON_restrict
	ReasonOtherParty     Reason = C.POLICY_REASON_other_party
	ReasonNotHeld        Reason = C.POLICY_REASON_not_held
	ReasonCannotOwn      Reason = C.POLICY_REASON_cannot_own
	ReasonCycle          Reason = C.POLICY_REASON_cycle
	ReasonClassicUnits   Reason = C.POLICY_REASON_classic_units
	ReasonNotSameTable   Reason = C.POLICY_REASON_not_same_table
	ReasonSystemManaged  Reason = C.POLICY_REASON_system_managed
	ReasonAccessTeam     Reason = C.POLICY_REASON_access_team
	ReasonDisabled       Reason = C.POLICY_REASON_disabled
	ReasonNoActOnBehalf  Reason = C.POLICY_REASON_no_act_on_behalf
	ReasonIllegal        Reason = C.POLICY_REASON_illegal
	ReasonUnknown        Reason = C.POLICY_REASON_unknown
	ReasonAccessMode     Reason = C.POLICY_REASON_access_mode
)

var reasonWords = [...]string{"none", "owner", "team_owner", "role_level", "share", "inherited_share", "hierarchy",
	"no_privilege", "level", "condition", "needs_read", "column", "restrict", "other_party", "not_held", "cannot_own",
	"cycle", "classic_units", "not_same_table", "system_managed", "access_team", "disabled", "no_act_on_behalf",
	"illegal", "unknown", "access_mode"}

func (r Reason) String() string { return word(reasonWords[:], uint32(r)) }

// Ownership is who owns rows of a table.
type Ownership uint32

const (
	OwnedByUser         Ownership = C.POLICY_OWNED_BY_USER // a user or a team
	OwnedByUnit         Ownership = C.POLICY_OWNED_BY_UNIT
	OwnedByOrganization Ownership = C.POLICY_OWNED_BY_ORGANIZATION
)

var ownershipWords = [...]string{"user", "business_unit", "organization"}

func (o Ownership) String() string { return word(ownershipWords[:], uint32(o)) }

// Type is what values an attribute has.
type Type uint32

const (
	TypeBoolean  Type = C.POLICY_TYPE_BOOLEAN
	TypeInteger  Type = C.POLICY_TYPE_INTEGER
	TypeDecimal  Type = C.POLICY_TYPE_DECIMAL
	TypeMoney    Type = C.POLICY_TYPE_MONEY
	TypeString   Type = C.POLICY_TYPE_STRING
	TypeDate     Type = C.POLICY_TYPE_DATE
	TypeDateTime Type = C.POLICY_TYPE_DATETIME
	TypeChoice   Type = C.POLICY_TYPE_CHOICE
)

var typeWords = [...]string{"boolean", "integer", "decimal", "money", "string", "date", "datetime", "choice"}

func (t Type) String() string { return word(typeWords[:], uint32(t)) }

// TeamKind is what a team is for.
type TeamKind uint32

const (
	TeamOwner   TeamKind = C.POLICY_TEAM_OWNER
	TeamDefault TeamKind = C.POLICY_TEAM_DEFAULT // all users of its unit are its members, and nobody else
	TeamGroup   TeamKind = C.POLICY_TEAM_GROUP   // of a directory outside
	TeamAccess  TeamKind = C.POLICY_TEAM_ACCESS  // holds no roles and owns nothing
)

// AccessMode is how a user may sign in.
type AccessMode uint32

const (
	ModeReadWrite      AccessMode = C.POLICY_MODE_READ_WRITE
	ModeAdministrative AccessMode = C.POLICY_MODE_ADMINISTRATIVE
	ModeRead           AccessMode = C.POLICY_MODE_READ
	ModeSupport        AccessMode = C.POLICY_MODE_SUPPORT
	ModeNonInteractive AccessMode = C.POLICY_MODE_NON_INTERACTIVE
	ModeDelegatedAdmin AccessMode = C.POLICY_MODE_DELEGATED_ADMIN
)

// ChangeKind is what an operation changes.
type ChangeKind uint32

const (
	ChangeCreate      ChangeKind = C.POLICY_CHANGE_CREATE      // Row
	ChangeValues      ChangeKind = C.POLICY_CHANGE_VALUES      // Row: columns are set
	ChangeOwner       ChangeKind = C.POLICY_CHANGE_OWNER       // Row: principals Before, After
	ChangeUnit        ChangeKind = C.POLICY_CHANGE_UNIT        // Row: units Before, After
	ChangeState       ChangeKind = C.POLICY_CHANGE_STATE       // Row: 1 active, 0 inactive
	ChangeLink        ChangeKind = C.POLICY_CHANGE_LINK        // Row.Relationship: rows above Before, After
	ChangeShare       ChangeKind = C.POLICY_CHANGE_SHARE       // Row, Principal: rights given on the row
	ChangeInherited   ChangeKind = C.POLICY_CHANGE_INHERITED   // Row, Principal, From, FromOwner: rights
	ChangeAssociation ChangeKind = C.POLICY_CHANGE_ASSOCIATION // Relationship, Row and From: 1 there, 0 not
	ChangeDelete      ChangeKind = C.POLICY_CHANGE_DELETE      // Row
	ChangeMember      ChangeKind = C.POLICY_CHANGE_MEMBER      // Team, Principal (a user): 1 member, 0 not
	ChangeUserUnit    ChangeKind = C.POLICY_CHANGE_USER_UNIT   // Principal (a user): units
	ChangeTeamUnit    ChangeKind = C.POLICY_CHANGE_TEAM_UNIT   // Team: units
	ChangeRolesLost   ChangeKind = C.POLICY_CHANGE_ROLES_LOST  // Principal: roles before, 0
	ChangeRolesMoved  ChangeKind = C.POLICY_CHANGE_ROLES_MOVED // Principal: units in which its roles count
)

var changeWords = [...]string{"create", "values", "owner", "unit", "state", "link", "share", "inherited", "association",
	"delete", "member", "user_unit", "team_unit", "roles_lost", "roles_moved"}

func (k ChangeKind) String() string { return word(changeWords[:], uint32(k)) }

func word(words []string, number uint32) string {
	if number >= uint32(len(words)) {
		return "?"
	}
	return words[number]
}
