use std::fmt;

use policyc_sys as sys;

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident)*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        #[allow(dead_code)]
        impl $name {
            pub(crate) fn some(number: u32) -> Option<$name> {
                (number != sys::POLICY_NONE).then_some($name(number))
            }

            pub(crate) fn number(id: Option<$name>) -> u32 {
                id.map_or(sys::POLICY_NONE, |id| id.0)
            }
        }
    )*};
}

ids! {
    /// A table, of one version of a policy: find it by name.
    TableId
    /// A role, likewise.
    RoleId
    /// A miscellaneous privilege, likewise.
    PrivilegeId
    /// A column profile, likewise.
    ProfileId
    /// A relationship, likewise.
    RelationshipId
    /// A flow, likewise.
    FlowId
    /// A step of a flow, likewise.
    StepId
    /// A secured column of a table, likewise: a bit of [`Columns`].
    ColumnId
    /// A line of a role, likewise.
    GrantId
    /// A business unit: of a store, or on the thin way the host's, numbered in pre-order.
    UnitId
    /// A user: of a store, or on the thin way the host's; so for what follows.
    UserId
    /// A team.
    TeamId
    /// A position.
    PositionId
    /// A row.
    RowId
}

/// Counts the commits of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Revision(pub u64);

/// Somebody who can own rows, hold roles or be shared with. Made of a [`UserId`], a [`TeamId`] or a [`UnitId`]; of a
/// number of 2^29 or more, which no principal has, it is [`Principal::NOBODY`], who is denied and refused everywhere.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Principal(pub(crate) u32);

/// What a [`Principal`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// Nobody.
    Nobody,
    /// A user.
    User(UserId),
    /// A team.
    Team(TeamId),
    /// A business unit.
    Unit(UnitId),
    /// The organization.
    Organization,
    /// Whom a step runs as where nobody's rights bound it.
    System,
}

impl Principal {
    /// Owns nothing, holds nothing.
    pub const NOBODY: Principal = Principal(0);
    /// The organization.
    pub const ORGANIZATION: Principal = Principal(sys::POLICY_ORGANIZATION << sys::POLICY_PRINCIPAL_SHIFT);
    /// Only as what a step runs as.
    pub const SYSTEM: Principal = Principal(sys::POLICY_SYSTEM << sys::POLICY_PRINCIPAL_SHIFT);

    /// Nobody, where the number is none: it would change the kind.
    fn new(kind: u32, index: u32) -> Principal {
        if index < sys::POLICY_PRINCIPAL_LIMIT {
            Principal(kind << sys::POLICY_PRINCIPAL_SHIFT | index)
        } else {
            Principal::NOBODY
        }
    }

    /// Who it is.
    pub fn kind(self) -> PrincipalKind {
        let index = self.0 & (sys::POLICY_PRINCIPAL_LIMIT - 1);
        match self.0 >> sys::POLICY_PRINCIPAL_SHIFT {
            sys::POLICY_USER => PrincipalKind::User(UserId(index)),
            sys::POLICY_TEAM => PrincipalKind::Team(TeamId(index)),
            sys::POLICY_UNIT => PrincipalKind::Unit(UnitId(index)),
            sys::POLICY_ORGANIZATION => PrincipalKind::Organization,
            sys::POLICY_SYSTEM => PrincipalKind::System,
            _ => PrincipalKind::Nobody,
        }
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        self.kind().fmt(to)
    }
}

impl From<UserId> for Principal {
    fn from(user: UserId) -> Principal {
        Principal::new(sys::POLICY_USER, user.0)
    }
}

impl From<TeamId> for Principal {
    fn from(team: TeamId) -> Principal {
        Principal::new(sys::POLICY_TEAM, team.0)
    }
}

impl From<UnitId> for Principal {
    fn from(unit: UnitId) -> Principal {
        Principal::new(sys::POLICY_UNIT, unit.0)
    }
}

/// A set of secured columns of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Columns(pub u64);

impl Columns {
    /// Whether it is among them.
    pub fn contains(self, column: ColumnId) -> bool {
        column.0 < 64 && self.0 >> column.0 & 1 != 0
    }
}

impl FromIterator<ColumnId> for Columns {
    fn from_iter<I: IntoIterator<Item = ColumnId>>(columns: I) -> Columns {
        Columns(columns.into_iter().filter(|column| column.0 < 64).fold(0, |set, column| set | 1 << column.0))
    }
}
