package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"crypto/ed25519"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Program is a compiled policy: code and names. Any number of goroutines may use one.
type Program struct {
	ptr    *C.policy_program
	handle *handle

	lock    sync.Mutex // of what is read once and kept
	layouts map[layoutKey]*layout
	labels  map[string]uint32
}

// Option is what must be true of an image before it is loaded.
type Option func(*openOptions)

type openOptions struct {
	keys                   []byte
	keyCount               int
	policyHash, layoutHash string
	mistake                error
}

// WithKeys accepts only what is signed by one of these.
func WithKeys(keys ...ed25519.PublicKey) Option {
	return func(o *openOptions) {
		for _, key := range keys {
			if len(key) != C.POLICY_KEY_BYTES {
				o.mistake = fail(ErrInvalid, "a key of %d bytes; they have %d", len(key), C.POLICY_KEY_BYTES)
			}
			o.keys = append(o.keys, key...)
			o.keyCount++
		}
		if len(keys) == 0 {
			o.mistake = fail(ErrInvalid, "WithKeys without a key would accept everything")
		}
	}
}

// WithPolicyHash accepts exactly this policy: 64 hexadecimal digits, [Info].PolicyHash.
func WithPolicyHash(hash string) Option {
	return func(o *openOptions) { o.policyHash = hash; o.mustBeGiven("WithPolicyHash", hash) }
}

// WithLayoutHash accepts only the same tables, columns, roles, ... by the same numbers and offsets.
func WithLayoutHash(hash string) Option {
	return func(o *openOptions) { o.layoutHash = hash; o.mustBeGiven("WithLayoutHash", hash) }
}

func (o *openOptions) mustBeGiven(what, hash string) {
	if hash == "" {
		o.mistake = fail(ErrInvalid, "%s without a hash would accept everything", what)
	}
}

// Open opens an image that `policyc build FILE -o NAME.so` wrote. Close it.
func Open(path string, options ...Option) (*Program, error) {
	return open(options, func(m *memory, o *C.policy_open_options, out **C.policy_program, e *C.policy_error) error {
		name, err := m.word(path)
		if err != nil {
			return err
		}
		return notReadable(toError(C.policy_program_open(name, o, out, e), e), path)
	})
}

// OpenMemory opens an image from memory, which may go afterwards.
func OpenMemory(image []byte, options ...Option) (*Program, error) {
	return open(options, func(m *memory, o *C.policy_open_options, out **C.policy_program, e *C.policy_error) error {
		bytes := unsafe.Pointer(unsafe.SliceData(image))
		return toError(C.policy_program_open_memory(bytes, C.size_t(len(image)), o, out, e), e)
	})
}

func open(options []Option, work func(*memory, *C.policy_open_options, **C.policy_program, *C.policy_error) error) (
	*Program, error) {
	var asked openOptions
	for _, option := range options {
		option(&asked)
	}
	if asked.mistake != nil {
		return nil, asked.mistake
	}
	if _, err := Build(); err != nil {
		return nil, err
	}
	var m memory
	defer m.free()
	o := (*C.policy_open_options)(m.zeroed(int(unsafe.Sizeof(C.policy_open_options{}))))
	o.struct_size = C.uint32_t(unsafe.Sizeof(*o))
	o.key_count = C.uint32_t(asked.keyCount)
	o.keys = (*C.uint8_t)(array(&m, asked.keys))
	var err error
	if o.policy_hash, err = m.wordOrNil(asked.policyHash); err != nil {
		return nil, err
	}
	if o.layout_hash, err = m.wordOrNil(asked.layoutHash); err != nil {
		return nil, err
	}
	out := (**C.policy_program)(m.zeroed(int(unsafe.Sizeof(uintptr(0)))))
	e := newError(&m)
	if err := work(&m, o, out, e); err != nil {
		return nil, err
	}
	return adopt(*out), nil
}

func adopt(ptr *C.policy_program) *Program {
	p := &Program{ptr: ptr, handle: newHandle(func() { C.policy_program_close(ptr) })}
	runtime.AddCleanup(p, (*handle).shut, p.handle)
	return p
}

// AdoptProgram makes a Program of a policy_program* that some C code of the host (or package jit) has, and takes it
// over: Close closes it. Nil for nil.
func AdoptProgram(handle unsafe.Pointer) *Program {
	if handle == nil {
		return nil
	}
	return adopt((*C.policy_program)(handle))
}

// Use lends the policy_program* to C code of the host, until `work` returns.
func (p *Program) Use(work func(handle unsafe.Pointer) error) error {
	if p == nil || !p.handle.enter() {
		return closed("program")
	}
	defer p.handle.leave()
	return work(unsafe.Pointer(p.ptr))
}

// Close gives the program up. Subjects, records and stores that were made from it go on; what else is asked of it
// fails. Closing again, or nil, is fine.
func (p *Program) Close() error {
	if p != nil {
		p.handle.shut()
	}
	return nil
}

// ProgramKind is how a program came here.
type ProgramKind uint32

const (
	ProgramImage  ProgramKind = C.POLICY_PROGRAM_IMAGE
	ProgramLinked ProgramKind = C.POLICY_PROGRAM_LINKED
	ProgramJIT    ProgramKind = C.POLICY_PROGRAM_JIT
)

// Info is what a program says of itself.
type Info struct {
	Kind       ProgramKind
	ABIVersion uint32
	SlotCount  uint32
	PolicyName string
	PolicyHash string // SHA-256 of the checked policy
	LayoutHash string
	Compiler   string // "policyc 0.1.0"
	LLVM       string
	Target     string
	CPU        string
	Signer     string // the public key in hexadecimal; "" where nobody signed it
}

// Describe is the zero Info where the program is closed.
func (p *Program) Describe() (Info, error) {
	var info Info
	err := p.Use(func(unsafe.Pointer) error {
		var i C.policy_program_info
		i.struct_size = C.uint32_t(unsafe.Sizeof(i))
		if err := plain(C.policy_program_describe(p.ptr, &i), "describe"); err != nil {
			return err
		}
		info = Info{ProgramKind(i.kind), uint32(i.abi_version), uint32(i.slot_count), C.GoString(i.policy_name),
			C.GoString(i.policy_hash), C.GoString(i.layout_hash), C.GoString(i.compiler), C.GoString(i.llvm),
			C.GoString(i.target), C.GoString(i.cpu), C.GoString(i.signer)}
		return nil
	})
	return info, err
}

func newError(m *memory) *C.policy_error {
	e := (*C.policy_error)(m.zeroed(int(unsafe.Sizeof(C.policy_error{}))))
	e.struct_size = C.uint32_t(unsafe.Sizeof(*e))
	return e
}

// word is a text for C; an error where C would read less of it.
func (m *memory) word(text string) (*C.char, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, fail(ErrInvalid, "%q has a zero byte", text)
	}
	return (*C.char)(m.text(text)), nil
}

// name is a word that people read, so it is text.
func (m *memory) name(text string) (*C.char, error) {
	if err := mustBeText(text); err != nil {
		return nil, err
	}
	return m.word(text)
}

func mustBeText(text string) error {
	if !utf8.ValidString(text) {
		return fail(ErrInvalid, "%q is no text: it is not UTF-8", text)
	}
	return nil
}

func (m *memory) nameOrNil(text string) (*C.char, error) {
	if text == "" {
		return nil, nil
	}
	return m.name(text)
}

func (m *memory) wordOrNil(text string) (*C.char, error) {
	if text == "" {
		return nil, nil
	}
	return m.word(text)
}
