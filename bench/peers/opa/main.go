// peer_opa REGO_FOLDER WORKLOAD.jsonl: answers the file's questions with OPA and compares them with policyc's.
//
// Prints one line of JSON. Timed is PreparedEvalQuery.Eval alone, over a prepared query, parsed inputs and a store that
// keeps its data in the form that the evaluation takes, after all questions were asked once.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/version"
)

type totals struct {
	requests  int
	different int
	asking    time.Duration
	setup     time.Duration
}

// policy names the package and its file: the applications have their own, all other workloads share one.
func policy(workload string) string {
	switch workload {
	case "gdrive", "github", "tinytodo":
		return workload
	}
	return "matrix"
}

func compile(folder, name string) (*ast.Compiler, error) {
	file := name + ".rego"
	text, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		return nil, err
	}
	return ast.CompileModules(map[string]string{file: string(text)})
}

func inputs(world map[string]any, name string) ([]ast.Value, error) {
	action, resource := "action", "resource"
	if name == "matrix" {
		action, resource = "right", "record"
	}
	asked, _ := world["requests"].([]any)
	made := make([]ast.Value, 0, len(asked))
	for _, one := range asked {
		parts, _ := one.([]any)
		if len(parts) != 3 {
			return nil, errors.New("a request is not a user, an action and a resource")
		}
		value, err := ast.InterfaceToValue(map[string]any{"user": parts[0], action: parts[1], resource: parts[2]})
		if err != nil {
			return nil, err
		}
		made = append(made, value)
	}
	return made, nil
}

func (t *totals) askWorld(ctx context.Context, compiler *ast.Compiler, name string, line []byte) error {
	var world map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(line)))
	decoder.UseNumber()
	if err := decoder.Decode(&world); err != nil {
		return err
	}
	questions, err := inputs(world, name)
	if err != nil {
		return err
	}
	expected, _ := world["answers"].(string)
	if len(expected) != len(questions) {
		return errors.New("not as many answers as requests")
	}
	delete(world, "requests")
	delete(world, "answers")

	started := time.Now()
	store := inmem.NewFromObjectWithOpts(world, inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(rego.Query("data."+name+".allow"), rego.Compiler(compiler), rego.Store(store)).
		PrepareForEval(ctx)
	if err != nil {
		return err
	}
	t.setup += time.Since(started)

	ask := func(question ast.Value) bool {
		results, err := query.Eval(ctx, rego.EvalParsedInput(question))
		return err == nil && results.Allowed()
	}
	for i, question := range questions {
		if ask(question) != (expected[i] == '1') {
			t.different++
		}
	}
	started = time.Now()
	for _, question := range questions {
		ask(question)
	}
	t.asking += time.Since(started)
	t.requests += len(questions)
	return nil
}

func run(folder, path string) error {
	workload := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	name := policy(workload)
	compiler, err := compile(folder, name)
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
		if err := t.askWorld(context.Background(), compiler, name, lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"engine":         "opa",
		"version":        version.Version,
		"workload":       workload,
		"requests":       t.requests,
		"different":      t.different,
		"ns_per_request": float64(t.asking.Nanoseconds()) / float64(max(t.requests, 1)),
		"setup_ms":       float64(t.setup.Microseconds()) / 1e3,
	})
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: peer_opa REGO_FOLDER WORKLOAD.jsonl")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "peer_opa:", err)
		os.Exit(1)
	}
}
