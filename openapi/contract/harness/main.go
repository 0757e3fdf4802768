// Command harness runs the contract: the scenario in every language, against
// servers that it starts or against one that is there, with all traffic held
// against the document; then the same with faults that must be noticed. Run
// "make contract".
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
	remote    *ground
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
	flags.BoolVar(&o.faults, "faults", true, "run with servers that have faults, too")
	flags.BoolVar(&o.fuzz, "fuzz", true, "run Schemathesis, too")
	url := flags.String("url", "", "the base `URL` of a server that is there, …/api")
	key := flags.String("key", "", "an API `key` of it, with full access")
	other := flags.String("other-key", "", "a `key` of another tenant")
	hook := flags.String("hook", "", "a `URL` by which that server reaches the address listen, for webhooks")
	listen := flags.String("listen", "", "the `address` on which webhooks are received")
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
	o.remote = &ground{url: *url, offers: []string{}, hook: *hook, listen: *listen, variables: map[string]any{"key": *key}}
	if *hook != "" {
		o.remote.offers = append(o.remote.offers, "receiver")
	}
	if *other != "" {
		o.remote.offers = append(o.remote.offers, "other_key")
		o.remote.variables["other_key"] = *other
	}
	return o, nil
}

// runRemote plays the scenario on a server that is there, one language after
// the other.
func (o options) runRemote(ctx context.Context, out io.Writer) error {
	j, err := newJudges()
	if err != nil {
		return err
	}
	var results []*result
	for _, language := range o.languages {
		a, err := openAdapter(language)
		if err != nil {
			return err
		}
		r, err := lane{name: language, language: language, adapter: a}.play(ctx, o.remote, j, nil)
		if err := errors.Join(err, a.Close()); err != nil {
			return err
		}
		results = append(results, r)
	}
	return report(out, results)
}

// settings of the servers make short what takes long, so that a scenario can
// wait for it.
var settings = []string{"LOX_UPLOAD_TTL=20s", "LOX_VERIFY_WAIT=2s", "LOX_SWEEP_INTERVAL=500ms"}

// runOwn plays everything on servers of its own.
func (o options) runOwn(ctx context.Context, out io.Writer) (err error) {
	h, err := build(ctx, o.lox)
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	begun := time.Now()
	j, err := newJudges()
	if err != nil {
		return err
	}
	// What chance and faults bring about shows nothing of the scenario.
	beside, err := j.anew()
	if err != nil {
		return err
	}
	lanes, err := h.openLanes(ctx, o.languages)
	if err != nil {
		return err
	}
	// The lanes mostly wait for limits and deadlines to pass, and each script of
	// Schemathesis keeps one core busy.
	ctx, cancel := context.WithCancel(ctx)
	var defaults *background
	if o.fuzz {
		defaults = inBackground(func(out io.Writer) error { return conformance(ctx, out, nil, "offline", h.lox) })
		defer defaults.wait()
	}
	defer cancel() // before that wait
	results := make([]*result, len(lanes))
	err = each(lanes, func(i int, l lane) error {
		g, err := l.server.ground()
		if err != nil {
			return err
		}
		results[i], err = l.play(ctx, g, j, nil)
		return err
	})
	if err != nil {
		return err
	}
	if err := report(out, results); err != nil {
		return err
	}
	if err := reportCoverage(out, j.coverage); err != nil {
		return err
	}
	if o.fuzz {
		fmt.Fprintln(out, "\nSchemathesis with its defaults:")
		if err := defaults.report(out); err != nil {
			return err
		}
		if err := h.fuzz(ctx, out, beside, o.faults); err != nil {
			return err
		}
	}
	if o.faults {
		if err := faultsNoticed(ctx, out, beside, lanes[:len(o.languages)]); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\nThe contract holds (%s).\n", time.Since(begun).Round(time.Second))
	return nil
}

// background is something that is done meanwhile, and what it prints.
type background struct {
	printed bytes.Buffer
	err     error
	done    chan struct{}
}

func inBackground(do func(io.Writer) error) *background {
	b := &background{done: make(chan struct{})}
	go func() {
		defer close(b.done)
		b.err = do(&b.printed)
	}()
	return b
}

func (b *background) wait() { <-b.done }

// report waits for its end and prints what it printed.
func (b *background) report(out io.Writer) error {
	b.wait()
	_, _ = b.printed.WriteTo(out) // to where printing would fail as well
	return b.err
}

// each does something for each lane at the same time.
func each(lanes []lane, do func(int, lane) error) error {
	errs := make([]error, len(lanes))
	var all sync.WaitGroup
	for i, l := range lanes {
		all.Go(func() { errs[i] = do(i, l) })
	}
	all.Wait()
	return errors.Join(errs...)
}
