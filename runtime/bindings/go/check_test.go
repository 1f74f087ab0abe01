package policyc_test

import (
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

func TestASubjectIsCheckedAgainstARecord(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.skipper)
	own := c.record(t, policyc.Facts{Owner: sam.Principal(), Unit: north})
	hers := c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: north})
	away := c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: south})
	for _, ask := range []struct {
		right  policyc.Right
		record *policyc.Record
		want   bool
		reason policyc.Reason
	}{
		{policyc.Write, own, true, policyc.ReasonOwner},
		{policyc.Read, hers, true, policyc.ReasonRoleLevel},
		{policyc.Write, hers, false, policyc.ReasonLevel},
		{policyc.Read, away, false, policyc.ReasonLevel},
	} {
		if c.Check(s, c.trip, ask.right, ask.record, nil) != ask.want {
			t.Errorf("%v: not %v", ask.right, ask.want)
		}
		d, err := c.Decide(s, c.trip, ask.right, ask.record, nil)
		must(t, err)
		if d.Allowed != ask.want || d.Reason != ask.reason {
			t.Errorf("%v: %+v", ask.right, d)
		}
	}
}

func TestADecisionIsExplained(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.skipper)
	d, err := c.Decide(s, c.trip, policyc.Read, c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: north}), nil)
	must(t, err)
	text, err := c.Explain(c.trip, policyc.Read, d)
	must(t, err)
	if !strings.Contains(text, "allow because role_level") || !strings.Contains(text, "`skipper`") {
		t.Error(text)
	}
	grant, err := c.DescribeGrant(d.Grant)
	must(t, err)
	if grant.Role != c.skipper || grant.Right != policyc.Read || grant.Level != policyc.LevelBusinessUnit ||
		grant.Line == 0 || !strings.HasSuffix(grant.File, "club.policy") {
		t.Errorf("%+v", grant)
	}
	_, err = c.Explain(99, policyc.Read, d)
	wantError(t, err, policyc.ErrUnknown)
}

func TestSharesCount(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.skipper)
	r := c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: south})
	read := func() bool { return c.Check(s, c.trip, policyc.Read, r, nil) }
	if read() {
		t.Error("nothing is shared")
	}
	r.SetShares(policyc.ShareOf{Principal: ana.Principal()}, policyc.ShareOf{Principal: sam.Principal(),
		Rights: policyc.RightSet(policyc.Read)})
	if !read() || c.Check(s, c.trip, policyc.Write, r, nil) {
		t.Error("shared for read alone")
	}
	r.SetAway(true)
	if !read() {
		t.Error("shares are still there")
	}
	r.SetShares(policyc.ShareOf{Principal: sam.Principal(), Inherited: policyc.RightSet(policyc.Read)})
	if d, _ := c.Decide(s, c.trip, policyc.Read, r, nil); d.Reason != policyc.ReasonInheritedShare {
		t.Errorf("%+v", d)
	}
	r.SetShares()
	if read() {
		t.Error("nothing is shared any more")
	}
}

func decimal(t testing.TB, text string) policyc.Decimal {
	number, err := policyc.NewDecimal(text)
	must(t, err)
	return number
}

// Values that a role of that name asks for, and others that it does not take.
func valuesOfRoles(t testing.TB) map[string][2][]policyc.Values {
	money, err := policyc.NewMoney("-922337203685476.5807")
	must(t, err)
	rational, _ := new(big.Rat).SetString("12.0000000001")
	noon := time.Date(2026, 1, 31, 12, 0, 0, 1000, time.UTC)
	one := func(name string, values ...any) (list []policyc.Values) {
		for _, value := range values {
			list = append(list, policyc.Values{name: value})
		}
		return list
	}
	return map[string][2][]policyc.Values{
		"by_distance": {one("distance_km", decimal(t, "12.0000000001"), rational),
			one("distance_km", 12, decimal(t, "-12.0000000001"), nil)},
		"by_fee":     {one("fee", money), one("fee", policyc.Money(1), 1, nil)},
		"by_urgent":  {one("urgent", true), one("urgent", false, nil)},
		"by_seats":   {one("seats", int64(-9223372036854775807)), one("seats", 1, uint32(7), int32(-1), nil)},
		"by_harbour": {one("harbour", "Ny-Ålesund"), one("harbour", "Ny-Ålesun", "", "zero\x00", nil)},
		"by_day": {one("day", policyc.Date(-1), time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC)),
			one("day", policyc.Date(0), nil)},
		"by_starts": {one("starts", noon, policyc.DateTimeOf(noon)), one("starts", noon.Add(time.Microsecond), nil)},
	}
}

