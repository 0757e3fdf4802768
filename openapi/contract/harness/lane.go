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

// languages are those with an adapter, in a folder of that name.
var languages = []string{"go", "typescript", "python", "java"}

// lane is a language, its adapter and the server that it has to itself.
type lane struct {
	name     string // for people
	language string
	adapter  *interpreter.Adapter
	server   *server
}

// openAdapter starts the adapter of a language.
func openAdapter(language string) (*interpreter.Adapter, error) {
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
		h.closing(func(context.Context) error { return a.Close() })
		lanes[i].adapter = a
	}
	return lanes, nil
}

// result is what came of one run of the scenario.
type result struct {
	interpreter.Result

	lane  string
	took  time.Duration
	seen  int   // exchanges
	wrong error // what of them was not as the document says
}

// ground is what a scenario is played on: a server, or what stands for one.
type ground struct {
	url string
	// given are the variables and offers beyond base and hook.
	variables map[string]any
	offers    []string
	// hook is the URL by which the server reaches the address listen; "" is
	// through the front.
	hook, listen string
	// control does what a control step asks for, unless it is nil.
	control func(ctx context.Context, order map[string]any) error
}

// ground makes the tenants of a run.
func (s *server) ground() (*ground, error) {
	offers := append([]string{"control", "receiver", "other_key", "small_key", "many_addresses"}, s.files.offers()...)
	g := &ground{url: s.URL, offers: offers, variables: map[string]any{}, control: s.control}
	for name, plan := range map[string]string{"": "enterprise", "other_": "business", "small_": "free"} {
		id, key, err := s.CreateTenant(name+"tenant", plan)
		if err != nil {
			return nil, err
		}
		g.variables[name+"tenant"], g.variables[name+"key"] = id, key
	}
	return g, nil
}

// play acts out the scenario on a ground through the adapter of a lane and a
// front, with or without a fault.
func (l lane) play(ctx context.Context, g *ground, j judges, m *mutation) (*result, error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	f, err := openFront(ctx, g.url, j, m)
	if err != nil {
		return nil, err
	}
	defer f.close()
	hook := g.hook
	if hook == "" {
		hook = f.hook()
	} else {
		webhooks, err := f.listen(ctx, g.listen)
		if err != nil {
			return nil, err
		}
		defer webhooks.Close()
	}
	variables := map[string]any{"base": f.url, "origin": strings.TrimSuffix(f.url, "/api"), "hook": hook}
	maps.Copy(variables, g.variables)
	r := &result{lane: l.name}
	begun := time.Now()
	r.Result, err = j.scenario.Run(ctx, interpreter.Environment{
		Adapter: l.adapter, Offers: g.offers, Variables: variables, Webhooks: f.webhooks, Control: g.control, Exchange: f.exchange,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.name, err)
	}
	r.took = time.Since(begun)
	r.seen, r.wrong = f.verdict()
	return r, nil
}
