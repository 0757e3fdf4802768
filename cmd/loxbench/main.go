// Command loxbench measures LOX as a whole and holds it to its bars.
//
// It starts everything itself, in a temporary directory: a private PostgreSQL
// with the settings of the product, "lox serve" as it is, and beside it a
// ceiling, a bare HTTP server that runs the same statements and answers the same
// JSON. It fills the database with tenants that differ in the number of their
// backups alone, and asks both servers the same, in turns, over one connection
// and over many. At last it has events sent to webhooks, as many dispatchers
// would from one database, and has pgbench find what PostgreSQL can do alone.
//
// What it finds goes to the standard output as tables, with -json to a file as
// JSON, and with -chart to another one as a picture. It exits with status 1 when
// a bar is missed or something fails. The default run takes about ten minutes
// and 2 GB of the temporary directory (TMPDIR moves it). -short is for CI and
// takes about a minute: it fails, too, when a request allocates more or asks the
// database more often than is kept in the repository; -keep writes that down.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
	"time"
)

func main() {
	// A closed terminal or pipe must not leave a database behind either.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "loxbench:", err)
		os.Exit(1)
	}
}

// scale is how much is measured, and how long.
type scale struct {
	// sizes are the numbers of backups of the tenants that are compared,
	// ascending.
	sizes  []int
	rounds int
	slice  time.Duration // of one contender in one round
	conns  []int
	// events are sent to a webhook one after another, queue at once.
	events, queue int
	// gate compares with the figures that are kept.
	gate bool
	// alone is how long PostgreSQL runs each of its own statements; 0 is never.
	alone time.Duration

	only     *regexp.Regexp // workloads
	profiles string         // a directory for profiles of LOX
}

var (
	full = scale{
		sizes: []int{1_000, 100_000, 1_000_000}, rounds: 15, slice: 100 * time.Millisecond, conns: []int{1, 16, 64},
		events: 500, queue: 10_000, alone: 2 * time.Second,
	}
	short = scale{
		sizes: []int{1_000, 100_000}, rounds: 11, slice: 30 * time.Millisecond, conns: []int{1, 16}, events: 100, queue: 2_000, gate: true,
	}
)

// errMissed is the failure of a run that went well and found LOX too slow.
var errMissed = errors.New("a bar was missed, see above")

// run is the program but for signals and the exit status.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	if len(args) == 1 && args[0] == bareCommand {
		return runBare(ctx, out)
	}
	flags := flag.NewFlagSet("loxbench", flag.ContinueOnError)
	flags.SetOutput(progress)
	jsonFile := flags.String("json", "", "write the results as JSON to `FILE` too")
	chartFile := flags.String("chart", "", "draw what requests take by the number of backups, as SVG, to `FILE`")
	keepFile := flags.String("keep", "", "write what a request allocates and asks, for -short to compare with, to `FILE`")
	isShort := flags.Bool("short", false, "measure fewer backups for a shorter time, and compare with what is kept")
	only := flags.String("run", "", "measure only the workloads that match `REGEXP`, and no webhooks")
	profiles := flags.String("profiles", "", "write CPU profiles of LOX to `DIR`")
	timeout := flags.Duration("timeout", 30*time.Minute, "give up after this time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	s := full
	if *isShort {
		s = short
	}
	s.profiles = *profiles
	if *only != "" {
		var err error
		if s.only, err = regexp.Compile(*only); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, *timeout, fmt.Errorf("not done within %s", *timeout))
	defer cancel()
	r, err := bench(ctx, s, progress)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	if r == nil {
		return err
	}
	r.print(out)
	for file, write := range map[string]func(string) error{*jsonFile: r.writeJSON, *chartFile: r.writeChart, *keepFile: r.writeKept} {
		if file != "" {
			err = errors.Join(err, write(file))
		}
	}
	if !r.Passed {
		err = errors.Join(err, errMissed)
	}
	return err
}

// bench builds a house, measures it and pulls it down. The report is nil unless
// all was measured.
func bench(ctx context.Context, s scale, progress io.Writer) (r *report, err error) {
	started := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(progress, "%5.1fs  "+format+"\n", append([]any{time.Since(started).Seconds()}, args...)...)
	}
	say("starting PostgreSQL and S3")
	h, err := build(ctx)
	defer func() {
		say("stopping")
		err = errors.Join(err, h.close())
	}()
	if err != nil {
		return nil, err
	}
	return measure(ctx, h, s, say)
}

// measure fills a house and finds out what it can do.
func measure(ctx context.Context, h *house, s scale, say func(string, ...any)) (*report, error) {
	say("filling in tenants of %s backups, and %s small ones", counts(s.sizes), count(neighbours))
	sides, err := fill(ctx, h, s)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	say("starting LOX and its ceiling")
	servers, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := newReport(ctx, h, s)
	if err != nil {
		return nil, err
	}
	work := workloads(sides[0].day)
	if s.only != nil {
		work = slices.DeleteFunc(work, func(w workload) bool { return !s.only.MatchString(w.name) })
	}
	if err := rehearse(ctx, h, sides, work); err != nil {
		return nil, fmt.Errorf("rehearse: %w", err)
	}
	largest := sides[len(sides)-1]
	say("looking at the plans")
	if r.Plans, err = inspect(ctx, h, largest, work); err != nil {
		return nil, fmt.Errorf("inspect the plans: %w", err)
	}
	for _, w := range work {
		say("measuring %s", w.name)
		for _, conns := range s.conns {
			if w.slow && conns > 1 {
				continue
			}
			compared, err := compare(ctx, h, s, sides, w, conns)
			if err != nil {
				return nil, fmt.Errorf("%s at %d connections: %w", w.name, conns, err)
			}
			r.Results = append(r.Results, compared)
		}
	}
	if s.gate {
		if err := r.compareKept(keptJSON); err != nil {
			return nil, err
		}
	}
	r.Memory = memory{LOX: h.product.peak(), Bare: h.bare.peak()}
	// The webhooks' dispatchers are to be the only ones, and PostgreSQL alone.
	if err := servers(); err != nil {
		return nil, err
	}
	if s.only == nil {
		say("sending to webhooks")
		if r.Deliveries, err = deliver(ctx, h, s, sides[0].tenant); err != nil {
			return nil, fmt.Errorf("webhooks: %w", err)
		}
	}
	if s.alone > 0 {
		say("measuring PostgreSQL alone")
		if r.Alone, err = runAlone(ctx, h, s, largest); err != nil {
			return nil, fmt.Errorf("PostgreSQL alone: %w", err)
		}
	}
	r.judge()
	return r, nil
}
