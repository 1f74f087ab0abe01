package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"runtime"
	"slices"
	"strings"
	"unsafe"
)

// Rows are many rows of one table, column by column. What a decision does not read may be left out.
//
//	rows := policyc.Rows{Count: len(owners), Owners: owners, Units: units, Away: away,
//		Attributes: map[string]policyc.Column{"status": policyc.ChoiceColumn(states)}}
//	allowed, err := club.Filter(sam, boatTrip, policyc.Read, &rows, nil)
//	for row := range allowed.All() { ... }
//
// Columns that the decision does not read may be nil; where one that it reads is, ErrMissing.
type Rows struct {
	Count      int
	Owners     []Principal
	Units      []UnitID // nil: no row has one, as on organization-owned tables
	Away       Bitmap   // rows whose owning unit is not the owner's own; modern business units need it
	ShareBegin []uint32 // Count + 1 of them: row i's shares are Shares[ShareBegin[i]:ShareBegin[i+1]]
	Shares     []ShareOf
	Attributes map[string]Column
}

// Column is one attribute of all rows; the slice that it was made of is read where it lies.
type Column struct {
	kind    Type
	count   int
	values  unsafe.Pointer
	texts   []string
	present Bitmap
}

func BooleanColumn(values []bool) Column      { return columnOf(TypeBoolean, values) }
func IntegerColumn(values []int64) Column     { return columnOf(TypeInteger, values) }
func DecimalColumn(values []Decimal) Column   { return columnOf(TypeDecimal, values) }
func MoneyColumn(values []Money) Column       { return columnOf(TypeMoney, values) }
func DateColumn(values []Date) Column         { return columnOf(TypeDate, values) }
func DateTimeColumn(values []DateTime) Column { return columnOf(TypeDateTime, values) }
func ChoiceColumn(values []Choice) Column     { return columnOf(TypeChoice, values) }

// StringColumn copies the texts for each call: the library cannot read Go's.
func StringColumn(values []string) Column {
	return Column{kind: TypeString, count: len(values), texts: values}
}

func columnOf[T any](kind Type, values []T) Column {
	return Column{kind: kind, count: len(values), values: unsafe.Pointer(unsafe.SliceData(values))}
}

// Present says which rows have a value; without it every row has one.
func (c Column) Present(present Bitmap) Column {
	if present == nil {
		present = Bitmap{}
	}
	c.present = present
	return c
}

// Filter asks for one right on many rows, column by column: a fraction of a nanosecond a row.
func (p *Program) Filter(subject *Subject, table TableID, right Right, rows *Rows, context *Context) (Bitmap, error) {
	if !p.enter(subject, context) {
		return nil, fail(ErrUnknown, "the subject is nil, closed or of another program, or the context is")
	}
	defer subject.handle.leave()
	return p.filter(subject.ptr, table, right, rows, context)
}

// `subject` is of this program.
func (p *Program) filter(subject *C.policy_subject, table TableID, right Right, rows *Rows, context *Context) (Bitmap,
	error) {
	if err := rows.check(); err != nil {
		return nil, err
	}
	l, err := p.layoutOf(NameAttribute, uint32(table))
	if err != nil {
		return nil, err
	}
	var m memory
	defer m.free()
	var pins runtime.Pinner
	defer pins.Unpin()
	c := (*C.policy_columns)(m.zeroed(int(unsafe.Sizeof(C.policy_columns{}))))
	c.struct_size = C.uint32_t(unsafe.Sizeof(*c))
	c.count = C.uint64_t(rows.Count)
	c.owner = (*C.policy_principal)(pinned(&pins, rows.Owners))
	c.owning_unit = (*C.uint32_t)(pinned(&pins, rows.Units))
	c.away = (*C.uint64_t)(pinned(&pins, rows.Away))
	c.share_begin = (*C.uint32_t)(pinned(&pins, rows.ShareBegin))
	c.shares = (*C.policy_share)(pinned(&pins, rows.Shares))
	if err := rows.putAttributes(l, c, &m, &pins); err != nil {
		return nil, err
	}
	allowed := newBitmap(rows.Count)
	status := C.policy_filter(p.ptr, subject, C.uint32_t(table), C.uint32_t(right), c, context.pointer(),
		first64(allowed), C.uint64_t(len(allowed)))
	runtime.KeepAlive(context)
	if status == C.POLICY_MISSING {
		return allowed, fail(ErrMissing, "the decision reads a column that is not there; not given are %s",
			strings.Join(rows.notGiven(l), ", "))
	}
	return allowed, plain(status, "filter", table, right)
}

