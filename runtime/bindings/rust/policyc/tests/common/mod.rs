//! What the tests ask about: an image of ../testing/club.policy, and a store with a few facts.
#![allow(dead_code, missing_docs)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use policyc::*;

/// Built once, with the compiler of the build directory POLICYC_BUILD.
pub fn image(name: &str) -> &'static Path {
    static CLUB: OnceLock<PathBuf> = OnceLock::new();
    static NEXT: OnceLock<PathBuf> = OnceLock::new();
    let of = if name == "club" { &CLUB } else { &NEXT };
    of.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("{name}-{}.policy.so", env!("CARGO_CRATE_NAME")));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../testing/{name}.policy"));
        compiler(&["build".as_ref(), source.as_ref(), "-o".as_ref(), path.as_ref()]);
        path
    })
}

/// What it says.
pub fn compiler(arguments: &[&OsStr]) -> String {
    let build = std::env::var_os("POLICYC_BUILD").expect("POLICYC_BUILD names the build directory");
    let told = Command::new(Path::new(&build).join("bin/policyc")).args(arguments).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

pub const SAM: UserId = UserId(3);
pub const ANA: UserId = UserId(4);
pub const NORTH: UnitId = UnitId(1);
pub const SOUTH: UnitId = UnitId(3);

pub struct Club {
    pub program: Program,
    pub trip: TableId,
    pub city: TableId,
    pub skipper: RoleId,
    pub member: RoleId,
    pub admiral: RoleId,
}

pub fn club() -> Club {
    let program = Program::open(image("club")).unwrap();
    let (trip, city) = (program.table("trip").unwrap(), program.table("city").unwrap());
    let role = |name| program.role(name).unwrap();
    let (skipper, member, admiral) = (role("skipper"), role("member"), role("admiral"));
    Club { trip, city, skipper, member, admiral, program }
}

impl Club {
    /// Sam is in unit 1, below which 2 is, and holds the roles himself.
    pub fn sam(&self, values: &[(&str, Value)], roles: &[RoleId]) -> Subject {
        let anchor = Interval { first: NORTH, last: UnitId(2) };
        let roles: Vec<_> = roles.iter().map(|role| RoleHeld::own(*role, anchor)).collect();
        let standing = Standing { user: SAM, unit: NORTH, roles: &roles, values, ..Standing::default() };
        self.program.resolve(&standing).unwrap()
    }

    pub fn record(&self, owner: UserId, unit: UnitId) -> Record {
        self.program.record(self.trip).unwrap().owned_by(owner).in_unit(unit)
    }
}

pub struct World {
    pub store: Store,
    pub club: Club,
    pub root: UnitId,
    pub north: UnitId,
    pub south: UnitId,
    pub sam: UserId,
    pub ana: UserId,
    pub roohi: UserId,
    pub hers: RowId,
    pub his: RowId,
    pub revision: Revision,
}

pub fn world() -> World {
    let club = club();
    let store = Store::new(&club.program).unwrap();
    let (facts, revision) = store
        .update(|facts| {
            let root = facts.add_unit(None)?;
            let (north, south) = (facts.add_unit(Some(root))?, facts.add_unit(Some(root))?);
            let (sam, ana, roohi) = (facts.add_user(north)?, facts.add_user(north)?, facts.add_user(root)?);
            for (user, name) in [(sam, "sam"), (ana, "ana"), (roohi, "roohi")] {
                facts.set_user_name(user, name)?;
            }
            facts.give_role(sam, club.skipper, north)?;
            facts.give_role(ana, club.member, north)?;
            facts.give_role(roohi, club.admiral, root)?;
            let hers = facts.add_row(&Row::new(club.trip, ana).with("status", "open"))?;
            let his = facts.add_row(&Row::new(club.trip, sam).with("status", "closed").with("distance_km", 12))?;
            Ok::<_, Error>((root, north, south, sam, ana, roohi, hers, his))
        })
        .unwrap();
    let (root, north, south, sam, ana, roohi, hers, his) = facts;
    World { store, club, root, north, south, sam, ana, roohi, hers, his, revision }
}

pub fn status<T>(result: Result<T>) -> Status {
    result.err().expect("an error").status()
}

/// Numbers that look random and are the same each time.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32 % limit
    }
}
