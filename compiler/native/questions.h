// The questions about slots as LLVM text: small functions over the layouts of policy/layout.h, inlined where used.
// Offsets are those that tests/unit/runtime/layout_test.cpp asserts. What is rarely looked at is a function that keeps
// its caller's registers (preserve_mostcc), so that the usual way through a check saves none.
#pragma once

namespace policyc {

inline constexpr const char kQuestions[] = R"llvm(
; contains(list, count, x): a short ascending list of principals
define internal i1 @contains(ptr %list, i32 %count, i32 %x) alwaysinline nounwind memory(read) {
entry:
  %count.wide = zext i32 %count to i64
  %end = getelementptr inbounds i32, ptr %list, i64 %count.wide
  br label %head
head:
  %place = phi ptr [ %list, %entry ], [ %next, %body ]
  %more = icmp ne ptr %place, %end
  br i1 %more, label %body, label %no
body:
  %item = load i32, ptr %place, align 4
  %next = getelementptr inbounds i32, ptr %place, i64 1
  %past = icmp uge i32 %item, %x
  br i1 %past, label %found, label %head
found:
  %same = icmp eq i32 %item, %x
  ret i1 %same
no:
  ret i1 false
}

define internal i1 @q_holds(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %flags.place = getelementptr i8, ptr %reach, i64 12
  %flags = load i32, ptr %flags.place, align 4
  %held = and i32 %flags, 1
  %answer = icmp ne i32 %held, 0
  ret i1 %answer
}

define internal i1 @q_holds_unit(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %flags.place = getelementptr i8, ptr %reach, i64 12
  %flags = load i32, ptr %flags.place, align 4
  %wide = and i32 %flags, 8
  %answer = icmp ne i32 %wide, 0
  ret i1 %answer
}

; `own` is 1 where own rows are reached and 0 where not, as is everything in memory that was never filled
define internal i1 @q_own_row(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
  %owner = load i32, ptr %record, align 8
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %own.place = getelementptr i8, ptr %reach, i64 8
  %own = load i32, ptr %own.place, align 4
  %difference = xor i32 %owner, %user
  %answer = icmp ult i32 %difference, %own
  ret i1 %answer
}

; the list of a reach: further intervals (two words each), owners, rows away from home (two words each)
define internal ptr @list_of(ptr %subject, ptr %reach) alwaysinline nounwind {
  %lists.place = getelementptr i8, ptr %subject, i64 32
  %lists = load ptr, ptr %lists.place, align 8
  %begin.place = getelementptr i8, ptr %reach, i64 16
  %begin = load i32, ptr %begin.place, align 4
  %begin.wide = zext i32 %begin to i64
  %list = getelementptr i32, ptr %lists, i64 %begin.wide
  ret ptr %list
}

define internal ptr @owners_of(ptr %subject, ptr %reach) alwaysinline nounwind {
  %list = call ptr @list_of(ptr %subject, ptr %reach)
  %intervals.place = getelementptr i8, ptr %reach, i64 20
  %intervals = load i32, ptr %intervals.place, align 4
  %intervals.wide = zext i32 %intervals to i64
  %owners = getelementptr i64, ptr %list, i64 %intervals.wide
  ret ptr %owners
}

define internal preserve_mostcc i1 @owner_match(ptr %subject, ptr %reach, ptr %record) #0 {
  %owner = load i32, ptr %record, align 8
  %owners = call ptr @owners_of(ptr %subject, ptr %reach)
  %count.place = getelementptr i8, ptr %reach, i64 24
  %count = load i32, ptr %count.place, align 4
  %found = call i1 @contains(ptr %owners, i32 %count, i32 %owner)
  ret i1 %found
}

; only teams (2) and units (3) are in the list, so a row that a user owns is told by the kind alone
define internal i1 @q_team_row(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
entry:
  %owner = load i32, ptr %record, align 8
  %group = icmp uge i32 %owner, 1073741824
  br i1 %group, label %look, label %no
look:
  %found = call preserve_mostcc i1 @owner_match(ptr %subject, ptr %reach, ptr %record)
  ret i1 %found
no:
  ret i1 false
}

define internal preserve_mostcc i1 @away_match(ptr %subject, ptr %reach, ptr %record) #0 {
entry:
  %owner.is = load i32, ptr %record, align 8
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %own = icmp eq i32 %owner.is, %user
  %owner = select i1 %own, i32 -1, i32 %owner.is
  %unit.place = getelementptr i8, ptr %record, i64 4
  %unit = load i32, ptr %unit.place, align 4
  %owners = call ptr @owners_of(ptr %subject, ptr %reach)
  %owner.count.place = getelementptr i8, ptr %reach, i64 24
  %owner.count = load i32, ptr %owner.count.place, align 4
  %owner.count.wide = zext i32 %owner.count to i64
  %list = getelementptr i32, ptr %owners, i64 %owner.count.wide
  %count.place = getelementptr i8, ptr %reach, i64 28
  %count = load i32, ptr %count.place, align 4
  %count.wide = zext i32 %count to i64
  %end = getelementptr inbounds i64, ptr %list, i64 %count.wide
  br label %head
