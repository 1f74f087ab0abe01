package policyc_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

func (w *world) view(t testing.TB, work func(r *policyc.Reader)) {
	t.Helper()
	must(t, w.View(func(r *policyc.Reader) error { work(r); return nil }))
}

func (w *world) update(t testing.TB, work func(tx *policyc.Tx) error) policyc.Revision {
	t.Helper()
	revision, err := w.Update(work)
	must(t, err)
	return revision
}

func collect[ID ~uint32](t testing.TB, seq func(func(ID, error) bool)) []ID {
	t.Helper()
	var list []ID
	for id, err := range seq {
		must(t, err)
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

func TestAStoreIsAsked(t *testing.T) {
	w := newWorld(t)
	if w.revision == 0 || w.Revision() != w.revision {
		t.Errorf("revision %d, %d", w.revision, w.Revision())
	}
	w.view(t, func(r *policyc.Reader) {
		if !r.Check(w.sam, policyc.Read, w.hers) || r.Check(w.sam, policyc.Write, w.hers) ||
			!r.Check(w.sam, policyc.Write, w.his) || r.Check(99, policyc.Read, w.hers) || r.Check(w.sam, 99, w.hers) ||
			r.Check(w.sam, policyc.Read, 99) {
			t.Error("checks")
		}
		d, err := r.Decide(w.sam, policyc.Write, w.hers)
		must(t, err)
		if d.Allowed || d.Reason != policyc.ReasonLevel || d.Held != policyc.LevelUser {
			t.Errorf("%+v", d)
		}
		text, err := r.Explain(w.club.trip, policyc.Write, d)
		must(t, err)
		if !strings.Contains(text, "deny because level") {
			t.Error(text)
		}
		_, err = r.Decide(99, policyc.Write, w.hers)
		wantError(t, err, policyc.ErrUnknown)
		many, err := r.CheckMany(w.sam, policyc.Write, []policyc.RowID{w.hers, w.his, 99})
		must(t, err)
		if many.Has(0) || !many.Has(1) || many.Has(2) {
			t.Errorf("%b", many)
		}
		if r.Table(w.his) != w.club.trip || r.Table(99) != policyc.None {
			t.Error("tables of rows")
		}
		if r.Program() != w.club.Program {
			t.Error("the program is the one that the store was made with")
		}
	})
}

func TestListsAndWhoGoThroughAll(t *testing.T) {
	w := newWorld(t)
	var trips []policyc.RowID
	w.update(t, func(tx *policyc.Tx) error {
		for range 1000 {
			row, err := tx.AddRow(policyc.NewRow(w.club.trip, w.sam.Principal()))
			must(t, err)
			trips = append(trips, row)
		}
		return nil
	})
	w.view(t, func(r *policyc.Reader) {
		if list := collect(t, r.List(w.sam, policyc.Write, w.club.trip)); len(list) != 1001 {
			t.Errorf("%d rows", len(list))
		}
		if list := collect(t, r.List(w.sam, policyc.Read, w.club.trip)); !slices.Contains(list, w.hers) {
			t.Error("a row of the unit is missing")
		}
		for range r.List(w.sam, policyc.Write, w.club.trip) {
			break
		}
		if who := collect(t, r.Who(policyc.Write, w.his)); !slices.Equal(who, []policyc.UserID{w.sam, w.roohi}) {
			t.Errorf("%v", who)
		}
		var cursor policyc.Cursor
		page := make([]policyc.RowID, 7)
		rows := 0
		for !cursor.AtEnd() {
			count, err := r.ListPage(w.sam, policyc.Write, w.club.trip, &cursor, page)
			must(t, err)
			rows += count
		}
		if rows != 1001 {
			t.Errorf("%d rows by pages", rows)
		}
		for _, err := range r.List(w.sam, policyc.Read, 99) {
			wantError(t, err, policyc.ErrUnknown)
		}
	})
}

func TestATransactionIsSeenWholeOrNever(t *testing.T) {
	w := newWorld(t)
	failure := errors.New("the host's own")
	if _, err := w.Update(func(tx *policyc.Tx) error {
		must(t, tx.SetRowOwner(w.hers, w.sam.Principal()))
		return failure
	}); err != failure {
		t.Error(err)
	}
	func() {
		defer func() { recover() }()
		w.Update(func(tx *policyc.Tx) error {
			must(t, tx.SetRowOwner(w.hers, w.sam.Principal()))
			panic("the host's own")
		})
		t.Error("the panic is gone")
	}()
	w.view(t, func(r *policyc.Reader) {
		if r.Check(w.sam, policyc.Write, w.hers) || w.Revision() != w.revision {
			t.Error("something was changed")
		}
	})
	next := w.update(t, func(tx *policyc.Tx) error { return tx.SetRowOwner(w.hers, w.sam.Principal()) })
	must(t, w.ViewAt(next, time.Second, func(r *policyc.Reader) error {
		if !r.Check(w.sam, policyc.Write, w.hers) {
			t.Error("nothing was changed")
		}
		return nil
	}))
	wantError(t, w.ViewAt(next+1, time.Millisecond, func(*policyc.Reader) error { return nil }), policyc.ErrStale)
}

func TestATransactionIsOfAnyGoroutine(t *testing.T) {
	w := newWorld(t)
	tx, err := w.Begin()
	must(t, err)
	_, err = w.TryBegin(0)
	wantError(t, err, policyc.ErrBusy)
	_, err = w.TryBegin(time.Millisecond)
	wantError(t, err, policyc.ErrBusy)
	wantError(t, w.Close(), policyc.ErrBusy)
	if tx.Program() != w.club.Program {
		t.Error("the program")
	}
	waits := make(chan error)
	go func() {
		_, err := w.Update(func(tx *policyc.Tx) error { _, err := tx.AddUnit(w.north); return err })
		waits <- err
	}()
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := tx.AddUnit(w.root)
			done <- err
		}()
	}
	for range 4 {
		must(t, <-done)
	}
	go func() {
		_, err := tx.Commit()
		tx.Abandon()
		done <- err
	}()
	must(t, <-done)
	must(t, <-waits)
	_, err = tx.Commit()
	wantError(t, err, policyc.ErrInvalid)
	wantError(t, tx.Join(0, 0), policyc.ErrInvalid)
	_, err = tx.AddUser(w.root)
	wantError(t, err, policyc.ErrInvalid)
	tx.Abandon()
	var none *policyc.Tx
	none.Abandon()
	tx, err = w.TryBegin(time.Minute)
	must(t, err)
	tx.Abandon()
}

