use std::mem::zeroed;
use std::ptr;

use policyc_sys as sys;

use crate::bitmap::Bitmap;
use crate::check::pointer;
use crate::error::{invalid, Error, Result, Status};
use crate::ffi::{plain, size};
use crate::ids::{Principal, TableId, UnitId};
use crate::program::Program;
use crate::record::{Context, Share};
use crate::values::{Date, DateTime, Decimal, Layout, Money};
use crate::words::{NameKind, Right, Type};

/// Many rows of one table, column by column. Columns that the decision does not read may be left out; where one that it
/// reads is, [`Status::Missing`].
///
/// ```no_run
/// use policyc::{Column, Principal, Program, Right, Rows, Subject, UnitId};
/// # fn example(club: &Program, sam: &Subject, owners: &[Principal], units: &[UnitId], states: &[u32])
/// #     -> Result<(), policyc::Error> {
/// # let trip = club.table("trip")?;
/// let rows = Rows { owners: Some(owners), units: Some(units), ..Rows::new(owners.len()) }
///     .with("status", Column::Choice(states));
/// for row in club.filter(sam, trip, Right::Read, &rows, None)?.iter() {
///     println!("{row}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rows<'a> {
    /// How many.
    pub count: usize,
    /// Who owns them.
    pub owners: Option<&'a [Principal]>,
    /// Where they are; None: no row has one, as on organization-owned tables.
    pub units: Option<&'a [UnitId]>,
    /// Rows whose owning unit is not the owner's own; modern business units need it.
    pub away: Option<&'a Bitmap>,
    /// `count` + 1 of them: row i's shares are `shares[share_begin[i]..share_begin[i + 1]]`. None: nothing is shared.
    pub share_begin: Option<&'a [u32]>,
    /// Of all rows.
    pub shares: &'a [Share],
    /// By name; those rows have a value whose bit is set, without bits all of them.
    pub attributes: Vec<(&'a str, Column<'a>, Option<&'a Bitmap>)>,
}

