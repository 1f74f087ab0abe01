//! The organization way.
#![allow(missing_docs)]

mod common;

use std::fs;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::*;
use policyc::*;

#[test]
fn a_store_is_asked() {
    let w = world();
    assert_eq!(w.store.revision(), w.revision);
    let mut reader = w.store.reader().unwrap();
    let view = reader.look().unwrap();
    assert_eq!(view.revision(), w.revision);
    assert!(view.check(w.sam, Right::Read, w.hers) && !view.check(w.sam, Right::Write, w.hers));
    assert!(view.check(w.sam, Right::Write, w.his) && !view.check(UserId(99), Right::Read, w.hers));
    assert!(!view.check(w.sam, Right::Read, RowId(99)));
    let decision = view.decide(w.sam, Right::Write, w.hers).unwrap();
    assert_eq!((decision.allowed, decision.reason, decision.held), (false, Reason::Level, Level::User));
    let program = view.program().unwrap();
    assert!(program.explain(w.club.trip, Right::Write, &decision).unwrap().contains("deny because level"));
    assert_eq!(status(view.decide(UserId(99), Right::Read, w.hers)), Status::Unknown);
    let many = view.check_many(w.sam, Right::Write, &[w.hers, w.his, RowId(99)]).unwrap();
    assert_eq!(many.iter().collect::<Vec<_>>(), [1]);
    assert_eq!((view.table(w.his), view.table(RowId(99))), (Some(w.club.trip), None));
}

#[test]
fn lists_and_who_go_through_all() {
    let w = world();
    w.store.update(|facts| (0..1000).try_for_each(|_| facts.add_row(&Row::new(w.club.trip, w.sam)).map(drop))).unwrap();
    let mut reader = w.store.reader().unwrap();
    let view = reader.look().unwrap();
    let list: Result<Vec<_>> = view.list(w.sam, Right::Write, w.club.trip).collect();
    assert_eq!(list.unwrap().len(), 1001);
    assert!(view.list(w.sam, Right::Read, w.club.trip).any(|row| row == Ok(w.hers)));
    let mut who: Vec<_> = view.who(Right::Write, w.his).map(Result::unwrap).collect();
    who.sort();
    assert_eq!(who, [w.sam, w.roohi]);
    let (mut cursor, mut page, mut rows) = (Cursor::start(), [RowId(0); 7], 0);
    while !cursor.is_at_end() {
        rows += view.list_page(w.sam, Right::Write, w.club.trip, &mut cursor, &mut page).unwrap();
    }
    assert_eq!(rows, 1001);
    let unknown: Vec<_> = view.list(w.sam, Right::Read, TableId(99)).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(status(unknown[0].clone()), Status::Unknown);
}

#[test]
fn a_transaction_is_seen_whole_or_never() {
    let w = world();
    let failure = w.store.update(|facts| {
        facts.set_row_owner(w.hers, w.sam)?;
        Err::<(), _>(Box::<dyn std::error::Error>::from("the host's own"))
    });
    assert_eq!(failure.unwrap_err().to_string(), "the host's own");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        w.store.update(|facts| {
            facts.set_row_owner(w.hers, w.sam)?;
            panic!("the host's own");
            #[allow(unreachable_code)]
            Ok::<_, Error>(())
        })
    }));
    assert!(panicked.is_err());
    w.store.begin().unwrap().abandon();
    let owns = |revision| w.store.view(revision, Duration::ZERO, |view| view.check(w.sam, Right::Write, w.hers));
    assert!(!owns(Revision(0)).unwrap());
    assert_eq!(w.store.revision(), w.revision);
    let ((), next) = w.store.update(|facts| facts.set_row_owner(w.hers, w.sam)).unwrap();
    assert!(owns(next).unwrap());
    assert_eq!(status(owns(Revision(next.0 + 1))), Status::Stale);
}

#[test]
fn one_thread_has_one_transaction() {
    let w = world();
    let first = w.store.begin().unwrap();
    assert_eq!(status(w.store.begin()), Status::Busy);
    first.commit().unwrap();
    w.store.begin().unwrap().commit().unwrap();
}

