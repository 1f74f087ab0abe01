//! Opening images, names, and the thin way.
#![allow(missing_docs)]

mod common;

use std::error::Error as _;
use std::fs;

use common::*;
use policyc::*;

#[test]
fn an_image_says_what_it_is() {
    let club = club();
    let info = club.program.info().unwrap();
    assert_eq!((info.kind, info.policy_name.as_str(), info.signer), (ProgramKind::Image, "club", None));
    assert_eq!((info.policy_hash.len(), info.layout_hash.len()), (64, 64));
    assert!(build().unwrap().abi_version >= 1);
    assert_eq!(format!("{:?}", club.program), "Program(\"club\")");
}

#[test]
fn an_image_is_opened_from_memory_and_outlives_the_bytes() {
    let bytes = fs::read(image("club")).unwrap();
    let program = Program::from_bytes(&bytes, &OpenOptions::default()).unwrap();
    drop(bytes);
    assert!(program.table("trip").is_ok());
}

#[test]
fn what_is_not_the_image_that_was_asked_for_is_refused() {
    let path = image("club");
    let open = |options: OpenOptions| status(Program::open_with(path, &options));
    let zeroes = "0".repeat(64);
    assert_eq!(open(OpenOptions { keys: Some(&[[7; 32]]), ..Default::default() }), Status::Untrusted);
    assert_eq!(open(OpenOptions { keys: Some(&[]), ..Default::default() }), Status::Invalid);
    assert_eq!(open(OpenOptions { policy_hash: Some(&zeroes), ..Default::default() }), Status::Mismatch);
    assert_eq!(open(OpenOptions { layout_hash: Some(&zeroes), ..Default::default() }), Status::Mismatch);
    assert_eq!(open(OpenOptions { policy_hash: Some("12"), ..Default::default() }), Status::Invalid);
    assert_eq!(open(OpenOptions { policy_hash: Some(""), ..Default::default() }), Status::Invalid);
    assert_eq!(status(Program::open("there.is.none")), Status::NotReadable);
    assert_eq!(status(Program::open("a\0b")), Status::Invalid);
    assert_eq!(status(Program::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))), Status::Foreign);
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert_eq!(status(Program::from_bytes(&bytes, &OpenOptions::default())), Status::Damaged);
    assert!(Program::from_bytes(&[], &OpenOptions::default()).is_err());
}

#[test]
fn a_signed_image_is_opened_with_its_key() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (private, path) = (folder.join("key.pem"), folder.join("signed.policy.so"));
    let _ = fs::remove_file(&private);
    let public = compiler(&["keys".as_ref(), "new".as_ref(), "-o".as_ref(), private.as_ref()]).trim().to_owned();
    fs::copy(image("club"), &path).unwrap();
    compiler(&["sign".as_ref(), path.as_ref(), "--key".as_ref(), private.as_ref()]);
    let key = std::array::from_fn(|byte| u8::from_str_radix(&public[byte * 2..][..2], 16).unwrap());
    let signed = Program::open_with(&path, &OpenOptions { keys: Some(&[[7; 32], key]), ..Default::default() }).unwrap();
    let info = signed.info().unwrap();
    assert_eq!(info.signer, Some(public));
    let hashes = OpenOptions {
        policy_hash: Some(&info.policy_hash),
        layout_hash: Some(&info.layout_hash),
        ..Default::default()
    };
    assert!(Program::open_with(&path, &hashes).is_ok());
    let others = OpenOptions { keys: Some(&[[7; 32]]), ..Default::default() };
    assert_eq!(status(Program::open_with(&path, &others)), Status::Untrusted);
}

#[test]
fn an_error_is_a_sentence_and_a_status() {
    let error = Program::open("there.is.none").unwrap_err();
    assert!(error.to_string().contains("there.is.none") && error.source().is_none());
    assert_eq!(error.message(), error.to_string());
    assert_eq!(Status::Damaged.to_string(), "damaged");
}

