use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::zeroed;
use std::ptr::{self, NonNull};
use std::time::Duration;

use policyc_sys as sys;

use crate::bitmap::Bitmap;
use crate::check::{must_be_of, Decision};
use crate::error::{unknown, Error, Result, Status};
use crate::ffi::{call, first, nanoseconds, plain, size};
use crate::ids::*;
use crate::log::Log;
use crate::program::Program;
use crate::record::{Context, RecordRef};
use crate::rows::Rows;
use crate::store::Store;
use crate::subject::SubjectRef;
use crate::values::{numbered, Value};
use crate::words::{NameKind, Right};

/// Asks about one revision of a store at a time. Keep one for each thread; it may move between threads, but two cannot
/// have it at once:
///
/// ```compile_fail,E0277
/// fn example(reader: &'static policyc::Reader) {
///     std::thread::spawn(move || reader);
/// }
/// ```
pub struct Reader {
    ptr: NonNull<sys::policy_reader>,
    store: Store,
    log: Option<Log>,
    /// Not Sync: one thread's at a time.
    _of_one_thread: PhantomData<Cell<()>>,
}

// SAFETY: a reader is one thread's at a time, whichever; the library knows readers by their handles alone.
unsafe impl Send for Reader {}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it owns the handle; its store and its log are dropped after it.
        unsafe { sys::policy_reader_close(self.ptr.as_ptr()) }
    }
}

impl Reader {
    pub(crate) fn open(store: &Store) -> Result<Reader> {
        let mut out = ptr::null_mut();
        // SAFETY: the store is there.
        call(|error| unsafe { sys::policy_reader_open(store.ptr(), &mut out, error) })?;
        match NonNull::new(out) {
            Some(ptr) => Ok(Reader { ptr, store: store.clone(), log: None, _of_one_thread: PhantomData }),
            None => Err(Error::new(Status::Internal, "the library gave no reader")),
        }
    }

    /// Looks at the newest revision. What is looked at is kept until the view is dropped, so do not look for long.
    pub fn look(&mut self) -> Result<View<'_>> {
        self.look_at_least(Revision(0), Duration::ZERO)
    }

    /// Looks at the newest revision, and at none before `at_least`: waits for that, else [`Status::Stale`].
    pub fn look_at_least(&mut self, at_least: Revision, wait: Duration) -> Result<View<'_>> {
        let (wait, mut revision) = (nanoseconds(wait), 0);
        // SAFETY: the reader is there.
        let status = unsafe { sys::policy_reader_begin(self.ptr.as_ptr(), at_least.0, wait, &mut revision) };
        plain(status, "begin")?;
        Ok(View { reader: self, revision: Revision(revision) })
    }

    /// Every check and decide is logged from now on; None: no more.
    pub fn set_log(&mut self, log: Option<&Log>) -> Result<()> {
        // SAFETY: reader and log are there; the log is kept as long as the reader has it.
        plain(unsafe { sys::policy_reader_set_log(self.ptr.as_ptr(), Log::pointer(log)) }, "set log")?;
        self.log = log.cloned();
        Ok(())
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("Reader").field("store", &self.store).field("log", &self.log).finish_non_exhaustive()
    }
}

/// One revision, until it is dropped.
pub struct View<'r> {
    reader: &'r mut Reader,
    revision: Revision,
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // SAFETY: the reader is there.
        unsafe { sys::policy_reader_end(self.ptr()) }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("View").field("revision", &self.revision).finish_non_exhaustive()
    }
}