func TestAnUpdateDoesNotWaitForItself(t *testing.T) {
	w := newWorld(t)
	w.update(t, func(*policyc.Tx) error {
		_, err := w.Update(func(*policyc.Tx) error { return nil })
		wantError(t, err, policyc.ErrBusy)
		_, err = w.Begin()
		wantError(t, err, policyc.ErrBusy)
		_, err = w.Replace(w.club.Program, policyc.Replacing{})
		wantError(t, err, policyc.ErrBusy)
		return nil
	})
	var all sync.WaitGroup
	for range 50 { // goroutines that come to the thread of another's transaction wait for it
		all.Add(1)
		go func() {
			defer all.Done()
			tx, err := w.Begin()
			if err != nil {
				t.Error(err)
				return
			}
			runtime.Gosched()
			_, err = tx.AddUnit(w.root)
			must(t, err)
			tx.Abandon()
		}()
	}
	all.Wait()
}

func TestAForgottenTransactionIsAbandoned(t *testing.T) {
	w := newWorld(t)
	func() {
		tx, err := w.Begin()
		must(t, err)
		_, err = tx.AddUnit(w.root)
		must(t, err)
	}()
	for range 100 {
		runtime.GC()
		if tx, err := w.TryBegin(10 * time.Millisecond); err == nil {
			tx.Abandon()
			if w.Revision() != w.revision {
				t.Error("it was committed")
			}
			return
		}
	}
	t.Error("it is still under way")
}