head:
  %place = phi ptr [ %list, %entry ], [ %next, %body ]
  %more = icmp ne ptr %place, %end
  br i1 %more, label %body, label %no
body:
  %away.unit = load i32, ptr %place, align 4
  %away.owner.place = getelementptr inbounds i32, ptr %place, i64 1
  %away.owner = load i32, ptr %away.owner.place, align 4
  %next = getelementptr inbounds i64, ptr %place, i64 1
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
  %shares.place = getelementptr i8, ptr %record, i64 8
  %shares = load i64, ptr %shares.place, align 8
  %away = and i64 %shares, 1
  %at.home = icmp eq i64 %away, 0
  br i1 %at.home, label %yes, label %look
look:
  %found = call preserve_mostcc i1 @away_match(ptr %subject, ptr %reach, ptr %record)
  ret i1 %found
yes:
  ret i1 true
}

define internal preserve_mostcc i1 @interval_match(ptr %subject, ptr %reach, ptr %record) #0 {
entry:
  %unit.place = getelementptr i8, ptr %record, i64 4
  %unit = load i32, ptr %unit.place, align 4
  %count.place = getelementptr i8, ptr %reach, i64 20
  %count = load i32, ptr %count.place, align 4
  %list = call ptr @list_of(ptr %subject, ptr %reach)
  %count.wide = zext i32 %count to i64
  %end = getelementptr inbounds i64, ptr %list, i64 %count.wide
  br label %head
head:
  %place = phi ptr [ %list, %entry ], [ %next, %body ]
  %more = icmp ne ptr %place, %end
  br i1 %more, label %body, label %no
body:
  %first = load i32, ptr %place, align 4
  %size.place = getelementptr inbounds i32, ptr %place, i64 1
  %size = load i32, ptr %size.place, align 4
  %next = getelementptr inbounds i64, ptr %place, i64 1
  %distance = sub i32 %unit, %first
  %inside = icmp ult i32 %distance, %size
  br i1 %inside, label %yes, label %head
yes:
  ret i1 true
no:
  ret i1 false
}

; one subtraction asks the first interval, "every row" and "no row" included
define internal i1 @q_in_reach(ptr %subject, ptr %reach, ptr %record) alwaysinline nounwind {
entry:
  %unit.place = getelementptr i8, ptr %record, i64 4
  %unit = load i32, ptr %unit.place, align 4
  %first = load i32, ptr %reach, align 4
  %distance = sub i32 %unit, %first
  %size.place = getelementptr i8, ptr %reach, i64 4
  %size = load i32, ptr %size.place, align 4
  %inside = icmp ult i32 %distance, %size
  br i1 %inside, label %yes, label %further
further:
  %count.place = getelementptr i8, ptr %reach, i64 20
  %count = load i32, ptr %count.place, align 4
  %any = icmp ne i32 %count, 0
  br i1 %any, label %look, label %no
look:
  %found = call preserve_mostcc i1 @interval_match(ptr %subject, ptr %reach, ptr %record)
  ret i1 %found
yes:
  ret i1 true
no:
  ret i1 false
}

; A share counts for a user (1) by the reach's flag 2, a team (2) by membership, a unit (3) by flag 4,
; the organization (4) where the privilege is held. `rights` is the mask of bits to look for in each share.
define internal preserve_mostcc i1 @share_match(ptr %subject, ptr %reach, ptr %record, i32 %rights) #0 {
entry:
  %flags.place = getelementptr i8, ptr %reach, i64 12
  %reach.flags = load i32, ptr %flags.place, align 4
  %held.bit = and i32 %reach.flags, 1
  %held = icmp ne i32 %held.bit, 0
  br i1 %held, label %start, label %no
start:
  %shares.place = getelementptr i8, ptr %record, i64 8
  %shares = load i64, ptr %shares.place, align 8
  %address = and i64 %shares, -8
  %head.place = inttoptr i64 %address to ptr
  %count = load i32, ptr %head.place, align 8
  %count.wide = zext i32 %count to i64
  %list = getelementptr inbounds i64, ptr %head.place, i64 1
  %end = getelementptr inbounds i64, ptr %list, i64 %count.wide
  br label %head
head:
  %place = phi ptr [ %list, %start ], [ %next, %continue ]
  %more = icmp ne ptr %place, %end
  br i1 %more, label %body, label %no
body:
  %masks.place = getelementptr inbounds i32, ptr %place, i64 1
  %masks = load i32, ptr %masks.place, align 4
  %given = and i32 %masks, %rights
  %gives = icmp ne i32 %given, 0
  br i1 %gives, label %with, label %continue
with:
  %principal = load i32, ptr %place, align 4
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %is.user = icmp eq i32 %principal, %user
  br i1 %is.user, label %with.user, label %with.others
