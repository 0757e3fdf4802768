package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"
)

// statements are the prepared ones. database/sql prepares each of them again
// on every connection that comes to run it.
type statements struct {
	createTenant, countTenants, tenants                   *sqlx.Stmt
	getTenant, lockTenant, updateTenant                   *sqlx.Stmt
	closeTenant, someBackups, deleteBackups, deleteEvents *sqlx.Stmt
	deleteIdempotencyKeys                                 *sqlx.Stmt
	lockUsage, deleteKeys, deleteTenant                   *sqlx.Stmt
	principal, keyPrefixes, keys, createKey, getKey       *sqlx.Stmt
	revokeKey, otherKey, replaceKey, noteKeyUse           *sqlx.Stmt
	usage, storage, stats                                 *sqlx.Stmt
	createBackup, createEach, createBackupOnce            *sqlx.Stmt
	createBackups                                         *sqlx.Stmt
	getBackup, getBackups, deleteBackup                   *sqlx.Stmt
	lockKey, usedKey, renewUpload, forgetKeys             *sqlx.Stmt
	lease, release, complete, fail                        *sqlx.Stmt
	abandoned, overdue                                    *sqlx.Stmt
	claimPurges, finishPurge, finishVersionPurge          *sqlx.Stmt
	createWebhook, webhooks, getWebhook, lockWebhook      *sqlx.Stmt
	updateWebhook, disableWebhook, failPending            *sqlx.Stmt
	deleteDeliveries, deleteWebhook, someWebhooks         *sqlx.Stmt
	lockWebhooks, sealedSecrets                           *sqlx.Stmt
	sendEvent, deliveries, deliveriesByStatus             *sqlx.Stmt
	deliveriesByType, deliveriesByStatusType              *sqlx.Stmt
	getDelivery, redeliver, recover                       *sqlx.Stmt
	freeExpired, dueWebhooks, claimDeliveries, requeue    *sqlx.Stmt
	putBackDelivery, hostWebhooks, abandonedHooks         *sqlx.Stmt
	finishDelivery, disableFailing, nextDelivery          *sqlx.Stmt
	forgetDeliveries                                      *sqlx.Stmt
	pages                                                 [len(pageShapes)]*sqlx.Stmt
}

// table says which statement is prepared from which text.
//
//nolint:funlen // a table
func (s *statements) table() map[**sqlx.Stmt]string {
	table := map[**sqlx.Stmt]string{
		&s.createTenant: createTenantSQL,
		&s.countTenants: countTenantsSQL,
		&s.tenants:      tenantsSQL,
		&s.getTenant:    getTenantSQL,
		&s.lockTenant:   lockTenantSQL,
		&s.updateTenant: updateTenantSQL,

		&s.closeTenant:   closeTenantSQL,
		&s.someBackups:   someBackupsSQL,
		&s.deleteBackups: deleteBackupsSQL,
		&s.deleteEvents:  deleteEventsSQL,
		&s.lockUsage:     lockUsageSQL,

		&s.deleteIdempotencyKeys: deleteIdempotencyKeysSQL,

		&s.deleteKeys:   deleteKeysSQL,
		&s.deleteTenant: deleteTenantSQL,

		&s.principal:   principalSQL,
		&s.keyPrefixes: keyPrefixesSQL,
		&s.keys:        keysSQL,
		&s.createKey:   createKeySQL,
		&s.getKey:      getKeySQL,
		&s.revokeKey:   revokeKeySQL,
		&s.otherKey:    otherKeySQL,
		&s.replaceKey:  replaceKeySQL,
		&s.noteKeyUse:  noteKeyUseSQL,

		&s.usage:   usageSQL,
		&s.storage: storageSQL,
		&s.stats:   statsSQL,

		&s.createBackup:     createBackupSQL,
		&s.createEach:       createEachSQL,
		&s.createBackupOnce: createBackupOnceSQL,
		&s.createBackups:    createBackupsSQL,
		&s.getBackup:        getBackupSQL,
		&s.getBackups:       getBackupsSQL,
		&s.deleteBackup:     deleteBackupSQL,

		&s.lockKey:     lockKeySQL,
		&s.usedKey:     usedKeySQL,
		&s.renewUpload: renewUploadSQL,
		&s.forgetKeys:  forgetKeysSQL,

		&s.lease:    leaseSQL,
		&s.release:  releaseSQL,
		&s.complete: completeSQL,
		&s.fail:     failSQL,

		&s.abandoned: abandonedSQL,
		&s.overdue:   overdueSQL,

		&s.claimPurges:        claimPurgesSQL,
		&s.finishPurge:        finishPurgeSQL,
		&s.finishVersionPurge: finishVersionPurgeSQL,

		&s.createWebhook:    createWebhookSQL,
		&s.webhooks:         webhooksSQL,
		&s.hostWebhooks:     hostWebhooksSQL,
		&s.getWebhook:       getWebhookSQL,
		&s.lockWebhook:      lockWebhookSQL,
		&s.updateWebhook:    updateWebhookSQL,
		&s.disableWebhook:   disableWebhookSQL,
		&s.failPending:      failPendingSQL,
		&s.abandonedHooks:   abandonedHooksSQL,
		&s.deleteDeliveries: deleteDeliveriesSQL,
		&s.deleteWebhook:    deleteWebhookSQL,
		&s.someWebhooks:     someWebhooksSQL,
		&s.lockWebhooks:     lockWebhooksSQL,
		&s.sealedSecrets:    sealedSecretsSQL,

		&s.sendEvent:              sendEventSQL,
		&s.deliveries:             deliveriesSQL,
		&s.deliveriesByStatus:     deliveriesByStatusSQL,
		&s.deliveriesByType:       deliveriesByTypeSQL,
		&s.deliveriesByStatusType: deliveriesByStatusTypeSQL,
		&s.getDelivery:            getDeliverySQL,
		&s.redeliver:              redeliverSQL,
		&s.recover:                recoverSQL,

		&s.freeExpired:      freeExpiredSQL,
		&s.dueWebhooks:      dueWebhooksSQL,
		&s.claimDeliveries:  claimDeliveriesSQL,
		&s.requeue:          requeueSQL,
		&s.putBackDelivery:  putBackDeliverySQL,
		&s.finishDelivery:   finishDeliverySQL,
		&s.disableFailing:   disableFailingSQL,
		&s.nextDelivery:     nextDeliverySQL,
		&s.forgetDeliveries: forgetDeliveriesSQL,
	}
	for _, shape := range pageShapes {
		table[&s.pages[shape.index()]] = shape.sql()
	}
	return table
}

// prepareConns is over how many connections statements are prepared: PostgreSQL
// takes a quarter of a millisecond to parse one.
const prepareConns = 4

// prepare prepares them all, so that one which doesn't fit the schema keeps
// the store from opening.
func (s *statements) prepare(ctx context.Context, db *sqlx.DB) error {
	preparing, ctx := errgroup.WithContext(ctx)
	preparing.SetLimit(prepareConns)
	for stmt, query := range s.table() {
		preparing.Go(func() error {
			prepared, err := db.PreparexContext(ctx, query)
			if err != nil {
				return fmt.Errorf("prepare %.60q: %w", query, err)
			}
			*stmt = prepared
			return nil
		})
	}
	return preparing.Wait()
}