func TestValuesGoToTheTableOfTheRow(t *testing.T) {
	w := newWorld(t)
	entries, err := w.club.Table("log_entry")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		entry, err := tx.AddRow(policyc.NewRow(entries, w.sam.Principal()))
		must(t, err)
		if tx.Table(entry) != entries || tx.Table(w.his) != w.club.trip || tx.Table(999) != policyc.None {
			t.Error("tables of rows")
		}
		fee := map[string]bool{"fee": true}
		for _, row := range []policyc.RowID{entry, 999} {
			wantError(t, tx.SetRowValues(row, policyc.Values{"seats": 3}, nil), policyc.ErrUnknown)
			wantError(t, tx.SetRowValues(row, nil, fee), policyc.ErrUnknown)
			wantError(t, tx.SetColumnShare(row, "fee", w.ana.Principal(), true, true), policyc.ErrUnknown)
		}
		for _, operation := range []policyc.Operation{policyc.UpdateRow(w.sam, entry).With(policyc.Values{"seats": 3}),
			policyc.UpdateRow(w.sam, entry).WithColumns(fee)} {
			_, err = tx.Perform(operation)
			wantError(t, err, policyc.ErrUnknown)
		}
		_, err = tx.AddRow(policyc.NewRow(entries, w.sam.Principal()).WithColumns("fee"))
		wantError(t, err, policyc.ErrUnknown)
		nowhere, err := tx.Perform(policyc.UpdateRow(w.sam, 999).With(policyc.Values{"seats": 3}))
		must(t, err)
		if nowhere.Answer.Allowed || nowhere.Answer.Reason != policyc.ReasonUnknown {
			t.Errorf("%+v", nowhere)
		}
		return nil
	})
}

