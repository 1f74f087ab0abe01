package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

type set map[string]bool

// world is a line of a workload's file: club and crm have records, tinytodo has resources.
type world struct {
	Users     []*user
	Records   []*record
	Resources []*todoList
	Requests  []request
	Answers   string
}

type reach struct {
	Held           bool
	Everything     bool
	ClosedAndSmall bool `json:"closed_and_small"`
	Wide           bool
	EveryTeam      bool `json:"every_team"`
	Direct         bool
	Units          set
	Below          set
	OwnUnits       set `json:"own_units"`
	OwningTeams    set `json:"owning_teams"`
}

type user struct {
	Name       string
	Names      []string `json:"principals"`
	Principals set      `json:"-"`
	Unit       string
	Units      []string
	Reach      map[string]map[string]*reach
}

type record struct {
	Table       string
	Owner       string
	Unit        string
	AtHome      bool `json:"at_home"`
	Within      []string
	Status      string
	AmountCents float64
	Amount      *float64 `json:"amount_cents"`
	Shares      map[string]set
}

type todoList struct {
	Owner   string
	Readers set
	Editors set
}

type request struct {
	user     int
	action   string
	resource int
}

func (r *request) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&r.user, &r.action, &r.resource})
}

func parse(line []byte) (*world, error) {
	var w world
	if err := json.Unmarshal(line, &w); err != nil {
		return nil, err
	}
	if len(w.Answers) != len(w.Requests) {
		return nil, errors.New("not as many answers as requests")
	}
	for i, u := range w.Users {
		u.Name = fmt.Sprintf("u%d", i)
		u.Units = []string{u.Unit}
		u.Principals = set{}
		for _, name := range u.Names {
			u.Principals[name] = true
		}
	}
	for _, r := range w.Records {
		r.AmountCents = math.Inf(1) // a missing amount is not small
		if r.Amount != nil {
			r.AmountCents = *r.Amount
		}
	}
	return &w, nil
}

var nothing = &reach{}

func (u *user) reachOf(table, right string) *reach {
	if found := u.Reach[table][right]; found != nil {
		return found
	}
	return nothing
}

// arguments are what one question gives to Enforce.
func (w *world) arguments() [][]any {
	made := make([][]any, 0, len(w.Requests))
	for _, q := range w.Requests {
		who := w.Users[q.user]
		if w.Resources != nil {
			made = append(made, []any{who, w.Resources[q.resource], q.action})
			continue
		}
		row := w.Records[q.resource]
		made = append(made, []any{who, row, q.action, who.reachOf(row.Table, q.action), who.reachOf(row.Table, "read")})
	}
	return made
}
