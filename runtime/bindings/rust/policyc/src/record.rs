use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use policyc_sys as sys;

use crate::error::Result;
use crate::ffi::size;
use crate::ids::{Principal, TableId, UnitId};
use crate::program::Program;
use crate::values::{Attributes, Value};
use crate::words::{NameKind, Ownership, Rights};

/// One share of a row: with whom, and which rights, given directly or through a row above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Share {
    /// With whom.
    pub principal: Principal,
    /// Given on the row itself.
    pub rights: Rights,
    /// Handed down from a row above.
    pub inherited: Rights,
}

// Read by the library as it is.
const _: () = assert!(size_of::<Share>() == size_of::<sys::policy_share>());

/// A row as compiled code reads it.
///
/// ```no_run
/// # fn example(club: &policyc::Program) -> Result<(), policyc::Error> {
/// let trip = club.table("trip")?;
/// let record = club.record(trip)?.owned_by(policyc::UserId(4)).in_unit(policyc::UnitId(1)).with("status", "open")?;
/// # Ok(())
/// # }
/// ```
pub struct Record {
    table: TableId,
    attributes: Attributes,
    /// A policy_share_list, and its shares behind it.
    shares: Vec<u64>,
}

const HEADER: usize = size_of::<sys::policy_record>() / 8;
const OWNER: usize = 0;
const SHARES: usize = 1;

impl Program {
    /// A row that nobody owns, of unit 0, without values.
    pub fn record(&self, table: TableId) -> Result<Record> {
        let attributes = Attributes::new(self, NameKind::Attribute, table.0, HEADER)?;
        let mut record = Record { table, attributes, shares: Vec::new() };
        if self.describe_table(table)?.ownership == Ownership::Organization {
            record.set_unit(UnitId(sys::POLICY_NONE));
        }
        Ok(record)
    }

    /// A context in which no attribute has a value.
    pub fn context(&self) -> Result<Context> {
        Ok(Context { attributes: Attributes::new(self, NameKind::ContextAttribute, 0, 0)? })
    }
}

impl Record {
    /// What it is a row of.
    pub fn table(&self) -> TableId {
        self.table
    }

    /// Gives it an owner.
    pub fn set_owner(&mut self, owner: impl Into<Principal>) {
        self.put_half(0, owner.into().0);
    }

    /// Gives it an owning unit: its pre-order number.
    pub fn set_unit(&mut self, unit: UnitId) {
        self.put_half(1, unit.0);
    }

    // Owner and unit are the halves of the first word.
    fn put_half(&mut self, which: usize, number: u32) {
        let mut bytes = self.attributes.words[OWNER].to_ne_bytes();
        bytes[which * 4..][..4].copy_from_slice(&number.to_ne_bytes());
        self.attributes.words[OWNER] = u64::from_ne_bytes(bytes);
    }

    /// Says whether the owning unit is not the owner's own.
    pub fn set_away(&mut self, is_away: bool) {
        let shares = &mut self.attributes.words[SHARES];
        *shares = *shares & !u64::from(sys::POLICY_AWAY) | u64::from(is_away);
    }

    /// Puts these in the place of those before.
    pub fn set_shares(&mut self, shares: &[Share]) {
        self.shares.clear();
        if !shares.is_empty() {
            self.shares.push(two_halves(shares.len() as u32, 0));
            self.shares.extend(
                shares
                    .iter()
                    .map(|share| two_halves(share.principal.0, two_quarters(share.rights.0, share.inherited.0))),
            );
        }
        let address = if shares.is_empty() { 0 } else { self.shares.as_ptr() as u64 };
        let header = &mut self.attributes.words[SHARES];
        *header = *header & u64::from(sys::POLICY_AWAY) | address;
    }

