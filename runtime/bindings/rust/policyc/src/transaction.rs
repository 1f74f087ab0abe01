use std::marker::PhantomData;
use std::mem::{forget, zeroed};
use std::ptr::{self, NonNull};

use policyc_sys as sys;

use crate::error::{Error, Result, Status};
use crate::ffi::{c_text, call, first, plain, size};
use crate::ids::*;
use crate::operation::{Answer, Operation, Outcome, Row, RunAs};
use crate::program::Program;
use crate::store::Store;
use crate::values::{numbered, Value};
use crate::words::{AccessMode, NameKind, Rights, TeamKind};

/// Changes that readers see together, or never. It sees its own. One at a time, and of the thread that began it.
/// Dropped without [`commit`](Transaction::commit) it is as if it had never been.
///
/// What it takes as facts comes from elsewhere: nobody's rights are asked. [`Status::Unknown`] where something named is
/// not there, [`Status::Refused`] where the facts do not allow it; then nothing has changed, and the transaction goes
/// on. What somebody asks to do goes through [`plan`](Transaction::plan) and [`perform`](Transaction::perform).
///
/// It cannot go to another thread:
///
/// ```compile_fail,E0277
/// fn example(transaction: policyc::Transaction<'static>) {
///     std::thread::spawn(move || transaction.commit());
/// }
/// ```
pub struct Transaction<'s> {
    ptr: NonNull<sys::policy_transaction>,
    program: Program,
    _store: &'s Store,
    /// Neither Send nor Sync: begun and ended by one thread.
    _of_one_thread: PhantomData<*mut ()>,
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SAFETY: it is under way, and of this thread.
        unsafe { sys::policy_transaction_abandon(self.ptr.as_ptr()) }
    }
}

