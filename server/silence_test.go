package server_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// silenceDeadline is the deadline of a request in these tests.
	silenceDeadline = 8 * time.Second
	// silenceConns leaves some connections when a request of each operation is stuck.
	silenceConns = 160
	// silenceMargin is how much later a request may end. The tests run alone because of it: beside
	// others, two slow cores take that long to end all requests at once.
	silenceMargin = time.Second
	// silenceRecovery is the time within which all requests work again.
	silenceRecovery = 15 * time.Second
)

// silenced is a server whose network connections to the database can go silent.
type silenced struct {
	*testenv
	proxy *pgProxy
}

func openSilenced(t *testing.T) *silenced {
	t.Helper()
	s := &silenced{proxy: newPGProxy(t)}
	s.testenv = open(t, setup{dsn: s.proxy.before, unwatched: true, timeout: silenceDeadline, conns: silenceConns})
	return s
}

// ask calls an operation and returns the status of its answer and the duration.
func (s *silenced) ask(t *testing.T, op operation, id string) (status int, took time.Duration) {
	t.Helper()
	begun := time.Now()
	resp, err := op.call(context.WithoutCancel(t.Context()), s.api, id)
	if assert.NoError(t, err, op.name) {
		_, err = io.Copy(io.Discard, resp.Body)
		assert.NoError(t, err, op.name)
		assert.NoError(t, resp.Body.Close())
		status = resp.StatusCode
	}
	if status == http.StatusInternalServerError {
		t.Logf("%s: %s", op.name, s.log)
	}
	return status, time.Since(begun)
}

// requireService checks that every operation works at the first try by a time. Others create what
// the operations need, which must work at once, too; their durations depend on the machine and are
// not counted.
func (s *silenced) requireService(t *testing.T, by time.Time) {
	t.Helper()
	for _, op := range operations() {
		begun := time.Now()
		id := s.ready(t, op)
		by = by.Add(time.Since(begun))
		status, took := s.ask(t, op, id)
		assert.Equal(t, op.ok, status, op.name)
		assert.Less(t, took, silenceDeadline/2, op.name)
	}
	assert.True(t, time.Now().Before(by), "it took too long")
}

// For every operation, one connection to the database goes silent and a request of that operation
// uses it. That request ends in time, and it doesn't delay other requests of the operation.
func TestSilentConnections(t *testing.T) {
	s := openSilenced(t)
	var waiting sync.WaitGroup
	inTurn := operations()
	// Batched operations come last: if others were delayed, only these would be.
	slices.SortStableFunc(inTurn, func(a, b operation) int { return together(a) - together(b) })
	for _, op := range inTurn {
		tries := 1
		for ; !s.stick(t, op, &waiting); tries++ {
			require.Less(t, tries, 20, "%s uses another connection each time", op.name)
		}
		t.Logf("%s got stuck at try %d", op.name, tries)
	}
	last := time.Now()
	waiting.Wait()
	s.requireService(t, last.Add(silenceDeadline+silenceRecovery))
}

func together(op operation) int {
	return slices.Index([]string{"completeBackup", "createBackup"}, op.name)
}

// stick lets a request get stuck on a silent connection, and sends another one after it. It returns
// false if the connection was replaced just before, because others are silent.
func (s *silenced) stick(t *testing.T, op operation, waiting *sync.WaitGroup) bool {
	t.Helper()
	before, first, second := s.ready(t, op), s.ready(t, op), s.ready(t, op)
	status, _ := s.ask(t, op, before)
	require.Equal(t, op.ok, status, "the connection that is used last is one of those for %s", op.name)
	undo := s.proxy.silence()
	answered := make(chan struct{})
	waiting.Go(func() {
		status, took := s.ask(t, op, first)
		if status == op.ok {
			close(answered)
			return
		}
		assert.Equal(t, http.StatusServiceUnavailable, status, op.name)
		assert.Less(t, took, silenceDeadline+silenceMargin, op.name)
		t.Logf("%s: %d after %s", op.name, status, took.Round(time.Millisecond))
	})
	select {
	case <-s.proxy.stuck:
	case <-answered:
		undo()
		return false
	}
	status, took := s.ask(t, op, second)
	assert.Equal(t, op.ok, status, "%s beside one that is stuck", op.name)
	assert.Less(t, took, silenceDeadline/2, "%s beside one that is stuck", op.name)
	return true
}

// All connections go silent at once during requests of every operation.
func TestSilentDatabase(t *testing.T) {
	s := openSilenced(t)
	ids := map[string]string{}
	for _, op := range operations() {
		ids[op.name] = s.ready(t, op)
	}
	s.warm(t)
	s.proxy.silenceAll()
	begun := time.Now()
	var waiting sync.WaitGroup
	for _, op := range operations() {
		waiting.Go(func() {
			_, took := s.ask(t, op, ids[op.name])
			assert.Less(t, took, silenceDeadline+silenceMargin, op.name)
		})
	}
	waiting.Wait()
	s.requireService(t, begun.Add(silenceDeadline+silenceMargin+silenceRecovery))
}

// warm makes the store open connections.
func (s *silenced) warm(t *testing.T) {
	t.Helper()
	var warming sync.WaitGroup
	for range 8 {
		warming.Go(func() { assert.NoError(t, s.store.Ping(t.Context())) })
	}
	warming.Wait()
}