func TestValuesOfEachTypeAreExact(t *testing.T) {
	c := openClub(t)
	for name, values := range valuesOfRoles(t) {
		role, err := c.Role(name)
		must(t, err)
		s := c.sam(t, nil, role)
		for which, list := range values {
			for _, value := range list {
				r := c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: south, Values: value})
				if c.Check(s, c.trip, policyc.Read, r, nil) != (which == 0) {
					t.Errorf("%s: %v is not %v", name, value, which == 0)
				}
			}
		}
	}
}

func TestValuesThatATypeDoesNotHaveAreRefused(t *testing.T) {
	c := openClub(t)
	r := c.record(t, policyc.Facts{})
	for name, values := range map[string][]any{
		"urgent": {1, "true"}, "seats": {1.5, "1", true}, "distance_km": {1.5, big.NewRat(1, 3), "12"},
		"fee":     {0.1, new(big.Rat).SetFrac64(1, 100000), new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 80))},
		"harbour": {[]byte("x"), 7}, "day": {"2026-01-01", 5}, "starts": {"now", 5, policyc.Date(1)}, "status": {1, true},
	} {
		for _, value := range values {
			wantError(t, r.Set(name, value), policyc.ErrInvalid)
		}
	}
	wantError(t, r.Set("status", "half_open"), policyc.ErrUnknown)
	wantError(t, r.Set("status", policyc.Choice(9999)), policyc.ErrUnknown)
	wantError(t, r.Set("colour", "red"), policyc.ErrUnknown)
	for _, text := range []string{"", "x", "1e5", "1/3", "0x10", "0.00000000001", strings.Repeat("9", 60), "1_000"} {
		_, err := policyc.NewDecimal(text)
		wantError(t, err, policyc.ErrInvalid)
	}
	if decimal(t, "-0.0000000001") != (policyc.Decimal{Low: 1<<64 - 1, High: -1}) {
		t.Error("decimals are of 128 bits")
	}
	_, err := policyc.NewMoney("0.00001")
	wantError(t, err, policyc.ErrInvalid)
}

func TestConditionsReadTheUserAndTheContext(t *testing.T) {
	c := openClub(t)
	role, err := c.Role("by_region")
	must(t, err)
	r := c.record(t, policyc.Facts{Owner: ana.Principal(), Unit: south, Values: policyc.Values{"harbour": "west"}})
	for region, want := range map[string]bool{"west": true, "east": false} {
		s := c.sam(t, policyc.Values{"region": region, "grade": 3}, role)
		runtime.GC()
		if c.Check(s, c.trip, policyc.Read, r, nil) != want {
			t.Errorf("%s is not %v", region, want)
		}
	}
	_, err = c.Resolve(policyc.Standing{User: sam, Values: policyc.Values{"colour": "red"}})
	wantError(t, err, policyc.ErrUnknown)

	role, err = c.Role("by_channel")
	must(t, err)
	s := c.sam(t, nil, role)
	phone, err := c.NewContext(policyc.Values{"channel": "phone"})
	must(t, err)
	web, err := c.NewContext(policyc.Values{"channel": "web"})
	must(t, err)
	for context, want := range map[*policyc.Context]bool{phone: true, web: false, nil: false} {
		if c.Check(s, c.trip, policyc.Read, r, context) != want {
			t.Errorf("not %v", want)
		}
	}
	_, err = c.NewContext(policyc.Values{"channel": "pigeon"})
	wantError(t, err, policyc.ErrUnknown)
	other := openClub(t)
	foreign, err := other.NewContext(nil)
	must(t, err)
	if c.Check(s, c.trip, policyc.Read, r, foreign) {
		t.Error("a context of another program")
	}
}

func TestWhatDoesNotBelongTogetherIsDenied(t *testing.T) {
	c, other := openClub(t), openClub(t)
	s := c.sam(t, nil, c.skipper)
	r := c.record(t, policyc.Facts{Owner: sam.Principal(), Unit: north})
	city, err := c.NewRecord(c.city, policyc.Facts{})
	must(t, err)
	if c.Check(nil, c.trip, policyc.Read, r, nil) || c.Check(s, c.trip, policyc.Read, nil, nil) ||
		c.Check(s, c.trip, policyc.Read, city, nil) || c.Check(s, c.city, policyc.Read, r, nil) ||
		c.Check(s, c.trip, 99, r, nil) || c.Check(s, 99, policyc.Read, r, nil) ||
		other.Check(s, c.trip, policyc.Read, r, nil) ||
		c.Check(other.sam(t, nil, c.skipper), c.trip, policyc.Read, r, nil) {
		t.Error("allowed")
	}
	d, err := c.Decide(s, c.city, policyc.Assign, city, nil)
	wantError(t, err, policyc.ErrIllegal)
	if d.Allowed || d.Reason != policyc.ReasonIllegal {
		t.Errorf("%+v", d)
	}
	d, err = other.Decide(s, c.trip, policyc.Read, r, nil)
	wantError(t, err, policyc.ErrUnknown)
	if d.Allowed || d.Reason != policyc.ReasonUnknown {
		t.Errorf("%+v", d)
	}
	_, err = c.NewRecord(99, policyc.Facts{})
	wantError(t, err, policyc.ErrUnknown)
}

