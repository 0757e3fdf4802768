// Command loxbench measures LOX as a whole and holds it to its bars.
//
// It starts everything itself, in a temporary directory: a private PostgreSQL
// with the settings of the product, "lox serve" as it is on it, and beside it a
// ceiling, a bare HTTP server that runs the same statements and answers the same
// JSON. It fills the database with tenants that differ in
// the number of their backups alone, and asks both servers the same, in turns,
// over one connection and over many.
//
// Then come sections of their own: LOX compared with itself ("pairs"), with its
// limits in "Redis", beside "idle connections"; small backups stored in "cycles"
// on its own PostgreSQL and disk, and "transfers" of large ones, both beside plain
// files and a MinIO server; what it takes to "complete" one, its "start-up" and its
// "footprint"; "webhooks", as many dispatchers would send them from one database; and, with
// pgbench, "PostgreSQL alone". What is compared is always measured in turns.
//
// -peers measures something else: "lox push" and "lox pull" beside cp, rclone and
// the AWS CLI with MinIO, and restic with rest-server, in turns, each with a file of
// 1 GiB and a directory of 10,000 small ones. It takes 8 GB of the temporary directory.
//
// What it finds goes to the standard output as tables, with -json to a file as
// JSON, and with -chart to another one as a picture. It exits with status 1 when
// a bar is missed or something fails. The default run takes about fifteen
// minutes and 4 GB of the temporary directory (TMPDIR moves it); -run measures
// less. -short is for CI and takes less than a minute: it fails when a request
// allocates more or asks the database more often than is kept in the repository,
// and judges nothing by time; -keep writes that down.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
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
	// gate compares with the figures that are kept, and holds no time against a
	// bar: the machine may be anybody's.
	gate bool
	// alone is how long PostgreSQL runs each of its own statements; 0 is never.
	alone time.Duration

	peerRounds int // of the comparison with other tools

	only     *regexp.Regexp // workloads, sections, and what is stored
	profiles string         // a directory for profiles of LOX
}

var (
	full = scale{
		sizes: []int{1_000, 100_000, 1_000_000}, rounds: 21, slice: 100 * time.Millisecond, conns: []int{1, 16, 64},
		events: 500, queue: 10_000, alone: 2 * time.Second,
	}
	short = scale{
		sizes: []int{1_000, 100_000}, rounds: 1, slice: 30 * time.Millisecond, conns: []int{1}, events: 50, queue: 500, gate: true,
	}
)

// wants says whether a workload or a section is to be measured.
func (s scale) wants(name string) bool { return s.only == nil || s.only.MatchString(name) }

// wantsTimed says whether a section is that has nothing but time to tell: the
// gate has none of them, unless they are asked for.
func (s scale) wantsTimed(name string) bool { return s.wants(name) && (!s.gate || s.only != nil) }

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
	only := flags.String("run", "", "measure only the workloads and sections that match `REGEXP`")
	profiles := flags.String("profiles", "", "write CPU profiles of LOX to `DIR`")
	peers := flags.Bool("peers", false, "compare lox push and pull with cp, rclone, aws and restic, and measure nothing else")
	rounds := flags.Int("rounds", 5, "how many rounds -peers has, after one to warm up")
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
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: want 1 or more", *rounds)
	}
	s.profiles, s.peerRounds = *profiles, *rounds
	if *only != "" {
		var err error
		if s.only, err = regexp.Compile(*only); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, *timeout, fmt.Errorf("not done within %s", *timeout))
	defer cancel()
	measure := bench
	if *peers {
		measure = benchPeers
	}
	r, err := measure(ctx, s, progress)
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

// bench starts a testbed, measures and stops it. The report is nil unless
// all was measured.
func bench(ctx context.Context, s scale, progress io.Writer) (r *report, err error) {
	started := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(progress, "%5.1fs  "+format+"\n", append([]any{time.Since(started).Seconds()}, args...)...)
	}
	for section, program := range map[string]string{sectionRedis: "redis-server", sectionComplete: "openssl"} {
		if _, missing := exec.LookPath(program); missing != nil && s.wantsTimed(section) {
			return nil, fmt.Errorf("%s is not on PATH: install the package of that name (as root on Debian and Ubuntu: apt-get install %[1]s)", program)
		}
	}
	for _, section := range []string{sectionCycles, sectionTransfers, sectionComplete, sectionStart} {
		if _, missing := exec.LookPath(minioBinary()); missing != nil && s.wantsTimed(section) {
			return nil, fmt.Errorf("a MinIO server is needed for %q: make minio builds it (%w)", section, missing)
		}
	}
	say("starting PostgreSQL")
	h, err := startTestbed(ctx)
	defer func() {
		say("stopping")
		err = errors.Join(err, h.close())
	}()
	if err == nil {
		err = h.build(ctx)
	}
	if err != nil {
		return nil, err
	}
	return measureAll(ctx, h, s, say)
}