with.user:
  %user.bit = and i32 %reach.flags, 2
  %user.counts = icmp ne i32 %user.bit, 0
  br i1 %user.counts, label %with.somebody, label %continue
with.somebody:
  %somebody = icmp ne i32 %user, 0
  br i1 %somebody, label %yes, label %continue
with.others:
  %from.team = sub i32 %principal, 1073741824
  %is.team = icmp ult i32 %from.team, 536870912
  br i1 %is.team, label %with.team, label %with.many
with.team:
  %team.count.place = getelementptr i8, ptr %subject, i64 16
  %team.count = load i32, ptr %team.count.place, align 4
  %teams.place = getelementptr i8, ptr %subject, i64 32
  %teams = load ptr, ptr %teams.place, align 8
  %is.member = call i1 @contains(ptr %teams, i32 %team.count, i32 %principal)
  br i1 %is.member, label %yes, label %continue
with.many:
  %kind = lshr i32 %principal, 29
  switch i32 %kind, label %continue [
    i32 3, label %with.unit
    i32 4, label %yes
  ]
with.unit:
  %unit.index.place = getelementptr i8, ptr %subject, i64 8
  %unit.index = load i32, ptr %unit.index.place, align 4
  %unit = or i32 %unit.index, 1610612736
  %is.unit = icmp eq i32 %principal, %unit
  %unit.bit = and i32 %reach.flags, 4
  %unit.counts = icmp ne i32 %unit.bit, 0
  %unit.yes = and i1 %is.unit, %unit.counts
  br i1 %unit.yes, label %yes, label %continue
continue:
  %next = getelementptr inbounds i64, ptr %place, i64 1
  br label %head
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i1 @q_share(ptr %subject, ptr %reach, ptr %record, i32 %rights) alwaysinline nounwind {
entry:
  %shares.place = getelementptr i8, ptr %record, i64 8
  %shares = load i64, ptr %shares.place, align 8
  %shared = icmp ugt i64 %shares, 1
  br i1 %shared, label %look, label %no
look:
  %found = call preserve_mostcc i1 @share_match(ptr %subject, ptr %reach, ptr %record, i32 %rights)
  ret i1 %found
no:
  ret i1 false
}

; report_rights(list, count, x): what an ascending list of reports gives through x
define internal i32 @report_rights(ptr readonly %list, i32 %count, i32 %x) nounwind memory(read) {
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
define internal preserve_mostcc i1 @hierarchy_match(ptr %subject, ptr %record, i32 %count, i32 %rights) #0 {
entry:
  %reports.place = getelementptr i8, ptr %subject, i64 48
  %reports = load ptr, ptr %reports.place, align 8
  %owner = load i32, ptr %record, align 8
  %owner.rights = call i32 @report_rights(ptr %reports, i32 %count, i32 %owner)
  %owner.given = and i32 %owner.rights, %rights
  %owner.gives = icmp ne i32 %owner.given, 0
  br i1 %owner.gives, label %yes, label %through.shares
through.shares:
  %shares.place = getelementptr i8, ptr %record, i64 8
  %shares = load i64, ptr %shares.place, align 8
  %shared = icmp ugt i64 %shares, 1
  br i1 %shared, label %start, label %no
start:
  %address = and i64 %shares, -8
  %head.place = inttoptr i64 %address to ptr
  %share.count = load i32, ptr %head.place, align 8
  %list = getelementptr i8, ptr %head.place, i64 8
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
  %flags.place = getelementptr i8, ptr %reach, i64 12
  %flags = load i32, ptr %flags.place, align 4
  %held.bit = and i32 %flags, 1
  %held = icmp ne i32 %held.bit, 0
  %count.place = getelementptr i8, ptr %subject, i64 20
  %count = load i32, ptr %count.place, align 4
  %any = icmp ne i32 %count, 0
  %ask = and i1 %held, %any
  br i1 %ask, label %look, label %no
look:
  %found = call preserve_mostcc i1 @hierarchy_match(ptr %subject, ptr %record, i32 %count, i32 %rights)
  ret i1 %found
no:
  ret i1 false
}

define internal i1 @q_present_there(ptr %attributes, i32 %byte, i8 %bit) alwaysinline nounwind {
  %place = getelementptr i8, ptr %attributes, i32 %byte
  %bits = load i8, ptr %place, align 1
  %set = and i8 %bits, %bit
  %answer = icmp ne i8 %set, 0
  ret i1 %answer
}

; null attributes hold no values
define internal i1 @q_present(ptr %attributes, i32 %byte, i8 %bit) alwaysinline nounwind {
entry:
  %none = icmp eq ptr %attributes, null
  br i1 %none, label %no, label %look
look:
  %answer = call i1 @q_present_there(ptr %attributes, i32 %byte, i8 %bit)
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

attributes #0 = { noinline nounwind memory(read) }
)llvm";

}  // namespace policyc
