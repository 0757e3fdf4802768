package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// walk follows next_cursor to the end, and calls between before each page except the first.
func walk(t *testing.T, h *testenv, query url.Values, between func()) (ids []string) {
	t.Helper()
	for page := h.list(t, query.Encode()); ; page = h.list(t, query.Encode()) {
		ids = append(ids, idsOf(page)...)
		if page.NextCursor == "" {
			return ids
		}
		query.Set("cursor", page.NextCursor)
		if between != nil {
			between()
		}
	}
}

// A walk over 250 backups, while others are created and deleted, returns each backup that exists
// all the time exactly once and in order.
func TestCursorWalk(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	var all []lox.Backup
	for i := range 250 {
		// Many in one second, over several days.
		at := h.clock.now().Add(-time.Duration(i/40) * 20 * time.Hour)
		all = append(all, h.seed(t, at, []lox.Status{lox.StatusPending, lox.StatusCompleted}[i%2]))
	}
	newestFirst(all)

	total := int64(len(all))
	removed := map[string]bool{}
	got := walk(t, h, url.Values{"limit": {"7"}}, func() {
		// Newer backups are not part of this walk.
		h.clock.advance(time.Second)
		require.Equal(t, http.StatusCreated, h.post(t, `{"name":"newer","size_bytes":1}`).status)
		total++
		// A backup that is deleted before the walk reaches it is not part of it, and the walk skips
		// no other backup because of that. Deleting one that the walk has passed has no effect.
		if n := len(removed); n < 10 {
			for _, b := range []lox.Backup{all[len(all)-1-20*n], all[n]} {
				require.Equal(t, http.StatusOK, h.remove(t, b.ID.String()).status)
				removed[b.ID.String()] = true
				total--
			}
		}
		assert.Equal(t, total, h.list(t, "limit=1").Total)
	})
	want, met := []string{}, []string{}
	for _, b := range all {
		if !removed[b.ID.String()] {
			want = append(want, b.ID.String())
		}
	}
	seen := map[string]bool{}
	for _, id := range got {
		assert.False(t, seen[id], "%s twice", id)
		seen[id] = true
		if !removed[id] { // the walk may have returned it before it was deleted
			met = append(met, id)
		}
	}
	assert.Equal(t, want, met)
	storetest.CheckCounters(t, h.dsn)
}

// TestCursorWalkWithFilters walks with several page sizes and every kind of filter.
func TestCursorWalkWithFilters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	base := instant("2024-01-10T12:00:00Z")
	var all []lox.Backup
	for i := range 24 {
		all = append(all, h.seed(t, base.Add(time.Duration(i/2)*6*time.Hour), []lox.Status{lox.StatusPending, lox.StatusFailed}[i%2]))
	}
	newestFirst(all)
	for _, test := range []struct {
		query url.Values
		keep  func(lox.Backup) bool
	}{
		{url.Values{}, func(lox.Backup) bool { return true }},
		{url.Values{"status": {"failed"}}, func(b lox.Backup) bool { return b.Status == lox.StatusFailed }},
		{url.Values{"created_after": {"2024-01-11"}, "created_before": {"2024-01-12"}}, func(b lox.Backup) bool {
			return !b.CreatedAt.Before(instant("2024-01-11T00:00:00Z")) && b.CreatedAt.Before(instant("2024-01-13T00:00:00Z"))
		}},
		{url.Values{"status": {"pending"}, "created_after": {"2024-01-11T06:00:00.5Z"}, "created_before": {"2024-01-12T18:00:00Z"}}, func(b lox.Backup) bool {
			return b.Status == lox.StatusPending && b.CreatedAt.After(instant("2024-01-11T06:00:00Z")) && b.CreatedAt.Before(instant("2024-01-12T18:00:00Z"))
		}},
		{url.Values{"name_prefix": {"2024-01-11T"}}, func(b lox.Backup) bool { return strings.HasPrefix(b.Name, "2024-01-11T") }},
		{url.Values{"name": {"2024-01-11T12:00:00Z"}}, func(b lox.Backup) bool { return b.Name == "2024-01-11T12:00:00Z" }},
	} {
		var want []string
		for _, b := range all {
			if test.keep(b) {
				want = append(want, b.ID.String())
			}
		}
		require.NotEmpty(t, want)
		for _, limit := range []int{1, 2, 3, len(want), len(want) + 1} {
			test.query.Set("limit", fmt.Sprint(limit))
			test.query.Del("cursor")
			assert.Equal(t, want, walk(t, h, test.query, nil), test.query.Encode())
		}
	}
}

// A cursor is a position in a list. It gives no access.
func TestCursorFromAnotherTenant(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for range 3 {
		h.create(t, client.CreateBackupRequest{Name: "mine", SizeBytes: 1})
	}
	cursor := h.list(t, "limit=1").NextCursor
	theirs, err := h.other().ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Cursor: &cursor})
	require.NoError(t, err)
	require.NotNil(t, theirs.JSON200)
	assert.Empty(t, theirs.JSON200.Backups)
	assert.Zero(t, theirs.JSON200.Total)
}
