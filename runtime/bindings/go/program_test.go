package policyc_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

func wantError(t testing.TB, err error, status policyc.Status) {
	t.Helper()
	var told *policyc.Error
	if !errors.Is(err, status) || !errors.As(err, &told) || told.Status != status {
		t.Errorf("got %v, want %v", err, status)
	}
}

func TestAnImageSaysWhatItIs(t *testing.T) {
	c := openClub(t)
	info, err := c.Describe()
	must(t, err)
	if info.Kind != policyc.ProgramImage || info.PolicyName != "club" || len(info.PolicyHash) != 64 || info.Signer != "" {
		t.Errorf("%+v", info)
	}
	build, err := policyc.Build()
	must(t, err)
	if build.ABIVersion == 0 || build.Version == "" || build.Compiler == "" {
		t.Errorf("%+v", build)
	}
}

func TestAnImageIsOpenedFromMemoryAndOutlivesTheBytes(t *testing.T) {
	bytes, err := os.ReadFile(images["club"])
	must(t, err)
	p, err := policyc.OpenMemory(bytes)
	must(t, err)
	defer p.Close()
	clear(bytes)
	if _, err := p.Table("trip"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotTheImageThatWasAskedForIsRefused(t *testing.T) {
	path := images["club"]
	open := func(path string, options ...policyc.Option) error {
		p, err := policyc.Open(path, options...)
		if p != nil {
			t.Errorf("opened %s", path)
		}
		return err
	}
	key := ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)
	wantError(t, open(path+".none"), policyc.ErrNotReadable)
	wantError(t, open("with\x00zero"), policyc.ErrInvalid)
	wantError(t, open(path, policyc.WithKeys(key)), policyc.ErrUntrusted)
	wantError(t, open(path, policyc.WithKeys()), policyc.ErrInvalid)
	wantError(t, open(path, policyc.WithKeys(key[:31])), policyc.ErrInvalid)
	wantError(t, open(path, policyc.WithPolicyHash(strings.Repeat("0", 64))), policyc.ErrMismatch)
	wantError(t, open(path, policyc.WithLayoutHash(strings.Repeat("0", 64))), policyc.ErrMismatch)
	wantError(t, open(path, policyc.WithPolicyHash("12")), policyc.ErrInvalid)
	wantError(t, open(path, policyc.WithPolicyHash("")), policyc.ErrInvalid)
	wantError(t, open("go.mod"), policyc.ErrForeign)

	bytes, err := os.ReadFile(path)
	must(t, err)
	bytes[len(bytes)/2] ^= 1
	damaged := filepath.Join(t.TempDir(), "damaged.so")
	must(t, os.WriteFile(damaged, bytes, 0o600))
	wantError(t, open(damaged), policyc.ErrDamaged)
	_, err = policyc.OpenMemory(nil)
	if err == nil {
		t.Error("opened nothing")
	}
}

func TestASignedImageIsOpenedWithItsKey(t *testing.T) {
	private, path := filepath.Join(t.TempDir(), "key.pem"), filepath.Join(t.TempDir(), "signed.policy.so")
	public, err := compiler("keys", "new", "-o", private)
	must(t, err)
	_, err = compiler("build", filepath.Join("..", "testing", "club.policy"), "-o", path, "--sign="+private)
	must(t, err)
	key, err := hex.DecodeString(strings.TrimSpace(public))
	must(t, err)
	other := ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)
	p, err := policyc.Open(path, policyc.WithKeys(other, key))
	must(t, err)
	defer p.Close()
	info, err := p.Describe()
	must(t, err)
	if info.Signer != strings.TrimSpace(public) {
		t.Errorf("%+v", info)
	}
	again, err := policyc.Open(path, policyc.WithPolicyHash(info.PolicyHash), policyc.WithLayoutHash(info.LayoutHash))
	must(t, err)
	again.Close()
	_, err = policyc.Open(path, policyc.WithKeys(other))
	wantError(t, err, policyc.ErrUntrusted)
}

