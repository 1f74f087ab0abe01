//! The bindings are those of the headers.
#![allow(missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Without comments.
fn code(path: &str) -> String {
    let text = read(path);
    let mut code = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect()
}

#[test]
fn every_function_and_number_of_the_headers_is_here() {
    let bindings = read("src/bindings.rs") + &read("src/jit.rs");
    let there = words(&bindings);
    for header in ["policy.h", "jit.h", "layout.h", "columns.h"] {
        let text = code(&format!("../../../include/policy/{header}"));
        for word in words(&text) {
            let is_number = word.starts_with("POLICY_") && text.contains(&format!("  {word} = "));
            let is_function = word.starts_with("policy_") && text.contains(&format!(" {word}("));
            let is_pointer = text.contains(&format!("*{word}("));
            if is_number || (is_function && !is_pointer) || is_pointer && word.starts_with("policy_") {
                assert!(there.contains(word), "{header}: {word} has no binding: run ./generate");
            }
        }
    }
}

/// What the bindings say of numbers, sizes and offsets, as C that does not compile where it is not so.
fn assertions(bindings: &str) -> String {
    let text = bindings.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut c = String::from("#include \"policy/jit.h\"\n");
    for item in text.split("pub const POLICY_").skip(1) {
        let (name, rest) = item.split_once(':').unwrap();
        let value = rest.split_once("= ").unwrap().1.split_once(';').unwrap().0;
        c += &format!("_Static_assert(POLICY_{name} == {value}u, \"POLICY_{name}\");\n");
    }
    for item in text.split("[\"Size of ").skip(1) {
        let name = item.split_once('"').unwrap().0;
        c += &format!("_Static_assert(sizeof({name}) == {}, \"{name}\");\n", number_of(item));
    }
    for item in text.split("[\"Offset of field: ").skip(1) {
        let (name, field) = item.split_once('"').unwrap().0.split_once("::").unwrap();
        let field = field.trim_end_matches('_');
        c += &format!("_Static_assert(offsetof({name}, {field}) == {}, \"{name}.{field}\");\n", number_of(item));
    }
    c
}

/// `... - 24usize]`.
fn number_of(item: &str) -> &str {
    item.split_once("usize]").unwrap().0.rsplit_once("- ").unwrap().1
}

#[test]
fn numbers_sizes_and_offsets_are_those_of_the_headers() {
    let text = assertions(&(read("src/bindings.rs") + &read("src/jit.rs")));
    assert!(text.lines().count() > 300, "{text}");
    let file = std::env::temp_dir().join(format!("policyc-sys-{}.c", std::process::id()));
    fs::write(&file, text).unwrap();
    let include = here("../../../include");
    let told = Command::new("cc").arg("-fsyntax-only").arg("-I").arg(include).arg(&file).output();
    fs::remove_file(&file).unwrap();
    let told = told.expect("cc, which links this test too");
    assert!(told.status.success(), "run ./generate:\n{}", String::from_utf8_lossy(&told.stderr));
}

#[test]
fn the_bindings_are_written_from_these_headers() {
    let folder = std::env::temp_dir().join(format!("policyc-sys-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let told = Command::new(here("generate")).arg(&folder).output().unwrap();
    if told.status.code() == Some(77) {
        eprint!("{}", String::from_utf8_lossy(&told.stderr));
    } else {
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        for file in ["bindings.rs", "jit.rs"] {
            let written = fs::read_to_string(folder.join(file)).unwrap();
            assert!(written == read(&format!("src/{file}")), "src/{file} is not of these headers: run ./generate");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_library_is_of_this_version() {
    // SAFETY: takes nothing.
    let version = unsafe { policyc_sys::policy_abi_version() };
    assert_eq!(version, policyc_sys::POLICY_ABI_VERSION);
}
