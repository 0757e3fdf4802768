package store_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// walkSteps are as many as fill the quotas, and walkPace spreads them over a week.
const (
	walkSteps = 4000
	walkPace  = 150 * time.Second
)

// After random changes in any order, the storage figures match the log of these changes, and every
// counter equals a recount.
func TestStorageMatchesHistory(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	r := rand.New(rand.NewPCG(1, 2))
	for step := range walkSteps {
		require.NoError(t, w.step(r, step))
		if step%200 == 0 {
			w.check(t)
		}
	}
	w.check(t)
	t.Logf("%v", w.did)
	require.Greater(t, w.did["refuse"], 100, "creates that the quota didn't allow")
}

// The same with many changes at once.
func TestStorageMatchesConcurrentHistory(t *testing.T) {
	t.Parallel()
	const workers = 16
	w := newWalker(t)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 3))
			for step := worker; step < walkSteps; step += workers {
				if err := w.step(r, step); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	w.check(t)
	t.Logf("%v", w.did)
	require.Greater(t, w.did["refuse"], 100, "creates that the quota didn't allow")
}

// walker changes the backups of several tenants at random, and logs the changes.
type walker struct {
	s       *store.Grouped
	dsn     string
	tenants []lox.TenantID
	made    backups

	mu  sync.Mutex
	log map[lox.BackupID]*history
	did map[string]int
}

// history has the changes of a backup. Nothing follows a deletion, and only a deletion follows
// completion or failure, whatever the order of the log is.
type history struct {
	lox.Backup
	leased, failed     bool
	completed, deleted *time.Time
}

func (h history) status() lox.Status {
	switch {
	case h.completed != nil:
		return lox.StatusCompleted
	case h.failed:
		return lox.StatusFailed
	case h.leased:
		return lox.StatusVerifying
	default:
		return lox.StatusPending
	}
}

func newWalker(t *testing.T) *walker {
	t.Helper()
	w := &walker{dsn: storetest.Database(t), log: map[lox.BackupID]*history{}, did: map[string]int{}}
	w.s = storetest.Open(t, w.dsn)
	for range 3 {
		tenant, _ := storetest.Tenant(t, w.s, walkQuota)
		w.tenants = append(w.tenants, tenant.ID)
	}
	return w
}

const walkQuota = 40_000

// step makes one random change, at a time that advances by walkPace a step, plus up to two days. A
// change that comes too late is no error.
func (w *walker) step(r *rand.Rand, step int) error {
	ctx := context.Background()
	at := noon.Add(time.Duration(step)*walkPace + time.Duration(r.IntN(48*3600))*time.Second)
	b, found := w.made.any(r)
	what := []string{"create", "create", "create", "lease", "complete", "complete", "fail", "overdue", "delete", "delete"}[r.IntN(10)]
	if what == "create" || !found {
		b = pending(w.tenants[r.IntN(len(w.tenants))], 1+r.Int64N(1000), at)
		b.ContentType = fmt.Sprintf("type/%d", r.IntN(8))
		err := w.s.CreateBackup(ctx, b, storetest.By)
		if err == nil {
			w.note("create", func() { w.log[b.ID] = &history{Backup: b} })
			w.made.add(b)
		} else {
			w.note("refuse", func() {})
		}
		return unless(err, lox.CodeQuotaExceeded)
	}
	var ok bool
	var err error
	switch what {
	case "lease":
		_, ok, err = w.s.Lease(ctx, b, lox.Lease{Owner: "o", Now: at, Until: at})
	case "complete":
		ok, err = w.s.Complete(ctx, b, lox.Verified{At: at, Event: b.Completed(lox.Checksum{}, at, storetest.By)})
	case "fail", "overdue":
		ok, err = w.s.Fail(ctx, b, lox.Failure{Text: "no", At: at, Overdue: what == "overdue", Event: b.Failed("no", at, storetest.By)})
	case "delete":
		err = w.s.DeleteBackup(ctx, b.Tenant, b.ID, at, storetest.By)
		ok, err = err == nil, unless(err, lox.CodeBackupNotFound)
	}
	if err != nil || !ok {
		return err
	}
	w.note(what, func() {
		h := w.log[b.ID]
		switch what {
		case "lease":
			h.leased = true
		case "complete":
			h.completed = &at
		case "fail", "overdue":
			h.failed = true
		case "delete":
			today := time.Now().UTC() // by the database's clock
			h.deleted = &today
		}
	})
	return nil
}

