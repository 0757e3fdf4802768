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

// report prints the results of the runs, and returns an error if a step failed or
// an exchange differs from the document.
func report(out io.Writer, results []*result) error {
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "language\tsteps\tskipped\tfailed\texchanges\tviolations\tduration")
	var errs []error
	for _, r := range results {
		skipped, failed, violations := 0, 0, 0
		for _, n := range r.Skipped {
			skipped += n
		}
		if r.Failed != "" {
			failed = 1
			errs = append(errs, fmt.Errorf("%s: step %s", r.runner, r.Failed))
		}
		if r.violations != nil {
			violations = 1 + strings.Count(r.violations.Error(), "\n")
			errs = append(errs, fmt.Errorf("%s: traffic: %w", r.runner, r.violations))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n",
			r.runner, r.Passed, skipped, failed, r.exchanges, violations, r.duration.Round(time.Second/10))
	}
	_ = table.Flush()
	reportSkipped(out, results)
	return errors.Join(errs...)
}

// reportSkipped prints which steps were skipped, why, and by which runners.
func reportSkipped(out io.Writer, results []*result) {
	runners := map[string][]string{}
	for _, r := range results {
		for reason, n := range r.Skipped {
			line := fmt.Sprintf("%d steps of \"%s\", which need %s", n, reason.Chapter, reason.Need)
			runners[line] = append(runners[line], r.runner)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(runners)) {
		fmt.Fprintf(out, "skipped: %s (%s)\n", line, strings.Join(runners[line], "; "))
	}
}

// reportCoverage prints which parts of the document no step exercised, and returns
// an error if there are any.
func reportCoverage(out io.Writer, coverage *traffic.Coverage) error {
	missing, counts := coverage.Missing(), coverage.Counts()
	fmt.Fprintln(out, "\nparts of the document that the scenario exercised:")
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		missed := 0
		for _, part := range missing {
			if strings.HasPrefix(part, kind+" ") {
				missed++
			}
		}
		fmt.Fprintf(table, "  %s\t%d of %d\n", kind, counts[kind]-missed, counts[kind])
	}
	_ = table.Flush()
	fmt.Fprintf(out, "not exercised: %d\n", len(missing))
	for _, part := range missing {
		fmt.Fprintln(out, "  "+part)
	}
	if len(missing) > 0 {
		return fmt.Errorf("no step exercises %d parts of the document", len(missing))
	}
	return nil
}

// checkFaultsDetected runs the scenario once for each fault. Each runner must
// detect each fault.
func checkFaultsDetected(ctx context.Context, out io.Writer, c checker, runners []runner) error {
	detected := make([][]string, len(runners))
	err := inParallel(runners, func(i int, r runner) error {
		for _, m := range mutations {
			step, err := r.detect(ctx, c, m)
			if err != nil {
				return err
			}
			detected[i] = append(detected[i], step)
		}
		return nil
	})
	fmt.Fprintln(out, "\nfaults of a server, and the step that detected each in each language:")
	for n, m := range mutations {
		fmt.Fprintln(out, "  "+m.name)
		for i, r := range runners {
			if n < len(detected[i]) {
				fmt.Fprintf(out, "    %-11s %s\n", r.name, detected[i][n])
			}
		}
	}
	return err
}

// detect returns the step that detected a fault. It returns an error if no step
// did, or if the validator did not detect a fault that contradicts the document.
func (r runner) detect(ctx context.Context, c checker, m mutation) (string, error) {
	t, err := r.server.newTarget()
	if err != nil {
		return "", err
	}
	outcome, err := r.run(ctx, t, c, &m)
	if err != nil {
		return "", err
	}
	if outcome.Failed == "" {
		return "", fmt.Errorf("%s: no step detected that %s", r.language, m.name)
	}
	if m.declared && outcome.violations == nil {
		return "", fmt.Errorf("the validator did not detect that %s", m.name)
	}
	step, _, _ := strings.Cut(outcome.Failed, "\n")
	return step, nil
}
