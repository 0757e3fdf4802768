package lox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
)

const day = 24 * time.Hour

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		quota, used, reserved int64
		percentage            float64
		free                  int64
	}{
		{quota: 5368709120, used: 1073741824, percentage: 20.0, free: 4294967296}, // in the published document
		{quota: 5368709120, percentage: 0, free: 5368709120},
		{quota: 100, used: 20, reserved: 30, percentage: 20, free: 50},
		{quota: 3, used: 1, percentage: 33.33, free: 2},
		{quota: 3, used: 2, percentage: 66.67, free: 1},
		{quota: 100_000, used: 1, percentage: 0, free: 99_999},
		{quota: 100, used: 100, percentage: 100},
		// The quota may be lowered below what is stored.
		{quota: 100, used: 150, reserved: 50, percentage: 150},
		{quota: 100, used: 90, reserved: 50, percentage: 90},
		{quota: 0, used: 0, percentage: 0},
		{quota: 0, used: 1, percentage: 100},
	} {
		u := lox.Usage{Quota: c.quota, Used: c.used, Reserved: c.reserved}
		assert.InDelta(t, c.percentage, u.UsedPercentage(), 0, "%+v", u)
		assert.Equal(t, c.free, u.Free(), "%+v", u)
	}
}

func TestAverage(t *testing.T) {
	t.Parallel()
	for want, v := range map[int64]lox.Volume{
		0:  {},
		10: {Count: 1, Bytes: 10},
		3:  {Count: 2, Bytes: 5}, // rounded, not cut off
		1:  {Count: 3, Bytes: 4},
	} {
		s := stats(v.Count, v.Bytes)
		s.ByStatus[lox.StatusPending] = lox.Volume{Count: 1, Bytes: 1000}
		assert.Equal(t, want, s.Average(), "%+v", v)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	today := noon.Truncate(day)
	s := stats(4, 400,
		flow(today.Add(-29*day), 1, 0, 100),
		flow(today.Add(-2*day), 3, 2, 100),
		// The database driver may return the same day in another location.
		flow(today.In(time.FixedZone("", 0)), 2, 1, 100),
	)
	days := s.Days(noon)
	require.Len(t, days, 30)
	assert.Equal(t, lox.StorageDay{Date: time.Date(2023, 12, 17, 0, 0, 0, 0, time.UTC), Uploaded: 1, Stored: lox.Volume{Count: 2, Bytes: 200}}, days[0])
	assert.Equal(t, lox.StorageDay{Date: today.Add(-28 * day), Stored: lox.Volume{Count: 2, Bytes: 200}}, days[1])
	assert.Equal(t, lox.StorageDay{Date: today.Add(-3 * day), Stored: lox.Volume{Count: 2, Bytes: 200}}, days[26])
	assert.Equal(t, lox.StorageDay{Date: today.Add(-2 * day), Uploaded: 3, Deleted: 2, Stored: lox.Volume{Count: 3, Bytes: 300}}, days[27])
	assert.Equal(t, lox.StorageDay{Date: today.Add(-1 * day), Stored: lox.Volume{Count: 3, Bytes: 300}}, days[28])
	assert.Equal(t, lox.StorageDay{Date: today, Uploaded: 2, Deleted: 1, Stored: lox.Volume{Count: 4, Bytes: 400}}, days[29])

	// In another time zone it is already tomorrow.
	assert.Equal(t, days, s.Days(noon.In(time.FixedZone("", 13*60*60))))
}

func TestStatsSince(t *testing.T) {
	t.Parallel()
	first := time.Date(2023, 12, 17, 0, 0, 0, 0, time.UTC)
	midnight := time.Date(2024, 1, 15, 0, 0, 0, 0, time.UTC)
	for now, want := range map[time.Time]time.Time{
		midnight:                              first,
		noon:                                  first,
		midnight.Add(day - 1):                 first,
		midnight.Add(day):                     first.Add(day),
		noon.In(time.FixedZone("", 13*60*60)): first,
	} {
		assert.Equal(t, want, lox.StatsSince(now), now)
	}
}

// For any changes, the last day ends with what is stored, each day differs from the one before by
// its own flow, and the sum of all flows leads back to the initial amount.
func TestDaysAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := noon.Add(time.Duration(rapid.Int64Range(0, int64(400*day)).Draw(t, "now")))
		before := lox.Volume{Count: rapid.Int64Range(0, 9).Draw(t, "count"), Bytes: rapid.Int64Range(0, 9000).Draw(t, "bytes")}
		flows := map[int]lox.StorageFlow{}
		s := stats(before.Count, before.Bytes)
		stored := before
		for i := range lox.StatsDays {
			if rapid.Bool().Draw(t, "quiet") {
				continue
			}
			f := flow(lox.StatsSince(now).AddDate(0, 0, i),
				rapid.Int64Range(0, 9).Draw(t, "uploaded"), rapid.Int64Range(0, 9).Draw(t, "deleted"), rapid.Int64Range(-9000, 9000).Draw(t, "bytes"))
			flows[i] = f
			s.Flows = append(s.Flows, f)
			stored.Count += f.Uploaded - f.Deleted
			stored.Bytes += f.UploadedBytes - f.DeletedBytes
		}
		s.ByStatus[lox.StatusCompleted] = stored

		days := s.Days(now)
		require.Len(t, days, lox.StatsDays)
		assert.Equal(t, stored, days[len(days)-1].Stored)
		last := before
		for i, d := range days {
			assert.Equal(t, lox.StatsSince(now).AddDate(0, 0, i), d.Date)
			assert.Equal(t, flows[i].Uploaded, d.Uploaded)
			assert.Equal(t, flows[i].Deleted, d.Deleted)
			last.Count += d.Uploaded - d.Deleted
			last.Bytes += flows[i].UploadedBytes - flows[i].DeletedBytes
			assert.Equal(t, last, d.Stored, "day %d", i)
		}
	})
}

