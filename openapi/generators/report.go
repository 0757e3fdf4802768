package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// result is the outcome of each step for a client. A step that was not run is "-".
type result struct {
	client                            string
	generates, compiles, works, grown string
	duration                          time.Duration
	err                               error
}

func report(out io.Writer, results []*result) error {
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "generator\tgenerates\tcompiles\tmain job\tthrough the growing proxy\tseconds")
	var errs []error
	for _, r := range results {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1f\n", r.client, r.generates, r.compiles, r.works, r.grown, r.duration.Seconds())
		if r.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.client, r.err))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return errors.Join(errs...)
}
