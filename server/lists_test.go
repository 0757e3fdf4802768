package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// seed inserts a backup with a creation time in the past, and changes its status.
func (h *testenv) seed(t testing.TB, at time.Time, status lox.Status) lox.Backup {
	t.Helper()
	b := lox.NewBackup{Name: at.Format(time.RFC3339), Size: 1}.Pending(h.tenant.ID, at, time.Minute)
	require.NoError(t, h.store.CreateBackup(t.Context(), b, storetest.By))
	var ok bool
	var err error
	switch status {
	case lox.StatusVerifying:
		_, ok, err = h.store.Lease(t.Context(), b, lox.Lease{Owner: "nobody", Now: at, Until: h.clock.now().Add(time.Hour)})
	case lox.StatusCompleted:
		ok, err = h.store.Complete(t.Context(), b, lox.Verified{At: at, Event: b.Completed(lox.Checksum{}, at, storetest.By)})
	case lox.StatusFailed:
		ok, err = h.store.Fail(t.Context(), b, lox.Failure{Text: "no reason", At: at, Event: b.Failed("no reason", at, storetest.By)})
	default:
		ok = true
	}
	require.NoError(t, err)
	require.True(t, ok)
	b.Status = status
	return b
}

// list asks for a page.
func (h *testenv) list(t testing.TB, query string) *client.BackupList {
	t.Helper()
	r := h.get(t, backupsPath+"?"+query)
	require.Equal(t, http.StatusOK, r.status, "%s: %s", query, r.body)
	parsed, err := client.ParseListBackupsResponse(r.http())
	require.NoError(t, err)
	return parsed.JSON200
}

func idsOf(page *client.BackupList) []string {
	ids := []string{}
	for _, b := range page.Backups {
		ids = append(ids, b.ID)
	}
	return ids
}

// newestFirst is the documented order of lists.
func newestFirst(backups []lox.Backup) {
	slices.SortFunc(backups, func(a, b lox.Backup) int {
		if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
			return c
		}
		return slices.Compare(b.ID[:], a.ID[:])
	})
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// bounds are ends of ranges as a client writes them, with the times that they mean as lower and
// upper end.
var bounds = []struct {
	text     string
	from, to time.Time
}{
	{"", time.Time{}, instant("9999-01-01T00:00:00Z")},
	{"2024-01-09", instant("2024-01-09T00:00:00Z"), instant("2024-01-10T00:00:00Z")},
	{"2024-01-10", instant("2024-01-10T00:00:00Z"), instant("2024-01-11T00:00:00Z")},
	{"2024-01-31", instant("2024-01-31T00:00:00Z"), instant("2024-02-01T00:00:00Z")},
	{"2024-01-10T00:00:00Z", instant("2024-01-10T00:00:00Z"), instant("2024-01-10T00:00:00Z")},
	{"2024-01-10T12:00:00Z", instant("2024-01-10T12:00:00Z"), instant("2024-01-10T12:00:00Z")},
	{"2024-01-10T11:59:59.000000001Z", instant("2024-01-10T11:59:59.000000001Z"), instant("2024-01-10T11:59:59.000000001Z")},
	{"2024-01-10T12:00:00.5Z", instant("2024-01-10T12:00:00.5Z"), instant("2024-01-10T12:00:00.5Z")},
	{"2024-01-10T14:30:01+02:30", instant("2024-01-10T12:00:01Z"), instant("2024-01-10T12:00:01Z")},
	{"2024-01-10T14:00:00-10:00", instant("2024-01-11T00:00:00Z"), instant("2024-01-11T00:00:00Z")},
	{"2024-01-11T00:00:00.999Z", instant("2024-01-11T00:00:00.999Z"), instant("2024-01-11T00:00:00.999Z")},
}

