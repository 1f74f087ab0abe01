use std::fmt;
use std::mem::{forget, zeroed};
use std::ptr::{self, NonNull};
use std::time::Duration;

use policyc_sys as sys;

use crate::error::{unknown, Error, Result, Status};
use crate::ffi::{c_text, call, first, nanoseconds, plain, size};
use crate::ids::*;
use crate::operation::{named_columns, Answer, Operation, Outcome, Row, RunAs};
use crate::program::Program;
use crate::store::Store;
use crate::values::{numbered, Value};
use crate::words::{AccessMode, NameKind, Rights, TeamKind};

/// Changes that readers see together, or never. It sees its own. One at a time; it may go from thread to thread.
/// Dropped without [`commit`](Transaction::commit) it is as if it had never been.
///
/// What it takes as facts comes from elsewhere: nobody's rights are asked. [`Status::Unknown`] where something named is
/// not there, [`Status::Refused`] where the facts do not allow it; then nothing has changed, and the transaction goes
/// on. What somebody asks to do goes through [`plan`](Transaction::plan) and [`perform`](Transaction::perform).
///
/// Two threads cannot have it at once:
///
/// ```compile_fail,E0277
/// fn example(transaction: &'static policyc::Transaction<'static>) {
///     std::thread::spawn(move || transaction.program().info());
/// }
/// ```
pub struct Transaction<'s> {
    ptr: NonNull<sys::policy_transaction>,
    program: Program,
    _store: &'s Store,
}

// SAFETY: policy.h: used by one thread at a time, whichever that is.
unsafe impl Send for Transaction<'_> {}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SAFETY: it is under way, and nobody has it any more.
        unsafe { sys::policy_transaction_abandon(self.ptr.as_ptr()) }
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("Transaction").field("program", &self.program).finish_non_exhaustive()
    }
}