#[test]
fn names_are_found_both_ways() {
    let club = club();
    let program = &club.program;
    for (number, name) in program.names(NameKind::Table, 0).enumerate() {
        assert_eq!(program.table(name).unwrap(), TableId(number as u32));
    }
    assert_eq!(program.count(NameKind::Table, 0), 3);
    assert_eq!(program.name(NameKind::Table, 0, 99), None);
    assert!(program.names(NameKind::Attribute, club.trip.0).any(|name| name == "distance_km"));
    assert_eq!(program.column(club.trip, "fee").unwrap(), ColumnId(0));
    let flow = program.flow("audit_trip").unwrap();
    let step = program.describe_step(flow, program.step(flow, "bill").unwrap()).unwrap();
    assert_eq!((step.right, step.named_user), (Some(Right::Create), Some("roohi")));
    for error in [
        status(program.table("none")),
        status(program.role("none")),
        status(program.privilege("none")),
        status(program.column_profile("none")),
        status(program.relationship("none")),
        status(program.flow("none")),
        status(program.step(FlowId(99), "none")),
        status(program.column(TableId(99), "none")),
        status(program.describe_table(TableId(99))),
        status(program.describe_grant(GrantId(9999))),
        status(program.describe_step(FlowId(99), StepId(0))),
    ] {
        assert_eq!(error, Status::Unknown);
    }
    assert_eq!(status(program.table("a\0b")), Status::Invalid);
}

#[test]
fn tables_are_described() {
    let club = club();
    let trip = club.program.describe_table(club.trip).unwrap();
    assert_eq!((trip.ownership, trip.columns), (Ownership::User, Columns(1)));
    assert!(trip.rights.contains(Right::Share));
    let city = club.program.describe_table(club.city).unwrap();
    assert_eq!(city.ownership, Ownership::Organization);
    assert!(!city.rights.contains(Right::Assign) && city.rights.iter().any(|right| right == Right::Read));
}

#[test]
fn words_are_those_of_the_library() {
    let program = club().program;
    let same = |kind, words: Vec<&str>| assert_eq!(program.names(kind, 0).collect::<Vec<_>>(), words);
    same(NameKind::Right, Right::ALL.iter().map(|one| one.name()).collect());
    same(NameKind::Level, Level::ALL.iter().map(|one| one.name()).collect());
    same(NameKind::Reason, Reason::ALL.iter().map(|one| one.name()).collect());
}

#[test]
fn a_subject_is_checked_against_a_record() {
    let club = club();
    let sam = club.sam(&[], &[club.skipper]);
    let (own, hers, far) = (club.record(SAM, NORTH), club.record(ANA, NORTH), club.record(ANA, SOUTH));
    for (right, record, allowed, reason) in [
        (Right::Write, &own, true, Reason::Owner),
        (Right::Read, &hers, true, Reason::RoleLevel),
        (Right::Write, &hers, false, Reason::Level),
        (Right::Read, &far, false, Reason::Level),
    ] {
        assert_eq!(club.program.check(&sam, club.trip, right, record, None), allowed);
        let decision = club.program.decide(&sam, club.trip, right, record, None).unwrap();
        assert_eq!((decision.allowed, decision.reason), (allowed, reason));
    }
}

#[test]
fn a_decision_is_explained() {
    let club = club();
    let sam = club.sam(&[], &[club.skipper]);
    let decision = club.program.decide(&sam, club.trip, Right::Read, &club.record(ANA, NORTH), None).unwrap();
    let text = club.program.explain(club.trip, Right::Read, &decision).unwrap();
    assert!(text.contains("allow because role_level") && text.contains("`skipper`"), "{text}");
    let grant = club.program.describe_grant(decision.grant.unwrap()).unwrap();
    assert_eq!((grant.role, grant.right, grant.level), (club.skipper, Some(Right::Read), Level::BusinessUnit));
    assert!(grant.line > 0 && grant.file.ends_with("club.policy") && !grant.is_conditional);
    assert_eq!(status(club.program.explain(TableId(99), Right::Read, &decision)), Status::Unknown);
}

#[test]
fn shares_count() {
    let club = club();
    let sam = club.sam(&[], &[club.skipper]);
    let mut record = club.record(ANA, SOUTH);
    let reason = |record: &Record| club.program.decide(&sam, club.trip, Right::Read, record, None).unwrap().reason;
    assert_eq!(reason(&record), Reason::Level);
    let share = |rights, inherited| Share { principal: SAM.into(), rights, inherited };
    record.set_shares(&[Share::default(), share(Right::Read.into(), Rights::NONE)]);
    assert_eq!(reason(&record), Reason::Share);
    assert!(!club.program.check(&sam, club.trip, Right::Write, &record, None));
    let record = record.away();
    assert_eq!(reason(&record), Reason::Share);
    let mut record = record.shared(&[share(Rights::NONE, [Right::Read, Right::Write].into_iter().collect())]);
    assert_eq!(reason(&record), Reason::InheritedShare);
    record.set_shares(&[]);
    record.set_away(false);
    assert_eq!(reason(&record), Reason::Level);
}

