package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/openapi/traffic"
)

// fuzz runs Schemathesis against a server whose limits are out of the way, and
// then briefly against one with each fault that the document declares.
func (h *house) fuzz(ctx context.Context, out io.Writer, faults bool) error {
	s, err := h.serve(ctx, "contract-fuzz", "LOX_RATE_LIMIT_FACTOR=1000000")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nSchemathesis:")
	if err := s.fuzz(ctx, out, nil); err != nil {
		return err
	}
	if !faults {
		return nil
	}
	for _, m := range mutations {
		if !m.declared || m.limits {
			continue
		}
		failed := s.fuzz(ctx, io.Discard, &m)
		if _, isExit := errors.AsType[*exec.ExitError](failed); !isExit {
			return fmt.Errorf("not noticed by Schemathesis: %s: %w", m.name, failed)
		}
		fmt.Fprintf(out, "  noticed: %s\n", m.name)
	}
	return nil
}

func (s *server) fuzz(ctx context.Context, out io.Writer, m *mutation) (err error) {
	coverage, err := newCoverage() // by chance, so nobody asks for it
	if err != nil {
		return err
	}
	validator, err := traffic.NewValidator(openapi.YAML())
	if err != nil {
		return err
	}
	_, key, err := s.tenant("fuzz", "enterprise")
	if err != nil {
		return err
	}
	_, other, err := s.tenant("fuzz other", "enterprise")
	if err != nil {
		return err
	}
	f, err := openFront(ctx, s.url, "", validator, coverage, m)
	if err != nil {
		return err
	}
	defer f.close()
	cmd := exec.CommandContext(ctx, filepath.Join(contractDir, "../conformance/run"), f.url, key, other)
	cmd.Env = os.Environ()
	if m != nil {
		cmd.Env = append(cmd.Env, "CASES=1")
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if err := cmd.Run(); err != nil {
		return err
	}
	seen, wrong := f.verdict()
	fmt.Fprintf(out, "%d messages, held against the document by another validator, too\n", seen)
	return wrong
}
