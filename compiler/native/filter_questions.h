// The questions of questions.h for a block of 64 rows, as LLVM text: bit i of every mask is row i of the block. `asked`
// says of which rows the answer is wanted; what comes back is a part of it.
//
// What few rows are asked is asked row by row, of a record that is put together from the columns.
#pragma once

namespace policyc {

inline constexpr const char kFilterQuestions[] = R"llvm(
declare i64 @llvm.cttz.i64(i64, i1)

; --- columns

; `size` bytes, and ones up to `total`
define internal void @copy_bytes(ptr %to, ptr %from, i64 %size, i64 %total) noinline nounwind "no-builtins" {
entry:
  br label %head
head:
  %at = phi i64 [ 0, %entry ], [ %next, %write ]
  %more = icmp ult i64 %at, %total
  br i1 %more, label %body, label %done
body:
  %inside = icmp ult i64 %at, %size
  br i1 %inside, label %read, label %write
read:
  %from.place = getelementptr i8, ptr %from, i64 %at
  %byte = load i8, ptr %from.place, align 1
  br label %write
write:
  %value = phi i8 [ -1, %body ], [ %byte, %read ]
  %to.place = getelementptr i8, ptr %to, i64 %at
  store i8 %value, ptr %to.place, align 1
  %next = add i64 %at, 1
  br label %head
done:
  ret void
}

define internal void @fill_words(ptr %to, i64 %count, i64 %word) noinline nounwind "no-builtins" {
entry:
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %more = icmp ult i64 %i, %count
  br i1 %more, label %body, label %done
body:
  %place = getelementptr i64, ptr %to, i64 %i
  store i64 %word, ptr %place, align 8
  %next = add i64 %i, 1
  br label %head
done:
  ret void
}

; away from home and not shared
define internal void @away_record(ptr %record, ptr %owners, ptr %units, i64 %row) alwaysinline nounwind {
  %owner.place = getelementptr i32, ptr %owners, i64 %row
  %owner = load i32, ptr %owner.place, align 4
  store i32 %owner, ptr %record, align 8
  %unit.place = getelementptr i32, ptr %units, i64 %row
  %unit = load i32, ptr %unit.place, align 4
  %record.unit = getelementptr i8, ptr %record, i64 4
  store i32 %unit, ptr %record.unit, align 4
  %record.shares = getelementptr i8, ptr %record, i64 8
  store i64 1, ptr %record.shares, align 8
  ret void
}

; --- signatures: a set of principals as 1,024 bits, so that most of those that are not in it are told without a look

define internal i64 @signature_bit(i32 %principal) alwaysinline nounwind {
  %mixed = mul i32 %principal, -1640531535
  %bit = lshr i32 %mixed, 22
  %wide = zext i32 %bit to i64
  ret i64 %wide
}

define internal i1 @may_hold(ptr %signature, i32 %principal) alwaysinline nounwind {
  %bit = call i64 @signature_bit(i32 %principal)
  %word.number = lshr i64 %bit, 6
  %place = getelementptr i64, ptr %signature, i64 %word.number
  %word = load i64, ptr %place, align 8
  %in.word = and i64 %bit, 63
  %shifted = lshr i64 %word, %in.word
  %answer = trunc i64 %shifted to i1
  ret i1 %answer
}

define internal void @sign(ptr %signature, i32 %principal) alwaysinline nounwind {
  %bit = call i64 @signature_bit(i32 %principal)
  %word.number = lshr i64 %bit, 6
  %place = getelementptr i64, ptr %signature, i64 %word.number
  %word = load i64, ptr %place, align 8
  %in.word = and i64 %bit, 63
  %mask = shl i64 1, %in.word
  %more = or i64 %word, %mask
  store i64 %more, ptr %place, align 8
  ret void
}

; every entry of a list begins with a principal
define internal void @sign_list(ptr %signature, ptr %list, i32 %count, i64 %stride) noinline nounwind {
entry:
  %end = zext i32 %count to i64
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %more = icmp ult i64 %i, %end
  br i1 %more, label %body, label %done
body:
  %offset = mul i64 %i, %stride
  %place = getelementptr i8, ptr %list, i64 %offset
  %principal = load i32, ptr %place, align 4
  call void @sign(ptr %signature, i32 %principal)
  %next = add i64 %i, 1
  br label %head
done:
  ret void
}

define internal void @sign_reports(ptr %signature, ptr %subject) noinline nounwind {
  call void @fill_words(ptr %signature, i64 16, i64 0)
  %count.place = getelementptr i8, ptr %subject, i64 20
  %count = load i32, ptr %count.place, align 4
  %reports.place = getelementptr i8, ptr %subject, i64 48
  %reports = load ptr, ptr %reports.place, align 8
  call void @sign_list(ptr %signature, ptr %reports, i32 %count, i64 8)
  ret void
}

; --- units

define internal i64 @rows_in_interval(ptr %units, i32 %first, i32 %count) alwaysinline nounwind {
  %unit = load <64 x i32>, ptr %units, align 4
  %first.one = insertelement <64 x i32> poison, i32 %first, i64 0
  %first.each = shufflevector <64 x i32> %first.one, <64 x i32> poison, <64 x i32> zeroinitializer
  %count.one = insertelement <64 x i32> poison, i32 %count, i64 0
  %count.each = shufflevector <64 x i32> %count.one, <64 x i32> poison, <64 x i32> zeroinitializer
  %distance = sub <64 x i32> %unit, %first.each
  %inside = icmp ult <64 x i32> %distance, %count.each
  %rows = bitcast <64 x i1> %inside to i64
  ret i64 %rows
}

; beyond the first interval
define internal i64 @rows_further(ptr %subject, ptr %reach, ptr %units, i64 %asked) noinline nounwind {
entry:
  %list = call ptr @list_of(ptr %subject, ptr %reach)
  %count.place = getelementptr i8, ptr %reach, i64 20
  %count = load i32, ptr %count.place, align 4
  %end = zext i32 %count to i64
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %found = phi i64 [ 0, %entry ], [ %more.found, %body ]
  %more = icmp ult i64 %i, %end
  br i1 %more, label %body, label %done
body:
  %place = getelementptr i64, ptr %list, i64 %i
  %first = load i32, ptr %place, align 4
  %size.place = getelementptr i8, ptr %place, i64 4
  %size = load i32, ptr %size.place, align 4
  %inside = call i64 @rows_in_interval(ptr %units, i32 %first, i32 %size)
  %more.found = or i64 %found, %inside
  %next = add i64 %i, 1
  br label %head
done:
  %answer = and i64 %found, %asked
  ret i64 %answer
}

; --- owners

define internal i64 @rows_owned_by(ptr %owners, i32 %principal) alwaysinline nounwind {
  %owner = load <64 x i32>, ptr %owners, align 4
  %one = insertelement <64 x i32> poison, i32 %principal, i64 0
  %each = shufflevector <64 x i32> %one, <64 x i32> poison, <64 x i32> zeroinitializer
  %same = icmp eq <64 x i32> %owner, %each
  %rows = bitcast <64 x i1> %same to i64
  ret i64 %rows
}

; is_in(list, count, x): of an ascending list
define internal i1 @is_in(ptr %list, i32 %count, i32 %x) noinline nounwind {
entry:
  br label %head
head:
  %low = phi i32 [ 0, %entry ], [ %low.next, %body ]
  %high = phi i32 [ %count, %entry ], [ %high.next, %body ]
  %more = icmp ult i32 %low, %high
  br i1 %more, label %body, label %done
body:
  %span = sub i32 %high, %low
  %half = lshr i32 %span, 1
  %middle = add i32 %low, %half
  %middle.wide = zext i32 %middle to i64
  %place = getelementptr i32, ptr %list, i64 %middle.wide
  %item = load i32, ptr %place, align 4
  %below = icmp ult i32 %item, %x
  %after = add i32 %middle, 1
  %low.next = select i1 %below, i32 %after, i32 %low
  %high.next = select i1 %below, i32 %high, i32 %middle
  br label %head
done:
  %inside = icmp ult i32 %low, %count
  br i1 %inside, label %look, label %no
look:
  %low.wide = zext i32 %low to i64
  %found.place = getelementptr i32, ptr %list, i64 %low.wide
  %found = load i32, ptr %found.place, align 4
  %same = icmp eq i32 %found, %x
  ret i1 %same
no:
  ret i1 false
}

; A short list is compared with all rows at once, of a long one the rows are looked up.
define internal i64 @rows_of_groups(ptr %subject, ptr %reach, ptr %owners, i64 %asked) noinline nounwind {
entry:
  %owner = load <64 x i32>, ptr %owners, align 4
  %kind.begin = insertelement <64 x i32> poison, i32 1073741824, i64 0
  %kind.begins = shufflevector <64 x i32> %kind.begin, <64 x i32> poison, <64 x i32> zeroinitializer
  %is.group = icmp uge <64 x i32> %owner, %kind.begins
  %groups = bitcast <64 x i1> %is.group to i64
  %look.at = and i64 %groups, %asked
  %none = icmp eq i64 %look.at, 0
  br i1 %none, label %nothing, label %some
nothing:
  ret i64 0
some:
  %list = call ptr @owners_of(ptr %subject, ptr %reach)
  %count.place = getelementptr i8, ptr %reach, i64 24
  %count = load i32, ptr %count.place, align 4
  %end = zext i32 %count to i64
  %short = icmp ult i32 %count, 33
  br i1 %short, label %head, label %rows.head
head:
  %i = phi i64 [ 0, %some ], [ %next, %body ]
  %found = phi i64 [ 0, %some ], [ %more.found, %body ]
  %more = icmp ult i64 %i, %end
  br i1 %more, label %body, label %done
body:
  %place = getelementptr i32, ptr %list, i64 %i
  %principal = load i32, ptr %place, align 4
  %owned = call i64 @rows_owned_by(ptr %owners, i32 %principal)
  %more.found = or i64 %found, %owned
  %next = add i64 %i, 1
  br label %head
done:
  %answer = and i64 %found, %look.at
  ret i64 %answer
rows.head:
  %left = phi i64 [ %look.at, %some ], [ %left.next, %rows.body ]
  %rows = phi i64 [ 0, %some ], [ %rows.next, %rows.body ]
  %any = icmp ne i64 %left, 0
  br i1 %any, label %rows.body, label %rows.done
rows.body:
  %row = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %owner.place = getelementptr i32, ptr %owners, i64 %row
  %row.owner = load i32, ptr %owner.place, align 4
  %is.in = call i1 @is_in(ptr %list, i32 %count, i32 %row.owner)
  %bit.value = zext i1 %is.in to i64
  %bit = shl i64 %bit.value, %row
  %rows.next = or i64 %rows, %bit
  %left.less = sub i64 %left, 1
  %left.next = and i64 %left, %left.less
  br label %rows.head
rows.done:
  ret i64 %rows
}

define internal i64 @rows_at_home(ptr %subject, ptr %reach, ptr %owners, ptr %units, i64 %aways, i64 %asked) noinline
    nounwind {
entry:
  %record = alloca [16 x i8], align 8
  %away = and i64 %aways, %asked
  %home = xor i64 %away, %asked
  br label %head
head:
  %left = phi i64 [ %away, %entry ], [ %left.next, %body ]
  %found = phi i64 [ %home, %entry ], [ %more.found, %body ]
  %any = icmp ne i64 %left, 0
  br i1 %any, label %body, label %done
body:
  %row = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  call void @away_record(ptr %record, ptr %owners, ptr %units, i64 %row)
  %yes = call i1 @q_home(ptr %subject, ptr %reach, ptr %record)
  %bit.value = zext i1 %yes to i64
  %bit = shl i64 %bit.value, %row
  %more.found = or i64 %found, %bit
  %left.less = sub i64 %left, 1
  %left.next = and i64 %left, %left.less
  br label %head
done:
  ret i64 %found
}

; --- shares: those of the block's rows lie one behind the other, from `first` on and before `last`

; The row of a share: the last one whose shares begin at it or before. Behind the last row all bits are set.
define internal i64 @row_of_share(ptr %begins, i64 %share) alwaysinline nounwind {
  %begin = load <64 x i32>, ptr %begins, align 4
  %share.short = trunc i64 %share to i32
  %one = insertelement <64 x i32> poison, i32 %share.short, i64 0
  %each = shufflevector <64 x i32> %one, <64 x i32> poison, <64 x i32> zeroinitializer
  %before = icmp ule <64 x i32> %begin, %each
  %rows = bitcast <64 x i1> %before to i64
  %count = call i64 @llvm.ctpop.i64(i64 %rows)
  %row = sub i64 %count, 1
  ret i64 %row
}

define internal <16 x i1> @shares_with(<16 x i32> %principals, i32 %principal, i1 %counts) alwaysinline nounwind {
  %one = insertelement <16 x i32> poison, i32 %principal, i64 0
  %each = shufflevector <16 x i32> %one, <16 x i32> poison, <16 x i32> zeroinitializer
  %same = icmp eq <16 x i32> %principals, %each
  %counts.one = insertelement <16 x i1> poison, i1 %counts, i64 0
  %counts.each = shufflevector <16 x i1> %counts.one, <16 x i1> poison, <16 x i32> zeroinitializer
  %with = and <16 x i1> %same, %counts.each
  ret <16 x i1> %with
}

; A few teams are compared with all shares at once, of many the shares are looked up.
define internal i16 @shares_with_teams(ptr %subject, <16 x i32> %principals, i16 %asked) alwaysinline nounwind {
entry:
  %found.places = alloca [16 x i32], align 64
  %count.place = getelementptr i8, ptr %subject, i64 16
  %count = load i32, ptr %count.place, align 4
  %teams.place = getelementptr i8, ptr %subject, i64 32
  %teams = load ptr, ptr %teams.place, align 8
  %end = zext i32 %count to i64
  %few = icmp ult i32 %count, 33
  br i1 %few, label %head, label %look
head:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %found = phi i16 [ 0, %entry ], [ %more.found, %body ]
  %more = icmp ult i64 %i, %end
  br i1 %more, label %body, label %done
body:
  %place = getelementptr i32, ptr %teams, i64 %i
  %team = load i32, ptr %place, align 4
  %with = call <16 x i1> @shares_with(<16 x i32> %principals, i32 %team, i1 true)
  %bits = bitcast <16 x i1> %with to i16
  %more.found = or i16 %found, %bits
  %next = add i64 %i, 1
  br label %head
look:
  store <16 x i32> %principals, ptr %found.places, align 64
  br label %each.head
each.head:
  %k = phi i64 [ 0, %look ], [ %k.next, %each.next ]
  %each.found = phi i16 [ 0, %look ], [ %each.more, %each.next ]
  %each.left = icmp ult i64 %k, 16
  br i1 %each.left, label %each.body, label %done
each.body:
  %k.short = trunc i64 %k to i16
  %shifted = lshr i16 %asked, %k.short
  %is.asked = trunc i16 %shifted to i1
  br i1 %is.asked, label %each.look, label %each.next
each.look:
  %each.place = getelementptr i32, ptr %found.places, i64 %k
  %principal = load i32, ptr %each.place, align 4
  %is.in = call i1 @is_in(ptr %teams, i32 %count, i32 %principal)
  br label %each.next
each.next:
  %yes = phi i1 [ false, %each.body ], [ %is.in, %each.look ]
  %yes.short = zext i1 %yes to i16
  %bit = shl i16 %yes.short, %k.short
  %each.more = or i16 %each.found, %bit
  %k.next = add i64 %k, 1
  br label %each.head
done:
  %answer = phi i16 [ %found, %head ], [ %each.found, %each.head ]
  ret i16 %answer
}

define internal <16 x i1> @shares_for(<16 x i64> %shares, i32 %rights) alwaysinline nounwind {
  %upper = lshr <16 x i64> %shares, splat (i64 32)
  %masks = trunc <16 x i64> %upper to <16 x i32>
  %rights.one = insertelement <16 x i32> poison, i32 %rights, i64 0
  %rights.each = shufflevector <16 x i32> %rights.one, <16 x i32> poison, <16 x i32> zeroinitializer
  %given = and <16 x i32> %masks, %rights.each
  %gives = icmp ne <16 x i32> %given, zeroinitializer
  ret <16 x i1> %gives
}

define internal i64 @row_if(i64 %shares, i64 %lane, i64 %row) alwaysinline nounwind {
  %shifted = lshr i64 %shares, %lane
  %one = and i64 %shifted, 1
  %bit = shl i64 %one, %row
  ret i64 %bit
}

declare <16 x i64> @llvm.masked.load.v16i64.p0(ptr, i32, <16 x i1>, <16 x i64>)

; Rows of the block that are shared for one of the rights: with the user, with the user's unit, and with teams of theirs
; or the organization. `found` holds the three, and whether they are known; it is the same for every slot.
define internal void @find_shared(ptr %subject, ptr %shares, i64 %first, i64 %last, ptr %begins, i32 %rights,
                                  ptr %found) noinline nounwind {
entry:
  %user.place = getelementptr i8, ptr %subject, i64 4
  %user = load i32, ptr %user.place, align 4
  %user.kind = lshr i32 %user, 29
  %is.user = icmp eq i32 %user.kind, 1
  %index.place = getelementptr i8, ptr %subject, i64 8
  %index = load i32, ptr %index.place, align 4
  %unit = or i32 %index, 1610612736
  %unit.kind = lshr i32 %unit, 29
  %is.unit = icmp eq i32 %unit.kind, 3
  br label %head
head:
  %at = phi i64 [ %first, %entry ], [ %at.next, %rows.head ]
  %user.rows = phi i64 [ 0, %entry ], [ %user.found, %rows.head ]
  %unit.rows = phi i64 [ 0, %entry ], [ %unit.found, %rows.head ]
  %other.rows = phi i64 [ 0, %entry ], [ %other.found, %rows.head ]
  %more = icmp ult i64 %at, %last
  br i1 %more, label %body, label %done
body:
  %left = sub i64 %last, %at
  %some.left = call i64 @llvm.umin.i64(i64 %left, i64 16)
  %all = shl i64 1, %some.left
  %lanes.wide = sub i64 %all, 1
  %lanes = trunc i64 %lanes.wide to i16
  %inside = bitcast i16 %lanes to <16 x i1>
  %place = getelementptr i64, ptr %shares, i64 %at
  %entries = call <16 x i64> @llvm.masked.load.v16i64.p0(ptr %place, i32 4, <16 x i1> %inside,
                                                         <16 x i64> zeroinitializer)
  %gives = call <16 x i1> @shares_for(<16 x i64> %entries, i32 %rights)
  %giving = bitcast <16 x i1> %gives to i16
  %principals = trunc <16 x i64> %entries to <16 x i32>
  %with.user = call <16 x i1> @shares_with(<16 x i32> %principals, i32 %user, i1 %is.user)
  %with.unit = call <16 x i1> @shares_with(<16 x i32> %principals, i32 %unit, i1 %is.unit)
  %kinds = lshr <16 x i32> %principals, splat (i32 29)
  %with.all = icmp eq <16 x i32> %kinds, splat (i32 4)
  %all.bits = bitcast <16 x i1> %with.all to i16
  %team.bits = call i16 @shares_with_teams(ptr %subject, <16 x i32> %principals, i16 %giving)
  %user.bits = bitcast <16 x i1> %with.user to i16
  %unit.bits = bitcast <16 x i1> %with.unit to i16
  %other.bits = or i16 %all.bits, %team.bits
  %user.given = and i16 %user.bits, %giving
  %unit.given = and i16 %unit.bits, %giving
  %other.given = and i16 %other.bits, %giving
  %user.lanes = zext i16 %user.given to i64
  %unit.lanes = zext i16 %unit.given to i64
  %other.lanes = zext i16 %other.given to i64
  %one.lanes = or i64 %user.lanes, %unit.lanes
  %some.lanes = or i64 %one.lanes, %other.lanes
  %at.next = add i64 %at, 16
  br label %rows.head
rows.head:
  %counting = phi i64 [ %some.lanes, %body ], [ %counting.next, %rows.body ]
  %user.found = phi i64 [ %user.rows, %body ], [ %user.more, %rows.body ]
  %unit.found = phi i64 [ %unit.rows, %body ], [ %unit.more, %rows.body ]
  %other.found = phi i64 [ %other.rows, %body ], [ %other.more, %rows.body ]
  %any = icmp ne i64 %counting, 0
  br i1 %any, label %rows.body, label %head
rows.body:
  %lane = call i64 @llvm.cttz.i64(i64 %counting, i1 true)
  %share = add i64 %at, %lane
  %row = call i64 @row_of_share(ptr %begins, i64 %share)
  %user.bit = call i64 @row_if(i64 %user.lanes, i64 %lane, i64 %row)
  %user.more = or i64 %user.found, %user.bit
  %unit.bit = call i64 @row_if(i64 %unit.lanes, i64 %lane, i64 %row)
  %unit.more = or i64 %unit.found, %unit.bit
  %other.bit = call i64 @row_if(i64 %other.lanes, i64 %lane, i64 %row)
  %other.more = or i64 %other.found, %other.bit
  %counting.less = sub i64 %counting, 1
  %counting.next = and i64 %counting, %counting.less
  br label %rows.head
done:
  store i64 %user.rows, ptr %found, align 8
  %unit.rows.place = getelementptr i8, ptr %found, i64 8
  store i64 %unit.rows, ptr %unit.rows.place, align 8
  %other.rows.place = getelementptr i8, ptr %found, i64 16
  store i64 %other.rows, ptr %other.rows.place, align 8
  %known.place = getelementptr i8, ptr %found, i64 24
  store i64 1, ptr %known.place, align 8
  ret void
}

; as share_match
define internal i64 @rows_shared(ptr %subject, ptr %reach, ptr %shares, i64 %first, i64 %last, ptr %begins,
                                 i64 %asked, i32 %rights, ptr %found) alwaysinline nounwind {
entry:
  %known.place = getelementptr i8, ptr %found, i64 24
  %known = load i64, ptr %known.place, align 8
  %is.known = icmp ne i64 %known, 0
  br i1 %is.known, label %answer, label %look
look:
  call void @find_shared(ptr %subject, ptr %shares, i64 %first, i64 %last, ptr %begins, i32 %rights, ptr %found)
  br label %answer
answer:
  %flags.place = getelementptr i8, ptr %reach, i64 12
  %flags = load i32, ptr %flags.place, align 4
  %user.flag = and i32 %flags, 2
  %user.counts = icmp ne i32 %user.flag, 0
  %user.found = load i64, ptr %found, align 8
  %with.user = select i1 %user.counts, i64 %user.found, i64 0
  %unit.flag = and i32 %flags, 4
  %unit.counts = icmp ne i32 %unit.flag, 0
  %unit.place = getelementptr i8, ptr %found, i64 8
  %unit.found = load i64, ptr %unit.place, align 8
  %with.unit = select i1 %unit.counts, i64 %unit.found, i64 0
  %other.place = getelementptr i8, ptr %found, i64 16
  %with.other = load i64, ptr %other.place, align 8
  %with.one = or i64 %with.user, %with.unit
  %with.some = or i64 %with.one, %with.other
  %rows = and i64 %with.some, %asked
  ret i64 %rows
}

declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.ctpop.i64(i64)

; --- hierarchy

define internal i1 @report_gives(ptr %subject, ptr %signature, i32 %principal, i32 %rights) alwaysinline nounwind {
entry:
  %maybe = call i1 @may_hold(ptr %signature, i32 %principal)
  br i1 %maybe, label %look, label %no
look:
  %reports.place = getelementptr i8, ptr %subject, i64 48
  %reports = load ptr, ptr %reports.place, align 8
  %count.place = getelementptr i8, ptr %subject, i64 20
  %count = load i32, ptr %count.place, align 4
  %has = call i32 @report_rights(ptr %reports, i32 %count, i32 %principal)
  %given = and i32 %has, %rights
  %gives = icmp ne i32 %given, 0
  ret i1 %gives
no:
  ret i1 false
}

; rows that a report owns
define internal i64 @rows_of_reports(ptr %subject, ptr %signature, ptr %owners, i64 %asked, i32 %rights) noinline
    nounwind {
entry:
  br label %head
head:
  %left = phi i64 [ %asked, %entry ], [ %left.next, %body ]
  %found = phi i64 [ 0, %entry ], [ %more.found, %body ]
  %any = icmp ne i64 %left, 0
  br i1 %any, label %body, label %done
body:
  %row = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %place = getelementptr i32, ptr %owners, i64 %row
  %owner = load i32, ptr %place, align 4
  %yes = call i1 @report_gives(ptr %subject, ptr %signature, i32 %owner, i32 %rights)
  %bit.value = zext i1 %yes to i64
  %bit = shl i64 %bit.value, %row
  %more.found = or i64 %found, %bit
  %left.less = sub i64 %left, 1
  %left.next = and i64 %left, %left.less
  br label %head
done:
  ret i64 %found
}

; rows that are shared with a report, explicitly or through a row above
define internal i64 @rows_shared_with_reports(ptr %subject, ptr %signature, ptr %shares, i64 %first, i64 %last,
    ptr %begins, i64 %asked, i32 %rights) noinline nounwind {
entry:
  br label %head
head:
  %at = phi i64 [ %first, %entry ], [ %at.next, %next ]
  %found = phi i64 [ 0, %entry ], [ %found.next, %next ]
  %more = icmp ult i64 %at, %last
  br i1 %more, label %body, label %done
body:
  %place = getelementptr i64, ptr %shares, i64 %at
  %principal = load i32, ptr %place, align 4
  %masks.place = getelementptr i8, ptr %place, i64 4
  %masks = load i32, ptr %masks.place, align 4
  %through = lshr i32 %masks, 16
  %either = or i32 %masks, %through
  %given = and i32 %either, %rights
  %gives = icmp ne i32 %given, 0
  br i1 %gives, label %look, label %next
look:
  %yes = call i1 @report_gives(ptr %subject, ptr %signature, i32 %principal, i32 %given)
  br i1 %yes, label %add, label %next
add:
  %row = call i64 @row_of_share(ptr %begins, i64 %at)
  %bit = shl i64 1, %row
  %more.found = or i64 %found, %bit
  br label %next
next:
  %found.next = phi i64 [ %found, %body ], [ %found, %look ], [ %more.found, %add ]
  %at.next = add i64 %at, 1
  br label %head
done:
  %answer = and i64 %found, %asked
  ret i64 %answer
}

; --- strings

; Sizes are compared for all rows at once, bytes where those are the same.
define internal i64 @rows_with_text(ptr %strings, ptr %text, i64 %size, i64 %asked) noinline nounwind {
entry:
  %words = load <128 x i64>, ptr %strings, align 8
  %sizes = shufflevector <128 x i64> %words, <128 x i64> poison, <64 x i32> <i32 1, i32 3, i32 5, i32 7, i32 9, i32 11,
    i32 13, i32 15, i32 17, i32 19, i32 21, i32 23, i32 25, i32 27, i32 29, i32 31, i32 33, i32 35, i32 37, i32 39,
    i32 41, i32 43, i32 45, i32 47, i32 49, i32 51, i32 53, i32 55, i32 57, i32 59, i32 61, i32 63, i32 65, i32 67,
    i32 69, i32 71, i32 73, i32 75, i32 77, i32 79, i32 81, i32 83, i32 85, i32 87, i32 89, i32 91, i32 93, i32 95,
    i32 97, i32 99, i32 101, i32 103, i32 105, i32 107, i32 109, i32 111, i32 113, i32 115, i32 117, i32 119,
    i32 121, i32 123, i32 125, i32 127>
  %size.one = insertelement <64 x i64> poison, i64 %size, i64 0
  %size.each = shufflevector <64 x i64> %size.one, <64 x i64> poison, <64 x i32> zeroinitializer
  %is.sized = icmp eq <64 x i64> %sizes, %size.each
  %sized = bitcast <64 x i1> %is.sized to i64
  %look.at = and i64 %sized, %asked
  br label %head
head:
  %left = phi i64 [ %look.at, %entry ], [ %left.next, %body ]
  %found = phi i64 [ 0, %entry ], [ %more.found, %body ]
  %any = icmp ne i64 %left, 0
  br i1 %any, label %body, label %done
body:
  %row = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %offset = shl i64 %row, 4
  %place = getelementptr i8, ptr %strings, i64 %offset
  %data = load ptr, ptr %place, align 8
  %yes = call i1 @string_equal(ptr %data, i64 %size, ptr %text, i64 %size)
  %bit.value = zext i1 %yes to i64
  %bit = shl i64 %bit.value, %row
  %more.found = or i64 %found, %bit
  %left.less = sub i64 %left, 1
  %left.next = and i64 %left, %left.less
  br label %head
done:
  ret i64 %found
}

define internal i64 @rows_with_same_text(ptr %a, ptr %b, i64 %asked) noinline nounwind {
entry:
  br label %head
head:
  %left = phi i64 [ %asked, %entry ], [ %left.next, %body ]
  %found = phi i64 [ 0, %entry ], [ %more.found, %body ]
  %any = icmp ne i64 %left, 0
  br i1 %any, label %body, label %done
body:
  %row = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %offset = shl i64 %row, 4
  %a.place = getelementptr i8, ptr %a, i64 %offset
  %a.data = load ptr, ptr %a.place, align 8
  %a.size.place = getelementptr i8, ptr %a.place, i64 8
  %a.size = load i64, ptr %a.size.place, align 8
  %b.place = getelementptr i8, ptr %b, i64 %offset
  %b.data = load ptr, ptr %b.place, align 8
  %b.size.place = getelementptr i8, ptr %b.place, i64 8
  %b.size = load i64, ptr %b.size.place, align 8
  %yes = call i1 @string_equal(ptr %a.data, i64 %a.size, ptr %b.data, i64 %b.size)
  %bit.value = zext i1 %yes to i64
  %bit = shl i64 %bit.value, %row
  %more.found = or i64 %found, %bit
  %left.less = sub i64 %left, 1
  %left.next = and i64 %left, %left.less
  br label %head
done:
  ret i64 %found
}
)llvm";

}  // namespace policyc