#[test]
fn values_of_each_type_are_exact() {
    let club = club();
    let decimal = |text: &str| Value::from(text.parse::<Decimal>().unwrap());
    let money = |text: &str| Value::from(text.parse::<Money>().unwrap());
    let noon = 1_769_860_800_000_001;
    for (role, name, taken, not_taken) in [
        ("by_distance", "distance_km", decimal("12.0000000001"), vec![12.into(), decimal("-12.0000000001")]),
        ("by_fee", "fee", money("-922337203685476.5807"), vec![1.into(), Money(1).into()]),
        ("by_urgent", "urgent", true.into(), vec![false.into()]),
        ("by_seats", "seats", (i64::MIN + 1).into(), vec![1.into(), (-1).into()]),
        ("by_harbour", "harbour", "Ny-Ålesund".into(), vec!["Ny-Ålesun".into(), "".into(), "a\0b".into()]),
        ("by_day", "day", Date(-1).into(), vec![Date(0).into()]),
        ("by_starts", "starts", DateTime(noon).into(), vec![DateTime(noon - 1).into()]),
    ] {
        let sam = club.sam(&[], &[club.program.role(role).unwrap()]);
        let check = |value: Value| {
            let record = club.record(ANA, SOUTH).with(name, value).unwrap();
            club.program.check(&sam, club.trip, Right::Read, &record, None)
        };
        assert!(check(taken), "{role}: {taken:?}");
        for value in not_taken.into_iter().chain([Value::None]) {
            assert!(!check(value), "{role}: {value:?}");
        }
        let mut record = club.record(ANA, SOUTH).with(name, taken).unwrap();
        record.set(name, None::<bool>).unwrap();
        assert!(!club.program.check(&sam, club.trip, Right::Read, &record, None));
    }
}

#[test]
fn values_that_a_type_does_not_have_are_refused() {
    let club = club();
    let mut record = club.record(SAM, NORTH);
    let mut set = |name: &str, value: Value| status(record.set(name, value));
    assert_eq!(set("urgent", 1.into()), Status::Invalid);
    assert_eq!(set("seats", true.into()), Status::Invalid);
    assert_eq!(set("distance_km", "12".into()), Status::Invalid);
    assert_eq!(set("fee", i64::MAX.into()), Status::Invalid);
    assert_eq!(set("harbour", 7.into()), Status::Invalid);
    assert_eq!(set("day", DateTime(0).into()), Status::Invalid);
    assert_eq!(set("status", 7.into()), Status::Invalid);
    assert_eq!(set("status", "half_open".into()), Status::Unknown);
    assert_eq!(set("status", Value::Choice(99)), Status::Unknown);
    assert_eq!(set("colour", "red".into()), Status::Unknown);
    for text in ["", "-", ".", "1.", ".5", "x", "1e5", "1/3", "0.00000000001", "--1", "+-1", &"9".repeat(60)] {
        assert_eq!(status(text.parse::<Decimal>()), Status::Invalid, "{text}");
    }
    assert_eq!("-0.0000000001".parse::<Decimal>().unwrap(), Decimal(-1));
    assert_eq!("+12.500000000000".parse::<Decimal>().unwrap(), Decimal(125_000_000_000));
    assert_eq!(status("922337203685477.5808".parse::<Money>()), Status::Invalid);
    assert_eq!(DateTime::from(std::time::UNIX_EPOCH - std::time::Duration::from_micros(5)), DateTime(-5));
}

