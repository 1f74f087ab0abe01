//! Compiles policies at run time: text in, a program or diagnostics out. Links libpolicy_jit, which brings LLVM and the
//! compiler.
//!
//! ```no_run
//! let (club, warnings) = policyc::jit::compile("club.policy", "policy club follows guide", &Default::default())?;
//! # Ok::<(), policyc::jit::CompileError>(())
//! ```
//!
//! A program answers at once, interpreting, and is compiled in the background when that will pay; [`wait`] has it done
//! now.

use std::ffi::CString;
use std::fmt;
use std::mem::zeroed;
use std::path::Path;
use std::ptr;

use policyc_sys::jit as sys;
use policyc_sys::{policy_error, policy_program, policy_status};

use crate::error::{Error, Result};
use crate::ffi::{c_text, call, library_fits, size, text};
use crate::program::Program;

/// Of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// It compiles.
    Warning,
    /// It does not.
    Error,
}

/// One thing that the compiler says. Lines and columns count from 1, columns in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether it is a mistake.
    pub severity: Severity,
    /// `E2001`.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// Where.
    pub file: String,
    /// Where it begins.
    pub line: u32,
    /// Likewise.
    pub column: u32,
    /// Of its last byte.
    pub end_line: u32,
    /// Likewise.
    pub end_column: u32,
    /// With the lines of the text, notes and help.
    pub rendered: String,
}

/// A text that did not become a program.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompileError {
    /// [`Status::NotCompiled`](crate::Status::NotCompiled) where the text has mistakes.
    pub error: Error,
    /// Which they are.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        self.error.fmt(to)?;
        self.diagnostics.iter().try_for_each(|one| write!(to, "\n{}", one.rendered.trim_end()))
    }
}

impl std::error::Error for CompileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Error> for CompileError {
    fn from(error: Error) -> CompileError {
        CompileError { error, diagnostics: Vec::new() }
    }
}

/// How texts are compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompileOptions<'a> {
    /// Where `use` looks beside the library of policies.
    pub folder: Option<&'a Path>,
    /// Keeps machine code for later runs. Must be its owner's alone.
    pub cache_folder: Option<&'a Path>,
}

/// Compiles a text; `name` is what diagnostics call it. Warnings come with a program too.
pub fn compile(name: &str, policy: &str, options: &CompileOptions) -> Result<(Program, Vec<Diagnostic>), CompileError> {
    let name = c_text(name)?;
    run(options, |options, out, told, error| {
        // SAFETY: all of these are there until it returns.
        unsafe {
            let (policy, size) = (policy.as_ptr().cast(), policy.len());
            sys::policy_jit_compile(name.as_ptr(), policy, size, options, out, told, error)
        }
    })
}

/// Compiles a file; `use` looks in its folder.
pub fn compile_file(
    path: impl AsRef<Path>,
    options: &CompileOptions,
) -> Result<(Program, Vec<Diagnostic>), CompileError> {
    let path = c_text(path.as_ref().as_os_str().as_encoded_bytes())?;
    run(options, |options, out, told, error| {
        // SAFETY: all of these are there until it returns.
        unsafe { sys::policy_jit_compile_file(path.as_ptr(), options, out, told, error) }
    })
}

fn run(
    options: &CompileOptions,
    work: impl FnOnce(
        *const sys::policy_jit_options,
        *mut *mut policy_program,
        *mut *mut sys::policy_diagnostics,
        *mut policy_error,
    ) -> policy_status,
) -> Result<(Program, Vec<Diagnostic>), CompileError> {
    library_fits()?;
    let folder = of_path(options.folder)?;
    let cache = of_path(options.cache_folder)?;
    let asked = sys::policy_jit_options {
        struct_size: size::<sys::policy_jit_options>(),
        reserved: 0,
        folder: folder.as_ref().map_or(ptr::null(), |path| path.as_ptr()),
        cache_folder: cache.as_ref().map_or(ptr::null(), |path| path.as_ptr()),
    };
    let mut out = ptr::null_mut();
    let mut told = Told(ptr::null_mut());
    let done = call(|error| work(&asked, &mut out, &mut told.0, error));
    let diagnostics = told.read();
    match done {
        // SAFETY: the library gave it to us.
        Ok(()) => Ok((unsafe { Program::adopt(out) }?, diagnostics)),
        Err(error) => Err(CompileError { error, diagnostics }),
    }
}

fn of_path(path: Option<&Path>) -> Result<Option<CString>> {
    path.map(|path| c_text(path.as_os_str().as_encoded_bytes())).transpose()
}

struct Told(*mut sys::policy_diagnostics);

impl Drop for Told {
    fn drop(&mut self) {
        // SAFETY: the library gave it to us, or it is null.
        unsafe { sys::policy_diagnostics_free(self.0) }
    }
}

impl Told {
    fn read(&self) -> Vec<Diagnostic> {
        // SAFETY: it is there, or null.
        let count = unsafe { sys::policy_diagnostics_count(self.0) };
        (0..count).filter_map(|index| self.at(index)).collect()
    }

    fn at(&self, index: usize) -> Option<Diagnostic> {
        // SAFETY: all fields may be zero, pointers null.
        let mut one: sys::policy_diagnostic = unsafe { zeroed() };
        one.struct_size = size::<sys::policy_diagnostic>();
        // SAFETY: it is there, and `one` has its size.
        if unsafe { sys::policy_diagnostics_at(self.0, index, &mut one) } != policyc_sys::POLICY_OK {
            return None;
        }
        // SAFETY: the strings belong to it.
        let own = |string| unsafe { text(string) }.to_owned();
        let is_warning = one.severity == sys::POLICY_SEVERITY_WARNING;
        Some(Diagnostic {
            severity: if is_warning { Severity::Warning } else { Severity::Error },
            code: own(one.code),
            message: own(one.message),
            file: own(one.file),
            line: one.line,
            column: one.column,
            end_line: one.end_line,
            end_column: one.end_column,
            rendered: own(one.rendered),
        })
    }
}

/// Comes back when every decision of a program that was compiled here has its machine code. It helps.
/// [`Status::Invalid`](crate::Status::Invalid) for a program that is none of these.
pub fn wait(program: &Program) -> Result<()> {
    // SAFETY: the program is there.
    call(|error| unsafe { sys::policy_jit_wait(program.ptr(), error) })
}
