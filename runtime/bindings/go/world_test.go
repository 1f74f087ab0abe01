package policyc_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

// Images of the policies in ../testing, built once with the compiler of the build directory POLICYC_BUILD.
var images = map[string]string{}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv("POLICYC_BUILD") == "" {
		fmt.Println("skipped: POLICYC_BUILD names no build directory with bin/policyc")
		return 0
	}
	folder, err := os.MkdirTemp("", "policyc")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(folder)
	for _, name := range []string{"club", "club_next"} {
		images[name] = filepath.Join(folder, name+".policy.so")
		source := filepath.Join("..", "testing", name+".policy")
		if told, err := compiler("build", source, "-o", images[name]); err != nil {
			fmt.Printf("%s: %v\n%s", source, err, told)
			return 1
		}
	}
	return m.Run()
}

func compiler(arguments ...string) (string, error) {
	told, err := exec.Command(filepath.Join(os.Getenv("POLICYC_BUILD"), "bin", "policyc"), arguments...).CombinedOutput()
	return string(told), err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func get[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		must(t, err)
		return value
	}
}

// club is a policy, and the numbers of what tests ask about.
type club struct {
	*policyc.Program
	trip, city               policyc.TableID
	skipper, member, admiral policyc.RoleID
}

func openClub(t testing.TB) *club {
	t.Helper()
	p, err := policyc.Open(images["club"])
	must(t, err)
	t.Cleanup(func() { p.Close() })
	table, role := get[policyc.TableID](t), get[policyc.RoleID](t)
	return &club{p, table(p.Table("trip")), table(p.Table("city")), role(p.Role("skipper")), role(p.Role("member")),
		role(p.Role("admiral"))}
}

var (
	sam   = policyc.UserID(3)
	ana   = policyc.UserID(4)
	north = policyc.UnitID(1)
	south = policyc.UnitID(3)
)

// sam is in unit 1, below which 2 is, and holds the roles himself.
func (c *club) sam(t testing.TB, values policyc.Values, roles ...policyc.RoleID) *policyc.Subject {
	t.Helper()
	standing := policyc.Standing{User: sam, Unit: north, Values: values}
	for _, role := range roles {
		standing.Roles = append(standing.Roles, policyc.RoleHeld{Holder: policyc.Self, Role: role,
			Anchor: policyc.Interval{First: 1, Last: 2}})
	}
	s, err := c.Resolve(standing)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func (c *club) record(t testing.TB, facts policyc.Facts) *policyc.Record {
	t.Helper()
	r, err := c.NewRecord(c.trip, facts)
	must(t, err)
	return r
}

// world is a store with two units below a root, three users and two trips.
type world struct {
	*policyc.Store
	club               *club
	root, north, south policyc.UnitID
	sam, ana, roohi    policyc.UserID
	hers, his          policyc.RowID
	revision           policyc.Revision
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := openClub(t)
	s, err := policyc.NewStore(c.Program)
	must(t, err)
	w := &world{Store: s, club: c}
	w.revision, err = s.Update(func(tx *policyc.Tx) error { return w.fill(t, tx) })
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) fill(t testing.TB, tx *policyc.Tx) error {
	unit, user, row := get[policyc.UnitID](t), get[policyc.UserID](t), get[policyc.RowID](t)
	w.root = unit(tx.AddUnit(policyc.None))
	w.north, w.south = unit(tx.AddUnit(w.root)), unit(tx.AddUnit(w.root))
	w.sam, w.ana, w.roohi = user(tx.AddUser(w.north)), user(tx.AddUser(w.north)), user(tx.AddUser(w.root))
	for name, user := range map[string]policyc.UserID{"sam": w.sam, "ana": w.ana, "roohi": w.roohi} {
		must(t, tx.SetUserName(user, name))
	}
	must(t, tx.GiveRole(w.sam.Principal(), w.club.skipper, w.north))
	must(t, tx.GiveRole(w.ana.Principal(), w.club.member, w.north))
	must(t, tx.GiveRole(w.roohi.Principal(), w.club.admiral, w.root))
	w.hers = row(tx.AddRow(policyc.NewRow(w.club.trip, w.ana.Principal()).With(policyc.Values{"status": "open"})))
	w.his = row(tx.AddRow(policyc.NewRow(w.club.trip, w.sam.Principal()).
		With(policyc.Values{"status": "closed", "distance_km": 12})))
	return nil
}
