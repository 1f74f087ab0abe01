//! The C interface of libpolicy, as `policy/policy.h` declares it; with the feature `jit` also `policy/jit.h`. The
//! headers say what each function does. The crate `policyc` has the safe interface.
#![no_std]
#![allow(non_camel_case_types, non_upper_case_globals, clippy::all)]

include!("bindings.rs");

/// `policy/jit.h`.
#[cfg(feature = "jit")]
pub mod jit;