/// One attribute of all rows.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Column<'a> {
    /// Of a boolean.
    Boolean(&'a [bool]),
    /// Of an integer.
    Integer(&'a [i64]),
    /// Of a decimal.
    Decimal(&'a [Decimal]),
    /// Of money.
    Money(&'a [Money]),
    /// Of a string.
    String(&'a [&'a str]),
    /// Of a date.
    Date(&'a [Date]),
    /// Of a datetime.
    DateTime(&'a [DateTime]),
    /// Of a choice: numbers of labels.
    Choice(&'a [u32]),
}

impl Column<'_> {
    fn kind(&self) -> Type {
        match self {
            Column::Boolean(_) => Type::Boolean,
            Column::Integer(_) => Type::Integer,
            Column::Decimal(_) => Type::Decimal,
            Column::Money(_) => Type::Money,
            Column::String(_) => Type::String,
            Column::Date(_) => Type::Date,
            Column::DateTime(_) => Type::DateTime,
            Column::Choice(_) => Type::Choice,
        }
    }

    fn len(&self) -> usize {
        match self {
            Column::Boolean(values) => values.len(),
            Column::Integer(values) => values.len(),
            Column::Decimal(values) => values.len(),
            Column::Money(values) => values.len(),
            Column::String(values) => values.len(),
            Column::Date(values) => values.len(),
            Column::DateTime(values) => values.len(),
            Column::Choice(values) => values.len(),
        }
    }

    /// Texts are listed anew, as the library has them, in `texts`.
    fn values(&self, texts: &mut Vec<Vec<sys::policy_string>>) -> *const std::ffi::c_void {
        match self {
            Column::Boolean(values) => values.as_ptr().cast(),
            Column::Integer(values) => values.as_ptr().cast(),
            Column::Decimal(values) => values.as_ptr().cast(),
            Column::Money(values) => values.as_ptr().cast(),
            Column::String(values) => {
                let list = values
                    .iter()
                    .map(|text| sys::policy_string { data: text.as_ptr().cast(), size: text.len() as u64 });
                texts.push(list.collect());
                texts[texts.len() - 1].as_ptr().cast()
            }
            Column::Date(values) => values.as_ptr().cast(),
            Column::DateTime(values) => values.as_ptr().cast(),
            Column::Choice(values) => values.as_ptr().cast(),
        }
    }
}

impl<'a> Rows<'a> {
    /// Rows of which nothing is known yet.
    pub fn new(count: usize) -> Rows<'a> {
        Rows { count, ..Rows::default() }
    }

    /// An attribute of which each row has a value.
    pub fn with(mut self, name: &'a str, column: Column<'a>) -> Rows<'a> {
        self.attributes.push((name, column, None));
        self
    }

    /// An attribute of which those rows have a value whose bit is set.
    pub fn with_present(mut self, name: &'a str, column: Column<'a>, present: &'a Bitmap) -> Rows<'a> {
        self.attributes.push((name, column, Some(present)));
        self
    }

    /// The library trusts lengths; this is where they are compared.
    fn check(&self) -> Result<()> {
        let words = self.count.div_ceil(64);
        let is_short = |bits: Option<&Bitmap>| bits.is_some_and(|bits| bits.words.len() < words);
        if self.owners.is_some_and(|owners| owners.len() != self.count)
            || self.units.is_some_and(|units| units.len() != self.count)
            || is_short(self.away)
        {
            return invalid(format!("a column does not have {} rows", self.count));
        }
        for (name, column, present) in &self.attributes {
            if column.len() != self.count || is_short(*present) {
                return invalid(format!("column `{name}` does not have {} rows", self.count));
            }
        }
        self.check_shares()
    }

    fn check_shares(&self) -> Result<()> {
        let Some(begins) = self.share_begin else {
            return if self.shares.is_empty() { Ok(()) } else { invalid("shares without share_begin") };
        };
        let ends_well = begins.last().is_some_and(|end| *end as usize <= self.shares.len());
        if begins.len() != self.count + 1 || !ends_well || begins.windows(2).any(|pair| pair[0] > pair[1]) {
            return invalid(format!("share_begin does not ascend through {} rows' shares", self.count));
        }
        Ok(())
    }

    /// # Safety
    /// The subject is there, and of this program.
    pub(crate) unsafe fn filter(
        &self,
        program: &Program,
        subject: *const sys::policy_subject,
        table: TableId,
        right: Right,
        context: Option<&Context>,
    ) -> Result<Bitmap> {
        self.check()?;
        let layout = program.layout(NameKind::Attribute, table.0)?;
        let mut texts = Vec::new();
        let attributes = self.list(&layout, &mut texts)?;
        let bits = |bits: Option<&Bitmap>| bits.map_or(ptr::null(), |bits| bits.words.as_ptr());
        let columns = sys::policy_columns {
            struct_size: size::<sys::policy_columns>(),
            attribute_count: attributes.len() as u32,
            count: self.count as u64,
            owner: self.owners.map_or(ptr::null(), |owners| owners.as_ptr().cast()),
            owning_unit: self.units.map_or(ptr::null(), |units| units.as_ptr().cast()),
            away: bits(self.away),
            share_begin: self.share_begin.map_or(ptr::null(), <[u32]>::as_ptr),
            shares: self.shares.as_ptr().cast(),
            attributes: attributes.as_ptr(),
        };
        let context = context.map(Context::raw);
        let mut allowed = Bitmap::new(self.count);
        // SAFETY: columns are as long as they must be, and all is there until it returns.
        let status = unsafe {
            let words = allowed.words.len() as u64;
            let to = allowed.words.as_mut_ptr();
            sys::policy_filter(program.ptr(), subject, table.0, right as u32, &columns, pointer(&context), to, words)
        };
        if status == sys::POLICY_MISSING {
            let left_out = self.left_out(&layout);
            let message = format!("filter: a column that the decision reads is among those left out: {left_out}");
            return Err(Error::new(Status::Missing, message));
        }
        plain(status, format_args!("filter({table:?}, {right:?})"))?;
        Ok(allowed)
    }

    /// The library does not say which of them it is.
    fn left_out(&self, layout: &Layout) -> String {
        let columns =
            [("owners", self.owners.is_none()), ("units", self.units.is_none()), ("away", self.away.is_none())];
        let is_left_out = |name: &&str| self.attributes.iter().all(|(given, _, _)| given != name);
        let names = columns.into_iter().filter(|(_, is_none)| *is_none).map(|(name, _)| name);
        let attributes = layout.attributes.iter().map(|attribute| attribute.name.as_str()).filter(is_left_out);
        names.chain(attributes).collect::<Vec<_>>().join(", ")
    }

    fn list(&self, layout: &Layout, texts: &mut Vec<Vec<sys::policy_string>>) -> Result<Vec<sys::policy_column>> {
        // SAFETY: null pointers are columns that are not there.
        let mut list = vec![unsafe { zeroed::<sys::policy_column>() }; layout.attributes.len()];
        for (name, column, present) in &self.attributes {
            let attribute = layout.find(name)?;
            if attribute.kind != column.kind() {
                let message = format!("`{name}` is of type {}, its column of type {}", attribute.kind, column.kind());
                return Err(Error::new(Status::Invalid, message));
            }
            list[attribute.number as usize] = sys::policy_column {
                values: column.values(texts),
                present: present.map_or(ptr::null(), |bits| bits.words.as_ptr()),
            };
        }
        Ok(list)
    }
}

// Read by the library as they are. Decimals are 16 bytes, the lower half first.
const _: () = assert!(size_of::<Decimal>() == 16 && size_of::<bool>() == 1 && cfg!(target_endian = "little"));