func TestStandingsThatMakeNoSenseAreRefused(t *testing.T) {
	c := openClub(t)
	for _, standing := range []policyc.Standing{
		{User: 1 << 29},
		{User: sam, Roles: []policyc.RoleHeld{{Holder: policyc.Self, Role: 999}}},
		{User: sam, Roles: []policyc.RoleHeld{{Holder: policyc.TeamID(1).Principal(), Role: c.skipper}}},
		{User: sam, Roles: []policyc.RoleHeld{
			{Holder: policyc.Self, Role: c.skipper, Anchor: policyc.Interval{First: 2, Last: 1}}}},
	} {
		_, err := c.Resolve(standing)
		wantError(t, err, policyc.ErrInvalid)
	}
}

func TestATeamsRoleCountsForItsMembers(t *testing.T) {
	c := openClub(t)
	crew := policyc.TeamID(7)
	s, err := c.Resolve(policyc.Standing{User: sam, Unit: north, Teams: []policyc.TeamID{crew},
		Roles: []policyc.RoleHeld{
			{Holder: crew.Principal(), Role: c.skipper, Anchor: policyc.Interval{First: 1, Last: 2}}}})
	must(t, err)
	defer s.Close()
	d, err := c.Decide(s, c.trip, policyc.Write, c.record(t, policyc.Facts{Owner: crew.Principal(), Unit: north}), nil)
	must(t, err)
	if !d.Allowed || d.Reason != policyc.ReasonTeamOwner || d.Through != crew.Principal() {
		t.Errorf("%+v", d)
	}
	export, err := c.Privilege("export_to_excel")
	must(t, err)
	if !s.Holds(export) || s.Holds(99) {
		t.Error("privileges")
	}
}

// Random trips, as facts.
func randomTrips(random *rand.Rand, count int) []policyc.Facts {
	trips := make([]policyc.Facts, count)
	for i := range trips {
		trips[i].Owner = policyc.UserID(random.Uint32N(6)).Principal()
		trips[i].Unit = policyc.UnitID(random.Uint32N(5))
		trips[i].Values = policyc.Values{"distance_km": policyc.Decimal{Low: random.Uint64N(1 << 44)}}
		trips[i].Away = random.Uint32N(2) == 0
		if random.Uint32N(2) == 0 {
			trips[i].Values["status"] = []string{"open", "closed"}[random.Uint32N(2)]
		}
		if random.Uint32N(3) == 0 {
			trips[i].Shares = []policyc.ShareOf{{Principal: sam.Principal(), Rights: policyc.Rights(random.Uint32N(256))}}
		}
		if random.Uint32N(4) == 0 {
			trips[i].Values["harbour"] = []string{"Ny-Ålesund", "Oslo"}[random.Uint32N(2)]
		}
	}
	return trips
}

func (c *club) columns(t testing.TB, trips []policyc.Facts) policyc.Rows {
	n := len(trips)
	rows := policyc.Rows{Count: n, Owners: make([]policyc.Principal, n), Units: make([]policyc.UnitID, n),
		Away: make(policyc.Bitmap, (n+63)/64), ShareBegin: []uint32{0}}
	distances, states, harbours := make([]policyc.Decimal, n), make([]policyc.Choice, n), make([]string, n)
	hasState, hasHarbour := make(policyc.Bitmap, (n+63)/64), make(policyc.Bitmap, (n+63)/64)
	for i, trip := range trips {
		rows.Owners[i], rows.Units[i] = trip.Owner, trip.Unit
		if trip.Away {
			rows.Away[i/64] |= 1 << (i % 64)
		}
		rows.Shares = append(rows.Shares, trip.Shares...)
		rows.ShareBegin = append(rows.ShareBegin, uint32(len(rows.Shares)))
		distances[i] = trip.Values["distance_km"].(policyc.Decimal)
		if state, ok := trip.Values["status"].(string); ok {
			number, err := c.Find(policyc.NameChoice, 0, state)
			must(t, err)
			states[i] = policyc.Choice(number)
			hasState[i/64] |= 1 << (i % 64)
		}
		if harbour, ok := trip.Values["harbour"].(string); ok {
			harbours[i] = harbour
			hasHarbour[i/64] |= 1 << (i % 64)
		}
	}
	none := make(policyc.Bitmap, (n+63)/64)
	rows.Attributes = map[string]policyc.Column{
		"distance_km": policyc.DecimalColumn(distances),
		"status":      policyc.ChoiceColumn(states).Present(hasState),
		"harbour":     policyc.StringColumn(harbours).Present(hasHarbour),
		"fee":         policyc.MoneyColumn(make([]policyc.Money, n)).Present(none),
		"urgent":      policyc.BooleanColumn(make([]bool, n)).Present(none),
		"seats":       policyc.IntegerColumn(make([]int64, n)).Present(none),
		"day":         policyc.DateColumn(make([]policyc.Date, n)).Present(none),
		"starts":      policyc.DateTimeColumn(make([]policyc.DateTime, n)).Present(none),
	}
	return rows
}