#[test]
fn a_transaction_goes_from_thread_to_thread() {
    let w = world();
    let mut facts = w.store.begin().unwrap();
    facts.set_row_owner(w.hers, w.sam).unwrap();
    std::thread::scope(|all| {
        all.spawn(|| assert_eq!(status(w.store.try_begin(Duration::from_millis(1))), Status::Busy)).join().unwrap();
        let commit = move || {
            facts.add_unit(Some(w.root)).unwrap();
            facts.commit().unwrap()
        };
        assert_eq!(all.spawn(commit).join().unwrap().0, w.revision.0 + 1);
    });
    let facts = w.store.begin().unwrap();
    std::thread::scope(|all| all.spawn(move || drop(facts)).join().unwrap());
    let facts = w.store.try_begin(Duration::ZERO).unwrap();
    assert!(format!("{facts:?}").contains("Program(\"club\")"));
}

#[test]
fn a_transaction_has_its_own_program() {
    let w = world();
    let next = Program::open(image("club_next")).unwrap();
    let how = Replacing { may_lose: true, may_miss: true };
    let mut facts = w.store.begin().unwrap();
    std::thread::scope(|all| {
        let replaced = all.spawn(|| w.store.replace(&next, how, |_, _| {}));
        assert!(facts.program().table("log_entry").is_ok());
        facts.set_row_values(w.his, &[("seats", 3.into())], &[]).unwrap();
        drop(facts);
        replaced.join().unwrap().unwrap();
    });
    assert!(w.store.begin().unwrap().program().table("boat").is_ok());
}

#[test]
fn values_and_columns_are_of_the_rows_own_table() {
    let w = world();
    let entries = w.club.program.table("log_entry").unwrap();
    let mut facts = w.store.begin().unwrap();
    let entry = facts.add_row(&Row::new(entries, w.sam)).unwrap();
    for row in [entry, RowId(999)] {
        assert_eq!(status(facts.set_row_values(row, &[("seats", 3.into())], &[])), Status::Unknown);
        assert_eq!(status(facts.set_row_values(row, &[], &[("fee", true)])), Status::Unknown);
        assert_eq!(status(facts.set_column_share(row, "fee", w.ana, true, false)), Status::Unknown);
        assert_eq!(status(facts.perform(&Operation::update(w.sam, row).with("seats", 3))), Status::Unknown);
        assert_eq!(status(facts.plan(&Operation::update(w.sam, row).with_column("fee", true))), Status::Unknown);
    }
    assert_eq!(status(facts.perform(&Operation::update(w.sam, RowId(999)))), Status::Unknown);
    assert_eq!(status(facts.add_row(&Row::new(entries, w.sam).with_column("fee"))), Status::Unknown);
    assert!(facts.perform(&Operation::update(w.sam, w.his).with("seats", 3)).unwrap().answer.allowed);
    // A delete takes neither: what it was given goes nowhere.
    assert!(facts.plan(&Operation::delete(w.sam, w.his).with("seats", 3)).is_err());
}

#[test]
fn errors_name_the_call_and_what_was_asked() {
    let w = world();
    let mut facts = w.store.begin().unwrap();
    let none = UserId(999);
    for (said, expected) in [
        (facts.add_user(UnitId(999)).unwrap_err(), "add_user(UnitId(999)): unknown"),
        (facts.add_unit(None).unwrap_err(), "add_unit(None): refused"),
        (
            facts.give_role(none, RoleId(0), w.north).unwrap_err(),
            "give_role(User(UserId(999)), RoleId(0), UnitId(1)): unknown",
        ),
        (
            facts.set_share(RowId(999), w.ana, Right::Read).unwrap_err(),
            "set_share(RowId(999), User(UserId(1)), {Read}): unknown",
        ),
    ] {
        assert_eq!(said.to_string(), expected);
    }
    drop(facts);
    let mut reader = w.store.reader().unwrap();
    let view = reader.look().unwrap();
    let error = view.decide(none, Right::Read, w.his).unwrap_err();
    assert_eq!(error.to_string(), format!("decide(UserId(999), Read, {:?}): unknown", w.his));
    assert!(format!("{view:?}").contains(&format!("{:?}", w.revision)));
}

