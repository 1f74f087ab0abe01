use std::mem::zeroed;

use policyc_sys as sys;

use crate::error::{unknown, Result};
use crate::ffi::{c_text, plain, size, text};
use crate::ids::*;
use crate::program::Program;
use crate::words::*;

impl Program {
    /// How many there are. `of` is the table of a column or an attribute and the flow of a step, else 0.
    pub fn count(&self, kind: NameKind, of: u32) -> u32 {
        // SAFETY: the program is there.
        unsafe { sys::policy_count(self.ptr(), kind as u32, of) }
    }

    /// The name of that number.
    pub fn name(&self, kind: NameKind, of: u32, number: u32) -> Option<&str> {
        // SAFETY: the program is there; its strings are there as long.
        let name = unsafe { sys::policy_name(self.ptr(), kind as u32, of, number) };
        // SAFETY: likewise.
        (!name.is_null()).then(|| unsafe { text(name) })
    }

    /// All names of a kind, by number.
    pub fn names(&self, kind: NameKind, of: u32) -> impl Iterator<Item = &str> {
        (0..self.count(kind, of)).map(move |number| self.name(kind, of, number).unwrap_or(""))
    }

    /// The number of that name; [`Status::Unknown`](crate::Status::Unknown) where there is none.
    pub fn find(&self, kind: NameKind, of: u32, name: &str) -> Result<u32> {
        let c_name = c_text(name)?;
        // SAFETY: the program is there, and the name until it returns.
        let number = unsafe { sys::policy_find(self.ptr(), kind as u32, of, c_name.as_ptr()) };
        if number == sys::POLICY_NONE {
            return unknown(format!("the policy has no {kind} `{name}`"));
        }
        Ok(number)
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Result<TableId> {
        self.find(NameKind::Table, 0, name).map(TableId)
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Result<RoleId> {
        self.find(NameKind::Role, 0, name).map(RoleId)
    }

    /// The miscellaneous privilege of that name.
    pub fn privilege(&self, name: &str) -> Result<PrivilegeId> {
        self.find(NameKind::Privilege, 0, name).map(PrivilegeId)
    }

    /// The column profile of that name.
    pub fn column_profile(&self, name: &str) -> Result<ProfileId> {
        self.find(NameKind::ColumnProfile, 0, name).map(ProfileId)
    }

    /// The relationship of that name.
    pub fn relationship(&self, name: &str) -> Result<RelationshipId> {
        self.find(NameKind::Relationship, 0, name).map(RelationshipId)
    }

    /// The flow of that name.
    pub fn flow(&self, name: &str) -> Result<FlowId> {
        self.find(NameKind::Flow, 0, name).map(FlowId)
    }

    /// The step of that name.
    pub fn step(&self, flow: FlowId, name: &str) -> Result<StepId> {
        self.find(NameKind::Step, flow.0, name).map(StepId)
    }

    /// The secured column of that name.
    pub fn column(&self, table: TableId, name: &str) -> Result<ColumnId> {
        self.find(NameKind::Column, table.0, name).map(ColumnId)
    }

    /// What the policy says of a table.
    pub fn describe_table(&self, table: TableId) -> Result<TableInfo> {
        let info = self.raw_table(table)?;
        Ok(TableInfo {
            ownership: Ownership::of(info.ownership).unwrap_or(Ownership::Organization),
            rights: Rights(info.rights as u16),
            columns: Columns(info.columns),
        })
    }

    pub(crate) fn raw_table(&self, table: TableId) -> Result<sys::policy_table_info> {
        // SAFETY: all fields may be zero.
        let mut info: sys::policy_table_info = unsafe { zeroed() };
        info.struct_size = size::<sys::policy_table_info>();
        // SAFETY: the program is there, and `info` has its size.
        plain(unsafe { sys::policy_table_describe(self.ptr(), table.0, &mut info) }, "table")?;
        Ok(info)
    }

    /// One line of a role.
    pub fn describe_grant(&self, grant: GrantId) -> Result<GrantInfo<'_>> {
        // SAFETY: all fields may be zero, pointers null.
        let mut info: sys::policy_grant_info = unsafe { zeroed() };
        info.struct_size = size::<sys::policy_grant_info>();
        // SAFETY: the program is there, and `info` has its size.
        plain(unsafe { sys::policy_grant_describe(self.ptr(), grant.0, &mut info) }, "grant")?;
        Ok(GrantInfo {
            role: RoleId(info.role),
            table: TableId(info.table),
            right: Right::of(info.right),
            level: Level::of(info.level).unwrap_or(Level::None),
            is_conditional: info.conditional != 0,
            // SAFETY: the string belongs to the program.
            file: unsafe { text(info.file) },
            line: info.line,
            column: info.column,
        })
    }

    /// One step of a flow.
    pub fn describe_step(&self, flow: FlowId, step: StepId) -> Result<StepInfo<'_>> {
        // SAFETY: all fields may be zero, pointers null.
        let mut info: sys::policy_step_info = unsafe { zeroed() };
        info.struct_size = size::<sys::policy_step_info>();
        // SAFETY: the program is there, and `info` has its size.
        plain(unsafe { sys::policy_step_describe(self.ptr(), flow.0, step.0, &mut info) }, "step")?;
        // SAFETY: the strings belong to the program.
        let (named_user, bounded_by) = unsafe { (text(info.named_user), text(info.bounded_by)) };
        Ok(StepInfo {
            table: TableId(info.table),
            right: Right::of(info.right),
            is_bounded: info.bounded != 0,
            named_user: Some(named_user).filter(|name| !name.is_empty()),
            bounded_by: Some(bounded_by).filter(|name| !name.is_empty()),
        })
    }

    /// Whom a step runs as: a user, [`Principal::SYSTEM`], or [`Principal::NOBODY`], who may do nothing. `named` is the
    /// user of the name [`StepInfo::named_user`]. Bounds and rights are the host's to check;
    /// [`Transaction::run_as`](crate::Transaction::run_as) does that too.
    pub fn run_as(
        &self,
        flow: FlowId,
        step: StepId,
        triggering: Principal,
        record_owner: Principal,
        named: Principal,
    ) -> Principal {
        // SAFETY: the program is there.
        Principal(unsafe { sys::policy_run_as(self.ptr(), flow.0, step.0, triggering.0, record_owner.0, named.0) })
    }
}

/// What a policy says of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableInfo {
    /// Who owns its rows.
    pub ownership: Ownership,
    /// Those it takes.
    pub rights: Rights,
    /// Secured ones.
    pub columns: Columns,
}

/// One line of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrantInfo<'a> {
    /// That it is written in; [`Decision::role`](crate::Decision::role) is the one that is held.
    pub role: RoleId,
    /// On which table.
    pub table: TableId,
    /// None: one of a later library.
    pub right: Option<Right>,
    /// How far it reaches.
    pub level: Level,
    /// Whether it has a condition.
    pub is_conditional: bool,
    /// Where it is written.
    pub file: &'a str,
    /// From 1; 0 where nobody knows.
    pub line: u32,
    /// Likewise.
    pub column: u32,
}

/// One step of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepInfo<'a> {
    /// On which table it acts.
    pub table: TableId,
    /// What it does; None: one of a later library.
    pub right: Option<Right>,
    /// Where it runs as somebody else, `bounded_by` acts on their behalf.
    pub is_bounded: bool,
    /// Whom it, its trigger or its flow names.
    pub named_user: Option<&'a str>,
    /// The flow's owner.
    pub bounded_by: Option<&'a str>,
}
