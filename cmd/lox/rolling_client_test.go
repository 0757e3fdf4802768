package main_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// rollingClient stores backups, and repeats interrupted requests.
type rollingClient struct {
	api *api
	// Acknowledged changes, by the ids of backups.
	created, completed, deleted []string
	sums                        map[string]string
	cutOff                      int
}

// cycle runs one backup through its life, or a part of it, and reads.
func (c *rollingClient) cycle(ctx context.Context) error {
	abandoned := rand.IntN(6) == 0
	file := source()[:1+rand.IntN(16<<10)]
	body := client.CreateBackupJSONRequestBody{Name: uuid.NewString(), SizeBytes: int64(len(file)), ContentType: "application/gzip"}
	if abandoned {
		body.Name = "abandoned " + body.Name
	}
	var upload *client.BackupUpload
	key := uuid.NewString()
	err := c.persist("create", func(bool) (err error) {
		upload, err = c.api.create(ctx, body, key)
		return err
	})
	if err != nil {
		return err
	}
	c.created = append(c.created, upload.ID)
	if err := c.persist("list", func(bool) error { _, err := c.api.ids(ctx); return err }); err != nil || abandoned {
		return err
	}
	if err := c.api.put(ctx, upload, file); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	if err := c.persist("complete", func(bool) error { return c.complete(ctx, upload.ID, checksum(file)) }); err != nil {
		return err
	}
	if err := c.persist("get", func(bool) error { _, err := c.api.get(ctx, upload.ID); return err }); err != nil || rand.IntN(2) == 0 {
		return err
	}
	err = c.persist("delete", func(again bool) error {
		err := c.api.delete(ctx, upload.ID)
		if r, ok := errors.AsType[*refused](err); ok && again && r.status == http.StatusNotFound {
			return nil // the first one had arrived
		}
		return err
	})
	c.deleted = append(c.deleted, upload.ID)
	return err
}

func (c *rollingClient) complete(ctx context.Context, id, sum string) error {
	b, err := c.api.complete(ctx, id)
	if err != nil {
		return err
	}
	// 202 is also right: a server may have been killed while it verified the backup.
	if b.Status == client.BackupStatusCompleted && b.Checksum != sum {
		return &refused{http.StatusOK, fmt.Sprintf("want the checksum %s, have %+v", sum, b)}
	}
	c.completed = append(c.completed, id)
	c.sums[id] = sum
	return nil
}

// persist repeats a request while it is interrupted, or while the database is still working on the
// previous one. Other failures are errors.
func (c *rollingClient) persist(what string, ask func(again bool) error) error {
	for again := false; ; again = true {
		err := ask(again)
		if err == nil {
			return nil
		}
		r, answered := errors.AsType[*refused](err)
		switch {
		case answered && again && r.status == http.StatusConflict && strings.Contains(r.body, `"idempotency_conflict"`):
			pause(context.Background())
		case answered && r.status != http.StatusBadGateway:
			return fmt.Errorf("%s, repeated: %t: %w", what, again, err)
		default:
			c.cutOff++
		}
	}
}

// checkClients checks that nothing went wrong, and that no more requests were interrupted than were
// in flight.
func (r *rolling) checkClients(t *testing.T) {
	t.Helper()
	require.NoError(t, r.failure())
	var cut, created, completed, deleted int
	for _, c := range r.clients {
		cut += c.cutOff
		created, completed, deleted = created+len(c.created), completed+len(c.completed), deleted+len(c.deleted)
	}
	t.Logf("%d created, %d completed, %d deleted; %d requests cut off, %d were under way to servers that were killed",
		created, completed, deleted, cut, r.balancer.cut)
	assert.LessOrEqual(t, cut, r.balancer.cut)
}

// checkBackups reads all existing backups.
func (r *rolling) checkBackups(t *testing.T) {
	t.Helper()
	a := r.api(t)
	backups := allBackups(t, a)
	for _, c := range r.clients {
		for _, id := range c.created {
			_, ok := backups[id]
			require.Equal(t, !slices.Contains(c.deleted, id), ok, id)
		}
		for _, id := range c.completed {
			if b, ok := backups[id]; ok {
				require.Equal(t, client.BackupStatusCompleted, b.Status)
				require.Equal(t, c.sums[id], b.Checksum)
			}
		}
	}
}

// checkEvents checks that each change has one event, with one id, and that there are no others.
func (r *rolling) checkEvents(t *testing.T) {
	t.Helper()
	a := r.api(t)
	r.expire(t)
	eventually(t, func() bool {
		return countOf(t, a, client.BackupStatusPending)+countOf(t, a, client.BackupStatusVerifying) == 0 &&
			r.receiver.deliveries(t.Context(), t, a, client.DeliveryStatusPending) == 0
	})
	want := map[string]int{}
	for _, c := range r.clients {
		for _, id := range c.created {
			want["backup.created "+id]++
			if !slices.Contains(c.completed, id) {
				want["backup.failed "+id]++
			}
		}
		for _, id := range c.completed {
			want["backup.completed "+id]++
		}
		for _, id := range c.deleted {
			want["backup.deleted "+id]++
		}
	}
	have := map[string]int{}
	for _, e := range r.receiver.events(t) {
		have[e.Event+" "+e.Data.ID]++
	}
	for change, n := range want {
		assert.Equal(t, n, have[change], "events of %s", change)
	}
	for change, n := range have {
		assert.Equal(t, want[change], n, "events of %s", change)
	}
	require.Zero(t, r.receiver.deliveries(t.Context(), t, a, client.DeliveryStatusFailed))
	events, repeated := r.receiver.distinct()
	t.Logf("%d events arrived, %d of their deliveries repeated", events, repeated)
}
