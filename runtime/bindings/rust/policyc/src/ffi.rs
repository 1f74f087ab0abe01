//! What each call into the library needs.

use std::ffi::{c_char, CStr, CString};
use std::fmt::Display;
use std::mem::size_of;
use std::time::Duration;

use policyc_sys::{policy_error, policy_status, POLICY_ABI_VERSION, POLICY_OK};

use crate::error::{Error, Result, Status};

/// A text of the library's; empty for null and for what is no UTF-8.
///
/// # Safety
/// Null, or zero-terminated for as long as `'a` is.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> &'a str {
    if text.is_null() {
        return "";
    }
    // SAFETY: the caller says so.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("")
}

/// A text for the library; an error where it would read less of it.
pub(crate) fn c_text(text: impl Into<Vec<u8>>) -> Result<CString> {
    CString::new(text).map_err(|_| Error::new(Status::Invalid, "a text has a zero byte"))
}

/// The size of a struct, for its `struct_size`.
pub(crate) const fn size<T>() -> u32 {
    size_of::<T>() as u32
}

/// Runs what takes a `policy_error`, and gives back what it says.
pub(crate) fn call(work: impl FnOnce(*mut policy_error) -> policy_status) -> Result<()> {
    let mut error = policy_error { struct_size: size::<policy_error>(), status: POLICY_OK, message: [0; 504] };
    let status = work(&mut error);
    if status == POLICY_OK {
        return Ok(());
    }
    // SAFETY: the library ends what it writes with a zero; it was all zeroes before.
    let message = unsafe { CStr::from_ptr(error.message.as_ptr()) }.to_string_lossy().into_owned();
    Err(Error::new(Status::of(status), if message.is_empty() { Status::of(status).name().into() } else { message }))
}

/// For what takes none.
pub(crate) fn plain(status: policy_status, what: impl Display) -> Result<()> {
    if status == POLICY_OK {
        return Ok(());
    }
    Err(Error::new(Status::of(status), format!("{what}: {}", Status::of(status))))
}

/// As long as the library can wait, at most.
pub(crate) fn nanoseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX)
}

/// An error where the library that is loaded is older than this crate: it may lack what is called.
pub(crate) fn library_fits() -> Result<()> {
    // SAFETY: takes nothing.
    fits(unsafe { policyc_sys::policy_abi_version() })
}

fn fits(version: u32) -> Result<()> {
    if version >= POLICY_ABI_VERSION {
        return Ok(());
    }
    let message = format!("libpolicy has the C interface {version}; this crate needs {POLICY_ABI_VERSION}");
    Err(Error::new(Status::Newer, message))
}

/// The first of a list, or null where it is empty.
pub(crate) fn first<T>(list: &[T]) -> *const T {
    if list.is_empty() {
        std::ptr::null()
    } else {
        list.as_ptr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_library_is_refused() {
        assert_eq!(fits(POLICY_ABI_VERSION - 1).unwrap_err().status(), Status::Newer);
        assert!(fits(POLICY_ABI_VERSION + 1).is_ok() && library_fits().is_ok());
    }
}
