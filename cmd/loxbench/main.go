// Command loxbench measures LOX as a whole and holds it to its bars.
//
// It starts everything itself, in a temporary directory: a private PostgreSQL
// with the settings of the product, the embedded S3 server, and the real
// handler behind a real HTTP server on loopback, with authentication,
// validation, request ids, metrics and an access log that goes nowhere. It
// fills the database with tenants that differ in the number of their backups
// alone, and asks both the same, in turns. At last it has events sent to
// webhooks, as many dispatchers would from one database.
//
// What it finds goes to the standard output as tables, and with -json to a file
// as JSON. It exits with status 1 when a bar is missed or something fails. The
// default run takes a few minutes and about 2 GB of the temporary directory
// (TMPDIR moves it); -short is for CI and takes less than one minute.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
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
	// small and large are the numbers of backups of the two tenants that are
	// compared.
	small, large int
	rounds       int
	slice        time.Duration // of one side in one round
	conns        []int
	// events are sent to a webhook one after another, queue at once.
	events, queue int
}

var (
	full  = scale{small: 1_000, large: 1_000_000, rounds: 45, slice: 60 * time.Millisecond, conns: []int{1, 16}, events: 500, queue: 10_000}
	short = scale{small: 1_000, large: 100_000, rounds: 19, slice: 40 * time.Millisecond, conns: []int{1, 16}, events: 100, queue: 2_000}
)

// errMissed is the failure of a run that went well and found LOX too slow.
var errMissed = errors.New("a bar was missed, see above")

// run is the program but for signals and the exit status.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("loxbench", flag.ContinueOnError)
	flags.SetOutput(progress)
	jsonFile := flags.String("json", "", "write the results as JSON to `FILE` too")
	isShort := flags.Bool("short", false, "measure fewer backups for a shorter time")
	timeout := flags.Duration("timeout", 5*time.Minute, "give up after this time")
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
	if *jsonFile != "" {
		err = errors.Join(err, r.writeJSON(*jsonFile))
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
	say("starting PostgreSQL, S3 and LOX")
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
	say("filling in %s backups of one tenant, %s of another, and %s small tenants", count(s.small), count(s.large), count(neighbours))
	sides, err := fill(ctx, h, s)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	r, err := newReport(ctx, h, s)
	if err != nil {
		return nil, err
	}
	work := workloads(sides[0].day)
	if err := rehearse(ctx, h, sides, work); err != nil {
		return nil, fmt.Errorf("rehearse: %w", err)
	}
	say("looking at the plans")
	if r.Plans, err = inspect(ctx, h, sides[1], work); err != nil {
		return nil, fmt.Errorf("inspect the plans: %w", err)
	}
	for _, w := range work {
		say("measuring %s", w.name)
		for _, conns := range s.conns {
			compared, err := compare(ctx, h, s, sides, w, conns)
			if err != nil {
				return nil, fmt.Errorf("%s at %d connections: %w", w.name, conns, err)
			}
			r.Results = append(r.Results, compared)
		}
	}
	say("sending to webhooks")
	if r.Deliveries, err = deliver(ctx, h, s, sides[0].tenant); err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	r.judge()
	return r, nil
}
