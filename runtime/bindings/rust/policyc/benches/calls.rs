//! The same questions as ../../../bench/check.c, in Rust: `cargo bench -- IMAGE` prints a line.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use policyc::*;

const CALLS: usize = 2_000_000;
const ROWS: usize = 4096;
const FILTERED: usize = 1 << 20;

/// The best of some rounds, in nanoseconds each.
fn best(count: usize, mut work: impl FnMut()) -> f64 {
    let mut took = Duration::MAX;
    for _ in 0..7 {
        let begin = Instant::now();
        work();
        took = took.min(begin.elapsed());
    }
    took.as_nanos() as f64 / count as f64
}

fn of_reader(club: &Program, trip: TableId, skipper: RoleId) -> Result<f64> {
    let store = Store::new(club)?;
    let ((user, row), _) = store.update(|facts| {
        let root = facts.add_unit(None)?;
        let user = facts.add_user(root)?;
        facts.give_role(user, skipper, root)?;
        Ok::<_, Error>((user, facts.add_row(&Row::new(trip, user))?))
    })?;
    let mut reader = store.reader()?;
    let view = reader.look()?;
    Ok(best(CALLS, || (0..CALLS).for_each(|_| assert!(view.check(black_box(user), Right::Write, row)))))
}

fn main() -> Result<()> {
    let Some(image) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        eprintln!("usage: cargo bench -- IMAGE");
        return Ok(());
    };
    let club = Program::open(image)?;
    let (trip, skipper) = (club.table("trip")?, club.role("skipper")?);
    let role = RoleHeld::own(skipper, Interval { first: UnitId(1), last: UnitId(2) });
    let sam = club.resolve(&Standing { user: UserId(3), unit: UnitId(1), roles: &[role], ..Default::default() })?;
    let owner = |row: usize| UserId(3 + row as u32 % 2);
    let record = |row| club.record(trip).map(|record| record.owned_by(owner(row)).in_unit(UnitId(1)));
    let records = (0..ROWS).map(record).collect::<Result<Vec<_>>>()?;
    let check = best(CALLS, || {
        for call in 0..CALLS {
            let is_allowed = club.check(black_box(&sam), trip, Right::Write, &records[call % 2], None);
            assert_eq!(is_allowed, call % 2 == 0);
        }
    });
    let decide = best(CALLS, || {
        for call in 0..CALLS {
            black_box(club.decide(black_box(&sam), trip, Right::Write, &records[call % 2], None).is_ok());
        }
    });
    let list: Vec<_> = records.iter().collect();
    let many = best(ROWS, || drop(black_box(club.check_many(&sam, trip, Right::Write, &list, None))));
    let owners: Vec<Principal> = (0..FILTERED).map(|row| owner(row).into()).collect();
    let units: Vec<_> = (0..FILTERED).map(|row| UnitId(row as u32 % 4)).collect();
    let away = Bitmap::new(FILTERED);
    let rows = Rows { owners: Some(&owners), units: Some(&units), away: Some(&away), ..Rows::new(FILTERED) };
    let filter = best(FILTERED, || drop(black_box(club.filter(&sam, trip, Right::Write, &rows, None))));
    println!(
        "rust: check {check:.1} ns/call, decide {decide:.1} ns/call, check_many {many:.1} ns/row, \
         filter {filter:.2} ns/row, check of a reader {:.1} ns/call",
        of_reader(&club, trip, skipper)?
    );
    Ok(())
}
