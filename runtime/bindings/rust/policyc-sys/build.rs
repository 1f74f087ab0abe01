//! Says where libpolicy is: in the folders of `POLICYC_LIB_DIR`, or where pkg-config says.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=POLICYC_LIB_DIR");
    println!("cargo::rerun-if-env-changed=PKG_CONFIG_PATH");
    let mut packages = vec![("policyc", "policy")];
    if std::env::var_os("CARGO_FEATURE_JIT").is_some() {
        packages.insert(0, ("policyc-jit", "policy_jit"));
    }
    let folders = std::env::var_os("POLICYC_LIB_DIR");
    if let Some(folders) = &folders {
        for folder in std::env::split_paths(folders) {
            println!("cargo::rustc-link-search=native={}", folder.display());
        }
    }
    for (package, library) in packages {
        if folders.is_none() {
            search(package);
        }
        println!("cargo::rustc-link-lib=dylib={library}");
    }
}

/// Without pkg-config, or where it does not know the package, the linker looks where it always does.
fn search(package: &str) {
    let program = std::env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let told = match Command::new(program).args(["--libs-only-L", package]).output() {
        Ok(told) if told.status.success() => told.stdout,
        _ => {
            println!("cargo::warning=pkg-config does not know {package}: set PKG_CONFIG_PATH or POLICYC_LIB_DIR");
            return;
        }
    };
    for folder in String::from_utf8_lossy(&told).split_whitespace().filter_map(|word| word.strip_prefix("-L")) {
        println!("cargo::rustc-link-search=native={folder}");
    }
}