func TestProjectedFullAt(t *testing.T) {
	t.Parallel()
	today := noon.Truncate(day)
	for name, c := range map[string]struct {
		quota, stored, reserved int64
		flows                   []lox.StorageFlow
		want                    time.Duration // from noon, negative for never
	}{
		"nothing at all":           {quota: 1000, want: -1},
		"nothing new":              {quota: 1000, stored: 500, want: -1},
		"shrinks":                  {quota: 1000, stored: 500, flows: []lox.StorageFlow{flow(today, 1, 2, -100)}, want: -1},
		"comes and goes":           {quota: 1000, stored: 500, flows: []lox.StorageFlow{flow(today.Add(-day), 1, 0, 100), flow(today, 0, 1, -100)}, want: -1},
		"began 4½ days ago":        {quota: 1000, stored: 100, flows: []lox.StorageFlow{flow(today.Add(-4*day), 1, 0, 60), flow(today, 1, 0, 40)}, want: 9 * 4.5 * 24 * time.Hour},
		"began today":              {quota: 1000, stored: 100, flows: []lox.StorageFlow{flow(today, 1, 0, 100)}, want: 9 * day},
		"grew on what was there":   {quota: 1000, stored: 600, flows: []lox.StorageFlow{flow(today, 1, 0, 100)}, want: 4 * 29.5 * 24 * time.Hour},
		"uploads under way":        {quota: 1000, stored: 100, reserved: 400, flows: []lox.StorageFlow{flow(today, 1, 0, 100)}, want: 5 * day},
		"full":                     {quota: 100, stored: 100, flows: []lox.StorageFlow{flow(today, 1, 0, 100)}, want: 0},
		"over":                     {quota: 50, stored: 100, flows: []lox.StorageFlow{flow(today, 1, 0, 100)}, want: 0},
		"in a hundred years":       {quota: 36526, stored: 1, flows: []lox.StorageFlow{flow(today, 1, 0, 1)}, want: 36525 * day},
		"later than that":          {quota: 36527, stored: 1, flows: []lox.StorageFlow{flow(today, 1, 0, 1)}, want: -1},
		"as late as can be":        {quota: 1<<63 - 1, stored: 1, flows: []lox.StorageFlow{flow(today, 1, 0, 1)}, want: -1},
		"much, of the largest one": {quota: 10 << 40, stored: 5 << 40, flows: []lox.StorageFlow{flow(today, 1, 0, 5<<40)}, want: day},
	} {
		s := stats(1, c.stored, c.flows...)
		s.Usage = lox.Usage{Quota: c.quota, Used: c.stored, Reserved: c.reserved}
		var want *time.Time
		if c.want >= 0 {
			want = new(noon.Add(c.want))
		}
		assert.Equal(t, want, s.ProjectedFullAt(noon), name)
	}
}

// stats returns the figures of a number of completed backups.
func stats(count, bytes int64, flows ...lox.StorageFlow) lox.StorageStats {
	return lox.StorageStats{ByStatus: map[lox.Status]lox.Volume{lox.StatusCompleted: {Count: count, Bytes: bytes}}, Flows: flows}
}

// flow is a day on which storage grew by a number of bytes.
func flow(day time.Time, uploaded, deleted, grew int64) lox.StorageFlow {
	const churn = 7
	return lox.StorageFlow{Day: day, Uploaded: uploaded, UploadedBytes: churn + max(grew, 0), Deleted: deleted, DeletedBytes: churn + max(-grew, 0)}
}
