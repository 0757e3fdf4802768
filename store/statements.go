package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// statements are the prepared statements. database/sql prepares each of them again on
// every connection that runs it.
type statements struct {
	createTenant, countTenants, tenants                                 *sqlx.Stmt
	getTenant, lockTenant, updateTenant                                 *sqlx.Stmt
	closeTenant, someBackups, deleteBackups                             *sqlx.Stmt
	deleteIdempotencyKeys                                               *sqlx.Stmt
	lockUsage, deleteKeys, deleteTenant                                 *sqlx.Stmt
	principal, keyPrefixes, keys, createKey, getKey                     *sqlx.Stmt
	revokeKey, otherKey, replaceKey, noteKeyUse                         *sqlx.Stmt
	usage, storage, stats                                               *sqlx.Stmt
	createAll, createAllOnce, createSome                                *sqlx.Stmt
	recordEvent, recordHotEvent, downloadBackups                        *sqlx.Stmt
	failHotPending                                                      *sqlx.Stmt
	events, eventsOfSubject, lastRead, getEvent                         *sqlx.Stmt
	keepPartitions                                                      *sqlx.Stmt
	getBackup, getBackups, deleteBackup                                 *sqlx.Stmt
	lockKey, usedKey, renewUpload, forgetKeys, issueParts, extendUpload *sqlx.Stmt
	lease, release, completeBackups, fail                               *sqlx.Stmt
	claimVerifications, overdue                                         *sqlx.Stmt
	verifyBacklog, expireBacklog, purgeBacklog                          *sqlx.Stmt
	claimPurges, finishPurges                                           *sqlx.Stmt
	oldFailed, forgetRevokedKeys                                        *sqlx.Stmt
	forgetDays, forgetTypes                                             *sqlx.Stmt
	createWebhook, webhooks, getWebhook, lockWebhook                    *sqlx.Stmt
	updateWebhook, closeWebhook, failPending                            *sqlx.Stmt
	deleteDeliveries, deleteWebhook, someWebhooks                       *sqlx.Stmt
	lockWebhooks, sealedSecrets, deletedWebhook                         *sqlx.Stmt
	sendEvent, deliveries, deliveriesByStatus                           *sqlx.Stmt
	deliveriesByType, deliveriesByStatusType                            *sqlx.Stmt
	getDelivery, redeliver, recover                                     *sqlx.Stmt
	freeExpired, dueWebhooks, claimDeliveries, requeue                  *sqlx.Stmt
	putBackDelivery, hostWebhooks, abandonedHooks                       *sqlx.Stmt
	finishDelivery, disableFailing, nextDelivery                        *sqlx.Stmt
	forgetDeliveries, retryUnsigned                                     *sqlx.Stmt
	masterKeyProof, keepMasterKeyProof, someSecrets                     *sqlx.Stmt
	databaseVersion, deliverBacklog                                     *sqlx.Stmt
	marks, advanceMark, markWritten, holdDeletions                      *sqlx.Stmt
	looksRestored                                                       *sqlx.Stmt
	pageByName, pageByMetadata                                          *sqlx.Stmt
	pages                                                               [len(pageShapes)]*sqlx.Stmt
}

