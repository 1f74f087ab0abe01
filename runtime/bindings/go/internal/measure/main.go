// The same questions as ../../../bench/check.c, in Go: measure IMAGE prints a line.
package main

import (
	"fmt"
	"math"
	"os"
	"time"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

const rounds, calls, rows, filtered = 7, 1_000_000, 4096, 1 << 20

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: measure IMAGE")
		os.Exit(2)
	}
	club := get(policyc.Open(os.Args[1]))
	trip := get(club.Table("trip"))
	skipper := get(club.Role("skipper"))
	sam := get(club.Resolve(policyc.Standing{User: 3, Unit: 1, Roles: []policyc.RoleHeld{
		{Holder: policyc.Self, Role: skipper, Anchor: policyc.Interval{First: 1, Last: 2}}}}))
	records := make([]*policyc.Record, rows)
	for i := range records {
		records[i] = get(club.NewRecord(trip, policyc.Facts{Owner: policyc.UserID(3 + i%2).Principal(), Unit: 1}))
	}
	check := best(calls, func() {
		for i := range calls {
			if club.Check(sam, trip, policyc.Write, records[i%2], nil) != (i%2 == 0) {
				panic("a wrong answer")
			}
		}
	})
	decide := best(calls, func() {
		for i := range calls {
			get(club.Decide(sam, trip, policyc.Write, records[i%2], nil))
		}
	})
	many := best(rows, func() { get(club.CheckMany(sam, trip, policyc.Write, records, nil)) })
	columns := columns()
	filter := best(filtered, func() { get(club.Filter(sam, trip, policyc.Write, &columns, nil)) })
	fmt.Printf("go: check %.0f ns/call, decide %.0f ns/call, check_many %.1f ns/row, filter %.1f ns/row, "+
		"check of a reader %.0f ns/call\n", check, decide, many, filter, ofReader(club, trip, skipper))
}

func columns() policyc.Rows {
	all := policyc.Rows{Count: filtered, Owners: make([]policyc.Principal, filtered),
		Units: make([]policyc.UnitID, filtered), Away: make(policyc.Bitmap, filtered/64)}
	for i := range filtered {
		all.Owners[i], all.Units[i] = policyc.UserID(3+i%2).Principal(), policyc.UnitID(i%4)
	}
	return all
}

func ofReader(club *policyc.Program, trip policyc.TableID, skipper policyc.RoleID) float64 {
	store := get(policyc.NewStore(club))
	var user policyc.UserID
	var row policyc.RowID
	get(store.Update(func(tx *policyc.Tx) error {
		root := get(tx.AddUnit(policyc.None))
		user = get(tx.AddUser(root))
		row = get(tx.AddRow(policyc.NewRow(trip, user.Principal())))
		return tx.GiveRole(user.Principal(), skipper, root)
	}))
	reader := get(store.OpenReader())
	get(reader.Begin(0, 0))
	return best(calls, func() {
		for range calls {
			if !reader.Check(user, policyc.Write, row) {
				panic("a wrong answer")
			}
		}
	})
}

// The best of some rounds, in nanoseconds each.
func best(count int, work func()) float64 {
	took := math.Inf(1)
	for range rounds {
		begin := time.Now()
		work()
		took = min(took, float64(time.Since(begin).Nanoseconds())/float64(count))
	}
	return took
}

func get[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