func (w *walker) note(what string, change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.did[what]++
	change()
}

// check compares the store's figures with the log and with a recount.
func (w *walker) check(t *testing.T) {
	t.Helper()
	for _, tenant := range w.tenants {
		for _, since := range []time.Time{{}, day(3)} {
			storage, stats := w.expected(tenant, since)
			got, err := w.s.Storage(t.Context(), tenant)
			require.NoError(t, err)
			for _, at := range []*time.Time{got.Oldest, got.Newest} {
				if at != nil {
					*at = at.UTC()
				}
			}
			require.Equal(t, storage, got)
			detail, err := w.s.StorageStats(t.Context(), tenant, since)
			require.NoError(t, err)
			for i := range detail.Flows {
				detail.Flows[i].Day = detail.Flows[i].Day.UTC()
			}
			require.Equal(t, stats, detail)
		}
	}
	storetest.CheckCounters(t, w.dsn)
}

// expected is what a tenant stores according to the log.
func (w *walker) expected(tenant lox.TenantID, since time.Time) (lox.Storage, lox.StorageStats) {
	stats := lox.StorageStats{ByStatus: map[lox.Status]lox.Volume{
		lox.StatusPending: {}, lox.StatusVerifying: {}, lox.StatusCompleted: {}, lox.StatusFailed: {},
	}}
	var oldest, newest *time.Time
	types, flows := map[string]lox.Volume{}, map[time.Time]lox.StorageFlow{}
	flow := func(at *time.Time, change func(*lox.StorageFlow)) {
		if day := at.Truncate(24 * time.Hour); !day.Before(since) {
			f := flows[day]
			f.Day = day
			change(&f)
			flows[day] = f
		}
	}
	for _, h := range w.log {
		if h.Tenant != tenant {
			continue
		}
		if h.completed != nil {
			flow(h.completed, func(f *lox.StorageFlow) { f.Uploaded++; f.UploadedBytes += h.Size })
			if h.deleted != nil {
				flow(h.deleted, func(f *lox.StorageFlow) { f.Deleted++; f.DeletedBytes += h.Size })
			}
		}
		if h.deleted != nil {
			continue
		}
		stats.ByStatus[h.status()] = plus(stats.ByStatus[h.status()], h.Size)
		if h.completed == nil {
			continue
		}
		types[h.ContentType] = plus(types[h.ContentType], h.Size)
		stats.Largest = max(stats.Largest, h.Size)
		if oldest == nil || h.CreatedAt.Before(*oldest) {
			oldest = &h.CreatedAt
		}
		if newest == nil || h.CreatedAt.After(*newest) {
			newest = &h.CreatedAt
		}
	}
	completed := stats.ByStatus[lox.StatusCompleted]
	stats.Usage = lox.Usage{
		Quota: walkQuota, Used: completed.Bytes,
		Reserved: stats.ByStatus[lox.StatusPending].Bytes + stats.ByStatus[lox.StatusVerifying].Bytes,
	}
	stats.ByType = []lox.TypeVolume{}
	for name, v := range types {
		stats.ByType = append(stats.ByType, lox.TypeVolume{ContentType: name, Volume: v})
	}
	slices.SortFunc(stats.ByType, func(a, b lox.TypeVolume) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.ContentType, b.ContentType))
	})
	stats.Flows = slices.SortedFunc(maps.Values(flows), func(a, b lox.StorageFlow) int { return a.Day.Compare(b.Day) })
	if stats.Flows == nil {
		stats.Flows = []lox.StorageFlow{}
	}
	return lox.Storage{Usage: stats.Usage, Backups: completed.Count, Oldest: oldest, Newest: newest}, stats
}

func plus(v lox.Volume, size int64) lox.Volume {
	return lox.Volume{Count: v.Count + 1, Bytes: v.Bytes + size}
}

// backups are those created so far. Any worker may change them.
type backups struct {
	mu  sync.Mutex
	all []lox.Backup
}

func (m *backups) add(b lox.Backup) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, b)
}

// any returns one of them, preferably a recent one.
func (m *backups) any(r *rand.Rand) (lox.Backup, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.all) == 0 {
		return lox.Backup{}, false
	}
	last := m.all
	if r.IntN(2) == 0 {
		last = last[max(0, len(last)-20):]
	}
	return last[r.IntN(len(last))], true
}

func unless(err error, expected lox.Code) error {
	if lox.CodeOf(err) == expected {
		return nil
	}
	return err
}
