use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use policyc_sys as sys;

use crate::error::{Error, Result, Status};
use crate::ffi::{call, first, size};
use crate::ids::*;
use crate::program::Program;
use crate::values::{Attributes, Value};
use crate::words::{NameKind, Rights};

/// A unit and all below it: units are numbered in pre-order, the root 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// The unit.
    pub first: UnitId,
    /// The last unit below it.
    pub last: UnitId,
}

/// A role that counts for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleHeld {
    holder: u32,
    role: RoleId,
    anchor: Interval,
}

impl RoleHeld {
    /// The user's own. `anchor` is the unit whose copy of the role it is.
    pub fn own(role: RoleId, anchor: Interval) -> RoleHeld {
        RoleHeld { holder: sys::POLICY_SELF, role, anchor }
    }

    /// Of a team of the user, or (where units are principals) the user's unit.
    pub fn through(holder: impl Into<Principal>, role: RoleId, anchor: Interval) -> RoleHeld {
        RoleHeld { holder: holder.into().0, role, anchor }
    }
}

/// Somebody whose rows count through hierarchy security, and for which rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// A report, or a team of one.
    pub principal: Principal,
    /// For these.
    pub rights: Rights,
}

/// All that a user's rights come from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<'a> {
    /// Who it is.
    pub user: UserId,
    /// Of the user.
    pub unit: UnitId,
    /// Every team, in any order.
    pub teams: &'a [TeamId],
    /// Every role.
    pub roles: &'a [RoleHeld],
    /// Hierarchy security.
    pub reports: &'a [Report],
    /// Of the user's attributes.
    pub values: &'a [(&'a str, Value<'a>)],
}

/// A user, resolved. Any number of threads may ask about one.
pub struct Subject {
    ptr: NonNull<sys::policy_subject>,
    program: Program,
    /// The texts that the library points to.
    _attributes: Attributes,
}

// SAFETY: policy.h: compiled code only reads a subject, and any thread may free it.
unsafe impl Send for Subject {}
// SAFETY: likewise.
unsafe impl Sync for Subject {}

impl Drop for Subject {
    fn drop(&mut self) {
        // SAFETY: it came from policy_subject_resolve, and nobody has it any more.
        unsafe { sys::policy_subject_free(self.ptr.as_ptr()) }
    }
}

impl Program {
    /// Resolves a subject; do so again when roles, teams or units have changed.
    pub fn resolve(&self, standing: &Standing) -> Result<Subject> {
        let mut attributes = Attributes::new(self, NameKind::UserAttribute, 0, 0)?;
        for (name, value) in standing.values {
            attributes.set(name, *value)?;
        }
        let teams: Vec<u32> = standing.teams.iter().map(|team| Principal::from(*team).0).collect();
        let roles: Vec<_> = standing.roles.iter().map(RoleHeld::raw).collect();
        let reports: Vec<_> = standing.reports.iter().map(Report::raw).collect();
        let count = |length: usize| {
            u32::try_from(length).map_err(|_| Error::new(Status::Invalid, "a list of a standing is too long"))
        };
        let asked = sys::policy_standing {
            struct_size: size::<sys::policy_standing>(),
            user: Principal::from(standing.user).0,
            unit: standing.unit.0,
            team_count: count(teams.len())?,
            role_count: count(roles.len())?,
            report_count: count(reports.len())?,
            teams: first(&teams),
            roles: first(&roles),
            reports: first(&reports),
            attributes: first(&attributes.words).cast(),
        };
        let mut out = ptr::null();
        // SAFETY: all of these are there until it returns; texts among the attributes as long as the subject.
        call(|error| unsafe { sys::policy_subject_resolve(self.ptr(), &asked, &mut out, error) })?;
        match NonNull::new(out.cast_mut()) {
            Some(ptr) => Ok(Subject { ptr, program: self.clone(), _attributes: attributes }),
            None => Err(Error::new(Status::Internal, "the library gave no subject")),
        }
    }
}

impl RoleHeld {
    fn raw(&self) -> sys::policy_role_held {
        let anchor = sys::policy_interval { first: self.anchor.first.0, last: self.anchor.last.0 };
        sys::policy_role_held { holder: self.holder, role: self.role.0, anchor }
    }
}

impl Report {
    fn raw(&self) -> sys::policy_report {
        sys::policy_report { principal: self.principal.0, rights: self.rights.0.into() }
    }
}

impl Subject {
    /// Whether some role has the miscellaneous privilege.
    pub fn holds(&self, privilege: PrivilegeId) -> bool {
        // SAFETY: program and subject are there.
        unsafe { sys::policy_subject_holds(self.program.ptr(), self.raw(), privilege.0) != 0 }
    }

    fn raw(&self) -> *const sys::policy_subject {
        self.ptr.as_ptr()
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        self.as_subject().fmt(to)
    }
}

/// Somebody to ask about: a [`Subject`], or a user of a store ([`View::subject`](crate::View::subject)).
#[derive(Clone, Copy)]
pub struct SubjectRef<'a> {
    pub(crate) ptr: *const sys::policy_subject,
    pub(crate) program: *mut sys::policy_program,
    of: PhantomData<&'a Subject>,
}

impl SubjectRef<'_> {
    /// # Safety
    /// The subject is there for as long as the lifetime says, and of that program, which is there as well.
    pub(crate) unsafe fn of<'a>(
        ptr: *const sys::policy_subject,
        program: *mut sys::policy_program,
    ) -> Option<SubjectRef<'a>> {
        (!ptr.is_null()).then_some(SubjectRef { ptr, program, of: PhantomData })
    }
}

impl fmt::Debug for SubjectRef<'_> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        // SAFETY: the subject is there.
        let user = Principal(unsafe { (*self.ptr).user });
        to.debug_struct("Subject").field("user", &user).finish_non_exhaustive()
    }
}

/// What is, or points to, somebody to ask about.
pub trait AsSubject {
    /// Borrows it.
    fn as_subject(&self) -> SubjectRef<'_>;
}

impl AsSubject for Subject {
    fn as_subject(&self) -> SubjectRef<'_> {
        SubjectRef { ptr: self.raw(), program: self.program.ptr(), of: PhantomData }
    }
}

impl AsSubject for SubjectRef<'_> {
    fn as_subject(&self) -> SubjectRef<'_> {
        *self
    }
}

impl<T: AsSubject + ?Sized> AsSubject for &T {
    fn as_subject(&self) -> SubjectRef<'_> {
        (**self).as_subject()
    }
}

impl<T: AsSubject + ?Sized> AsSubject for Arc<T> {
    fn as_subject(&self) -> SubjectRef<'_> {
        (**self).as_subject()
    }
}

impl<T: AsSubject + ?Sized> AsSubject for Box<T> {
    fn as_subject(&self) -> SubjectRef<'_> {
        (**self).as_subject()
    }
}