func TestFactsThatAreRefusedSayWhich(t *testing.T) {
	w := newWorld(t)
	w.update(t, func(tx *policyc.Tx) error {
		_, unknownUnit := tx.AddUser(77)
		_, noOwner := tx.AddRow(policyc.NewRow(w.club.trip, policyc.UserID(77).Principal()))
		for want, err := range map[string]error{
			"policyc: AddUser(77): not all of what it names is there":                                         unknownUnit,
			fmt.Sprintf("policyc: AddRow(%d, user 77, none): not all of what it names is there", w.club.trip): noOwner,
			fmt.Sprintf("policyc: SetRowOwner(999, user %d): not all of what it names is there", w.ana): tx.SetRowOwner(999,
				w.ana.Principal()),
			fmt.Sprintf("policyc: MoveUnit(%d, %d): the facts do not allow it", w.root, w.south): tx.MoveUnit(w.root, w.south),
		} {
			if err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		wantError(t, tx.SetUserName(w.sam, "\xff\xfe"), policyc.ErrInvalid)
		wantError(t, tx.SetRowValues(w.his, policyc.Values{"harbour": "\xff\xfe"}, nil), policyc.ErrInvalid)
		return nil
	})
}

func TestAReaderIsClosedWhenItsViewIsOver(t *testing.T) {
	w := newWorld(t)
	var kept *policyc.Reader
	w.view(t, func(r *policyc.Reader) { kept = r })
	w.view(t, func(r *policyc.Reader) {
		if r == kept || kept.Check(w.sam, policyc.Write, w.his) || kept.Program() != nil {
			t.Error("a reader that was kept goes on")
		}
		_, err := kept.Begin(0, 0)
		wantError(t, err, policyc.ErrInvalid)
		must(t, kept.Close())
		if !r.Check(w.sam, policyc.Write, w.his) {
			t.Error("closing one closed another")
		}
		must(t, r.Close())
	})
	w.view(t, func(r *policyc.Reader) {
		if !r.Check(w.sam, policyc.Write, w.his) {
			t.Error("a place is used that was closed")
		}
	})
}

func TestAReadersUsersAndRowsAreAskedAboutTheThinWay(t *testing.T) {
	w := newWorld(t)
	w.update(t, func(tx *policyc.Tx) error {
		must(t, tx.SetRowValues(w.hers, policyc.Values{"harbour": "Ny-Ålesund", "seats": -9223372036854775807}, nil))
		must(t, tx.SetShare(w.hers, w.sam.Principal(), policyc.RightSet(policyc.Write)))
		return nil
	})
	w.view(t, func(r *policyc.Reader) {
		hers, err := r.Record(w.hers)
		must(t, err)
		his, err := r.Record(w.his)
		must(t, err)
		for _, row := range []struct {
			id     policyc.RowID
			record *policyc.Record
		}{{w.hers, hers}, {w.his, his}} {
			for _, user := range []policyc.UserID{w.sam, w.ana, w.roohi} {
				for right := policyc.Create; right <= policyc.Share; right++ {
					if r.Check(user, right, row.id) != r.CheckRecord(user, right, row.record, nil) {
						t.Errorf("user %d, %v, row %d", user, right, row.id)
					}
				}
			}
		}
		d, err := r.DecideRecord(w.sam, policyc.Write, hers, nil)
		must(t, err)
		if !d.Allowed || d.Reason != policyc.ReasonShare {
			t.Errorf("%+v", d)
		}
		role, err := w.club.Role("by_harbour")
		must(t, err)
		must(t, r.Close()) // a copy goes on
		if !w.club.Check(w.club.sam(t, nil, role), w.club.trip, policyc.Read, hers, nil) {
			t.Error("its text did not come along")
		}
	})
	w.view(t, func(r *policyc.Reader) {
		_, err := r.Record(999)
		wantError(t, err, policyc.ErrUnknown)
		record := w.club.record(t, policyc.Facts{Owner: w.sam.Principal()})
		_, err = r.DecideRecord(999, policyc.Read, record, nil)
		wantError(t, err, policyc.ErrUnknown)
		_, err = r.DecideRecord(w.sam, policyc.Read, nil, nil)
		wantError(t, err, policyc.ErrUnknown)
		other := openClub(t).record(t, policyc.Facts{Owner: w.sam.Principal()})
		if r.CheckRecord(w.sam, policyc.Read, other, nil) || r.CheckRecord(w.sam, policyc.Read, &policyc.Record{}, nil) {
			t.Error("a record of another program is allowed")
		}
		r.End()
		_, err = r.Record(w.hers)
		wantError(t, err, policyc.ErrStale)
	})
}

func TestFactsComeIn(t *testing.T) {
	w := newWorld(t)
	profile, err := w.club.ColumnProfile("treasurer")
	must(t, err)
	visited, err := w.club.Relationship("visited")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		team, err := tx.AddTeam(w.south, policyc.TeamOwner)
		must(t, err)
		position, err := tx.AddPosition(policyc.None)
		must(t, err)
		oslo, err := tx.AddRow(policyc.NewRow(w.club.city, policyc.Nobody))
		must(t, err)
		trip, err := tx.AddRow(policyc.NewRow(w.club.trip, w.ana.Principal()).In(w.south).Inactive().
			WithColumns("fee").With(policyc.Values{"fee": 3}).With(policyc.Values{"seats": 4, "day": nil}))
		must(t, err)
		for _, err := range []error{
			tx.SetUserDisabled(w.ana, true), tx.SetUserDisabled(w.ana, false), tx.SetUserMode(w.ana, policyc.ModeRead),
			tx.SetUserManager(w.sam, w.roohi), tx.SetUserManager(w.sam, policyc.None), tx.SetUserPosition(w.sam, position),
			tx.SetUserValues(w.sam, policyc.Values{"region": "west", "grade": 3}), tx.Join(w.sam, team),
			tx.GiveRole(team.Principal(), w.club.member, w.south), tx.Leave(w.sam, team), tx.Join(w.sam, team),
			tx.MoveTeam(team, w.north), tx.MoveTeam(team, w.south), tx.MoveUser(w.ana, w.south),
			tx.MoveUnit(w.south, w.north),
			tx.GiveColumnProfile(w.sam.Principal(), profile), tx.SetRowUnit(trip, w.north), tx.SetRowUnit(trip, w.south),
			tx.SetRowActive(trip, true),
			tx.SetRowValues(trip, policyc.Values{"status": "closed"}, map[string]bool{"fee": false}),
			tx.SetAssociation(visited, trip, oslo, true),
			tx.SetShare(w.hers, w.roohi.Principal(), policyc.RightSet(policyc.Read)),
			tx.SetColumnShare(w.hers, "fee", w.roohi.Principal(), true, false), tx.DropRoles(w.ana.Principal()),
			tx.RemoveRow(trip),
		} {
			must(t, err)
		}
		wantError(t, tx.Join(99, team), policyc.ErrUnknown)
		wantError(t, tx.GiveRole(w.sam.Principal(), 999, w.north), policyc.ErrUnknown)
		wantError(t, tx.MoveUnit(w.root, w.south), policyc.ErrRefused)
		wantError(t, tx.SetUserValues(w.sam, policyc.Values{"grade": "three"}), policyc.ErrInvalid)
		wantError(t, tx.SetUserName(w.sam, "zero\x00"), policyc.ErrInvalid)
		_, err = tx.AddUnit(policyc.None)
		wantError(t, err, policyc.ErrRefused)
		_, err = tx.AddRow(policyc.NewRow(99, w.sam.Principal()))
		wantError(t, err, policyc.ErrUnknown)
		_, err = tx.AddRow(policyc.NewRow(w.club.trip, w.sam.Principal()).With(policyc.Values{"colour": "red"}))
		wantError(t, err, policyc.ErrUnknown)
		return nil
	})
	w.view(t, func(r *policyc.Reader) {
		rights, err := r.Columns(w.sam, w.club.trip, w.his)
		must(t, err)
		if rights.Secured != 1 || rights.Read != 1 || rights.Update != 1 || rights.Create != 0 {
			t.Errorf("%+v", rights)
		}
		shared, err := r.Columns(w.roohi, w.club.trip, w.hers)
		must(t, err)
		if shared.Read != 1 || shared.Update != 0 {
			t.Errorf("%+v", shared)
		}
	})
}