// TestListAgainstModel requests every range of the bounds above in every status, and compares it
// with a list in the test.
func TestListAgainstModel(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	var all []lox.Backup
	statuses := []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed}
	for i, at := range []string{
		"2024-01-01T00:00:00Z", "2024-01-08T23:59:59Z", "2024-01-09T00:00:00Z", "2024-01-09T23:59:59Z", "2024-01-10T00:00:00Z", "2024-01-10T00:00:01Z",
		"2024-01-10T11:59:58Z", "2024-01-10T11:59:59Z", "2024-01-10T12:00:00Z", "2024-01-10T12:00:01Z", "2024-01-10T12:00:02Z", "2024-01-10T23:59:59Z",
		"2024-01-11T00:00:00Z", "2024-01-11T00:00:01Z", "2024-01-11T23:59:59Z", "2024-01-20T10:00:00Z", "2024-01-31T23:59:59Z", "2024-02-01T00:00:00Z",
	} {
		// Two of the four statuses each second, so that ids decide the order.
		all = append(all, h.seed(t, instant(at), statuses[i%4]), h.seed(t, instant(at), statuses[(i+1)%4]))
	}
	newestFirst(all)
	asked := 0
	for _, status := range append(statuses, "") {
		for _, after := range bounds {
			for _, before := range bounds {
				if !after.from.Before(before.to) {
					continue // refused; see TestQueries
				}
				query := url.Values{}
				want := []string{}
				for name, value := range map[string]string{"status": string(status), "created_after": after.text, "created_before": before.text} {
					if value != "" {
						query.Set(name, value)
					}
				}
				for _, b := range all {
					if (status == "" || b.Status == status) && !b.CreatedAt.Before(after.from) && b.CreatedAt.Before(before.to) {
						want = append(want, b.ID.String())
					}
				}
				// A page from the middle, which is sometimes the whole list.
				limit, offset := 1+asked%9, asked%4
				query.Set("limit", fmt.Sprint(limit))
				query.Set("offset", fmt.Sprint(offset))
				page := h.list(t, query.Encode())
				assert.Equal(t, int64(len(want)), page.Total, query.Encode())
				assert.Equal(t, want[min(offset, len(want)):min(offset+limit, len(want))], idsOf(page), query.Encode())
				assert.Equal(t, offset+limit < len(want), page.NextCursor != "", query.Encode())
				asked++
			}
		}
	}
	assert.Greater(t, asked, 300)
	storetest.CheckCounters(t, h.dsn)
}

// TestListByOffset walks with pages of several sizes.
func TestListByOffset(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	var all []lox.Backup
	for i := range 25 {
		all = append(all, h.seed(t, h.clock.now().Add(time.Duration(i/3)*time.Second), lox.StatusPending))
	}
	newestFirst(all)
	want := []string{}
	for _, b := range all {
		want = append(want, b.ID.String())
	}
	assert.Equal(t, want[:20], idsOf(h.list(t, "")), "20 is the default")
	assert.Equal(t, want, idsOf(h.list(t, "limit=100")))
	for _, limit := range []int{1, 4, 5, 24, 25, 26} {
		got := []string{}
		for offset := 0; offset < len(want); offset += limit {
			page := h.list(t, fmt.Sprintf("limit=%d&offset=%d", limit, offset))
			assert.Equal(t, int64(25), page.Total)
			assert.Equal(t, limit, page.Limit)
			assert.Equal(t, offset, page.Offset)
			got = append(got, idsOf(page)...)
		}
		assert.Equal(t, want, got, "by %d", limit)
	}
	for _, query := range []string{"offset=25", "offset=26", "offset=2147483647&limit=100", "offset=25&status=pending", "offset=99&created_after=2020-01-01"} {
		page := h.list(t, query)
		assert.Equal(t, int64(25), page.Total, query)
		assert.Empty(t, page.Backups, query)
		assert.Empty(t, page.NextCursor, query)
	}
	assert.Equal(t, int64(0), h.list(t, "offset=99&status=failed").Total)
}
