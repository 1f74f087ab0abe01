use std::ptr;

use policyc_sys as sys;

use crate::bitmap::Bitmap;
use crate::error::{unknown, Error, Result, Status};
use crate::ffi::{plain, text};
use crate::ids::*;
use crate::program::Program;
use crate::record::{AsRecord, Context, Record, RecordRef};
use crate::rows::Rows;
use crate::subject::{AsSubject, SubjectRef};
use crate::words::{Level, Reason, Right};

/// An answer, with everything that [`Program::explain`] needs to say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// Why. [`Reason::None`] for one of a later library.
    pub reason: Reason,
    /// Of a denial for [`Reason::Level`]: the level held.
    pub held: Level,
    /// And the one that would have reached.
    pub needed: Level,
    /// The line of a role that gives it.
    pub grant: Option<GrantId>,
    /// The role through which it is held.
    pub role: Option<RoleId>,
    /// Who holds the role.
    pub through: Principal,
}

impl Decision {
    pub(crate) fn of(raw: &sys::policy_decision) -> Decision {
        Decision {
            allowed: u32::from(raw.effect) == sys::POLICY_ALLOW,
            reason: Reason::of(raw.reason.into()).unwrap_or(Reason::None),
            held: Level::of(raw.held.into()).unwrap_or(Level::None),
            needed: Level::of(raw.needed.into()).unwrap_or(Level::None),
            grant: GrantId::some(raw.grant),
            role: RoleId::some(raw.role),
            through: Principal(raw.through),
        }
    }

    pub(crate) fn raw(&self) -> sys::policy_decision {
        sys::policy_decision {
            effect: self.allowed.into(),
            reason: self.reason as u8,
            held: self.held as u8,
            needed: self.needed as u8,
            grant: GrantId::number(self.grant),
            role: RoleId::number(self.role),
            through: self.through.0,
        }
    }

    /// To be filled by the library.
    pub(crate) fn empty() -> sys::policy_decision {
        sys::policy_decision {
            effect: 0,
            reason: 0,
            held: 0,
            needed: 0,
            grant: sys::POLICY_NONE,
            role: sys::POLICY_NONE,
            through: 0,
        }
    }
}

/// Null where there is no context.
pub(crate) fn pointer(context: &Option<sys::policy_context>) -> *const sys::policy_context {
    context.as_ref().map_or(ptr::null(), ptr::from_ref)
}

impl Program {
    /// May the subject do this to the record? `context` may be left out where no condition reads it: its attributes
    /// then have no values. For [`Right::Create`], the record as it would be. No error: whatever cannot be asked is
    /// denied; [`Program::decide`] says why.
    pub fn check(
        &self,
        subject: &(impl AsSubject + ?Sized),
        table: TableId,
        right: Right,
        record: &(impl AsRecord + ?Sized),
        context: Option<&Context>,
    ) -> bool {
        let (subject, record) = (subject.as_subject(), record.as_record());
        if !self.has(subject, context) || !self.is_row(table, record) {
            return false;
        }
        let context = context.map(Context::raw);
        // SAFETY: all of these are there until it returns, and of this program and table.
        let answer = unsafe {
            let context = pointer(&context);
            sys::policy_check(self.ptr(), subject.ptr, table.0, right as u32, record.ptr, context)
        };
        answer != 0
    }

    fn has(&self, subject: SubjectRef, context: Option<&Context>) -> bool {
        subject.program == self.ptr() && is_of(context, self)
    }

    // The layout of a record is that of its table, and its program's.
    fn is_row(&self, table: TableId, record: RecordRef) -> bool {
        record.table == table && record.program == self.ptr()
    }

    fn must_have(&self, subject: SubjectRef, context: Option<&Context>) -> Result<()> {
        if self.has(subject, context) {
            return Ok(());
        }
        unknown("the subject, or the context, is of another program")
    }

    /// [`Program::check`] with the reason. An error where it cannot be asked: that is a denial.
    pub fn decide(
        &self,
        subject: &(impl AsSubject + ?Sized),
        table: TableId,
        right: Right,
        record: &(impl AsRecord + ?Sized),
        context: Option<&Context>,
    ) -> Result<Decision> {
        let (subject, record) = (subject.as_subject(), record.as_record());
        self.must_have(subject, context)?;
        if !self.is_row(table, record) {
            return unknown("the record is of another table or another program");
        }
        let context = context.map(Context::raw);
        let mut out = Decision::empty();
        // SAFETY: all of these are there until it returns, and of this program and table.
        let status = unsafe {
            let context = pointer(&context);
            sys::policy_decide(self.ptr(), subject.ptr, table.0, right as u32, record.ptr, context, &mut out)
        };
        plain(status, "decide")?;
        Ok(Decision::of(&out))
    }

    /// One right on many records of a table. A record of another table is denied.
    pub fn check_many(
        &self,
        subject: &(impl AsSubject + ?Sized),
        table: TableId,
        right: Right,
        records: &[&Record],
        context: Option<&Context>,
    ) -> Result<Bitmap> {
        let subject = subject.as_subject();
        self.must_have(subject, context)?;
        let raw = |record: RecordRef| if self.is_row(table, record) { record.ptr } else { ptr::null() };
        let list: Vec<_> = records.iter().map(|record| raw(record.as_record())).collect();
        let context = context.map(Context::raw);
        let mut allowed = Bitmap::new(records.len());
        // SAFETY: all of these are there until it returns; there is a bit for each record.
        let status = unsafe {
            sys::policy_check_many(
                self.ptr(),
                subject.ptr,
                table.0,
                right as u32,
                list.as_ptr(),
                list.len() as u64,
                pointer(&context),
                allowed.words.as_mut_ptr(),
            )
        };
        plain(status, "check")?;
        Ok(allowed)
    }

    /// One right on many rows, column by column: a fraction of a nanosecond a row.
    pub fn filter(
        &self,
        subject: &(impl AsSubject + ?Sized),
        table: TableId,
        right: Right,
        rows: &Rows,
        context: Option<&Context>,
    ) -> Result<Bitmap> {
        let subject = subject.as_subject();
        self.must_have(subject, context)?;
        // SAFETY: the subject is there, and of this program.
        unsafe { rows.filter(self, subject.ptr, table, right, context) }
    }

    /// A decision in words, a line each.
    pub fn explain(&self, table: TableId, right: Right, decision: &Decision) -> Result<String> {
        let decision = decision.raw();
        let mut words = vec![0u8; 512];
        loop {
            let mut needed = 0;
            // SAFETY: there are `words.len()` bytes of room, and the rest is there until it returns.
            let status = unsafe {
                let (to, size) = (words.as_mut_ptr().cast(), words.len());
                sys::policy_explain(self.ptr(), table.0, right as u32, &decision, to, size, &mut needed)
            };
            if status == sys::POLICY_SHORT && needed > words.len() {
                words.resize(needed, 0);
                continue;
            }
            plain(status, "explain")?;
            // SAFETY: the library ended it with a zero.
            return Ok(unsafe { text(words.as_ptr().cast()) }.to_owned());
        }
    }
}

fn is_of(context: Option<&Context>, program: &Program) -> bool {
    context.is_none_or(|context| program.is(context.program()))
}

pub(crate) fn must_be_of(context: Option<&Context>, program: &Program) -> Result<()> {
    if is_of(context, program) {
        return Ok(());
    }
    Err(Error::new(Status::Unknown, "the context is of another program"))
}
