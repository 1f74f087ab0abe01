use std::fmt;

/// What kind of failure an [`Error`] is. The numbers are those of the library, and stand in hosts' logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Status {
    /// A value that makes no sense.
    Invalid = policyc_sys::POLICY_INVALID,
    /// No such table, right, role, user, row, ...; a subject of another program.
    Unknown = policyc_sys::POLICY_UNKNOWN,
    /// The table does not take the right.
    Illegal = policyc_sys::POLICY_ILLEGAL,
    /// A file that cannot be read or written.
    NotReadable = policyc_sys::POLICY_NOT_READABLE,
    /// An image that is not what was built: cut short, changed, stripped.
    Damaged = policyc_sys::POLICY_DAMAGED,
    /// No image, or one for another kind of processor.
    Foreign = policyc_sys::POLICY_FOREIGN,
    /// An image of a later version than the library.
    Newer = policyc_sys::POLICY_NEWER,
    /// Another policy, or another layout, than was asked for.
    Mismatch = policyc_sys::POLICY_MISMATCH,
    /// No signature, or not by an accepted key.
    Untrusted = policyc_sys::POLICY_UNTRUSTED,
    /// A column that the decision reads.
    Missing = policyc_sys::POLICY_MISSING,
    /// Less room than the answer needs.
    Short = policyc_sys::POLICY_SHORT,
    /// A revision that did not come in time.
    Stale = policyc_sys::POLICY_STALE,
    /// In use; or all reader places are taken.
    Busy = policyc_sys::POLICY_BUSY,
    /// The facts do not allow it.
    Refused = policyc_sys::POLICY_REFUSED,
    /// Another version of the policy would lose facts, or asks for facts that nobody gave.
    Lossy = policyc_sys::POLICY_LOSSY,
    /// Out of memory.
    NoMemory = policyc_sys::POLICY_NO_MEMORY,
    /// A mistake of the library, or a status of a later one.
    Internal = policyc_sys::POLICY_INTERNAL,
    /// The policy's text has mistakes: see module `jit`.
    NotCompiled = policyc_sys::POLICY_NOT_COMPILED,
}

const ALL: [Status; 18] = [
    Status::Invalid,
    Status::Unknown,
    Status::Illegal,
    Status::NotReadable,
    Status::Damaged,
    Status::Foreign,
    Status::Newer,
    Status::Mismatch,
    Status::Untrusted,
    Status::Missing,
    Status::Short,
    Status::Stale,
    Status::Busy,
    Status::Refused,
    Status::Lossy,
    Status::NoMemory,
    Status::Internal,
    Status::NotCompiled,
];

impl Status {
    pub(crate) fn of(number: u32) -> Status {
        ALL.into_iter().find(|status| *status as u32 == number).unwrap_or(Status::Internal)
    }

    /// The library's word for it: `damaged`.
    pub fn name(self) -> &'static str {
        // SAFETY: any number may be asked about; what comes back is a constant of the library.
        unsafe { crate::ffi::text(policyc_sys::policy_status_name(self as u32)) }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(self.name())
    }
}

/// What went wrong, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    status: Status,
    message: String,
}

/// Of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Error {
        Error { status, message: message.into() }
    }

    /// What kind of failure it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

pub(crate) fn invalid<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::new(Status::Invalid, message))
}

pub(crate) fn unknown<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::new(Status::Unknown, message))
}
