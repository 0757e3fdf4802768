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

// fuzz runs Schemathesis against a server whose limits are out of the way, and
// then briefly against one with each fault that the document declares.
func (h *testbed) fuzz(ctx context.Context, out io.Writer, j judges, faults bool) error {
	s, err := h.serve(ctx, "contract-fuzz", openFolder, "LOX_RATE_LIMIT_FACTOR=1000000")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nSchemathesis:")
	if err := s.fuzz(ctx, out, j, nil); err != nil {
		return err
	}
	if !faults {
		return nil
	}
	// A run keeps one core busy, and the server and its database a part of another.
	const atOnce = 2
	free := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	errs := make([]error, len(mutations))
	for i, m := range mutations {
		if !m.declared || m.limits {
			continue
		}
		free <- struct{}{}
		all.Go(func() {
			errs[i] = s.fuzzNotices(ctx, j, m)
			<-free
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nSchemathesis noticed each fault that the document declares.")
	return nil
}

// fuzzNotices holds that Schemathesis finds a fault.
func (s *server) fuzzNotices(ctx context.Context, j judges, m mutation) error {
	// A run that could not begin fails, too, and has noticed nothing.
	var said bytes.Buffer
	failed := s.fuzz(ctx, &said, j, &m)
	if _, isExit := errors.AsType[*exec.ExitError](failed); !isExit || !strings.Contains(said.String(), "unique failure") {
		return fmt.Errorf("not noticed by Schemathesis: %s: %w\n%s", m.name, failed, said.String())
	}
	return nil
}

func (s *server) fuzz(ctx context.Context, out io.Writer, j judges, m *mutation) (err error) {
	_, key, err := s.CreateTenant("fuzz", "enterprise")
	if err != nil {
		return err
	}
	_, other, err := s.CreateTenant("fuzz other", "enterprise")
	if err != nil {
		return err
	}
	f, err := openFront(ctx, s.URL, j, m)
	if err != nil {
		return err
	}
	defer f.close()
	var env []string
	if m != nil {
		env = []string{"BRIEF=1"}
	}
	if err := conformance(ctx, out, env, "run", f.url, key, other); err != nil {
		return err
	}
	seen, wrong := f.verdict()
	fmt.Fprintf(out, "%d messages, held against the document by another validator, too\n", seen)
	return wrong
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