// table maps each statement to its text.
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

		&s.createAll:     createAllSQL,
		&s.createAllOnce: createAllOnceSQL,
		&s.createSome:    createSomeSQL,
		&s.getBackup:     getBackupSQL,
		&s.getBackups:    getBackupsSQL,
		&s.deleteBackup:  deleteBackupSQL,

		&s.pageByName:     pageByNameSQL,
		&s.pageByMetadata: pageByMetadataSQL,

		&s.recordEvent:     recordEventSQL,
		&s.recordHotEvent:  recordEventSQL,
		&s.failHotPending:  failPendingSQL,
		&s.downloadBackups: downloadBackupsSQL,
		&s.events:          eventsSQL,
		&s.eventsOfSubject: eventsOfSubjectSQL,
		&s.lastRead:        lastReadSQL,
		&s.getEvent:        getEventSQL,
		&s.keepPartitions:  keepPartitionsSQL,

		&s.lockKey:      lockKeySQL,
		&s.usedKey:      usedKeySQL,
		&s.renewUpload:  renewUploadSQL,
		&s.issueParts:   issuePartsSQL,
		&s.extendUpload: extendUploadSQL,
		&s.forgetKeys:   forgetKeysSQL,

		&s.lease:           leaseSQL,
		&s.release:         releaseSQL,
		&s.completeBackups: completeBackupsSQL,
		&s.fail:            failSQL,

		&s.claimVerifications: claimVerificationsSQL,

		&s.overdue:       overdueSQL,
		&s.verifyBacklog: verifyBacklogSQL,
		&s.expireBacklog: expireBacklogSQL,
		&s.purgeBacklog:  purgeBacklogSQL,

		&s.deliverBacklog: deliverBacklogSQL,

		&s.claimPurges:  claimPurgesSQL,
		&s.finishPurges: finishPurgesSQL,

		&s.oldFailed:         oldFailedSQL,
		&s.forgetRevokedKeys: forgetRevokedKeysSQL,
		&s.forgetDays:        forgetDaysSQL,
		&s.forgetTypes:       forgetTypesSQL,

		&s.createWebhook:    createWebhookSQL,
		&s.webhooks:         webhooksSQL,
		&s.hostWebhooks:     hostWebhooksSQL,
		&s.getWebhook:       getWebhookSQL,
		&s.lockWebhook:      lockWebhookSQL,
		&s.updateWebhook:    updateWebhookSQL,
		&s.closeWebhook:     closeWebhookSQL,
		&s.failPending:      failPendingSQL,
		&s.abandonedHooks:   abandonedHooksSQL,
		&s.deleteDeliveries: deleteDeliveriesSQL,
		&s.deleteWebhook:    deleteWebhookSQL,
		&s.someWebhooks:     someWebhooksSQL,
		&s.lockWebhooks:     lockWebhooksSQL,
		&s.sealedSecrets:    sealedSecretsSQL,
		&s.deletedWebhook:   deletedWebhookSQL,

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
		&s.retryUnsigned:    retryUnsignedSQL,

		&s.marks:         marksSQL,
		&s.advanceMark:   advanceMarkSQL,
		&s.markWritten:   markWrittenSQL,
		&s.holdDeletions: holdDeletionsSQL,
		&s.looksRestored: looksRestoredSQL,

		&s.masterKeyProof:     masterKeyProofSQL,
		&s.keepMasterKeyProof: keepMasterKeyProofSQL,
		&s.someSecrets:        someSecretsSQL,
		&s.databaseVersion:    databaseVersionSQL,
	}
	for _, shape := range pageShapes {
		table[&s.pages[shape.index()]] = shape.sql()
	}
	return table
}

// hotStatements returns the frequent statements: those of requests for backups, and those of
// background jobs and deliveries. A transaction can use statements of one pool only, so two
// statements are prepared in both pools.
func (s *statements) hotStatements() map[**sqlx.Stmt]bool {
	hot := map[**sqlx.Stmt]bool{}
	for _, stmt := range []**sqlx.Stmt{
		&s.principal, &s.getTenant, &s.usage, &s.storage, &s.stats,
		&s.createAll, &s.createAllOnce, &s.createSome, &s.getBackup, &s.getBackups, &s.deleteBackup, &s.pageByName,
		&s.lockKey, &s.usedKey, &s.renewUpload, &s.issueParts, &s.extendUpload,
		&s.lease, &s.release, &s.completeBackups, &s.fail, &s.claimVerifications, &s.overdue,
		&s.verifyBacklog, &s.expireBacklog, &s.purgeBacklog, &s.deliverBacklog,
		&s.claimPurges, &s.finishPurges,
		&s.recordHotEvent, &s.failHotPending, &s.downloadBackups, &s.events, &s.eventsOfSubject, &s.lastRead, &s.getEvent,
		&s.sendEvent, &s.deliveries, &s.deliveriesByStatus, &s.deliveriesByType, &s.deliveriesByStatusType, &s.getDelivery,
		&s.redeliver, &s.recover,
		&s.freeExpired, &s.dueWebhooks, &s.claimDeliveries, &s.requeue, &s.putBackDelivery, &s.finishDelivery,
		&s.disableFailing, &s.nextDelivery, &s.forgetDeliveries,
	} {
		hot[stmt] = true
	}
	for i := range s.pages {
		hot[&s.pages[i]] = true
	}
	return hot
}

// prepare prepares all statements. If one doesn't fit the schema, Open fails.
func (s *statements) prepare(ctx context.Context, db, hot *sqlx.DB) error {
	isHot := s.hotStatements()
	for stmt, query := range s.table() {
		db := db
		if isHot[stmt] {
			db = hot
		}
		var err error
		if *stmt, err = db.PreparexContext(ctx, query); err != nil {
			return fmt.Errorf("prepare %.60q: %w", query, err)
		}
	}
	return nil
}