func TestAnErrorIsASentenceAndAStatus(t *testing.T) {
	_, err := policyc.Open("there.is.none")
	if !strings.Contains(err.Error(), "there.is.none") {
		t.Error(err)
	}
	if errors.Is(err, policyc.ErrDamaged) {
		t.Error("it is another status")
	}
	if !errors.Is(err, policyc.ErrNotReadable) || !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file that is not there", err)
	}
	_, err = policyc.Open(t.TempDir())
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Error("a folder", err)
	}
	if policyc.ErrDamaged.String() != "damaged" || policyc.Status(9999).String() != "?" {
		t.Error("names of statuses")
	}
}

func TestNamesAreFoundBothWays(t *testing.T) {
	c := openClub(t)
	for number, name := range c.Names(policyc.NameTable, 0) {
		if found, err := c.Table(name); err != nil || uint32(found) != number {
			t.Errorf("%s: %d, %v", name, found, err)
		}
	}
	if c.Count(policyc.NameTable, 0) != 3 || c.Name(policyc.NameTable, 0, 99) != "" || c.Count(99, 0) != 0 {
		t.Error("counts")
	}
	attributes := maps.Collect(c.Names(policyc.NameAttribute, uint32(c.trip)))
	if !slices.Contains(slices.Collect(maps.Values(attributes)), "distance_km") {
		t.Errorf("%v", attributes)
	}
	if column, err := c.Column(c.trip, "fee"); err != nil || column != 0 {
		t.Errorf("%d, %v", column, err)
	}
	flow, err := c.Flow("audit_trip")
	must(t, err)
	step, err := c.Step(flow, "bill")
	must(t, err)
	info, err := c.DescribeStep(flow, step)
	must(t, err)
	if info.Right != policyc.Create || info.NamedUser != "roohi" {
		t.Errorf("%+v", info)
	}
	for _, find := range []func(string) error{
		func(name string) error { _, err := c.Role(name); return err },
		func(name string) error { _, err := c.Privilege(name); return err },
		func(name string) error { _, err := c.ColumnProfile(name); return err },
		func(name string) error { _, err := c.Relationship(name); return err },
		func(name string) error { _, err := c.Step(99, name); return err },
	} {
		wantError(t, find("nothing_of_that_name"), policyc.ErrUnknown)
		wantError(t, find("zero\x00"), policyc.ErrInvalid)
	}
}

func TestTablesAndGrantsAreDescribed(t *testing.T) {
	c := openClub(t)
	trip, err := c.DescribeTable(c.trip)
	must(t, err)
	if trip.Ownership != policyc.OwnedByUser || !trip.Rights.Has(policyc.Share) || trip.Columns != policyc.ColumnSet(0) {
		t.Errorf("%+v", trip)
	}
	city, err := c.DescribeTable(c.city)
	must(t, err)
	if city.Ownership != policyc.OwnedByOrganization || city.Rights.Has(policyc.Assign) {
		t.Errorf("%+v", city)
	}
	_, err = c.DescribeTable(99)
	wantError(t, err, policyc.ErrUnknown)
	_, err = c.DescribeGrant(9999)
	wantError(t, err, policyc.ErrUnknown)
	_, err = c.DescribeStep(99, 0)
	wantError(t, err, policyc.ErrUnknown)
}

func TestWordsAreThoseOfTheLibrary(t *testing.T) {
	c := openClub(t)
	same := func(kind policyc.NameKind, word func(uint32) string) {
		for number, name := range c.Names(kind, 0) {
			if word(number) != name {
				t.Errorf("%v %d is %q here and %q there", kind, number, word(number), name)
			}
		}
		if word(uint32(c.Count(kind, 0))) != "?" {
			t.Errorf("more words for %v than the library has", kind)
		}
	}
	same(policyc.NameRight, func(n uint32) string { return policyc.Right(n).String() })
	same(policyc.NameLevel, func(n uint32) string { return policyc.Level(n).String() })
	same(policyc.NameReason, func(n uint32) string { return policyc.Reason(n).String() })
}

