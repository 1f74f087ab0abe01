package policyc_test

import (
	"math/rand/v2"
	"testing"

	policyc "github.com/policyc/policyc/runtime/bindings/go"
)

func BenchmarkCheck(b *testing.B) {
	c := openClub(b)
	s := c.sam(b, nil, c.skipper)
	r := c.record(b, policyc.Facts{Owner: ana.Principal(), Unit: north})
	for b.Loop() {
		if !c.Check(s, c.trip, policyc.Read, r, nil) {
			b.Fatal("denied")
		}
	}
}

func BenchmarkCheckInParallel(b *testing.B) {
	c := openClub(b)
	s := c.sam(b, nil, c.skipper)
	r := c.record(b, policyc.Facts{Owner: ana.Principal(), Unit: north})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if !c.Check(s, c.trip, policyc.Read, r, nil) {
				b.Error("denied")
			}
		}
	})
}

func BenchmarkNewRecord(b *testing.B) {
	c := openClub(b)
	facts := policyc.Facts{Owner: ana.Principal(), Unit: north, Values: policyc.Values{"status": "open", "seats": 3}}
	for b.Loop() {
		c.record(b, facts)
	}
}

func BenchmarkCheckMany(b *testing.B) {
	c := openClub(b)
	s := c.sam(b, nil, c.skipper)
	records := make([]*policyc.Record, 10000)
	for i, trip := range randomTrips(rand.New(rand.NewPCG(1, 2)), len(records)) {
		records[i] = c.record(b, trip)
	}
	for b.Loop() {
		if _, err := c.CheckMany(s, c.trip, policyc.Read, records, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/row")
}

func BenchmarkView(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		if err := w.View(func(r *policyc.Reader) error {
			if !r.Check(w.sam, policyc.Read, w.hers) {
				b.Error("denied")
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