impl<'s> Transaction<'s> {
    pub(crate) fn begin(store: &'s Store, longest: Option<Duration>) -> Result<Transaction<'s>> {
        let mut out = ptr::null_mut();
        // SAFETY: the store is there.
        call(|error| unsafe {
            match longest {
                None => sys::policy_transaction_begin(store.ptr(), &mut out, error),
                Some(wait) => sys::policy_transaction_try_begin(store.ptr(), nanoseconds(wait), &mut out, error),
            }
        })?;
        let Some(ptr) = NonNull::new(out) else {
            return Err(Error::new(Status::Internal, "the library gave no transaction"));
        };
        // SAFETY: it was begun above; the new owner's handle goes to `current`.
        let program = unsafe {
            let program = sys::policy_transaction_program(ptr.as_ptr()).cast_mut();
            store.inner.current(sys::policy_program_retain(program))
        };
        match program {
            Ok(program) => Ok(Transaction { ptr, program, _store: store }),
            Err(error) => {
                // SAFETY: it was begun above.
                unsafe { sys::policy_transaction_abandon(ptr.as_ptr()) };
                Err(error)
            }
        }
    }

    fn ptr(&self) -> *mut sys::policy_transaction {
        self.ptr.as_ptr()
    }

    /// The one place where what was refused is put into words.
    fn done(&self, status: sys::policy_status, asked: fmt::Arguments) -> Result<()> {
        plain(status, asked)
    }

    fn table(&self, row: RowId) -> Result<TableId> {
        // SAFETY: the transaction is under way.
        match TableId::some(unsafe { sys::policy_transaction_table(self.ptr(), row.0) }) {
            Some(table) => Ok(table),
            None => unknown(format!("there is no row {}", row.0)),
        }
    }

    /// What the numbers given to it are of.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Readers who begin from now on see it all. Where it gives an error, nothing has changed.
    pub fn commit(self) -> Result<Revision> {
        let mut revision = 0;
        let ptr = self.ptr();
        // SAFETY: it is under way; it is over in any case, so it is not abandoned as well.
        let done = call(|error| unsafe { sys::policy_transaction_commit(ptr, &mut revision, error) });
        // SAFETY: `self` is forgotten right after: the program is moved out of it once.
        drop(unsafe { ptr::read(&self.program) });
        forget(self);
        done.map(|()| Revision(revision))
    }

    /// As if it had never been; dropping it does the same.
    pub fn abandon(self) {}

    fn add(
        &mut self,
        asked: fmt::Arguments,
        work: impl FnOnce(*mut sys::policy_transaction, &mut u32) -> u32,
    ) -> Result<u32> {
        let mut number = sys::POLICY_NONE;
        self.done(work(self.ptr(), &mut number), asked)?;
        Ok(number)
    }

    /// A business unit; the first is the root and has no parent.
    pub fn add_unit(&mut self, parent: Option<UnitId>) -> Result<UnitId> {
        let above = UnitId::number(parent);
        // SAFETY: the transaction is under way; so for what follows.
        self.add(format_args!("add_unit({parent:?})"), |this, out| unsafe { sys::policy_add_unit(this, above, out) })
            .map(UnitId)
    }

    /// With all below it.
    pub fn move_unit(&mut self, unit: UnitId, parent: UnitId) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_move_unit(self.ptr(), unit.0, parent.0) },
            format_args!("move_unit({unit:?}, {parent:?})"),
        )
    }

    /// A user.
    pub fn add_user(&mut self, unit: UnitId) -> Result<UserId> {
        // SAFETY: as above.
        self.add(format_args!("add_user({unit:?})"), |this, out| unsafe { sys::policy_add_user(this, unit.0, out) })
            .map(UserId)
    }

    /// A team.
    pub fn add_team(&mut self, unit: UnitId, kind: TeamKind) -> Result<TeamId> {
        // SAFETY: as above.
        self.add(format_args!("add_team({unit:?}, {kind:?})"), |this, out| unsafe {
            sys::policy_add_team(this, unit.0, kind as u32, out)
        })
        .map(TeamId)
    }

    /// A position; without a parent a top one.
    pub fn add_position(&mut self, parent: Option<PositionId>) -> Result<PositionId> {
        let above = PositionId::number(parent);
        // SAFETY: as above.
        self.add(format_args!("add_position({parent:?})"), |this, out| unsafe {
            sys::policy_add_position(this, above, out)
        })
        .map(PositionId)
    }

    /// What flows name people by.
    pub fn set_user_name(&mut self, user: UserId, name: &str) -> Result<()> {
        let text = c_text(name)?;
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_user_name(self.ptr(), user.0, text.as_ptr()) },
            format_args!("set_user_name({user:?}, {name:?})"),
        )
    }

    /// One who is disabled cannot sign in.
    pub fn set_user_disabled(&mut self, user: UserId, disabled: bool) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_user_disabled(self.ptr(), user.0, disabled.into()) },
            format_args!("set_user_disabled({user:?}, {disabled})"),
        )
    }

    /// How a user may sign in.
    pub fn set_user_mode(&mut self, user: UserId, mode: AccessMode) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_user_mode(self.ptr(), user.0, mode as u32) },
            format_args!("set_user_mode({user:?}, {mode:?})"),
        )
    }

    /// None: nobody.
    pub fn set_user_manager(&mut self, user: UserId, manager: Option<UserId>) -> Result<()> {
        let number = UserId::number(manager);
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_user_manager(self.ptr(), user.0, number) },
            format_args!("set_user_manager({user:?}, {manager:?})"),
        )
    }

    /// None: no position.
    pub fn set_user_position(&mut self, user: UserId, position: Option<PositionId>) -> Result<()> {
        let number = PositionId::number(position);
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_user_position(self.ptr(), user.0, number) },
            format_args!("set_user_position({user:?}, {position:?})"),
        )
    }

    /// Those that are named; others stay.
    pub fn set_user_values(&mut self, user: UserId, values: &[(&str, Value)]) -> Result<()> {
        let list = numbered(&self.program, NameKind::UserAttribute, 0, values)?;
        // SAFETY: as above, and the values are there until it returns.
        let status = unsafe { sys::policy_set_user_values(self.ptr(), user.0, first(&list), list.len() as u32) };
        self.done(status, format_args!("set_user_values({user:?}, {values:?})"))
    }

    /// To another unit.
    pub fn move_user(&mut self, user: UserId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_move_user(self.ptr(), user.0, unit.0) },
            format_args!("move_user({user:?}, {unit:?})"),
        )
    }

    /// To another unit.
    pub fn move_team(&mut self, team: TeamId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_move_team(self.ptr(), team.0, unit.0) },
            format_args!("move_team({team:?}, {unit:?})"),
        )
    }

    /// A user joins a team.
    pub fn join(&mut self, user: UserId, team: TeamId) -> Result<()> {
        // SAFETY: as above.
        self.done(unsafe { sys::policy_join(self.ptr(), user.0, team.0) }, format_args!("join({user:?}, {team:?})"))
    }

    /// A user leaves a team.
    pub fn leave(&mut self, user: UserId, team: TeamId) -> Result<()> {
        // SAFETY: as above.
        self.done(unsafe { sys::policy_leave(self.ptr(), user.0, team.0) }, format_args!("leave({user:?}, {team:?})"))
    }

    /// To a user, a team, or (where units are principals) a unit. `anchor` is the unit whose copy of the role it is;
    /// under classic business units the holder's own.
    pub fn give_role(&mut self, holder: impl Into<Principal>, role: RoleId, anchor: UnitId) -> Result<()> {
        let holder = holder.into();
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_give_role(self.ptr(), holder.0, role.0, anchor.0) },
            format_args!("give_role({holder:?}, {role:?}, {anchor:?})"),
        )
    }

    /// All that it holds itself.
    pub fn drop_roles(&mut self, holder: impl Into<Principal>) -> Result<()> {
        let holder = holder.into();
        // SAFETY: as above.
        self.done(unsafe { sys::policy_drop_roles(self.ptr(), holder.0) }, format_args!("drop_roles({holder:?})"))
    }

    /// To a user or a team.
    pub fn give_column_profile(&mut self, holder: impl Into<Principal>, profile: ProfileId) -> Result<()> {
        let holder = holder.into();
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_give_column_profile(self.ptr(), holder.0, profile.0) },
            format_args!("give_column_profile({holder:?}, {profile:?})"),
        )
    }

    /// A row.
    pub fn add_row(&mut self, row: &Row) -> Result<RowId> {
        let encoded = row.encode(&self.program)?;
        // SAFETY: as above, and what the row points to is there until it returns.
        self.add(format_args!("add_row({row:?})"), |this, out| unsafe {
            sys::policy_add_row(this, &encoded.raw(), out)
        })
        .map(RowId)
    }

    /// With its shares and links.
    pub fn remove_row(&mut self, row: RowId) -> Result<()> {
        // SAFETY: as above.
        self.done(unsafe { sys::policy_remove_row(self.ptr(), row.0) }, format_args!("remove_row({row:?})"))
    }

    /// A new owner.
    pub fn set_row_owner(&mut self, row: RowId, owner: impl Into<Principal>) -> Result<()> {
        let owner = owner.into();
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_row_owner(self.ptr(), row.0, owner.0) },
            format_args!("set_row_owner({row:?}, {owner:?})"),
        )
    }

    /// Another owning unit.
    pub fn set_row_unit(&mut self, row: RowId, unit: UnitId) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_row_unit(self.ptr(), row.0, unit.0) },
            format_args!("set_row_unit({row:?}, {unit:?})"),
        )
    }

    /// Whether it counts as active in cascades.
    pub fn set_row_active(&mut self, row: RowId, active: bool) -> Result<()> {
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_row_active(self.ptr(), row.0, active.into()) },
            format_args!("set_row_active({row:?}, {active})"),
        )
    }

    /// Values that are named, and whether secured columns have one: of the row's own table.
    pub fn set_row_values(&mut self, row: RowId, values: &[(&str, Value)], columns: &[(&str, bool)]) -> Result<()> {
        let table = self.table(row)?;
        let list = numbered(&self.program, NameKind::Attribute, table.0, values)?;
        let (named, there) = named_columns(&self.program, table, columns)?;
        // SAFETY: as above, and the values are there until it returns.
        let status =
            unsafe { sys::policy_set_row_values(self.ptr(), row.0, first(&list), list.len() as u32, named.0, there.0) };
        self.done(status, format_args!("set_row_values({row:?}, {values:?}, {columns:?})"))
    }

    /// Below `parent`; None: no more. Shares are not handed on: [`Transaction::perform`] does what the platform does.
    pub fn set_row_link(&mut self, row: RowId, relationship: RelationshipId, parent: Option<RowId>) -> Result<()> {
        let above = RowId::number(parent);
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_row_link(self.ptr(), row.0, relationship.0, above) },
            format_args!("set_row_link({row:?}, {relationship:?}, {parent:?})"),
        )
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
        self.done(status, format_args!("set_association({relationship:?}, {first:?}, {second:?}, {there})"))
    }

    /// Exactly these rights; none: no more.
    pub fn set_share(&mut self, row: RowId, with: impl Into<Principal>, rights: impl Into<Rights>) -> Result<()> {
        let (with, rights) = (with.into(), rights.into());
        // SAFETY: as above.
        self.done(
            unsafe { sys::policy_set_share(self.ptr(), row.0, with.0, rights.0.into()) },
            format_args!("set_share({row:?}, {with:?}, {rights:?})"),
        )
    }

    /// One secured column of one row.
    pub fn set_column_share(
        &mut self,
        row: RowId,
        column: &str,
        with: impl Into<Principal>,
        read: bool,
        update: bool,
    ) -> Result<()> {
        let (with, number) = (with.into(), self.program.column(self.table(row)?, column)?.0);
        // SAFETY: as above.
        let status =
            unsafe { sys::policy_set_column_share(self.ptr(), row.0, number, with.0, read.into(), update.into()) };
        self.done(status, format_args!("set_column_share({row:?}, {column:?}, {with:?}, {read}, {update})"))
    }

    /// What conditions read beside rows and users, until the transaction ends.
    pub fn set_context(&mut self, values: &[(&str, Value)]) -> Result<()> {
        let list = numbered(&self.program, NameKind::ContextAttribute, 0, values)?;
        let (given, count) = (first(&list), list.len() as u32);
        // SAFETY: as above, and the values are there until it returns.
        self.done(
            unsafe { sys::policy_transaction_set_context(self.ptr(), given, count) },
            format_args!("set_context({values:?})"),
        )
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
        let table = operation.updated().map(|row| self.table(row)).transpose()?;
        let operation = operation.encode(&self.program, table)?;
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
        self.done(status, format_args!("run_as({flow:?}, {step:?}, {triggering:?}, {row:?})"))?;
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