func TestOperationsAskAndCascade(t *testing.T) {
	w := newWorld(t)
	link, err := w.club.Relationship("trip_log")
	must(t, err)
	entries, err := w.club.Table("log_entry")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		entry, err := tx.AddRow(policyc.NewRow(entries, w.sam.Principal()).LinkedTo(link, w.his))
		must(t, err)
		denied, err := tx.Perform(policyc.AssignRow(w.sam, w.hers, w.sam.Principal()))
		must(t, err)
		if denied.Answer.Allowed || denied.Answer.Reason != policyc.ReasonLevel || len(denied.Changes) != 0 ||
			denied.Answer.Row != w.hers || denied.Answer.Right != policyc.Assign {
			t.Errorf("%+v", denied)
		}
		plan, err := tx.Plan(policyc.AssignRow(w.sam, w.his, w.ana.Principal()))
		must(t, err)
		done, err := tx.Perform(policyc.AssignRow(w.sam, w.his, w.ana.Principal()))
		must(t, err)
		if !plan.Answer.Allowed || !slices.Equal(plan.Changes, done.Changes) || len(done.Changes) < 2 {
			t.Errorf("%+v, %+v", plan, done)
		}
		if !slices.ContainsFunc(done.Changes, func(c policyc.Change) bool {
			return c.Kind == policyc.ChangeOwner && c.Row == entry && c.Through == link && c.Above == w.his &&
				c.After == uint32(w.ana.Principal())
		}) {
			t.Errorf("the log entry does not go along: %+v", done.Changes)
		}
		made, err := tx.Perform(policyc.CreateRow(w.sam, policyc.NewRow(w.club.trip, w.sam.Principal())))
		must(t, err)
		if !made.Answer.Allowed || made.Row == policyc.None {
			t.Errorf("%+v", made)
		}
		return nil
	})
}

func TestEachOperationReachesTheLibrary(t *testing.T) {
	w := newWorld(t)
	link, err := w.club.Relationship("trip_log")
	must(t, err)
	visited, err := w.club.Relationship("visited")
	must(t, err)
	entries, err := w.club.Table("log_entry")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		entry, err := tx.AddRow(policyc.NewRow(entries, w.sam.Principal()))
		must(t, err)
		oslo, err := tx.AddRow(policyc.NewRow(w.club.city, policyc.Nobody))
		must(t, err)
		other, err := tx.AddRow(policyc.NewRow(w.club.trip, w.sam.Principal()))
		must(t, err)
		watchers, err := tx.AddTeam(w.north, policyc.TeamAccess)
		must(t, err)
		read := policyc.RightSet(policyc.Read)
		with := w.ana.Principal()
		for i, operation := range []policyc.Operation{
			policyc.ReadRow(w.sam, w.hers), policyc.UpdateRow(w.sam, w.his).With(policyc.Values{"seats": 3}),
			policyc.ShareRow(w.sam, w.his, with, read), policyc.ModifyShare(w.sam, w.his, with, 0),
			policyc.RevokeShare(w.sam, w.his, with), policyc.LinkRow(w.sam, entry, link, w.his),
			policyc.UnlinkRow(w.sam, entry, link), policyc.AssociateRows(w.sam, visited, w.his, oslo),
			policyc.DisassociateRows(w.sam, visited, w.his, oslo), policyc.DeactivateRow(w.sam, w.his),
			policyc.ActivateRow(w.sam, w.his), policyc.DeleteRow(w.sam, other),
			policyc.UpdateRow(w.sam, entry).LinkedTo(link, w.his).IgnoringSignIn(),
		} {
			outcome, err := tx.Perform(operation)
			must(t, err)
			if !outcome.Answer.Allowed {
				t.Errorf("operation %d: %v", i, outcome.Answer.Reason)
			}
		}
		must(t, tx.SetShare(w.his, watchers.Principal(), read))
		for i, operation := range []policyc.Operation{
			policyc.UpdateRow(w.sam, w.his).WithColumns(map[string]bool{"fee": true}), policyc.MergeRows(w.ana, w.hers, w.his),
			policyc.MoveRow(w.ana, w.his, w.south), policyc.AddMember(w.ana, watchers, w.sam),
			policyc.RemoveMember(w.ana, watchers, w.sam), policyc.MoveUser(w.ana, w.sam, w.south),
			policyc.MoveTeam(w.ana, watchers, w.south), policyc.DeleteRow(w.ana, w.his).By(w.sam),
		} {
			outcome, err := tx.Plan(operation)
			must(t, err)
			if outcome.Answer.Allowed {
				t.Errorf("operation %d is allowed", i)
			}
		}
		nowhere, err := tx.Plan(policyc.ReadRow(w.sam, 999))
		must(t, err)
		if nowhere.Answer.Allowed || nowhere.Answer.Reason != policyc.ReasonUnknown {
			t.Errorf("%+v", nowhere)
		}
		_, err = tx.Plan(policyc.DeleteRow(w.sam, w.his).With(policyc.Values{"seats": 3}))
		wantError(t, err, policyc.ErrInvalid)
		return nil
	})
}

