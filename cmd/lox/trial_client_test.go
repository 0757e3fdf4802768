package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/backlox/lox/gen/client"
)

// failover sends each request of the API to one of two nodes, and again to the other one if the
// first doesn't answer, or answers that it can't. It handles one request at a time.
type failover struct {
	base   http.RoundTripper
	nodes  [2]string // host:port
	counts *trialCounts

	// The outcome of the latest request.
	again      bool // sent to the other node, too
	toStorage  bool // it was not a request of the API
	retryAfter time.Duration
}

// RoundTrip implements http.RoundTripper.
func (f *failover) RoundTrip(r *http.Request) (*http.Response, error) {
	f.again, f.retryAfter = false, 0
	f.toStorage = !strings.HasPrefix(r.URL.Path, "/api/")
	if f.toStorage {
		ctx, cancel := context.WithTimeout(r.Context(), storagePatience)
		context.AfterFunc(ctx, cancel) // not now: the body is read later
		resp, err := f.base.RoundTrip(r.WithContext(ctx))
		f.counts.noteStorage(err == nil && resp.StatusCode == http.StatusOK)
		return resp, err
	}
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	first := rand.IntN(len(f.nodes))
	resp, err := f.try(r, f.nodes[first])
	if unanswered(resp, err) {
		if err == nil {
			_ = resp.Body.Close()
		}
		f.again = true
		resp, err = f.try(r, f.nodes[1-first])
	}
	if err == nil {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		f.retryAfter = time.Duration(seconds) * time.Second
	}
	f.counts.note(r, resp, err, f.again)
	return resp, err
}

func unanswered(resp *http.Response, err error) bool {
	return err != nil ||
		slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, resp.StatusCode)
}

func (f *failover) try(r *http.Request, node string) (*http.Response, error) {
	request := r.Clone(r.Context())
	request.URL.Host, request.Host = node, node
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		request.Body = body
	}
	began := time.Now()
	resp, err := f.base.RoundTrip(request)
	f.counts.noteTry(time.Since(began))
	return resp, err
}

// trialBackup is what a client knows of a backup.
type trialBackup struct {
	id, sum                      string
	completed, deleting, deleted bool // acknowledged, except deleting, which was requested
}

// trialClient stores, reads and deletes backups, and records what was acknowledged.
type trialClient struct {
	api      *api
	failover *failover
	// longestWait is the maximum that it waits for Retry-After, and giveUp how long it repeats a
	// request.
	longestWait, giveUp time.Duration
	answered            atomic.Int64 // requests of the API

	// uploaded are to be completed later, or while the object store fails.
	uploaded []uploadedBackup

	mu      sync.Mutex
	backups []*trialBackup
}

type uploadedBackup struct {
	*entry
	known *trialBackup
}

func newTrialClient(t *testing.T, tr *trial) *trialClient {
	t.Helper()
	c := &trialClient{
		api: newAPI(t, "http://"+tr.nodes[0].addr()+"/api", tr.key), longestWait: max(tr.length/4, time.Second), giveUp: tr.length + patience,
	}
	c.failover = &failover{base: c.api.http.Transport, nodes: [2]string{tr.nodes[0].addr(), tr.nodes[1].addr()}, counts: tr.counts}
	c.api.http.Transport = c.failover
	return c
}

// kept is the number of backups that a client keeps. If it has more, it deletes one.
const kept = 25

// cycle stores a backup, reads it, and deletes an earlier one.
func (c *trialClient) cycle(ctx context.Context) error {
	e := newEntry()
	for len(e.file) > mebibyte && rand.IntN(4) > 0 { // fewer large ones, which are read again and again
		e = newEntry()
	}
	e.idempotency = uuid.NewString()
	err := c.persist(ctx, "create", func(bool) error { return e.create(ctx, c.api) })
	if err != nil {
		return err
	}
	b := &trialBackup{id: e.upload.ID, sum: e.sum}
	c.change(func() { c.backups = append(c.backups, b) })
	if err := c.persist(ctx, "upload", func(bool) error { return e.store(ctx, c.api) }); err != nil {
		return err
	}
	c.uploaded = append(c.uploaded, uploadedBackup{e, b})
	if len(c.uploaded) <= laterCompleted {
		return nil
	}
	e, b = c.uploaded[0].entry, c.uploaded[0].known
	c.uploaded = c.uploaded[1:]
	if err := c.persist(ctx, "complete", func(bool) error { return c.complete(ctx, e) }); err != nil {
		return err
	}
	c.change(func() { b.completed = true })
	if err := c.persist(ctx, "get", func(bool) error { return c.check(ctx, b) }); err != nil {
		return err
	}
	if err := c.persist(ctx, "list", func(bool) error { _, err := c.api.ids(ctx); return err }); err != nil {
		return err
	}
	if err := c.persist(ctx, "download", func(bool) error { return e.fetch(ctx, c.api) }); err != nil {
		return err
	}
	return c.deleteSome(ctx)
}

// laterCompleted is the number of backups that a client has uploaded and not completed.
const laterCompleted = 2

// storagePatience is how long a client waits for the object store.
const storagePatience = 5 * time.Second

