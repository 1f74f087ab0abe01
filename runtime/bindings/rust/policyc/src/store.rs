use std::any::Any;
use std::ffi::{c_char, c_void};
use std::fmt;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use policyc_sys as sys;

use crate::error::{Error, Result, Status};
use crate::ffi::{call, size, text};
use crate::ids::Revision;
use crate::program::{Program, ProgramInner};
use crate::reader::{Reader, View};
use crate::transaction::Transaction;

/// Facts and the program that they are asked under. Any number of threads may use one; a clone is the same store.
///
/// ```no_run
/// # fn example(club: &policyc::Program) -> Result<(), policyc::Error> {
/// use policyc::{Right, Row, Store};
/// let (trip, skipper) = (club.table("trip")?, club.role("skipper")?);
/// let store = Store::new(club)?;
/// let ((sam, row), revision) = store.update(|facts| {
///     let unit = facts.add_unit(None)?;
///     let sam = facts.add_user(unit)?;
///     facts.give_role(sam, skipper, unit)?;
///     Ok::<_, policyc::Error>((sam, facts.add_row(&Row::new(trip, sam).with("status", "open"))?))
/// })?;
/// let mut reader = store.reader()?;
/// let now = reader.look()?;
/// assert!(now.check(sam, Right::Read, row));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<StoreInner>,
}

pub(crate) struct StoreInner {
    pub(crate) ptr: NonNull<sys::policy_store>,
    /// What it was asked under, so that names are read once and records go on to fit.
    known: Mutex<Vec<Weak<ProgramInner>>>,
}

// SAFETY: policy.h: any thread may begin a transaction or open a reader.
unsafe impl Send for StoreInner {}
// SAFETY: likewise.
unsafe impl Sync for StoreInner {}

impl Drop for StoreInner {
    fn drop(&mut self) {
        // Readers and transactions keep it alive. After a transaction that was forgotten it is POLICY_BUSY, and stays.
        // SAFETY: it owns the handle, and nobody has it any more.
        unsafe { sys::policy_store_close(self.ptr.as_ptr()) };
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("Store").field("revision", &self.revision()).finish_non_exhaustive()
    }
}

/// How a store is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct StoreOptions {
    /// No [`View::list`] and [`View::who`], and less memory.
    pub no_lists: bool,
}

/// What another version of a policy may lose or miss.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replacing {
    /// What the new policy has no name for is left out.
    pub may_lose: bool,
    /// What it asks for the first time has no values until somebody sets them.
    pub may_miss: bool,
}

impl Store {
    /// Empty: begin with a root unit. The program may be dropped afterwards.
    pub fn new(program: &Program) -> Result<Store> {
        Store::with_options(program, StoreOptions::default())
    }

    /// Likewise.
    pub fn with_options(program: &Program, options: StoreOptions) -> Result<Store> {
        let asked = sys::policy_store_options {
            struct_size: size::<sys::policy_store_options>(),
            no_lists: options.no_lists.into(),
        };
        let mut out = ptr::null_mut();
        // SAFETY: program and options are there until it returns.
        call(|error| unsafe { sys::policy_store_create(program.ptr(), &asked, &mut out, error) })?;
        let Some(ptr) = NonNull::new(out) else {
            return Err(Error::new(Status::Internal, "the library gave no store"));
        };
        let store = Store { inner: Arc::new(StoreInner { ptr, known: Mutex::default() }) };
        store.inner.know(program);
        Ok(store)
    }

    pub(crate) fn ptr(&self) -> *mut sys::policy_store {
        self.inner.ptr.as_ptr()
    }

    /// Of the last commit.
    pub fn revision(&self) -> Revision {
        // SAFETY: the store is there.
        Revision(unsafe { sys::policy_store_revision(self.ptr()) })
    }

    /// What it is asked under now.
    pub fn program(&self) -> Result<Program> {
        // SAFETY: the store is there; the handle is a new owner's, and goes to `current`.
        unsafe { self.inner.current(sys::policy_store_program(self.ptr())) }
    }

