package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// fuzz runs Schemathesis against a server with very high rate limits. If faults is
// set, it then runs Schemathesis briefly for each fault that contradicts the
// document, and fails if a fault is not detected.
func (h *testbed) fuzz(ctx context.Context, out io.Writer, c checker, faults bool) error {
	s, err := h.serve(ctx, "contract-fuzz", openDiskFiles, "LOX_RATE_LIMIT_FACTOR=1000000")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nSchemathesis:")
	if err := s.fuzz(ctx, out, c, nil); err != nil {
		return err
	}
	if !faults {
		return nil
	}
	// A run uses one core, and the server and its database use part of another.
	const concurrency = 2
	running := make(chan struct{}, concurrency)
	var all sync.WaitGroup
	errs := make([]error, len(mutations))
	for i, m := range mutations {
		if !m.declared || m.limits {
			continue
		}
		running <- struct{}{}
		all.Go(func() {
			errs[i] = s.checkFuzzDetects(ctx, c, m)
			<-running
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nSchemathesis detected each fault that the document declares.")
	return nil
}

// checkFuzzDetects checks that Schemathesis detects a fault.
func (s *server) checkFuzzDetects(ctx context.Context, c checker, m mutation) error {
	var output bytes.Buffer
	failed := s.fuzz(ctx, &output, c, &m)
	// A run that could not start fails, too, but has detected nothing.
	if _, isExit := errors.AsType[*exec.ExitError](failed); !isExit || !strings.Contains(output.String(), "unique failure") {
		return fmt.Errorf("not detected by Schemathesis: %s: %w\n%s", m.name, failed, output.String())
	}
	return nil
}

func (s *server) fuzz(ctx context.Context, out io.Writer, c checker, m *mutation) (err error) {
	_, key, err := s.CreateTenant("fuzz", "enterprise")
	if err != nil {
		return err
	}
	_, other, err := s.CreateTenant("fuzz other", "enterprise")
	if err != nil {
		return err
	}
	p, err := startProxy(ctx, s.URL, c, m)
	if err != nil {
		return err
	}
	defer p.close()
	var env []string
	if m != nil {
		env = []string{"BRIEF=1"}
	}
	if err := conformance(ctx, out, env, "run", p.url, key, other); err != nil {
		return err
	}
	exchanges, violations := p.findings()
	fmt.Fprintf(out, "%d exchanges, which kin-openapi's validator checked as well\n", exchanges)
	return violations
}

// conformance runs a script of openapi/conformance.
func conformance(ctx context.Context, out io.Writer, env []string, script string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(contractDir, "../conformance", script), args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	return cmd.Run()
}