    /// Gives an attribute a value. [`Status::Unknown`](crate::Status::Unknown) for one that no condition reads.
    pub fn set<'a>(&mut self, name: &str, value: impl Into<Value<'a>>) -> Result<()> {
        self.attributes.set(name, value.into())
    }

    /// `set_owner`, in a chain.
    pub fn owned_by(mut self, owner: impl Into<Principal>) -> Record {
        self.set_owner(owner);
        self
    }

    /// `set_unit`, in a chain.
    pub fn in_unit(mut self, unit: UnitId) -> Record {
        self.set_unit(unit);
        self
    }

    /// `set_away(true)`, in a chain.
    pub fn away(mut self) -> Record {
        self.set_away(true);
        self
    }

    /// `set_shares`, in a chain.
    pub fn shared(mut self, shares: &[Share]) -> Record {
        self.set_shares(shares);
        self
    }

    /// `set`, in a chain.
    pub fn with<'a>(mut self, name: &str, value: impl Into<Value<'a>>) -> Result<Record> {
        self.set(name, value)?;
        Ok(self)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        self.as_record().fmt(to)
    }
}

/// A row to ask about: a [`Record`], or a row of a store ([`View::record`](crate::View::record)).
#[derive(Clone, Copy)]
pub struct RecordRef<'a> {
    pub(crate) ptr: *const sys::policy_record,
    pub(crate) table: TableId,
    pub(crate) program: *mut sys::policy_program,
    of: PhantomData<&'a Record>,
}

impl RecordRef<'_> {
    /// # Safety
    /// The record is there for as long as the lifetime says, and of that table of that program, which is there as well.
    pub(crate) unsafe fn of<'a>(
        ptr: *const sys::policy_record,
        table: TableId,
        program: *mut sys::policy_program,
    ) -> Option<RecordRef<'a>> {
        (!ptr.is_null()).then_some(RecordRef { ptr, table, program, of: PhantomData })
    }

    /// What it is a row of.
    pub fn table(&self) -> TableId {
        self.table
    }
}

impl fmt::Debug for RecordRef<'_> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        // SAFETY: the record is there.
        let owner = Principal(unsafe { (*self.ptr).owner });
        to.debug_struct("Record").field("table", &self.table).field("owner", &owner).finish_non_exhaustive()
    }
}

/// What is, or points to, a row to ask about.
pub trait AsRecord {
    /// Borrows it.
    fn as_record(&self) -> RecordRef<'_>;
}

impl AsRecord for Record {
    fn as_record(&self) -> RecordRef<'_> {
        let ptr = self.attributes.words.as_ptr().cast();
        RecordRef { ptr, table: self.table, program: self.attributes.program().ptr(), of: PhantomData }
    }
}

impl AsRecord for RecordRef<'_> {
    fn as_record(&self) -> RecordRef<'_> {
        *self
    }
}

impl<T: AsRecord + ?Sized> AsRecord for &T {
    fn as_record(&self) -> RecordRef<'_> {
        (**self).as_record()
    }
}

impl<T: AsRecord + ?Sized> AsRecord for Arc<T> {
    fn as_record(&self) -> RecordRef<'_> {
        (**self).as_record()
    }
}

impl<T: AsRecord + ?Sized> AsRecord for Box<T> {
    fn as_record(&self) -> RecordRef<'_> {
        (**self).as_record()
    }
}

fn two_halves(first: u32, second: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

fn two_quarters(first: u16, second: u16) -> u32 {
    let mut bytes = [0; 4];
    bytes[..2].copy_from_slice(&first.to_ne_bytes());
    bytes[2..].copy_from_slice(&second.to_ne_bytes());
    u32::from_ne_bytes(bytes)
}

/// What a check may read beside subject and record.
pub struct Context {
    attributes: Attributes,
}

impl fmt::Debug for Context {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.debug_struct("Context").field("program", self.program()).finish_non_exhaustive()
    }
}

impl Context {
    /// Gives an attribute a value; `now` and `today` are attributes as any other.
    pub fn set<'a>(&mut self, name: &str, value: impl Into<Value<'a>>) -> Result<()> {
        self.attributes.set(name, value.into())
    }

    /// `set`, in a chain.
    pub fn with<'a>(mut self, name: &str, value: impl Into<Value<'a>>) -> Result<Context> {
        self.set(name, value)?;
        Ok(self)
    }

    pub(crate) fn program(&self) -> &Program {
        self.attributes.program()
    }

    /// Good as long as the context is.
    pub(crate) fn raw(&self) -> sys::policy_context {
        sys::policy_context {
            struct_size: size::<sys::policy_context>(),
            reserved: 0,
            attributes: self.attributes.words.as_ptr().cast(),
        }
    }
}