    /// Puts another version of the policy in the place of the one before: facts are taken over by the names of tables,
    /// roles, columns and choices. [`Status::Lossy`], and nothing has changed, where something is lost or missing that
    /// may not be. `told` hears of each: whether it is lost (or missing), and what: "role `skipper`". Readers do not
    /// wait. Numbers of tables, roles, ... are those of the new program from the next revision on.
    pub fn replace(&self, program: &Program, how: Replacing, told: impl FnMut(bool, &str)) -> Result<Revision> {
        let mut flags = 0;
        if how.may_lose {
            flags |= sys::POLICY_REPLACE_MAY_LOSE;
        }
        if how.may_miss {
            flags |= sys::POLICY_REPLACE_MAY_MISS;
        }
        let mut listener = Listener { told, panicked: None };
        let mut revision = 0;
        let done = call(|error| {
            let hear: sys::policy_replace_told = Some(hear_of(&listener));
            let this = ptr::from_mut(&mut listener).cast();
            // SAFETY: store, program and listener are there until it returns; `hear` is of this type of listener.
            unsafe { sys::policy_store_replace(self.ptr(), program.ptr(), flags, hear, this, &mut revision, error) }
        });
        if let Some(panicked) = listener.panicked {
            resume_unwind(panicked);
        }
        done?;
        self.inner.know(program);
        Ok(Revision(revision))
    }

    /// Waits for the transaction under way. [`Status::Busy`] where this thread began that.
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Transaction::begin(self, None)
    }

    /// The same, but [`Status::Busy`] where it would have to wait longer.
    pub fn try_begin(&self, wait: Duration) -> Result<Transaction<'_>> {
        Transaction::begin(self, Some(wait))
    }

    /// Runs `work` in a transaction and commits it; where it gives an error, or panics, it is as if it had never been.
    pub fn update<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Transaction) -> Result<T, E>,
    ) -> Result<(T, Revision), E> {
        let mut transaction = self.begin()?;
        let value = work(&mut transaction)?;
        Ok((value, transaction.commit()?))
    }

    /// Looks at nothing yet. [`Status::Busy`] where a thousand are open: keep one for each thread.
    pub fn reader(&self) -> Result<Reader> {
        Reader::open(self)
    }

    /// A reader for this once, which looks at a revision no older than `at_least`.
    pub fn view<T>(&self, at_least: Revision, wait: Duration, work: impl FnOnce(&View) -> T) -> Result<T> {
        let mut reader = self.reader()?;
        let view = reader.look_at_least(at_least, wait)?;
        Ok(work(&view))
    }
}

impl StoreInner {
    fn know(&self, program: &Program) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|one| one.upgrade().is_some_and(|one| !Arc::ptr_eq(&one, &program.inner)));
        known.push(Arc::downgrade(&program.inner));
    }

    /// Takes over a program handle; the Program that is known for it where there is one.
    ///
    /// # Safety
    /// The caller owned it.
    pub(crate) unsafe fn current(&self, ptr: *mut sys::policy_program) -> Result<Program> {
        // SAFETY: the caller owned it.
        let program = unsafe { Program::adopt(ptr) }?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inner) = known.iter().filter_map(Weak::upgrade).find(|one| one.ptr == program.inner.ptr) {
            return Ok(Program { inner });
        }
        drop(known);
        self.know(&program);
        Ok(program)
    }
}

struct Listener<F> {
    told: F,
    panicked: Option<Box<dyn Any + Send>>,
}

type Hear = unsafe extern "C" fn(*mut c_void, i32, *const c_char);

fn hear_of<F: FnMut(bool, &str)>(_: &Listener<F>) -> Hear {
    hear::<F>
}

/// A panic must not go through the library: its locks would stay held.
///
/// # Safety
/// `this` is a `Listener<F>` that nobody else uses, `what` a text.
unsafe extern "C" fn hear<F: FnMut(bool, &str)>(this: *mut c_void, is_lost: i32, what: *const c_char) {
    // SAFETY: the caller says so.
    let (listener, what) = unsafe { (&mut *this.cast::<Listener<F>>(), text(what)) };
    if listener.panicked.is_none() {
        let told = &mut listener.told;
        listener.panicked = catch_unwind(AssertUnwindSafe(|| told(is_lost != 0, what))).err();
    }
}
