//! Loads compiled policies and asks them who may do what.
//!
//! ```no_run
//! use policyc::{Interval, Principal, Program, Right, RoleHeld, Standing, UnitId, UserId};
//!
//! # fn main() -> Result<(), policyc::Error> {
//! let club = Program::open("club.policy.so")?;
//! let trip = club.table("trip")?;
//! let north = UnitId(1);
//! let skipper = RoleHeld::own(club.role("skipper")?, Interval { first: north, last: UnitId(2) });
//! let sam = club.resolve(&Standing { user: UserId(3), unit: north, roles: &[skipper], ..Default::default() })?;
//! let record = club.record(trip)?.owned_by(UserId(4)).in_unit(north).with("status", "open")?;
//! assert!(club.check(&sam, trip, Right::Read, &record, None));
//! # Ok(())
//! # }
//! ```
//!
//! There are two ways in, with the same compiled code behind both.
//!
//! *The thin way*: the host keeps all facts. It resolves a [`Subject`] from the roles that somebody holds, fills a
//! [`Record`] and checks one against the other: [`Program::check`], [`Program::decide`], [`Program::check_many`],
//! [`Program::filter`].
//!
//! *The organization way*: the library keeps units, users, teams, roles, rows and shares in a [`Store`].
//! [`Store::update`] changes it in a [`Transaction`]; any number of threads ask, each with its [`Reader`], of one
//! revision, and never wait.
//!
//! Whatever is unknown or of another program is denied or refused, never allowed. Programs, subjects, records, stores
//! and logs may be used by any number of threads; readers and transactions may go from one to another.
//! Whatever is made from something keeps it alive, so the order in which things are dropped does not matter.

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod bitmap;
mod check;
mod error;
mod ffi;
mod ids;
#[cfg(feature = "jit")]
pub mod jit;
mod log;
mod names;
mod operation;
mod program;
mod reader;
mod record;
mod rows;
mod store;
mod subject;
mod transaction;
mod values;
mod words;

pub use bitmap::Bitmap;
pub use check::Decision;
pub use error::{Error, Result, Status};
pub use ids::*;
pub use log::{Log, LogCounts, LogOptions, Named};
pub use names::{GrantInfo, StepInfo, TableInfo};
pub use operation::{Answer, Change, Operation, Outcome, Row, RunAs};
pub use program::{build, BuildInfo, Info, OpenOptions, Program};
pub use reader::{ColumnRights, Cursor, Reader, View};
pub use record::{AsRecord, Context, Record, RecordRef, Share};
pub use rows::{Column, Rows};
pub use store::{Replacing, Store, StoreOptions};
pub use subject::{AsSubject, Interval, Report, RoleHeld, Standing, Subject, SubjectRef};
pub use transaction::Transaction;
pub use values::{Date, DateTime, Decimal, Money, Value};
pub use words::*;

/// The C interface, for programs that share handles with other code: see [`Program::from_raw`].
pub use policyc_sys as sys;
