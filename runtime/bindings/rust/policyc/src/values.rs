use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use policyc_sys as sys;

use crate::error::{invalid, unknown, Error, Result, Status};
use crate::ffi::{plain, size};
use crate::ids::TableId;
use crate::program::Program;
use crate::words::{NameKind, Type};

/// A value of an attribute; [`Value::None`] is "no value". Numbers are exact, so there are no floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value.
    None,
    /// Of a boolean.
    Boolean(bool),
    /// Of an integer, a decimal or money.
    Integer(i64),
    /// Of a decimal.
    Decimal(Decimal),
    /// Of money.
    Money(Money),
    /// Of a string; the label of a choice.
    Text(&'a str),
    /// Of a date.
    Date(Date),
    /// Of a datetime.
    DateTime(DateTime),
    /// Of a choice: the number of the label.
    Choice(u32),
}

/// An exact number with ten places: value x 10^10. `"12.5".parse()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Decimal(pub i128);

/// An exact number with four places: value x 10^4. `"12.50".parse()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Money(pub i64);

/// A day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Date(pub i32);

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct DateTime(pub i64);

impl From<SystemTime> for DateTime {
    fn from(moment: SystemTime) -> DateTime {
        let micros = |length: std::time::Duration| i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
        DateTime(match moment.duration_since(UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

impl FromStr for Decimal {
    type Err = Error;
    fn from_str(text: &str) -> Result<Decimal> {
        digits(text, 10).map(Decimal)
    }
}

impl FromStr for Money {
    type Err = Error;
    fn from_str(text: &str) -> Result<Money> {
        let number = digits(text, 4)?;
        i64::try_from(number).map(Money).or_else(|_| invalid(format!("{text:?} is too great for money")))
    }
}

/// `text` x 10^places, exactly.
fn digits(text: &str, places: usize) -> Result<i128> {
    let wrong = || Error::new(Status::Invalid, format!("{text:?} is no number of {places} places"));
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_number = !whole.is_empty() && (!part.is_empty() || !unsigned.contains('.'));
    let part = part.trim_end_matches('0');
    let is_decimal = whole.bytes().chain(part.bytes()).all(|letter| letter.is_ascii_digit());
    if !is_number || !is_decimal || part.len() > places {
        return Err(wrong());
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    format!("{sign}{whole}{part:0<places$}").parse().map_err(|_| wrong())
}

macro_rules! values {
    ($($type:ty => $variant:ident;)*) => {$(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}

values! {
    bool => Boolean;
    i64 => Integer;
    i32 => Integer;
    u32 => Integer;
    Decimal => Decimal;
    Money => Money;
    Date => Date;
    DateTime => DateTime;
    SystemTime => DateTime;
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Text(text)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Value<'a> {
        value.map_or(Value::None, Into::into)
    }
}

/// Where the attributes of a table, of users or of the context lie.
pub(crate) struct Layout {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) bytes: usize,
}

pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) kind: Type,
    offset: usize,
    size: usize,
}

/// A value as the library has it.
pub(crate) struct Encoded<'a> {
    is_set: bool,
    number: u64,
    high: i64,
    text: &'a str,
}

impl Layout {
    pub(crate) fn read(program: &Program, kind: NameKind, of: u32) -> Result<Layout> {
        let mut layout = Layout { attributes: Vec::new(), bytes: 0 };
        if kind == NameKind::Attribute {
            layout.bytes = program.raw_table(TableId(of))?.attribute_bytes as usize;
        }
        for (number, name) in program.names(kind, of).enumerate() {
            let attribute = Attribute::read(program, kind, of, number as u32, name)?;
            layout.bytes = layout.bytes.max((attribute.offset + attribute.size).next_multiple_of(8));
            layout.attributes.push(attribute);
        }
        Ok(layout)
    }

    pub(crate) fn find(&self, name: &str) -> Result<&Attribute> {
        match self.attributes.iter().find(|attribute| attribute.name == name) {
            Some(attribute) => Ok(attribute),
            None => unknown(format!("no condition reads an attribute `{name}`")),
        }
    }
}

impl Attribute {
    fn read(program: &Program, kind: NameKind, of: u32, number: u32, name: &str) -> Result<Attribute> {
        let mut info = sys::policy_attribute_info {
            struct_size: size::<sys::policy_attribute_info>(),
            type_: 0,
            offset: 0,
            size: 0,
        };
        // SAFETY: the program is there, and `info` has its size.
        let status = unsafe { sys::policy_attribute_describe(program.ptr(), kind as u32, of, number, &mut info) };
        plain(status, "attribute")?;
        let Some(kind) = Type::of(info.type_) else {
            return Err(Error::new(Status::Newer, format!("`{name}` is of a type of a later library")));
        };
        Ok(Attribute { name: name.into(), number, kind, offset: info.offset as usize, size: info.size as usize })
    }

    /// Exact, or an error.
    pub(crate) fn encode<'a>(&self, program: &Program, value: Value<'a>) -> Result<Encoded<'a>> {
        let whole = |number: i64| Ok(Encoded { is_set: true, number: number as u64, high: 0, text: "" });
        let wide =
            |number: i128| Ok(Encoded { is_set: true, number: number as u64, high: (number >> 64) as i64, text: "" });
        match (self.kind, value) {
            (_, Value::None) => Ok(Encoded { is_set: false, number: 0, high: 0, text: "" }),
            (Type::Boolean, Value::Boolean(value)) => whole(value.into()),
            (Type::Integer, Value::Integer(value)) => whole(value),
            (Type::Decimal, Value::Decimal(value)) => wide(value.0),
            (Type::Decimal, Value::Integer(value)) => wide(i128::from(value) * 10_000_000_000),
            (Type::Money, Value::Money(value)) => whole(value.0),
            (Type::Money, Value::Integer(value)) => match value.checked_mul(10_000) {
                Some(money) => whole(money),
                None => invalid(format!("{value} is too great for money")),
            },
            (Type::String, Value::Text(text)) => Ok(Encoded { is_set: true, number: 0, high: 0, text }),
            (Type::Date, Value::Date(value)) => whole(value.0.into()),
            (Type::DateTime, Value::DateTime(value)) => whole(value.0),
            (Type::Choice, Value::Text(label)) => whole(program.choice(label)?.into()),
            (Type::Choice, Value::Choice(number)) if number < program.count(NameKind::Choice, 0) => {
                whole(number.into())
            }
            (Type::Choice, Value::Choice(number)) => unknown(format!("the policy has no choice {number}")),
            (kind, value) => invalid(format!("`{}` is of type {kind}; {value:?} is none", self.name)),
        }
    }
}

