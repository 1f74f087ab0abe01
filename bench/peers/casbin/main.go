// peer_casbin MODEL_FOLDER WORKLOAD.jsonl: answers the file's questions with casbin and compares them with policyc's.
//
// Prints one line of JSON. Timed is Enforcer.Enforce alone, after all questions were asked once: one rule over the
// attributes of user and row, since casbin goes through rules one by one.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/casbin/casbin/v2"
)

type totals struct {
	requests  int
	different int
	asking    time.Duration
	setup     time.Duration
}

func has(arguments ...any) (any, error) {
	return arguments[0].(set)[arguments[1].(string)], nil
}

func shareAMember(arguments ...any) (any, error) {
	for _, name := range arguments[1].([]string) {
		if arguments[0].(set)[name] {
			return true, nil
		}
	}
	return false, nil
}

func isShared(arguments ...any) (any, error) {
	return shareAMember(arguments[0].(map[string]set)[arguments[1].(string)], arguments[2])
}

func enforcer(folder, workload string) (*casbin.Enforcer, error) {
	name := "matrix.conf"
	if workload == "tinytodo" {
		name = "tinytodo.conf"
	}
	made, err := casbin.NewEnforcer(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	made.AddFunction("has", has)
	made.AddFunction("share_a_member", shareAMember)
	made.AddFunction("is_shared", isShared)
	return made, nil
}

func (t *totals) askWorld(e *casbin.Enforcer, line []byte) error {
	started := time.Now()
	w, err := parse(line)
	if err != nil {
		return err
	}
	t.setup += time.Since(started)
	questions := w.arguments()
	for i, question := range questions {
		allowed, err := e.Enforce(question...)
		if err != nil {
			return err
		}
		if allowed != (w.Answers[i] == '1') {
			t.different++
		}
	}
	started = time.Now()
	for _, question := range questions {
		if _, err := e.Enforce(question...); err != nil {
			return err
		}
	}
	t.asking += time.Since(started)
	t.requests += len(questions)
	return nil
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if strings.HasPrefix(module.Path, "github.com/casbin/casbin/") {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "unknown"
}

func run(folder, path string) error {
	workload := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	e, err := enforcer(folder, workload)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<30)
	var t totals
	for lines.Scan() {
		if err := t.askWorld(e, lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"engine":         "casbin",
		"version":        version(),
		"workload":       workload,
		"requests":       t.requests,
		"different":      t.different,
		"ns_per_request": float64(t.asking.Nanoseconds()) / float64(max(t.requests, 1)),
		"setup_ms":       float64(t.setup.Microseconds()) / 1e3,
	})
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: peer_casbin MODEL_FOLDER WORKLOAD.jsonl")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "peer_casbin:", err)
		os.Exit(1)
	}
}
