// Command generators makes clients of the published OpenAPI document with the generators that users pick, compiles them, and
// has each of them create, upload, complete, list, get, download and delete a backup on a real server: once directly, and
// once through a proxy that simulates a later version (package growth). The document is the one that the server serves,
// untouched.
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
	lox := flags.String("lox", "bin/lox", "the `binary` whose document and server are used")
	only := flags.String("only", "", "the `languages` to do, separated by commas (default: all)")
	cache := flags.String("cache", ".cache/generators", "the `folder` for whatever is generated and installed")
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
	begun := time.Now()
	err = w.do(ctx, s, chosen, out)
	if err == nil {
		fmt.Fprintf(out, "\nEvery generator makes a client that works (%s).\n", time.Since(begun).Round(time.Second))
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
			return nil, fmt.Errorf("-only: there is no language %q", name)
		}
		chosen = append(chosen, languages[i])
	}
	return chosen, nil
}

// atOnce is how many languages are done at the same time: compilers fill the two cores of a small machine by then.
const atOnce = 2

// do makes and tries all clients of some languages, and prints how far each of them came.
func (w *workspace) do(ctx context.Context, s *server, chosen []*language, out io.Writer) error {
	if err := s.download(ctx, "/openapi.yaml", w.document); err != nil {
		return err
	}
	if err := w.fetchOpenAPIGenerator(ctx); err != nil {
		return err
	}
	if err := w.command("validate", w.dir, time.Minute, w.openAPIGenerator("validate", "--input-spec", w.document)...).run(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "openapi-generator finds the document valid.")

	all := make([][]*result, len(chosen))
	free := make(chan struct{}, atOnce)
	var working sync.WaitGroup
	for i, l := range chosen {
		free <- struct{}{}
		working.Go(func() {
			all[i] = l.try(ctx, w, s)
			<-free
		})
	}
	working.Wait()
	return report(out, slices.Concat(all...))
}

// workspace is where clients are generated and compiled. Nothing of that goes into the repository.
type workspace struct {
	dir      string
	document string // the document as the server serves it
	jar      string // openapi-generator
}

func newWorkspace(cache string) (*workspace, error) {
	dir, err := filepath.Abs(cache)
	if err != nil {
		return nil, err
	}
	w := &workspace{dir: dir, document: filepath.Join(dir, "openapi.yaml")}
	return w, os.MkdirAll(filepath.Join(dir, "log"), 0o755)
}
