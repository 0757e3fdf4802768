package store_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

func TestTenantRoundTrip(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	want, _ := storetest.TenantOn(t, s, lox.PlanSolo)
	storetest.Tenant(t, s, quota)
	read := func() lox.Tenant {
		got, err := s.Tenant(t.Context(), want.ID)
		require.NoError(t, err)
		got.CreatedAt = got.CreatedAt.UTC()
		if got.SuspendedAt != nil {
			at := got.SuspendedAt.UTC()
			got.SuspendedAt = &at
		}
		return got
	}
	assert.Equal(t, want, read())

	override := int64(7)
	want.Name, want.ContactEmail, want.Plan, want.QuotaOverride = "Other", "ops@example.com", lox.PlanBusiness, &override
	want.Settings, want.SuspendedAt = lox.Metadata{"<&>": "\u2028\""}, &noon
	got, err := s.UpdateTenant(t.Context(), want.ID, time.Now(), storetest.By, func(t *lox.Tenant) error {
		*t = want
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, want, read())
	u, err := s.Usage(t.Context(), want.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 7, u.Quota)

	refused := lox.Invalid("no", "name", "no")
	_, err = s.UpdateTenant(t.Context(), want.ID, time.Now(), storetest.By, func(t *lox.Tenant) error {
		t.Name = "never"
		return refused
	})
	require.ErrorIs(t, err, refused)
	assert.Equal(t, want, read())

	_, err = s.Tenant(t.Context(), lox.NewTenantID())
	require.ErrorIs(t, err, lox.ErrTenantNotFound)
	_, err = s.UpdateTenant(t.Context(), lox.NewTenantID(), time.Now(), storetest.By, func(*lox.Tenant) error { panic("there is none") })
	require.ErrorIs(t, err, lox.ErrTenantNotFound)
	require.ErrorIs(t, s.DeleteTenant(t.Context(), lox.NewTenantID(), noon, storetest.By, nil), lox.ErrTenantNotFound)
}

func TestTenantListHasUsage(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	none, err := s.Tenants(t.Context())
	require.NoError(t, err)
	assert.Empty(t, none)
	var want []lox.TenantID
	for range 3 {
		tenant, _ := storetest.Tenant(t, s, quota)
		want = append(want, tenant.ID)
	}
	create(t, s, pending(want[1], 10, noon))
	complete(t, s, create(t, s, pending(want[1], 100, noon)), noon)
	all, err := s.Tenants(t.Context())
	require.NoError(t, err)
	var got []lox.TenantID
	for _, tenant := range all {
		got = append(got, tenant.ID)
	}
	assert.Equal(t, want, got, "the oldest first")
	assert.Equal(t, lox.Usage{Quota: quota, Used: 100, Reserved: 10}, all[1].Usage)
	assert.EqualValues(t, 1, all[1].Backups)
	assert.Equal(t, lox.Usage{Quota: quota}, all[2].Usage)
	n, err := s.CountTenants(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, n)
}

// No change is lost, and there is no deadlock with creates of backups, which refer to the tenant,
// even on a new day.
func TestConcurrentTenantChanges(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	const workers, changes = 8, 25
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := range changes {
				_, err := s.UpdateTenant(context.Background(), tenant.ID, time.Now(), storetest.By, func(t *lox.Tenant) error {
					n, _ := strconv.Atoi(t.Settings["n"])
					t.Settings = lox.Metadata{"n": strconv.Itoa(n + 1)}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				b := pending(tenant.ID, 1, noon.Add(time.Duration(w*changes+i)*24*time.Hour))
				if err := s.CreateBackup(context.Background(), b, storetest.By); err != nil {
					t.Error(err)
				}
				k, _ := storetest.NewKey(t, tenant.ID, noon)
				if err := s.CreateAPIKey(context.Background(), k, storetest.By); err != nil {
					t.Error(err)
				}
				at := noon
				if _, err := s.Complete(context.Background(), b, lox.Verified{At: at, Event: b.Completed(lox.Checksum{}, at, storetest.By)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got, err := s.Tenant(t.Context(), tenant.ID)
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(workers*changes), got.Settings["n"])
	storetest.CheckCounters(t, dsn)
}
