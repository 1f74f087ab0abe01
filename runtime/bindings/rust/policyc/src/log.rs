use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use policyc_sys as sys;

use crate::check::{pointer, Decision};
use crate::error::{unknown, Error, Result, Status};
use crate::ffi::{c_text, call, library_fits, plain, size};
use crate::record::{AsRecord, Context};
use crate::subject::AsSubject;
use crate::words::Right;

/// Writes who asked what about which row, what came out and why, with all that `policyc replay` needs to ask again.
/// Callers never wait: where too much waits to be written, a decision is not logged but counted. A clone is the same
/// log; with the last one, and the last reader that has it, it writes what waits and closes.
#[derive(Clone)]
pub struct Log {
    inner: Arc<LogInner>,
}

struct LogInner {
    ptr: NonNull<sys::policy_log>,
}

// SAFETY: policy.h: any number of threads may log, flush and count.
unsafe impl Send for LogInner {}
// SAFETY: likewise.
unsafe impl Sync for LogInner {}

impl Drop for LogInner {
    fn drop(&mut self) {
        // SAFETY: it owns the handle; readers that have it keep it alive.
        unsafe { sys::policy_log_close(self.ptr.as_ptr()) }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("Log").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// Zeroes are the library's choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogOptions {
    /// Decisions that wait to be written; 0: 8192.
    pub ring_size: u32,
    /// A file that grows past it becomes PATH.1, that one PATH.2, ...; 0: 64 MB.
    pub file_bytes: u64,
    /// Beside PATH itself; 0: 4.
    pub files_kept: u32,
    /// What was allowed is not logged.
    pub denials_only: bool,
}

/// Of decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogCounts {
    /// That are in the file.
    pub written: u64,
    /// Too many waited.
    pub dropped: u64,
    /// The file could not be written.
    pub failed: u64,
}

/// The host's own names for the user and the row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    /// Who asked.
    pub user: Option<&'a str>,
    /// About what.
    pub row: Option<&'a str>,
}

impl Log {
    /// Appends to a file, which only its owner may read where it is made new.
    pub fn open(path: impl AsRef<Path>, options: LogOptions) -> Result<Log> {
        library_fits()?;
        let path = c_text(path.as_ref().as_os_str().as_encoded_bytes())?;
        let asked = sys::policy_log_options {
            struct_size: size::<sys::policy_log_options>(),
            ring_size: options.ring_size,
            file_bytes: options.file_bytes,
            files_kept: options.files_kept,
            denials_only: options.denials_only.into(),
        };
        let mut out = ptr::null_mut();
        // SAFETY: path and options are there until it returns.
        call(|error| unsafe { sys::policy_log_open(path.as_ptr(), &asked, &mut out, error) })?;
        match NonNull::new(out) {
            Some(ptr) => Ok(Log { inner: Arc::new(LogInner { ptr }) }),
            None => Err(Error::new(Status::Internal, "the library gave no log")),
        }
    }

    fn ptr(&self) -> *mut sys::policy_log {
        self.inner.ptr.as_ptr()
    }

    pub(crate) fn pointer(log: Option<&Log>) -> *mut sys::policy_log {
        log.map_or(ptr::null_mut(), Log::ptr)
    }

    /// Comes back when all that was logged before is in the file.
    pub fn flush(&self) -> Result<()> {
        // SAFETY: the log is there.
        plain(unsafe { sys::policy_log_flush(self.ptr()) }, "flush")
    }

    /// How many decisions went where.
    pub fn counts(&self) -> Result<LogCounts> {
        let mut counts = sys::policy_log_counts {
            struct_size: size::<sys::policy_log_counts>(),
            reserved: 0,
            written: 0,
            dropped: 0,
            failed: 0,
        };
        // SAFETY: the log is there, and `counts` has its size.
        plain(unsafe { sys::policy_log_count(self.ptr(), &mut counts) }, "count")?;
        Ok(LogCounts { written: counts.written, dropped: counts.dropped, failed: counts.failed })
    }

    /// On the thin way: what [`Program::decide`](crate::Program::decide) was asked and answered. [`Status::Busy`] where
    /// it is not logged.
    pub fn decision(
        &self,
        subject: &(impl AsSubject + ?Sized),
        right: Right,
        record: &(impl AsRecord + ?Sized),
        context: Option<&Context>,
        decision: &Decision,
        named: Named,
    ) -> Result<()> {
        let (subject, record) = (subject.as_subject(), record.as_record());
        if subject.program != record.program {
            return unknown("the subject is of another program than the record");
        }
        if context.is_some_and(|context| context.program().ptr() != record.program) {
            return unknown("the context is of another program");
        }
        let user = named.user.map(c_text).transpose()?;
        let row = named.row.map(c_text).transpose()?;
        let context = context.map(Context::raw);
        // SAFETY: all of these are there until it returns, and of one program.
        let status = unsafe {
            sys::policy_log_decision(
                self.ptr(),
                record.program,
                subject.ptr,
                record.table.0,
                right as u32,
                record.ptr,
                pointer(&context),
                &decision.raw(),
                user.as_ref().map_or(ptr::null(), |name| name.as_ptr()),
                row.as_ref().map_or(ptr::null(), |name| name.as_ptr()),
            )
        };
        plain(status, "log")
    }
}
