package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// statements are the prepared ones. database/sql prepares each of them again
// on every connection that comes to run it.
type statements struct {
	createTenant, countTenants, principal, usage            *sqlx.Stmt
	createBackup, createBackupOnce, getBackup, deleteBackup *sqlx.Stmt
	lockKey, usedKey, renewUpload, forgetKeys               *sqlx.Stmt
	lease, release, complete, fail                          *sqlx.Stmt
	abandoned, overdue, claimPurges, finishPurge            *sqlx.Stmt
	pages                                                   [len(pageShapes)]*sqlx.Stmt
}

// prepare prepares them all, so that one which doesn't fit the schema keeps
// the store from opening.
func (s *statements) prepare(ctx context.Context, db *sqlx.DB) error {
	table := map[**sqlx.Stmt]string{
		&s.createTenant: createTenantSQL,
		&s.countTenants: countTenantsSQL,
		&s.principal:    principalSQL,
		&s.usage:        usageSQL,

		&s.createBackup:     createBackupSQL,
		&s.createBackupOnce: createBackupOnceSQL,
		&s.getBackup:        getBackupSQL,
		&s.deleteBackup:     deleteBackupSQL,

		&s.lockKey:     lockKeySQL,
		&s.usedKey:     usedKeySQL,
		&s.renewUpload: renewUploadSQL,
		&s.forgetKeys:  forgetKeysSQL,

		&s.lease:    leaseSQL,
		&s.release:  releaseSQL,
		&s.complete: completeSQL,
		&s.fail:     failSQL,

		&s.abandoned:   abandonedSQL,
		&s.overdue:     overdueSQL,
		&s.claimPurges: claimPurgesSQL,
		&s.finishPurge: finishPurgeSQL,
	}
	for _, shape := range pageShapes {
		table[&s.pages[shape.index()]] = shape.sql()
	}
	for stmt, query := range table {
		prepared, err := db.PreparexContext(ctx, query)
		if err != nil {
			return fmt.Errorf("prepare %.60q: %w", query, err)
		}
		*stmt = prepared
	}
	return nil
}
