// Written by ../generate from policy/policy.h. Do not edit.
pub type policy_principal = u32;
pub type policy_principal_kind = ::core::ffi::c_uint;
pub type policy_right = ::core::ffi::c_uint;
pub type policy_level = ::core::ffi::c_uint;
pub type policy_reason = ::core::ffi::c_uint;
pub type policy_effect = ::core::ffi::c_uint;
pub type policy_reach_flags = ::core::ffi::c_uint;
pub type policy_check_function = ::core::option::Option<
    unsafe extern "C" fn(
        arg1: *const policy_subject,
        arg2: *const policy_reach,
        arg3: *const policy_record,
        arg4: *const policy_context,
    ) -> i32,
>;
pub type policy_decide_function = ::core::option::Option<
    unsafe extern "C" fn(
        arg1: *const policy_subject,
        arg2: *const policy_reach,
        arg3: *const policy_record,
        arg4: *const policy_context,
    ) -> u64,
>;
pub type policy_run_as_function = ::core::option::Option<
    unsafe extern "C" fn(
        triggering: policy_principal,
        record_owner: policy_principal,
        named: policy_principal,
    ) -> policy_principal,
>;
pub type policy_filter_function = ::core::option::Option<
    unsafe extern "C" fn(
        arg1: *const policy_subject,
        arg2: *const policy_reach,
        arg3: *const policy_columns,
        arg4: *const policy_context,
        bitmap: *mut u64,
    ),
>;
pub type policy_status = ::core::ffi::c_uint;
pub type policy_program_kind = ::core::ffi::c_uint;
pub type policy_name_kind = ::core::ffi::c_uint;
pub type policy_ownership = ::core::ffi::c_uint;
pub type policy_type = ::core::ffi::c_uint;
pub type policy_replace_flags = ::core::ffi::c_uint;
pub type policy_replace_told = ::core::option::Option<
    unsafe extern "C" fn(self_: *mut ::core::ffi::c_void, is_lost: i32, what: *const ::core::ffi::c_char),
