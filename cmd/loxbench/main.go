// Command loxbench measures LOX and holds it to its bars.
//
// It runs "lox serve" as a process of its own, on a private PostgreSQL with the settings of the
// product, and compares it with others that do the same work: a bare HTTP server that sends the
// same statements and answers the same JSON, LOX itself with fewer backups, plain files, MinIO
// and openssl. -peers compares "lox push" and "lox pull" with other tools.
//
// What is compared is a contest: its contenders work in turns, round by round. A ratio is the
// median over the rounds of LOX's figure divided by that of the other contender in the same
// round, and may have a bar. What is measured alone is a figure, and may have a bar, too.
//
// The exit status is 1 if a bar is missed or something fails. A full run takes about twenty
// minutes and 4 GB of the temporary directory (TMPDIR moves it); -peers takes 8 GB. -short, for CI,
// takes less than a minute and judges nothing by time: it fails if a request allocates more than
// kept.json says, which -keep writes. The bench must run in the root of the module, because it
// reads the store's statements from there.
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
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "loxbench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	short, peers bool
	only         string
	rounds       int
	timeout      time.Duration
	json, keep   string // files
	profiles     string // a directory
}

func parse(args []string, out io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("loxbench", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&o.short, "short", false, "only compare what requests allocate with what is kept; with -run, measure less of what it names")
	flags.BoolVar(&o.peers, "peers", false, "only compare lox push and pull with cp, rclone, aws and restic")
	flags.StringVar(&o.only, "run", "", "measure only the workloads and sections that match `REGEXP`")
	flags.IntVar(&o.rounds, "rounds", 0, "how many rounds each contest has, after one to warm up (default: as many as each needs)")
	flags.DurationVar(&o.timeout, "timeout", time.Hour, "give up after this time")
	flags.StringVar(&o.json, "json", "", "write the results as JSON to `FILE` too")
	flags.StringVar(&o.keep, "keep", "", "write what requests allocate, for -short to compare with, to `FILE`")
	flags.StringVar(&o.profiles, "profiles", "", "write a CPU profile of LOX in each contest to `DIR`")
	if err = flags.Parse(args); err == nil && (flags.NArg() > 0 || o.rounds < 0) {
		err = errors.New("unexpected arguments, or -rounds below 0")
	}
	if _, wrong := regexp.Compile(o.only); err == nil {
		err = wrong
	}
	return o, err
}

// wants says whether -run asks for something of one of these names.
func (o options) wants(names ...string) bool {
	return slices.ContainsFunc(names, regexp.MustCompile(o.only).MatchString)
}

// section is a part of the run. It starts the servers that it needs, so that nothing else runs
// beside it, and they are stopped after it.
type section struct {
	name      string
	run       func(*bench)
	workloads bool   // -run may also name a workload instead of the section
	program   string // that has to be on PATH
}

var (
	gate     = section{"allocations", (*bench).allocations, true, ""}
	sections = []section{
		gate,
		{"requests", (*bench).requests, true, ""},
		{"pairs", (*bench).pairs, false, ""},
		{"Redis", (*bench).redis, false, "redis-server"},
		{"idle connections", (*bench).idleConnections, false, ""},
		{"PostgreSQL alone", (*bench).postgresAlone, true, ""},
		{"webhooks", (*bench).webhooks, false, ""},
		{"start-up", (*bench).startUp, false, ""},
		{"footprint", (*bench).footprint, false, ""},
		{"cycles", (*bench).cycles, false, ""},
		{"transfers", (*bench).transfers, false, ""},
		{"hashing", (*bench).hashing, false, "openssl"},
	}
	peerSections = []section{{"1 GiB", (*bench).peersFile, false, ""}, {"10,000 x 4 KiB", (*bench).peersDirectory, false, ""}}
)

// wanted are the sections of the run.
func (o options) wanted() []section {
	all := sections
	switch {
	case o.peers:
		all = peerSections
	case o.short && o.only == "":
		return []section{gate}
	}
	return slices.DeleteFunc(slices.Clone(all), func(s section) bool {
		names := []string{s.name}
		for _, w := range workloads {
			if s.workloads {
				names = append(names, w.name)
			}
		}
		return !o.wants(names...)
	})
}

// run is the program but for signals and the exit status.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	if len(args) == 1 && args[0] == bareCommand {
		return caught(func() { runBare(ctx) })
	}
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("not done within %s", o.timeout))
	defer cancel()
	b := &bench{options: o, report: newReport(), ctx: ctx, progress: progress}
	err = caught(func() {
		b.within(func() {
			for _, s := range o.wanted() {
				if s.program != "" {
					must(exec.LookPath(s.program))
				}
			}
			b.makeDirectory()
			for _, s := range o.wanted() {
				b.say("measuring " + s.name)
				b.within(func() { s.run(b) })
			}
		})
		if len(b.Figures)+len(b.Contests) == 0 {
			check(errors.New("-run names no workload and no section"))
		}
	})
	b.finish(err == nil)
	b.print(out) // also what was found before a failure
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = errors.Join(cause, err)
	}
	if err == nil && !b.Passed {
		err = errors.New("a bar was missed, see above")
	}
	return errors.Join(err, caught(func() {
		if o.json != "" {
			writeJSON(o.json, b.report)
		}
		if o.keep != "" && b.counted != nil {
			writeJSON(o.keep, b.counted)
		}
	}))
}
