package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/backlox/lox/openapi/contract/interpreter"
)

const (
	// requestTimeout is longer than any request may take.
	requestTimeout = time.Minute
	// runTimeout is longer than any run of the scenario may take.
	runTimeout = 10 * time.Minute
)

// languages are those with a runner or an adapter, in a folder of that name.
var languages = []string{"go", "typescript", "python", "java"}

// adapted are the languages with an adapter. The others have a runner.
var adapted = []string{"go", "python", "typescript", "java"}

// lane is a language, its adapter and the server that it has to itself.
type lane struct {
	name     string // for people
	language string
	adapter  *interpreter.Adapter
	server   *server
}

// openAdapter starts the adapter of a language.
func openAdapter(language string) (*interpreter.Adapter, error) {
	if !slices.Contains(adapted, language) {
		return nil, nil
	}
	return interpreter.StartAdapter(filepath.Join(contractDir, language))
}

// openLanes starts a server with its files in an S3 store for each language, and
// one with them on the disk for the first.
func (h *testbed) openLanes(ctx context.Context, languages []string) ([]lane, error) {
	lanes := make([]lane, 0, len(languages)+1)
	for _, language := range languages {
		s, err := h.serve(ctx, "contract-"+language, openBucket, settings...)
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, lane{name: language, language: language, server: s})
	}
	s, err := h.serve(ctx, "contract-disk", openFolder, settings...)
	if err != nil {
		return nil, err
	}
	lanes = append(lanes, lane{name: languages[0] + ", disk", language: languages[0], server: s})
	for i := range lanes {
		a, err := openAdapter(lanes[i].language)
		if err != nil {
			return nil, err
		}
		if a != nil {
			h.closing(func(context.Context) error { return a.Close() })
		}
		lanes[i].adapter = a
	}
	return lanes, nil
}

// result is what came of one run of the scenario.
type result struct {
	lane    string
	offers  []string
	lines   []string // of TAP, without numbers and what was skipped
	ok      int
	skipped map[interpreter.Gap]int // steps
	failed  string      // the step, and what was wrong with it
	took    time.Duration
	seen    int   // exchanges
	wrong   error // what of them was not as the document says
}

// ground is what a scenario is played on: a server, or what stands for one.
type ground struct {
	url string
	// given are the variables and offers beyond base and hook.
	variables map[string]any
	offers    []string
	// hook is the URL by which the server reaches the runner at listen; "" is
	// through the front.
	hook, listen string
	control      func(ctx context.Context, order map[string]any) error
}

// prepare makes the tenants of a run.
func (s *server) ground() (*ground, error) {
	offers := append([]string{"control", "receiver", "other_key", "small_key", "many_addresses"}, s.files.offers()...)
	g := &ground{url: s.URL, offers: offers, variables: map[string]any{}}
	for name, plan := range map[string]string{"": "enterprise", "other_": "business", "small_": "free"} {
		id, key, err := s.CreateTenant(name+"tenant", plan)
		if err != nil {
			return nil, err
		}
		g.variables[name+"tenant"], g.variables[name+"key"] = id, key
	}
	control, err := s.openControl(context.Background())
	g.variables["control"] = control
	g.control = s.control
	return g, err
}

// play has the runner of a language act out the scenario on a ground, through a
// front with or without a fault.
func play(ctx context.Context, language string, a *interpreter.Adapter, g *ground, j judges, m *mutation) (*result, error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	if g.listen == "" {
		var err error
		if g.listen, err = freeAddress(); err != nil {
			return nil, err
		}
	}
	f, err := openFront(ctx, g.url, g.listen, j, m)
	if err != nil {
		return nil, err
	}
	defer f.close()
	hook := g.hook
	if hook == "" {
		hook = f.hook()
	}
	variables := map[string]any{"base": f.url, "origin": strings.TrimSuffix(f.url, "/api"), "hook": hook}
	maps.Copy(variables, g.variables)
	if a != nil {
		return act(ctx, language, a, g, f, variables)
	}
	environment, err := write(map[string]any{
		"scenario": contractDir, "offers": g.offers, "listen": g.listen, "variables": variables,
	})
	if err != nil {
		return nil, err
	}
	defer os.Remove(environment)
	r := &result{lane: language, offers: g.offers, skipped: map[interpreter.Gap]int{}}
	begun := time.Now()
	err = r.run(ctx, language, environment)
	r.took = time.Since(begun)
	r.seen, r.wrong = f.verdict()
	return r, err
}

