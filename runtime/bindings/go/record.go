package policyc

/*
#include "policy/policy.h"

static const policy_share_list* policyc_shares(const policy_record* record) {
  return (const policy_share_list*)(uintptr_t)(record->shares & ~(uint64_t)POLICY_AWAY);
}
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// ShareOf is one share of a row: with whom, and which rights, given directly or through a row above.
type ShareOf struct {
	Principal Principal
	Rights    Rights
	Inherited Rights
}

// Copied and read as it is: this does not compile where it is laid out otherwise.
var _ = [1]struct{}{}[unsafe.Sizeof(ShareOf{})-unsafe.Sizeof(C.policy_share{})]

// Facts are of one row, on the thin way.
//
//	trip, err := club.NewRecord(boatTrip, policyc.Facts{Owner: sam, Unit: north,
//		Values: policyc.Values{"status": "closed", "distance_km": 12}})
type Facts struct {
	Owner  Principal
	Unit   UnitID // pre-order number of the owning unit; ignored on organization-owned tables
	Away   bool   // the owning unit is not the owner's own
	Shares []ShareOf
	Values Values
}

// Record is a row as compiled code reads it: made by NewRecord or Reader.Record. Any number of goroutines may check one
// that does not change meanwhile. The zero Record is of no program: it is denied, and setting it does nothing.
type Record struct {
	program *Program
	table   TableID
	layout  *layout
	words   []uint64 // a policy_record, then the attributes
	outside *outside // shares and texts
}

type outside struct {
	memory
	shares unsafe.Pointer
	texts  map[AttributeID]unsafe.Pointer
}

const headerWords = int(unsafe.Sizeof(C.policy_record{}) / 8)

// NewRecord fills one. Without facts nobody owns it.
func (p *Program) NewRecord(table TableID, facts Facts) (*Record, error) {
	info, err := p.DescribeTable(table)
	if err != nil {
		return nil, err
	}
	l, err := p.layoutOf(NameAttribute, uint32(table))
	if err != nil {
		return nil, err
	}
	bytes := max(l.bytes, int(info.AttributeBytes))
	r := &Record{program: p, table: table, layout: l, words: make([]uint64, headerWords+(bytes+7)/8)}
	r.SetOwner(facts.Owner)
	r.SetUnit(facts.Unit)
	if info.Ownership == OwnedByOrganization {
		r.SetUnit(None)
	}
	r.SetShares(facts.Shares...)
	r.SetAway(facts.Away)
	for name, value := range facts.Values {
		if err := r.Set(name, value); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// A record of the library's, with what it points to.
func (p *Program) copied(table TableID, from *C.policy_record) (*Record, error) {
	r, err := p.NewRecord(table, Facts{})
	if err != nil {
		return nil, err
	}
	copy(r.words, unsafe.Slice((*uint64)(unsafe.Pointer(from)), len(r.words)))
	list := C.policyc_shares(from)
	r.header().shares &= C.POLICY_AWAY
	if list != nil {
		first := (*ShareOf)(unsafe.Add(unsafe.Pointer(list), unsafe.Sizeof(*list)))
		r.SetShares(unsafe.Slice(first, list.count)...)
	}
	for _, a := range r.layout.list {
		if a.kind == TypeString && r.attributes()[a.number/8]>>(a.number%8)&1 != 0 {
			text := (*C.policy_string)(unsafe.Pointer(&r.attributes()[a.offset]))
			copied := C.GoStringN(text.data, C.int(text.size))
			v := encoded{isSet: true, text: copied}
			v.write(a, r.attributes(), r.keepText(a, v))
		}
	}
	return r, nil
}

func (r *Record) header() *C.policy_record {
	if r == nil || len(r.words) == 0 {
		return &C.policy_record{}
	}
	return (*C.policy_record)(unsafe.Pointer(&r.words[0]))
}

// Table is what it is a row of.
func (r *Record) Table() TableID { return r.table }

func (r *Record) SetOwner(owner Principal) { r.header().owner = C.policy_principal(owner) }
func (r *Record) SetUnit(unit UnitID)      { r.header().owning_unit = C.uint32_t(unit) }

func (r *Record) SetAway(away bool) {
	r.header().shares &^= C.POLICY_AWAY
	if away {
		r.header().shares |= C.POLICY_AWAY
	}
}

// SetShares puts these in the place of those before.
func (r *Record) SetShares(shares ...ShareOf) {
	if r == nil || r.program == nil {
		return
	}
	away := r.header().shares & C.POLICY_AWAY
	r.header().shares = away
	if r.outside != nil && r.outside.shares != nil {
		r.outside.release(r.outside.shares)
		r.outside.shares = nil
	}
	if len(shares) == 0 {
		return
	}
	at := r.beside().zeroed(int(unsafe.Sizeof(C.policy_share_list{})) + len(shares)*int(unsafe.Sizeof(C.policy_share{})))
	r.outside.shares = at
	(*C.policy_share_list)(at).count = C.uint32_t(len(shares))
	copy(unsafe.Slice((*ShareOf)(unsafe.Add(at, unsafe.Sizeof(C.policy_share_list{}))), len(shares)), shares)
	r.header().shares = C.uint64_t(uintptr(at)) | away
}

// Set gives an attribute a value; nil: none. ErrUnknown for one that no condition reads.
func (r *Record) Set(name string, value any) error {
	if r == nil || r.program == nil {
		return fail(ErrInvalid, "the record is nil, or was not made by NewRecord")
	}
	a, err := r.layout.find(name)
	if err != nil {
		return err
	}
	v, err := r.program.encode(a, value)
	if err != nil {
		return err
	}
	var text unsafe.Pointer
	if a.kind == TypeString {
		text = r.keepText(a, v)
	}
	v.write(a, r.attributes(), text)
	return nil
}

func (r *Record) attributes() []byte {
	words := r.words[headerWords:]
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
}

func (r *Record) keepText(a attribute, v encoded) unsafe.Pointer {
	o := r.beside()
	if before := o.texts[a.number]; before != nil {
		o.release(before)
		delete(o.texts, a.number)
	}
	if !v.isSet {
		return nil
	}
	if o.texts == nil {
		o.texts = map[AttributeID]unsafe.Pointer{}
	}
	o.texts[a.number] = o.text(v.text)
	return o.texts[a.number]
}

func (r *Record) beside() *outside {
	if r.outside == nil {
		r.outside = &outside{}
		runtime.AddCleanup(r, func(o *outside) { o.free() }, r.outside)
	}
	return r.outside
}

// Context is what a check may read beside subject and record: NewContext(Values{"channel": "web"}).
type Context struct {
	program *Program
	ptr     *C.policy_context
	memory  *memory
}

// NewContext fills one. `now` and `today` are attributes as any other.
func (p *Program) NewContext(values Values) (*Context, error) {
	l, err := p.layoutOf(NameContextAttribute, 0)
	if err != nil {
		return nil, err
	}
	m := &memory{}
	bytes := m.zeroed(l.bytes)
	if err := p.fill(l, values, unsafe.Slice((*byte)(bytes), l.bytes), m); err != nil {
		m.free()
		return nil, err
	}
	c := &Context{program: p, memory: m, ptr: (*C.policy_context)(m.zeroed(int(unsafe.Sizeof(C.policy_context{}))))}
	c.ptr.struct_size = C.uint32_t(unsafe.Sizeof(*c.ptr))
	c.ptr.attributes = (*C.uint8_t)(bytes)
	runtime.AddCleanup(c, (*memory).free, m)
	return c, nil
}

func (c *Context) pointer() *C.policy_context {
	if c == nil {
		return nil
	}
	return c.ptr
}
