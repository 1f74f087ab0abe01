package policyc

/*
#cgo noescape policy_check
#cgo nocallback policy_check
#cgo noescape policy_decide
#cgo nocallback policy_decide
#cgo noescape policyc_check_batch
#cgo nocallback policyc_check_batch
#include "policy/policy.h"

// `count` records, `stride` bytes apart; bit i of `there`: record i is one. Go's memory may hold no addresses of Go's,
// so that the list of addresses is made here, 64 at a time.
static policy_status policyc_check_batch(const policy_program* program, const policy_subject* subject, uint32_t table,
                                         uint32_t right, const uint64_t* records, uint64_t stride,
                                         const uint64_t* there, uint64_t count, const policy_context* context,
                                         uint64_t* allowed) {
  const policy_record* list[64];
  for (uint64_t first = 0; first < count; first += 64) {
    const uint64_t some = count - first < 64 ? count - first : 64;
    for (uint64_t i = 0; i < some; ++i) {
      const char* record = (const char*)records + (first + i) * stride;
      list[i] = there[first / 64] >> i & 1 ? (const policy_record*)(const void*)record : NULL;
    }
    const policy_status status =
        policy_check_many(program, subject, table, right, list, some, context, &allowed[first / 64]);
    if (status != POLICY_OK) return status;
  }
  return POLICY_OK;
}
*/
import "C"

import (
	"iter"
	"math/bits"
	"runtime"
	"unsafe"
)

// Check is whether the subject may do this to the record. `context` may be nil where no condition reads it: its
// attributes then have no values. For Create, the record as it would be. No error: whatever cannot be asked is denied;
// Decide says why.
func (p *Program) Check(subject *Subject, table TableID, right Right, record *Record, context *Context) bool {
	if !p.isRecord(table, record) || !p.enter(subject, context) {
		return false
	}
	answer := C.policy_check(p.ptr, subject.ptr, C.uint32_t(table), C.uint32_t(right), record.header(), context.pointer())
	subject.handle.leave()
	runtime.KeepAlive(record)
	runtime.KeepAlive(context)
	return answer != 0
}

// A subject keeps its program in the library's memory, even one that was closed.
func (p *Program) enter(subject *Subject, context *Context) bool {
	return p != nil && subject != nil && subject.program == p && (context == nil || context.program == p) &&
		subject.handle.enter()
}

// The layout of a record is that of its table, and its program's.
func (p *Program) isRecord(table TableID, record *Record) bool {
	return record != nil && record.program == p && record.table == table
}

// Decision is an answer, with everything that Explain needs to say why.
type Decision struct {
	Allowed bool
	Reason  Reason
	Held    Level // of a denial for ReasonLevel: the level held ...
	Needed  Level // ... and the one that would have reached
	Grant   GrantID
	Role    RoleID    // that holds the grant
	Through Principal // who holds the role
}

var unknown = Decision{Reason: ReasonUnknown, Grant: None, Role: None}

func decision(d *C.policy_decision) Decision {
	return Decision{d.effect == C.POLICY_ALLOW, Reason(d.reason), Level(d.held), Level(d.needed), GrantID(d.grant),
		RoleID(d.role), Principal(d.through)}
}

func (d Decision) encoded() C.policy_decision {
	effect := C.uint8_t(C.POLICY_DENY)
	if d.Allowed {
		effect = C.POLICY_ALLOW
	}
	return C.policy_decision{effect, C.uint8_t(d.Reason), C.uint8_t(d.Held), C.uint8_t(d.Needed), C.uint32_t(d.Grant),
		C.uint32_t(d.Role), C.policy_principal(d.Through)}
}

// Decide is Check with the reason. Where it gives an error the decision is a denial.
func (p *Program) Decide(subject *Subject, table TableID, right Right, record *Record, context *Context) (Decision,
	error) {
	if !p.isRecord(table, record) {
		return unknown, fail(ErrUnknown, "the record is nil, of another table or of another program")
	}
	if !p.enter(subject, context) {
		return unknown, fail(ErrUnknown, "the subject is nil, closed or of another program, or the context is")
	}
	defer subject.handle.leave()
	return p.decide(subject.ptr, right, record, context)
}

