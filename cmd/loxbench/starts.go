package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server"
)

const (
	sectionStart = "start-up"
	startRounds  = 7
)

// start is how long LOX takes from its execution to the first answer to a
// request with a key.
type start struct {
	Name   string    `json:"name"`
	Millis []float64 `json:"ms"`
	Median float64   `json:"median_ms"`
}

// starts measures them. on is a tenant of the testbed's PostgreSQL.
func (r *report) starts(ctx context.Context, h *testbed, on *side) error {
	// Makes the directory, unless it is there.
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	key, err := h.embeddedKey()
	if err := errors.Join(err, p.stop(ctx)); err != nil {
		return err
	}
	rival, err := h.startMinIO(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		name string
		env  []environment
		key  string
		end  func(*process) error
		bar  float64 // milliseconds
	}{
		{"start on PostgreSQL elsewhere", []environment{h.external()}, on.key, stopped(ctx), 150},
		{"start on PostgreSQL and S3 elsewhere", []environment{h.external(), rival.below()}, on.key, stopped(ctx), 150},
		{"start on its own directory", []environment{h.embedded()}, key, stopped(ctx), 2_500},
		{"start on its own directory after kill -9", []environment{h.embedded()}, key, killed, 2_500},
	} {
		found := start{Name: kind.name}
		for round := range startRounds + 1 {
			p, err := h.launch(ctx, "lox-start", nil, exec.Command(h.binary(), "serve"), kind.env...)
			if err != nil {
				return err
			}
			if err := until(ctx, func() error { return p.answers(ctx, kind.key) }); err != nil {
				return fmt.Errorf("%s: %w\n%s", kind.name, err, p.logged())
			}
			took := time.Since(p.began)
			if err := kind.end(p); err != nil {
				return err
			}
			if round > 0 { // before it, others have ended otherwise
				found.Millis = append(found.Millis, ms(took))
			}
		}
		found.Median = percentile(found.Millis, 50)
		r.Starts = append(r.Starts, found)
		r.Bars = append(r.Bars, hold(kind.name, duration, 0, found.Median, kind.bar))
	}
	return nil
}

func stopped(ctx context.Context) func(*process) error {
	return func(p *process) error { return p.stop(ctx) }
}

func killed(p *process) error {
	p.kill()
	return nil
}

// answers asks once for something that takes a key.
func (p *process) answers(ctx context.Context, key string) error {
	c, err := dial(ctx, target{p.addr, func(lox.TenantID) string { return server.BasePath }, http.StatusOK}, 1)
	if err != nil {
		return err
	}
	defer c.close()
	_, err = c.get(request{key: key, path: "/v1/backups?limit=1"})
	return err
}

func (r *report) printStarts(w io.Writer) {
	if len(r.Starts) == 0 {
		return
	}
	fmt.Fprint(w, "\nFrom the execution of lox to its first answer to a request with a key\n\n")
	rows := [][]string{{"", "median ms", "each"}}
	for _, s := range r.Starts {
		var each []string
		for _, ms := range s.Millis {
			each = append(each, fmt.Sprintf("%.0f", ms))
		}
		rows = append(rows, []string{s.Name, fmt.Sprintf("%.0f", s.Median), strings.Join(each, " ")})
	}
	printTable(w, rows)
}
