package policyc

import "sync/atomic"

// handle is something of the library's that must not be freed while somebody is inside it. Nil is closed, so that the
// zero Store, Program, ... is.
//
//	if !h.enter() {
//		return closed("subject")
//	}
//	defer h.leave()
type handle struct {
	state atomic.Int64 // how many are inside; shutBit: closed
	free  func()       // once, after the last of them
}

const shutBit = 1 << 62

func newHandle(free func()) *handle { return &handle{free: free} }

// enter is false where it is closed.
func (h *handle) enter() bool {
	if h == nil {
		return false
	}
	for {
		now := h.state.Load()
		if now&shutBit != 0 {
			return false
		}
		if h.state.CompareAndSwap(now, now+1) {
			return true
		}
	}
}

func (h *handle) leave() {
	if h.state.Add(-1) == shutBit {
		h.free()
	}
}

// shut closes it: at once where nobody is inside, else when the last one leaves. Once more does nothing.
func (h *handle) shut() {
	if h == nil {
		return
	}
	for {
		now := h.state.Load()
		if now&shutBit != 0 {
			return
		}
		if h.state.CompareAndSwap(now, now|shutBit) {
			if now == 0 {
				h.free()
			}
			return
		}
	}
}

// shutIdle closes it where nobody is inside, and frees nothing.
func (h *handle) shutIdle() bool { return h.state.CompareAndSwap(0, shutBit) }

// reopen takes shutIdle back.
func (h *handle) reopen() { h.state.Store(0) }

func (h *handle) isShut() bool { return h == nil || h.state.Load()&shutBit != 0 }