#[test]
fn conditions_read_the_user_and_the_context() {
    let club = club();
    let role = club.program.role("by_region").unwrap();
    let record = club.record(ANA, SOUTH).with("harbour", "west").unwrap();
    for (region, allowed) in [("west", true), ("east", false)] {
        let sam = club.sam(&[("region", region.into()), ("grade", 3.into())], &[role]);
        assert_eq!(club.program.check(&sam, club.trip, Right::Read, &record, None), allowed);
    }
    let standing = Standing { values: &[("colour", Value::None)], ..Standing::default() };
    assert_eq!(status(club.program.resolve(&standing)), Status::Unknown);

    let sam = club.sam(&[], &[club.program.role("by_channel").unwrap()]);
    for (channel, allowed) in [(Some("phone"), true), (Some("web"), false), (None, false)] {
        let context = club.program.context().unwrap().with("channel", channel).unwrap();
        assert_eq!(club.program.check(&sam, club.trip, Right::Read, &record, Some(&context)), allowed);
    }
    assert!(!club.program.check(&sam, club.trip, Right::Read, &record, None));
    let foreign = common::club().program.context().unwrap();
    assert!(!club.program.check(&sam, club.trip, Right::Read, &record, Some(&foreign)));
}

#[test]
fn what_does_not_belong_together_is_denied() {
    let (club, other) = (club(), common::club());
    let sam = club.sam(&[], &[club.skipper]);
    let record = club.record(SAM, NORTH);
    let city = club.program.record(club.city).unwrap();
    assert!(!club.program.check(&sam, club.trip, Right::Read, &city, None));
    assert!(!club.program.check(&sam, club.city, Right::Read, &record, None));
    assert!(!club.program.check(&sam, TableId(99), Right::Read, &record, None));
    assert!(!other.program.check(&sam, club.trip, Right::Read, &record, None));
    let theirs = other.sam(&[], &[club.skipper]);
    assert!(!club.program.check(&theirs, club.trip, Right::Read, &record, None));
    let decide = |program: &Program, table, right, record| status(program.decide(&sam, table, right, record, None));
    assert_eq!(decide(&club.program, club.city, Right::Assign, &city), Status::Illegal);
    assert_eq!(decide(&club.program, club.trip, Right::Read, &city), Status::Unknown);
    assert_eq!(decide(&other.program, club.trip, Right::Read, &record), Status::Unknown);
    assert_eq!(status(club.program.record(TableId(99))), Status::Unknown);
}

#[test]
fn standings_that_make_no_sense_are_refused() {
    let club = club();
    let interval = |first, last| Interval { first: UnitId(first), last: UnitId(last) };
    let resolve = |user, role| status(club.program.resolve(&Standing { user, roles: &[role], ..Default::default() }));
    let own = RoleHeld::own(club.skipper, interval(0, 0));
    assert_eq!(resolve(UserId(1 << 29), own), Status::Invalid);
    assert_eq!(resolve(SAM, RoleHeld::own(RoleId(999), interval(0, 0))), Status::Invalid);
    assert_eq!(resolve(SAM, RoleHeld::own(club.skipper, interval(2, 1))), Status::Invalid);
    assert_eq!(resolve(SAM, RoleHeld::through(TeamId(1), club.skipper, interval(0, 0))), Status::Invalid);
}

#[test]
fn a_teams_role_counts_for_its_members() {
    let club = club();
    let crew = TeamId(7);
    let role = RoleHeld::through(crew, club.skipper, Interval { first: NORTH, last: UnitId(2) });
    let report = Report { principal: ANA.into(), rights: Right::Read.into() };
    let standing = Standing { user: SAM, unit: NORTH, teams: &[crew], roles: &[role], reports: &[report], values: &[] };
    let sam = club.program.resolve(&standing).unwrap();
    let record = club.program.record(club.trip).unwrap().owned_by(crew).in_unit(NORTH);
    let decision = club.program.decide(&sam, club.trip, Right::Write, &record, None).unwrap();
    assert_eq!((decision.reason, decision.through), (Reason::TeamOwner, crew.into()));
    assert!(sam.holds(club.program.privilege("export_to_excel").unwrap()) && !sam.holds(PrivilegeId(99)));
}

#[test]
fn a_subject_outlives_its_program() {
    let club = club();
    let (sam, record) = (club.sam(&[("region", "west".into())], &[club.skipper]), club.record(SAM, NORTH));
    let program = club.program.clone();
    drop(club.program);
    assert!(program.check(&sam, club.trip, Right::Write, &record, None));
    drop(program);
    assert!(sam.holds(PrivilegeId(0)) || !sam.holds(PrivilegeId(0)));
}

