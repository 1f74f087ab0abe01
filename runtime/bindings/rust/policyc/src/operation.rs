use std::ptr;

use policyc_sys as sys;

use crate::check::Decision;
use crate::error::Result;
use crate::ffi::{first, size};
use crate::ids::*;
use crate::program::Program;
use crate::values::{numbered, Value};
use crate::words::{ChangeKind, NameKind, Reason, Right, Rights};

/// A row to be added.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    table: TableId,
    owner: Principal,
    unit: Option<UnitId>,
    is_inactive: bool,
    columns: Vec<(&'a str, bool)>,
    values: Vec<(&'a str, Value<'a>)>,
    links: Vec<(RelationshipId, RowId)>,
}

impl<'a> Row<'a> {
    /// Owned by a user or a team; by [`Principal::NOBODY`] on tables that these do not own.
    pub fn new(table: TableId, owner: impl Into<Principal>) -> Row<'a> {
        let owner = owner.into();
        Row { table, owner, unit: None, is_inactive: false, columns: vec![], values: vec![], links: vec![] }
    }

    /// The owning unit; without it, the owner's own.
    pub fn in_unit(mut self, unit: UnitId) -> Row<'a> {
        self.unit = Some(unit);
        self
    }

    /// Does not count as active in cascades.
    pub fn inactive(mut self) -> Row<'a> {
        self.is_inactive = true;
        self
    }

    /// A secured column that has a value.
    pub fn with_column(mut self, name: &'a str) -> Row<'a> {
        self.columns.push((name, true));
        self
    }

    /// A value of an attribute that conditions read.
    pub fn with(mut self, name: &'a str, value: impl Into<Value<'a>>) -> Row<'a> {
        self.values.push((name, value.into()));
        self
    }

    /// Linked below a row.
    pub fn linked_to(mut self, relationship: RelationshipId, parent: RowId) -> Row<'a> {
        self.links.push((relationship, parent));
        self
    }

    pub(crate) fn encode(&self, program: &Program) -> Result<EncodedRow<'_>> {
        let values = numbered(program, NameKind::Attribute, self.table.0, &self.values)?;
        let links = self.links.iter().map(|(relationship, parent)| link(*relationship, Some(*parent))).collect();
        let (columns, _) = named_columns(program, self.table, &self.columns)?;
        Ok(EncodedRow { row: self, columns, values, links })
    }
}

/// Those that are named, and those of them that have a value.
pub(crate) fn named_columns(program: &Program, table: TableId, names: &[(&str, bool)]) -> Result<(Columns, Columns)> {
    let (mut named, mut there) = (Columns::default(), Columns::default());
    for (name, has_value) in names {
        let bit = 1 << program.column(table, name)?.0;
        named.0 |= bit;
        there.0 = there.0 & !bit | if *has_value { bit } else { 0 };
    }
    Ok((named, there))
}

fn link(relationship: RelationshipId, parent: Option<RowId>) -> sys::policy_link {
    sys::policy_link { relationship: relationship.0, parent: RowId::number(parent) }
}

pub(crate) struct EncodedRow<'a> {
    row: &'a Row<'a>,
    columns: Columns,
    values: Vec<sys::policy_value>,
    links: Vec<sys::policy_link>,
}

impl EncodedRow<'_> {
    /// Good as long as `self` is.
    pub(crate) fn raw(&self) -> sys::policy_row {
        sys::policy_row {
            struct_size: size::<sys::policy_row>(),
            table: self.row.table.0,
            owner: self.row.owner.0,
            unit: UnitId::number(self.row.unit),
            is_inactive: self.row.is_inactive.into(),
            value_count: self.values.len() as u32,
            link_count: self.links.len() as u32,
            reserved: 0,
            columns: self.columns.0,
            values: first(&self.values),
            links: first(&self.links),
        }
    }
}

/// What somebody asks to do: `Operation::update(sam, row).with("seats", 3)`.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    kind: u32,
    user: UserId,
    impersonator: Option<UserId>,
    row: Option<RowId>,
    principal: Principal,
    rights: Rights,
    other: Option<RowId>,
    relationship: Option<RelationshipId>,
    unit: Option<UnitId>,
    team: Option<TeamId>,
    ignores_sign_in: bool,
    columns: Vec<(&'a str, bool)>,
    proposed: Option<Row<'a>>,
    values: Vec<(&'a str, Value<'a>)>,
    links: Vec<(RelationshipId, Option<RowId>)>,
}