#[test]
fn a_principal_that_is_none_is_refused() {
    let w = world();
    let none = UserId(1 << 31);
    let mut facts = w.store.begin().unwrap();
    assert!(facts.set_row_owner(w.his, none).is_err());
    assert!(facts.add_row(&Row::new(w.club.trip, none)).is_err());
    assert!(facts.set_share(w.his, none, Right::Read).is_err());
    assert!(facts.set_column_share(w.his, "fee", none, true, false).is_err());
    assert!(facts.give_role(none, w.club.skipper, w.north).is_err());
    assert!(facts.drop_roles(none).is_err());
    for operation in [
        Operation::assign(w.sam, w.his, none),
        Operation::share(w.sam, w.his, none, Right::Read),
        Operation::revoke(w.sam, w.his, none),
        Operation::move_user(w.sam, none, w.north),
    ] {
        assert!(!facts.perform(&operation).is_ok_and(|outcome| outcome.answer.allowed), "{operation:?}");
    }
}

#[test]
fn a_view_lends_its_users_and_rows() {
    let w = world();
    let mut reader = w.store.reader().unwrap();
    let view = reader.look().unwrap();
    let program = view.program().unwrap();
    let (sam, his) = (view.subject(w.sam).unwrap(), view.record(w.his).unwrap());
    assert_eq!(his.table(), w.club.trip);
    assert!(program.check(&sam, w.club.trip, Right::Write, &his, None));
    let proposed = program.record(w.club.trip).unwrap().owned_by(w.ana).in_unit(w.north);
    let decision = program.decide(&sam, w.club.trip, Right::Write, &proposed, None).unwrap();
    assert_eq!((decision.allowed, decision.reason), (false, Reason::Level));
    let other = w.club.sam(&[], &[]);
    assert!(!program.check(&other, w.club.trip, Right::Write, &his, None));
    assert!(!program.check(&sam, w.club.city, Right::Read, &his, None));
    assert!(!common::club().program.check(&sam, w.club.trip, Right::Read, &his, None));
    assert!(view.subject(UserId(99)).is_none() && view.record(RowId(99)).is_none());
    assert!(format!("{sam:?} {his:?}").contains("owner: User(UserId(0))"));
    let path = log_path("lent");
    let log = Log::open(&path, LogOptions::default()).unwrap();
    log.decision(&sam, Right::Write, &proposed, None, &decision, Named::default()).unwrap();
    log.flush().unwrap();
    assert_eq!(log.counts().unwrap().written, 1);
    fs::remove_file(path).unwrap();
}

#[test]
fn facts_come_in() {
    let w = world();
    let profile = w.club.program.column_profile("treasurer").unwrap();
    let visited = w.club.program.relationship("visited").unwrap();
    w.store
        .update(|facts| {
            let team = facts.add_team(w.south, TeamKind::Owner)?;
            let position = facts.add_position(None)?;
            let oslo = facts.add_row(&Row::new(w.club.city, Principal::NOBODY))?;
            let row = Row::new(w.club.trip, w.ana).in_unit(w.south).inactive().with_column("fee").with("fee", 3);
            let trip = facts.add_row(&row.with("seats", 4).with("day", None::<Date>))?;
            facts.set_user_disabled(w.ana, true)?;
            facts.set_user_disabled(w.ana, false)?;
            facts.set_user_mode(w.ana, AccessMode::Read)?;
            facts.set_user_manager(w.sam, Some(w.roohi))?;
            facts.set_user_manager(w.sam, None)?;
            facts.set_user_position(w.sam, Some(position))?;
            facts.set_user_position(w.sam, None)?;
            facts.set_user_values(w.sam, &[("region", "west".into()), ("grade", 3.into())])?;
            facts.join(w.sam, team)?;
            facts.leave(w.sam, team)?;
            facts.join(w.sam, team)?;
            facts.give_role(team, w.club.member, w.south)?;
            facts.move_team(team, w.north)?;
            facts.move_user(w.ana, w.south)?;
            facts.move_unit(w.south, w.north)?;
            facts.give_column_profile(w.sam, profile)?;
            facts.set_row_unit(trip, w.north)?;
            facts.set_row_active(trip, true)?;
            facts.set_row_values(trip, &[("status", "closed".into())], &[("fee", false)])?;
            facts.set_association(visited, trip, oslo, true)?;
            facts.set_share(w.hers, w.roohi, Right::Read)?;
            facts.set_column_share(w.hers, "fee", w.roohi, true, false)?;
            facts.drop_roles(w.ana)?;
            facts.remove_row(trip)?;
            assert_eq!(status(facts.join(UserId(99), team)), Status::Unknown);
            assert_eq!(status(facts.give_role(w.sam, RoleId(999), w.north)), Status::Unknown);
            assert_eq!(status(facts.move_unit(w.root, w.south)), Status::Refused);
            assert_eq!(status(facts.add_unit(None)), Status::Refused);
            assert_eq!(status(facts.set_user_values(w.sam, &[("grade", "three".into())])), Status::Invalid);
            assert_eq!(status(facts.set_user_name(w.sam, "a\0b")), Status::Invalid);
            assert_eq!(status(facts.add_row(&Row::new(TableId(99), w.sam))), Status::Unknown);
            assert_eq!(status(facts.add_row(&Row::new(w.club.trip, w.sam).with("colour", 1))), Status::Unknown);
            assert!(facts.program().table("trip").is_ok());
            Ok::<_, Error>(())
        })
        .unwrap();
    let mut reader = w.store.reader().unwrap();
    let view = reader.look().unwrap();
    let rights = view.columns(w.sam, w.club.trip, Some(w.his)).unwrap();
    let all = Columns(1);
    assert_eq!((rights.secured, rights.read, rights.update, rights.create), (all, all, all, Columns(0)));
    let shared = view.columns(w.roohi, w.club.trip, Some(w.hers)).unwrap();
    assert_eq!((shared.read, shared.update), (all, Columns(0)));
    assert_eq!(view.columns(w.roohi, w.club.trip, None).unwrap().read, Columns(0));
}

