// Command harness runs the contract: the scenario in every language, against
// servers that it starts or against a server of yours. It checks all traffic
// against the document. Then it repeats the scenario with faulty servers, and
// each fault must be detected. Run "make contract".
package main

import (
	"bytes"
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

// contractDir is the folder of the scenario and the adapters, absolute.
var contractDir string

type options struct {
	lox       string
	languages []string
	faults    bool
	fuzz      bool
	remote    *target
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if contractDir, err = filepath.Abs("openapi/contract"); err != nil {
		return err
	}
	if o.remote != nil {
		return o.runRemote(ctx, out)
	}
	return o.runOwn(ctx, out)
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("harness", flag.ContinueOnError)
	flags.StringVar(&o.lox, "lox", "bin/lox", "the `binary` to test")
	chosen := flags.String("languages", strings.Join(languages, ","), "the `languages` of the clients to run")
	flags.BoolVar(&o.faults, "faults", true, "also check that the clients detect faulty servers")
	flags.BoolVar(&o.fuzz, "fuzz", true, "also run Schemathesis")
	url := flags.String("url", "", "the base `URL` (…/api) of a running server to test instead of starting servers")
	key := flags.String("key", "", "an API `key` with full access to that server")
	other := flags.String("other-key", "", "an API `key` of another tenant of that server")
	hook := flags.String("hook", "", "the `URL` to which that server sends webhooks; they must arrive at -listen")
	listen := flags.String("listen", "", "the `address` at which the harness receives webhooks")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.languages = strings.Split(*chosen, ",")
	for _, language := range o.languages {
		if !slices.Contains(languages, language) {
			return o, fmt.Errorf("-languages: %q is none of %s", language, strings.Join(languages, ", "))
		}
	}
	switch {
	case (*url == "") != (*key == ""):
		return o, errors.New("-url and -key go together")
	case (*hook == "") != (*listen == ""):
		return o, errors.New("-hook and -listen go together")
	case *url == "":
		return o, nil
	}
	o.remote = &target{url: *url, offers: []string{}, hook: *hook, listen: *listen, variables: map[string]any{"key": *key}}
	if *hook != "" {
		o.remote.offers = append(o.remote.offers, "receiver")
	}
	if *other != "" {
		o.remote.offers = append(o.remote.offers, "other_key")
		o.remote.variables["other_key"] = *other
	}
	return o, nil
}

// runRemote runs the scenario against a running server, in one language after
// the other.
func (o options) runRemote(ctx context.Context, out io.Writer) error {
	c, err := newChecker()
	if err != nil {
		return err
	}
	var results []*result
	for _, language := range o.languages {
		a, err := startAdapter(language)
		if err != nil {
			return err
		}
		r, err := runner{name: language, language: language, adapter: a}.run(ctx, o.remote, c, nil)
		if err := errors.Join(err, a.Close()); err != nil {
			return err
		}
		results = append(results, r)
	}
	return report(out, results)
}

// settings shorten the servers' timeouts and intervals, because the scenario waits
// for them.
var settings = []string{"LOX_UPLOAD_TTL=20s", "LOX_VERIFY_WAIT=2s", "LOX_SWEEP_INTERVAL=500ms"}

// runOwn starts servers and runs the whole contract against them.
func (o options) runOwn(ctx context.Context, out io.Writer) (err error) {
	h, err := startTestbed(ctx, o.lox)
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	start := time.Now()
	c, err := newChecker()
	if err != nil {
		return err
	}
	// What Schemathesis and faulty servers exercise must not count as coverage of the
	// scenario.
	uncounted, err := c.withNewCoverage()
	if err != nil {
		return err
	}
	runners, err := h.startRunners(ctx, o.languages)
	if err != nil {
		return err
	}
	// The runners mostly wait for limits and deadlines to pass, so Schemathesis, which
	// uses one core, can run at the same time.
	ctx, cancel := context.WithCancel(ctx)
	var defaults *backgroundJob
	if o.fuzz {
		defaults = runInBackground(func(out io.Writer) error { return conformance(ctx, out, nil, "offline", h.lox) })
		defer defaults.wait()
	}
	defer cancel() // must run before the wait above
	results := make([]*result, len(runners))
	err = inParallel(runners, func(i int, r runner) error {
		t, err := r.server.newTarget()
		if err != nil {
			return err
		}
		results[i], err = r.run(ctx, t, c, nil)
		return err
	})
	if err != nil {
		return err
	}
	if err := report(out, results); err != nil {
		return err
	}
	if err := reportCoverage(out, c.coverage); err != nil {
		return err
	}
	if o.fuzz {
		fmt.Fprintln(out, "\nSchemathesis with its defaults:")
		if err := defaults.report(out); err != nil {
			return err
		}
		if err := h.fuzz(ctx, out, uncounted, o.faults); err != nil {
			return err
		}
	}
	if o.faults {
		if err := checkFaultsDetected(ctx, out, uncounted, runners[:len(o.languages)]); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\nThe contract holds (%s).\n", time.Since(start).Round(time.Second))
	return nil
}

// backgroundJob is a function that runs in the background, and its output.
type backgroundJob struct {
	output bytes.Buffer
	err    error
	done   chan struct{}
}

func runInBackground(do func(io.Writer) error) *backgroundJob {
	b := &backgroundJob{done: make(chan struct{})}
	go func() {
		defer close(b.done)
		b.err = do(&b.output)
	}()
	return b
}

func (b *backgroundJob) wait() { <-b.done }

// report waits until the job ends and writes its output to out.
func (b *backgroundJob) report(out io.Writer) error {
	b.wait()
	_, _ = b.output.WriteTo(out)
	return b.err
}

// inParallel calls do for all runners at the same time.
func inParallel(runners []runner, do func(int, runner) error) error {
	errs := make([]error, len(runners))
	var all sync.WaitGroup
	for i, r := range runners {
		all.Go(func() { errs[i] = do(i, r) })
	}
	all.Wait()
	return errors.Join(errs...)
}
