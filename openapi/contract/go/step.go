package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	// patience is how long a webhook may be on its way, and an eventual step may
	// fail.
	patience = 30 * time.Second
	// requestTimeout is more than any answer takes.
	requestTimeout = time.Minute
	// pause is between two attempts of an eventual step.
	pause = 100 * time.Millisecond
)

// step is a line of the table.
type step struct {
	Step  string   `yaml:"step"`
	Needs []string `yaml:"needs"`

	Call       string         `yaml:"call"`
	Parameters map[string]any `yaml:"parameters"`
	Body       any            `yaml:"body"`
	Key        yaml.Node      `yaml:"key"` // a node, for none and null differ
	Request    *plain         `yaml:"request"`
	Receive    *awaited       `yaml:"receive"`
	Wait       *pausing       `yaml:"wait"`
	Control    map[string]any `yaml:"control"`

	Each       string   `yaml:"each"`
	Only       []string `yaml:"only"`
	Except     []string `yaml:"except"`
	Bodies     bool     `yaml:"bodies"`
	Times      int      `yaml:"times"`
	Eventually bool     `yaml:"eventually"`

	Expect expectation       `yaml:"expect"`
	Save   map[string]string `yaml:"save"`
}

// plain is a request that the client isn't asked to make.
type plain struct {
	Method  string `yaml:"method"`
	URL     string `yaml:"url"`
	Headers any    `yaml:"headers"`
	Payload string `yaml:"payload"`
	Text    string `yaml:"text"`
}

// pausing is a wait until a time, or for seconds after a step ended.
type pausing struct {
	Until   string `yaml:"until"`
	Seconds any    `yaml:"seconds"`
	After   string `yaml:"after"`
}

// answer is what came of a step.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   any // decoded
}

// one is a step as it is taken once.
type one struct {
	step  step
	which string
}

// taken returns what a step comes to: itself, or one for each operation or
// each time.
func (r *runner) taken(s step) []one {
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
	for _, line := range r.operations {
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

// take takes a step, once or until it meets its expectation.
func (r *runner) take(ctx context.Context, s step) error {
	deadline := time.Now().Add(patience)
	for {
		err := r.attempt(ctx, s)
		if err == nil || !s.Eventually || time.Now().After(deadline) {
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (r *runner) attempt(ctx context.Context, s step) error {
	a, err := r.act(ctx, s)
	if err != nil || a == nil {
		return err
	}
	if err := r.meet(s.Expect, a); err != nil {
		return fmt.Errorf("%w\nthe answer: %d %s %.2000s", err, a.status, a.header, a.raw)
	}
	for name, expression := range s.Save {
		value, err := evaluate(expression, a)
		if err != nil {
			return fmt.Errorf("save %s: %w", name, err)
		}
		r.Variables[name] = value
	}
	return nil
}

// act does what the step says and returns the answer, if there is one.
func (r *runner) act(ctx context.Context, s step) (*answer, error) {
	switch {
	case s.Call != "":
		return r.callPatiently(ctx, s)
	case s.Request != nil:
		return r.request(ctx, *s.Request)
	case s.Receive != nil:
		return r.receive(ctx, *s.Receive, s.Expect)
	case s.Wait != nil:
		return nil, r.wait(ctx, *s.Wait)
	case s.Control != nil:
		return nil, r.control(ctx, s.Control)
	default:
		return nil, errors.New("the step does nothing: it needs call, request, receive, wait or control")
	}
}

func (r *runner) wait(ctx context.Context, w pausing) error {
	if w.Until != "" {
		text, err := r.text(w.Until)
		if err != nil {
			return err
		}
		until, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return err
		}
		return sleep(ctx, time.Until(until))
	}
	value, err := r.fill(w.Seconds)
	if err != nil {
		return err
	}
	seconds, err := number(value)
	if err != nil {
		return err
	}
	ended, ok := r.ended[w.After]
	if !ok {
		return fmt.Errorf("wait.after: no step %q has ended", w.After)
	}
	return sleep(ctx, time.Until(ended.Add(time.Duration(seconds*float64(time.Second)))))
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