#[test]
fn operations_ask_and_cascade() {
    let w = world();
    let link = w.club.program.relationship("trip_log").unwrap();
    let entries = w.club.program.table("log_entry").unwrap();
    w.store
        .update(|facts| {
            let entry = facts.add_row(&Row::new(entries, w.sam).linked_to(link, w.his))?;
            let denied = facts.perform(&Operation::assign(w.sam, w.hers, w.sam))?;
            assert!(!denied.answer.allowed && denied.changes.is_empty());
            assert_eq!((denied.answer.reason, denied.answer.row), (Reason::Level, Some(w.hers)));
            assert_eq!(denied.answer.right, Some(Right::Assign));
            let assign = Operation::assign(w.sam, w.his, w.ana);
            let (plan, done) = (facts.plan(&assign)?, facts.perform(&assign)?);
            assert!(plan.answer.allowed);
            assert_eq!(plan.changes, done.changes);
            let goes_along = |change: &&Change| change.row == Some(entry) && change.kind == Some(ChangeKind::Owner);
            let change = done.changes.iter().find(goes_along).expect("the log entry goes along");
            assert_eq!((change.through, change.above), (Some(link), Some(w.his)));
            let made = facts.perform(&Operation::create(w.sam, Row::new(w.club.trip, w.sam).with("seats", 3)))?;
            assert!(made.answer.allowed && made.row.is_some());
            Ok::<_, Error>(())
        })
        .unwrap();
}

#[test]
fn each_operation_reaches_the_library() {
    let w = world();
    let link = w.club.program.relationship("trip_log").unwrap();
    let visited = w.club.program.relationship("visited").unwrap();
    let entries = w.club.program.table("log_entry").unwrap();
    w.store
        .update(|facts| {
            let entry = facts.add_row(&Row::new(entries, w.sam))?;
            let oslo = facts.add_row(&Row::new(w.club.city, Principal::NOBODY))?;
            let other = facts.add_row(&Row::new(w.club.trip, w.sam))?;
            let watchers = facts.add_team(w.north, TeamKind::Access)?;
            for operation in [
                Operation::read(w.sam, w.hers),
                Operation::update(w.sam, w.his).with("seats", 3),
                Operation::share(w.sam, w.his, w.ana, Right::Read),
                Operation::modify(w.sam, w.his, w.ana, Rights::NONE),
                Operation::revoke(w.sam, w.his, w.ana),
                Operation::link(w.sam, entry, link, w.his),
                Operation::unlink(w.sam, entry, link),
                Operation::associate(w.sam, visited, w.his, oslo),
                Operation::disassociate(w.sam, visited, w.his, oslo),
                Operation::deactivate(w.sam, w.his),
                Operation::activate(w.sam, w.his),
                Operation::delete(w.sam, other),
                Operation::update(w.sam, entry).linked_to(link, w.his).ignoring_sign_in(),
                Operation::update(w.sam, entry).linked_to(link, None),
            ] {
                let outcome = facts.perform(&operation)?;
                assert!(outcome.answer.allowed, "{operation:?}: {:?}", outcome.answer);
            }
            facts.set_share(w.his, watchers, Right::Read)?;
            for operation in [
                Operation::update(w.sam, w.his).with_column("fee", true),
                Operation::merge(w.ana, w.hers, w.his),
                Operation::move_row(w.ana, w.his, w.south),
                Operation::add_member(w.ana, watchers, w.sam),
                Operation::remove_member(w.ana, watchers, w.sam),
                Operation::move_user(w.ana, w.sam, w.south),
                Operation::move_team(w.ana, watchers, w.south),
                Operation::delete(w.ana, w.his).by(w.sam),
                Operation::read(w.sam, RowId(999)),
            ] {
                assert!(!facts.plan(&operation)?.answer.allowed, "{operation:?}");
            }
            let nowhere = Operation::update(w.sam, RowId(999)).with("seats", 3);
            assert_eq!(status(facts.plan(&nowhere)), Status::Unknown);
            Ok::<_, Error>(())
        })
        .unwrap();
}