// The library does not say which column it misses: one of these.
func (r *Rows) notGiven(l *layout) []string {
	var names []string
	for name, isGiven := range map[string]bool{"Owners": r.Owners != nil, "Units": r.Units != nil, "Away": r.Away != nil,
		"Shares": r.ShareBegin != nil} {
		if !isGiven {
			names = append(names, name)
		}
	}
	for _, a := range l.list {
		if _, isGiven := r.Attributes[a.name]; !isGiven {
			names = append(names, "`"+a.name+"`")
		}
	}
	slices.Sort(names)
	return names
}

func pinned[T any](pins *runtime.Pinner, values []T) unsafe.Pointer {
	if values == nil {
		return nil
	}
	if len(values) == 0 {
		values = make([]T, 1) // a column of no rows is not a missing one
	}
	pins.Pin(&values[0])
	return unsafe.Pointer(&values[0])
}

// The library trusts lengths; this is where they are compared.
func (r *Rows) check() error {
	if r == nil || r.Count < 0 {
		return fail(ErrInvalid, "there are no rows")
	}
	words := (r.Count + 63) / 64
	if (r.Owners != nil && len(r.Owners) != r.Count) || (r.Units != nil && len(r.Units) != r.Count) ||
		(r.Away != nil && len(r.Away) < words) {
		return fail(ErrInvalid, "a column does not have %d rows", r.Count)
	}
	for name, column := range r.Attributes {
		if column.count != r.Count || (column.present != nil && len(column.present) < words) {
			return fail(ErrInvalid, "column `%s` does not have %d rows", name, r.Count)
		}
	}
	return r.checkShares()
}

func (r *Rows) checkShares() error {
	if r.ShareBegin == nil && r.Shares == nil {
		return nil
	}
	if len(r.ShareBegin) != r.Count+1 || int(r.ShareBegin[r.Count]) > len(r.Shares) {
		return fail(ErrInvalid, "ShareBegin has %d entries for %d rows and %d shares", len(r.ShareBegin), r.Count,
			len(r.Shares))
	}
	for i := range r.Count {
		if r.ShareBegin[i] > r.ShareBegin[i+1] {
			return fail(ErrInvalid, "ShareBegin descends at row %d", i)
		}
	}
	return nil
}

func (r *Rows) putAttributes(l *layout, c *C.policy_columns, m *memory, pins *runtime.Pinner) error {
	if len(l.list) == 0 && len(r.Attributes) == 0 {
		return nil
	}
	list := unsafe.Slice((*C.policy_column)(m.zeroed(len(l.list)*int(unsafe.Sizeof(C.policy_column{})))), len(l.list))
	for name, column := range r.Attributes {
		a, err := l.find(name)
		if err != nil {
			return err
		}
		if a.kind != column.kind {
			return fail(ErrInvalid, "`%s` is of type %v, its column of type %v", name, a.kind, column.kind)
		}
		out := &list[a.number]
		out.present = (*C.uint64_t)(pinned(pins, column.present))
		switch {
		case column.count == 0:
			out.values = m.zeroed(0) // a column of no rows is not a missing one
		case column.kind == TypeString:
			if out.values, err = textColumn(column.texts, m); err != nil {
				return err
			}
		default:
			pins.Pin(column.values)
			out.values = column.values
		}
	}
	c.attribute_count = C.uint32_t(len(list))
	c.attributes = unsafe.SliceData(list)
	return nil
}

// A policy_string for each text, and behind them all their bytes.
func textColumn(texts []string, m *memory) (unsafe.Pointer, error) {
	size := 0
	for _, text := range texts {
		if err := mustBeText(text); err != nil {
			return nil, err
		}
		size += len(text)
	}
	bytes := m.zeroed(size)
	entries := m.zeroed(len(texts) * int(unsafe.Sizeof(C.policy_string{})))
	list := unsafe.Slice((*C.policy_string)(entries), len(texts))
	next := 0
	for i, text := range texts {
		copy(unsafe.Slice((*byte)(unsafe.Add(bytes, next)), len(text)), text)
		list[i].data = (*C.char)(unsafe.Add(bytes, next))
		list[i].size = C.uint64_t(len(text))
		next += len(text)
	}
	return entries, nil
}