func TestManyRecordsAndColumnsSayWhatChecksSay(t *testing.T) {
	c := openClub(t)
	byHarbour, err := c.Role("by_harbour")
	must(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for _, count := range []int{0, 1, 63, 64, 65, 1000, 9000} {
		trips := randomTrips(random, count)
		records := make([]*policyc.Record, count)
		for i, trip := range trips {
			records[i] = c.record(t, trip)
		}
		rows := c.columns(t, trips)
		for _, s := range []*policyc.Subject{c.sam(t, nil, c.skipper), c.sam(t, nil, c.admiral, byHarbour)} {
			for _, right := range []policyc.Right{policyc.Read, policyc.Write, policyc.Delete} {
				many, err := c.CheckMany(s, c.trip, right, records, nil)
				must(t, err)
				filtered, err := c.Filter(s, c.trip, right, &rows, nil)
				must(t, err)
				for i, record := range records {
					want := c.Check(s, c.trip, right, record, nil)
					if many.Has(i) != want || filtered.Has(i) != want {
						t.Fatalf("%v of %+v: %v, %v, %v", right, trips[i], want, many.Has(i), filtered.Has(i))
					}
				}
				if len(slices.Collect(filtered.All())) != filtered.Count() || filtered.Has(count) || filtered.Has(-1) {
					t.Error("bits past the end")
				}
			}
		}
	}
}

func TestManyRecordsThatDoNotBelongAreDenied(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.skipper)
	r := c.record(t, policyc.Facts{Owner: sam.Principal(), Unit: north})
	city, err := c.NewRecord(c.city, policyc.Facts{})
	must(t, err)
	allowed, err := c.CheckMany(s, c.trip, policyc.Read, []*policyc.Record{nil, r, city}, nil)
	must(t, err)
	if allowed.Has(0) || !allowed.Has(1) || allowed.Has(2) {
		t.Errorf("%b", allowed)
	}
	allowed, err = c.CheckMany(s, c.city, policyc.Assign, []*policyc.Record{city}, nil)
	wantError(t, err, policyc.ErrIllegal)
	if allowed.Count() != 0 {
		t.Error("allowed")
	}
	_, err = c.CheckMany(nil, c.trip, policyc.Read, nil, nil)
	wantError(t, err, policyc.ErrUnknown)
}

