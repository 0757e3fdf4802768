package disk

import (
	"context"
	"sync"
	"testing"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
)

// everyBackup makes every backup wait for its upload.
type everyBackup struct{}

func (everyBackup) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	return lox.Backup{ID: id, Tenant: tenant, Status: lox.StatusPending}, nil
}

// byKey makes every backup wait for its upload, those in partSizes in parts.
type byKey struct{ partSizes sync.Map }

func (b *byKey) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	found := lox.Backup{ID: id, Tenant: tenant, Status: lox.StatusPending}
	if size, ok := b.partSizes.Load(found.ObjectKey()); ok {
		found.PartSize = size.(int64)
	}
	return found, nil
}

func (b *byKey) inParts(key string, partSize int64) { b.partSizes.Store(key, partSize) }

func TestConformanceOfParts(t *testing.T) {
	b := &byKey{}
	f := open(t, func(c *Config) { c.Backups = b })
	blobtest.RunParts(t, blobtest.Fixture{Store: f.Store, Base: f.http.URL, Parts: f.Store, InParts: b.inParts})
	f.requireIdle(t)
}

func TestConformance(t *testing.T) {
	f := open(t, func(c *Config) { c.Backups = everyBackup{} })
	blobtest.Run(t, blobtest.Fixture{Store: f.Store, Base: f.http.URL})
}