/// Random trips: as records, and column by column.
struct Trips {
    owners: Vec<Principal>,
    units: Vec<UnitId>,
    away: Bitmap,
    begins: Vec<u32>,
    shares: Vec<Share>,
    distances: Vec<Decimal>,
    states: Vec<u32>,
    has_state: Bitmap,
    harbours: Vec<&'static str>,
    has_harbour: Bitmap,
}

fn trips(random: &mut Random, count: usize) -> Trips {
    let (away, has_state, has_harbour) = (Bitmap::new(count), Bitmap::new(count), Bitmap::new(count));
    let mut trips = Trips {
        owners: (0..count).map(|_| UserId(random.below(6)).into()).collect(),
        units: (0..count).map(|_| UnitId(random.below(5))).collect(),
        away,
        begins: vec![0],
        shares: vec![],
        distances: (0..count).map(|_| Decimal(i128::from(random.below(1000)) * 10_000_000_000)).collect(),
        states: (0..count).map(|_| random.below(2)).collect(),
        has_state,
        harbours: (0..count).map(|_| ["Ny-Ålesund", "Oslo"][random.below(2) as usize]).collect(),
        has_harbour,
    };
    for row in 0..count {
        for bits in [&mut trips.away, &mut trips.has_state, &mut trips.has_harbour] {
            if random.below(2) == 0 {
                bits.insert(row);
            }
        }
        if random.below(3) == 0 {
            let rights = Right::ALL.iter().copied().filter(|_| random.below(2) == 0).collect();
            trips.shares.push(Share { principal: SAM.into(), rights, inherited: Rights::NONE });
        }
        trips.begins.push(trips.shares.len() as u32);
    }
    trips
}

impl Trips {
    fn record(&self, club: &Club, row: usize) -> Record {
        let shares = &self.shares[self.begins[row] as usize..self.begins[row + 1] as usize];
        let mut record = club.program.record(club.trip).unwrap().shared(shares);
        record.set_owner(self.owners[row]);
        record.set_unit(self.units[row]);
        record.set_away(self.away.contains(row));
        record.set("distance_km", self.distances[row]).unwrap();
        record.set("status", self.has_state.contains(row).then(|| Value::Choice(self.states[row]))).unwrap();
        record.set("harbour", self.has_harbour.contains(row).then_some(self.harbours[row])).unwrap();
        record
    }

    fn rows(&self) -> Rows<'_> {
        Rows {
            owners: Some(&self.owners),
            units: Some(&self.units),
            away: Some(&self.away),
            share_begin: Some(&self.begins),
            shares: &self.shares,
            ..Rows::new(self.owners.len())
        }
        .with("distance_km", Column::Decimal(&self.distances))
        .with_present("status", Column::Choice(&self.states), &self.has_state)
        .with_present("harbour", Column::String(&self.harbours), &self.has_harbour)
    }
}

#[test]
fn many_records_and_columns_say_what_checks_say() {
    let club = club();
    let by_harbour = club.program.role("by_harbour").unwrap();
    let subjects = [club.sam(&[], &[club.skipper]), club.sam(&[], &[club.admiral, by_harbour])];
    let mut random = Random(7);
    for count in [0, 1, 63, 64, 65, 1000] {
        let trips = trips(&mut random, count);
        let records: Vec<_> = (0..count).map(|row| trips.record(&club, row)).collect();
        let list: Vec<_> = records.iter().collect();
        let (none, fees, yes) = (Bitmap::new(count), vec![Money(0); count], vec![false; count]);
        let (seats, days, moments) = (vec![0; count], vec![Date(0); count], vec![DateTime(0); count]);
        let rows = trips
            .rows()
            .with_present("fee", Column::Money(&fees), &none)
            .with_present("urgent", Column::Boolean(&yes), &none)
            .with_present("seats", Column::Integer(&seats), &none)
            .with_present("day", Column::Date(&days), &none)
            .with_present("starts", Column::DateTime(&moments), &none);
        for sam in &subjects {
            for right in [Right::Read, Right::Write, Right::Delete] {
                let many = club.program.check_many(sam, club.trip, right, &list, None).unwrap();
                let filtered = club.program.filter(sam, club.trip, right, &rows, None).unwrap();
                let one: Vec<_> =
                    (0..count).filter(|row| club.program.check(sam, club.trip, right, list[*row], None)).collect();
                assert_eq!(many.iter().collect::<Vec<_>>(), one, "{right}");
                assert_eq!(filtered.iter().collect::<Vec<_>>(), one, "{right}");
                assert_eq!(many.count(), one.len());
                assert!(!many.contains(count) && many.words().len() == count.div_ceil(64));
            }
        }
    }
}

