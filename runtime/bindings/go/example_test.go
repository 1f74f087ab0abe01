package policyc_test

import (
	"fmt"
	"log"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

func Example() {
	club, err := policyc.Open(images["club"]) // "club.policy.so"
	if err != nil {
		log.Fatal(err)
	}
	defer club.Close()
	trip, _ := club.Table("trip")
	skipper, _ := club.Role("skipper")
	sam, err := club.Resolve(policyc.Standing{User: 3, Unit: 1,
		Roles: []policyc.RoleHeld{{Holder: policyc.Self, Role: skipper, Anchor: policyc.Interval{First: 1, Last: 2}}}})
	if err != nil {
		log.Fatal(err)
	}
	defer sam.Close()
	record, _ := club.NewRecord(trip, policyc.Facts{Owner: policyc.UserID(4).Principal(), Unit: 1})
	fmt.Println(club.Check(sam, trip, policyc.Read, record, nil))
	decision, _ := club.Decide(sam, trip, policyc.Write, record, nil)
	fmt.Println(decision.Allowed, decision.Reason)
	// Output:
	// true
	// false level
}

func ExampleStore() {
	club, err := policyc.Open(images["club"]) // "club.policy.so"
	if err != nil {
		log.Fatal(err)
	}
	defer club.Close()
	table, _ := club.Table("trip")
	skipper, _ := club.Role("skipper")
	store, err := policyc.NewStore(club)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	var sam policyc.UserID
	revision, err := store.Update(func(tx *policyc.Tx) error {
		unit, err := tx.AddUnit(policyc.None)
		if err != nil {
			return err
		}
		if sam, err = tx.AddUser(unit); err != nil {
			return err
		}
		if err := tx.GiveRole(sam.Principal(), skipper, unit); err != nil {
			return err
		}
		_, err = tx.AddRow(policyc.NewRow(table, sam.Principal()).With(policyc.Values{"status": "open"}))
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	err = store.ViewAt(revision, 0, func(r *policyc.Reader) error {
		for row, err := range r.List(sam, policyc.Read, table) {
			fmt.Println(row, err)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 0 <nil>
}