func TestAStepRunsAsSomebodyInATransaction(t *testing.T) {
	w := newWorld(t)
	flow, err := w.club.Flow("audit_trip")
	must(t, err)
	step, err := w.club.Step(flow, "write_log")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		soul, err := tx.AddUser(w.root)
		must(t, err)
		must(t, tx.SetUserName(soul, "soul"))
		answer, err := tx.RunAs(flow, step, w.ana, w.his)
		must(t, err)
		if answer.User != w.sam || answer.IsSystem {
			t.Errorf("%+v", answer)
		}
		_, err = tx.RunAs(99, 0, w.ana, w.his)
		wantError(t, err, policyc.ErrUnknown)
		return tx.SetContext(policyc.Values{"channel": "phone"})
	})
}

func TestAReaderHasItsContext(t *testing.T) {
	w := newWorld(t)
	role, err := w.club.Role("by_channel")
	must(t, err)
	w.update(t, func(tx *policyc.Tx) error {
		must(t, tx.MoveUser(w.ana, w.south))
		must(t, tx.DropRoles(w.ana.Principal()))
		return tx.GiveRole(w.ana.Principal(), role, w.south)
	})
	w.view(t, func(r *policyc.Reader) {
		for channel, want := range map[string]bool{"phone": true, "web": false} {
			must(t, r.SetContext(policyc.Values{"channel": channel}))
			if r.Check(w.ana, policyc.Read, w.his) != want {
				t.Errorf("%s: not %v", channel, want)
			}
		}
		wantError(t, r.SetContext(policyc.Values{"channel": 7}), policyc.ErrInvalid)
	})
	for _, before := range []func(*policyc.Reader){func(*policyc.Reader) {}, (*policyc.Reader).End} {
		w.view(t, func(r *policyc.Reader) {
			must(t, r.SetContext(policyc.Values{"channel": "phone"}))
			before(r)
		})
		w.view(t, func(r *policyc.Reader) {
			if r.Check(w.ana, policyc.Read, w.his) {
				t.Error("a context stayed with a reader that View uses again")
			}
		})
	}
}

func TestAReaderFiltersRowsOfTheHost(t *testing.T) {
	w := newWorld(t)
	rows := policyc.Rows{Count: 2, Owners: []policyc.Principal{w.ana.Principal(), w.sam.Principal()},
		Units: []policyc.UnitID{0, 0}, Away: policyc.Bitmap{0}}
	w.view(t, func(r *policyc.Reader) {
		allowed, err := r.Filter(w.sam, w.club.trip, policyc.Write, &rows, nil)
		must(t, err)
		if allowed.Has(0) || !allowed.Has(1) {
			t.Errorf("%b", allowed)
		}
		_, err = r.Filter(99, w.club.trip, policyc.Write, &rows, nil)
		wantError(t, err, policyc.ErrUnknown)
	})
}