#[test]
fn a_step_runs_as_somebody_in_a_transaction() {
    let w = world();
    let flow = w.club.program.flow("audit_trip").unwrap();
    let step = w.club.program.step(flow, "write_log").unwrap();
    let mut facts = w.store.begin().unwrap();
    let soul = facts.add_user(w.root).unwrap();
    facts.set_user_name(soul, "soul").unwrap();
    facts.set_context(&[("channel", "phone".into())]).unwrap();
    let answer = facts.run_as(flow, step, w.ana, w.his).unwrap();
    assert_eq!((answer.user, answer.is_system), (Some(w.sam), false));
    assert_eq!(status(facts.run_as(FlowId(99), step, w.ana, w.his)), Status::Unknown);
}

#[test]
fn a_reader_has_its_context_and_filters_rows_of_the_host() {
    let w = world();
    let role = w.club.program.role("by_channel").unwrap();
    w.store
        .update(|facts| {
            facts.move_user(w.ana, w.south)?;
            facts.drop_roles(w.ana)?;
            facts.give_role(w.ana, role, w.south)
        })
        .unwrap();
    let mut reader = w.store.reader().unwrap();
    let mut view = reader.look().unwrap();
    for (channel, allowed) in [("phone", true), ("web", false)] {
        view.set_context(&[("channel", channel.into())]).unwrap();
        assert_eq!(view.check(w.ana, Right::Read, w.his), allowed);
    }
    assert_eq!(status(view.set_context(&[("channel", 7.into())])), Status::Invalid);

    let (owners, units) = ([w.ana.into(), w.sam.into()], [UnitId(0); 2]);
    let away = Bitmap::new(2);
    let rows = Rows { owners: Some(&owners), units: Some(&units), away: Some(&away), ..Rows::new(2) };
    let write = |user, context: Option<&Context>| view.filter(user, w.club.trip, Right::Write, &rows, context);
    let context = w.club.program.context().unwrap();
    assert_eq!(write(w.sam, Some(&context)).unwrap().iter().collect::<Vec<_>>(), [1]);
    assert_eq!(status(write(UserId(99), None)), Status::Unknown);
    assert_eq!(status(write(w.sam, Some(&common::club().program.context().unwrap()))), Status::Unknown);
}

#[test]
fn another_version_of_the_policy_takes_over() {
    let w = world();
    let next = Program::open(image("club_next")).unwrap();
    let mut lost = Vec::new();
    let hear = |is_lost, what: &str| lost.push((is_lost, what.to_owned()));
    assert_eq!(status(w.store.replace(&next, Replacing::default(), hear)), Status::Lossy);
    assert!(lost.iter().any(|(is_lost, what)| *is_lost && what.contains("`member`")), "{lost:?}");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _ = w.store.replace(&next, Replacing::default(), |_, _| panic!("the host's own"));
    }));
    assert!(panicked.is_err());
    let mut reader = w.store.reader().unwrap();
    let before = reader.look().unwrap();
    let how = Replacing { may_lose: true, may_miss: true };
    let revision = w.store.replace(&next, how, |_, _| {}).unwrap();
    assert!(before.check(w.sam, Right::Write, w.his));
    assert_eq!(before.program().unwrap().info().unwrap().policy_name, "club");
    assert!(before.program().unwrap().role("member").is_ok());
    drop(before);
    let after = reader.look_at_least(revision, Duration::from_secs(1)).unwrap();
    assert!(after.check(w.sam, Right::Read, w.hers) && !after.check(w.sam, Right::Write, w.his));
    assert!(after.program().unwrap().role("member").is_err());
}