impl<'a> Operation<'a> {
    fn new(kind: u32, user: UserId, row: impl Into<Option<RowId>>) -> Operation<'a> {
        Operation {
            kind,
            user,
            impersonator: None,
            row: row.into(),
            principal: Principal::NOBODY,
            rights: Rights::NONE,
            other: None,
            relationship: None,
            unit: None,
            team: None,
            ignores_sign_in: false,
            columns: Vec::new(),
            proposed: None,
            values: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Adding a row.
    pub fn create(user: UserId, row: Row<'a>) -> Operation<'a> {
        Operation { proposed: Some(row), ..Operation::new(sys::POLICY_OPERATION_CREATE, user, None) }
    }

    /// Seeing a row.
    pub fn read(user: UserId, row: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_READ, user, row)
    }

    /// Setting what [`with`](Operation::with), [`with_column`](Operation::with_column) and
    /// [`linked_to`](Operation::linked_to) say, of the row's own table. [`Status::Unknown`](crate::Status::Unknown)
    /// where there is no such row.
    pub fn update(user: UserId, row: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_UPDATE, user, row)
    }

    pub(crate) fn updated(&self) -> Option<RowId> {
        self.row.filter(|_| self.kind == sys::POLICY_OPERATION_UPDATE)
    }

    /// Removing a row.
    pub fn delete(user: UserId, row: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_DELETE, user, row)
    }

    /// Giving a row to somebody.
    pub fn assign(user: UserId, row: RowId, to: impl Into<Principal>) -> Operation<'a> {
        Operation { principal: to.into(), ..Operation::new(sys::POLICY_OPERATION_ASSIGN, user, row) }
    }

    /// Adding to what is shared already.
    pub fn share(user: UserId, row: RowId, with: impl Into<Principal>, rights: impl Into<Rights>) -> Operation<'a> {
        let (principal, rights) = (with.into(), rights.into());
        Operation { principal, rights, ..Operation::new(sys::POLICY_OPERATION_SHARE, user, row) }
    }

    /// Exactly these rights from now on.
    pub fn modify(user: UserId, row: RowId, with: impl Into<Principal>, rights: impl Into<Rights>) -> Operation<'a> {
        let (principal, rights) = (with.into(), rights.into());
        Operation { principal, rights, ..Operation::new(sys::POLICY_OPERATION_MODIFY, user, row) }
    }

    /// Sharing no more.
    pub fn revoke(user: UserId, row: RowId, from: impl Into<Principal>) -> Operation<'a> {
        Operation { principal: from.into(), ..Operation::new(sys::POLICY_OPERATION_REVOKE, user, row) }
    }

    /// Linking a row below another.
    pub fn link(user: UserId, row: RowId, relationship: RelationshipId, to: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_LINK, user, row).through(relationship, Some(to))
    }

    /// Linking it no more.
    pub fn unlink(user: UserId, row: RowId, relationship: RelationshipId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_UNLINK, user, row).through(relationship, None)
    }

    /// Many-to-many, in the order of the relationship's tables.
    pub fn associate(user: UserId, relationship: RelationshipId, first: RowId, second: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_ASSOCIATE, user, first).through(relationship, Some(second))
    }

    /// Likewise.
    pub fn disassociate(user: UserId, relationship: RelationshipId, first: RowId, second: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_DISASSOCIATE, user, first).through(relationship, Some(second))
    }

    /// One row goes into another of its table.
    pub fn merge(user: UserId, row: RowId, into: RowId) -> Operation<'a> {
        Operation { other: Some(into), ..Operation::new(sys::POLICY_OPERATION_MERGE, user, row) }
    }

    /// A row to another unit.
    pub fn move_row(user: UserId, row: RowId, to: UnitId) -> Operation<'a> {
        Operation { unit: Some(to), ..Operation::new(sys::POLICY_OPERATION_SET_UNIT, user, row) }
    }

    /// Its state does not count as active.
    pub fn deactivate(user: UserId, row: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_DEACTIVATE, user, row)
    }

    /// It counts again.
    pub fn activate(user: UserId, row: RowId) -> Operation<'a> {
        Operation::new(sys::POLICY_OPERATION_ACTIVATE, user, row)
    }

    /// Of an access team.
    pub fn add_member(user: UserId, team: TeamId, member: UserId) -> Operation<'a> {
        let operation = Operation::new(sys::POLICY_OPERATION_ADD_MEMBER, user, None);
        Operation { team: Some(team), principal: member.into(), ..operation }
    }

    /// Of an access team.
    pub fn remove_member(user: UserId, team: TeamId, member: UserId) -> Operation<'a> {
        let operation = Operation::new(sys::POLICY_OPERATION_REMOVE_MEMBER, user, None);
        Operation { team: Some(team), principal: member.into(), ..operation }
    }

    /// A user to another unit.
    pub fn move_user(user: UserId, moved: UserId, to: UnitId) -> Operation<'a> {
        let operation = Operation::new(sys::POLICY_OPERATION_MOVE_USER, user, None);
        Operation { unit: Some(to), principal: moved.into(), ..operation }
    }

    /// A team to another unit.
    pub fn move_team(user: UserId, moved: TeamId, to: UnitId) -> Operation<'a> {
        let operation = Operation::new(sys::POLICY_OPERATION_MOVE_TEAM, user, None);
        Operation { unit: Some(to), team: Some(moved), ..operation }
    }

    fn through(self, relationship: RelationshipId, other: Option<RowId>) -> Operation<'a> {
        Operation { relationship: Some(relationship), other, ..self }
    }

    /// Who really acts, on behalf of the user.
    pub fn by(self, impersonator: UserId) -> Operation<'a> {
        Operation { impersonator: Some(impersonator), ..self }
    }

    /// It is not asked whether people may sign in.
    pub fn ignoring_sign_in(self) -> Operation<'a> {
        Operation { ignores_sign_in: true, ..self }
    }

    /// What an update sets.
    pub fn with(mut self, name: &'a str, value: impl Into<Value<'a>>) -> Operation<'a> {
        self.values.push((name, value.into()));
        self
    }

    /// A secured column that an update sets, and whether it has a value afterwards.
    pub fn with_column(mut self, name: &'a str, has_value: bool) -> Operation<'a> {
        self.columns.push((name, has_value));
        self
    }

    /// A lookup that an update sets; None clears it.
    pub fn linked_to(mut self, relationship: RelationshipId, parent: impl Into<Option<RowId>>) -> Operation<'a> {
        self.links.push((relationship, parent.into()));
        self
    }

    /// `table`: of the row that is updated. Nothing else has values, columns and links of its own.
    pub(crate) fn encode(&self, program: &Program, table: Option<TableId>) -> Result<EncodedOperation<'_>> {
        let table = table.unwrap_or(TableId(sys::POLICY_NONE));
        let (named, columns) = named_columns(program, table, &self.columns)?;
        Ok(EncodedOperation {
            operation: self,
            proposed: self.proposed.as_ref().map(|row| row.encode(program)).transpose()?,
            named,
            columns,
            values: numbered(program, NameKind::Attribute, table.0, &self.values)?,
            links: self.links.iter().map(|(relationship, parent)| link(*relationship, *parent)).collect(),
        })
    }
}