func TestColumnsThatDoNotFitAreRefused(t *testing.T) {
	c := openClub(t)
	s := c.sam(t, nil, c.admiral)
	good := func() policyc.Rows { return c.columns(t, randomTrips(rand.New(rand.NewPCG(3, 4)), 100)) }
	for what, spoil := range map[string]func(*policyc.Rows){
		"owners":      func(r *policyc.Rows) { r.Owners = r.Owners[:99] },
		"units":       func(r *policyc.Rows) { r.Units = r.Units[:99] },
		"away":        func(r *policyc.Rows) { r.Away = make(policyc.Bitmap, 1) },
		"begins":      func(r *policyc.Rows) { r.ShareBegin = r.ShareBegin[:100] },
		"no begins":   func(r *policyc.Rows) { r.ShareBegin = nil },
		"past shares": func(r *policyc.Rows) { r.ShareBegin[100]++ },
		"descending":  func(r *policyc.Rows) { r.ShareBegin[50] = 1 << 31 },
		"count":       func(r *policyc.Rows) { r.Count = -1 },
		"short":       func(r *policyc.Rows) { r.Attributes["status"] = policyc.ChoiceColumn(make([]policyc.Choice, 99)) },
		"presence":    func(r *policyc.Rows) { r.Attributes["status"] = r.Attributes["status"].Present(nil) },
		"type":        func(r *policyc.Rows) { r.Attributes["status"] = policyc.IntegerColumn(make([]int64, 100)) },
	} {
		rows := good()
		spoil(&rows)
		if _, err := c.Filter(s, c.trip, policyc.Delete, &rows, nil); err == nil {
			t.Errorf("%s: filtered", what)
		} else {
			wantError(t, err, policyc.ErrInvalid)
		}
	}
	rows := good()
	rows.Attributes["colour"] = policyc.BooleanColumn(make([]bool, 100))
	_, err := c.Filter(s, c.trip, policyc.Delete, &rows, nil)
	wantError(t, err, policyc.ErrUnknown)
	rows = good()
	delete(rows.Attributes, "status")
	allowed, err := c.Filter(s, c.trip, policyc.Delete, &rows, nil)
	wantError(t, err, policyc.ErrMissing)
	if !strings.Contains(err.Error(), "not given are `status`") {
		t.Error(err)
	}
	rows = good()
	rows.Attributes["harbour"] = policyc.StringColumn(append(make([]string, 99), "\xff\xfe"))
	_, err = c.Filter(s, c.trip, policyc.Delete, &rows, nil)
	wantError(t, err, policyc.ErrInvalid)
	rows.Attributes = nil
	if allowed.Count() != 0 {
		t.Error("allowed")
	}
	_, err = c.Filter(s, c.trip, policyc.Delete, nil, nil)
	wantError(t, err, policyc.ErrInvalid)
}

func TestAStepRunsAsSomebody(t *testing.T) {
	c := openClub(t)
	flow, err := c.Flow("audit_trip")
	must(t, err)
	step, err := c.Step(flow, "write_log")
	must(t, err)
	bill, err := c.Step(flow, "bill")
	must(t, err)
	roohi := policyc.UserID(9).Principal()
	if who := c.RunAs(flow, step, ana.Principal(), sam.Principal(), roohi); who != sam.Principal() {
		t.Errorf("%x", who)
	}
	if who := c.RunAs(flow, bill, ana.Principal(), sam.Principal(), roohi); who != roohi {
		t.Errorf("%x", who)
	}
	if c.RunAs(99, 0, roohi, roohi, roohi) != policyc.Nobody || c.RunAs(flow, 99, roohi, roohi, roohi) != policyc.Nobody {
		t.Error("a step that is not there runs")
	}
}

func TestPrincipalsKeepTheirKind(t *testing.T) {
	if p := policyc.TeamID(7).Principal(); p.Kind() != policyc.KindTeam || p.Index() != 7 {
		t.Errorf("%x", p)
	}
	if policyc.UserID(1<<29).Principal() != policyc.Nobody || policyc.UnitID(policyc.None).Principal() != policyc.Nobody {
		t.Error("a number that would change the kind")
	}
	if policyc.ColumnSet(64, 3) != 8 || policyc.Columns(8).Has(2) || policyc.Rights(255).Has(8) {
		t.Error("sets")
	}
	if policyc.RightSet(policyc.Read, policyc.Share, 77).String() != "read, share" {
		t.Error("rights in words")
	}
}

func TestManyGoroutinesCheckWhileOthersClose(t *testing.T) {
	c := openClub(t)
	r := c.record(t, policyc.Facts{Owner: sam.Principal(), Unit: north, Values: policyc.Values{"harbour": "Oslo"}})
	var all sync.WaitGroup
	start := func(work func()) {
		all.Add(1)
		go func() {
			defer all.Done()
			work()
		}()
	}
	for range 20 {
		s := c.sam(t, nil, c.skipper)
		for range 4 {
			start(func() {
				for c.Check(s, c.trip, policyc.Write, r, nil) && !s.Holds(99) {
				}
			})
		}
		start(func() {
			time.Sleep(time.Millisecond)
			s.Close()
			runtime.GC()
		})
	}
	all.Wait()
}

func TestWhatNobodyClosedIsCollected(t *testing.T) {
	path := images["club"]
	for range 50 {
		p, err := policyc.Open(path)
		must(t, err)
		trip, err := p.Table("trip")
		must(t, err)
		s, err := p.Resolve(policyc.Standing{User: sam})
		must(t, err)
		facts := policyc.Facts{Values: policyc.Values{"harbour": "Oslo"}, Shares: make([]policyc.ShareOf, 3)}
		r, err := p.NewRecord(trip, facts)
		must(t, err)
		p.Check(s, trip, policyc.Read, r, nil)
	}
	for range 3 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
