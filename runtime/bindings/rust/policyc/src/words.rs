//! The closed sets of the interface.

use std::fmt;

use policyc_sys as sys;

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $number:ident, $word:literal;)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum $name {
            $($(#[$what])* $variant = sys::$number,)*
        }

        impl $name {
            /// All of them, by their numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            #[allow(dead_code)]
            pub(crate) fn of(number: u32) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| *one as u32 == number)
            }

            /// The policy language's word for it.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str(self.name())
            }
        }
    )*};
}

words! {
    /// What can be done to a row.
    Right {
        /// Adding it.
        Create = POLICY_RIGHT_create, "create";
        /// Seeing it.
        Read = POLICY_RIGHT_read, "read";
        /// Removing it.
        Delete = POLICY_RIGHT_delete, "delete";
        /// Changing it.
        Write = POLICY_RIGHT_write, "write";
        /// Linking it to another.
        Append = POLICY_RIGHT_append, "append";
        /// Linking another to it.
        AppendTo = POLICY_RIGHT_append_to, "append_to";
        /// Giving it to somebody.
        Assign = POLICY_RIGHT_assign, "assign";
        /// Sharing it.
        Share = POLICY_RIGHT_share, "share";
    }
    /// How far a grant reaches.
    Level {
        /// Nothing.
        None = POLICY_LEVEL_none, "none";
        /// The user's own rows.
        User = POLICY_LEVEL_user, "user";
        /// Rows of the unit.
        BusinessUnit = POLICY_LEVEL_business_unit, "business_unit";
        /// Rows of the unit and all below it.
        ParentChild = POLICY_LEVEL_parent_child, "parent_child";
        /// Every row.
        Organization = POLICY_LEVEL_organization, "organization";
    }
    /// Why a decision fell as it did.
    Reason {
        /// No decision was made.
        None = POLICY_REASON_none, "none";
        /// The user owns the row.
        Owner = POLICY_REASON_owner, "owner";
        /// A team of the user owns the row.
        TeamOwner = POLICY_REASON_team_owner, "team_owner";
        /// A role reaches the row.
        RoleLevel = POLICY_REASON_role_level, "role_level";
        /// The row is shared.
        Share = POLICY_REASON_share, "share";
        /// A row above is shared, and the relationship hands the share down.
        InheritedShare = POLICY_REASON_inherited_share, "inherited_share";
        /// A report of the user has the row.
        Hierarchy = POLICY_REASON_hierarchy, "hierarchy";
        /// No role of the user gives this right on the table.
        NoPrivilege = POLICY_REASON_no_privilege, "no_privilege";
        /// Every role that gives the right stops short of the row.
        Level = POLICY_REASON_level, "level";
        /// A role would reach the row, but its condition is false.
        Condition = POLICY_REASON_condition, "condition";
        /// The right needs read as well, and read is denied.
        NeedsRead = POLICY_REASON_needs_read, "needs_read";
        /// A secured column is closed to the user.
        Column = POLICY_REASON_column, "column";
        /// A row below restricts the change.
        Restrict = POLICY_REASON_restrict, "restrict";
        /// The other party lacks what the operation asks of it.
        OtherParty = POLICY_REASON_other_party, "other_party";
        /// The user gives a right that they do not hold.
        NotHeld = POLICY_REASON_not_held, "not_held";
        /// The new owner cannot own the row.
        CannotOwn = POLICY_REASON_cannot_own, "cannot_own";
        /// The link would close a ring.
        Cycle = POLICY_REASON_cycle, "cycle";
        /// Classic business units do not allow it.
        ClassicUnits = POLICY_REASON_classic_units, "classic_units";
        /// The rows are of different tables.
        NotSameTable = POLICY_REASON_not_same_table, "not_same_table";
        /// The platform manages this itself.
        SystemManaged = POLICY_REASON_system_managed, "system_managed";
        /// Access teams hold no roles and own nothing.
        AccessTeam = POLICY_REASON_access_team, "access_team";
        /// The user is disabled.
        Disabled = POLICY_REASON_disabled, "disabled";
        /// The caller may not act on behalf of another user.
        NoActOnBehalf = POLICY_REASON_no_act_on_behalf, "no_act_on_behalf";
        /// The table does not take this right.
        Illegal = POLICY_REASON_illegal, "illegal";
        /// The question names something that the facts do not hold.
        Unknown = POLICY_REASON_unknown, "unknown";
        /// The user's access mode does not allow it.
        AccessMode = POLICY_REASON_access_mode, "access_mode";
    }
    /// Who owns rows of a table.
    Ownership {
        /// A user or a team.
        User = POLICY_OWNED_BY_USER, "user";
        /// A business unit.
        Unit = POLICY_OWNED_BY_UNIT, "business_unit";
        /// Nobody.
        Organization = POLICY_OWNED_BY_ORGANIZATION, "organization";
    }
    /// What values an attribute has.
    Type {
        /// Yes or no.
        Boolean = POLICY_TYPE_BOOLEAN, "boolean";
        /// 64 bits.
        Integer = POLICY_TYPE_INTEGER, "integer";
        /// Ten places.
        Decimal = POLICY_TYPE_DECIMAL, "decimal";
        /// Four places.
        Money = POLICY_TYPE_MONEY, "money";
        /// UTF-8.
        String = POLICY_TYPE_STRING, "string";
        /// A day.
        Date = POLICY_TYPE_DATE, "date";
        /// A moment, to the microsecond.
        DateTime = POLICY_TYPE_DATETIME, "datetime";
        /// One of some labels.
        Choice = POLICY_TYPE_CHOICE, "choice";
    }
    /// What a team is for.
    TeamKind {
        /// Owns rows and holds roles.
        Owner = POLICY_TEAM_OWNER, "owner";
        /// All users of its unit are its members, and nobody else.
        Default = POLICY_TEAM_DEFAULT, "default";
        /// Of a directory outside.
        Group = POLICY_TEAM_GROUP, "group";
        /// Holds no roles and owns nothing.
        Access = POLICY_TEAM_ACCESS, "access";
    }
    /// How a user may sign in.
    AccessMode {
        /// As usual.
        ReadWrite = POLICY_MODE_READ_WRITE, "read_write";
        /// For settings alone.
        Administrative = POLICY_MODE_ADMINISTRATIVE, "administrative";
        /// For reading alone.
        Read = POLICY_MODE_READ, "read";
        /// Support.
        Support = POLICY_MODE_SUPPORT, "support";
        /// Services.
        NonInteractive = POLICY_MODE_NON_INTERACTIVE, "non_interactive";
        /// Administrators of a partner.
        DelegatedAdmin = POLICY_MODE_DELEGATED_ADMIN, "delegated_admin";
    }
    /// Things with names.
    NameKind {
        /// Tables.
        Table = POLICY_NAME_TABLE, "table";
        /// Rights.
        Right = POLICY_NAME_RIGHT, "right";
        /// Levels.
        Level = POLICY_NAME_LEVEL, "level";
        /// Reasons.
        Reason = POLICY_NAME_REASON, "reason";
        /// Roles.
        Role = POLICY_NAME_ROLE, "role";
        /// Miscellaneous privileges.
        Privilege = POLICY_NAME_PRIVILEGE, "privilege";
        /// Column profiles.
        ColumnProfile = POLICY_NAME_COLUMN_PROFILE, "column profile";
        /// Relationships.
        Relationship = POLICY_NAME_RELATIONSHIP, "relationship";
        /// Flows.
        Flow = POLICY_NAME_FLOW, "flow";
        /// Steps of a flow.
        Step = POLICY_NAME_STEP, "step";
        /// Secured columns of a table.
        Column = POLICY_NAME_COLUMN, "secured column";
        /// Attributes of a table that conditions read.
        Attribute = POLICY_NAME_ATTRIBUTE, "attribute";
        /// Attributes of users.
        UserAttribute = POLICY_NAME_USER_ATTRIBUTE, "user attribute";
        /// Attributes of the context.
        ContextAttribute = POLICY_NAME_CONTEXT_ATTRIBUTE, "context attribute";
        /// Labels of choice attributes, all together.
        Choice = POLICY_NAME_CHOICE, "choice";
    }
    /// How a program came here.
    ProgramKind {
        /// From an image.
        Image = POLICY_PROGRAM_IMAGE, "image";
        /// Linked into the host.
        Linked = POLICY_PROGRAM_LINKED, "linked";
        /// Compiled at run time.
        Jit = POLICY_PROGRAM_JIT, "jit";
    }
    /// What an operation changes.
    ChangeKind {
        /// `row` is added.
        Create = POLICY_CHANGE_CREATE, "create";
        /// `row`: columns are set.
        Values = POLICY_CHANGE_VALUES, "values";
        /// `row`: principals before, after.
        Owner = POLICY_CHANGE_OWNER, "owner";
        /// `row`: units before, after.
        Unit = POLICY_CHANGE_UNIT, "unit";
        /// `row`: 1 active, 0 inactive.
        State = POLICY_CHANGE_STATE, "state";
        /// `row`, `relationship`: rows above before, after.
        Link = POLICY_CHANGE_LINK, "link";
        /// `row`, `principal`: rights given on the row.
        Share = POLICY_CHANGE_SHARE, "share";
        /// `row`, `principal`, `from`, `from_owner`: rights.
        Inherited = POLICY_CHANGE_INHERITED, "inherited";
        /// `relationship`, `row` and `from`: 1 there, 0 not.
        Association = POLICY_CHANGE_ASSOCIATION, "association";
        /// `row` is gone.
        Delete = POLICY_CHANGE_DELETE, "delete";
        /// `team`, `principal` (a user): 1 member, 0 not.
        Member = POLICY_CHANGE_MEMBER, "member";
        /// `principal` (a user): units.
        UserUnit = POLICY_CHANGE_USER_UNIT, "user_unit";
        /// `team`: units.
        TeamUnit = POLICY_CHANGE_TEAM_UNIT, "team_unit";
        /// `principal`: roles before, 0.
        RolesLost = POLICY_CHANGE_ROLES_LOST, "roles_lost";
        /// `principal`: units in which its roles count.
        RolesMoved = POLICY_CHANGE_ROLES_MOVED, "roles_moved";
    }
}

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Rights(pub(crate) u16);

impl Rights {
    /// None of them.
    pub const NONE: Rights = Rights(0);

    /// Whether it is among them.
    pub fn contains(self, right: Right) -> bool {
        self.0 >> right as u32 & 1 != 0
    }

    /// Those that are among them.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.contains(*right))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_set().entries(self.iter()).finish()
    }
}

impl From<Right> for Rights {
    fn from(right: Right) -> Rights {
        Rights(1 << right as u32)
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        Rights(rights.into_iter().fold(0, |set, right| set | 1 << right as u32))
    }
}
