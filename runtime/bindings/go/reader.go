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
	"time"
	"unsafe"
)

// Reader asks about one revision of a store at a time. Store.View has one ready; OpenReader is for goroutines that keep
// one. Two goroutines on one reader wait for each other.
type Reader struct {
	store *Store

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
	if err := s.enter(); err != nil {
		return nil, err
	}
	var ptr *C.policy_reader
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_reader_open(s.ptr, &ptr, e) })
	if err != nil {
		s.handle.leave()
		return nil, err
	}
	r := &Reader{store: s, state: &readerState{ptr: ptr, in: s.handle}}
	runtime.AddCleanup(r, (*readerState).close, r.state)
	return r, nil
}

// Close twice, or nil, is fine.
func (r *Reader) Close() error {
	if r != nil {
		r.lock.Lock()
		defer r.lock.Unlock()
		r.state.close()
	}
	return nil
}

// The C reader, alone; leave with r.lock.Unlock.
func (r *Reader) enter() (*C.policy_reader, error) {
	if r == nil {
		return nil, closed("reader")
	}
	r.lock.Lock()
	if r.state.ptr == nil {
		r.lock.Unlock()
		return nil, closed("reader")
	}
	return r.state.ptr, nil
}

func (r *Reader) do(what string, work func(*C.policy_reader) C.policy_status) error {
	reader, err := r.enter()
	if err != nil {
		return err
	}
	defer r.lock.Unlock()
	return plain(work(reader), what)
}

// Begin looks at the newest revision, and at none before `atLeast`: it waits up to `wait` for that, else ErrStale and
// the reader looks at nothing. What readers look at is kept for them, so do not look for long.
func (r *Reader) Begin(atLeast Revision, wait time.Duration) (Revision, error) {
	var revision C.uint64_t
	err := r.do("begin", func(reader *C.policy_reader) C.policy_status {
		r.program = nil
		return C.policy_reader_begin(reader, C.uint64_t(atLeast), C.uint64_t(max(wait, 0)), &revision)
	})
	return Revision(revision), err
}

// End looks at nothing.
func (r *Reader) End() {
	if reader, err := r.enter(); err == nil {
		r.program = nil
		C.policy_reader_end(reader)
		r.lock.Unlock()
	}
}

// As it was new; false where it is closed, or a context stays with it: it can only be changed by a reader that looks.
func (r *Reader) forget() bool {
	reader, err := r.enter()
	if err != nil {
		return false
	}
	defer r.lock.Unlock()
	r.program = nil
	if r.hasContext && C.policy_reader_set_context(reader, nil, 0) != C.POLICY_OK {
		return false
	}
	r.hasContext = false
	if r.putLog(reader, nil) != nil {
		return false
	}
	C.policy_reader_end(reader)
	return true
}

// Program is what questions are asked under; nil where nothing is looked at.
func (r *Reader) Program() *Program {
	reader, err := r.enter()
	if err != nil {
		return nil
	}
	defer r.lock.Unlock()
	return r.programOf(reader)
}

func (r *Reader) programOf(reader *C.policy_reader) *Program {
	if r.program == nil || r.program.handle.isShut() {
		ptr := C.policy_reader_program(reader)
		if ptr == nil {
			return nil
		}
		r.program = r.store.current(C.policy_program_retain((*C.policy_program)(unsafe.Pointer(ptr))))
	}
	return r.program
}

