package store_test

import (
	"crypto/sha256"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// Verifications that end while another completion holds the tenant's counters are completed by one
// statement: each backup once, with its own checksum, version, time and event. A backup that can't
// be completed doesn't prevent the others.
func TestCompleteBatch(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	const n = 20
	tenant, _ := storetest.Tenant(t, s, n*100)
	addWebhook(t, s, tenant.ID, lox.EventBackupCompleted, lox.EventQuotaWarning)
	var backups []lox.Backup
	for range n {
		backups = append(backups, create(t, s, pending(tenant.ID, 100, noon)))
	}
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, backups[n-1].ID, noon, storetest.By))

	var completed [n]atomic.Int64
	found := func(i int) lox.Verified {
		sum := lox.Checksum(sha256.Sum256([]byte(backups[i].ID.String())))
		at := noon.Add(time.Duration(i) * time.Minute)
		return lox.Verified{Checksum: sum, ObjectVersion: "\"v\" " + backups[i].ID.String(), At: at, Event: backups[i].Completed(sum, at, storetest.By)}
	}
	together(t, dsn, "tenant_usage", 1, 2*n-1, s.Completes, func(i int) {
		ok, err := s.Complete(t.Context(), backups[i/2], found(i/2)) // each twice
		assert.NoError(t, err)
		if ok {
			completed[i/2].Add(1)
		}
	})

	for i := range n - 1 {
		assert.EqualValues(t, 1, completed[i].Load())
		got, err := s.Backup(t.Context(), tenant.ID, backups[i].ID)
		require.NoError(t, err)
		want := found(i)
		assert.Equal(t, lox.StatusCompleted, got.Status)
		assert.Equal(t, &want.Checksum, got.Checksum)
		assert.Equal(t, want.ObjectVersion, got.ObjectVersion)
		assert.True(t, want.At.Equal(*got.CompletedAt))
	}
	assert.Zero(t, completed[n-1].Load(), "it was deleted")
	storetest.CheckCounters(t, dsn)
	events := map[any]int{}
	for _, e := range inbox(t, s, noon.Add(time.Hour)) {
		if e.Event == lox.EventQuotaWarning {
			events[e.Data["threshold_percentage"]]++
		} else {
			events[e.Data["id"]]++
		}
	}
	for _, b := range backups[:n-1] {
		assert.Equal(t, 1, events[b.ID.String()])
	}
	assert.Equal(t, map[any]int{90.0: 1}, map[any]int{90.0: events[90.0] + events[80.0] + events[100.0]}, "from 5 or 0 to 95 percent: the highest alone")

	// The first one alone, then the rest.
	assert.Equal(t, 2, count(t, storetest.SQL(t, dsn), `(select distinct xmin::text from backups where status = 'completed') statements`))
}

// If a batch fails, its completions run one by one, so that one failure doesn't prevent the others.
func TestCompleteBatchWithOneFailure(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	var backups []lox.Backup
	for range 4 {
		backups = append(backups, create(t, s, pending(tenant.ID, 100, noon)))
	}
	var failed, ok atomic.Int64
	together(t, dsn, "tenant_usage", 1, len(backups)-1, s.Completes, func(i int) {
		sum, version := lox.Checksum{}, ""
		if i == 2 {
			version = "\x00" // PostgreSQL can't store it
		}
		done, err := s.Complete(t.Context(), backups[i], lox.Verified{
			Checksum: sum, ObjectVersion: version, At: noon, Event: backups[i].Completed(sum, noon, storetest.By),
		})
		if err != nil {
			failed.Add(1)
		} else if done {
			ok.Add(1)
		}
	})
	assert.EqualValues(t, 1, failed.Load())
	assert.EqualValues(t, 3, ok.Load())
	storetest.CheckCounters(t, dsn)
}
