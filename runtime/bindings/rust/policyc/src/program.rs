use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use policyc_sys as sys;

use crate::error::{invalid, Error, Result, Status};
use crate::ffi::{c_text, call, first, library_fits, plain, size, text};
use crate::values::Layout;
use crate::words::{NameKind, ProgramKind};

/// A compiled policy: code and names. Any number of threads may use one; a clone is the same program.
#[derive(Clone)]
pub struct Program {
    pub(crate) inner: Arc<ProgramInner>,
}

/// One owner of a `policy_program`, and what was asked of it before.
pub(crate) struct ProgramInner {
    pub(crate) ptr: NonNull<sys::policy_program>,
    pub(crate) layouts: Mutex<BTreeMap<(u32, u32), Arc<Layout>>>,
    pub(crate) labels: OnceLock<BTreeMap<String, u32>>,
}

// SAFETY: policy.h: any number of threads may use a program, and any one may close it.
unsafe impl Send for ProgramInner {}
// SAFETY: likewise.
unsafe impl Sync for ProgramInner {}

impl Drop for ProgramInner {
    fn drop(&mut self) {
        // SAFETY: it owns the handle, and nobody has it any more.
        unsafe { sys::policy_program_close(self.ptr.as_ptr()) }
    }
}

/// What must be true of an image before it is loaded. The default asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions<'a> {
    /// Ed25519 public keys: it must be signed by one of them. An empty list accepts no image; [`Status::Invalid`] says so.
    pub keys: Option<&'a [[u8; sys::POLICY_KEY_BYTES as usize]]>,
    /// 64 hexadecimal digits: exactly this policy, [`Info::policy_hash`].
    pub policy_hash: Option<&'a str>,
    /// Likewise: the same tables, columns, roles, ... by the same numbers and offsets.
    pub layout_hash: Option<&'a str>,
}

impl Program {
    /// Opens an image that `policyc build FILE -o NAME.so` wrote.
    pub fn open(path: impl AsRef<Path>) -> Result<Program> {
        Program::open_with(path, &OpenOptions::default())
    }