impl View<'_> {
    fn ptr(&self) -> *mut sys::policy_reader {
        self.reader.ptr.as_ptr()
    }

    /// That is looked at.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// What questions are asked under.
    pub fn program(&self) -> Result<Program> {
        // SAFETY: the reader looks at something; the new owner's handle goes to `current`.
        unsafe { self.reader.store.inner.current(sys::policy_program_retain(self.raw_program())) }
    }

    /// What conditions read beside rows and users, for this reader's questions until it is set again.
    pub fn set_context(&mut self, values: &[(&str, Value)]) -> Result<()> {
        let list = numbered(&self.program()?, NameKind::ContextAttribute, 0, values)?;
        let (values, count) = (first(&list), list.len() as u32);
        // SAFETY: reader and values are there until it returns.
        plain(unsafe { sys::policy_reader_set_context(self.ptr(), values, count) }, "set context")
    }

    /// False as well where user or row are not there.
    pub fn check(&self, user: UserId, right: Right, row: RowId) -> bool {
        // SAFETY: the reader is there.
        unsafe { sys::policy_reader_check(self.ptr(), user.0, right as u32, row.0) != 0 }
    }

    /// [`View::check`] with the reason. An error where it cannot be asked: that is a denial.
    pub fn decide(&self, user: UserId, right: Right, row: RowId) -> Result<Decision> {
        let mut out = Decision::empty();
        // SAFETY: the reader is there.
        let status = unsafe { sys::policy_reader_decide(self.ptr(), user.0, right as u32, row.0, &mut out) };
        plain(status, format_args!("decide({user:?}, {right:?}, {row:?})"))?;
        Ok(Decision::of(&out))
    }

    /// One right on many rows. Rows that are not there are denied.
    pub fn check_many(&self, user: UserId, right: Right, rows: &[RowId]) -> Result<Bitmap> {
        let mut allowed = Bitmap::new(rows.len());
        // SAFETY: reader and rows are there until it returns; there is a bit for each row. RowId is a u32.
        let status = unsafe {
            let (list, count) = (rows.as_ptr().cast(), rows.len() as u64);
            let to = allowed.words.as_mut_ptr();
            sys::policy_reader_check_many(self.ptr(), user.0, right as u32, list, count, to)
        };
        plain(status, format_args!("check_many({user:?}, {right:?})"))?;
        Ok(allowed)
    }

    /// Rows that the host keeps, for a user whom the store keeps.
    pub fn filter(
        &self,
        user: UserId,
        table: TableId,
        right: Right,
        rows: &Rows,
        context: Option<&Context>,
    ) -> Result<Bitmap> {
        let program = self.program()?;
        must_be_of(context, &program)?;
        // SAFETY: the reader looks at something.
        let subject = unsafe { sys::policy_reader_subject(self.ptr(), user.0) };
        if subject.is_null() {
            return unknown(format!("there is no user {}", user.0));
        }
        // SAFETY: the subject is there until the view ends, and of this program.
        unsafe { rows.filter(&program, subject, table, right, context) }
    }

    /// The user, for [`Program::check`] and what else takes a [`Subject`](crate::Subject): ask
    /// [`program`](View::program). None where there is none.
    pub fn subject(&self, user: UserId) -> Option<SubjectRef<'_>> {
        // SAFETY: the reader looks at something, and subjects of it are there until it ends.
        unsafe { SubjectRef::of(sys::policy_reader_subject(self.ptr(), user.0), self.raw_program()) }
    }

    /// The row, for [`Program::check`] and what else takes a [`Record`](crate::Record), likewise.
    pub fn record(&self, row: RowId) -> Option<RecordRef<'_>> {
        let table = self.table(row)?;
        // SAFETY: the reader looks at something, and rows of it are there until it ends.
        unsafe { RecordRef::of(sys::policy_reader_record(self.ptr(), row.0), table, self.raw_program()) }
    }

    fn raw_program(&self) -> *mut sys::policy_program {
        // SAFETY: the reader is there.
        unsafe { sys::policy_reader_program(self.ptr()) }.cast_mut()
    }

    /// The rows of the table on which the user has the right, each once, in no order.
    pub fn list(&self, user: UserId, right: Right, table: TableId) -> impl Iterator<Item = Result<RowId>> + '_ {
        pages(move |cursor, page: &mut [RowId]| self.list_page(user, right, table, cursor, page))
    }

    /// The users who have the right on the row, likewise.
    pub fn who(&self, right: Right, row: RowId) -> impl Iterator<Item = Result<UserId>> + '_ {
        pages(move |cursor, page: &mut [UserId]| self.who_page(right, row, cursor, page))
    }

    /// Goes on with a list, and says how many it wrote. A page may be shorter, even empty, before the cursor's end.
    pub fn list_page(
        &self,
        user: UserId,
        right: Right,
        table: TableId,
        cursor: &mut Cursor,
        page: &mut [RowId],
    ) -> Result<usize> {
        let mut count = 0;
        // SAFETY: reader, cursor and page are there until it returns. RowId is a u32.
        let status = unsafe {
            let (to, size) = (page.as_mut_ptr().cast(), page.len());
            let (cursor, count) = (&mut cursor.0, &mut count);
            sys::policy_reader_list(self.ptr(), user.0, right as u32, table.0, cursor, to, size, count)
        };
        plain(status, format_args!("list({user:?}, {right:?}, {table:?})"))?;
        Ok(count)
    }

    /// Goes on with the users who have the right on the row, likewise.
    pub fn who_page(&self, right: Right, row: RowId, cursor: &mut Cursor, page: &mut [UserId]) -> Result<usize> {
        let mut count = 0;
        // SAFETY: reader, cursor and page are there until it returns. UserId is a u32.
        let status = unsafe {
            let (to, size) = (page.as_mut_ptr().cast(), page.len());
            let (cursor, count) = (&mut cursor.0, &mut count);
            sys::policy_reader_who(self.ptr(), right as u32, row.0, cursor, to, size, count)
        };
        plain(status, format_args!("who({right:?}, {row:?})"))?;
        Ok(count)
    }

    /// What a user may do with a table's secured columns. `row` None: of one that is not stored, or of all; what is
    /// shared of single rows is left out.
    pub fn columns(&self, user: UserId, table: TableId, row: Option<RowId>) -> Result<ColumnRights> {
        // SAFETY: all fields may be zero.
        let mut out: sys::policy_column_rights = unsafe { zeroed() };
        out.struct_size = size::<sys::policy_column_rights>();
        let number = RowId::number(row);
        // SAFETY: the reader is there, and `out` has its size.
        let status = unsafe { sys::policy_reader_columns(self.ptr(), user.0, table.0, number, &mut out) };
        plain(status, format_args!("columns({user:?}, {table:?}, {row:?})"))?;
        Ok(ColumnRights {
            secured: Columns(out.secured),
            read: Columns(out.read),
            create: Columns(out.create),
            update: Columns(out.update),
            read_unmasked: Columns(out.read_unmasked),
            read_one_unmasked: Columns(out.read_one_unmasked),
        })
    }

    /// The table of a row.
    pub fn table(&self, row: RowId) -> Option<TableId> {
        // SAFETY: the reader is there.
        TableId::some(unsafe { sys::policy_reader_table(self.ptr(), row.0) })
    }
}