func TestAReaderThatLooksAtNothingDenies(t *testing.T) {
	w := newWorld(t)
	r, err := w.OpenReader()
	must(t, err)
	if r.Check(w.sam, policyc.Read, w.his) || r.Program() != nil || r.Table(w.his) != policyc.None {
		t.Error("it looks at something")
	}
	_, err = r.Decide(w.sam, policyc.Read, w.his)
	wantError(t, err, policyc.ErrStale)
	_, err = r.CheckMany(w.sam, policyc.Read, []policyc.RowID{w.his})
	wantError(t, err, policyc.ErrStale)
	for _, err := range r.List(w.sam, policyc.Read, w.club.trip) {
		wantError(t, err, policyc.ErrStale)
	}
	wantError(t, r.SetContext(nil), policyc.ErrStale)
	_, err = r.Columns(w.sam, w.club.trip, policyc.None)
	wantError(t, err, policyc.ErrStale)
	_, err = r.Filter(w.sam, w.club.trip, policyc.Read, &policyc.Rows{}, nil)
	wantError(t, err, policyc.ErrStale)
	_, err = r.Explain(w.club.trip, policyc.Read, policyc.Decision{})
	wantError(t, err, policyc.ErrStale)

	revision, err := r.Begin(w.revision, 0)
	must(t, err)
	if revision != w.revision || !r.Check(w.sam, policyc.Read, w.his) {
		t.Error("it looks at nothing")
	}
	r.End()
	if r.Check(w.sam, policyc.Read, w.his) {
		t.Error("it still looks")
	}
	wantError(t, w.Close(), policyc.ErrBusy)
	must(t, r.Close())
	must(t, r.Close())
	_, err = r.Begin(0, 0)
	wantError(t, err, policyc.ErrInvalid)
	r.End()
	if r.Check(w.sam, policyc.Read, w.his) {
		t.Error("a closed reader allows")
	}
}

func TestAStoreOutlivesItsProgramAndIsClosedOnce(t *testing.T) {
	w := newWorld(t)
	must(t, w.club.Close())
	w.update(t, func(tx *policyc.Tx) error {
		_, err := tx.AddRow(policyc.NewRow(w.club.trip, w.sam.Principal()).With(policyc.Values{"status": "open"}))
		return err
	})
	p, err := w.Program()
	must(t, err)
	if info, err := p.Describe(); err != nil || info.PolicyName != "club" {
		t.Errorf("%+v, %v", info, err)
	}
	w.view(t, func(r *policyc.Reader) {
		must(t, p.Close())
		must(t, r.SetContext(policyc.Values{"channel": "web"}))
	})
	must(t, w.Close())
	must(t, w.Close())
	_, err = w.Begin()
	wantError(t, err, policyc.ErrInvalid)
	wantError(t, w.View(func(*policyc.Reader) error { return nil }), policyc.ErrInvalid)
	_, err = w.Replace(p, policyc.Replacing{})
	wantError(t, err, policyc.ErrInvalid)
	if w.Revision() != 0 {
		t.Error("a closed store has a revision")
	}
}

func TestAnotherVersionOfThePolicyTakesOver(t *testing.T) {
	w := newWorld(t)
	next, err := policyc.Open(images["club_next"])
	must(t, err)
	defer next.Close()
	var lost []string
	tell := func(isLost bool, what string) { lost = append(lost, fmt.Sprint(isLost, " ", what)) }
	_, err = w.Replace(next, policyc.Replacing{Told: tell})
	wantError(t, err, policyc.ErrLossy)
	if !slices.Contains(lost, "true role `member`") {
		t.Errorf("%v", lost)
	}
	func() {
		defer func() {
			if recover() != "the host's own" {
				t.Error("the panic is gone")
			}
		}()
		w.Replace(next, policyc.Replacing{Told: func(bool, string) { panic("the host's own") }})
	}()
	old, err := w.OpenReader()
	must(t, err)
	defer old.Close()
	_, err = old.Begin(0, 0)
	must(t, err)
	revision, err := w.Replace(next, policyc.Replacing{MayLose: true, MayMiss: true})
	must(t, err)
	if old.Program() != w.club.Program || !old.Check(w.sam, policyc.Write, w.his) {
		t.Error("a reader does not see the version before any more")
	}
	must(t, w.ViewAt(revision, time.Second, func(r *policyc.Reader) error {
		if r.Program() != next || !r.Check(w.sam, policyc.Read, w.hers) || r.Check(w.sam, policyc.Write, w.his) {
			t.Error("not the next version")
		}
		return nil
	}))
	_, err = w.Replace(nil, policyc.Replacing{})
	wantError(t, err, policyc.ErrInvalid)
}