// act acts out the scenario through an adapter.
func act(ctx context.Context, language string, a *interpreter.Adapter, g *ground, f *front, variables map[string]any) (*result, error) {
	scenario, err := interpreter.Read(contractDir)
	if err != nil {
		return nil, err
	}
	f.webhooks = interpreter.NewReceiver()
	if g.hook != "" {
		server, err := f.listen(ctx, g.listen)
		if err != nil {
			return nil, err
		}
		defer server.Close()
	}
	begun := time.Now()
	came, err := scenario.Run(ctx, interpreter.Environment{
		Adapter: a, Offers: g.offers, Variables: variables, Webhooks: f.webhooks, Control: g.control, Exchange: f.exchange,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", language, err)
	}
	r := &result{lane: language, offers: g.offers, ok: came.Passed, skipped: came.Skipped, failed: came.Failed, took: time.Since(begun)}
	r.seen, r.wrong = f.verdict()
	return r, nil
}

// write keeps an environment in a file.
func write(environment map[string]any) (path string, err error) {
	content, err := json.Marshal(environment)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "lox-environment-*.json")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	return f.Name(), errors.Join(err, f.Close())
}

// run runs the runner to its end. A step that fails is in the result; an error
// is that of a runner that didn't get so far.
func (r *result) run(ctx context.Context, language, environment string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(contractDir, language, "run"), environment)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	err := cmd.Run()
	planned := r.read(out.String())
	if r.failed == "" && (err != nil || !planned) {
		return fmt.Errorf("%s: the runner broke off: %w\n%s%s", language, err, out.String(), stderr.String())
	}
	if r.failed != "" && err == nil {
		return fmt.Errorf("%s: a step failed, and the runner exited with 0", language)
	}
	return nil
}

// read takes apart what a runner printed, and tells whether it came to its end.
func (r *result) read(tap string) (planned bool) {
	var failing bool
	for line := range strings.Lines(tap) {
		line = strings.TrimSuffix(line, "\n")
		status, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "1.."):
			planned = line == fmt.Sprintf("1..%d", len(r.lines))
		case strings.HasPrefix(line, "not ok "):
			failing = true
			r.failed = strings.TrimPrefix(line, "not ok ")
		case failing:
			r.failed += "\n" + line
		case status == "ok":
			_, title, _ := strings.Cut(rest, " - ")
			title, need, skipped := strings.Cut(title, " # SKIP needs ")
			r.lines = append(r.lines, title)
			if skipped {
				chapter, _, _ := strings.Cut(title, ": ")
				r.skipped[interpreter.Gap{Chapter: chapter, Need: need}]++
			} else {
				r.ok++
			}
		}
	}
	return planned
}

// freeAddress returns an address for a runner to listen on. Its port is below those that
// the system gives to connections (from 32768 on Linux), any of which somebody else may
// have by the time that the runner listens.
func freeAddress() (string, error) {
	const first, ports = 20_000, 10_000
	for range ports {
		address := fmt.Sprintf("127.0.0.1:%d", first+nextPort.Add(1)%ports)
		l, err := net.Listen("tcp", address) //nolint:noctx // closed at once
		if err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no port is free")
}

// nextPort hands out each port once. It begins at chance: other runs of the harness do so,
// too.
var nextPort = func() *atomic.Uint32 {
	n := &atomic.Uint32{}
	n.Store(rand.Uint32N(1 << 16)) //nolint:gosec // a port to try
	return n
}()
