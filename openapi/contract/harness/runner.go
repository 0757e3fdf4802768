package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"github.com/backlox/lox/openapi/contract/interpreter"
)

const (
	// requestTimeout is longer than any request may take.
	requestTimeout = time.Minute
	// runTimeout is longer than any run of the scenario may take.
	runTimeout = 10 * time.Minute
)

// languages are those that have an adapter. Its folder has the language's name.
var languages = []string{"go", "typescript", "python", "java"}

// runner runs the scenario in one language. Runners run at the same time, so
// each has its own adapter and its own server.
type runner struct {
	name     string // as reports show it
	language string
	adapter  *interpreter.Adapter
	server   *server // nil if the harness did not start the server
}

// startAdapter starts the adapter of a language.
func startAdapter(language string) (*interpreter.Adapter, error) {
	return interpreter.StartAdapter(filepath.Join(contractDir, language))
}

// startRunners starts one runner for each language, whose server keeps files in
// an S3 store, and another one for the first language, whose server keeps files
// on disk.
func (h *testbed) startRunners(ctx context.Context, languages []string) ([]runner, error) {
	runners := make([]runner, 0, len(languages)+1)
	for _, language := range languages {
		s, err := h.serve(ctx, "contract-"+language, openS3Files, settings...)
		if err != nil {
			return nil, err
		}
		runners = append(runners, runner{name: language, language: language, server: s})
	}
	s, err := h.serve(ctx, "contract-disk", openDiskFiles, settings...)
	if err != nil {
		return nil, err
	}
	runners = append(runners, runner{name: languages[0] + ", disk", language: languages[0], server: s})
	for i := range runners {
		a, err := startAdapter(runners[i].language)
		if err != nil {
			return nil, err
		}
		h.onClose(func(context.Context) error { return a.Close() })
		runners[i].adapter = a
	}
	return runners, nil
}

// result is the outcome of one run of the scenario.
type result struct {
	interpreter.Result

	runner     string // its name
	duration   time.Duration
	exchanges  int
	violations error // exchanges that differ from the document
}

// target is the server that a run tests.
type target struct {
	url string
	// variables are given to the scenario besides base, origin and hook.
	variables map[string]any
	offers    []string
	// hook is the URL by which the server reaches the address listen. If it is "",
	// the server sends webhooks to the proxy.
	hook, listen string
	// control runs the command of a control step. It is nil if the harness did not
	// start the server.
	control func(ctx context.Context, command map[string]any) error
}

// newTarget creates the tenants of a run.
func (s *server) newTarget() (*target, error) {
	offers := append([]string{"control", "receiver", "other_key", "small_key", "many_addresses"}, s.files.offers()...)
	t := &target{url: s.URL, offers: offers, variables: map[string]any{}, control: s.control}
	for name, plan := range map[string]string{"": "enterprise", "other_": "business", "small_": "free"} {
		id, key, err := s.CreateTenant(name+"tenant", plan)
		if err != nil {
			return nil, err
		}
		t.variables[name+"tenant"], t.variables[name+"key"] = id, key
	}
	return t, nil
}

// run runs the scenario against a target. The runner's client reaches the target
// by a proxy, which has the fault m unless m is nil.
func (r runner) run(ctx context.Context, t *target, c checker, m *mutation) (*result, error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	p, err := startProxy(ctx, t.url, c, m)
	if err != nil {
		return nil, err
	}
	defer p.close()
	hook := t.hook
	if hook == "" {
		hook = p.hook()
	} else {
		webhooks, err := p.listen(ctx, t.listen)
		if err != nil {
			return nil, err
		}
		defer webhooks.Close()
	}
	variables := map[string]any{"base": p.url, "origin": strings.TrimSuffix(p.url, "/api"), "hook": hook}
	maps.Copy(variables, t.variables)
	outcome := &result{runner: r.name}
	start := time.Now()
	outcome.Result, err = c.scenario.Run(ctx, interpreter.Environment{
		Adapter: r.adapter, Offers: t.offers, Variables: variables, Webhooks: p.webhooks, Control: t.control, Exchange: p.exchange,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	outcome.duration = time.Since(start)
	outcome.exchanges, outcome.violations = p.findings()
	return outcome, nil
}
