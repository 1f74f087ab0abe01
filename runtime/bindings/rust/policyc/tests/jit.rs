//! Policies compiled from text.
#![cfg(feature = "jit")]
#![allow(missing_docs)]

use std::fs;
use std::path::Path;

use policyc::jit::{compile, compile_file, wait, CompileOptions, Severity};
use policyc::{Interval, ProgramKind, Right, RoleHeld, Standing, Status, UserId};

const TEXT: &str = "policy boats follows guide
table boat owned by user
role skipper { boat: read, write at user }
";

#[test]
fn a_text_becomes_a_program() {
    let (boats, told) = compile("boats.policy", TEXT, &CompileOptions::default()).unwrap();
    assert!(told.is_empty());
    let info = boats.info().unwrap();
    assert_eq!((info.kind, info.policy_name.as_str()), (ProgramKind::Jit, "boats"));
    wait(&boats).unwrap();
    let boat = boats.table("boat").unwrap();
    let roles = [RoleHeld::own(boats.role("skipper").unwrap(), Interval::default())];
    let sam = boats.resolve(&Standing { user: UserId(3), roles: &roles, ..Standing::default() }).unwrap();
    for (owner, allowed) in [(UserId(3), true), (UserId(4), false)] {
        let record = boats.record(boat).unwrap().owned_by(owner);
        assert_eq!(boats.check(&sam, boat, Right::Write, &record, None), allowed);
    }
}

#[test]
fn mistakes_are_told_with_their_places() {
    let text = TEXT.replace("boat:", "boot:");
    let mistakes = compile("boats.policy", &text, &CompileOptions::default()).unwrap_err();
    assert_eq!(mistakes.error.status(), Status::NotCompiled);
    let first = &mistakes.diagnostics[0];
    assert_eq!((first.severity, first.file.as_str(), first.line), (Severity::Error, "boats.policy", 3));
    assert!(first.code.starts_with('E') && first.column > 0 && first.end_column > first.column);
    assert!(mistakes.to_string().contains("boot"));
}

#[test]
fn warnings_come_with_a_program() {
    let text = TEXT.to_owned() + "role nobody { boat: read at none }\n";
    let (_, told) = compile("boats.policy", &text, &CompileOptions::default()).unwrap();
    assert_eq!(told[0].severity, Severity::Warning);
}

#[test]
fn files_use_their_folder() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("jit-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("boats.policy"), TEXT).unwrap();
    let text = "policy club follows guide\nuse boats\nrole mate includes skipper {}\n";
    fs::write(folder.join("club.policy"), text).unwrap();
    compile_file(folder.join("club.policy"), &CompileOptions::default()).unwrap();
    let options = CompileOptions { folder: Some(&folder), ..CompileOptions::default() };
    compile("club.policy", text, &options).unwrap();
    assert!(compile_file(folder.join("none.policy"), &options).is_err());
    assert_eq!(compile("a\0b", text, &options).unwrap_err().error.status(), Status::Invalid);
    fs::remove_dir_all(folder).unwrap();
}
