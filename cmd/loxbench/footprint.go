package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

const (
	sectionFootprint = "footprint"
	// settled is how long a server that was just started is left alone.
	settled   = 3 * time.Second
	idleBarMB = 40
	// binaryBarMB is of a binary without symbols, as it is released.
	binaryBarMB = 22
)

// footprint is what LOX takes before it does anything.
type footprint struct {
	Idle    int64 `json:"idle_resident_bytes"` // of lox serve, without PostgreSQL's processes
	Binary  int64 `json:"binary_bytes"`
	Modules int   `json:"modules"` // in the build list
}

// footprint looks at a LOX that keeps everything itself.
func (r *report) footprint(ctx context.Context, h *testbed) error {
	var found footprint
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	key, err := h.embeddedKey()
	if err := errors.Join(err, p.answers(ctx, key)); err != nil {
		return err
	}
	select {
	case <-time.After(settled):
	case <-ctx.Done():
		return ctx.Err()
	}
	found.Idle = p.memory()
	binary, err := os.Stat(h.binary())
	if err != nil {
		return err
	}
	found.Binary = binary.Size()
	list, err := exec.CommandContext(ctx, "go", "list", "-m", "all").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	found.Modules = bytes.Count(list, []byte("\n"))
	r.Footprint = &found
	r.Bars = append(r.Bars,
		hold("idle, without PostgreSQL's processes", idleMemory, 0, float64(found.Idle)/1e6, idleBarMB),
		hold("the binary without symbols", ofBinary, 0, float64(found.Binary)/1e6, binaryBarMB))
	return nil
}

func (f *footprint) print(w io.Writer) {
	if f != nil {
		fmt.Fprintf(w, "\nIdle, the server takes %.1f MB of memory, without PostgreSQL's processes. Its binary has %.1f MB without symbols, and\n"+
			"its build list %d modules.\n", float64(f.Idle)/1e6, float64(f.Binary)/1e6, f.Modules)
	}
}
