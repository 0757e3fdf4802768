package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	sectionCycles = "cycles"
	cycleSize     = 1 << 10
	cycleRounds   = 9
	// cyclesEach is how many small backups everybody stores in a round.
	cyclesEach = 800
	cycleBar   = 0.5 // of as many files
	putBar     = 0.7
	aheadBar   = 1
)

// cycles stores small backups in a LOX that keeps everything itself, from create
// to complete, and their bytes alone; as many objects in MinIO; and as many files
// on the same disk.
func (r *report) cycles(ctx context.Context, h *testbed, s scale) error {
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	key, err := h.embeddedKey()
	if err != nil {
		return err
	}
	rival, err := h.startMinIO(ctx)
	if err != nil {
		return err
	}
	for _, conns := range many {
		c := &crew{lox: p, minio: rival, files: filepath.Join(h.dir, "files")}
		for range conns {
			u := &uploader{api: p, key: key}
			defer u.close()
			c.clients = append(c.clients, u)
		}
		if err := errors.Join(r.cycle(ctx, s, c), r.put(ctx, s, c)); err != nil {
			return err
		}
	}
	return nil
}

// cycle has a crew store backups from create to complete.
func (r *report) cycle(ctx context.Context, s scale, c *crew) error {
	found := race{Name: "1 KiB through create, PUT and complete", Connections: len(c.clients), Unit: "/s"}
	err := r.race(ctx, s, c.lox, found, cycleRounds, 1, []entrant{
		{name: "LOX", pid: c.lox.pid, run: func(ctx context.Context, _ int) (int, error) {
			return share(len(c.clients), cyclesEach, func(w, _ int) error { return c.clients[w].cycle(ctx) })
		}},
		c.writing(cycleBar),
		// To see that an object is there takes the place of complete.
		{name: "MinIO: PUT and HEAD", pid: c.minio.pid, bar: aheadBar, run: func(ctx context.Context, round int) (int, error) {
			return share(len(c.clients), cyclesEach, func(w, i int) error {
				if err := c.store(ctx, w, "cycle", round, i); err != nil {
					return err
				}
				to, err := c.minio.presign(ctx, http.MethodHead, objectName("cycle", round, i, len(c.clients)))
				if err == nil {
					err = c.clients[w].signed(ctx, http.MethodHead, to, "")
				}
				return err
			})
		}},
	})
	if err == nil {
		r.Races[len(r.Races)-1].Steps = c.steps()
	}
	return err
}

// steps are medians of those of the cycles.
func (c *crew) steps() (all []step) {
	for i, name := range steps {
		var took []time.Duration
		for _, u := range c.clients {
			took = append(took, u.took[i]...)
		}
		all = append(all, step{name, ms(percentile(took, 50))})
	}
	return all
}

// put has a crew store the bytes of backups that wait for them.
func (r *report) put(ctx context.Context, s scale, c *crew) error {
	var waiting []upload
	create := func() error {
		waiting = make([]upload, cyclesEach)
		_, err := share(len(c.clients), cyclesEach, func(w, i int) (err error) {
			waiting[i], err = c.clients[w].create(ctx, cycleSize)
			return err
		})
		return err
	}
	if err := create(); err != nil {
		return err
	}
	found := race{Name: "PUT 1 KiB", Connections: len(c.clients), Unit: "/s"}
	return r.race(ctx, s, c.lox, found, cycleRounds, 1, []entrant{
		{name: "LOX", pid: c.lox.pid, clear: create, run: func(ctx context.Context, _ int) (int, error) {
			return share(len(c.clients), cyclesEach, func(w, i int) error {
				return c.clients[w].put(ctx, waiting[i], content[:cycleSize])
			})
		}},
		c.writing(putBar),
		{name: "MinIO", pid: c.minio.pid, bar: aheadBar, run: func(ctx context.Context, round int) (int, error) {
			return share(len(c.clients), cyclesEach, func(w, i int) error { return c.store(ctx, w, "put", round, i) })
		}},
	})
}

// crew are clients that store at the same time.
type crew struct {
	lox     *process
	clients []*uploader
	minio   *minioServer
	files   string // a directory
}

// writing has the crew write files, each as durably as an upload is.
func (c *crew) writing(bar float64) entrant {
	return entrant{
		name: "create, fsync, rename, fsync", pid: os.Getpid(), bar: bar,
		run: func(context.Context, int) (int, error) {
			if err := os.MkdirAll(c.files, 0o700); err != nil {
				return 0, err
			}
			return share(len(c.clients), cyclesEach, func(w, _ int) error { return writeFile(c.files, strconv.Itoa(w)) })
		},
		clear: func() error { return os.RemoveAll(c.files) },
	}
}

// store puts an object into MinIO.
func (c *crew) store(ctx context.Context, worker int, name string, round, i int) error {
	to, err := c.minio.presign(ctx, http.MethodPut, objectName(name, round, i, len(c.clients)))
	if err == nil {
		err = c.clients[worker].put(ctx, to, content[:cycleSize])
	}
	return err
}

// objectName is one that no other object has.
func objectName(name string, numbers ...int) string {
	for _, n := range numbers {
		name += "-" + strconv.Itoa(n)
	}
	return "tenant/" + name
}

// writeFile stores a file as durably as it can be: written, moved to its name, and
// that name on disk.
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
func (h *testbed) embeddedKey() (string, error) {
	key, err := os.ReadFile(filepath.Join(h.embedded()["LOX_DATA_DIR"], "api-key"))
	return strings.TrimSpace(string(key)), err
}