// measureAll fills a testbed and measures what it can do.
func measureAll(ctx context.Context, h *testbed, s scale, say func(string, ...any)) (*report, error) {
	say("filling in tenants of %s backups, and %s small ones", counts(s.sizes), count(neighbours))
	sides, err := fill(ctx, h, s)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	largest := sides[len(sides)-1]
	r, err := newReport(ctx, h, s)
	if err != nil {
		return nil, err
	}
	// Each starts what it needs, so that nothing else runs beside it.
	for _, section := range []struct {
		name   string
		wanted bool
		run    func() error
	}{
		{"the workloads", true, func() error { return r.workloads(ctx, h, s, sides, say) }},
		{sectionRedis, s.wantsTimed(sectionRedis), func() error { return r.withRedis(ctx, h, s, largest) }},
		{sectionIdle, s.wantsTimed(sectionIdle), func() error { return r.idle(ctx, h, s, largest) }},
		{sectionCycles, s.wantsTimed(sectionCycles), func() error { return r.cycles(ctx, h, s) }},
		{sectionTransfers, s.wantsTimed(sectionTransfers), func() error { return r.transfers(ctx, h, s) }},
		{sectionComplete, s.wantsTimed(sectionComplete), func() error { return r.complete(ctx, h, s, largest) }},
		{sectionStart, s.wantsTimed(sectionStart), func() error { return r.starts(ctx, h, largest) }},
		{sectionFootprint, s.wantsTimed(sectionFootprint), func() error { return r.footprint(ctx, h) }},
		{sectionWebhooks, s.wants(sectionWebhooks), func() error { return r.webhooks(ctx, h, s, sides[0].tenant) }},
		{sectionAlone, s.alone > 0, func() error { return r.postgresAlone(ctx, h, s, largest) }},
	} {
		if !section.wanted {
			continue
		}
		say("measuring %s", section.name)
		if err := h.within(section.run); err != nil {
			return nil, fmt.Errorf("%s: %w", section.name, err)
		}
	}
	r.judge()
	return r, nil
}

// workloads compares LOX with its ceiling and with itself.
func (r *report) workloads(ctx context.Context, h *testbed, s scale, sides []*side, say func(string, ...any)) error {
	largest := sides[len(sides)-1]
	work := slices.DeleteFunc(workloads(largest.day), func(w workload) bool { return !s.wants(w.name) })
	if len(work) == 0 && !s.wantsTimed(sectionPairs) {
		return nil
	}
	if err := h.open(ctx); err != nil {
		return err
	}
	if err := rehearse(ctx, h, sides, work); err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	var err error
	if r.Plans, err = inspect(ctx, h, largest, work); err != nil {
		return fmt.Errorf("inspect the plans: %w", err)
	}
	for _, w := range work {
		say("measuring %s", w.name)
		for _, conns := range s.conns {
			compared, err := compare(ctx, h, s, sides, w, conns)
			if err != nil {
				return fmt.Errorf("%s at %d connections: %w", w.name, conns, err)
			}
			r.Results = append(r.Results, compared)
			if !s.gate {
				r.Bars = append(r.Bars, w.judge(compared)...)
			}
		}
	}
	if s.wantsTimed(sectionPairs) {
		say("measuring %s", sectionPairs)
		if err := r.measurePairs(ctx, h, s, itself(h, largest)); err != nil {
			return err
		}
	}
	if s.gate {
		return r.compareKept(keptJSON)
	}
	r.Memory = memory{LOX: h.lox.peak(), Bare: h.bare.peak()}
	r.Bars = append(r.Bars, hold("after all of this", resident, 0, mebibytes(r.Memory.LOX), 60))
	return nil
}
