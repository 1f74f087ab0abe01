package policyc

/*
#cgo noescape policy_reader_check
#cgo nocallback policy_reader_check
#cgo noescape policy_reader_check_many
#cgo nocallback policy_reader_check_many
#include "policy/policy.h"
*/
import "C"

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Reader asks about one revision of a store at a time. Store.View has one ready; OpenReader is for goroutines that keep
// one. Two goroutines on one reader wait for each other.
type Reader struct {
	store *Store
	place atomic.Pointer[place] // nil: the zero Reader, or one of a View that is over
}

// What View gives to one Reader after the other: the library has a thousand.
type place struct {
	lock       sync.Mutex
	state      *readerState
	program    *Program // of what is looked at; nil until asked for
	hasContext bool
}

// What the cleanup needs, apart from the Reader itself.
type readerState struct {
	once sync.Once
	ptr  *C.policy_reader // nil: closed
	in   *handle          // the store's
	log  *handle
}

func (s *readerState) close() {
	s.once.Do(func() {
		C.policy_reader_close(s.ptr)
		s.ptr = nil
		if s.log != nil {
			s.log.leave()
		}
		s.in.leave()
	})
}

// OpenReader looks at nothing yet: Begin. ErrBusy where a thousand are open. Close it before the store.
func (s *Store) OpenReader() (*Reader, error) {
	place, err := s.openPlace()
	if err != nil {
		return nil, err
	}
	return newReader(s, place), nil
}

func newReader(s *Store, p *place) *Reader {
	r := &Reader{store: s}
	r.place.Store(p)
	return r
}

func (s *Store) openPlace() (*place, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	var ptr *C.policy_reader
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_reader_open(s.ptr, &ptr, e) })
	if err != nil {
		s.handle.leave()
		return nil, err
	}
	p := &place{state: &readerState{ptr: ptr, in: s.handle}}
	runtime.AddCleanup(p, (*readerState).close, p.state)
	return p, nil
}

// Close twice, or nil, is fine.
func (r *Reader) Close() error {
	if p := r.giveUp(); p != nil {
		p.lock.Lock()
		defer p.lock.Unlock()
		p.state.close()
	}
	return nil
}

// Its place, which it has no more from now on; nil where it had none.
func (r *Reader) giveUp() *place {
	if r == nil {
		return nil
	}
	p := r.place.Load()
	if p == nil {
		return nil
	}
	p.lock.Lock() // after whoever is asking
	defer p.lock.Unlock()
	if !r.place.CompareAndSwap(p, nil) {
		return nil
	}
	return p
}

// Its place, alone; leave with lock.Unlock.
func (r *Reader) enter() (*place, error) {
	if r == nil {
		return nil, closed("reader")
	}
	p := r.place.Load()
	if p == nil {
		return nil, closed("reader")
	}
	p.lock.Lock()
	if r.place.Load() != p {
		p.lock.Unlock()
		return nil, closed("reader")
	}
	return p, nil
}

func (r *Reader) do(what string, work func(*C.policy_reader) C.policy_status, arguments ...any) error {
	p, err := r.enter()
	if err != nil {
		return err
	}
	defer p.lock.Unlock()
	return plain(work(p.state.ptr), what, arguments...)
}

// Begin looks at the newest revision, and at none before `atLeast`: it waits up to `wait` for that, else ErrStale and
// the reader looks at nothing. What readers look at is kept for them, so do not look for long.
func (r *Reader) Begin(atLeast Revision, wait time.Duration) (Revision, error) {
	p, err := r.enter()
	if err != nil {
		return 0, err
	}
	defer p.lock.Unlock()
	p.program = nil
	var revision C.uint64_t
	status := C.policy_reader_begin(p.state.ptr, C.uint64_t(atLeast), C.uint64_t(max(wait, 0)), &revision)
	return Revision(revision), plain(status, "Begin", atLeast, wait)
}

// End looks at nothing.
func (r *Reader) End() {
	if p, err := r.enter(); err == nil {
		p.program = nil
		C.policy_reader_end(p.state.ptr)
		p.lock.Unlock()
	}
}

// As it was new; false where a context stays with it: it can only be changed by a reader that looks.
func (p *place) forget() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.program = nil
	if p.hasContext && C.policy_reader_set_context(p.state.ptr, nil, 0) != C.POLICY_OK {
		return false
	}
	p.hasContext = false
	if p.putLog(nil) != nil {
		return false
	}
	C.policy_reader_end(p.state.ptr)
	return true
}

// Program is what questions are asked under; nil where nothing is looked at.
func (r *Reader) Program() *Program {
	p, err := r.enter()
	if err != nil {
		return nil
	}
	defer p.lock.Unlock()
	return r.programOf(p)
}

func (r *Reader) programOf(p *place) *Program {
	if p.program == nil || p.program.handle.isShut() {
		ptr := C.policy_reader_program(p.state.ptr)
		if ptr == nil {
			return nil
		}
		p.program = r.store.current(C.policy_program_retain((*C.policy_program)(unsafe.Pointer(ptr))))
	}
	return p.program
}