pub(crate) struct EncodedOperation<'a> {
    operation: &'a Operation<'a>,
    proposed: Option<EncodedRow<'a>>,
    named: Columns,
    columns: Columns,
    values: Vec<sys::policy_value>,
    links: Vec<sys::policy_link>,
}

impl EncodedOperation<'_> {
    /// What it points to is there while `work` runs.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&sys::policy_operation) -> T) -> T {
        let proposed = self.proposed.as_ref().map(EncodedRow::raw);
        let operation = self.operation;
        work(&sys::policy_operation {
            struct_size: size::<sys::policy_operation>(),
            kind: operation.kind,
            user: operation.user.0,
            impersonator: UserId::number(operation.impersonator),
            row: RowId::number(operation.row),
            principal: operation.principal.0,
            rights: operation.rights.0.into(),
            other: RowId::number(operation.other),
            relationship: RelationshipId::number(operation.relationship),
            unit: UnitId::number(operation.unit),
            team: TeamId::number(operation.team),
            value_count: self.values.len() as u32,
            link_count: self.links.len() as u32,
            ignores_sign_in: operation.ignores_sign_in.into(),
            columns_named: self.named.0,
            columns: self.columns.0,
            proposed: proposed.as_ref().map_or(ptr::null(), ptr::from_ref),
            values: first(&self.values),
            links: first(&self.links),
        })
    }
}

