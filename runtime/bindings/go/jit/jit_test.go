package jit_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
	"github.com/policyc/policyc/runtime/bindings/go/jit"
)

const text = `policy boats follows guide
table boat owned by user
role skipper { boat: read, write at user }
`

func TestATextBecomesAProgram(t *testing.T) {
	p, told, err := jit.Compile("boats.policy", text)
	if err != nil || len(told) != 0 {
		t.Fatal(told, err)
	}
	defer p.Close()
	if info, err := p.Describe(); err != nil || info.Kind != policyc.ProgramJIT || info.PolicyName != "boats" {
		t.Errorf("%+v, %v", info, err)
	}
	if err := jit.Wait(p); err != nil {
		t.Error(err)
	}
	boat, err := p.Table("boat")
	if err != nil {
		t.Fatal(err)
	}
	skipper, err := p.Role("skipper")
	if err != nil {
		t.Fatal(err)
	}
	sam, err := p.Resolve(policyc.Standing{User: 3, Roles: []policyc.RoleHeld{{Holder: policyc.Self, Role: skipper}}})
	if err != nil {
		t.Fatal(err)
	}
	defer sam.Close()
	for owner, want := range map[policyc.UserID]bool{3: true, 4: false} {
		record, err := p.NewRecord(boat, policyc.Facts{Owner: owner.Principal()})
		if err != nil || p.Check(sam, boat, policyc.Write, record, nil) != want {
			t.Errorf("owned by %d: not %v, %v", owner, want, err)
		}
	}
}

func TestMistakesAreToldWithTheirPlaces(t *testing.T) {
	p, told, err := jit.Compile("boats.policy", strings.Replace(text, "boat:", "boot:", 1))
	var mistakes *jit.CompileError
	if p != nil || !errors.Is(err, policyc.ErrNotCompiled) || !errors.As(err, &mistakes) || len(told) == 0 {
		t.Fatal(told, err)
	}
	d := mistakes.Diagnostics[0]
	if d.Severity != jit.Error || d.File != "boats.policy" || d.Line != 3 || d.Column == 0 || d.EndColumn <= d.Column ||
		!strings.HasPrefix(d.Code, "E") || !strings.Contains(err.Error(), "boot") {
		t.Errorf("%+v", d)
	}
}

func TestWarningsComeWithAProgram(t *testing.T) {
	p, told, err := jit.Compile("boats.policy", text+"role nobody { boat: read at none }\n")
	if err != nil || len(told) == 0 || told[0].Severity != jit.Warning {
		t.Fatal(told, err)
	}
	p.Close()
}

func TestFilesUseTheirFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("boats.policy", text)
	path := write("club.policy", "policy club follows guide\nuse boats\nrole mate includes skipper {}\n")
	p, _, err := jit.CompileFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	q, _, err := jit.Compile("club.policy", "policy club follows guide\nuse boats\n", jit.WithFolder(folder))
	if err != nil {
		t.Fatal(err)
	}
	q.Close()
	_, _, err = jit.CompileFile(filepath.Join(folder, "none.policy"))
	if !errors.Is(err, policyc.ErrNotReadable) || !errors.Is(err, fs.ErrNotExist) {
		t.Error("compiled what is not there", err)
	}
}

func TestNamesWithAZeroByteAreRefused(t *testing.T) {
	for _, err := range []error{second(jit.Compile("a\x00b", text)), second(jit.CompileFile("a\x00b")),
		second(jit.Compile("a", text, jit.WithFolder("\x00"))), second(jit.Compile("a", text, jit.WithCache("\x00")))} {
		if !errors.Is(err, policyc.ErrInvalid) {
			t.Error(err)
		}
	}
	if err := jit.Wait(nil); !errors.Is(err, policyc.ErrInvalid) {
		t.Error(err)
	}
}

func second(_ *policyc.Program, _ []jit.Diagnostic, err error) error { return err }

func ExampleCompile() {
	boats, told, err := jit.Compile("boats.policy", text)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer boats.Close()
	fmt.Println(boats.Count(policyc.NameTable, 0), len(told))
	// Output: 1 0
}
