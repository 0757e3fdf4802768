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
		for _, n := range r.skipped {
			notRun += n
		}
		if r.failed != "" {
			failed = 1
			errs = append(errs, fmt.Errorf("%s: step %s", r.language, r.failed))
		}
		if r.wrong != nil {
			wrong = 1 + strings.Count(r.wrong.Error(), "\n")
			errs = append(errs, fmt.Errorf("%s: traffic: %w", r.language, r.wrong))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", r.language, r.ok, notRun, failed, r.seen, wrong, r.took.Round(time.Second/10))
		if failed == 0 && results[0].failed == "" && !slices.Equal(r.lines, results[0].lines) {
			errs = append(errs, fmt.Errorf("%s and %s did not take the same steps: %s", r.language, results[0].language, difference(r.lines, results[0].lines)))
		}
	}
	_ = table.Flush() // to where printing would fail as well
	if len(results) > 0 {
		for _, need := range slices.Sorted(maps.Keys(results[0].skipped)) {
			fmt.Fprintf(out, "not run: %d steps that need %s\n", results[0].skipped[need], need)
		}
	}
	return errors.Join(errs...)
}

func difference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%q, %q", a[i], b[i])
		}
	}
	return fmt.Sprintf("%d, %d steps", len(a), len(b))
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
// every runner must notice.
func (o options) faultsNoticed(ctx context.Context, out io.Writer, servers []*server) error {
	noticed := make([][]string, len(o.languages))
	err := each(o.languages, func(i int, language string) error {
		for _, m := range mutations {
			step, err := servers[i].notices(ctx, language, m)
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
		for i, language := range o.languages {
			if n < len(noticed[i]) {
				fmt.Fprintf(out, "    %-11s %s\n", language, noticed[i][n])
			}
		}
	}
	return err
}

// notices returns the step in which a runner noticed a fault. What the document
// declares, the validator must have noticed as well.
func (s *server) notices(ctx context.Context, language string, m mutation) (string, error) {
	coverage, err := newCoverage() // nobody asks for it
	if err != nil {
		return "", err
	}
	g, err := s.ground()
	if err != nil {
		return "", err
	}
	r, err := play(ctx, language, g, coverage, &m)
	if err != nil {
		return "", err
	}
	if r.failed == "" {
		return "", fmt.Errorf("%s: nobody noticed that %s", language, m.name)
	}
	if m.declared && r.wrong == nil {
		return "", fmt.Errorf("the validator did not notice that %s", m.name)
	}
	step, _, _ := strings.Cut(r.failed, "\n")
	return step, nil
}
