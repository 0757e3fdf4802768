package interpreter

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const (
	// eventualTimeout is how long a webhook may take to arrive, and how long a step
	// with "eventually" may fail.
	eventualTimeout = 30 * time.Second
	// retryInterval is the time between two attempts of a step with "eventually".
	retryInterval = 100 * time.Millisecond
)

// answer is the response or the webhook that a step got.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   any // decoded
}

// eventually runs a step: once, or with "eventually" until it meets its expectation.
func (r *run) eventually(ctx context.Context, s step) error {
	deadline := time.Now().Add(eventualTimeout)
	for {
		err := r.attempt(ctx, s)
		if err == nil || !s.Eventually || r.Adapter.failure != nil || time.Now().After(deadline) {
			return err
		}
		if err := sleep(ctx, retryInterval); err != nil {
			return err
		}
	}
}

func (r *run) attempt(ctx context.Context, s step) error {
	a, err := r.act(ctx, s)
	if err != nil || a == nil {
		return err
	}
	if err := r.check(s.Expect, a); err != nil {
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

// act does what the step says. A wait or control step has no answer.
func (r *run) act(ctx context.Context, s step) (*answer, error) {
	switch {
	case s.Call != "":
		return r.callWithinLimits(ctx, s)
	case s.Request != nil:
		return r.request(ctx, *s.Request)
	case s.Receive != nil:
		return r.receive(ctx, *s.Receive, s.Expect)
	case s.Wait != nil:
		return nil, r.wait(ctx, *s.Wait)
	default:
		expanded, err := r.expand(s.Control)
		if err != nil {
			return nil, err
		}
		return nil, r.Control(ctx, asMap(expanded))
	}
}

func (r *run) wait(ctx context.Context, w waitFields) error {
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
	value, err := r.expand(w.Seconds)
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