// SetContext is what conditions read beside rows and users, for this reader's questions until it is set again. While it
// looks at something.
func (r *Reader) SetContext(values Values) error {
	reader, err := r.enter()
	if err != nil {
		return err
	}
	defer r.lock.Unlock()
	program := r.programOf(reader)
	if program == nil {
		return fail(ErrStale, "the reader looks at nothing")
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
	r.hasContext = true
	return plain(C.policy_reader_set_context(reader, list, count), "set context")
}

// SetLog logs every Check and Decide from now on; nil: no more.
func (r *Reader) SetLog(log *Log) error {
	reader, err := r.enter()
	if err != nil {
		return err
	}
	defer r.lock.Unlock()
	return r.putLog(reader, log)
}

func (r *Reader) putLog(reader *C.policy_reader, log *Log) error {
	if log == nil && r.state.log == nil {
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
	status := C.policy_reader_set_log(reader, ptr)
	if status != C.POLICY_OK {
		if inside != nil {
			inside.leave()
		}
		return plain(status, "set log")
	}
	if r.state.log != nil {
		r.state.log.leave()
	}
	r.state.log = inside
	return nil
}

// Check is false as well where user, right or row are not there, and while the reader looks at nothing.
func (r *Reader) Check(user UserID, right Right, row RowID) bool {
	reader, err := r.enter()
	if err != nil {
		return false
	}
	answer := C.policy_reader_check(reader, C.uint32_t(user), C.uint32_t(right), C.uint32_t(row))
	r.lock.Unlock()
	return answer != 0
}

// Decide is Check with the reason. Where it gives an error the decision is a denial.
func (r *Reader) Decide(user UserID, right Right, row RowID) (Decision, error) {
	d := unknown
	err := r.do("decide", func(reader *C.policy_reader) C.policy_status {
		var out C.policy_decision
		status := C.policy_reader_decide(reader, C.uint32_t(user), C.uint32_t(right), C.uint32_t(row), &out)
		d = decision(&out)
		return status
	})
	return d, err
}

// Explain puts a decision about a row into words.
func (r *Reader) Explain(table TableID, right Right, d Decision) (string, error) {
	reader, err := r.enter()
	if err != nil {
		return "", err
	}
	defer r.lock.Unlock()
	program := C.policy_reader_program(reader)
	if program == nil {
		return "", fail(ErrStale, "the reader looks at nothing")
	}
	return explain((*C.policy_program)(unsafe.Pointer(program)), table, right, d)
}

// CheckMany asks for one right on many rows. Rows that are not there are denied.
func (r *Reader) CheckMany(user UserID, right Right, rows []RowID) (Bitmap, error) {
	allowed := newBitmap(len(rows))
	err := r.do("check", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_check_many(reader, C.uint32_t(user), C.uint32_t(right),
			(*C.uint32_t)(unsafe.SliceData(rows)), C.uint64_t(len(rows)), first64(allowed))
	})
	if err != nil {
		clear(allowed)
	}
	return allowed, err
}

// Filter asks about rows that the host keeps, for a user whom the store keeps.
func (r *Reader) Filter(user UserID, table TableID, right Right, rows *Rows, context *Context) (Bitmap, error) {
	reader, err := r.enter()
	if err != nil {
		return nil, err
	}
	defer r.lock.Unlock()
	program := r.programOf(reader)
	if program == nil {
		return nil, fail(ErrStale, "the reader looks at nothing")
	}
	subject := C.policy_reader_subject(reader, C.uint32_t(user))
	if subject == nil {
		return nil, fail(ErrUnknown, "there is no user %d", user)
	}
	if context != nil && context.program != program {
		return nil, fail(ErrUnknown, "the context is of another program")
	}
	return program.filter(subject, table, right, rows, context)
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
	err := r.do("list", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_list(reader, C.uint32_t(user), C.uint32_t(right), C.uint32_t(table),
			(*C.policy_cursor)(unsafe.Pointer(cursor)), (*C.uint32_t)(unsafe.SliceData(page)), C.size_t(len(page)), &count)
	})
	return int(count), err
}

// WhoPage goes on with the users who have the right on the row, likewise.
func (r *Reader) WhoPage(right Right, row RowID, cursor *Cursor, page []UserID) (int, error) {
	var count C.size_t
	err := r.do("who", func(reader *C.policy_reader) C.policy_status {
		return C.policy_reader_who(reader, C.uint32_t(right), C.uint32_t(row),
			(*C.policy_cursor)(unsafe.Pointer(cursor)), (*C.uint32_t)(unsafe.SliceData(page)), C.size_t(len(page)), &count)
	})
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
	err := r.do("columns", func(reader *C.policy_reader) C.policy_status {
		var out C.policy_column_rights
		out.struct_size = C.uint32_t(unsafe.Sizeof(out))
		status := C.policy_reader_columns(reader, C.uint32_t(user), C.uint32_t(table), C.uint32_t(row), &out)
		rights = ColumnRights{Columns(out.secured), Columns(out.read), Columns(out.create), Columns(out.update),
			Columns(out.read_unmasked), Columns(out.read_one_unmasked)}
		return status
	})
	return rights, err
}

// Table is the table of a row; None where there is no such row.
func (r *Reader) Table(row RowID) TableID {
	reader, err := r.enter()
	if err != nil {
		return None
	}
	defer r.lock.Unlock()
	return TableID(C.policy_reader_table(reader, C.uint32_t(row)))
}
