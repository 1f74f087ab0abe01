package policyc

/*
#include "policy/policy.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Interval is a unit and all below it: units are numbered in pre-order, the root 0.
type Interval struct{ First, Last UnitID }

// RoleHeld is a role that counts for somebody: their own (Self), or one of a team of theirs or of their unit.
type RoleHeld struct {
	Holder Principal
	Role   RoleID
	Anchor Interval // the unit whose copy of the role it is
}

// Report is somebody whose rows count through hierarchy security, and for which rights.
type Report struct {
	Principal Principal
	Rights    Rights
}

// Standing is all that a user's rights come from.
type Standing struct {
	User    UserID
	Unit    UnitID
	Teams   []TeamID
	Roles   []RoleHeld
	Reports []Report
	Values  Values // of the user's attributes
}

// Subject is a user, resolved. Any number of goroutines may ask about one.
type Subject struct {
	ptr     *C.policy_subject
	program *Program
	handle  *handle
}

// Resolve makes a subject; do so again when roles, teams or units have changed. Close it: it is memory that the garbage
// collector does not see.
func (p *Program) Resolve(standing Standing) (*Subject, error) {
	l, err := p.layoutOf(NameUserAttribute, 0)
	if err != nil {
		return nil, err
	}
	if !p.handle.enter() {
		return nil, closed("program")
	}
	defer p.handle.leave()
	var given memory // until the subject is resolved
	defer given.free()
	texts := &memory{} // as long as the subject
	ptr, err := p.resolve(standing, l, &given, texts)
	if err != nil {
		texts.free()
		return nil, err
	}
	s := &Subject{ptr: ptr, program: p}
	s.handle = newHandle(func() {
		C.policy_subject_free(ptr)
		texts.free()
	})
	runtime.AddCleanup(s, (*handle).shut, s.handle)
	return s, nil
}

func (p *Program) resolve(standing Standing, l *layout, given, texts *memory) (*C.policy_subject, error) {
	attributes := given.zeroed(l.bytes)
	if err := p.fill(l, standing.Values, unsafe.Slice((*byte)(attributes), l.bytes), texts); err != nil {
		return nil, err
	}
	teams := make([]Principal, len(standing.Teams))
	for i, team := range standing.Teams {
		teams[i] = team.Principal()
	}
	reports := make([]C.policy_report, len(standing.Reports))
	for i, report := range standing.Reports {
		reports[i] = C.policy_report{C.policy_principal(report.Principal), C.uint32_t(report.Rights)}
	}
	s := (*C.policy_standing)(given.zeroed(int(unsafe.Sizeof(C.policy_standing{}))))
	s.struct_size = C.uint32_t(unsafe.Sizeof(*s))
	s.user = C.policy_principal(standing.User.Principal())
	s.unit = C.uint32_t(standing.Unit)
	s.team_count = C.uint32_t(len(teams))
	s.role_count = C.uint32_t(len(standing.Roles))
	s.report_count = C.uint32_t(len(standing.Reports))
	s.teams = (*C.policy_principal)(array(given, teams))
	s.roles = (*C.policy_role_held)(array(given, standing.Roles))
	s.reports = (*C.policy_report)(array(given, reports))
	s.attributes = attributes
	var out *C.policy_subject
	err := call(func(e *C.policy_error) C.policy_status { return C.policy_subject_resolve(p.ptr, s, &out, e) })
	return out, err
}

// RoleHeld is copied as it is: these do not compile where it is laid out otherwise.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(RoleHeld{})-unsafe.Sizeof(C.policy_role_held{})]
	_ = [1]struct{}{}[unsafe.Offsetof(RoleHeld{}.Anchor)-unsafe.Offsetof(C.policy_role_held{}.anchor)]
)

// Close frees it, after the last check under way. What is asked of it from now on is denied.
func (s *Subject) Close() error {
	if s != nil {
		s.handle.shut()
	}
	return nil
}

// Holds is whether some role has the miscellaneous privilege.
func (s *Subject) Holds(privilege PrivilegeID) bool {
	if s == nil || !s.handle.enter() {
		return false
	}
	defer s.handle.leave()
	return C.policy_subject_holds(s.program.ptr, s.ptr, C.uint32_t(privilege)) != 0
}