// All three are of this program.
func (p *Program) decide(subject *C.policy_subject, right Right, record *Record, context *Context) (Decision, error) {
	var out C.policy_decision
	status := C.policy_decide(p.ptr, subject, C.uint32_t(record.table), C.uint32_t(right), record.header(),
		context.pointer(), &out)
	runtime.KeepAlive(record)
	runtime.KeepAlive(context)
	return decision(&out), plain(status, "Decide", record.table, right)
}

// Explain puts a decision into words, a line each.
func (p *Program) Explain(table TableID, right Right, d Decision) (string, error) {
	var text string
	err := p.Use(func(unsafe.Pointer) error {
		var err error
		text, err = explain(p.ptr, table, right, d)
		return err
	})
	return text, err
}

func explain(program *C.policy_program, table TableID, right Right, d Decision) (string, error) {
	c := d.encoded()
	buffer := make([]byte, 512)
	for {
		var needed C.size_t
		status := C.policy_explain(program, C.uint32_t(table), C.uint32_t(right), &c, (*C.char)(unsafe.Pointer(&buffer[0])),
			C.size_t(len(buffer)), &needed)
		if status == C.POLICY_SHORT && int(needed) > len(buffer) {
			buffer = make([]byte, needed)
			continue
		}
		if err := plain(status, "explain"); err != nil {
			return "", err
		}
		return string(buffer[:needed-1]), nil
	}
}

// Bitmap has a bit for each row that was asked about.
type Bitmap []uint64

func newBitmap(rows int) Bitmap { return make(Bitmap, (rows+63)/64) }

// Has is false past the end.
func (b Bitmap) Has(row int) bool {
	return row >= 0 && row/64 < len(b) && b[row/64]>>(row%64)&1 != 0
}

// Count is how many bits are set.
func (b Bitmap) Count() int {
	count := 0
	for _, word := range b {
		count += bits.OnesCount64(word)
	}
	return count
}

// All goes through the bits that are set, ascending.
func (b Bitmap) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// Records that go to the library at once.
const batch = 256

// CheckMany asks for one right on many records of a table. A nil record, and one of another table, is denied.
func (p *Program) CheckMany(subject *Subject, table TableID, right Right, records []*Record, context *Context) (Bitmap,
	error) {
	allowed := newBitmap(len(records))
	l, err := p.layoutOf(NameAttribute, uint32(table))
	if err != nil {
		return allowed, err
	}
	if !p.enter(subject, context) {
		return allowed, fail(ErrUnknown, "the subject is nil, closed or of another program, or the context is")
	}
	defer subject.handle.leave()
	stride := headerWords + l.bytes/8
	words := make([]uint64, min(len(records), batch)*stride)
	there := newBitmap(min(len(records), batch))
	for first := 0; first < len(records) || first == 0; first += batch {
		some := records[min(first, len(records)):min(first+batch, len(records))]
		p.gather(table, some, stride, words, there)
		status := C.policyc_check_batch(p.ptr, subject.ptr, C.uint32_t(table), C.uint32_t(right), first64(words),
			C.uint64_t(stride*8), first64(there), C.uint64_t(len(some)), context.pointer(), first64(allowed[first/64:]))
		if status != C.POLICY_OK {
			clear(allowed)
			return allowed, plain(status, "check")
		}
	}
	runtime.KeepAlive(records)
	runtime.KeepAlive(context)
	return allowed, nil
}

func (p *Program) gather(table TableID, records []*Record, stride int, words []uint64, there Bitmap) {
	clear(there)
	for i, record := range records {
		if p.isRecord(table, record) && len(record.words) == stride {
			copy(words[i*stride:], record.words)
			there[i/64] |= 1 << (i % 64)
		}
	}
}

func first64(words []uint64) *C.uint64_t { return (*C.uint64_t)(unsafe.SliceData(words)) }
