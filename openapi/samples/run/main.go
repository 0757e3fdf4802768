// Command run compiles the code samples of all languages and runs them against a real server: once directly, and once
// through a proxy that simulates a later version (openapi/generators/growth). Each language's samples must call every
// operation successfully.
//
//	go run ./openapi/samples/run -lox bin/lox [-languages go,curl] [-growing=false]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "samples:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("samples", flag.ContinueOnError)
	lox := flags.String("lox", "bin/lox", "the `binary` of the server")
	only := flags.String("languages", "", "the `languages` to run, separated by commas (default: all)")
	growing := flags.Bool("growing", true, "also run the samples through a proxy that simulates a later version")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	operations, err := operationsOf("gen/document/openapi.yaml")
	if err != nil {
		return err
	}
	s, err := startServer(ctx, *lox)
	if err != nil {
		return err
	}
	err = s.tryAll(ctx, chosen, operations, *growing, out)
	return errors.Join(err, s.stop())
}

func choose(only string) ([]language, error) {
	if only == "" {
		return languages, nil
	}
	var chosen []language
	for name := range strings.SplitSeq(only, ",") {
		found := false
		for _, l := range languages {
			if l.name == name {
				chosen, found = append(chosen, l), true
			}
		}
		if !found {
			return nil, fmt.Errorf("-languages: unknown language %q", name)
		}
	}
	return chosen, nil
}

// concurrency is how many languages run at the same time. Two compilers use all cores of a small machine.
const concurrency = 2

func (s *server) tryAll(ctx context.Context, chosen []language, operations []operation, growing bool, out io.Writer) error {
	var (
		mu   sync.Mutex
		errs []error
		all  sync.WaitGroup
	)
	running := make(chan struct{}, concurrency)
	for _, l := range chosen {
		running <- struct{}{}
		all.Go(func() {
			defer func() { <-running }()
			durations, err := s.try(ctx, l, operations, growing)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", l.name, err))
				return
			}
			fmt.Fprintf(out, "ok %s: %d samples, %s\n", l.name, len(operations), durations)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// try compiles and runs the samples of a language. durations says how long each part took.
func (s *server) try(ctx context.Context, l language, operations []operation, growing bool) (durations string, err error) {
	start := time.Now()
	program, err := l.build(ctx, s.dir)
	if err != nil {
		return "", err
	}
	parts := []string{fmt.Sprintf("compiled in %.1f s", time.Since(start).Seconds())}
	modes := []string{"direct", "growing"}
	if !growing {
		modes = modes[:1]
	}
	for _, mode := range modes {
		start := time.Now()
		if err := s.runOnce(ctx, l.name, mode, program, operations); err != nil {
			return "", fmt.Errorf("%s: %w", mode, err)
		}
		parts = append(parts, fmt.Sprintf("%s %.1f s", mode, time.Since(start).Seconds()))
	}
	return strings.Join(parts, ", "), nil
}