#[test]
fn many_records_that_do_not_belong_are_denied() {
    let club = club();
    let sam = club.sam(&[], &[club.skipper]);
    let (record, city) = (club.record(SAM, NORTH), club.program.record(club.city).unwrap());
    let many = club.program.check_many(&sam, club.trip, Right::Read, &[&city, &record], None).unwrap();
    assert_eq!(many.iter().collect::<Vec<_>>(), [1]);
    assert_eq!(status(club.program.check_many(&sam, club.city, Right::Assign, &[&city], None)), Status::Illegal);
    let other = common::club();
    assert_eq!(status(other.program.check_many(&sam, club.trip, Right::Read, &[], None)), Status::Unknown);
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let club = club();
    let sam = club.sam(&[], &[club.admiral]);
    let trips = trips(&mut Random(9), 100);
    let filter = |rows: &Rows| status(club.program.filter(&sam, club.trip, Right::Delete, rows, None));
    let short = Bitmap::new(64);
    let mut wrong = trips.begins.clone();
    wrong[100] += 1;
    let mut descending = trips.begins.clone();
    descending[50] = u32::MAX;
    for rows in [
        Rows { owners: Some(&trips.owners[..99]), ..trips.rows() },
        Rows { units: Some(&trips.units[..99]), ..trips.rows() },
        Rows { away: Some(&short), ..trips.rows() },
        Rows { share_begin: Some(&trips.begins[..100]), ..trips.rows() },
        Rows { share_begin: Some(&[]), ..trips.rows() },
        Rows { share_begin: None, ..trips.rows() },
        Rows { share_begin: Some(&wrong), ..trips.rows() },
        Rows { share_begin: Some(&descending), ..trips.rows() },
        trips.rows().with("status", Column::Choice(&trips.states[..99])),
        trips.rows().with_present("status", Column::Choice(&trips.states), &short),
        trips.rows().with("status", Column::Integer(&[0; 100])),
    ] {
        assert_eq!(filter(&rows), Status::Invalid);
    }
    assert_eq!(filter(&trips.rows().with("colour", Column::Boolean(&[true; 100]))), Status::Unknown);
    let bare = Rows { owners: Some(&trips.owners), units: Some(&trips.units), ..Rows::new(100) };
    let error = club.program.filter(&sam, club.trip, Right::Delete, &bare, None).unwrap_err();
    assert_eq!(error.status(), Status::Missing);
    assert!(
        error.message().contains("left out: away, distance_km, ") && !error.message().contains("owners"),
        "{error}"
    );
}

#[test]
fn a_step_runs_as_somebody() {
    let club = club();
    let flow = club.program.flow("audit_trip").unwrap();
    let (log, bill) = (club.program.step(flow, "write_log").unwrap(), club.program.step(flow, "bill").unwrap());
    let (sam, ana, roohi) = (SAM.into(), ANA.into(), UserId(9).into());
    assert_eq!(club.program.run_as(flow, log, ana, sam, roohi), sam);
    assert_eq!(club.program.run_as(flow, bill, ana, sam, roohi), roohi);
    assert_eq!(club.program.run_as(FlowId(99), log, ana, sam, roohi), Principal::NOBODY);
}

extern "C" {
    fn dlopen(path: *const std::ffi::c_char, flags: i32) -> *mut std::ffi::c_void;
    fn dlsym(library: *mut std::ffi::c_void, name: *const std::ffi::c_char) -> *mut std::ffi::c_void;
}

/// As if it were linked into the host: a test has no build of its own.
fn linked_club() -> *const policyc::sys::policy_image {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (object, library) = (folder.join("club.o"), folder.join("linked.so"));
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/club.policy");
    compiler(&["build".as_ref(), source.as_ref(), "-o".as_ref(), object.as_ref()]);
    let linked = std::process::Command::new("cc").arg("-shared").arg(object).arg("-o").arg(&library).status().unwrap();
    assert!(linked.success());
    let path = std::ffi::CString::new(library.into_os_string().into_encoded_bytes()).unwrap();
    // SAFETY: both names end with a zero; the library has only the image, and stays.
    unsafe { dlsym(dlopen(path.as_ptr(), 2), c"club_image".as_ptr()).cast() }
}

