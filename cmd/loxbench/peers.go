package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// cargo is what is stored and fetched: a file, or a directory of files.
type cargo struct {
	name      string
	files     int // 0 is a file that stands alone
	size      int64
	leastOfCP float64 // of the rate of cp and fsync; 0 is no bar
}

func (c cargo) bytes() int64 { return max(1, int64(c.files)) * c.size }

// cargoes of a run. The files are small, so that a directory shows what each file costs, and
// random, so that no tool gains by compressing or by finding the same bytes twice.
var cargoes = []cargo{
	{name: "1 GiB", size: 1 << 30, leastOfCP: 0.7},
	{name: "10,000 x 4 KiB", files: 10_000, size: 4 << 10},
}

const (
	// peersRoom is more than is stored at any one time: the source, one copy in a store, and one
	// that was fetched, or those of a directory from all rounds.
	peersRoom = 8 << 30
	// peerTimeout is how long one command may take.
	peerTimeout = 10 * time.Minute
)

// peerBinary is where make puts a tool that LOX is compared with.
func peerBinary(path ...string) string {
	return filepath.Join(append([]string{".cache"}, path...)...)
}

// programs that the comparison needs beside the product, and how to get them.
func peerPrograms() map[string]string {
	return map[string]string{
		"minio": minioBinary(), "rclone": peerBinary("bin", "rclone"), "restic": peerBinary("bin", "restic"),
		"rest-server": peerBinary("bin", "rest-server"), "aws": peerBinary("aws", "bin", "aws"), "cp": "cp",
	}
}

// benchPeers compares "lox push" and "lox pull" with the tools that people use now. The report is
// nil unless all was measured.
func benchPeers(ctx context.Context, s scale, progress io.Writer) (r *report, err error) {
	started := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(progress, "%5.1fs  "+format+"\n", append([]any{time.Since(started).Seconds()}, args...)...)
	}
	h, err := peerTestbed()
	defer func() {
		say("stopping")
		err = errors.Join(err, h.close())
	}()
	if err != nil {
		return nil, err
	}
	say("starting the servers")
	if err := h.build(ctx); err != nil {
		return nil, err
	}
	r = newPeerReport()
	for _, c := range cargoes {
		if !s.wants(c.name) {
			continue
		}
		r.noteLoad()
		if err := h.within(func() error { return r.comparePeers(ctx, h, s, c, say) }); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.noteLoad()
	}
	r.judge()
	return r, nil
}

// peerTestbed is a testbed without a database: the LOX of the comparison has its own. What it
// returns must be closed even after an error.
func peerTestbed() (*testbed, error) {
	h := &testbed{}
	for name, file := range peerPrograms() {
		if _, err := exec.LookPath(file); err != nil {
			return h, fmt.Errorf("%s is needed: make peers gets it (%w)", name, err)
		}
	}
	dir, err := os.MkdirTemp("", "loxbench-")
	if err != nil {
		return h, err
	}
	h.closing(func(context.Context) error { return os.RemoveAll(dir) })
	if h.dir, err = filepath.Abs(dir); err != nil {
		return h, err
	}
	return h, hasRoom(h.dir, peersRoom)
}

// comparePeers starts the servers, and has every tool store a cargo and fetch it, in turns.
func (r *report) comparePeers(ctx context.Context, h *testbed, s scale, c cargo, say func(string, ...any)) error {
	source, err := c.make(h.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(source)
	tools, err := h.peerTools(ctx, c, source)
	if err != nil {
		return err
	}
	laps := make([][]peerLap, len(tools))
	for round := range s.peerRounds + 1 {
		say("%s, round %d of %d", c.name, round, s.peerRounds)
		for i, tool := range tools {
			done, err := tool.lap(ctx, c, source, round)
			if err != nil {
				return fmt.Errorf("%s: %w", tool.name, err)
			}
			if round > 0 { // the first one warms up
				laps[i] = append(laps[i], done)
			}
		}
	}
	r.addPeers(c, tools, laps)
	return nil
}

// make writes the source below a directory. Nothing of it is read from the disk later: it is in the page cache.
func (c cargo) make(dir string) (source string, err error) {
	source = filepath.Join(dir, "source")
	if c.files == 0 {
		return source, writeRandom(source, c.size)
	}
	for i := range c.files {
		// 100 files in a directory.
		file := filepath.Join(source, strconv.Itoa(i/100), strconv.Itoa(i%100))
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				return source, err
			}
		}
		if err := writeRandom(file, c.size); err != nil {
			return source, err
		}
	}
	return source, nil
}

func writeRandom(name string, size int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, rand.Reader, size)
	return errors.Join(err, f.Close())
}