    /// Opens an image of which something must be true.
    pub fn open_with(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Program> {
        let path = c_text(path.as_ref().as_os_str().as_encoded_bytes())?;
        open(options, |options, out, error| {
            // SAFETY: all of these are there until it returns.
            unsafe { sys::policy_program_open(path.as_ptr(), options, out, error) }
        })
    }

    /// Opens an image from memory, which may go afterwards.
    pub fn from_bytes(image: &[u8], options: &OpenOptions) -> Result<Program> {
        open(options, |options, out, error| {
            // SAFETY: all of these are there until it returns.
            unsafe { sys::policy_program_open_memory(image.as_ptr().cast(), image.len(), options, out, error) }
        })
    }

    /// Opens an image that is linked into the host: what `policyc build FILE -o NAME.o` defines. Keys must be left out,
    /// since whoever can change the host can change all of it.
    ///
    /// ```no_run
    /// extern "C" {
    ///     static club_image: policyc::sys::policy_image; // of the header that --emit=header writes
    /// }
    /// # fn main() -> Result<(), policyc::Error> {
    /// // SAFETY: it is what policyc built.
    /// let club = unsafe { policyc::Program::open_linked(&raw const club_image, &Default::default()) }?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Safety
    /// Null, or what policyc built, for as long as the host runs.
    pub unsafe fn open_linked(image: *const sys::policy_image, options: &OpenOptions) -> Result<Program> {
        open(options, |options, out, error| {
            // SAFETY: the caller says so; options and out are there until it returns.
            unsafe { sys::policy_program_open_linked(image, options, out, error) }
        })
    }

    /// Takes over a handle that other code opened; the Program closes it.
    ///
    /// # Safety
    /// Null, which is [`Status::Invalid`], or a handle of the library that is loaded, of which the caller is an owner
    /// (`policy_program_retain` makes another).
    pub unsafe fn from_raw(program: *mut sys::policy_program) -> Result<Program> {
        library_fits()?;
        if program.is_null() {
            return invalid("the handle is null");
        }
        // SAFETY: the caller says so.
        unsafe { Program::adopt(program) }
    }

    /// The handle, for other code; good as long as the Program or what was made from it is.
    pub fn as_raw(&self) -> *mut sys::policy_program {
        self.ptr()
    }

    /// Takes over a handle.
    ///
    /// # Safety
    /// The caller owned it.
    pub(crate) unsafe fn adopt(ptr: *mut sys::policy_program) -> Result<Program> {
        let Some(ptr) = NonNull::new(ptr) else {
            return Err(Error::new(Status::Internal, "the library gave no program"));
        };
        let inner = ProgramInner { ptr, layouts: Mutex::default(), labels: OnceLock::new() };
        Ok(Program { inner: Arc::new(inner) })
    }

    pub(crate) fn ptr(&self) -> *mut sys::policy_program {
        self.inner.ptr.as_ptr()
    }

    pub(crate) fn is(&self, other: &Program) -> bool {
        self.inner.ptr == other.inner.ptr
    }

    /// What it says of itself.
    pub fn info(&self) -> Result<Info> {
        // SAFETY: all fields may be zero, pointers null.
        let mut info: sys::policy_program_info = unsafe { std::mem::zeroed() };
        info.struct_size = size::<sys::policy_program_info>();
        // SAFETY: the program is there, and `info` has its size.
        plain(unsafe { sys::policy_program_describe(self.ptr(), &mut info) }, "describe")?;
        // SAFETY: the strings belong to the program.
        let own = |string| unsafe { text(string) }.to_owned();
        Ok(Info {
            kind: ProgramKind::of(info.kind).unwrap_or(ProgramKind::Image),
            abi_version: info.abi_version,
            slot_count: info.slot_count,
            policy_name: own(info.policy_name),
            policy_hash: own(info.policy_hash),
            layout_hash: own(info.layout_hash),
            compiler: own(info.compiler),
            llvm: own(info.llvm),
            target: own(info.target),
            cpu: own(info.cpu),
            signer: Some(own(info.signer)).filter(|signer| !signer.is_empty()),
        })
    }

    pub(crate) fn layout(&self, kind: NameKind, of: u32) -> Result<Arc<Layout>> {
        let mut layouts = self.inner.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(layout) = layouts.get(&(kind as u32, of)) {
            return Ok(layout.clone());
        }
        let layout = Arc::new(Layout::read(self, kind, of)?);
        layouts.insert((kind as u32, of), layout.clone());
        Ok(layout)
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let name = self.info().map(|info| info.policy_name).unwrap_or_default();
        to.debug_tuple("Program").field(&name).finish()
    }
}

fn open(
    options: &OpenOptions,
    work: impl FnOnce(
        *const sys::policy_open_options,
        *mut *mut sys::policy_program,
        *mut sys::policy_error,
    ) -> sys::policy_status,
) -> Result<Program> {
    library_fits()?;
    let keys = options.keys.unwrap_or(&[]);
    if options.keys.is_some() && keys.is_empty() {
        return invalid("no key is accepted, so no image is; leave out `keys` to accept unsigned ones");
    }
    let Ok(key_count) = u32::try_from(keys.len()) else {
        return invalid("more keys than anybody has");
    };
    let policy_hash = options.policy_hash.map(c_text).transpose()?;
    let layout_hash = options.layout_hash.map(c_text).transpose()?;
    let asked = sys::policy_open_options {
        struct_size: size::<sys::policy_open_options>(),
        key_count,
        keys: first(keys).cast(),
        policy_hash: policy_hash.as_ref().map_or(ptr::null(), |hash| hash.as_ptr()),
        layout_hash: layout_hash.as_ref().map_or(ptr::null(), |hash| hash.as_ptr()),
    };
    let mut out = ptr::null_mut();
    call(|error| work(&asked, &mut out, error))?;
    // SAFETY: the library gave it to us.
    unsafe { Program::adopt(out) }
}

/// What a program says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// How it came here.
    pub kind: ProgramKind,
    /// That it was built for.
    pub abi_version: u32,
    /// Reaches of a subject.
    pub slot_count: u32,
    /// The policy's name.
    pub policy_name: String,
    /// SHA-256 of the checked policy.
    pub policy_hash: String,
    /// Of tables, columns, roles, ... with their numbers and offsets.
    pub layout_hash: String,
    /// `policyc 0.1.0`.
    pub compiler: String,
    /// `19.1.7`.
    pub llvm: String,
    /// `x86_64-pc-linux-gnu`.
    pub target: String,
    /// `x86-64`, or what was given as `--cpu`.
    pub cpu: String,
    /// The public key that signed it, in hexadecimal.
    pub signer: Option<String>,
}

/// Of the library that is loaded, which may be another one than the host was compiled with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildInfo {
    /// Of its C interface.
    pub abi_version: u32,
    /// `0.1.0`.
    pub version: String,
    /// That built it.
    pub compiler: String,
}

/// Describes the library.
pub fn build() -> Result<BuildInfo> {
    let mut info = sys::policy_build_info {
        struct_size: size::<sys::policy_build_info>(),
        abi_version: 0,
        version: ptr::null(),
        compiler: ptr::null(),
    };
    // SAFETY: `info` has its size.
    plain(unsafe { sys::policy_build(&mut info) }, "build")?;
    // SAFETY: constants of the library.
    let own = |string| unsafe { text(string) }.to_owned();
    Ok(BuildInfo { abi_version: info.abi_version, version: own(info.version), compiler: own(info.compiler) })
}