/// Why something may or may not be done, and of a denial what is missing: `party` lacks `right` on `row`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Whether it may be done.
    pub allowed: bool,
    /// Why. [`Reason::None`] for one of a later library.
    pub reason: Reason,
    /// Who lacks it.
    pub party: Principal,
    /// What was asked; None where none was. So for what follows.
    pub right: Option<Right>,
    /// Of the row.
    pub table: Option<TableId>,
    /// On which.
    pub row: Option<RowId>,
    /// A miscellaneous one.
    pub privilege: Option<PrivilegeId>,
    /// A secured column of `table`.
    pub column: Option<ColumnId>,
    /// Of the right on the row, where a row was asked about.
    pub decision: Decision,
}

impl Answer {
    pub(crate) fn of(raw: &sys::policy_answer) -> Answer {
        Answer {
            allowed: raw.allowed != 0,
            reason: Reason::of(raw.reason).unwrap_or(Reason::None),
            party: Principal(raw.party),
            right: Right::of(raw.right),
            table: TableId::some(raw.table),
            row: RowId::some(raw.row),
            privilege: PrivilegeId::some(raw.privilege),
            column: ColumnId::some(raw.column),
            decision: Decision::of(&raw.decision),
        }
    }
}

/// One thing that an operation changes, and how its cascade came there. [`ChangeKind`] says which fields it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// None: one of a later library.
    pub kind: Option<ChangeKind>,
    /// Which row.
    pub row: Option<RowId>,
    /// Who.
    pub principal: Principal,
    /// Which relationship.
    pub relationship: Option<RelationshipId>,
    /// Which team.
    pub team: Option<TeamId>,
    /// Of an inherited share: the row above that it comes from; of an association: the other row.
    pub from: Option<RowId>,
    /// 1: because that row's owner has it.
    pub from_owner: u32,
    /// A number as the kind says.
    pub before: u32,
    /// Likewise.
    pub after: u32,
    /// The relationship of the cascade's last step; None: the operation itself.
    pub through: Option<RelationshipId>,
    /// And the row that it came from.
    pub above: Option<RowId>,
}

impl Change {
    fn of(raw: &sys::policy_change) -> Change {
        Change {
            kind: ChangeKind::of(raw.kind),
            row: RowId::some(raw.row),
            principal: Principal(raw.principal),
            relationship: RelationshipId::some(raw.relationship),
            team: TeamId::some(raw.team),
            from: RowId::some(raw.from),
            from_owner: raw.from_owner,
            before: raw.before,
            after: raw.after,
            through: RelationshipId::some(raw.through),
            above: RowId::some(raw.above),
        }
    }
}

/// What an operation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// May it be done?
    pub answer: Answer,
    /// That a create added.
    pub row: Option<RowId>,
    /// None where it was denied.
    pub changes: Vec<Change>,
    /// Of a read, create, update: secured columns that the user may not read.
    pub hidden_columns: Columns,
    /// And those that are read without their mask.
    pub unmasked_columns: Columns,
}

impl Outcome {
    /// # Safety
    /// The changes are there.
    pub(crate) unsafe fn of(raw: &sys::policy_outcome) -> Outcome {
        let changes = if raw.changes.is_null() {
            &[]
        } else {
            // SAFETY: the caller says so.
            unsafe { std::slice::from_raw_parts(raw.changes, raw.change_count as usize) }
        };
        Outcome {
            answer: Answer::of(&raw.answer),
            row: RowId::some(raw.row),
            changes: changes.iter().map(Change::of).collect(),
            hidden_columns: Columns(raw.hidden_columns),
            unmasked_columns: Columns(raw.unmasked_columns),
        }
    }
}

/// Whom a step of a flow runs as, and whether it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunAs {
    /// Nobody's rights bound it.
    pub is_system: bool,
    /// Whom it runs as.
    pub user: Option<UserId>,
    /// Whose rights bound that user's.
    pub impersonator: Option<UserId>,
    /// It may, and whoever set the flow off could not have done it.
    pub escalates: bool,
    /// Whether the step may be carried out.
    pub answer: Answer,
}
