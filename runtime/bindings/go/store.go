package policyc

/*
#include "policy/policy.h"

void policycTold(void* self, int32_t is_lost, char* what);

static policy_status policyc_replace(policy_store* store, policy_program* program, uint32_t flags, uintptr_t self,
                                     uint64_t* revision, policy_error* error) {
  return policy_store_replace(store, program, flags, (policy_replace_told)policycTold, (void*)self, revision, error);
}
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

// Store holds facts and the program that they are asked under. Any number of goroutines may use one.
//
//	store, err := policyc.NewStore(club)
//	revision, err := store.Update(func(tx *policyc.Tx) error {
//		unit, err := tx.AddUnit(policyc.None)
//		...
//	})
//	err = store.View(func(r *policyc.Reader) error {
//		if r.Check(sam, policyc.Read, trip) { ... }
//		return nil
//	})
type Store struct {
	ptr    *C.policy_store
	handle *handle // inside: readers, transactions, calls

	turn     chan struct{}  // full while a transaction is under way
	updating atomic.Uintptr // the thread of the Update under way; 0

	lock  sync.Mutex
	idle  []*place                // that View uses again
	known []weak.Pointer[Program] // that questions were asked under
}

// StoreOption changes how a store is kept.
type StoreOption func(*C.policy_store_options)

// WithoutLists takes less memory; Reader.List and Reader.Who are refused.
func WithoutLists() StoreOption { return func(o *C.policy_store_options) { o.no_lists = 1 } }

// NewStore makes an empty one: begin with a root unit. The program may be closed afterwards. Close it.
func NewStore(program *Program, options ...StoreOption) (*Store, error) {
	var o C.policy_store_options
	o.struct_size = C.uint32_t(unsafe.Sizeof(o))
	for _, option := range options {
		option(&o)
	}
	var ptr *C.policy_store
	err := program.Use(func(unsafe.Pointer) error {
		return call(func(e *C.policy_error) C.policy_status { return C.policy_store_create(program.ptr, &o, &ptr, e) })
	})
	if err != nil {
		return nil, err
	}
	// What closes it last is a reader's or the store's own end, so that the library has nothing to refuse.
	s := &Store{ptr: ptr, handle: newHandle(func() { C.policy_store_close(ptr) }), turn: make(chan struct{}, 1)}
	s.know(program)
	runtime.AddCleanup(s, (*handle).shut, s.handle)
	return s, nil
}

func (s *Store) enter() error {
	if s == nil || !s.handle.enter() {
		return closed("store")
	}
	return nil
}

// Close is ErrBusy, and the store stays, while readers are open or a transaction is under way. Closing again, or nil,
// is fine.
func (s *Store) Close() error {
	if s == nil || s.handle.isShut() {
		return nil
	}
	s.lock.Lock()
	idle := s.idle
	s.idle = nil
	s.lock.Unlock()
	for _, place := range idle {
		place.state.close()
	}
	if !s.handle.shutIdle() {
		return fail(ErrBusy, "the store is in use: by readers or a transaction")
	}
	if err := plain(C.policy_store_close(s.ptr), "close"); err != nil {
		s.handle.reopen()
		return err
	}
	return nil
}

// Revision is that of the last commit; 0 where the store is closed.
func (s *Store) Revision() Revision {
	if s.enter() != nil {
		return 0
	}
	defer s.handle.leave()
	return Revision(C.policy_store_revision(s.ptr))
}

// Program is what the store is asked under now. It may be closed or not: the store keeps it alive.
func (s *Store) Program() (*Program, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.handle.leave()
	return s.current(C.policy_store_program(s.ptr)), nil
}

// Takes over a program handle; the Program that is known for it where that is still open, so that names are read once
// and records go on to fit.
func (s *Store) current(ptr *C.policy_program) *Program {
	if ptr == nil {
		return nil
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, known := range s.known {
		p := known.Value()
		if p != nil && p.ptr == ptr && p.handle.enter() {
			C.policy_program_close(ptr)
			p.handle.leave()
			return p
		}
	}
	p := adopt(ptr)
	s.remember(p)
	return p
}

func (s *Store) know(program *Program) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.remember(program)
}

func (s *Store) remember(program *Program) {
	s.known = slices.DeleteFunc(s.known, func(known weak.Pointer[Program]) bool {
		p := known.Value()
		return p == nil || p == program || p.handle.isShut()
	})
	s.known = append(s.known, weak.Make(program))
}

// Replacing says what another version of a policy may lose or miss.
type Replacing struct {
	MayLose bool                           // what the new policy has no name for is left out
	MayMiss bool                           // what it asks for the first time has no values until somebody sets them
	Told    func(isLost bool, what string) // once for each thing that is lost or missing: "role `skipper`"
}

// Replace puts another version of the policy in the place of the one before: facts are taken over by the names of
// tables, roles, columns and choices. ErrLossy, and nothing has changed, where something is lost or missing that may
// not be. Readers do not wait. Numbers of tables, roles, ... are those of the new program from the next revision on.
func (s *Store) Replace(program *Program, how Replacing) (Revision, error) {
	if err := s.takeTurn(forEver); err != nil {
		return 0, err
	}
	defer s.giveTurn()
	var flags C.uint32_t
	if how.MayLose {
		flags |= C.POLICY_REPLACE_MAY_LOSE
	}
	if how.MayMiss {
		flags |= C.POLICY_REPLACE_MAY_MISS
	}
	told := &listener{told: how.Told}
	self := cgo.NewHandle(told)
	defer self.Delete()
	var revision C.uint64_t
	err := program.Use(func(unsafe.Pointer) error {
		return call(func(e *C.policy_error) C.policy_status {
			return C.policyc_replace(s.ptr, program.ptr, flags, C.uintptr_t(self), &revision, e)
		})
	})
	if told.panicked != nil {
		panic(told.panicked)
	}
	if err == nil {
		s.know(program)
	}
	return Revision(revision), err
}

// A panic must not go through the library: its locks would stay held.
type listener struct {
	told     func(isLost bool, what string)
	panicked any
}

//export policycTold
func policycTold(self unsafe.Pointer, isLost C.int32_t, what *C.char) {
	l := cgo.Handle(uintptr(self)).Value().(*listener)
	if l.told == nil || l.panicked != nil {
		return
	}
	defer func() { l.panicked = recover() }()
	l.told(isLost != 0, C.GoString(what))
}

// View asks about the newest revision. The reader is only good until `work` returns: then it is closed.
func (s *Store) View(work func(r *Reader) error) error { return s.ViewAt(0, 0, work) }

// ViewAt asks about no revision before `atLeast`; ErrStale where none came within `wait`.
func (s *Store) ViewAt(atLeast Revision, wait time.Duration, work func(r *Reader) error) error {
	place, err := s.borrow()
	if err != nil {
		return err
	}
	r := newReader(s, place)
	defer s.giveBack(r)
	if _, err := r.Begin(atLeast, wait); err != nil {
		return err
	}
	return work(r)
}

func (s *Store) borrow() (*place, error) {
	if s == nil {
		return nil, closed("store")
	}
	s.lock.Lock()
	if last := len(s.idle) - 1; last >= 0 {
		idle := s.idle[last]
		s.idle = s.idle[:last]
		s.lock.Unlock()
		return idle, nil
	}
	s.lock.Unlock()
	return s.openPlace()
}

// Readers that wait for the next View; the library has places for a thousand in all.
const idleLimit = 64

// The Reader is closed for whoever kept it, and its place goes on.
func (s *Store) giveBack(r *Reader) {
	place := r.giveUp()
	if place == nil {
		return
	}
	if place.forget() {
		s.lock.Lock()
		defer s.lock.Unlock()
		if len(s.idle) < idleLimit && !s.handle.isShut() {
			s.idle = append(s.idle, place)
			return
		}
	}
	place.state.close()
}
