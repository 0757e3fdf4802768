package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/backlox/lox/openapi/traffic"
)

// report prints what came of the runs, and returns an error unless all is as it
// should be.
func report(out io.Writer, results []*result) error {
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "language\tsteps\tnot run\tfailed\tmessages\tnot as declared\ttook")
	var errs []error
	for _, r := range results {
		notRun, failed, wrong := 0, 0, 0
		for _, n := range r.Skipped {
			notRun += n
		}
		if r.Failed != "" {
			failed = 1
			errs = append(errs, fmt.Errorf("%s: step %s", r.lane, r.Failed))
		}
		if r.wrong != nil {
			wrong = 1 + strings.Count(r.wrong.Error(), "\n")
			errs = append(errs, fmt.Errorf("%s: traffic: %w", r.lane, r.wrong))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", r.lane, r.Passed, notRun, failed, r.seen, wrong, r.took.Round(time.Second/10))
	}
	_ = table.Flush() // to where printing would fail as well
	reportGaps(out, results)
	return errors.Join(errs...)
}

// reportGaps prints what of the scenario was not run, and by whom.
func reportGaps(out io.Writer, results []*result) {
	lanes := map[string][]string{}
	for _, r := range results {
		for g, n := range r.Skipped {
			line := fmt.Sprintf("%d steps of \"%s\" that need %s", n, g.Chapter, g.Need)
			lanes[line] = append(lanes[line], r.lane)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(lanes)) {
		fmt.Fprintf(out, "not run: %s (%s)\n", line, strings.Join(lanes[line], "; "))
	}
}

// reportCoverage prints what of the document no step has touched.
func reportCoverage(out io.Writer, coverage *traffic.Coverage) error {
	missing, counts := coverage.Missing(), coverage.Counts()
	fmt.Fprintln(out, "\nof the document, exercised by the scenario:")
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		without := 0
		for _, what := range missing {
			if strings.HasPrefix(what, kind+" ") {
				without++
			}
		}
		fmt.Fprintf(table, "  %s\t%d of %d\n", kind, counts[kind]-without, counts[kind])
	}
	_ = table.Flush()
	fmt.Fprintf(out, "not exercised: %d\n", len(missing))
	for _, what := range missing {
		fmt.Fprintln(out, "  "+what)
	}
	if len(missing) > 0 {
		return fmt.Errorf("%d things of the document are exercised by no step", len(missing))
	}
	return nil
}

// faultsNoticed plays the scenario on servers that have faults, each of which
// every lane must notice.
func faultsNoticed(ctx context.Context, out io.Writer, j judges, lanes []lane) error {
	noticed := make([][]string, len(lanes))
	err := each(lanes, func(i int, l lane) error {
		for _, m := range mutations {
			step, err := l.notices(ctx, j, m)
			if err != nil {
				return err
			}
			noticed[i] = append(noticed[i], step)
		}
		return nil
	})
	fmt.Fprintln(out, "\nfaults of a server, and the step that noticed each:")
	for n, m := range mutations {
		fmt.Fprintln(out, "  "+m.name)
		for i, l := range lanes {
			if n < len(noticed[i]) {
				fmt.Fprintf(out, "    %-11s %s\n", l.name, noticed[i][n])
			}
		}
	}
	return err
}

// notices returns the step in which a fault was noticed. What the document
// declares, the validator must have noticed as well.
func (l lane) notices(ctx context.Context, j judges, m mutation) (string, error) {
	g, err := l.server.ground()
	if err != nil {
		return "", err
	}
	r, err := l.play(ctx, g, j, &m)
	if err != nil {
		return "", err
	}
	if r.Failed == "" {
		return "", fmt.Errorf("%s: nobody noticed that %s", l.language, m.name)
	}
	if m.declared && r.wrong == nil {
		return "", fmt.Errorf("the validator did not notice that %s", m.name)
	}
	step, _, _ := strings.Cut(r.Failed, "\n")
	return step, nil
}