>;
pub type policy_team_kind = ::core::ffi::c_uint;
pub type policy_access_mode = ::core::ffi::c_uint;
pub type policy_operation_kind = ::core::ffi::c_uint;
pub type policy_change_kind = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_interval {
    pub first: u32,
    pub last: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_reach {
    pub first: u32,
    pub count: u32,
    pub own: u32,
    pub flags: u32,
    pub lists: u32,
    pub interval_count: u32,
    pub owner_count: u32,
    pub away_count: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_report {
    pub principal: policy_principal,
    pub rights: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_subject {
    pub struct_size: u32,
    pub user: policy_principal,
    pub unit_index: u32,
    pub slot_count: u32,
    pub team_count: u32,
    pub report_count: u32,
    pub reaches: *const policy_reach,
    pub lists: *const u32,
    pub attributes: *const u8,
    pub reports: *const policy_report,
    pub profile: *const ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_share {
    pub principal: policy_principal,
    pub rights: u16,
    pub inherited: u16,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_share_list {
    pub count: u32,
    pub reserved: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_record {
    pub owner: policy_principal,
    pub owning_unit: u32,
    pub shares: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_context {
    pub struct_size: u32,
    pub reserved: u32,
    pub attributes: *const u8,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_string {
    pub data: *const ::core::ffi::c_char,
    pub size: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_decision {
    pub effect: u8,
    pub reason: u8,
    pub held: u8,
    pub needed: u8,
    pub grant: u32,
    pub role: u32,
    pub through: policy_principal,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_column {
    pub values: *const ::core::ffi::c_void,
    pub present: *const u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_columns {
    pub struct_size: u32,
    pub attribute_count: u32,
    pub count: u64,
    pub owner: *const policy_principal,
    pub owning_unit: *const u32,
    pub away: *const u64,
    pub share_begin: *const u32,
    pub shares: *const policy_share,
    pub attributes: *const policy_column,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_error {
    pub struct_size: u32,
    pub status: policy_status,
    pub message: [::core::ffi::c_char; 504usize],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_build_info {
    pub struct_size: u32,
    pub abi_version: u32,
    pub version: *const ::core::ffi::c_char,
    pub compiler: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_program {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_open_options {
    pub struct_size: u32,
    pub key_count: u32,
    pub keys: *const u8,
    pub policy_hash: *const ::core::ffi::c_char,
    pub layout_hash: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_image {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_program_info {
    pub struct_size: u32,
    pub kind: u32,
    pub abi_version: u32,
    pub slot_count: u32,
    pub policy_name: *const ::core::ffi::c_char,
    pub policy_hash: *const ::core::ffi::c_char,
    pub layout_hash: *const ::core::ffi::c_char,
    pub compiler: *const ::core::ffi::c_char,
    pub llvm: *const ::core::ffi::c_char,
    pub target: *const ::core::ffi::c_char,
    pub cpu: *const ::core::ffi::c_char,
    pub signer: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_table_info {
    pub struct_size: u32,
    pub ownership: u32,
    pub rights: u32,
    pub attribute_bytes: u32,
    pub columns: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_attribute_info {
    pub struct_size: u32,
    pub type_: u32,
    pub offset: u32,
    pub size: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_grant_info {
    pub struct_size: u32,
    pub role: u32,
    pub table: u32,
    pub right: u32,
    pub level: u32,
    pub line: u32,
    pub column: u32,
    pub conditional: u32,
    pub file: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_step_info {
    pub struct_size: u32,
    pub right: u32,
    pub table: u32,
    pub bounded: u32,
    pub named_user: *const ::core::ffi::c_char,
    pub bounded_by: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_role_held {
    pub holder: policy_principal,
    pub role: u32,
    pub anchor: policy_interval,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_standing {
    pub struct_size: u32,
    pub user: policy_principal,
    pub unit: u32,
    pub team_count: u32,
    pub role_count: u32,
    pub report_count: u32,
    pub teams: *const policy_principal,
    pub roles: *const policy_role_held,
    pub reports: *const policy_report,
    pub attributes: *const ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_entry {
    pub struct_size: u32,
    pub base: u32,
    pub check: policy_check_function,
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_store {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_transaction {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_reader {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_store_options {
    pub struct_size: u32,
    pub no_lists: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_value {
    pub attribute: u32,
    pub is_set: u32,
    pub number: u64,
    pub high: i64,
    pub text: *const ::core::ffi::c_char,
    pub text_size: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_link {
    pub relationship: u32,
    pub parent: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_row {
    pub struct_size: u32,
    pub table: u32,
    pub owner: policy_principal,
    pub unit: u32,
    pub is_inactive: u32,
    pub value_count: u32,
    pub link_count: u32,
    pub reserved: u32,
    pub columns: u64,
    pub values: *const policy_value,
    pub links: *const policy_link,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_operation {
    pub struct_size: u32,
    pub kind: u32,
    pub user: u32,
    pub impersonator: u32,
    pub row: u32,
    pub principal: policy_principal,
    pub rights: u32,
    pub other: u32,
    pub relationship: u32,
    pub unit: u32,
    pub team: u32,
    pub value_count: u32,
    pub link_count: u32,
    pub ignores_sign_in: u32,
    pub columns_named: u64,
    pub columns: u64,
    pub proposed: *const policy_row,
    pub values: *const policy_value,
    pub links: *const policy_link,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_answer {
    pub allowed: u32,
    pub reason: u32,
    pub party: policy_principal,
    pub right: u32,
    pub table: u32,
    pub row: u32,
    pub privilege: u32,
    pub column: u32,
    pub decision: policy_decision,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_change {
    pub kind: u32,
    pub row: u32,
    pub principal: policy_principal,
    pub relationship: u32,
    pub team: u32,
    pub from: u32,
    pub from_owner: u32,
    pub before: u32,
    pub after: u32,
    pub through: u32,
    pub above: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_outcome {
    pub struct_size: u32,
    pub row: u32,
    pub answer: policy_answer,
    pub changes: *const policy_change,
    pub change_count: u64,
    pub hidden_columns: u64,
    pub unmasked_columns: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_run_as_answer {
    pub struct_size: u32,
    pub is_system: u32,
    pub user: u32,
    pub impersonator: u32,
    pub escalates: u32,
    pub reserved: u32,
    pub answer: policy_answer,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_cursor {
    pub key: u64,
    pub source: u32,
    pub number: u32,
    pub version: u64,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_column_rights {
    pub struct_size: u32,
    pub reserved: u32,
    pub secured: u64,
    pub read: u64,
    pub create: u64,
    pub update: u64,
    pub read_unmasked: u64,
    pub read_one_unmasked: u64,
}
#[repr(C)]
#[derive(Debug)]
pub struct policy_log {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_log_options {
    pub struct_size: u32,
    pub ring_size: u32,
    pub file_bytes: u64,
    pub files_kept: u32,
    pub denials_only: u32,
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct policy_log_counts {
    pub struct_size: u32,
    pub reserved: u32,
    pub written: u64,
    pub dropped: u64,
    pub failed: u64,
}
pub const POLICY_PRINCIPAL_SHIFT: u32 = 29;
pub const POLICY_PRINCIPAL_LIMIT: u32 = 536870912;
pub const POLICY_NONE: u32 = 4294967295;
pub const POLICY_EVERYWHERE_FIRST: u32 = 4294967295;
pub const POLICY_EVERYWHERE_COUNT: u32 = 4294967295;
pub const POLICY_SELF: u32 = 4294967295;
pub const POLICY_AWAY: u32 = 1;
pub const POLICY_ABI_VERSION: u32 = 1;
pub const POLICY_KEY_BYTES: u32 = 32;
pub const POLICY_TEXT_LIMIT: u32 = 1048576;
pub const POLICY_NOBODY: policy_principal_kind = 0;
pub const POLICY_USER: policy_principal_kind = 1;
pub const POLICY_TEAM: policy_principal_kind = 2;
pub const POLICY_UNIT: policy_principal_kind = 3;
pub const POLICY_ORGANIZATION: policy_principal_kind = 4;
pub const POLICY_SYSTEM: policy_principal_kind = 5;
pub const POLICY_RIGHT_create: policy_right = 0;
pub const POLICY_RIGHT_read: policy_right = 1;
pub const POLICY_RIGHT_delete: policy_right = 2;
pub const POLICY_RIGHT_write: policy_right = 3;
pub const POLICY_RIGHT_append: policy_right = 4;
pub const POLICY_RIGHT_append_to: policy_right = 5;
pub const POLICY_RIGHT_assign: policy_right = 6;
pub const POLICY_RIGHT_share: policy_right = 7;
pub const POLICY_RIGHT_COUNT: policy_right = 8;
pub const POLICY_LEVEL_none: policy_level = 0;
pub const POLICY_LEVEL_user: policy_level = 1;
pub const POLICY_LEVEL_business_unit: policy_level = 2;
pub const POLICY_LEVEL_parent_child: policy_level = 3;
pub const POLICY_LEVEL_organization: policy_level = 4;
pub const POLICY_REASON_none: policy_reason = 0;
pub const POLICY_REASON_owner: policy_reason = 1;
pub const POLICY_REASON_team_owner: policy_reason = 2;
pub const POLICY_REASON_role_level: policy_reason = 3;
pub const POLICY_REASON_share: policy_reason = 4;
pub const POLICY_REASON_inherited_share: policy_reason = 5;
pub const POLICY_REASON_hierarchy: policy_reason = 6;
pub const POLICY_REASON_no_privilege: policy_reason = 7;
pub const POLICY_REASON_level: policy_reason = 8;
pub const POLICY_REASON_condition: policy_reason = 9;
pub const POLICY_REASON_needs_read: policy_reason = 10;
pub const POLICY_REASON_column: policy_reason = 11;
pub const POLICY_REASON_restrict: policy_reason = 12;
pub const POLICY_REASON_other_party: policy_reason = 13;
pub const POLICY_REASON_not_held: policy_reason = 14;
pub const POLICY_REASON_cannot_own: policy_reason = 15;
pub const POLICY_REASON_cycle: policy_reason = 16;
pub const POLICY_REASON_classic_units: policy_reason = 17;
pub const POLICY_REASON_not_same_table: policy_reason = 18;
pub const POLICY_REASON_system_managed: policy_reason = 19;
pub const POLICY_REASON_access_team: policy_reason = 20;
pub const POLICY_REASON_disabled: policy_reason = 21;
pub const POLICY_REASON_no_act_on_behalf: policy_reason = 22;
pub const POLICY_REASON_illegal: policy_reason = 23;
pub const POLICY_REASON_unknown: policy_reason = 24;
pub const POLICY_REASON_access_mode: policy_reason = 25;
pub const POLICY_REASON_COUNT: policy_reason = 26;
pub const POLICY_DENY: policy_effect = 0;
pub const POLICY_ALLOW: policy_effect = 1;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_interval"][::core::mem::size_of::<policy_interval>() - 8usize];
    ["Alignment of policy_interval"][::core::mem::align_of::<policy_interval>() - 4usize];
    ["Offset of field: policy_interval::first"][::core::mem::offset_of!(policy_interval, first) - 0usize];
    ["Offset of field: policy_interval::last"][::core::mem::offset_of!(policy_interval, last) - 4usize];
};
pub const POLICY_REACH_HELD: policy_reach_flags = 1;
pub const POLICY_REACH_SHARE_USER: policy_reach_flags = 2;
pub const POLICY_REACH_SHARE_UNIT: policy_reach_flags = 4;
pub const POLICY_REACH_UNIT_LEVEL: policy_reach_flags = 8;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_reach"][::core::mem::size_of::<policy_reach>() - 32usize];
    ["Alignment of policy_reach"][::core::mem::align_of::<policy_reach>() - 4usize];
    ["Offset of field: policy_reach::first"][::core::mem::offset_of!(policy_reach, first) - 0usize];
    ["Offset of field: policy_reach::count"][::core::mem::offset_of!(policy_reach, count) - 4usize];
    ["Offset of field: policy_reach::own"][::core::mem::offset_of!(policy_reach, own) - 8usize];
    ["Offset of field: policy_reach::flags"][::core::mem::offset_of!(policy_reach, flags) - 12usize];
    ["Offset of field: policy_reach::lists"][::core::mem::offset_of!(policy_reach, lists) - 16usize];
    ["Offset of field: policy_reach::interval_count"][::core::mem::offset_of!(policy_reach, interval_count) - 20usize];
    ["Offset of field: policy_reach::owner_count"][::core::mem::offset_of!(policy_reach, owner_count) - 24usize];
    ["Offset of field: policy_reach::away_count"][::core::mem::offset_of!(policy_reach, away_count) - 28usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_report"][::core::mem::size_of::<policy_report>() - 8usize];
    ["Alignment of policy_report"][::core::mem::align_of::<policy_report>() - 4usize];
    ["Offset of field: policy_report::principal"][::core::mem::offset_of!(policy_report, principal) - 0usize];
    ["Offset of field: policy_report::rights"][::core::mem::offset_of!(policy_report, rights) - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_subject"][::core::mem::size_of::<policy_subject>() - 64usize];
    ["Alignment of policy_subject"][::core::mem::align_of::<policy_subject>() - 8usize];
    ["Offset of field: policy_subject::struct_size"][::core::mem::offset_of!(policy_subject, struct_size) - 0usize];
    ["Offset of field: policy_subject::user"][::core::mem::offset_of!(policy_subject, user) - 4usize];
    ["Offset of field: policy_subject::unit_index"][::core::mem::offset_of!(policy_subject, unit_index) - 8usize];
    ["Offset of field: policy_subject::slot_count"][::core::mem::offset_of!(policy_subject, slot_count) - 12usize];
    ["Offset of field: policy_subject::team_count"][::core::mem::offset_of!(policy_subject, team_count) - 16usize];
    ["Offset of field: policy_subject::report_count"][::core::mem::offset_of!(policy_subject, report_count) - 20usize];
    ["Offset of field: policy_subject::reaches"][::core::mem::offset_of!(policy_subject, reaches) - 24usize];
    ["Offset of field: policy_subject::lists"][::core::mem::offset_of!(policy_subject, lists) - 32usize];
    ["Offset of field: policy_subject::attributes"][::core::mem::offset_of!(policy_subject, attributes) - 40usize];
    ["Offset of field: policy_subject::reports"][::core::mem::offset_of!(policy_subject, reports) - 48usize];
    ["Offset of field: policy_subject::profile"][::core::mem::offset_of!(policy_subject, profile) - 56usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_share"][::core::mem::size_of::<policy_share>() - 8usize];
    ["Alignment of policy_share"][::core::mem::align_of::<policy_share>() - 4usize];
    ["Offset of field: policy_share::principal"][::core::mem::offset_of!(policy_share, principal) - 0usize];
    ["Offset of field: policy_share::rights"][::core::mem::offset_of!(policy_share, rights) - 4usize];
    ["Offset of field: policy_share::inherited"][::core::mem::offset_of!(policy_share, inherited) - 6usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_share_list"][::core::mem::size_of::<policy_share_list>() - 8usize];
    ["Alignment of policy_share_list"][::core::mem::align_of::<policy_share_list>() - 4usize];
    ["Offset of field: policy_share_list::count"][::core::mem::offset_of!(policy_share_list, count) - 0usize];
    ["Offset of field: policy_share_list::reserved"][::core::mem::offset_of!(policy_share_list, reserved) - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_record"][::core::mem::size_of::<policy_record>() - 16usize];
    ["Alignment of policy_record"][::core::mem::align_of::<policy_record>() - 8usize];
    ["Offset of field: policy_record::owner"][::core::mem::offset_of!(policy_record, owner) - 0usize];
    ["Offset of field: policy_record::owning_unit"][::core::mem::offset_of!(policy_record, owning_unit) - 4usize];
    ["Offset of field: policy_record::shares"][::core::mem::offset_of!(policy_record, shares) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_context"][::core::mem::size_of::<policy_context>() - 16usize];
    ["Alignment of policy_context"][::core::mem::align_of::<policy_context>() - 8usize];
    ["Offset of field: policy_context::struct_size"][::core::mem::offset_of!(policy_context, struct_size) - 0usize];
    ["Offset of field: policy_context::reserved"][::core::mem::offset_of!(policy_context, reserved) - 4usize];
    ["Offset of field: policy_context::attributes"][::core::mem::offset_of!(policy_context, attributes) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_string"][::core::mem::size_of::<policy_string>() - 16usize];
    ["Alignment of policy_string"][::core::mem::align_of::<policy_string>() - 8usize];
    ["Offset of field: policy_string::data"][::core::mem::offset_of!(policy_string, data) - 0usize];
    ["Offset of field: policy_string::size"][::core::mem::offset_of!(policy_string, size) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_decision"][::core::mem::size_of::<policy_decision>() - 16usize];
    ["Alignment of policy_decision"][::core::mem::align_of::<policy_decision>() - 4usize];
    ["Offset of field: policy_decision::effect"][::core::mem::offset_of!(policy_decision, effect) - 0usize];
    ["Offset of field: policy_decision::reason"][::core::mem::offset_of!(policy_decision, reason) - 1usize];
    ["Offset of field: policy_decision::held"][::core::mem::offset_of!(policy_decision, held) - 2usize];
    ["Offset of field: policy_decision::needed"][::core::mem::offset_of!(policy_decision, needed) - 3usize];
    ["Offset of field: policy_decision::grant"][::core::mem::offset_of!(policy_decision, grant) - 4usize];
    ["Offset of field: policy_decision::role"][::core::mem::offset_of!(policy_decision, role) - 8usize];
    ["Offset of field: policy_decision::through"][::core::mem::offset_of!(policy_decision, through) - 12usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_column"][::core::mem::size_of::<policy_column>() - 16usize];
    ["Alignment of policy_column"][::core::mem::align_of::<policy_column>() - 8usize];
    ["Offset of field: policy_column::values"][::core::mem::offset_of!(policy_column, values) - 0usize];
    ["Offset of field: policy_column::present"][::core::mem::offset_of!(policy_column, present) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_columns"][::core::mem::size_of::<policy_columns>() - 64usize];
    ["Alignment of policy_columns"][::core::mem::align_of::<policy_columns>() - 8usize];
    ["Offset of field: policy_columns::struct_size"][::core::mem::offset_of!(policy_columns, struct_size) - 0usize];
    ["Offset of field: policy_columns::attribute_count"]
        [::core::mem::offset_of!(policy_columns, attribute_count) - 4usize];
    ["Offset of field: policy_columns::count"][::core::mem::offset_of!(policy_columns, count) - 8usize];
    ["Offset of field: policy_columns::owner"][::core::mem::offset_of!(policy_columns, owner) - 16usize];
    ["Offset of field: policy_columns::owning_unit"][::core::mem::offset_of!(policy_columns, owning_unit) - 24usize];
    ["Offset of field: policy_columns::away"][::core::mem::offset_of!(policy_columns, away) - 32usize];
    ["Offset of field: policy_columns::share_begin"][::core::mem::offset_of!(policy_columns, share_begin) - 40usize];
    ["Offset of field: policy_columns::shares"][::core::mem::offset_of!(policy_columns, shares) - 48usize];
    ["Offset of field: policy_columns::attributes"][::core::mem::offset_of!(policy_columns, attributes) - 56usize];
};
pub const POLICY_OK: policy_status = 0;
pub const POLICY_INVALID: policy_status = 1;
pub const POLICY_UNKNOWN: policy_status = 2;
pub const POLICY_ILLEGAL: policy_status = 3;
pub const POLICY_NOT_READABLE: policy_status = 4;
pub const POLICY_DAMAGED: policy_status = 5;
pub const POLICY_FOREIGN: policy_status = 6;
pub const POLICY_NEWER: policy_status = 7;
pub const POLICY_MISMATCH: policy_status = 8;
pub const POLICY_UNTRUSTED: policy_status = 9;
pub const POLICY_MISSING: policy_status = 10;
pub const POLICY_SHORT: policy_status = 11;
pub const POLICY_STALE: policy_status = 12;
pub const POLICY_BUSY: policy_status = 13;
pub const POLICY_REFUSED: policy_status = 14;
pub const POLICY_LOSSY: policy_status = 15;
pub const POLICY_NO_MEMORY: policy_status = 16;
pub const POLICY_INTERNAL: policy_status = 17;
pub const POLICY_NOT_COMPILED: policy_status = 18;
pub const POLICY_STATUS_COUNT: policy_status = 19;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_error"][::core::mem::size_of::<policy_error>() - 512usize];
    ["Alignment of policy_error"][::core::mem::align_of::<policy_error>() - 4usize];
    ["Offset of field: policy_error::struct_size"][::core::mem::offset_of!(policy_error, struct_size) - 0usize];
    ["Offset of field: policy_error::status"][::core::mem::offset_of!(policy_error, status) - 4usize];
    ["Offset of field: policy_error::message"][::core::mem::offset_of!(policy_error, message) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_build_info"][::core::mem::size_of::<policy_build_info>() - 24usize];
    ["Alignment of policy_build_info"][::core::mem::align_of::<policy_build_info>() - 8usize];
    ["Offset of field: policy_build_info::struct_size"]
        [::core::mem::offset_of!(policy_build_info, struct_size) - 0usize];
    ["Offset of field: policy_build_info::abi_version"]
        [::core::mem::offset_of!(policy_build_info, abi_version) - 4usize];
    ["Offset of field: policy_build_info::version"][::core::mem::offset_of!(policy_build_info, version) - 8usize];
    ["Offset of field: policy_build_info::compiler"][::core::mem::offset_of!(policy_build_info, compiler) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_open_options"][::core::mem::size_of::<policy_open_options>() - 32usize];
    ["Alignment of policy_open_options"][::core::mem::align_of::<policy_open_options>() - 8usize];
    ["Offset of field: policy_open_options::struct_size"]
        [::core::mem::offset_of!(policy_open_options, struct_size) - 0usize];
    ["Offset of field: policy_open_options::key_count"]
        [::core::mem::offset_of!(policy_open_options, key_count) - 4usize];
    ["Offset of field: policy_open_options::keys"][::core::mem::offset_of!(policy_open_options, keys) - 8usize];
    ["Offset of field: policy_open_options::policy_hash"]
        [::core::mem::offset_of!(policy_open_options, policy_hash) - 16usize];
    ["Offset of field: policy_open_options::layout_hash"]
        [::core::mem::offset_of!(policy_open_options, layout_hash) - 24usize];
};
pub const POLICY_PROGRAM_IMAGE: policy_program_kind = 1;
pub const POLICY_PROGRAM_LINKED: policy_program_kind = 2;
pub const POLICY_PROGRAM_JIT: policy_program_kind = 3;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_program_info"][::core::mem::size_of::<policy_program_info>() - 80usize];
    ["Alignment of policy_program_info"][::core::mem::align_of::<policy_program_info>() - 8usize];
    ["Offset of field: policy_program_info::struct_size"]
        [::core::mem::offset_of!(policy_program_info, struct_size) - 0usize];
    ["Offset of field: policy_program_info::kind"][::core::mem::offset_of!(policy_program_info, kind) - 4usize];
    ["Offset of field: policy_program_info::abi_version"]
        [::core::mem::offset_of!(policy_program_info, abi_version) - 8usize];
    ["Offset of field: policy_program_info::slot_count"]
        [::core::mem::offset_of!(policy_program_info, slot_count) - 12usize];
    ["Offset of field: policy_program_info::policy_name"]
        [::core::mem::offset_of!(policy_program_info, policy_name) - 16usize];
    ["Offset of field: policy_program_info::policy_hash"]
        [::core::mem::offset_of!(policy_program_info, policy_hash) - 24usize];
    ["Offset of field: policy_program_info::layout_hash"]
        [::core::mem::offset_of!(policy_program_info, layout_hash) - 32usize];
    ["Offset of field: policy_program_info::compiler"]
        [::core::mem::offset_of!(policy_program_info, compiler) - 40usize];
    ["Offset of field: policy_program_info::llvm"][::core::mem::offset_of!(policy_program_info, llvm) - 48usize];
    ["Offset of field: policy_program_info::target"][::core::mem::offset_of!(policy_program_info, target) - 56usize];
    ["Offset of field: policy_program_info::cpu"][::core::mem::offset_of!(policy_program_info, cpu) - 64usize];
    ["Offset of field: policy_program_info::signer"][::core::mem::offset_of!(policy_program_info, signer) - 72usize];
};
pub const POLICY_NAME_TABLE: policy_name_kind = 0;
pub const POLICY_NAME_RIGHT: policy_name_kind = 1;
pub const POLICY_NAME_LEVEL: policy_name_kind = 2;
pub const POLICY_NAME_REASON: policy_name_kind = 3;
pub const POLICY_NAME_ROLE: policy_name_kind = 4;
pub const POLICY_NAME_PRIVILEGE: policy_name_kind = 5;
pub const POLICY_NAME_COLUMN_PROFILE: policy_name_kind = 6;
pub const POLICY_NAME_RELATIONSHIP: policy_name_kind = 7;
pub const POLICY_NAME_FLOW: policy_name_kind = 8;
pub const POLICY_NAME_STEP: policy_name_kind = 9;
pub const POLICY_NAME_COLUMN: policy_name_kind = 10;
pub const POLICY_NAME_ATTRIBUTE: policy_name_kind = 11;
pub const POLICY_NAME_USER_ATTRIBUTE: policy_name_kind = 12;
pub const POLICY_NAME_CONTEXT_ATTRIBUTE: policy_name_kind = 13;
pub const POLICY_NAME_CHOICE: policy_name_kind = 14;
pub const POLICY_OWNED_BY_USER: policy_ownership = 0;
pub const POLICY_OWNED_BY_UNIT: policy_ownership = 1;
pub const POLICY_OWNED_BY_ORGANIZATION: policy_ownership = 2;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_table_info"][::core::mem::size_of::<policy_table_info>() - 24usize];
    ["Alignment of policy_table_info"][::core::mem::align_of::<policy_table_info>() - 8usize];
    ["Offset of field: policy_table_info::struct_size"]
        [::core::mem::offset_of!(policy_table_info, struct_size) - 0usize];
    ["Offset of field: policy_table_info::ownership"][::core::mem::offset_of!(policy_table_info, ownership) - 4usize];
    ["Offset of field: policy_table_info::rights"][::core::mem::offset_of!(policy_table_info, rights) - 8usize];
    ["Offset of field: policy_table_info::attribute_bytes"]
        [::core::mem::offset_of!(policy_table_info, attribute_bytes) - 12usize];
    ["Offset of field: policy_table_info::columns"][::core::mem::offset_of!(policy_table_info, columns) - 16usize];
};
pub const POLICY_TYPE_BOOLEAN: policy_type = 0;
pub const POLICY_TYPE_INTEGER: policy_type = 1;
pub const POLICY_TYPE_DECIMAL: policy_type = 2;
pub const POLICY_TYPE_MONEY: policy_type = 3;
pub const POLICY_TYPE_STRING: policy_type = 4;
pub const POLICY_TYPE_DATE: policy_type = 5;
pub const POLICY_TYPE_DATETIME: policy_type = 6;
pub const POLICY_TYPE_CHOICE: policy_type = 7;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_attribute_info"][::core::mem::size_of::<policy_attribute_info>() - 16usize];
    ["Alignment of policy_attribute_info"][::core::mem::align_of::<policy_attribute_info>() - 4usize];
    ["Offset of field: policy_attribute_info::struct_size"]
        [::core::mem::offset_of!(policy_attribute_info, struct_size) - 0usize];
    ["Offset of field: policy_attribute_info::type_"][::core::mem::offset_of!(policy_attribute_info, type_) - 4usize];
    ["Offset of field: policy_attribute_info::offset"][::core::mem::offset_of!(policy_attribute_info, offset) - 8usize];
    ["Offset of field: policy_attribute_info::size"][::core::mem::offset_of!(policy_attribute_info, size) - 12usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_grant_info"][::core::mem::size_of::<policy_grant_info>() - 40usize];
    ["Alignment of policy_grant_info"][::core::mem::align_of::<policy_grant_info>() - 8usize];
    ["Offset of field: policy_grant_info::struct_size"]
        [::core::mem::offset_of!(policy_grant_info, struct_size) - 0usize];
    ["Offset of field: policy_grant_info::role"][::core::mem::offset_of!(policy_grant_info, role) - 4usize];
    ["Offset of field: policy_grant_info::table"][::core::mem::offset_of!(policy_grant_info, table) - 8usize];
    ["Offset of field: policy_grant_info::right"][::core::mem::offset_of!(policy_grant_info, right) - 12usize];
    ["Offset of field: policy_grant_info::level"][::core::mem::offset_of!(policy_grant_info, level) - 16usize];
    ["Offset of field: policy_grant_info::line"][::core::mem::offset_of!(policy_grant_info, line) - 20usize];
    ["Offset of field: policy_grant_info::column"][::core::mem::offset_of!(policy_grant_info, column) - 24usize];
    ["Offset of field: policy_grant_info::conditional"]
        [::core::mem::offset_of!(policy_grant_info, conditional) - 28usize];
    ["Offset of field: policy_grant_info::file"][::core::mem::offset_of!(policy_grant_info, file) - 32usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_step_info"][::core::mem::size_of::<policy_step_info>() - 32usize];
    ["Alignment of policy_step_info"][::core::mem::align_of::<policy_step_info>() - 8usize];
    ["Offset of field: policy_step_info::struct_size"][::core::mem::offset_of!(policy_step_info, struct_size) - 0usize];
    ["Offset of field: policy_step_info::right"][::core::mem::offset_of!(policy_step_info, right) - 4usize];
    ["Offset of field: policy_step_info::table"][::core::mem::offset_of!(policy_step_info, table) - 8usize];
    ["Offset of field: policy_step_info::bounded"][::core::mem::offset_of!(policy_step_info, bounded) - 12usize];
    ["Offset of field: policy_step_info::named_user"][::core::mem::offset_of!(policy_step_info, named_user) - 16usize];
    ["Offset of field: policy_step_info::bounded_by"][::core::mem::offset_of!(policy_step_info, bounded_by) - 24usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_role_held"][::core::mem::size_of::<policy_role_held>() - 16usize];
    ["Alignment of policy_role_held"][::core::mem::align_of::<policy_role_held>() - 4usize];
    ["Offset of field: policy_role_held::holder"][::core::mem::offset_of!(policy_role_held, holder) - 0usize];
    ["Offset of field: policy_role_held::role"][::core::mem::offset_of!(policy_role_held, role) - 4usize];
    ["Offset of field: policy_role_held::anchor"][::core::mem::offset_of!(policy_role_held, anchor) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_standing"][::core::mem::size_of::<policy_standing>() - 56usize];
    ["Alignment of policy_standing"][::core::mem::align_of::<policy_standing>() - 8usize];
    ["Offset of field: policy_standing::struct_size"][::core::mem::offset_of!(policy_standing, struct_size) - 0usize];
    ["Offset of field: policy_standing::user"][::core::mem::offset_of!(policy_standing, user) - 4usize];
    ["Offset of field: policy_standing::unit"][::core::mem::offset_of!(policy_standing, unit) - 8usize];
    ["Offset of field: policy_standing::team_count"][::core::mem::offset_of!(policy_standing, team_count) - 12usize];
    ["Offset of field: policy_standing::role_count"][::core::mem::offset_of!(policy_standing, role_count) - 16usize];
    ["Offset of field: policy_standing::report_count"]
        [::core::mem::offset_of!(policy_standing, report_count) - 20usize];
    ["Offset of field: policy_standing::teams"][::core::mem::offset_of!(policy_standing, teams) - 24usize];
    ["Offset of field: policy_standing::roles"][::core::mem::offset_of!(policy_standing, roles) - 32usize];
    ["Offset of field: policy_standing::reports"][::core::mem::offset_of!(policy_standing, reports) - 40usize];
    ["Offset of field: policy_standing::attributes"][::core::mem::offset_of!(policy_standing, attributes) - 48usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_entry"][::core::mem::size_of::<policy_entry>() - 16usize];
    ["Alignment of policy_entry"][::core::mem::align_of::<policy_entry>() - 8usize];
    ["Offset of field: policy_entry::struct_size"][::core::mem::offset_of!(policy_entry, struct_size) - 0usize];
    ["Offset of field: policy_entry::base"][::core::mem::offset_of!(policy_entry, base) - 4usize];
    ["Offset of field: policy_entry::check"][::core::mem::offset_of!(policy_entry, check) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_store_options"][::core::mem::size_of::<policy_store_options>() - 8usize];
    ["Alignment of policy_store_options"][::core::mem::align_of::<policy_store_options>() - 4usize];
    ["Offset of field: policy_store_options::struct_size"]
        [::core::mem::offset_of!(policy_store_options, struct_size) - 0usize];
    ["Offset of field: policy_store_options::no_lists"]
        [::core::mem::offset_of!(policy_store_options, no_lists) - 4usize];
};
pub const POLICY_REPLACE_MAY_LOSE: policy_replace_flags = 1;
pub const POLICY_REPLACE_MAY_MISS: policy_replace_flags = 2;
pub const POLICY_TEAM_OWNER: policy_team_kind = 0;
pub const POLICY_TEAM_DEFAULT: policy_team_kind = 1;
pub const POLICY_TEAM_GROUP: policy_team_kind = 2;
pub const POLICY_TEAM_ACCESS: policy_team_kind = 3;
pub const POLICY_MODE_READ_WRITE: policy_access_mode = 0;
pub const POLICY_MODE_ADMINISTRATIVE: policy_access_mode = 1;
pub const POLICY_MODE_READ: policy_access_mode = 2;
pub const POLICY_MODE_SUPPORT: policy_access_mode = 3;
pub const POLICY_MODE_NON_INTERACTIVE: policy_access_mode = 4;
pub const POLICY_MODE_DELEGATED_ADMIN: policy_access_mode = 5;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_value"][::core::mem::size_of::<policy_value>() - 40usize];
    ["Alignment of policy_value"][::core::mem::align_of::<policy_value>() - 8usize];
    ["Offset of field: policy_value::attribute"][::core::mem::offset_of!(policy_value, attribute) - 0usize];
    ["Offset of field: policy_value::is_set"][::core::mem::offset_of!(policy_value, is_set) - 4usize];
    ["Offset of field: policy_value::number"][::core::mem::offset_of!(policy_value, number) - 8usize];
    ["Offset of field: policy_value::high"][::core::mem::offset_of!(policy_value, high) - 16usize];
    ["Offset of field: policy_value::text"][::core::mem::offset_of!(policy_value, text) - 24usize];
    ["Offset of field: policy_value::text_size"][::core::mem::offset_of!(policy_value, text_size) - 32usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_link"][::core::mem::size_of::<policy_link>() - 8usize];
    ["Alignment of policy_link"][::core::mem::align_of::<policy_link>() - 4usize];
    ["Offset of field: policy_link::relationship"][::core::mem::offset_of!(policy_link, relationship) - 0usize];
    ["Offset of field: policy_link::parent"][::core::mem::offset_of!(policy_link, parent) - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_row"][::core::mem::size_of::<policy_row>() - 56usize];
    ["Alignment of policy_row"][::core::mem::align_of::<policy_row>() - 8usize];
    ["Offset of field: policy_row::struct_size"][::core::mem::offset_of!(policy_row, struct_size) - 0usize];
    ["Offset of field: policy_row::table"][::core::mem::offset_of!(policy_row, table) - 4usize];
    ["Offset of field: policy_row::owner"][::core::mem::offset_of!(policy_row, owner) - 8usize];
    ["Offset of field: policy_row::unit"][::core::mem::offset_of!(policy_row, unit) - 12usize];
    ["Offset of field: policy_row::is_inactive"][::core::mem::offset_of!(policy_row, is_inactive) - 16usize];
    ["Offset of field: policy_row::value_count"][::core::mem::offset_of!(policy_row, value_count) - 20usize];
    ["Offset of field: policy_row::link_count"][::core::mem::offset_of!(policy_row, link_count) - 24usize];
    ["Offset of field: policy_row::reserved"][::core::mem::offset_of!(policy_row, reserved) - 28usize];
    ["Offset of field: policy_row::columns"][::core::mem::offset_of!(policy_row, columns) - 32usize];
    ["Offset of field: policy_row::values"][::core::mem::offset_of!(policy_row, values) - 40usize];
    ["Offset of field: policy_row::links"][::core::mem::offset_of!(policy_row, links) - 48usize];
};
pub const POLICY_OPERATION_CREATE: policy_operation_kind = 0;
pub const POLICY_OPERATION_READ: policy_operation_kind = 1;
pub const POLICY_OPERATION_UPDATE: policy_operation_kind = 2;
pub const POLICY_OPERATION_DELETE: policy_operation_kind = 3;
pub const POLICY_OPERATION_ASSIGN: policy_operation_kind = 4;
pub const POLICY_OPERATION_SHARE: policy_operation_kind = 5;
pub const POLICY_OPERATION_MODIFY: policy_operation_kind = 6;
pub const POLICY_OPERATION_REVOKE: policy_operation_kind = 7;
pub const POLICY_OPERATION_LINK: policy_operation_kind = 8;
pub const POLICY_OPERATION_UNLINK: policy_operation_kind = 9;
pub const POLICY_OPERATION_ASSOCIATE: policy_operation_kind = 10;
pub const POLICY_OPERATION_DISASSOCIATE: policy_operation_kind = 11;
pub const POLICY_OPERATION_MERGE: policy_operation_kind = 12;
pub const POLICY_OPERATION_SET_UNIT: policy_operation_kind = 13;
pub const POLICY_OPERATION_DEACTIVATE: policy_operation_kind = 14;
pub const POLICY_OPERATION_ACTIVATE: policy_operation_kind = 15;
pub const POLICY_OPERATION_ADD_MEMBER: policy_operation_kind = 16;
pub const POLICY_OPERATION_REMOVE_MEMBER: policy_operation_kind = 17;
pub const POLICY_OPERATION_MOVE_USER: policy_operation_kind = 18;
pub const POLICY_OPERATION_MOVE_TEAM: policy_operation_kind = 19;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_operation"][::core::mem::size_of::<policy_operation>() - 96usize];
    ["Alignment of policy_operation"][::core::mem::align_of::<policy_operation>() - 8usize];
    ["Offset of field: policy_operation::struct_size"][::core::mem::offset_of!(policy_operation, struct_size) - 0usize];
    ["Offset of field: policy_operation::kind"][::core::mem::offset_of!(policy_operation, kind) - 4usize];
    ["Offset of field: policy_operation::user"][::core::mem::offset_of!(policy_operation, user) - 8usize];
    ["Offset of field: policy_operation::impersonator"]
        [::core::mem::offset_of!(policy_operation, impersonator) - 12usize];
    ["Offset of field: policy_operation::row"][::core::mem::offset_of!(policy_operation, row) - 16usize];
    ["Offset of field: policy_operation::principal"][::core::mem::offset_of!(policy_operation, principal) - 20usize];
    ["Offset of field: policy_operation::rights"][::core::mem::offset_of!(policy_operation, rights) - 24usize];
    ["Offset of field: policy_operation::other"][::core::mem::offset_of!(policy_operation, other) - 28usize];
    ["Offset of field: policy_operation::relationship"]
        [::core::mem::offset_of!(policy_operation, relationship) - 32usize];
    ["Offset of field: policy_operation::unit"][::core::mem::offset_of!(policy_operation, unit) - 36usize];
    ["Offset of field: policy_operation::team"][::core::mem::offset_of!(policy_operation, team) - 40usize];
    ["Offset of field: policy_operation::value_count"]
        [::core::mem::offset_of!(policy_operation, value_count) - 44usize];
    ["Offset of field: policy_operation::link_count"][::core::mem::offset_of!(policy_operation, link_count) - 48usize];
    ["Offset of field: policy_operation::ignores_sign_in"]
        [::core::mem::offset_of!(policy_operation, ignores_sign_in) - 52usize];
    ["Offset of field: policy_operation::columns_named"]
        [::core::mem::offset_of!(policy_operation, columns_named) - 56usize];
    ["Offset of field: policy_operation::columns"][::core::mem::offset_of!(policy_operation, columns) - 64usize];
    ["Offset of field: policy_operation::proposed"][::core::mem::offset_of!(policy_operation, proposed) - 72usize];
    ["Offset of field: policy_operation::values"][::core::mem::offset_of!(policy_operation, values) - 80usize];
    ["Offset of field: policy_operation::links"][::core::mem::offset_of!(policy_operation, links) - 88usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_answer"][::core::mem::size_of::<policy_answer>() - 48usize];
    ["Alignment of policy_answer"][::core::mem::align_of::<policy_answer>() - 4usize];
    ["Offset of field: policy_answer::allowed"][::core::mem::offset_of!(policy_answer, allowed) - 0usize];
    ["Offset of field: policy_answer::reason"][::core::mem::offset_of!(policy_answer, reason) - 4usize];
    ["Offset of field: policy_answer::party"][::core::mem::offset_of!(policy_answer, party) - 8usize];
    ["Offset of field: policy_answer::right"][::core::mem::offset_of!(policy_answer, right) - 12usize];
    ["Offset of field: policy_answer::table"][::core::mem::offset_of!(policy_answer, table) - 16usize];
    ["Offset of field: policy_answer::row"][::core::mem::offset_of!(policy_answer, row) - 20usize];
    ["Offset of field: policy_answer::privilege"][::core::mem::offset_of!(policy_answer, privilege) - 24usize];
    ["Offset of field: policy_answer::column"][::core::mem::offset_of!(policy_answer, column) - 28usize];
    ["Offset of field: policy_answer::decision"][::core::mem::offset_of!(policy_answer, decision) - 32usize];
};
pub const POLICY_CHANGE_CREATE: policy_change_kind = 0;
pub const POLICY_CHANGE_VALUES: policy_change_kind = 1;
pub const POLICY_CHANGE_OWNER: policy_change_kind = 2;
pub const POLICY_CHANGE_UNIT: policy_change_kind = 3;
pub const POLICY_CHANGE_STATE: policy_change_kind = 4;
pub const POLICY_CHANGE_LINK: policy_change_kind = 5;
pub const POLICY_CHANGE_SHARE: policy_change_kind = 6;
pub const POLICY_CHANGE_INHERITED: policy_change_kind = 7;
pub const POLICY_CHANGE_ASSOCIATION: policy_change_kind = 8;
pub const POLICY_CHANGE_DELETE: policy_change_kind = 9;
pub const POLICY_CHANGE_MEMBER: policy_change_kind = 10;
pub const POLICY_CHANGE_USER_UNIT: policy_change_kind = 11;
pub const POLICY_CHANGE_TEAM_UNIT: policy_change_kind = 12;
pub const POLICY_CHANGE_ROLES_LOST: policy_change_kind = 13;
pub const POLICY_CHANGE_ROLES_MOVED: policy_change_kind = 14;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_change"][::core::mem::size_of::<policy_change>() - 44usize];
    ["Alignment of policy_change"][::core::mem::align_of::<policy_change>() - 4usize];
    ["Offset of field: policy_change::kind"][::core::mem::offset_of!(policy_change, kind) - 0usize];
    ["Offset of field: policy_change::row"][::core::mem::offset_of!(policy_change, row) - 4usize];
    ["Offset of field: policy_change::principal"][::core::mem::offset_of!(policy_change, principal) - 8usize];
    ["Offset of field: policy_change::relationship"][::core::mem::offset_of!(policy_change, relationship) - 12usize];
    ["Offset of field: policy_change::team"][::core::mem::offset_of!(policy_change, team) - 16usize];
    ["Offset of field: policy_change::from"][::core::mem::offset_of!(policy_change, from) - 20usize];
    ["Offset of field: policy_change::from_owner"][::core::mem::offset_of!(policy_change, from_owner) - 24usize];
    ["Offset of field: policy_change::before"][::core::mem::offset_of!(policy_change, before) - 28usize];
    ["Offset of field: policy_change::after"][::core::mem::offset_of!(policy_change, after) - 32usize];
    ["Offset of field: policy_change::through"][::core::mem::offset_of!(policy_change, through) - 36usize];
    ["Offset of field: policy_change::above"][::core::mem::offset_of!(policy_change, above) - 40usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_outcome"][::core::mem::size_of::<policy_outcome>() - 88usize];
    ["Alignment of policy_outcome"][::core::mem::align_of::<policy_outcome>() - 8usize];
    ["Offset of field: policy_outcome::struct_size"][::core::mem::offset_of!(policy_outcome, struct_size) - 0usize];
    ["Offset of field: policy_outcome::row"][::core::mem::offset_of!(policy_outcome, row) - 4usize];
    ["Offset of field: policy_outcome::answer"][::core::mem::offset_of!(policy_outcome, answer) - 8usize];
    ["Offset of field: policy_outcome::changes"][::core::mem::offset_of!(policy_outcome, changes) - 56usize];
    ["Offset of field: policy_outcome::change_count"][::core::mem::offset_of!(policy_outcome, change_count) - 64usize];
    ["Offset of field: policy_outcome::hidden_columns"]
        [::core::mem::offset_of!(policy_outcome, hidden_columns) - 72usize];
    ["Offset of field: policy_outcome::unmasked_columns"]
        [::core::mem::offset_of!(policy_outcome, unmasked_columns) - 80usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_run_as_answer"][::core::mem::size_of::<policy_run_as_answer>() - 72usize];
    ["Alignment of policy_run_as_answer"][::core::mem::align_of::<policy_run_as_answer>() - 4usize];
    ["Offset of field: policy_run_as_answer::struct_size"]
        [::core::mem::offset_of!(policy_run_as_answer, struct_size) - 0usize];
    ["Offset of field: policy_run_as_answer::is_system"]
        [::core::mem::offset_of!(policy_run_as_answer, is_system) - 4usize];
    ["Offset of field: policy_run_as_answer::user"][::core::mem::offset_of!(policy_run_as_answer, user) - 8usize];
    ["Offset of field: policy_run_as_answer::impersonator"]
        [::core::mem::offset_of!(policy_run_as_answer, impersonator) - 12usize];
    ["Offset of field: policy_run_as_answer::escalates"]
        [::core::mem::offset_of!(policy_run_as_answer, escalates) - 16usize];
    ["Offset of field: policy_run_as_answer::reserved"]
        [::core::mem::offset_of!(policy_run_as_answer, reserved) - 20usize];
    ["Offset of field: policy_run_as_answer::answer"][::core::mem::offset_of!(policy_run_as_answer, answer) - 24usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_cursor"][::core::mem::size_of::<policy_cursor>() - 24usize];
    ["Alignment of policy_cursor"][::core::mem::align_of::<policy_cursor>() - 8usize];
    ["Offset of field: policy_cursor::key"][::core::mem::offset_of!(policy_cursor, key) - 0usize];
    ["Offset of field: policy_cursor::source"][::core::mem::offset_of!(policy_cursor, source) - 8usize];
    ["Offset of field: policy_cursor::number"][::core::mem::offset_of!(policy_cursor, number) - 12usize];
    ["Offset of field: policy_cursor::version"][::core::mem::offset_of!(policy_cursor, version) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_column_rights"][::core::mem::size_of::<policy_column_rights>() - 56usize];
    ["Alignment of policy_column_rights"][::core::mem::align_of::<policy_column_rights>() - 8usize];
    ["Offset of field: policy_column_rights::struct_size"]
        [::core::mem::offset_of!(policy_column_rights, struct_size) - 0usize];
    ["Offset of field: policy_column_rights::reserved"]
        [::core::mem::offset_of!(policy_column_rights, reserved) - 4usize];
    ["Offset of field: policy_column_rights::secured"][::core::mem::offset_of!(policy_column_rights, secured) - 8usize];
    ["Offset of field: policy_column_rights::read"][::core::mem::offset_of!(policy_column_rights, read) - 16usize];
    ["Offset of field: policy_column_rights::create"][::core::mem::offset_of!(policy_column_rights, create) - 24usize];
    ["Offset of field: policy_column_rights::update"][::core::mem::offset_of!(policy_column_rights, update) - 32usize];
    ["Offset of field: policy_column_rights::read_unmasked"]
        [::core::mem::offset_of!(policy_column_rights, read_unmasked) - 40usize];
    ["Offset of field: policy_column_rights::read_one_unmasked"]
        [::core::mem::offset_of!(policy_column_rights, read_one_unmasked) - 48usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_log_options"][::core::mem::size_of::<policy_log_options>() - 24usize];
    ["Alignment of policy_log_options"][::core::mem::align_of::<policy_log_options>() - 8usize];
    ["Offset of field: policy_log_options::struct_size"]
        [::core::mem::offset_of!(policy_log_options, struct_size) - 0usize];
    ["Offset of field: policy_log_options::ring_size"][::core::mem::offset_of!(policy_log_options, ring_size) - 4usize];
    ["Offset of field: policy_log_options::file_bytes"]
        [::core::mem::offset_of!(policy_log_options, file_bytes) - 8usize];
    ["Offset of field: policy_log_options::files_kept"]
        [::core::mem::offset_of!(policy_log_options, files_kept) - 16usize];
    ["Offset of field: policy_log_options::denials_only"]
        [::core::mem::offset_of!(policy_log_options, denials_only) - 20usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of policy_log_counts"][::core::mem::size_of::<policy_log_counts>() - 32usize];
    ["Alignment of policy_log_counts"][::core::mem::align_of::<policy_log_counts>() - 8usize];
    ["Offset of field: policy_log_counts::struct_size"]
        [::core::mem::offset_of!(policy_log_counts, struct_size) - 0usize];
    ["Offset of field: policy_log_counts::reserved"][::core::mem::offset_of!(policy_log_counts, reserved) - 4usize];
    ["Offset of field: policy_log_counts::written"][::core::mem::offset_of!(policy_log_counts, written) - 8usize];
    ["Offset of field: policy_log_counts::dropped"][::core::mem::offset_of!(policy_log_counts, dropped) - 16usize];
    ["Offset of field: policy_log_counts::failed"][::core::mem::offset_of!(policy_log_counts, failed) - 24usize];
};
unsafe extern "C" {
    pub fn policy_status_name(status: policy_status) -> *const ::core::ffi::c_char;
    pub fn policy_abi_version() -> u32;
    pub fn policy_build(out: *mut policy_build_info) -> policy_status;
    pub fn policy_program_open(
        path: *const ::core::ffi::c_char,
        options: *const policy_open_options,
        out: *mut *mut policy_program,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_program_open_memory(
        bytes: *const ::core::ffi::c_void,
        size: usize,
        options: *const policy_open_options,
        out: *mut *mut policy_program,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_program_open_linked(
        image: *const policy_image,
        options: *const policy_open_options,
        out: *mut *mut policy_program,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_program_retain(program: *mut policy_program) -> *mut policy_program;
    pub fn policy_program_close(program: *mut policy_program);
    pub fn policy_program_describe(program: *const policy_program, out: *mut policy_program_info) -> policy_status;
    pub fn policy_count(program: *const policy_program, kind: u32, of: u32) -> u32;
    pub fn policy_find(program: *const policy_program, kind: u32, of: u32, name: *const ::core::ffi::c_char) -> u32;
    pub fn policy_name(program: *const policy_program, kind: u32, of: u32, number: u32) -> *const ::core::ffi::c_char;
    pub fn policy_table_describe(
        program: *const policy_program,
        table: u32,
        out: *mut policy_table_info,
    ) -> policy_status;
    pub fn policy_attribute_describe(
        program: *const policy_program,
        kind: u32,
        of: u32,
        number: u32,
        out: *mut policy_attribute_info,
    ) -> policy_status;
    pub fn policy_grant_describe(
        program: *const policy_program,
        grant: u32,
        out: *mut policy_grant_info,
    ) -> policy_status;
    pub fn policy_step_describe(
        program: *const policy_program,
        flow: u32,
        step: u32,
        out: *mut policy_step_info,
    ) -> policy_status;
    pub fn policy_subject_resolve(
        program: *const policy_program,
        standing: *const policy_standing,
        out: *mut *const policy_subject,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_subject_free(subject: *const policy_subject);
    pub fn policy_subject_holds(program: *const policy_program, subject: *const policy_subject, privilege: u32) -> i32;
    pub fn policy_check(
        program: *const policy_program,
        subject: *const policy_subject,
        table: u32,
        right: u32,
        record: *const policy_record,
        context: *const policy_context,
    ) -> i32;
    pub fn policy_decide(
        program: *const policy_program,
        subject: *const policy_subject,
        table: u32,
        right: u32,
        record: *const policy_record,
        context: *const policy_context,
        out: *mut policy_decision,
    ) -> policy_status;
    pub fn policy_check_many(
        program: *const policy_program,
        subject: *const policy_subject,
        table: u32,
        right: u32,
        records: *const *const policy_record,
        count: u64,
        context: *const policy_context,
        allowed: *mut u64,
    ) -> policy_status;
    pub fn policy_filter(
        program: *const policy_program,
        subject: *const policy_subject,
        table: u32,
        right: u32,
        rows: *const policy_columns,
        context: *const policy_context,
        allowed: *mut u64,
        words: u64,
    ) -> policy_status;
    pub fn policy_entry_of(
        program: *const policy_program,
        table: u32,
        right: u32,
        out: *mut policy_entry,
    ) -> policy_status;
    pub fn policy_explain(
        program: *const policy_program,
        table: u32,
        right: u32,
        decision: *const policy_decision,
        text: *mut ::core::ffi::c_char,
        size: usize,
        needed: *mut usize,
    ) -> policy_status;
    pub fn policy_run_as(
        program: *const policy_program,
        flow: u32,
        step: u32,
        triggering: policy_principal,
        record_owner: policy_principal,
        named: policy_principal,
    ) -> policy_principal;
    pub fn policy_store_create(
        program: *mut policy_program,
        options: *const policy_store_options,
        out: *mut *mut policy_store,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_store_close(store: *mut policy_store) -> policy_status;
    pub fn policy_store_program(store: *mut policy_store) -> *mut policy_program;
    pub fn policy_store_revision(store: *const policy_store) -> u64;
    pub fn policy_store_replace(
        store: *mut policy_store,
        program: *mut policy_program,
        flags: u32,
        told: policy_replace_told,
        self_: *mut ::core::ffi::c_void,
        revision: *mut u64,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_begin(
        store: *mut policy_store,
        out: *mut *mut policy_transaction,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_try_begin(
        store: *mut policy_store,
        wait_ns: u64,
        out: *mut *mut policy_transaction,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_program(transaction: *mut policy_transaction) -> *const policy_program;
    pub fn policy_transaction_table(transaction: *mut policy_transaction, row: u32) -> u32;
    pub fn policy_transaction_commit(
        transaction: *mut policy_transaction,
        revision: *mut u64,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_abandon(transaction: *mut policy_transaction);
    pub fn policy_transaction_error(transaction: *const policy_transaction, error: *mut policy_error) -> policy_status;
    pub fn policy_add_unit(transaction: *mut policy_transaction, parent: u32, unit: *mut u32) -> policy_status;
    pub fn policy_move_unit(transaction: *mut policy_transaction, unit: u32, parent: u32) -> policy_status;
    pub fn policy_add_user(transaction: *mut policy_transaction, unit: u32, user: *mut u32) -> policy_status;
    pub fn policy_add_team(transaction: *mut policy_transaction, unit: u32, kind: u32, team: *mut u32)
        -> policy_status;
    pub fn policy_add_position(transaction: *mut policy_transaction, parent: u32, position: *mut u32) -> policy_status;
    pub fn policy_set_user_name(
        transaction: *mut policy_transaction,
        user: u32,
        name: *const ::core::ffi::c_char,
    ) -> policy_status;
    pub fn policy_set_user_disabled(transaction: *mut policy_transaction, user: u32, disabled: i32) -> policy_status;
    pub fn policy_set_user_mode(transaction: *mut policy_transaction, user: u32, access_mode: u32) -> policy_status;
    pub fn policy_set_user_manager(transaction: *mut policy_transaction, user: u32, manager: u32) -> policy_status;
    pub fn policy_set_user_position(transaction: *mut policy_transaction, user: u32, position: u32) -> policy_status;
    pub fn policy_move_user(transaction: *mut policy_transaction, user: u32, unit: u32) -> policy_status;
    pub fn policy_move_team(transaction: *mut policy_transaction, team: u32, unit: u32) -> policy_status;
    pub fn policy_join(transaction: *mut policy_transaction, user: u32, team: u32) -> policy_status;
    pub fn policy_leave(transaction: *mut policy_transaction, user: u32, team: u32) -> policy_status;
    pub fn policy_give_role(
        transaction: *mut policy_transaction,
        holder: policy_principal,
        role: u32,
        anchor: u32,
    ) -> policy_status;
    pub fn policy_take_role(
        transaction: *mut policy_transaction,
        holder: policy_principal,
        role: u32,
        anchor: u32,
    ) -> policy_status;
    pub fn policy_drop_roles(transaction: *mut policy_transaction, holder: policy_principal) -> policy_status;
    pub fn policy_give_column_profile(
        transaction: *mut policy_transaction,
        holder: policy_principal,
        profile: u32,
    ) -> policy_status;
    pub fn policy_take_column_profile(
        transaction: *mut policy_transaction,
        holder: policy_principal,
        profile: u32,
    ) -> policy_status;
    pub fn policy_set_user_values(
        transaction: *mut policy_transaction,
        user: u32,
        values: *const policy_value,
        count: u32,
    ) -> policy_status;
    pub fn policy_add_row(
        transaction: *mut policy_transaction,
        row: *const policy_row,
        number: *mut u32,
    ) -> policy_status;
    pub fn policy_remove_row(transaction: *mut policy_transaction, row: u32) -> policy_status;
    pub fn policy_set_row_owner(
        transaction: *mut policy_transaction,
        row: u32,
        owner: policy_principal,
    ) -> policy_status;
    pub fn policy_set_row_unit(transaction: *mut policy_transaction, row: u32, unit: u32) -> policy_status;
    pub fn policy_set_row_active(transaction: *mut policy_transaction, row: u32, active: i32) -> policy_status;
    pub fn policy_set_row_values(
        transaction: *mut policy_transaction,
        row: u32,
        values: *const policy_value,
        count: u32,
        columns_named: u64,
        columns: u64,
    ) -> policy_status;
    pub fn policy_set_row_link(
        transaction: *mut policy_transaction,
        row: u32,
        relationship: u32,
        parent: u32,
    ) -> policy_status;
    pub fn policy_set_association(
        transaction: *mut policy_transaction,
        relationship: u32,
        first: u32,
        second: u32,
        there: i32,
    ) -> policy_status;
    pub fn policy_set_share(
        transaction: *mut policy_transaction,
        row: u32,
        principal: policy_principal,
        rights: u32,
    ) -> policy_status;
    pub fn policy_set_column_share(
        transaction: *mut policy_transaction,
        row: u32,
        column: u32,
        principal: policy_principal,
        read: i32,
        update: i32,
    ) -> policy_status;
    pub fn policy_transaction_plan(
        transaction: *mut policy_transaction,
        operation: *const policy_operation,
        out: *mut policy_outcome,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_perform(
        transaction: *mut policy_transaction,
        operation: *const policy_operation,
        out: *mut policy_outcome,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_transaction_set_context(
        transaction: *mut policy_transaction,
        values: *const policy_value,
        count: u32,
    ) -> policy_status;
    pub fn policy_transaction_run_as(
        transaction: *mut policy_transaction,
        flow: u32,
        step: u32,
        triggering: u32,
        row: u32,
        out: *mut policy_run_as_answer,
    ) -> policy_status;
    pub fn policy_reader_open(
        store: *mut policy_store,
        out: *mut *mut policy_reader,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_reader_close(reader: *mut policy_reader);
    pub fn policy_reader_begin(
        reader: *mut policy_reader,
        at_least: u64,
        wait_ns: u64,
        revision: *mut u64,
    ) -> policy_status;
    pub fn policy_reader_end(reader: *mut policy_reader);
    pub fn policy_reader_set_context(
        reader: *mut policy_reader,
        values: *const policy_value,
        count: u32,
    ) -> policy_status;
    pub fn policy_reader_check(reader: *mut policy_reader, user: u32, right: u32, row: u32) -> i32;
    pub fn policy_reader_sign_in(reader: *mut policy_reader, user: u32, kind: u32, reason: *mut u32) -> i32;
    pub fn policy_reader_decide(
        reader: *mut policy_reader,
        user: u32,
        right: u32,
        row: u32,
        out: *mut policy_decision,
    ) -> policy_status;
    pub fn policy_reader_check_many(
        reader: *mut policy_reader,
        user: u32,
        right: u32,
        rows: *const u32,
        count: u64,
        allowed: *mut u64,
    ) -> policy_status;
    pub fn policy_reader_list(
        reader: *mut policy_reader,
        user: u32,
        right: u32,
        table: u32,
        cursor: *mut policy_cursor,
        page: *mut u32,
        size: usize,
        count: *mut usize,
    ) -> policy_status;
    pub fn policy_reader_who(
        reader: *mut policy_reader,
        right: u32,
        row: u32,
        cursor: *mut policy_cursor,
        page: *mut u32,
        size: usize,
        count: *mut usize,
    ) -> policy_status;
    pub fn policy_reader_columns(
        reader: *mut policy_reader,
        user: u32,
        table: u32,
        row: u32,
        out: *mut policy_column_rights,
    ) -> policy_status;
    pub fn policy_reader_subject(reader: *mut policy_reader, user: u32) -> *const policy_subject;
    pub fn policy_reader_record(reader: *mut policy_reader, row: u32) -> *const policy_record;
    pub fn policy_reader_table(reader: *mut policy_reader, row: u32) -> u32;
    pub fn policy_reader_program(reader: *mut policy_reader) -> *const policy_program;
    pub fn policy_log_open(
        path: *const ::core::ffi::c_char,
        options: *const policy_log_options,
        out: *mut *mut policy_log,
        error: *mut policy_error,
    ) -> policy_status;
    pub fn policy_log_close(log: *mut policy_log);
    pub fn policy_log_flush(log: *mut policy_log) -> policy_status;
    pub fn policy_log_count(log: *const policy_log, out: *mut policy_log_counts) -> policy_status;
    pub fn policy_reader_set_log(reader: *mut policy_reader, log: *mut policy_log) -> policy_status;
    pub fn policy_log_decision(
        log: *mut policy_log,
        program: *const policy_program,
        subject: *const policy_subject,
        table: u32,
        right: u32,
        record: *const policy_record,
        context: *const policy_context,
        decision: *const policy_decision,
        user_name: *const ::core::ffi::c_char,
        row_name: *const ::core::ffi::c_char,
    ) -> policy_status;
}
