package main_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// unrecorded returns the backups whose events don't match their state, in one snapshot.
const unrecorded = `
with recorded as (
    select subject as id,
        count(*) filter (where type = 'backup.created') as created, count(*) filter (where type = 'backup.completed') as completed,
        count(*) filter (where type = 'backup.failed') as failed, count(*) filter (where type = 'backup.deleted') as deleted
    from events where type in ('backup.created', 'backup.completed', 'backup.failed', 'backup.deleted')
    group by subject
)
select count(*) from recorded full join backups using (id)
where created is distinct from 1 or completed > 1 or failed > 1 or deleted > 1 or (status is null) <> (deleted = 1)
    or case status when 'completed' then completed <> 1 when 'failed' then (completed, failed) <> (0, 1)
        when 'pending' then completed + failed > 0 when 'verifying' then completed + failed > 0 else false end`

// check compares what clients know with the data, while they work.
func (tr *trial) check(t *testing.T, after string) {
	t.Helper()
	type known struct {
		trialBackup
		client *trialClient
		now    *trialBackup
	}
	var all []known
	for _, c := range tr.clients {
		c.change(func() {
			for _, b := range c.backups {
				all = append(all, known{*b, c, b})
			}
		})
	}
	// In a subtest, so that its connection ends before PostgreSQL does.
	require.True(t, t.Run("counters after "+after, func(t *testing.T) { storetest.CheckCounters(t, tr.dsn) }))
	var wrong int
	require.NoError(t, tr.db.QueryRowContext(t.Context(), unrecorded).Scan(&wrong))
	require.Zero(t, wrong, "after %s: backups whose events aren't those of what became of them", after)
	rows := readRows(t, tr.db)
	meanwhile := func(k known) (deleting bool) {
		k.client.change(func() { deleting = k.now.deleting })
		return deleting
	}
	var group errgroup.Group
	group.SetLimit(len(tr.clients))
	read := 0
	for _, k := range all {
		r, there := rows[k.id]
		if k.deleting {
			require.False(t, there && k.deleted, "after %s: %s was deleted and is there", after, k.id)
			continue
		}
		require.True(t, there || meanwhile(k), "after %s: lost %s", after, k.id)
		if !k.completed || !there {
			continue
		}
		require.Equal(t, "completed", r.status, "after %s: %s", after, k.id)
		require.Equal(t, k.sum, r.checksum.String(), "after %s: %s", after, k.id)
		node := tr.probes[read%2]
		read++
		group.Go(func() error {
			sum, err := node.download(t.Context(), k.id)
			if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusNotFound && meanwhile(k) {
				return nil
			}
			if err == nil && sum != k.sum {
				err = errors.New(k.id + " has " + sum + ", and had " + k.sum)
			}
			return err
		})
	}
	require.NoError(t, group.Wait(), "after %s", after)
	require.NotZero(t, read)
}

// checkEnd checks everything after all clients have ended.
func (tr *trial) checkEnd(t *testing.T) {
	t.Helper()
	tr.check(t, "all")
	events := tr.awaitDeliveries(t)
	created, completed, deleted := 0, 0, 0
	for _, c := range tr.clients {
		for _, b := range c.backups {
			want := []string{string(client.EventTypeBackupCreated), string(client.EventTypeBackupCompleted)}
			if b.deleted {
				want = append(want, string(client.EventTypeBackupDeleted))
				deleted++
			}
			require.True(t, b.completed)
			slices.Sort(want)
			slices.Sort(events[b.id])
			assert.Equal(t, want, events[b.id], "events of %s that were delivered", b.id)
			created, completed = created+1, completed+1
		}
	}
	arrived, repeated := tr.receiver.distinct()
	t.Logf("%d backups created, %d completed, %d deleted; %d events delivered, %d of them more than once", created, completed, deleted, arrived, repeated)
	tr.nodes[0].requireHealthy(t)
}

// awaitDeliveries waits until each event has been delivered, and returns them by the ids of
// backups.
func (tr *trial) awaitDeliveries(t *testing.T) map[string][]string {
	t.Helper()
	eventually(t, func() bool {
		return tr.receiver.deliveries(t.Context(), t, tr.probes[0], client.DeliveryStatusPending) == 0
	})
	assert.Zero(t, tr.receiver.deliveries(t.Context(), t, tr.probes[0], client.DeliveryStatusFailed))
	events := map[string][]string{}
	for _, e := range tr.receiver.events(t) {
		events[e.Data.ID] = append(events[e.Data.ID], e.Event)
	}
	return events
}
