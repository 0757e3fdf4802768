package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// limitConnections makes PostgreSQL refuse further connections to a database with SQLSTATE 53300,
// as with max_connections.
func limitConnections(t *testing.T, dsn string, to int) {
	t.Helper()
	cfg, err := pq.NewConfig(dsn)
	require.NoError(t, err)
	db := storetest.SQL(t, dsn+" dbname='postgres'") // not one of the connections that are counted
	_, err = db.ExecContext(t.Context(), fmt.Sprintf("alter database %s connection limit %d", pq.QuoteIdentifier(cfg.Database), to))
	require.NoError(t, err)
}

// Three servers share 30 connections, and each is configured for 16: every call gets a connection
// in turn.
func TestFewerConnectionsThanConfigured(t *testing.T) {
	t.Parallel()
	const servers, clients, calls, connections = 3, 16, 40, 30
	dsn := storetest.Database(t)
	first := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, first, 1<<40)
	require.NoError(t, first.Close())
	limitConnections(t, dsn, connections)

	var all [servers]*store.Grouped
	for i := range all {
		all[i] = storetest.Open(t, dsn)
	}
	var made, refused atomic.Int64
	var working sync.WaitGroup
	for i, s := range all {
		s := s.Store // concurrent calls don't share a statement
		for range clients {
			working.Go(func() {
				for range calls {
					ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
					b := pending(tenant.ID, 1, noon)
					err := s.CreateAlone(ctx, b, storetest.By)
					if err == nil {
						_, err = s.Backup(ctx, tenant.ID, b.ID)
					}
					if err == nil {
						_, _, err = s.Webhooks(ctx, tenant.ID, 1, 0) // by the other pool
					}
					cancel()
					if !assert.NoError(t, err, "server %d", i) {
						return
					}
					made.Add(1)
					for _, p := range s.Pools() {
						if p.Limit < p.Size {
							refused.Add(1)
						}
					}
				}
			})
		}
	}
	working.Wait()
	assert.EqualValues(t, servers*clients*calls, made.Load())
	assert.Positive(t, refused.Load(), "PostgreSQL had enough for all")
}

// A pool grows when PostgreSQL has free connections again.
func TestPoolGrowsAgain(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	limitConnections(t, dsn, 5)
	s := storetest.OpenWith(t, dsn, 8)
	load := func() {
		var working sync.WaitGroup
		for range 32 {
			working.Go(func() { assert.NoError(t, s.Ping(t.Context())) })
			working.Go(func() {
				_, err := s.OverdueUploads(t.Context(), noon, nil, 1)
				assert.NoError(t, err)
			})
		}
		working.Wait()
	}
	connections := func() (open, limit int) {
		for _, p := range s.Pools() {
			open, limit = open+p.Open, limit+p.Limit
		}
		return open, limit
	}
	load()
	open, limit := connections()
	require.LessOrEqual(t, open, 5)
	require.Less(t, limit, 8)

	limitConnections(t, dsn, -1)
	require.Eventually(t, func() bool {
		load()
		_, limit := connections()
		return limit == 8
	}, 2*time.Minute, 100*time.Millisecond)
}

// A pool without a connection gets one of the other pool of the same server.
func TestPoolWithoutConnection(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.OpenWith(t, dsn, 16)
	require.NoError(t, store.Connect(t.Context(), s.Store, 4))
	// The connections of one pool end, and PostgreSQL has no place for others.
	store.CloseIdle(s.Store, "other")
	var open int
	for _, p := range s.Pools() {
		open += p.Open
	}
	limitConnections(t, dsn, open)
	require.NoError(t, s.Ping(t.Context()))
}

// A start waits some time for a connection.
func TestStartWaitsForConnection(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	db := storetest.SQL(t, dsn)
	db.SetMaxIdleConns(-1)
	var taken [2]*sql.Conn // as many as a store needs
	for i := range taken {
		var err error
		taken[i], err = db.Conn(t.Context())
		require.NoError(t, err)
	}
	limitConnections(t, dsn, len(taken))
	opened := make(chan error, 1)
	go func() {
		s, err := store.Open(t.Context(), store.Config{DSN: dsn})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	waited := time.After(10 * store.SlotPause)
	select {
	case err := <-opened:
		t.Fatal("it did not wait: ", err)
	case <-waited:
	}
	for _, c := range taken {
		require.NoError(t, c.Close())
	}
	require.NoError(t, <-opened)
}

// Without a connection within the deadline, the error gives the reason.
func TestNoConnectionWithinTheDeadline(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	limitConnections(t, dsn, 0)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := store.Open(ctx, store.Config{DSN: dsn})
	require.NotNil(t, pq.As(err, pqerror.TooManyConnections), "%v", err)
}