// lookAround makes requests that need no upload. Failures are counted, and repeated later.
func (c *trialClient) lookAround(ctx context.Context) {
	if _, err := c.api.ids(ctx); err == nil {
		c.answered.Add(1)
	}
	if len(c.uploaded) > 0 {
		_, _ = c.api.complete(ctx, c.uploaded[0].upload.ID)
	}
}

// completeAll completes what was left for later.
func (c *trialClient) completeAll(ctx context.Context) error {
	for _, u := range c.uploaded {
		if err := c.persist(ctx, "complete", func(bool) error { return c.complete(ctx, u.entry) }); err != nil {
			return err
		}
		c.change(func() { u.known.completed = true })
	}
	return nil
}

// complete waits until the backup is verified.
func (c *trialClient) complete(ctx context.Context, e *entry) error {
	b, err := c.api.complete(ctx, e.upload.ID)
	for err == nil && b.Status == client.BackupStatusVerifying {
		pause(ctx)
		b, err = c.api.get(ctx, e.upload.ID)
	}
	if err == nil && (b.Status != client.BackupStatusCompleted || b.Checksum != e.sum) {
		err = &wrong{fmt.Errorf("want completed with %s, have %+v", e.sum, b)}
	}
	return err
}

func (c *trialClient) check(ctx context.Context, b *trialBackup) error {
	got, err := c.api.get(ctx, b.id)
	if err == nil && (got.Status != client.BackupStatusCompleted || got.Checksum != b.sum) {
		err = &wrong{fmt.Errorf("want completed with %s, have %+v", b.sum, got)}
	}
	return err
}

func (c *trialClient) deleteSome(ctx context.Context) error {
	var left []*trialBackup
	for _, b := range c.backups { // only this client changes them
		if b.completed && !b.deleting {
			left = append(left, b)
		}
	}
	if len(left) <= kept {
		return nil
	}
	b := left[rand.IntN(len(left))]
	c.change(func() { b.deleting = true })
	err := c.persist(ctx, "delete", func(repeated bool) error {
		err := c.api.delete(ctx, b.id)
		if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusNotFound && (repeated || c.failover.again) {
			return nil // a request whose answer was lost had deleted it
		}
		return err
	})
	c.change(func() { b.deleted = err == nil })
	return err
}

func (c *trialClient) change(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
}

// persist repeats a refused request after the time in the answer. Any refusal other than 503 with
// Retry-After counts as wrong.
func (c *trialClient) persist(ctx context.Context, what string, ask func(repeated bool) error) error {
	giveUp := time.Now().Add(c.giveUp)
	for repeated := false; ; repeated = true {
		err := ask(repeated)
		if err == nil {
			c.answered.Add(1)
			return nil
		}
		r, answered := errors.AsType[*refused](err)
		_, lie := errors.AsType[*wrong](err)
		switch {
		case lie, ctx.Err() != nil, time.Now().After(giveUp):
			return fmt.Errorf("%s, repeated: %t: %w", what, repeated, err)
		case c.failover.toStorage:
			c.lookAround(ctx)
			wait(ctx, 200*time.Millisecond)
		case answered && r.status == http.StatusConflict && (repeated || c.failover.again) && strings.Contains(r.body, `"idempotency_conflict"`):
			pause(ctx)
		case answered && r.status < http.StatusInternalServerError:
			return fmt.Errorf("%s, repeated: %t: %w", what, repeated, err)
		default:
			wait(ctx, max(min(c.failover.retryAfter, c.longestWait), 200*time.Millisecond))
		}
	}
}

// wait returns after a time, or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// trialCounts has the outcomes of requests since a time.
type trialCounts struct {
	mu sync.Mutex
	trialFigures
}

type trialFigures struct {
	requests   int // of clients to the API
	failedOver int // of these, those that the other node also got
	refused    int // of these, those that got 503 with Retry-After from both nodes
	storage    int // requests to the object store that failed
	longest    time.Duration
	reasons    map[string]int // the reasons in refusals, and how often each came
	wrong      []string       // answers that no client may get
}

// take returns the figures, and resets them.
func (c *trialCounts) take() trialFigures {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.trialFigures
	c.trialFigures = trialFigures{}
	return taken
}

func (c *trialCounts) refusals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

func (c *trialCounts) noteStorage(ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.storage++
	}
}

func (c *trialCounts) noteTry(took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.longest = max(c.longest, took)
}

// note counts the outcome of a request for its client.
func (c *trialCounts) note(r *http.Request, resp *http.Response, err error, again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	if again {
		c.failedOver++
	}
	body := []byte{}
	if err == nil && resp.StatusCode >= http.StatusInternalServerError {
		body, _ = io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(body))
	}
	switch {
	case err != nil:
		c.wrong = append(c.wrong, fmt.Sprintf("%s %s: %v", r.Method, r.URL.Path, err))
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		c.refused++
		if c.reasons == nil {
			c.reasons = map[string]int{}
		}
		c.reasons[strings.TrimSpace(string(body))]++
	case resp.StatusCode >= http.StatusInternalServerError:
		c.wrong = append(c.wrong, fmt.Sprintf("%s %s: %s %s", r.Method, r.URL.Path, resp.Status, body))
	}
}