func TestWhatIsClosedDeniesAndFails(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.skipper)
	r := c.record(t, policyc.Facts{Owner: sam.Principal(), Unit: north})
	must(t, c.Close())
	must(t, c.Close())
	_, err := c.Describe()
	wantError(t, err, policyc.ErrInvalid)
	_, err = c.Table("trip")
	wantError(t, err, policyc.ErrInvalid)
	_, err = c.Resolve(policyc.Standing{})
	wantError(t, err, policyc.ErrInvalid)
	if c.Count(policyc.NameTable, 0) != 0 || c.Name(policyc.NameTable, 0, 0) != "" {
		t.Error("a closed program has names")
	}
	if !c.Check(s, c.trip, policyc.Write, r, nil) {
		t.Error("a subject keeps its program")
	}
	must(t, s.Close())
	must(t, s.Close())
	if c.Check(s, c.trip, policyc.Write, r, nil) || s.Holds(0) {
		t.Error("a closed subject may do something")
	}
	_, err = c.Decide(s, c.trip, policyc.Write, r, nil)
	wantError(t, err, policyc.ErrUnknown)

	var none *policyc.Program
	if none.Close() != nil || none.Check(s, 0, policyc.Read, r, nil) || none.Count(policyc.NameTable, 0) != 0 {
		t.Error("nil")
	}
	if policyc.AdoptProgram(nil) != nil {
		t.Error("adopted nothing")
	}
	_, err = policyc.NewStore(nil)
	wantError(t, err, policyc.ErrInvalid)
}

func TestZeroValuesAreClosed(t *testing.T) {
	c := openClub(t)
	var program policyc.Program
	var subject policyc.Subject
	var store policyc.Store
	var tx policyc.Tx
	var reader policyc.Reader
	var log policyc.Log
	var record policyc.Record
	_, describe := program.Describe()
	_, table := program.Table("trip")
	_, update := store.Update(func(*policyc.Tx) error { return nil })
	_, begin := store.TryBegin(0)
	_, open := store.OpenReader()
	_, look := reader.Begin(0, 0)
	_, commit := tx.Commit()
	_, user := tx.AddUser(1)
	_, made := policyc.NewStore(&program)
	for _, err := range []error{describe, table, update, begin, open, look, commit, user, made, log.Flush(),
		store.View(func(*policyc.Reader) error { return nil }), record.Set("seats", 3)} {
		wantError(t, err, policyc.ErrInvalid)
	}
	record.SetOwner(sam.Principal())
	record.SetUnit(1)
	record.SetAway(true)
	record.SetShares(policyc.ShareOf{Principal: sam.Principal(), Rights: 255})
	if store.Revision() != 0 || tx.Program() != nil || tx.Table(1) != policyc.None || reader.Check(0, policyc.Read, 0) ||
		subject.Holds(0) || c.Check(c.sam(t, nil, c.skipper), c.trip, policyc.Write, &record, nil) ||
		c.Check(&subject, c.trip, policyc.Write, &record, nil) {
		t.Error("something is allowed")
	}
	tx.Abandon()
	for _, err := range []error{program.Close(), subject.Close(), store.Close(), reader.Close(), log.Close()} {
		must(t, err)
	}
}

func TestCCodeOfTheHostMayUseAProgram(t *testing.T) {
	c := openClub(t)
	must(t, c.Use(func(handle unsafe.Pointer) error {
		if handle == nil {
			t.Error("nothing to use")
		}
		return nil
	}))
	failure := errors.New("of the host")
	if err := c.Use(func(unsafe.Pointer) error { return failure }); err != failure {
		t.Error(err)
	}
}