func looksAtNothing() error { return fail(ErrStale, "the reader looks at nothing") }

// SetContext is what conditions read beside rows and users, for this reader's questions until it is set again. While it
// looks at something. Where the policy is replaced by one with another context everything is denied (ErrStale) until it
// is set anew.
func (r *Reader) SetContext(values Values) error {
	p, err := r.enter()
	if err != nil {
		return err
	}
	defer p.lock.Unlock()
	program := r.programOf(p)
	if program == nil {
		return looksAtNothing()
	}
	l, err := program.layoutOf(NameContextAttribute, 0)
	if err != nil {
		return err
	}
	var m memory
	defer m.free()
	list, count, err := program.numbered(l, values, &m)
	if err != nil {
		return err
	}
	p.hasContext = true
	return plain(C.policy_reader_set_context(p.state.ptr, list, count), "SetContext")
}

// SetLog logs every Check and Decide from now on; nil: no more.
func (r *Reader) SetLog(log *Log) error {
	p, err := r.enter()
	if err != nil {
		return err
	}
	defer p.lock.Unlock()
	return p.putLog(log)
}

func (p *place) putLog(log *Log) error {
	if log == nil && p.state.log == nil {
		return nil
	}
	var ptr *C.policy_log
	var inside *handle
	if log != nil {
		if !log.handle.enter() {
			return closed("log")
		}
		ptr, inside = log.ptr, log.handle
	}
	status := C.policy_reader_set_log(p.state.ptr, ptr)
	if status != C.POLICY_OK {
		if inside != nil {
			inside.leave()
		}
		return plain(status, "SetLog")
	}
	if p.state.log != nil {
		p.state.log.leave()
	}
	p.state.log = inside
	return nil
}

// Check is false as well where user, right or row are not there, and while the reader looks at nothing.
func (r *Reader) Check(user UserID, right Right, row RowID) bool {
	p, err := r.enter()
	if err != nil {
		return false
	}
	answer := C.policy_reader_check(p.state.ptr, C.uint32_t(user), C.uint32_t(right), C.uint32_t(row))
	p.lock.Unlock()
	return answer != 0
}

// Decide is Check with the reason. Where it gives an error the decision is a denial.
func (r *Reader) Decide(user UserID, right Right, row RowID) (Decision, error) {
	d := unknown
	err := r.do("Decide", func(reader *C.policy_reader) C.policy_status {
		var out C.policy_decision
		status := C.policy_reader_decide(reader, C.uint32_t(user), C.uint32_t(right), C.uint32_t(row), &out)
		d = decision(&out)
		return status
	}, user, right, row)
	return d, err
}

// Explain puts a decision about a row into words.
func (r *Reader) Explain(table TableID, right Right, d Decision) (string, error) {
	p, err := r.enter()
	if err != nil {
		return "", err
	}
	defer p.lock.Unlock()
	program := C.policy_reader_program(p.state.ptr)
	if program == nil {
		return "", looksAtNothing()
	}
	return explain((*C.policy_program)(unsafe.Pointer(program)), table, right, d)
}

// CheckMany asks for one right on many rows. Rows that are not there are denied.
func (r *Reader) CheckMany(user UserID, right Right, rows []RowID) (Bitmap, error) {
	allowed := newBitmap(len(rows))
	err := r.do("CheckMany", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_check_many(reader, C.uint32_t(user), C.uint32_t(right),
			(*C.uint32_t)(unsafe.SliceData(rows)), C.uint64_t(len(rows)), first64(allowed))
	}, user, right)
	if err != nil {
		clear(allowed)
	}
	return allowed, err
}

// Filter asks about rows that the host keeps, for a user whom the store keeps.
func (r *Reader) Filter(user UserID, table TableID, right Right, rows *Rows, context *Context) (Bitmap, error) {
	p, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer p.lock.Unlock()
	program, subject, err := r.subject(p, user, context)
	if err != nil {
		return nil, err
	}
	return program.filter(subject, table, right, rows, context)
}

// What the library lends until the reader looks elsewhere, for questions about what the host keeps.
func (r *Reader) subject(p *place, user UserID, context *Context) (*Program, *C.policy_subject, error) {
	program := r.programOf(p)
	if program == nil {
		return nil, nil, looksAtNothing()
	}
	if context != nil && context.program != program {
		return nil, nil, fail(ErrUnknown, "the context is of another program")
	}
	subject := C.policy_reader_subject(p.state.ptr, C.uint32_t(user))
	if subject == nil {
		return nil, nil, fail(ErrUnknown, "there is no user %d", user)
	}
	return program, subject, nil
}

// CheckRecord is Check of a row that the host keeps, for a user whom the store keeps. The record is of r.Program().
func (r *Reader) CheckRecord(user UserID, right Right, record *Record, context *Context) bool {
	d, err := r.DecideRecord(user, right, record, context)
	return err == nil && d.Allowed
}