/// How far a list has come: a value that may be kept, and gone on with in a later revision.
#[derive(Clone, Copy, Debug)]
pub struct Cursor(sys::policy_cursor);

impl Cursor {
    /// Before the first.
    pub fn start() -> Cursor {
        Cursor(sys::policy_cursor { key: 0, source: 0, number: 0, version: 0 })
    }

    /// Whether all has come.
    pub fn is_at_end(&self) -> bool {
        self.0.source == sys::POLICY_NONE
    }
}

/// Page after page; an error is the last that comes.
fn pages<T: Copy + Default>(
    mut next: impl FnMut(&mut Cursor, &mut [T]) -> Result<usize>,
) -> impl Iterator<Item = Result<T>> {
    let mut cursor = Cursor::start();
    let mut page = [T::default(); 256];
    let (mut at, mut end, mut has_failed) = (0, 0, false);
    std::iter::from_fn(move || {
        while at == end {
            if cursor.is_at_end() || has_failed {
                return None;
            }
            match next(&mut cursor, &mut page) {
                Ok(count) => (at, end) = (0, count),
                Err(error) => {
                    has_failed = true;
                    return Some(Err(error));
                }
            }
        }
        at += 1;
        Some(Ok(page[at - 1]))
    })
}

/// What a user may do with a table's secured columns; row access comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnRights {
    /// All of them.
    pub secured: Columns,
    /// Behind their masks.
    pub read: Columns,
    /// In a new row.
    pub create: Columns,
    /// In a row that is there.
    pub update: Columns,
    /// In lists as well.
    pub read_unmasked: Columns,
    /// Where one row is read by itself.
    pub read_one_unmasked: Columns,
}
