// Command run compiles the code samples of all languages and runs them on a real server: once as the server is, and once as
// a later version of it may be (openapi/generators/growth). A program must call every operation with success.
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
	lox := flags.String("lox", "bin/lox", "the `binary` whose server is used")
	only := flags.String("languages", "", "the `languages` to do, separated by commas (default: all)")
	growing := flags.Bool("growing", true, "whether to run them through the growing proxy, too")
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
			return nil, fmt.Errorf("-languages: there is no %q", name)
		}
	}
	return chosen, nil
}

// atOnce is how many languages are done at the same time: compilers fill the two cores of a small machine by then.
const atOnce = 2

func (s *server) tryAll(ctx context.Context, chosen []language, operations []operation, growing bool, out io.Writer) error {
	var (
		mu      sync.Mutex
		errs    []error
		working sync.WaitGroup
	)
	free := make(chan struct{}, atOnce)
	for _, l := range chosen {
		free <- struct{}{}
		working.Go(func() {
			defer func() { <-free }()
			took, err := s.try(ctx, l, operations, growing)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", l.name, err))
				return
			}
			fmt.Fprintf(out, "ok %s: %d samples, %s\n", l.name, len(operations), took)
		})
	}
	working.Wait()
	return errors.Join(errs...)
}

// try compiles and runs the program of a language, and says how long each of it took.
func (s *server) try(ctx context.Context, l language, operations []operation, growing bool) (took string, err error) {
	begun := time.Now()
	program, err := l.build(ctx, s.dir)
	if err != nil {
		return "", err
	}
	parts := []string{fmt.Sprintf("compiled in %.1f s", time.Since(begun).Seconds())}
	modes := []string{"direct", "growing"}
	if !growing {
		modes = modes[:1]
	}
	for _, mode := range modes {
		begun := time.Now()
		if err := s.runOnce(ctx, l.name, mode, program, operations); err != nil {
			return "", fmt.Errorf("%s: %w", mode, err)
		}
		parts = append(parts, fmt.Sprintf("%s %.1f s", mode, time.Since(begun).Seconds()))
	}
	return strings.Join(parts, ", "), nil
}