// DecideRecord is CheckRecord with the reason. Where it gives an error the decision is a denial.
func (r *Reader) DecideRecord(user UserID, right Right, record *Record, context *Context) (Decision, error) {
	p, err := r.enter()
	if err != nil {
		return unknown, err
	}
	defer p.lock.Unlock()
	program, subject, err := r.subject(p, user, context)
	if err != nil {
		return unknown, err
	}
	if record == nil || record.program != program {
		return unknown, fail(ErrUnknown, "the record is nil, or of another program")
	}
	return program.decide(subject, right, record, context)
}

// Record is a copy of a row as it is in what is looked at, to be asked about with r.Program() and a Subject of it.
func (r *Reader) Record(row RowID) (*Record, error) {
	p, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer p.lock.Unlock()
	program := r.programOf(p)
	if program == nil {
		return nil, looksAtNothing()
	}
	lent := C.policy_reader_record(p.state.ptr, C.uint32_t(row))
	if lent == nil {
		return nil, noRow(row)
	}
	return program.copied(TableID(C.policy_reader_table(p.state.ptr, C.uint32_t(row))), lent)
}

// Cursor is how far a list has come: a value that may be kept, and gone on with in a later revision.
type Cursor struct {
	Key    uint64
	Source uint32
	Number uint32
	// Version of the policy that it is of, counted by the store.
	Version uint64
}

var _ = [1]struct{}{}[unsafe.Sizeof(Cursor{})-unsafe.Sizeof(C.policy_cursor{})]

func (c Cursor) AtEnd() bool { return c.Source == None }

// ListPage goes on with a list: the rows of the table on which the user has the right. A page may be shorter, even
// empty, before Cursor.AtEnd.
func (r *Reader) ListPage(user UserID, right Right, table TableID, cursor *Cursor, page []RowID) (int, error) {
	var count C.size_t
	err := r.do("ListPage", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_list(reader, C.uint32_t(user), C.uint32_t(right), C.uint32_t(table),
			(*C.policy_cursor)(unsafe.Pointer(cursor)), (*C.uint32_t)(unsafe.SliceData(page)), C.size_t(len(page)), &count)
	}, user, right, table)
	return int(count), err
}

// WhoPage goes on with the users who have the right on the row, likewise.
func (r *Reader) WhoPage(right Right, row RowID, cursor *Cursor, page []UserID) (int, error) {
	var count C.size_t
	err := r.do("WhoPage", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_who(reader, C.uint32_t(right), C.uint32_t(row),
			(*C.policy_cursor)(unsafe.Pointer(cursor)), (*C.uint32_t)(unsafe.SliceData(page)), C.size_t(len(page)), &count)
	}, right, row)
	return int(count), err
}

// List goes through the rows of a table on which the user has the right, each once, in no order. An error comes last,
// with None.
//
//	for row, err := range r.List(sam, policyc.Read, trip) { ... }
func (r *Reader) List(user UserID, right Right, table TableID) iter.Seq2[RowID, error] {
	return pages(func(cursor *Cursor, page []RowID) (int, error) {
		return r.ListPage(user, right, table, cursor, page)
	})
}

// Who goes through the users who have the right on the row, likewise.
func (r *Reader) Who(right Right, row RowID) iter.Seq2[UserID, error] {
	return pages(func(cursor *Cursor, page []UserID) (int, error) { return r.WhoPage(right, row, cursor, page) })
}

func pages[ID ~uint32](next func(*Cursor, []ID) (int, error)) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		var cursor Cursor
		page := make([]ID, 256)
		for !cursor.AtEnd() {
			count, err := next(&cursor, page)
			if err != nil {
				yield(None, err)
				return
			}
			for _, id := range page[:count] {
				if !yield(id, nil) {
					return
				}
			}
		}
	}
}

// ColumnRights is what a user may do with a table's secured columns; row access comes first.
type ColumnRights struct {
	Secured         Columns
	Read            Columns
	Create          Columns
	Update          Columns
	ReadUnmasked    Columns // in lists as well
	ReadOneUnmasked Columns // where one row is read by itself
}

// Columns takes None as the row for one that is not stored, or for all: what is shared of single rows is left out.
func (r *Reader) Columns(user UserID, table TableID, row RowID) (ColumnRights, error) {
	var rights ColumnRights
	err := r.do("Columns", func(reader *C.policy_reader) C.policy_status {
		var out C.policy_column_rights
		out.struct_size = C.uint32_t(unsafe.Sizeof(out))
		status := C.policy_reader_columns(reader, C.uint32_t(user), C.uint32_t(table), C.uint32_t(row), &out)
		rights = ColumnRights{Columns(out.secured), Columns(out.read), Columns(out.create), Columns(out.update),
			Columns(out.read_unmasked), Columns(out.read_one_unmasked)}
		return status
	}, user, table, row)
	return rights, err
}

// Table is the table of a row; None where there is no such row.
func (r *Reader) Table(row RowID) TableID {
	p, err := r.enter()
	if err != nil {
		return None
	}
	defer p.lock.Unlock()
	return TableID(C.policy_reader_table(p.state.ptr, C.uint32_t(row)))
}
