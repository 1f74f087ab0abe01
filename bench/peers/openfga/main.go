// peer_openfga MODEL_FOLDER WORKLOAD.jsonl: answers the file's questions with OpenFGA and compares them with policyc's.
//
// Prints one line of JSON. Timed is the server's Check alone, called in this process over the store in memory, after
// all questions were asked once. Caches of answers stay off, as they are by themselves. Of each world the first
// questions are asked, since one takes a while.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	openfgav1 "github.com/openfga/api/proto/openfga/v1"
	"github.com/openfga/language/pkg/go/transformer"
	"github.com/openfga/openfga/pkg/server"
	"github.com/openfga/openfga/pkg/storage/memory"
)

const (
	askedOfEachWorld = 50
	tuplesInOneWrite = 40
)

type totals struct {
	requests  int
	different int
	asking    time.Duration
	setup     time.Duration
}

type asker struct {
	server *server.Server
	model  *openfgav1.AuthorizationModel
}

// store makes a store that holds the world, and gives its id and that of its model.
func (a *asker) store(ctx context.Context, w *world) (store, model string, err error) {
	made, err := a.server.CreateStore(ctx, &openfgav1.CreateStoreRequest{Name: "world"})
	if err != nil {
		return "", "", err
	}
	written, err := a.server.WriteAuthorizationModel(ctx, &openfgav1.WriteAuthorizationModelRequest{
		StoreId:         made.GetId(),
		SchemaVersion:   a.model.GetSchemaVersion(),
		TypeDefinitions: a.model.GetTypeDefinitions(),
	})
	if err != nil {
		return "", "", err
	}
	for keys := w.tuples(); len(keys) > 0; {
		count := min(len(keys), tuplesInOneWrite)
		_, err := a.server.Write(ctx, &openfgav1.WriteRequest{
			StoreId:              made.GetId(),
			AuthorizationModelId: written.GetAuthorizationModelId(),
			Writes:               &openfgav1.WriteRequestWrites{TupleKeys: keys[:count]},
		})
		if err != nil {
			return "", "", err
		}
		keys = keys[count:]
	}
	return made.GetId(), written.GetAuthorizationModelId(), nil
}

func (t *totals) askWorld(ctx context.Context, a *asker, line []byte) error {
	w, err := parse(line)
	if err != nil {
		return err
	}
	started := time.Now()
	store, model, err := a.store(ctx, w)
	if err != nil {
		return err
	}
	t.setup += time.Since(started)
	var questions []*openfgav1.CheckRequest
	for _, q := range w.Requests[:min(len(w.Requests), askedOfEachWorld)] {
		questions = append(questions, &openfgav1.CheckRequest{
			StoreId:              store,
			AuthorizationModelId: model,
			TupleKey: &openfgav1.CheckRequestTupleKey{
				User: fmt.Sprintf("user:u%d", q.user), Relation: q.action, Object: w.object(q.resource)},
		})
	}
	for i, question := range questions {
		answer, err := a.server.Check(ctx, question)
		if err != nil {
			return err
		}
		if answer.GetAllowed() != (w.Answers[i] == '1') {
			t.different++
		}
	}
	started = time.Now()
	for _, question := range questions {
		if _, err := a.server.Check(ctx, question); err != nil {
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
			if module.Path == "github.com/openfga/openfga" {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "unknown"
}

func open(folder, workload string) (*asker, error) {
	text, err := os.ReadFile(filepath.Join(folder, workload+".fga"))
	if err != nil {
		return nil, err
	}
	model, err := transformer.TransformDSLToProto(string(text))
	if err != nil {
		return nil, err
	}
	made, err := server.NewServerWithOpts(server.WithDatastore(memory.New()))
	if err != nil {
		return nil, err
	}
	return &asker{made, model}, nil
}

func run(folder, path string) error {
	workload := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	a, err := open(folder, workload)
	if err != nil {
		return err
	}
	defer a.server.Close()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<30)
	var t totals
	for lines.Scan() {
		if err := t.askWorld(context.Background(), a, lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"engine":         "openfga",
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
		fmt.Fprintln(os.Stderr, "usage: peer_openfga MODEL_FOLDER WORKLOAD.jsonl")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "peer_openfga:", err)
		os.Exit(1)
	}
}
