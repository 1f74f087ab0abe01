package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"path/filepath"
	"runtime"
	"unsafe"
)

// Log writes who asked what about which row, what came out and why, with all that `policyc replay` needs to ask again.
// Callers never wait: where too much waits to be written, a decision is not logged but counted.
type Log struct {
	ptr    *C.policy_log
	handle *handle // inside: readers that have it, calls
}

// LogOptions: zero fields are the library's choice.
type LogOptions struct {
	RingSize    int    // decisions that wait to be written; 0: 8192
	FileBytes   uint64 // a file that grows past it becomes PATH.1, that one PATH.2, ...; 0: 64 MB
	FilesKept   int    // beside PATH itself; 0: 4
	DenialsOnly bool
}

// OpenLog appends to a file, which only its owner may read where it is made new. Close it.
func OpenLog(path string, options LogOptions) (*Log, error) {
	if options.RingSize < 0 || options.FilesKept < 0 || options.RingSize > 1<<30 || options.FilesKept > 1<<30 {
		return nil, fail(ErrInvalid, "log options that make no sense: %+v", options)
	}
	var m memory
	defer m.free()
	name, err := m.word(path)
	if err != nil {
		return nil, err
	}
	var o C.policy_log_options
	o.struct_size = C.uint32_t(unsafe.Sizeof(o))
	o.ring_size = C.uint32_t(options.RingSize)
	o.file_bytes = C.uint64_t(options.FileBytes)
	o.files_kept = C.uint32_t(options.FilesKept)
	o.denials_only = C.uint32_t(truth(options.DenialsOnly))
	var ptr *C.policy_log
	err = call(func(e *C.policy_error) C.policy_status { return C.policy_log_open(name, &o, &ptr, e) })
	if err != nil {
		return nil, notReadable(err, filepath.Dir(path))
	}
	l := &Log{ptr: ptr, handle: newHandle(func() { C.policy_log_close(ptr) })}
	runtime.AddCleanup(l, (*handle).shut, l.handle)
	return l, nil
}

// Close writes what waits, and closes: when the last reader has let it go.
func (l *Log) Close() error {
	if l != nil {
		l.handle.shut()
	}
	return nil
}

func (l *Log) do(what string, work func() C.policy_status) error {
	if l == nil || !l.handle.enter() {
		return closed("log")
	}
	defer l.handle.leave()
	return plain(work(), what)
}

// Flush comes back when all that was logged before is in the file.
func (l *Log) Flush() error {
	return l.do("flush", func() C.policy_status { return C.policy_log_flush(l.ptr) })
}

// LogCounts are of decisions.
type LogCounts struct {
	Written uint64
	Dropped uint64 // too many waited
	Failed  uint64 // the file could not be written
}

func (l *Log) Counts() (LogCounts, error) {
	var c C.policy_log_counts
	c.struct_size = C.uint32_t(unsafe.Sizeof(c))
	err := l.do("count", func() C.policy_status { return C.policy_log_count(l.ptr, &c) })
	return LogCounts{uint64(c.written), uint64(c.dropped), uint64(c.failed)}, err
}

// Named are the host's own names for the user and the row; "" is none.
type Named struct{ User, Row string }

// Decision logs, on the thin way, what Decide was asked and answered. ErrBusy where it is not logged.
func (l *Log) Decision(subject *Subject, right Right, record *Record, context *Context, d Decision, named Named) error {
	if record == nil || !record.program.enter(subject, context) {
		return fail(ErrUnknown, "subject, record and context are not of one program, or one is nil or closed")
	}
	defer subject.handle.leave()
	var m memory
	defer m.free()
	user, err := m.nameOrNil(named.User)
	if err != nil {
		return err
	}
	row, err := m.nameOrNil(named.Row)
	if err != nil {
		return err
	}
	c := d.encoded()
	err = l.do("log", func() C.policy_status {
		return C.policy_log_decision(l.ptr, record.program.ptr, subject.ptr, C.uint32_t(record.table), C.uint32_t(right),
			record.header(), context.pointer(), &c, user, row)
	})
	runtime.KeepAlive(record)
	runtime.KeepAlive(context)
	return err
}
