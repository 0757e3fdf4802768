package main_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/backlox/lox/gen/client"
)

// entry is what a client knows of one backup: what it requested, and which of its requests were
// acknowledged.
type entry struct {
	body        client.CreateBackupJSONRequestBody
	idempotency string // "" for a create without a key
	file        []byte
	sum         string

	upload                  *client.BackupUpload // nil until the create was acknowledged
	put, completed, deleted bool                 // acknowledged
	deleting                bool                 // requested
}

// source has the bytes of all files.
var source = sync.OnceValue(func() []byte { return noise(7, 12<<20) })

// newEntry creates a random entry: mostly a small file, sometimes one that is leased before it is
// hashed, like large ones.
func newEntry() *entry {
	size := 1 + rand.IntN(64<<10)
	switch rand.IntN(20) {
	case 0:
		size = 8<<20 + 1 + rand.IntN(1<<20)
	case 1, 2:
		size = 1 + rand.IntN(2<<20)
	}
	from := rand.IntN(len(source()) - size)
	e := &entry{file: source()[from : from+size]}
	e.sum = checksum(e.file)
	e.body = client.CreateBackupJSONRequestBody{Name: uuid.NewString(), SizeBytes: int64(size), Metadata: client.Metadata{"of": "a test"}}
	if rand.IntN(3) == 0 {
		e.body.Checksum = e.sum
	}
	if rand.IntN(2) == 0 {
		e.body.ContentType = "application/gzip"
	}
	if rand.IntN(2) == 0 {
		e.idempotency = uuid.NewString()
	}
	return e
}

// wrong is an answer that even a server which is being killed must not give.
type wrong struct{ error }

// harmless returns nil for the failures that a client of a dying server must expect: a lost
// connection, or 503.
func harmless(what string, e *entry, err error) error {
	w, bad := errors.AsType[*wrong](err)
	if bad {
		err = w.error
	}
	if r, ok := errors.AsType[*refused](err); ok && r.status != http.StatusServiceUnavailable {
		bad = true
	}
	if bad {
		id := "not created"
		if e.upload != nil {
			id = e.upload.ID
		}
		return fmt.Errorf("%s of %q (%s): %w", what, e.body.Name, id, err)
	}
	return nil
}

func (e *entry) create(ctx context.Context, a *api) error {
	upload, err := a.create(ctx, e.body, e.idempotency)
	if err == nil {
		e.upload = upload
	}
	return err
}

func (e *entry) store(ctx context.Context, a *api) error {
	err := a.put(ctx, e.upload, e.file)
	// If an earlier try has arrived, the server compares the bytes.
	e.put = e.put || err == nil
	return err
}

// finish completes the backup, by two concurrent requests if doubly is set.
func (e *entry) finish(ctx context.Context, a *api, doubly bool) error {
	var twin sync.WaitGroup
	if doubly {
		twin.Go(func() { _, _ = a.complete(ctx, e.upload.ID) })
	}
	b, err := a.complete(ctx, e.upload.ID)
	twin.Wait()
	if err != nil {
		return err
	}
	if b.Status != client.BackupStatusCompleted || b.Checksum != e.sum {
		return &wrong{fmt.Errorf("want completed with %s, have %+v", e.sum, b)}
	}
	e.completed = true
	return nil
}

func (e *entry) fetch(ctx context.Context, a *api) error {
	sum, err := a.download(ctx, e.upload.ID)
	if err == nil && sum != e.sum {
		err = &wrong{fmt.Errorf("the download has %s, the upload had %s", sum, e.sum)}
	}
	return err
}

func (e *entry) remove(ctx context.Context, a *api) error {
	e.deleting = true
	err := a.delete(ctx, e.upload.ID)
	e.deleted = err == nil
	return err
}

// advance takes the backup one step further in its life.
func (e *entry) advance(ctx context.Context, a *api) (what string, err error) {
	switch {
	case e.upload == nil:
		return "create", e.create(ctx, a)
	case !e.put:
		return "upload", e.store(ctx, a)
	case !e.completed:
		return "complete", e.finish(ctx, a, rand.IntN(5) == 0)
	case rand.IntN(2) == 0:
		return "download", e.fetch(ctx, a)
	default:
		return "delete", e.remove(ctx, a)
	}
}

// worker is one client with its own backups.
type worker struct {
	api     *api
	known   []*entry // from earlier rounds
	made    []*entry
	done    map[string]int // acknowledged requests
	problem error
}

// work creates and uses backups until ctx ends. It stops at the first wrong answer.
func (v *worker) work(ctx context.Context) {
	for ctx.Err() == nil && v.problem == nil {
		e := newEntry()
		if len(v.known) > 0 && rand.IntN(3) == 0 {
			i := rand.IntN(len(v.known))
			e = v.known[i]
		} else {
			v.made = append(v.made, e)
		}
		for steps := 3 + rand.IntN(3); steps > 0 && !e.deleting && ctx.Err() == nil; steps-- {
			what, err := e.advance(ctx, v.api)
			if err != nil {
				v.problem = harmless(what, e, err)
				pause(ctx)
				break
			}
			v.done[what]++
		}
	}
}

// pause is what a client does after a refusal.
func pause(ctx context.Context) {
	t := time.NewTimer(tick)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// trigger closes reached after a number of requests have begun.
type trigger struct {
	http.RoundTripper
	left    atomic.Int64
	reached chan struct{}
}

func newTrigger(next http.RoundTripper, requests int) *trigger {
	t := &trigger{RoundTripper: next, reached: make(chan struct{})}
	t.left.Store(int64(requests))
	return t
}

func (t *trigger) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.left.Add(-1) == 0 {
		close(t.reached)
	}
	return t.RoundTripper.RoundTrip(r)
}
