// Package interpreter runs the scenario of the contract through a client. The adapter of the client's language makes the
// calls. The README of the contract says what is checked.
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

// Environment is what a run of the scenario uses.
type Environment struct {
	Adapter *Adapter
	// Offers are the needs that are met: steps with other needs are skipped.
	Offers []string
	// Variables are the variables at the start. "base" and "key" are required.
	Variables map[string]any
	// Webhooks receives the server's webhooks.
	Webhooks *Receiver
	// Control runs the command of a control step. It is called only if "control" is offered.
	Control func(ctx context.Context, command map[string]any) error
	// Exchange returns the latest exchange of a client with the API, and false if there was none since the previous call.
	Exchange func() (traffic.Exchange, bool)
}

// Result is the outcome of one run of the scenario.
type Result struct {
	Passed  int                // number of steps
	Skipped map[SkipReason]int // numbers of steps
	Failed  string             // the step that failed, and why
}

// SkipReason is a need of a chapter's steps that the environment doesn't meet.
type SkipReason struct{ Chapter, Need string }

// errFailed ends a run after a step that failed.
var errFailed = errors.New("a step failed")

// run is one run of the scenario.
type run struct {
	*Scenario
	Environment

	result Result
	ended  map[string]time.Time // when steps ended, by name
}

// Run runs the steps until one fails. The result names the step that failed. An error is one of the adapter or of ctx.
func (s *Scenario) Run(ctx context.Context, e Environment) (Result, error) {
	r := &run{Scenario: s, Environment: e, result: Result{Skipped: map[SkipReason]int{}}, ended: map[string]time.Time{}}
	r.Variables = map[string]any{}
	maps.Copy(r.Variables, e.Variables)
	if _, given := r.Variables["run"]; !given {
		r.Variables["run"] = rand.Text()
	}
	for name, content := range s.payloads {
		r.Variables["payload."+name+".size"] = len(content)
		r.Variables["payload."+name+".sha256"] = sha256Hex(content)
	}
	err := r.record("An event of a later version", func() error { return r.checkUnknownEvent(ctx) })
	r.result.Passed = 0 // counts only steps of the scenario
	for _, c := range s.chapters {
		if err == nil {
			err = r.chapter(ctx, c)
		}
	}
	if errors.Is(err, errFailed) {
		err = nil
	}
	return r.result, errors.Join(err, e.Adapter.failure, ctx.Err())
}

// record runs a step and adds its outcome to the result.
func (r *run) record(title string, step func() error) error {
	if err := step(); err != nil {
		r.result.Failed = title + "\n" + err.Error()
		return errFailed
	}
	r.result.Passed++
	return nil
}

// chapter runs or skips the steps of a chapter.
func (r *run) chapter(ctx context.Context, c chapter) error {
	if r.unmet(c.Needs) == "" {
		expanded, err := r.expand(c.Variables)
		if err != nil {
			return fmt.Errorf("%s: variables: %w", c.Chapter, err)
		}
		maps.Copy(r.Variables, asMap(expanded))
	}
	for _, s := range c.Steps {
		unmet := r.unmet(append(slices.Clone(c.Needs), s.Needs...))
		for _, repetition := range r.repetitions(s) {
			if unmet != "" {
				r.result.Skipped[SkipReason{c.Chapter, unmet}]++
				continue
			}
			title := c.Chapter + ": " + s.Step + repetition.suffix
			if err := r.record(title, func() error { return r.eventually(ctx, repetition.step) }); err != nil {
				return err
			}
		}
		r.ended[s.Step] = time.Now()
	}
	return nil
}

// unmet returns the first need that the environment doesn't offer, or "".
func (r *run) unmet(needs []string) string {
	for _, need := range needs {
		if !slices.Contains(r.Offers, need) {
			return need
		}
	}
	return ""
}

// repetition is one of the times that a step is run.
type repetition struct {
	step   step
	suffix string // tells it from the step's other repetitions
}

// repetitions returns a step as often as it is run: once, a number of times, or once
// for each operation.
func (r *run) repetitions(s step) []repetition {
	if s.Each == "" {
		if s.Times == 0 {
			return []repetition{{step: s}}
		}
		all := make([]repetition, s.Times)
		for i := range all {
			all[i] = repetition{s, " " + strconv.Itoa(i+1)}
		}
		return all
	}
	var all []repetition
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
		all = append(all, repetition{each, " " + line.Call})
	}
	return all
}
