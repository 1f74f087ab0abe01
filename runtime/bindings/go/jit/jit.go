// Package jit compiles policies at run time: text in, a program or diagnostics out.
//
//	crm, told, err := jit.Compile("crm.policy", text)
//	if err != nil {
//		return err // *jit.CompileError has the diagnostics, *policyc.Error what else went wrong
//	}
//	defer crm.Close()
//	for _, warning := range told { ... }
//
// It links libpolicy_jit, which brings LLVM and the compiler; package policyc does not. A program answers at once,
// interpreting, and is compiled in the background when that will pay; Wait has it done now.
package jit

/*
#cgo pkg-config: policyc-jit
#include <stdlib.h>
#include "policy/jit.h"
*/
import "C"

import (
	"os"
	"strings"
	"unsafe"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

// Severity of a diagnostic.
type Severity uint32

const (
	Warning Severity = C.POLICY_SEVERITY_WARNING
	Error   Severity = C.POLICY_SEVERITY_ERROR
)

func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "?"
}

// Diagnostic is one thing that the compiler says. Lines and columns count from 1, columns in bytes.
type Diagnostic struct {
	Severity  Severity
	Code      string // "E2001"
	Message   string
	File      string
	Line      int
	Column    int
	EndLine   int // of the last byte
	EndColumn int
	Rendered  string // with the lines of the text, notes and help
}

// CompileError is a text with mistakes. errors.Is(err, policyc.ErrNotCompiled).
type CompileError struct {
	Message     string
	Diagnostics []Diagnostic
}

func (e *CompileError) Error() string {
	text := "policyc: " + e.Message
	for _, diagnostic := range e.Diagnostics {
		text += "\n" + strings.TrimRight(diagnostic.Rendered, "\n")
	}
	return text
}

// Unwrap gives the status.
func (e *CompileError) Unwrap() error { return policyc.ErrNotCompiled }

// Option changes how texts are compiled.
type Option func(*options)

type options struct{ folder, cache string }

// WithFolder is where `use` looks beside the library of policies.
func WithFolder(folder string) Option { return func(o *options) { o.folder = folder } }

// WithCache keeps machine code for later runs in a folder that must be its owner's alone.
func WithCache(folder string) Option { return func(o *options) { o.cache = folder } }

// Compile compiles a text; `name` is what diagnostics call it. Warnings come with a program too.
func Compile(name, text string, options ...Option) (*policyc.Program, []Diagnostic, error) {
	return compile(options, name, func(name *C.char, o *C.policy_jit_options, out **C.policy_program,
		told **C.policy_diagnostics, e *C.policy_error) C.policy_status {
		bytes := C.CString(text)
		defer C.free(unsafe.Pointer(bytes))
		return C.policy_jit_compile(name, bytes, C.size_t(len(text)), o, out, told, e)
	})
}

// CompileFile compiles a file; `use` looks in its folder.
func CompileFile(path string, options ...Option) (*policyc.Program, []Diagnostic, error) {
	program, told, err := compile(options, path, func(path *C.char, o *C.policy_jit_options, out **C.policy_program,
		told **C.policy_diagnostics, e *C.policy_error) C.policy_status {
		return C.policy_jit_compile_file(path, o, out, told, e)
	})
	if e, ok := err.(*policyc.Error); ok && e.Status == policyc.ErrNotReadable {
		_, e.Cause = os.Stat(path)
	}
	return program, told, err
}

type work func(*C.char, *C.policy_jit_options, **C.policy_program, **C.policy_diagnostics,
	*C.policy_error) C.policy_status

func compile(given []Option, name string, work work) (*policyc.Program, []Diagnostic, error) {
	if _, err := policyc.Build(); err != nil {
		return nil, nil, err
	}
	var asked options
	for _, option := range given {
		option(&asked)
	}
	for _, text := range []string{name, asked.folder, asked.cache} {
		if strings.IndexByte(text, 0) >= 0 {
			return nil, nil, &policyc.Error{Status: policyc.ErrInvalid, Message: "a name has a zero byte"}
		}
	}
	o := (*C.policy_jit_options)(C.calloc(1, C.size_t(unsafe.Sizeof(C.policy_jit_options{}))))
	defer C.free(unsafe.Pointer(o))
	o.struct_size = C.uint32_t(unsafe.Sizeof(*o))
	o.folder = orNil(asked.folder)
	o.cache_folder = orNil(asked.cache)
	defer C.free(unsafe.Pointer(o.folder))
	defer C.free(unsafe.Pointer(o.cache_folder))
	cName := C.CString(name)
	defer C.free(unsafe.Pointer(cName))
	var e C.policy_error
	e.struct_size = C.uint32_t(unsafe.Sizeof(e))
	var out *C.policy_program
	var told *C.policy_diagnostics
	status := work(cName, o, &out, &told, &e)
	defer C.policy_diagnostics_free(told)
	said := diagnostics(told)
	switch status {
	case C.POLICY_OK:
		return policyc.AdoptProgram(unsafe.Pointer(out)), said, nil
	case C.POLICY_NOT_COMPILED:
		return nil, said, &CompileError{C.GoString(&e.message[0]), said}
	}
	return nil, said, &policyc.Error{Status: policyc.Status(status), Message: C.GoString(&e.message[0])}
}

func orNil(text string) *C.char {
	if text == "" {
		return nil
	}
	return C.CString(text)
}

func diagnostics(told *C.policy_diagnostics) []Diagnostic {
	var list []Diagnostic
	for i := range C.policy_diagnostics_count(told) {
		var d C.policy_diagnostic
		d.struct_size = C.uint32_t(unsafe.Sizeof(d))
		if C.policy_diagnostics_at(told, i, &d) == C.POLICY_OK {
			list = append(list, Diagnostic{Severity(d.severity), C.GoString(d.code), C.GoString(d.message),
				C.GoString(d.file), int(d.line), int(d.column), int(d.end_line), int(d.end_column),
				C.GoString(d.rendered)})
		}
	}
	return list
}

// Wait comes back when every decision of a program that was compiled here has its machine code. It helps.
func Wait(program *policyc.Program) error {
	return program.Use(func(handle unsafe.Pointer) error {
		var e C.policy_error
		e.struct_size = C.uint32_t(unsafe.Sizeof(e))
		status := C.policy_jit_wait((*C.policy_program)(handle), &e)
		if status == C.POLICY_OK {
			return nil
		}
		return &policyc.Error{Status: policyc.Status(status), Message: C.GoString(&e.message[0])}
	})
}