func TestDecisionsAreLogged(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "decisions.log")
	log, err := policyc.OpenLog(path, policyc.LogOptions{RingSize: 64})
	must(t, err)
	w.view(t, func(r *policyc.Reader) {
		must(t, r.SetLog(log))
		r.Check(w.sam, policyc.Read, w.hers)
		_, err := r.Decide(w.sam, policyc.Write, w.hers)
		must(t, err)
		must(t, r.SetLog(nil))
		r.Check(w.sam, policyc.Read, w.his)
		must(t, r.SetLog(log))
	})
	w.view(t, func(r *policyc.Reader) { r.Check(w.sam, policyc.Read, w.his) })
	s := w.club.sam(t, nil, w.club.skipper)
	facts := policyc.Facts{Owner: sam.Principal(), Unit: north, Values: policyc.Values{"harbour": "Oslo"}}
	record := w.club.record(t, facts)
	d, err := w.club.Decide(s, w.club.trip, policyc.Read, record, nil)
	must(t, err)
	must(t, log.Decision(s, policyc.Read, record, nil, d, policyc.Named{User: "sam", Row: "trip 7"}))
	wantError(t, log.Decision(nil, policyc.Read, record, nil, d, policyc.Named{}), policyc.ErrUnknown)
	wantError(t, log.Decision(s, policyc.Read, record, nil, d, policyc.Named{User: "\x00"}), policyc.ErrInvalid)
	wantError(t, log.Decision(s, policyc.Read, record, nil, d, policyc.Named{Row: "\xff"}), policyc.ErrInvalid)
	must(t, log.Flush())
	counts, err := log.Counts()
	must(t, err)
	if counts.Written != 3 || counts.Dropped != 0 || counts.Failed != 0 {
		t.Errorf("%+v", counts)
	}
	must(t, log.Close())
	must(t, log.Close())
	wantError(t, log.Flush(), policyc.ErrInvalid)
	w.view(t, func(r *policyc.Reader) { wantError(t, r.SetLog(log), policyc.ErrInvalid) })
	text, err := os.ReadFile(path)
	must(t, err)
	if !strings.Contains(string(text), "trip 7") {
		t.Error(string(text))
	}
	_, err = policyc.OpenLog(filepath.Join(path, "no", "folder"), policyc.LogOptions{})
	wantError(t, err, policyc.ErrNotReadable)
	_, err = policyc.OpenLog(filepath.Join(t.TempDir(), "nowhere", "x.log"), policyc.LogOptions{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	_, err = policyc.OpenLog(path, policyc.LogOptions{RingSize: -1})
	wantError(t, err, policyc.ErrInvalid)
}

func TestALogIsClosedWhenItsLastReaderLetsGo(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "decisions.log")
	log, err := policyc.OpenLog(path, policyc.LogOptions{})
	must(t, err)
	r, err := w.OpenReader()
	must(t, err)
	must(t, r.SetLog(log))
	_, err = r.Begin(0, 0)
	must(t, err)
	must(t, log.Close())
	r.Check(w.sam, policyc.Read, w.hers)
	must(t, r.Close())
	text, err := os.ReadFile(path)
	must(t, err)
	if !strings.Contains(string(text), "read") {
		t.Error("what waited was not written")
	}
}

func TestReadersAskWhileAWriterWrites(t *testing.T) {
	w := newWorld(t)
	w.update(t, func(tx *policyc.Tx) error { return tx.GiveRole(w.ana.Principal(), w.club.skipper, w.north) })
	var stop atomic.Bool
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for !stop.Load() {
				if err := w.View(func(r *policyc.Reader) error {
					if r.Check(w.ana, policyc.Write, w.hers) == r.Check(w.sam, policyc.Write, w.hers) {
						return errors.New("one of the two owns it")
					}
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	owners := []policyc.Principal{w.sam.Principal(), w.ana.Principal()}
	var writers sync.WaitGroup
	for range 2 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for i := range 200 {
				if _, err := w.Update(func(tx *policyc.Tx) error { return tx.SetRowOwner(w.hers, owners[i%2]) }); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	writers.Wait()
	stop.Store(true)
	all.Wait()
}

func TestStoresThatNobodyClosedAreCollected(t *testing.T) {
	c := openClub(t)
	for range 20 {
		s, err := policyc.NewStore(c.Program, policyc.WithoutLists())
		must(t, err)
		_, err = s.Update(func(tx *policyc.Tx) error { _, err := tx.AddUnit(policyc.None); return err })
		must(t, err)
		must(t, s.View(func(r *policyc.Reader) error {
			for _, err := range r.List(0, policyc.Read, c.trip) {
				if err == nil {
					t.Error("lists without lists")
				}
			}
			return nil
		}))
		if _, err := s.OpenReader(); err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
