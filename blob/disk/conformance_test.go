package disk

import (
	"context"
	"testing"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
)

// everyBackup waits for its upload.
type everyBackup struct{}

func (everyBackup) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	return lox.Backup{ID: id, Tenant: tenant, Status: lox.StatusPending}, nil
}

func TestConformance(t *testing.T) {
	f := open(t, func(c *Config) { c.Backups = everyBackup{} })
	blobtest.Run(t, blobtest.Fixture{Store: f.Store, Base: f.http.URL})
}
