package blobtest

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func (s *suite) lister(t *testing.T) lox.ObjectLister {
	t.Helper()
	lister, ok := s.Store.(lox.ObjectLister)
	require.True(t, ok, "%T is not a lox.ObjectLister", s.Store)
	return lister
}

// list returns the listed objects of some tenants, and checks the order of the whole list.
func (s *suite) list(t *testing.T, tenants ...lox.TenantID) (found []lox.StoredObject) {
	t.Helper()
	last := ""
	for o, err := range s.lister(t).Objects(t.Context()) {
		require.NoError(t, err)
		require.LessOrEqual(t, last, o.Key, "out of order")
		last = o.Key
		if tenant, _, ok := lox.ParseObjectKey(o.Key); ok && slices.Contains(tenants, tenant) {
			found = append(found, o)
		}
	}
	return found
}

// The list has the same order as the backups in the database.
func testList(t *testing.T, s *suite) {
	var tenants []lox.TenantID
	var backups []lox.Backup
	for range 3 {
		tenants = append(tenants, lox.NewTenantID())
	}
	for i := range 12 {
		backups = append(backups, lox.Backup{Tenant: tenants[i/4], ID: lox.NewBackupID(), Size: int64(100 + i)})
	}
	began := time.Now()
	for _, i := range rand.Perm(len(backups)) {
		s.put(t, backups[i].ObjectKey(), content(int(backups[i].Size)))
	}
	slices.SortFunc(backups, func(a, b lox.Backup) int {
		if a.Tenant != b.Tenant {
			return slices.Compare(a.Tenant[:], b.Tenant[:])
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	found := s.list(t, tenants...)
	require.Len(t, found, len(backups))
	for i, o := range found {
		assert.Equal(t, backups[i].ObjectKey(), o.Key)
		assert.Equal(t, backups[i].Size, o.Size)
		assert.WithinRange(t, o.Modified, began.Add(-2*time.Second), time.Now().Add(2*time.Second))
		assert.True(t, o.Latest)
		assert.False(t, o.Deleted)
		assert.Equal(t, s.S3 != nil, o.Version != "")
		again, err := s.lister(t).Versions(t.Context(), o.Key)
		require.NoError(t, err)
		assert.Equal(t, []lox.StoredObject{o}, again)
	}

	require.NoError(t, s.Store.Delete(t.Context(), backups[0].ObjectKey()))
	require.Len(t, s.list(t, tenants...), len(backups)-1)
	again, err := s.lister(t).Versions(t.Context(), backups[0].ObjectKey())
	require.NoError(t, err)
	require.Empty(t, again)
}

func testListCanceled(t *testing.T, s *suite) {
	s.put(t, key(), content(10))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, last = range s.lister(t).Objects(ctx) {
	}
	require.ErrorIs(t, last, context.Canceled)
	_, err := s.lister(t).Versions(ctx, key())
	require.ErrorIs(t, err, context.Canceled)
	for range s.lister(t).Objects(t.Context()) {
		break // the caller may stop early
	}
}

func testListVersions(t *testing.T, s *suite) {
	tenant := lox.NewTenantID()
	k := lox.Backup{Tenant: tenant, ID: lox.NewBackupID()}.ObjectKey()
	first, second := s.put(t, k, content(10)), s.put(t, k, content(20))
	require.NoError(t, s.core(t).RemoveObject(t.Context(), s.S3.Bucket, k, minio.RemoveObjectOptions{}), "leaves a mark")
	longer := s.put(t, k+"x", content(30))
	for _, found := range [][]lox.StoredObject{
		s.list(t, tenant),
		func() []lox.StoredObject {
			found, err := s.lister(t).Versions(t.Context(), k)
			require.NoError(t, err)
			return found
		}(),
	} {
		require.Len(t, found, 3)
		assert.True(t, found[0].Deleted)
		assert.True(t, found[0].Latest)
		for i, o := range []lox.Object{second, first} {
			assert.Equal(t, o.Version, found[i+1].Version)
			assert.Equal(t, o.Size, found[i+1].Size)
			assert.False(t, found[i+1].Latest)
			assert.False(t, found[i+1].Deleted)
		}
	}
	found, err := s.lister(t).Versions(t.Context(), k+"x")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, longer.Version, found[0].Version)
	assert.True(t, strings.HasSuffix(found[0].Key, "x"))
}
