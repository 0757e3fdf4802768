// Package interpreter acts out the scenario of the contract through a client, which it reaches by the adapter of the
// client's language. What it checks is in the README of the contract.
package interpreter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/backlox/lox/openapi/traffic"
)

// Environment is what a run of the scenario has.
type Environment struct {
	Adapter *Adapter
	// Offers are what steps may need.
	Offers []string
	// Variables are those that there are from the start; "base" and "key" must be among them.
	Variables map[string]any
	// Webhooks receives them.
	Webhooks *Receiver
	// Control does something to the server. It is called only if "control" is offered.
	Control func(ctx context.Context, order map[string]any) error
	// Exchange takes the last exchange of a client with the API since it was called before. false: there was none.
	Exchange func() (traffic.Exchange, bool)
}

// Result is what came of one run of the scenario.
type Result struct {
	Passed  int         // steps
	Skipped map[Gap]int // steps
	Failed  string      // the step, and what was wrong with it
}

// Gap is why steps of a chapter were skipped.
type Gap struct{ Chapter, Need string }

// errFailed ends a run after a step that failed.
var errFailed = errors.New("a step failed")

// run is one run of the scenario.
type run struct {
	*Scenario
	Environment

	result Result
	ended  map[string]time.Time // when steps ended, by name
}

// Run takes all steps until one fails, which is in the result. An error is one of the adapter or of ctx.
func (s *Scenario) Run(ctx context.Context, e Environment) (Result, error) {
	r := &run{Scenario: s, Environment: e, result: Result{Skipped: map[Gap]int{}}, ended: map[string]time.Time{}}
	r.Variables = map[string]any{}
	maps.Copy(r.Variables, e.Variables)
	if _, given := r.Variables["run"]; !given {
		r.Variables["run"] = rand.Text()
	}
	for name, content := range s.payloads {
		r.Variables["payload."+name+".size"] = len(content)
		r.Variables["payload."+name+".sha256"] = sum(content)
	}
	err := r.take("An event of a later version", func() error { return r.unknownEvent(ctx) })
	r.result.Passed = 0 // which is no step of the scenario
	for _, c := range s.chapters {
		if err == nil {
			err = r.chapter(ctx, c)
		}
	}
	if errors.Is(err, errFailed) {
		err = nil
	}
	return r.result, errors.Join(err, e.Adapter.broken, ctx.Err())
}

// take counts what a step came to.
func (r *run) take(title string, step func() error) error {
	if err := step(); err != nil {
		r.result.Failed = title + "\n" + err.Error()
		return errFailed
	}
	r.result.Passed++
	return nil
}

// chapter takes the steps of a chapter, or skips them.
func (r *run) chapter(ctx context.Context, c chapter) error {
	if r.lacking(c.Needs) == "" {
		filled, err := r.fill(c.Variables)
		if err != nil {
			return fmt.Errorf("%s: variables: %w", c.Chapter, err)
		}
		maps.Copy(r.Variables, asMap(filled))
	}
	for _, s := range c.Steps {
		lacks := r.lacking(append(slices.Clone(c.Needs), s.Needs...))
		for _, one := range r.taken(s) {
			if lacks != "" {
				r.result.Skipped[Gap{c.Chapter, lacks}]++
				continue
			}
			if err := r.take(c.Chapter+": "+s.Step+one.which, func() error { return r.eventually(ctx, one.step) }); err != nil {
				return err
			}
		}
		r.ended[s.Step] = time.Now()
	}
	return nil
}

// lacking names the first need that the environment doesn't offer.
func (r *run) lacking(needs []string) string {
	for _, need := range needs {
		if !slices.Contains(r.Offers, need) {
			return need
		}
	}
	return ""
}

// one is a step as it is taken once.
type one struct {
	step  step
	which string
}

// taken returns what a step comes to: itself, or one for each operation or
// each time.
func (r *run) taken(s step) []one {
	if s.Each == "" {
		if s.Times == 0 {
			return []one{{step: s}}
		}
		all := make([]one, s.Times)
		for i := range all {
			all[i] = one{s, " " + strconv.Itoa(i+1)}
		}
		return all
	}
	var all []one
	for _, line := range r.lines {
		chosen := (s.Only == nil || slices.Contains(s.Only, line.Call)) && !slices.Contains(s.Except, line.Call)
		if !chosen || s.Bodies && line.Body == nil {
			continue
		}
		each := s
		each.Call = line.Call
		each.Parameters = maps.Clone(line.Parameters)
		if each.Parameters == nil {
			each.Parameters = map[string]any{}
		}
		maps.Copy(each.Parameters, s.Parameters)
		if each.Body == nil {
			each.Body = line.Body
		}
		all = append(all, one{each, " " + line.Call})
	}
	return all
}
