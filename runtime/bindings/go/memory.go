package policyc

/*
#include <stdlib.h>
*/
import "C"

import "unsafe"

// memory is what the library may keep addresses of: outside of Go's, and freed together.
type memory struct{ blocks []unsafe.Pointer }

// zeroed is aligned for everything; never nil, calloc's failure ends the process as Go's own does.
func (m *memory) zeroed(size int) unsafe.Pointer {
	block := C.calloc(1, C.size_t(max(size, 1)))
	if block == nil {
		panic("policyc: out of memory")
	}
	m.blocks = append(m.blocks, block)
	return block
}

func (m *memory) text(text string) unsafe.Pointer {
	block := m.zeroed(len(text) + 1)
	copy(unsafe.Slice((*byte)(block), len(text)), text)
	return block
}

func (m *memory) free() {
	for _, block := range m.blocks {
		C.free(block)
	}
	m.blocks = nil
}

// array copies a slice of what has no pointers; nil where it is empty.
func array[T any](m *memory, values []T) unsafe.Pointer {
	if len(values) == 0 {
		return nil
	}
	var one T
	block := m.zeroed(len(values) * int(unsafe.Sizeof(one)))
	copy(unsafe.Slice((*T)(block), len(values)), values)
	return block
}

// release frees one block before the others.
func (m *memory) release(block unsafe.Pointer) {
	for i, other := range m.blocks {
		if other == block {
			m.blocks[i] = m.blocks[len(m.blocks)-1]
			m.blocks = m.blocks[:len(m.blocks)-1]
			C.free(block)
			return
		}
	}
}
