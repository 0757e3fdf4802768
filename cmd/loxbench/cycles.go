package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	sectionCycles = "cycles"
	cycleSize     = 1 << 10
	cycleBar      = 0.5 // of as many files
	cycleRounds   = 9
	cycleSlice    = 400 * time.Millisecond
)

// cycle is how many small backups are stored in a second, from create to
// complete, by LOX with its own PostgreSQL and S3; and how many files are, on
// the same disk.
type cycle struct {
	Connections int     `json:"connections"`
	Rate        float64 `json:"cycles_per_second"`
	Files       float64 `json:"files_per_second"`
	Ratio       float64 `json:"ratio"` // median over the rounds
	// Medians of the steps.
	Create   float64 `json:"create_ms"`
	Put      float64 `json:"put_ms"`
	Complete float64 `json:"complete_ms"`
}

// cycles measures both in turns.
func (r *report) cycles(ctx context.Context, h *house, s scale) error {
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	key, err := h.embeddedKey()
	if err != nil {
		return err
	}
	dir := filepath.Join(h.dir, "files")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, conns := range many {
		clients := make([]*uploader, conns)
		for i := range clients {
			clients[i] = &uploader{api: p, key: key}
			defer clients[i].close()
		}
		found := cycle{Connections: conns}
		var stored, files []float64
		var steps [3][]time.Duration
		for round := range cycleRounds + 1 {
			done, err := perSecond(conns, func(i int) error { return clients[i].cycle(ctx) })
			if err != nil {
				return err
			}
			written, err := perSecond(conns, func(i int) error { return writeFile(dir, strconv.Itoa(i)) })
			if err != nil {
				return err
			}
			for _, c := range clients {
				for i := range steps {
					if round > 0 {
						steps[i] = append(steps[i], c.steps[i]...)
					}
					c.steps[i] = nil
				}
			}
			if round > 0 {
				stored, files = append(stored, done), append(files, written)
			}
			if err := p.log.Truncate(0); err != nil {
				return err
			}
		}
		found.Rate, found.Files, found.Ratio = percentile(stored, 50), percentile(files, 50), pairedRatio(stored, files)
		found.Create, found.Put, found.Complete = ms(percentile(steps[0], 50)), ms(percentile(steps[1], 50)), ms(percentile(steps[2], 50))
		r.Cycles = append(r.Cycles, found)
		r.Bars = append(r.Bars, hold("1 KiB through create, PUT and complete", ofFiles, conns, found.Ratio, cycleBar))
	}
	return nil
}

// perSecond has several at once do something over and over, for a time, and
// returns how often a second they did.
func perSecond(n int, do func(i int) error) (float64, error) {
	start := time.Now()
	done, errs := make([]int, n), make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			for time.Since(start) < cycleSlice && errs[i] == nil {
				errs[i] = do(i)
				done[i]++
			}
		})
	}
	running.Wait()
	elapsed, sum := time.Since(start), 0
	for _, d := range done {
		sum += d
	}
	return float64(sum) / elapsed.Seconds(), errors.Join(errs...)
}

// writeFile stores what a cycle does as durably as a file can be: written,
// moved to its name, and that name on disk.
func writeFile(dir, name string) error {
	tmp := filepath.Join(dir, name+".tmp")
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, content[:cycleSize])
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	// Each time a new name, as each backup's object is.
	if err := os.Rename(tmp, filepath.Join(dir, name+"-"+strconv.FormatInt(time.Now().UnixNano(), 36))); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// content is what is uploaded.
var content = strings.Repeat("0123456789abcdef", cycleSize/16)

// embeddedKey is that of the first tenant of a LOX that keeps everything itself.
func (h *house) embeddedKey() (string, error) {
	key, err := os.ReadFile(filepath.Join(h.embedded()["LOX_DATA_DIR"], "api-key"))
	return strings.TrimSpace(string(key)), err
}

func (r *report) printCycles(w io.Writer) {
	if len(r.Cycles) == 0 {
		return
	}
	fmt.Fprint(w, "\nBackups of 1 KiB through create, PUT and complete, on the built-in PostgreSQL and S3; and files created, synced,\n"+
		"renamed and their directory synced; medians, and those of the steps in ms\n\n")
	rows := [][]string{{"", "conns", "cycles/s", "files/s", "ratio", "create", "PUT", "complete"}}
	for _, c := range r.Cycles {
		rows = append(rows, []string{
			"1 KiB", strconv.Itoa(c.Connections), count(int(c.Rate)), count(int(c.Files)), fmt.Sprintf("%.2f", c.Ratio),
			fmt.Sprintf("%.2f", c.Create), fmt.Sprintf("%.2f", c.Put), fmt.Sprintf("%.2f", c.Complete),
		})
	}
	printTable(w, rows)
}