#[test]
fn the_order_of_dropping_does_not_matter() {
    let w = world();
    let (sam, his, trip) = (w.sam, w.his, w.club.trip);
    let store = w.store.clone();
    drop(w);
    let reader = store.reader().unwrap();
    let program = store.program().unwrap();
    drop(store);
    let mut reader = std::thread::spawn(move || reader).join().unwrap();
    assert!(reader.look().unwrap().check(sam, Right::Write, his));
    drop(reader);
    assert!(program.record(trip).is_ok());
    let without = Store::with_options(&program, StoreOptions { no_lists: true }).unwrap();
    without.update(|facts| facts.add_unit(None)).unwrap();
    let mut reader = without.reader().unwrap();
    assert!(reader.look().unwrap().list(sam, Right::Read, trip).next().unwrap().is_err());
}

fn log_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.log", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn decisions_are_logged() {
    let w = world();
    let path = log_path("decisions");
    let log = Log::open(&path, LogOptions { ring_size: 64, ..LogOptions::default() }).unwrap();
    let mut reader = w.store.reader().unwrap();
    reader.set_log(Some(&log)).unwrap();
    let view = reader.look().unwrap();
    view.check(w.sam, Right::Read, w.hers);
    view.decide(w.sam, Right::Write, w.hers).unwrap();
    drop(view);
    reader.set_log(None).unwrap();
    reader.look().unwrap().check(w.sam, Right::Read, w.his);

    let sam = w.club.sam(&[], &[w.club.skipper]);
    let record = w.club.record(SAM, NORTH).with("harbour", "Oslo").unwrap();
    let decision = w.club.program.decide(&sam, w.club.trip, Right::Read, &record, None).unwrap();
    let named = Named { user: Some("sam"), row: Some("trip 7") };
    log.decision(&sam, Right::Read, &record, None, &decision, named).unwrap();
    let bad = Named { user: Some("\0"), row: None };
    assert_eq!(status(log.decision(&sam, Right::Read, &record, None, &decision, bad)), Status::Invalid);
    let other = common::club().sam(&[], &[]);
    assert_eq!(status(log.decision(&other, Right::Read, &record, None, &decision, named)), Status::Unknown);
    log.flush().unwrap();
    let counts = log.counts().unwrap();
    assert_eq!((counts.written, counts.dropped, counts.failed), (3, 0, 0));
    assert!(fs::read_to_string(&path).unwrap().contains("trip 7"));
    assert_eq!(status(Log::open(path.join("no/folder"), LogOptions::default())), Status::NotReadable);
    fs::remove_file(path).unwrap();
}

#[test]
fn a_log_is_closed_when_its_last_reader_lets_go() {
    let w = world();
    let path = log_path("last_reader");
    let log = Log::open(&path, LogOptions::default()).unwrap();
    let mut reader = w.store.reader().unwrap();
    reader.set_log(Some(&log)).unwrap();
    drop(log);
    reader.look().unwrap().check(w.sam, Right::Read, w.hers);
    drop(reader);
    assert!(fs::read_to_string(&path).unwrap().contains("read"));
    fs::remove_file(path).unwrap();
}

#[test]
fn readers_ask_while_writers_write() {
    let w = world();
    w.store.update(|facts| facts.give_role(w.ana, w.club.skipper, w.north)).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|all| {
        for _ in 0..4 {
            all.spawn(|| {
                let mut reader = w.store.reader().unwrap();
                while !is_over.load(Ordering::Relaxed) {
                    let view = reader.look().unwrap();
                    assert_ne!(view.check(w.ana, Right::Write, w.hers), view.check(w.sam, Right::Write, w.hers));
                }
            });
        }
        let writers: Vec<_> = (0..2)
            .map(|_| {
                all.spawn(|| {
                    for turn in 0..200 {
                        let owner = if turn % 2 == 0 { w.sam } else { w.ana };
                        w.store.update(|facts| facts.set_row_owner(w.hers, owner)).unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
