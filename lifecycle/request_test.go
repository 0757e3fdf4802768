package lifecycle_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

// byRequest is the actor of a request.
func byRequest(id string) lox.Actor {
	return lox.Actor{Type: lox.ActorAPIKey, ID: lox.NewKeyID().String(), RequestID: id}
}

// byJobs is what jobs have recorded of a backup: job, type and request of each event.
func (f *fixture) byJobs(b lox.Backup) (events []string) {
	f.Helper()
	page, err := f.store.Events(f.Context(), f.tenant, lox.EventQuery{Subject: lox.SubjectOf(b.ID), Limit: 100})
	require.NoError(f, err)
	for _, e := range page.Events {
		if e.Actor.Type == lox.ActorSystem {
			assert.False(f, e.Actor.Address.IsValid())
			events = append(events, e.Actor.ID+" "+string(e.Type)+" "+e.Actor.RequestID)
		}
	}
	return events
}

// linesOf returns the messages of the log lines with a request id.
func linesOf(log *bytes.Buffer, request string) (messages []string) {
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, " request_id="+request) {
			_, rest, _ := strings.Cut(line, `msg="`)
			message, _, _ := strings.Cut(rest, `"`)
			messages = append(messages, message)
		}
	}
	return messages
}

// Work that a request begins and the jobs of another process end has the id of that request, in the
// record and in the log.
func TestJobsHaveRequestID(t *testing.T) {
	for name, c := range map[string]struct {
		declared lox.Checksum
		events   []string // the newest first
		lines    []string
	}{
		"completed": {
			sum(body),
			[]string{"verify backup.completed of-complete"},
			[]string{"verification resumed", "a job failed", "verification resumed"},
		},
		"failed": {
			sum("other"),
			[]string{"purge backup.purged of-complete", "verify backup.failed of-complete"},
			[]string{"verification resumed", "a job failed", "verification resumed", "object purged"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			b := f.create(body, &c.declared)
			first := f.verifier(lifecycle.Config{Quick: -1, Wait: 50 * time.Millisecond})
			release := f.startFor(first, b, byRequest("of-complete"))
			first.Close()
			release()

			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, nil))
			second := lifecycle.NewVerifier(f.store, f.blobs, log, lifecycle.Config{Clock: f.clock})
			t.Cleanup(second.Close)
			runner := lifecycle.NewRunner(lifecycle.RunnerConfig{Log: log, Clock: f.clock}, lifecycle.Jobs(f.store, f.blobs, second, time.Second, nil)...)
			f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
			require.ErrorContains(t, runner.RunDue(t.Context()), "away")
			f.blobs.set(func() { f.blobs.fail = nil })
			f.pass(30 * time.Second) // the lease ends
			require.NoError(t, runner.RunDue(t.Context()))
			assert.Equal(t, c.events, f.byJobs(b))
			assert.Equal(t, c.lines, linesOf(&out, "of-complete"))

			require.NoError(t, f.store.DeleteBackup(t.Context(), f.tenant, b.ID, f.clock(), byRequest("of-delete")))
			f.blobs.put(b, body) // a slow upload
			f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
			require.ErrorContains(t, runner.RunDue(t.Context()), "away")
			f.blobs.set(func() { f.blobs.fail = nil })
			f.pass(time.Minute)
			require.NoError(t, runner.RunDue(t.Context()))
			assert.Equal(t, append([]string{"purge backup.purged of-delete"}, c.events...), f.byJobs(b))
			assert.Equal(t, []string{"an object can't be purged: its bytes may stay in the store", "object purged"}, linesOf(&out, "of-delete"))
			assert.Equal(t, c.lines, linesOf(&out, "of-complete"))
		})
	}
}

// A request for work that a job has begun isn't the one that caused it, and work without a request
// has no request id.
func TestOnlyFirstRequestIsNamed(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	never, left := f.create(body, nil), f.create(body, nil)
	f.blobs.put(left, body)
	_, ok, err := f.store.Lease(t.Context(), left, lox.Lease{Owner: "killed", Now: f.clock(), Until: f.clock(), RequestID: "first"})
	require.NoError(t, err)
	require.True(t, ok)
	_, ok, err = f.store.Lease(t.Context(), left, lox.Lease{Owner: "killed, too", Now: f.clock(), Until: f.clock(), RequestID: "second"})
	require.NoError(t, err)
	require.True(t, ok)
	overdue := f.create(body, nil)
	f.blobs.put(overdue, body)
	f.pass(45 * time.Minute)
	f.runDue(v)
	assert.Equal(t, []string{"purge backup.purged ", "expire backup.failed "}, f.byJobs(never))
	assert.Equal(t, []string{"verify backup.completed first"}, f.byJobs(left))
	assert.Equal(t, []string{"verify backup.completed "}, f.byJobs(overdue))
}
