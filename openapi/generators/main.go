// Command generators generates clients of the published OpenAPI document with generators that users choose, and compiles
// them. Each client then creates, uploads, completes, lists, gets, downloads and deletes a backup on a real server: once
// directly, and once through a proxy that simulates a later version (package growth). The document is the one that the
// server serves, unchanged.
//
//	go run ./openapi/generators -lox bin/lox [-only rust,kotlin] [-cache .cache/generators]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const sourceDir = "openapi/generators"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generators:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("generators", flag.ContinueOnError)
	lox := flags.String("lox", "bin/lox", "the `binary` of the server")
	only := flags.String("only", "", "the `languages` to test, separated by commas (default: all)")
	cache := flags.String("cache", ".cache/generators", "the `folder` for generated and installed files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	w, err := newWorkspace(*cache)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, *lox)
	if err != nil {
		return err
	}
	start := time.Now()
	err = w.tryAll(ctx, s, chosen, out)
	if err == nil {
		fmt.Fprintf(out, "\nThe clients of all generators work (%s).\n", time.Since(start).Round(time.Second))
	}
	return errors.Join(err, s.stop())
}

func choose(only string) ([]*language, error) {
	if only == "" {
		return languages, nil
	}
	var chosen []*language
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(languages, func(l *language) bool { return l.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only: unknown language %q", name)
		}
		chosen = append(chosen, languages[i])
	}
	return chosen, nil
}

// concurrency is how many languages run at the same time. Two compilers use all cores of a small machine.
const concurrency = 2

// tryAll generates, compiles and runs the clients of some languages, and prints the results.
func (w *workspace) tryAll(ctx context.Context, s *server, chosen []*language, out io.Writer) error {
	if err := s.download(ctx, "/openapi.yaml", w.document); err != nil {
		return err
	}
	if err := w.fetchOpenAPIGenerator(ctx); err != nil {
		return err
	}
	if err := w.command("validate", w.dir, time.Minute, w.openAPIGenerator("validate", "--input-spec", w.document)...).run(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "openapi-generator validated the document.")

	all := make([][]*result, len(chosen))
	running := make(chan struct{}, concurrency)
	var clients sync.WaitGroup
	for i, l := range chosen {
		running <- struct{}{}
		clients.Go(func() {
			all[i] = l.try(ctx, w, s)
			<-running
		})
	}
	clients.Wait()
	return report(out, slices.Concat(all...))
}

// workspace is the directory in which clients are generated and compiled. Nothing in it is committed.
type workspace struct {
	dir      string
	document string // path of the document as the server serves it
	jar      string // path of openapi-generator
}

func newWorkspace(cache string) (*workspace, error) {
	dir, err := filepath.Abs(cache)
	if err != nil {
		return nil, err
	}
	w := &workspace{dir: dir, document: filepath.Join(dir, "openapi.yaml")}
	return w, os.MkdirAll(filepath.Join(dir, "log"), 0o755)
}
