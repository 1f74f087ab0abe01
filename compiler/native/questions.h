// The questions about slots as LLVM text: small functions over the layouts of policy/layout.h, inlined where used.
// Offsets are those that tests/unit/runtime/layout_test.cpp asserts.
#pragma once

namespace policyc {

inline constexpr const char kQuestions[] = R"llvm(
; contains(list, count, x): a short unsorted or sorted list of principals
define internal i1 @contains(ptr readonly %list, i32 %count, i32 %x) nounwind {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %body ]
  %more = icmp ult i32 %i, %count
  br i1 %more, label %body, label %no
body:
  %place = getelementptr i32, ptr %list, i32 %i
  %item = load i32, ptr %place, align 4
  %next = add i32 %i, 1
  %same = icmp eq i32 %item, %x
  br i1 %same, label %yes, label %head
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i1 @q_holds(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %flags = load i32, ptr %reach, align 4
  %held = and i32 %flags, 1
  %answer = icmp ne i32 %held, 0
  ret i1 %answer
}

define internal i1 @q_holds_unit(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %flags = load i32, ptr %reach, align 4
  %wide = and i32 %flags, 32
  %answer = icmp ne i32 %wide, 0
  ret i1 %answer
}

; nobody (0) owns nothing
define internal i1 @q_own_row(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %owner = load i32, ptr %record, align 4
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %same = icmp eq i32 %owner, %user
  %somebody = icmp ne i32 %owner, 0
  %flags = load i32, ptr %reach, align 4
  %own = and i32 %flags, 2
  %reaches = icmp ne i32 %own, 0
  %both = and i1 %same, %somebody
  %answer = and i1 %both, %reaches
  ret i1 %answer
}

; only teams (2) and units (3) are in the list, so a row that a user owns is told by the kind alone
define internal i1 @q_team_row(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
entry:
  %owner = load i32, ptr %record, align 4
  %kind = lshr i32 %owner, 29
  %kind.from.team = sub i32 %kind, 2
  %group = icmp ult i32 %kind.from.team, 2
  br i1 %group, label %look, label %no
look:
  %begin.place = getelementptr i8, ptr %reach, i64 12
  %begin = load i32, ptr %begin.place, align 4
  %count.place = getelementptr i8, ptr %reach, i64 16
  %count = load i32, ptr %count.place, align 4
  %owners.place = getelementptr i8, ptr %subject, i64 40
  %owners = load ptr, ptr %owners.place, align 8
  %list = getelementptr i32, ptr %owners, i32 %begin
  %found = call i1 @contains(ptr %list, i32 %count, i32 %owner)
  ret i1 %found
no:
  ret i1 false
}

define internal i1 @away_match(ptr %subject, ptr %reach, ptr %record) nounwind {
entry:
  %owner = load i32, ptr %record, align 4
  %unit.place = getelementptr i8, ptr %record, i64 4
  %unit = load i32, ptr %unit.place, align 4
  %begin.place = getelementptr i8, ptr %reach, i64 20
  %begin = load i32, ptr %begin.place, align 4
  %count.place = getelementptr i8, ptr %reach, i64 24
  %count = load i32, ptr %count.place, align 4
  %aways.place = getelementptr i8, ptr %subject, i64 48
  %aways = load ptr, ptr %aways.place, align 8
  %list = getelementptr i64, ptr %aways, i32 %begin
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %body ]
  %more = icmp ult i32 %i, %count
  br i1 %more, label %body, label %no
body:
  %place = getelementptr i64, ptr %list, i32 %i
  %away.unit = load i32, ptr %place, align 4
  %away.owner.place = getelementptr i8, ptr %place, i64 4
  %away.owner = load i32, ptr %away.owner.place, align 4
  %next = add i32 %i, 1
  %same.unit = icmp eq i32 %away.unit, %unit
  %same.owner = icmp eq i32 %away.owner, %owner
  %same = and i1 %same.unit, %same.owner
  br i1 %same, label %yes, label %head
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i1 @q_home(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
entry:
  %flags.place = getelementptr i8, ptr %record, i64 8
  %flags = load i32, ptr %flags.place, align 4
  %away = and i32 %flags, 2
  %at.home = icmp eq i32 %away, 0
  br i1 %at.home, label %yes, label %look
look:
  %found = call i1 @away_match(ptr %subject, ptr %reach, ptr %record)
  ret i1 %found
yes:
  ret i1 true
}

define internal i1 @interval_match(ptr %subject, ptr %reach, i32 %unit) nounwind {
entry:
  %begin.place = getelementptr i8, ptr %reach, i64 4
  %begin = load i32, ptr %begin.place, align 4
  %count.place = getelementptr i8, ptr %reach, i64 8
  %count = load i32, ptr %count.place, align 4
  %intervals.place = getelementptr i8, ptr %subject, i64 32
  %intervals = load ptr, ptr %intervals.place, align 8
  %list = getelementptr i64, ptr %intervals, i32 %begin
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %body ]
  %more = icmp ult i32 %i, %count
  br i1 %more, label %body, label %no
body:
  %place = getelementptr i64, ptr %list, i32 %i
  %first = load i32, ptr %place, align 4
  %last.place = getelementptr i8, ptr %place, i64 4
  %last = load i32, ptr %last.place, align 4
  %next = add i32 %i, 1
  %after = icmp uge i32 %unit, %first
  %before = icmp ule i32 %unit, %last
  %inside = and i1 %after, %before
  br i1 %inside, label %yes, label %head
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i1 @q_in_reach(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
entry:
  %flags = load i32, ptr %reach, align 4
  %everywhere = and i32 %flags, 16
  %all = icmp ne i32 %everywhere, 0
  br i1 %all, label %yes, label %look
look:
  %unit.place = getelementptr i8, ptr %record, i64 4
  %unit = load i32, ptr %unit.place, align 4
  %found = call i1 @interval_match(ptr %subject, ptr %reach, i32 %unit)
  ret i1 %found
yes:
  ret i1 true
}

; A share counts for a user (1) by the reach's flag 4, a team (2) by membership, a unit (3) by flag 8,
; the organization (4) where the privilege is held. `rights` is the mask of bits to look for in each share.
define internal i1 @share_match(ptr %subject, ptr %reach, ptr %record, i32 %rights) nounwind {
entry:
  %reach.flags = load i32, ptr %reach, align 4
  %held.bit = and i32 %reach.flags, 1
  %held = icmp ne i32 %held.bit, 0
  br i1 %held, label %start, label %no
start:
  %count.place = getelementptr i8, ptr %record, i64 12
  %count = load i32, ptr %count.place, align 4
  %shares.place = getelementptr i8, ptr %record, i64 16
  %shares = load ptr, ptr %shares.place, align 8
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %unit.index.place = getelementptr i8, ptr %subject, i64 12
  %unit.index = load i32, ptr %unit.index.place, align 4
  %unit = or i32 %unit.index, 1610612736
  %team.count.place = getelementptr i8, ptr %subject, i64 20
  %team.count = load i32, ptr %team.count.place, align 4
  %teams.place = getelementptr i8, ptr %subject, i64 56
  %teams = load ptr, ptr %teams.place, align 8
  br label %head
head:
  %i = phi i32 [ 0, %start ], [ %next, %continue ]
  %more = icmp ult i32 %i, %count
  br i1 %more, label %body, label %no
body:
  %place = getelementptr i64, ptr %shares, i32 %i
  %principal = load i32, ptr %place, align 4
  %masks.place = getelementptr i8, ptr %place, i64 4
  %masks = load i32, ptr %masks.place, align 4
  %given = and i32 %masks, %rights
  %gives = icmp ne i32 %given, 0
  br i1 %gives, label %with, label %continue
with:
  %kind = lshr i32 %principal, 29
  switch i32 %kind, label %continue [
    i32 1, label %with.user
    i32 2, label %with.team
    i32 3, label %with.unit
    i32 4, label %yes
  ]
with.user:
  %is.user = icmp eq i32 %principal, %user
  %user.bit = and i32 %reach.flags, 4
  %user.counts = icmp ne i32 %user.bit, 0
  %user.yes = and i1 %is.user, %user.counts
  br i1 %user.yes, label %yes, label %continue
with.team:
  %is.member = call i1 @contains(ptr %teams, i32 %team.count, i32 %principal)
  br i1 %is.member, label %yes, label %continue
with.unit:
  %is.unit = icmp eq i32 %principal, %unit
  %unit.bit = and i32 %reach.flags, 8
  %unit.counts = icmp ne i32 %unit.bit, 0
  %unit.yes = and i1 %is.unit, %unit.counts
  br i1 %unit.yes, label %yes, label %continue
continue:
  %next = add i32 %i, 1
  br label %head
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i1 @q_share(ptr %subject, ptr %reach, ptr %record, i32 %rights) alwaysinline nounwind {
entry:
  %flags.place = getelementptr i8, ptr %record, i64 8
  %flags = load i32, ptr %flags.place, align 4
  %shared.bit = and i32 %flags, 1
  %shared = icmp ne i32 %shared.bit, 0
  br i1 %shared, label %look, label %no
look:
  %found = call i1 @share_match(ptr %subject, ptr %reach, ptr %record, i32 %rights)
  ret i1 %found
no:
  ret i1 false
}

; report_rights(list, count, x): what an ascending list of reports gives through x
define internal i32 @report_rights(ptr readonly %list, i32 %count, i32 %x) nounwind {
entry:
  br label %head
head:
  %low = phi i32 [ 0, %entry ], [ %low.next, %narrow ]
  %high = phi i32 [ %count, %entry ], [ %high.next, %narrow ]
  %more = icmp ult i32 %low, %high
  br i1 %more, label %body, label %no
body:
  %span = sub i32 %high, %low
  %half = lshr i32 %span, 1
  %middle = add i32 %low, %half
  %place = getelementptr i64, ptr %list, i32 %middle
  %item = load i32, ptr %place, align 4
  %same = icmp eq i32 %item, %x
  br i1 %same, label %yes, label %narrow
narrow:
  %below = icmp ult i32 %item, %x
  %after = add i32 %middle, 1
  %low.next = select i1 %below, i32 %after, i32 %low
  %high.next = select i1 %below, i32 %high, i32 %middle
  br label %head
yes:
  %rights.place = getelementptr i8, ptr %place, i64 4
  %rights = load i32, ptr %rights.place, align 4
  ret i32 %rights
no:
  ret i32 0
}

; The row is a report's where the report (or a team of one) owns it, or where it is shared with one for this right.
; Only users (1) and teams (2) are in the list, so units and the organization are never found.
define internal i1 @hierarchy_match(ptr %subject, ptr %record, i32 %count, i32 %rights) nounwind {
entry:
  %reports.place = getelementptr i8, ptr %subject, i64 72
  %reports = load ptr, ptr %reports.place, align 8
  %owner = load i32, ptr %record, align 4
  %owner.rights = call i32 @report_rights(ptr %reports, i32 %count, i32 %owner)
  %owner.given = and i32 %owner.rights, %rights
  %owner.gives = icmp ne i32 %owner.given, 0
  br i1 %owner.gives, label %yes, label %shares
shares:
  %flags.place = getelementptr i8, ptr %record, i64 8
  %flags = load i32, ptr %flags.place, align 4
  %shared.bit = and i32 %flags, 1
  %shared = icmp ne i32 %shared.bit, 0
  br i1 %shared, label %start, label %no
start:
  %share.count.place = getelementptr i8, ptr %record, i64 12
  %share.count = load i32, ptr %share.count.place, align 4
  %list.place = getelementptr i8, ptr %record, i64 16
  %list = load ptr, ptr %list.place, align 8
  br label %head
head:
  %i = phi i32 [ 0, %start ], [ %next, %continue ]
  %more = icmp ult i32 %i, %share.count
  br i1 %more, label %body, label %no
body:
  %place = getelementptr i64, ptr %list, i32 %i
  %principal = load i32, ptr %place, align 4
  %masks.place = getelementptr i8, ptr %place, i64 4
  %masks = load i32, ptr %masks.place, align 4
  %through.link = lshr i32 %masks, 16
  %all = or i32 %masks, %through.link
  %given = and i32 %all, %rights
  %gives = icmp ne i32 %given, 0
  br i1 %gives, label %with, label %continue
with:
  %with.rights = call i32 @report_rights(ptr %reports, i32 %count, i32 %principal)
  %with.given = and i32 %with.rights, %rights
  %with.gives = icmp ne i32 %with.given, 0
  br i1 %with.gives, label %yes, label %continue
continue:
  %next = add i32 %i, 1
  br label %head
yes:
  ret i1 true
no:
  ret i1 false
}

; `rights` is one bit of the lower half
define internal i1 @q_hierarchy(ptr %subject, ptr %reach, ptr %record, i32 %rights) alwaysinline nounwind {
entry:
  %flags = load i32, ptr %reach, align 4
  %held.bit = and i32 %flags, 1
  %held = icmp ne i32 %held.bit, 0
  %count.place = getelementptr i8, ptr %subject, i64 80
  %count = load i32, ptr %count.place, align 4
  %any = icmp ne i32 %count, 0
  %ask = and i1 %held, %any
  br i1 %ask, label %look, label %no
look:
  %found = call i1 @hierarchy_match(ptr %subject, ptr %record, i32 %count, i32 %rights)
  ret i1 %found
no:
  ret i1 false
}

; null attributes hold no values
define internal i1 @q_present(ptr %attributes, i32 %byte, i8 %bit) alwaysinline nounwind {
entry:
  %none = icmp eq ptr %attributes, null
  br i1 %none, label %no, label %look
look:
  %place = getelementptr i8, ptr %attributes, i32 %byte
  %bits = load i8, ptr %place, align 1
  %set = and i8 %bits, %bit
  %answer = icmp ne i8 %set, 0
  ret i1 %answer
no:
  ret i1 false
}

declare i32 @memcmp(ptr, ptr, i64)

define internal i1 @string_equal(ptr %a, i64 %a.size, ptr %b, i64 %b.size) nounwind {
entry:
  %same.size = icmp eq i64 %a.size, %b.size
  br i1 %same.size, label %sized, label %no
sized:
  %empty = icmp eq i64 %a.size, 0
  br i1 %empty, label %yes, label %compare
compare:
  %order = call i32 @memcmp(ptr %a, ptr %b, i64 %a.size)
  %same = icmp eq i32 %order, 0
  ret i1 %same
yes:
  ret i1 true
no:
  ret i1 false
}
)llvm";

}  // namespace policyc