impl Program {
    /// The number of a label.
    pub(crate) fn choice(&self, label: &str) -> Result<u32> {
        let labels = self.inner.labels.get_or_init(|| {
            let labels = self.names(NameKind::Choice, 0).zip(0..);
            labels.map(|(label, number)| (label.to_owned(), number)).collect::<BTreeMap<_, _>>()
        });
        labels.get(label).copied().map_or_else(|| unknown(format!("the policy has no choice `{label}`")), Ok)
    }
}

/// Attributes where compiled code finds them, behind a header of some words, and the texts that they point to.
pub(crate) struct Attributes {
    program: Program,
    layout: std::sync::Arc<Layout>,
    header: usize,
    pub(crate) words: Vec<u64>,
    texts: BTreeMap<u32, Vec<u8>>,
}

impl Attributes {
    pub(crate) fn new(program: &Program, kind: NameKind, of: u32, header: usize) -> Result<Attributes> {
        let layout = program.layout(kind, of)?;
        let words = vec![0; header + layout.bytes.div_ceil(8)];
        Ok(Attributes { program: program.clone(), layout, header, words, texts: BTreeMap::new() })
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) -> Result<()> {
        let layout = self.layout.clone();
        let attribute = layout.find(name)?;
        let encoded = attribute.encode(&self.program, value)?;
        let number = attribute.number as usize;
        self.texts.remove(&attribute.number);
        self.put(
            number / 8,
            &[self.byte(number / 8) & !(1 << (number % 8)) | u8::from(encoded.is_set) << (number % 8)],
        );
        if !encoded.is_set {
            return Ok(());
        }
        let mut low = encoded.number;
        let mut high = encoded.high as u64;
        if attribute.kind == Type::String {
            let text = self.texts.entry(attribute.number).or_insert(encoded.text.into());
            (low, high) = (text.as_ptr() as u64, text.len() as u64);
        }
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&low.to_ne_bytes());
        bytes[8..].copy_from_slice(&high.to_ne_bytes());
        self.put(attribute.offset, &bytes[..attribute.size.min(16)]);
        Ok(())
    }

    fn byte(&self, at: usize) -> u8 {
        self.words[self.header + at / 8].to_ne_bytes()[at % 8]
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        for (at, byte) in (at..).zip(bytes) {
            let word = &mut self.words[self.header + at / 8];
            let mut all = word.to_ne_bytes();
            all[at % 8] = *byte;
            *word = u64::from_ne_bytes(all);
        }
    }
}

/// A list of `policy_value`; what `values` points to must be there as long as it.
pub(crate) fn numbered(
    program: &Program,
    kind: NameKind,
    of: u32,
    values: &[(&str, Value)],
) -> Result<Vec<sys::policy_value>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let layout = program.layout(kind, of)?;
    values
        .iter()
        .map(|(name, value)| {
            let attribute = layout.find(name)?;
            let encoded = attribute.encode(program, *value)?;
            Ok(sys::policy_value {
                attribute: attribute.number,
                is_set: encoded.is_set.into(),
                number: encoded.number,
                high: encoded.high,
                text: encoded.text.as_ptr().cast(),
                text_size: encoded.text.len() as u64,
            })
        })
        .collect()
}
