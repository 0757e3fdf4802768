package lox

import (
	"math"
	"time"
)

// Usage is how much of its quota a tenant uses, in bytes.
type Usage struct {
	// Quota is the upper bound of the sum of Used and Reserved.
	Quota int64 `db:"quota_bytes"`
	// Used is the total size of completed backups.
	Used int64 `db:"used_bytes"`
	// Reserved is the total size of pending and verifying backups.
	Reserved int64 `db:"reserved_bytes"`
}

// Free returns how much of the quota is left, in bytes.
func (u Usage) Free() int64 { return max(0, u.Quota-u.Used-u.Reserved) }

// UsedPercentage returns Used as a percentage of Quota, rounded to two decimals. With
// quota 0, any use is 100 per cent.
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

// Storage are the storage figures of a tenant.
type Storage struct {
	Usage
	// Backups is the number of completed backups. Oldest and Newest are the creation
	// times of the first and the last of them; nil if there are none.
	Backups int64      `db:"backup_count"`
	Oldest  *time.Time `db:"oldest_backup"`
	Newest  *time.Time `db:"newest_backup"`
}

// Volume is a number of backups and their total size in bytes.
type Volume struct {
	Count int64 `db:"count"`
	Bytes int64 `db:"bytes"`
}

// TypeVolume is the Volume of the backups of one content type. "" means no content type.
type TypeVolume struct {
	ContentType string `db:"content_type"`
	Volume
}

// StorageStats are detailed storage figures of a tenant.
type StorageStats struct {
	Usage Usage
	// ByStatus has an entry for each of the four statuses.
	ByStatus map[Status]Volume
	// ByType has the content types with the most bytes in completed backups, at most
	// MaxContentTypes. Others is the sum over all other content types.
	ByType []TypeVolume
	Others Volume
	// Largest is the size of the largest completed backup in bytes, 0 if there is none.
	Largest int64
	// Flows are the days on which backups were completed or deleted, in order.
	Flows []StorageFlow
}

// MaxContentTypes is how many content types StorageStats.ByType has at most.
const MaxContentTypes = 100

// Average returns the mean size of completed backups in bytes, 0 if there are none.
func (s StorageStats) Average() int64 {
	v := s.ByStatus[StatusCompleted]
	if v.Count == 0 {
		return 0
	}
	return int64(math.Round(float64(v.Bytes) / float64(v.Count)))
}

// StorageFlow is what was added and deleted on a day (UTC).
type StorageFlow struct {
	Day           time.Time `db:"day"`
	Uploaded      int64     `db:"uploaded"` // backups completed
	UploadedBytes int64     `db:"uploaded_bytes"`
	Deleted       int64     `db:"deleted"` // completed backups deleted
	DeletedBytes  int64     `db:"deleted_bytes"`
}

// StorageDay is what was added and deleted on a day (UTC), and what was stored at the
// end of the day.
type StorageDay struct {
	Date              time.Time
	Uploaded, Deleted int64
	Stored            Volume
}

// StatsDays is how many days the stats show.
const StatsDays = 30

// StatsSince returns the first of the StatsDays days up to now.
func StatsSince(now time.Time) time.Time {
	return now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-StatsDays)
}

// Days returns the StatsDays days up to now, oldest first. The volume at the end of a
// day is the current volume, minus what was added and plus what was deleted since.
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

// ProjectedFullAt returns when the quota will be used up if storage keeps growing as on
// average in the last StatsDays days, or since the first upload if that was later. It
// returns nil if storage doesn't grow, or if that takes more than a hundred years.
func (s StorageStats) ProjectedFullAt(now time.Time) *time.Time {
	first, growth := time.Time{}, int64(0)
	for _, f := range s.Flows {
		growth += f.UploadedBytes - f.DeletedBytes
		if first.IsZero() {
			first = f.Day
		}
	}
	stored := s.ByStatus[StatusCompleted].Bytes
	if stored > growth { // some bytes were stored before these days
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
