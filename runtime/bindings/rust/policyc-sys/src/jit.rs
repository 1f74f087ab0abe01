// Written by ../generate from policy/jit.h. Do not edit.
use crate::{policy_error, policy_program, policy_status};

pub type policy_severity = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_jit_options {
    pub struct_size: u32,
    pub reserved: u32,
    pub folder: *const ::core::ffi::c_char,
    pub cache_folder: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_diagnostics {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_diagnostic {
    pub struct_size: u32,
    pub severity: u32,
    pub code: *const ::core::ffi::c_char,
    pub message: *const ::core::ffi::c_char,
    pub file: *const ::core::ffi::c_char,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub rendered: *const ::core::ffi::c_char,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_jit_options"][::core::mem::size_of::<policy_jit_options>() - 24usize];
    ["Alignment of policy_jit_options"][::core::mem::align_of::<policy_jit_options>() - 8usize];
    ["Offset of field: policy_jit_options::struct_size"]
        [::core::mem::offset_of!(policy_jit_options, struct_size) - 0usize];
    ["Offset of field: policy_jit_options::reserved"][::core::mem::offset_of!(policy_jit_options, reserved) - 4usize];
    ["Offset of field: policy_jit_options::folder"][::core::mem::offset_of!(policy_jit_options, folder) - 8usize];
    ["Offset of field: policy_jit_options::cache_folder"]
        [::core::mem::offset_of!(policy_jit_options, cache_folder) - 16usize];
};
pub const POLICY_SEVERITY_WARNING: policy_severity = 1;
pub const POLICY_SEVERITY_ERROR: policy_severity = 2;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_diagnostic"][::core::mem::size_of::<policy_diagnostic>() - 56usize];
    ["Alignment of policy_diagnostic"][::core::mem::align_of::<policy_diagnostic>() - 8usize];
    ["Offset of field: policy_diagnostic::struct_size"]
        [::core::mem::offset_of!(policy_diagnostic, struct_size) - 0usize];
    ["Offset of field: policy_diagnostic::severity"][::core::mem::offset_of!(policy_diagnostic, severity) - 4usize];
    ["Offset of field: policy_diagnostic::code"][::core::mem::offset_of!(policy_diagnostic, code) - 8usize];
    ["Offset of field: policy_diagnostic::message"][::core::mem::offset_of!(policy_diagnostic, message) - 16usize];
    ["Offset of field: policy_diagnostic::file"][::core::mem::offset_of!(policy_diagnostic, file) - 24usize];
    ["Offset of field: policy_diagnostic::line"][::core::mem::offset_of!(policy_diagnostic, line) - 32usize];
    ["Offset of field: policy_diagnostic::column"][::core::mem::offset_of!(policy_diagnostic, column) - 36usize];
    ["Offset of field: policy_diagnostic::end_line"][::core::mem::offset_of!(policy_diagnostic, end_line) - 40usize];
    ["Offset of field: policy_diagnostic::end_column"]
        [::core::mem::offset_of!(policy_diagnostic, end_column) - 44usize];
    ["Offset of field: policy_diagnostic::rendered"][::core::mem::offset_of!(policy_diagnostic, rendered) - 48usize];
};
unsafe extern "C" {
    pub fn policy_jit_compile(
        name: *const ::core::ffi::c_char,
        text: *const ::core::ffi::c_char,
        size: usize,
        options: *const policy_jit_options,
        out: *mut *mut policy_program,
        diagnostics: *mut *mut policy_diagnostics,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_jit_compile_file(
        path: *const ::core::ffi::c_char,
        options: *const policy_jit_options,
        out: *mut *mut policy_program,
        diagnostics: *mut *mut policy_diagnostics,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_jit_wait(program: *const policy_program, error: *mut policy_error) -> policy_status;
    pub fn policy_diagnostics_count(diagnostics: *const policy_diagnostics) -> usize;
    pub fn policy_diagnostics_at(
        diagnostics: *const policy_diagnostics,
        index: usize,
        out: *mut policy_diagnostic,
    ) -> policy_status;
    pub fn policy_diagnostics_free(diagnostics: *mut policy_diagnostics);
}
