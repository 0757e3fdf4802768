package lox

import (
	"context"
	"math"
	"time"
)

// StorageStore tells what tenants store, from counters: at the same price
// however many backups there are.
type StorageStore interface {
	// Storage returns what a tenant stores.
	Storage(ctx context.Context, tenant TenantID) (Storage, error)

	// StorageStats returns the same in detail, with what came and went since a
	// day (UTC midnight) and that day included.
	StorageStats(ctx context.Context, tenant TenantID, since time.Time) (StorageStats, error)
}

// Usage is what a tenant's backups take of its quota, in bytes.
type Usage struct {
	// Quota is the most that Used and Reserved may come to.
	Quota int64 `db:"quota_bytes"`
	// Used is the size of all completed backups.
	Used int64 `db:"used_bytes"`
	// Reserved is the size of those that are pending or verifying.
	Reserved int64 `db:"reserved_bytes"`
}

// Free is how much of the quota is left, in bytes.
func (u Usage) Free() int64 { return max(0, u.Quota-u.Used-u.Reserved) }

// UsedPercentage is Used of Quota, rounded to two decimals. Of no quota at all,
// anything is all of it.
func (u Usage) UsedPercentage() float64 {
	switch {
	case u.Used == 0:
		return 0
	case u.Quota == 0:
		return 100
	default:
		return math.Round(float64(u.Used)/float64(u.Quota)*1e4) / 1e2
	}
}

// Storage is what a tenant stores.
type Storage struct {
	Usage
	// Backups is the number of completed ones, Oldest and Newest when the first
	// and the last of them were created; nil if there is none.
	Backups int64      `db:"backup_count"`
	Oldest  *time.Time `db:"oldest_backup"`
	Newest  *time.Time `db:"newest_backup"`
}

// Volume is a number of backups, and what they come to in bytes.
type Volume struct {
	Count int64 `db:"count"`
	Bytes int64 `db:"bytes"`
}

// TypeVolume is the Volume of one content type, "" for none.
type TypeVolume struct {
	ContentType string `db:"content_type"`
	Volume
}

// StorageStats is what a tenant stores, in detail.
type StorageStats struct {
	Usage Usage
	// ByStatus has all four statuses.
	ByStatus map[Status]Volume
	// ByType are the content types of completed backups with the most bytes, at
	// most MaxContentTypes, and Others is the rest of them.
	ByType []TypeVolume
	Others Volume
	// Largest is the size of the largest completed backup in bytes, 0 without
	// one.
	Largest int64
	// Flows are the days on which backups were completed or deleted, in order.
	Flows []StorageFlow
}

// MaxContentTypes is how many content types stats tell apart.
const MaxContentTypes = 100

// Average is the mean size of completed backups in bytes, 0 without one.
func (s StorageStats) Average() int64 {
	v := s.ByStatus[StatusCompleted]
	if v.Count == 0 {
		return 0
	}
	return int64(math.Round(float64(v.Bytes) / float64(v.Count)))
}

// StorageFlow is what came and went on a day (UTC).
type StorageFlow struct {
	Day           time.Time `db:"day"`
	Uploaded      int64     `db:"uploaded"` // backups completed
	UploadedBytes int64     `db:"uploaded_bytes"`
	Deleted       int64     `db:"deleted"` // completed backups deleted
	DeletedBytes  int64     `db:"deleted_bytes"`
}

// StorageDay is what came and went on a day (UTC), and what was there at its
// end.
type StorageDay struct {
	Date              time.Time
	Uploaded, Deleted int64
	Stored            Volume
}

// StatsDays is how many days the stats show.
const StatsDays = 30

// StatsSince is the first of the days that the stats show at a time.
func StatsSince(now time.Time) time.Time {
	return now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-StatsDays)
}

// Days returns the StatsDays days up to now, oldest first. What was stored at
// the end of a day is what is stored now less what came since.
func (s StorageStats) Days(now time.Time) []StorageDay {
	flows := make(map[time.Time]StorageFlow, len(s.Flows))
	for _, f := range s.Flows {
		flows[f.Day.UTC()] = f
	}
	days := make([]StorageDay, StatsDays)
	stored := s.ByStatus[StatusCompleted]
	for i := StatsDays - 1; i >= 0; i-- {
		date := StatsSince(now).AddDate(0, 0, i)
		f := flows[date]
		days[i] = StorageDay{date, f.Uploaded, f.Deleted, stored}
		stored.Count -= f.Uploaded - f.Deleted
		stored.Bytes -= f.UploadedBytes - f.DeletedBytes
	}
	return days
}

// ProjectedFullAt is when the quota will be used up if storage grows on as in
// the days shown, or since the first of them on which something was stored. It
// is nil when nothing grows, or not within a hundred years.
func (s StorageStats) ProjectedFullAt(now time.Time) *time.Time {
	first, growth := time.Time{}, int64(0)
	for _, f := range s.Flows {
		growth += f.UploadedBytes - f.DeletedBytes
		if first.IsZero() {
			first = f.Day
		}
	}
	stored := s.ByStatus[StatusCompleted].Bytes
	if stored > growth { // there was something before
		first = StatsSince(now)
	}
	if growth <= 0 {
		return nil
	}
	const century = 100 * 365.25 * 24 * float64(time.Hour)
	span := max(now.Sub(first), 24*time.Hour)
	wait := float64(s.Usage.Free()) / float64(growth) * float64(span)
	if wait > century {
		return nil
	}
	at := Seconds(now.Add(time.Duration(wait)))
	return &at
}