#[test]
fn a_linked_image_is_opened() {
    let image = linked_club();
    // SAFETY: policyc built it, and it stays.
    let open = |options: OpenOptions| unsafe { Program::open_linked(image, &options) };
    let program = open(OpenOptions::default()).unwrap();
    assert_eq!(program.info().unwrap().kind, ProgramKind::Linked);
    assert!(program.table("trip").is_ok());
    assert_eq!(status(open(OpenOptions { keys: Some(&[[7; 32]]), ..Default::default() })), Status::Invalid);
    let zeroes = "0".repeat(64);
    assert_eq!(status(open(OpenOptions { layout_hash: Some(&zeroes), ..Default::default() })), Status::Mismatch);
    // SAFETY: null may be asked about.
    assert_eq!(status(unsafe { Program::open_linked(std::ptr::null(), &OpenOptions::default()) }), Status::Invalid);
}

#[test]
fn a_handle_of_other_code_is_taken_over() {
    let club = club();
    let sam = club.sam(&[], &[club.skipper]);
    // SAFETY: the handle is the library's, and it is another owner's from then on.
    let same = unsafe { Program::from_raw(policyc::sys::policy_program_retain(club.program.as_raw())) }.unwrap();
    let record = same.record(club.trip).unwrap().owned_by(SAM).in_unit(NORTH);
    drop(club.program);
    assert!(same.check(&sam, club.trip, Right::Write, &record, None));
    // SAFETY: null may be given.
    assert_eq!(status(unsafe { Program::from_raw(std::ptr::null_mut()) }), Status::Invalid);
}

#[test]
fn whatever_points_to_a_subject_or_a_record_is_asked_about() {
    let club = club();
    let (sam, record) = (club.sam(&[], &[club.skipper]), club.record(SAM, NORTH));
    let (shared, boxed) = (std::sync::Arc::new(sam), Box::new(record));
    assert!(club.program.check(&shared, club.trip, Right::Write, &boxed, None));
    assert!(club.program.check(&&*shared, club.trip, Right::Write, &boxed.as_record(), None));
    assert!(club.program.check(&shared.as_subject(), club.trip, Right::Write, &&boxed, None));
}

#[test]
fn things_show_themselves_to_people() {
    let club = club();
    let context = club.program.context().unwrap();
    let shown = format!("{:?} {:?} {context:?}", club.sam(&[], &[]), club.record(ANA, NORTH));
    assert!(shown.contains("user: User(UserId(3))") && shown.contains("owner: User(UserId(4))"), "{shown}");
    assert!(shown.contains("Program(\"club\")"), "{shown}");
}

#[test]
fn principals_keep_their_kind() {
    assert_eq!(Principal::from(TeamId(7)).kind(), PrincipalKind::Team(TeamId(7)));
    assert_eq!(Principal::from(UnitId(7)).kind(), PrincipalKind::Unit(UnitId(7)));
    assert_eq!(Principal::ORGANIZATION.kind(), PrincipalKind::Organization);
    assert_eq!(Principal::SYSTEM.kind(), PrincipalKind::System);
    assert_eq!(Principal::from(UserId(1 << 29)), Principal::NOBODY);
    assert_eq!([ColumnId(64), ColumnId(3)].into_iter().collect::<Columns>(), Columns(8));
    assert!(Columns(8).contains(ColumnId(3)) && !Columns(8).contains(ColumnId(99)));
}

#[test]
fn many_threads_ask_about_one_subject() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let club = club();
    let (sam, record) = (club.sam(&[], &[club.skipper]), club.record(SAM, NORTH));
    is_shared(&(&club.program, &sam, &record));
    std::thread::scope(|all| {
        for _ in 0..8 {
            all.spawn(|| {
                for _ in 0..1000 {
                    assert!(club.program.check(&sam, club.trip, Right::Write, &record, None));
                    let other = club.sam(&[("region", "west".into())], &[club.member]);
                    assert!(!club.program.check(&other, club.trip, Right::Write, &record, None));
                }
            });
        }
    });
}