impl<'s> Transaction<'s> {
    pub(crate) fn begin(store: &'s Store) -> Result<Transaction<'s>> {
        let mut out = ptr::null_mut();
        // SAFETY: the store is there.
        call(|error| unsafe { sys::policy_transaction_begin(store.ptr(), &mut out, error) })?;
        let Some(ptr) = NonNull::new(out) else {
            return Err(Error::new(Status::Internal, "the library gave no transaction"));
        };
        match store.program() {
            Ok(program) => Ok(Transaction { ptr, program, _store: store, _of_one_thread: PhantomData }),
            Err(error) => {
                // SAFETY: it was begun above, by this thread.
                unsafe { sys::policy_transaction_abandon(ptr.as_ptr()) };
                Err(error)
            }
        }
    }

    fn ptr(&mut self) -> *mut sys::policy_transaction {
        self.ptr.as_ptr()
    }

    /// What the numbers given to it are of.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Readers who begin from now on see it all. Where it gives an error, nothing has changed.
    pub fn commit(mut self) -> Result<Revision> {
        let mut revision = 0;
        let ptr = self.ptr();
        // SAFETY: it is under way, and of this thread; it is over in any case, so it is not abandoned as well.
        let done = call(|error| unsafe { sys::policy_transaction_commit(ptr, &mut revision, error) });
        // SAFETY: `self` is forgotten right after: the program is moved out of it once.
        drop(unsafe { ptr::read(&self.program) });
        forget(self);
        done.map(|()| Revision(revision))
    }

    /// As if it had never been; dropping it does the same.
    pub fn abandon(self) {}

    fn add(&mut self, what: &str, work: impl FnOnce(*mut sys::policy_transaction, &mut u32) -> u32) -> Result<u32> {
        let mut number = sys::POLICY_NONE;
        plain(work(self.ptr(), &mut number), what)?;
        Ok(number)
    }

    /// A business unit; the first is the root and has no parent.
    pub fn add_unit(&mut self, parent: Option<UnitId>) -> Result<UnitId> {
        let parent = UnitId::number(parent);
        // SAFETY: the transaction is under way; so for what follows.
        self.add("add unit", |this, out| unsafe { sys::policy_add_unit(this, parent, out) }).map(UnitId)
    }

    /// With all below it.
    pub fn move_unit(&mut self, unit: UnitId, parent: UnitId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_move_unit(self.ptr(), unit.0, parent.0) }, "move unit")
    }

    /// A user.
    pub fn add_user(&mut self, unit: UnitId) -> Result<UserId> {
        // SAFETY: as above.
        self.add("add user", |this, out| unsafe { sys::policy_add_user(this, unit.0, out) }).map(UserId)
    }

    /// A team.
    pub fn add_team(&mut self, unit: UnitId, kind: TeamKind) -> Result<TeamId> {
        // SAFETY: as above.
        self.add("add team", |this, out| unsafe { sys::policy_add_team(this, unit.0, kind as u32, out) }).map(TeamId)
    }

    /// A position; without a parent a top one.
    pub fn add_position(&mut self, parent: Option<PositionId>) -> Result<PositionId> {
        let parent = PositionId::number(parent);
        // SAFETY: as above.
        self.add("add position", |this, out| unsafe { sys::policy_add_position(this, parent, out) }).map(PositionId)
    }

    /// What flows name people by.
    pub fn set_user_name(&mut self, user: UserId, name: &str) -> Result<()> {
        let name = c_text(name)?;
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_user_name(self.ptr(), user.0, name.as_ptr()) }, "name user")
    }

    /// One who is disabled cannot sign in.
    pub fn set_user_disabled(&mut self, user: UserId, disabled: bool) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_user_disabled(self.ptr(), user.0, disabled.into()) }, "disable user")
    }

    /// How a user may sign in.
    pub fn set_user_mode(&mut self, user: UserId, mode: AccessMode) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_user_mode(self.ptr(), user.0, mode as u32) }, "set access mode")
    }

    /// None: nobody.
    pub fn set_user_manager(&mut self, user: UserId, manager: Option<UserId>) -> Result<()> {
        let manager = UserId::number(manager);
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_user_manager(self.ptr(), user.0, manager) }, "set manager")
    }

    /// None: no position.
    pub fn set_user_position(&mut self, user: UserId, position: Option<PositionId>) -> Result<()> {
        let position = PositionId::number(position);
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_user_position(self.ptr(), user.0, position) }, "set position")
    }

    /// Those that are named; others stay.
    pub fn set_user_values(&mut self, user: UserId, values: &[(&str, Value)]) -> Result<()> {
        let list = numbered(&self.program, NameKind::UserAttribute, 0, values)?;
        // SAFETY: as above, and the values are there until it returns.
        let status = unsafe { sys::policy_set_user_values(self.ptr(), user.0, first(&list), list.len() as u32) };
        plain(status, "set user values")
    }

    /// To another unit.
    pub fn move_user(&mut self, user: UserId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_move_user(self.ptr(), user.0, unit.0) }, "move user")
    }

    /// To another unit.
    pub fn move_team(&mut self, team: TeamId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_move_team(self.ptr(), team.0, unit.0) }, "move team")
    }

    /// A user joins a team.
    pub fn join(&mut self, user: UserId, team: TeamId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_join(self.ptr(), user.0, team.0) }, "join")
    }

    /// A user leaves a team.
    pub fn leave(&mut self, user: UserId, team: TeamId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_leave(self.ptr(), user.0, team.0) }, "leave")
    }

    /// To a user, a team, or (where units are principals) a unit. `anchor` is the unit whose copy of the role it is;
    /// under classic business units the holder's own.
    pub fn give_role(&mut self, holder: impl Into<Principal>, role: RoleId, anchor: UnitId) -> Result<()> {
        let holder = holder.into().0;
        // SAFETY: as above.
        plain(unsafe { sys::policy_give_role(self.ptr(), holder, role.0, anchor.0) }, "give role")
    }

    /// All that it holds itself.
    pub fn drop_roles(&mut self, holder: impl Into<Principal>) -> Result<()> {
        let holder = holder.into().0;
        // SAFETY: as above.
        plain(unsafe { sys::policy_drop_roles(self.ptr(), holder) }, "drop roles")
    }

    /// To a user or a team.
    pub fn give_column_profile(&mut self, holder: impl Into<Principal>, profile: ProfileId) -> Result<()> {
        let holder = holder.into().0;
        // SAFETY: as above.
        plain(unsafe { sys::policy_give_column_profile(self.ptr(), holder, profile.0) }, "give column profile")
    }

    /// A row.
    pub fn add_row(&mut self, row: &Row) -> Result<RowId> {
        let row = row.encode(&self.program)?;
        // SAFETY: as above, and what the row points to is there until it returns.
        self.add("add row", |this, out| unsafe { sys::policy_add_row(this, &row.raw(), out) }).map(RowId)
    }

    /// With its shares and links.
    pub fn remove_row(&mut self, row: RowId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_remove_row(self.ptr(), row.0) }, "remove row")
    }

    /// A new owner.
    pub fn set_row_owner(&mut self, row: RowId, owner: impl Into<Principal>) -> Result<()> {
        let owner = owner.into().0;
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_row_owner(self.ptr(), row.0, owner) }, "set owner")
    }

    /// Another owning unit.
    pub fn set_row_unit(&mut self, row: RowId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_row_unit(self.ptr(), row.0, unit.0) }, "set unit")
    }

    /// Whether it counts as active in cascades.
    pub fn set_row_active(&mut self, row: RowId, active: bool) -> Result<()> {
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_row_active(self.ptr(), row.0, active.into()) }, "set state")
    }

    /// Values that are named, and of the secured columns `named` those that have a value: `set`. The table is the
    /// row's.
    pub fn set_row_values(
        &mut self,
        row: RowId,
        table: TableId,
        values: &[(&str, Value)],
        named: Columns,
        set: Columns,
    ) -> Result<()> {
        let list = numbered(&self.program, NameKind::Attribute, table.0, values)?;
        let (values, count) = (first(&list), list.len() as u32);
        // SAFETY: as above, and the values are there until it returns.
        let status = unsafe { sys::policy_set_row_values(self.ptr(), row.0, values, count, named.0, set.0) };
        plain(status, "set values")
    }

    /// Below `parent`; None: no more. Shares are not handed on: [`Transaction::perform`] does what the platform does.
    pub fn set_row_link(&mut self, row: RowId, relationship: RelationshipId, parent: Option<RowId>) -> Result<()> {
        let parent = RowId::number(parent);
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_row_link(self.ptr(), row.0, relationship.0, parent) }, "set link")
    }

    /// Of a many-to-many relationship.
    pub fn set_association(
        &mut self,
        relationship: RelationshipId,
        first: RowId,
        second: RowId,
        there: bool,
    ) -> Result<()> {
        // SAFETY: as above.
        let status =
            unsafe { sys::policy_set_association(self.ptr(), relationship.0, first.0, second.0, there.into()) };
        plain(status, "set association")
    }

    /// Exactly these rights; none: no more.
    pub fn set_share(&mut self, row: RowId, with: impl Into<Principal>, rights: impl Into<Rights>) -> Result<()> {
        let (with, rights) = (with.into().0, rights.into().0.into());
        // SAFETY: as above.
        plain(unsafe { sys::policy_set_share(self.ptr(), row.0, with, rights) }, "set share")
    }

    /// One secured column of one row.
    pub fn set_column_share(
        &mut self,
        row: RowId,
        column: ColumnId,
        with: impl Into<Principal>,
        read: bool,
        update: bool,
    ) -> Result<()> {
        let (with, read, update) = (with.into().0, read.into(), update.into());
        // SAFETY: as above.
        let status = unsafe { sys::policy_set_column_share(self.ptr(), row.0, column.0, with, read, update) };
        plain(status, "set column share")
    }

    /// What conditions read beside rows and users, until the transaction ends.
    pub fn set_context(&mut self, values: &[(&str, Value)]) -> Result<()> {
        let list = numbered(&self.program, NameKind::ContextAttribute, 0, values)?;
        let (values, count) = (first(&list), list.len() as u32);
        // SAFETY: as above, and the values are there until it returns.
        plain(unsafe { sys::policy_transaction_set_context(self.ptr(), values, count) }, "set context")
    }

    /// Asks, and says all that would change; nothing does. A denial is no error: see [`Outcome::answer`].
    pub fn plan(&mut self, operation: &Operation) -> Result<Outcome> {
        self.operate(operation, sys::policy_transaction_plan)
    }

    /// Asks, and carries it out whole where it is allowed. A denial is no error: see [`Outcome::answer`].
    pub fn perform(&mut self, operation: &Operation) -> Result<Outcome> {
        self.operate(operation, sys::policy_transaction_perform)
    }

    fn operate(&mut self, operation: &Operation, work: Operate) -> Result<Outcome> {
        let operation = operation.encode(&self.program)?;
        // SAFETY: all fields may be zero, pointers null.
        let mut out: sys::policy_outcome = unsafe { zeroed() };
        out.struct_size = size::<sys::policy_outcome>();
        let this = self.ptr();
        // SAFETY: as above, and what the operation points to is there until it returns.
        call(|error| operation.lend(|operation| unsafe { work(this, operation, &mut out, error) }))?;
        // SAFETY: the changes are there until the next operation.
        Ok(unsafe { Outcome::of(&out) })
    }

    /// Whom a step of a flow runs as, and whether it may: `row` set the flow off, as it is now in the transaction;
    /// `triggering` is the user who did.
    pub fn run_as(&mut self, flow: FlowId, step: StepId, triggering: UserId, row: RowId) -> Result<RunAs> {
        // SAFETY: all fields may be zero.
        let mut out: sys::policy_run_as_answer = unsafe { zeroed() };
        out.struct_size = size::<sys::policy_run_as_answer>();
        // SAFETY: as above, and `out` has its size.
        let status =
            unsafe { sys::policy_transaction_run_as(self.ptr(), flow.0, step.0, triggering.0, row.0, &mut out) };
        plain(status, "run as")?;
        Ok(RunAs {
            is_system: out.is_system != 0,
            user: UserId::some(out.user),
            impersonator: UserId::some(out.impersonator),
            escalates: out.escalates != 0,
            answer: Answer::of(&out.answer),
        })
    }
}

type Operate = unsafe extern "C" fn(
    *mut sys::policy_transaction,
    *const sys::policy_operation,
    *mut sys::policy_outcome,
    *mut sys::policy_error,
) -> sys::policy_status;
