package policyc

/*
#cgo pkg-config: policyc
#include "policy/policy.h"
*/
import "C"

import (
	"fmt"
	"os"
	"strings"
	"unsafe"
)

// Status is what kind of failure an [Error] is. It is an error itself, so that errors.Is compares with it:
//
//	if errors.Is(err, policyc.ErrUntrusted) { ... }
type Status uint32

// The numbers are those of policy_status, and stand in hosts' logs.
const (
	ErrInvalid     Status = C.POLICY_INVALID      // nil, closed, or a value that makes no sense
	ErrUnknown     Status = C.POLICY_UNKNOWN      // no such table, right, role, user, row, ...
	ErrIllegal     Status = C.POLICY_ILLEGAL      // the table does not take the right
	ErrNotReadable Status = C.POLICY_NOT_READABLE // a file that cannot be read or written
	ErrDamaged     Status = C.POLICY_DAMAGED      // an image that is not what was built
	ErrForeign     Status = C.POLICY_FOREIGN      // no image, or one for another kind of processor
	ErrNewer       Status = C.POLICY_NEWER        // an image of a later version than the library
	ErrMismatch    Status = C.POLICY_MISMATCH     // another policy, or another layout, than was asked for
	ErrUntrusted   Status = C.POLICY_UNTRUSTED    // no signature, or not by an accepted key
	ErrMissing     Status = C.POLICY_MISSING      // a column that the decision reads
	ErrShort       Status = C.POLICY_SHORT        // less room than the answer needs
	ErrStale       Status = C.POLICY_STALE        // a reader that looks at nothing; a revision that did not come in time
	ErrBusy        Status = C.POLICY_BUSY         // in use: by readers, by a transaction
	ErrRefused     Status = C.POLICY_REFUSED      // the facts do not allow it
	ErrLossy       Status = C.POLICY_LOSSY        // another version of the policy would lose facts, or lacks some
	ErrNoMemory    Status = C.POLICY_NO_MEMORY
	ErrInternal    Status = C.POLICY_INTERNAL     // a mistake of the library; please report it
	ErrNotCompiled Status = C.POLICY_NOT_COMPILED // the policy's text has mistakes: see package jit
)

// String is the status's name: "damaged".
func (s Status) String() string { return C.GoString(C.policy_status_name(C.policy_status(s))) }

// Error makes a status an error by itself.
func (s Status) Error() string { return "policyc: " + s.String() }

// Error says what went wrong, in a sentence. Cause is what the system said of a file that cannot be read, so that
// errors.Is(err, fs.ErrNotExist) works; else nil.
type Error struct {
	Status  Status
	Message string
	Cause   error
}

func (e *Error) Error() string {
	if e.Message == "" {
		return e.Status.Error()
	}
	return "policyc: " + e.Message
}

// Unwrap gives the status, and the cause, for errors.Is.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Status}
	}
	return []error{e.Status, e.Cause}
}

func fail(status Status, format string, arguments ...any) error {
	return &Error{Status: status, Message: fmt.Sprintf(format, arguments...)}
}

// notReadable adds to an ErrNotReadable why the system does not read that path.
func notReadable(err error, path string) error {
	if e, ok := err.(*Error); ok && e.Status == ErrNotReadable {
		_, e.Cause = os.Stat(path)
	}
	return err
}

func closed(what string) error { return fail(ErrInvalid, "the %s is nil or closed", what) }

// call runs what takes a policy_error, and gives back what it says.
func call(work func(*C.policy_error) C.policy_status) error {
	var e C.policy_error
	e.struct_size = C.uint32_t(unsafe.Sizeof(e))
	return toError(work(&e), &e)
}

func toError(status C.policy_status, e *C.policy_error) error {
	if status == C.POLICY_OK {
		return nil
	}
	return &Error{Status: Status(status), Message: C.GoString(&e.message[0])}
}

// plain is for what takes none: the call, with its arguments, and what is wrong with it.
func plain(status C.policy_status, what string, arguments ...any) error {
	if status == C.POLICY_OK {
		return nil
	}
	words := make([]string, len(arguments))
	for i, argument := range arguments {
		if words[i] = fmt.Sprint(argument); words[i] == fmt.Sprint(uint32(None)) {
			words[i] = "none"
		}
	}
	if len(words) != 0 {
		what += "(" + strings.Join(words, ", ") + ")"
	}
	return fail(Status(status), "%s: %s", what, Status(status).sentence())
}

func (s Status) sentence() string {
	switch s {
	case ErrUnknown:
		return "not all of what it names is there"
	case ErrRefused:
		return "the facts do not allow it"
	case ErrStale:
		return "the reader looks at nothing, or the revision has not come in time"
	}
	return s.String()
}

// fits is whether the library that is loaded has all that this module was compiled for.
func fits(loaded, needed uint32) error {
	if loaded >= needed {
		return nil
	}
	return fail(ErrNewer, "libpolicy has the C interface %d; this program was compiled for %d", loaded, needed)
}

// BuildInfo is of the library that is loaded, which may be another one than the host was compiled with.
type BuildInfo struct {
	ABIVersion uint32
	Version    string
	Compiler   string
}

// Build describes the library; ErrNewer where it is older than what the host was compiled with.
func Build() (BuildInfo, error) {
	var info C.policy_build_info
	info.struct_size = C.uint32_t(unsafe.Sizeof(info))
	if err := plain(C.policy_build(&info), "build"); err != nil {
		return BuildInfo{}, err
	}
	return BuildInfo{uint32(info.abi_version), C.GoString(info.version), C.GoString(info.compiler)},
		fits(uint32(info.abi_version), C.POLICY_ABI_VERSION)
}
