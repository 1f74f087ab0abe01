package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	openfgav1 "github.com/openfga/api/proto/openfga/v1"
)

// world is a line of an application's file.
type world struct {
	Users         []person
	Groups        []person
	Organizations []map[string]map[string]bool // by role, who holds it
	Resources     []map[string]json.RawMessage
	Requests      []request
	Answers       string
}

type person struct {
	Groups []string // in which it is listed itself
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
	return &w, nil
}

func tuple(user, relation, object string) *openfgav1.TupleKey {
	return &openfgav1.TupleKey{User: user, Relation: relation, Object: object}
}

// holder is a user, or the members of a group: u3, g1.
func holder(name string) string {
	if strings.HasPrefix(name, "g") {
		return "group:" + name + "#member"
	}
	return "user:" + name
}

func field[T any](resource map[string]json.RawMessage, name string) (value T) {
	// What is not there, or is null, stays empty: a resource has the fields of its application.
	_ = json.Unmarshal(resource[name], &value)
	return value
}

func (w *world) object(resource int) string {
	return fmt.Sprintf("%s:%d", field[string](w.Resources[resource], "type"), resource)
}

func (w *world) tuples() []*openfgav1.TupleKey {
	var made []*openfgav1.TupleKey
	for letter, people := range map[string][]person{"u": w.Users, "g": w.Groups} {
		for i, one := range people {
			for _, group := range one.Groups {
				made = append(made, tuple(holder(fmt.Sprintf("%s%d", letter, i)), "member", "group:"+group))
			}
		}
	}
	for i, roles := range w.Organizations {
		for role, holders := range roles {
			for name := range holders {
				made = append(made, tuple(holder(name), role, fmt.Sprintf("organization:%d", i)))
			}
		}
	}
	for i := range w.Resources {
		made = append(made, w.tuplesOf(i)...)
	}
	return made
}

func (w *world) tuplesOf(index int) []*openfgav1.TupleKey {
	var made []*openfgav1.TupleKey
	resource, object := w.Resources[index], w.object(index)
	for _, relation := range []string{"viewers", "readers", "triagers", "writers", "maintainers", "admins", "editors"} {
		for name := range field[map[string]bool](resource, relation) {
			made = append(made, tuple(holder(name), relation, object))
		}
	}
	if owner := field[string](resource, "owner"); owner != "" {
		made = append(made, tuple(holder(owner), "owner", object))
	}
	if parent := field[*int](resource, "parent"); parent != nil {
		made = append(made, tuple(w.object(*parent), "parent", object))
	}
	if organization := field[*int](resource, "organization"); organization != nil {
		made = append(made, tuple(fmt.Sprintf("organization:%d", *organization), "organization", object))
	}
	if field[bool](resource, "is_public") {
		made = append(made, tuple("user:*", "viewers", object))
	}
	return made
}
