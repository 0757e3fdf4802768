package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/backlox/lox"
)

const (
	oldFailedSQL = `select tenant_id, id, name, size_bytes from backups
where status = 'failed' and created_at < $1
order by created_at limit $2`

	// Skips locked rows: NoteKeyUse locks many keys.
	forgetRevokedKeysSQL = `delete from api_keys where id = any (array(
	select id from api_keys where revoked_at < $1
	order by revoked_at limit $2
	for update skip locked
))`

	// Reads all rows in the order of the primary key. An index of the empty rows would make each
	// change of a counter write to an index. It skips locked rows, because statements that change
	// counters lock the rows of several tenants, and could deadlock with this one. Such a statement
	// inserts a row again if this one has deleted it meanwhile.
	forgetDaysSQL = `with page as materialized (
	select ctid as place, tenant_id, day from backup_days where (tenant_id, day) > ($1, $2)
	order by tenant_id, day limit $4
), empty as materialized (
	select ctid as place from backup_days
	where ctid = any (array(select place from page where day < $3)) and (pending, pending_bytes, verifying, verifying_bytes,
		completed, completed_bytes, failed, failed_bytes) = (0, 0, 0, 0, 0, 0, 0, 0)
	for update skip locked
), deleted as (
	delete from backup_days where ctid = any (array(select place from empty))
)
select tenant_id, day from page order by tenant_id desc, day desc limit 1`

	forgetTypesSQL = `with page as materialized (
	select ctid as place, tenant_id, content_type from content_types where (tenant_id, content_type) > ($1, $2)
	order by tenant_id, content_type limit $3
), empty as materialized (
	select ctid as place from content_types
	where ctid = any (array(select place from page)) and (count, bytes) = (0, 0)
	for update skip locked
), deleted as (
	delete from content_types where ctid = any (array(select place from empty))
)
select tenant_id, content_type from page order by tenant_id desc, content_type desc limit 1`
)

// ForgetBackups implements lifecycle.Store. It deletes the backups like a request of their
// tenants, so their objects are purged once more.
func (s *Store) ForgetBackups(ctx context.Context, before, now time.Time, limit int, by lox.Actor) (int64, error) {
	var old []lox.Backup
	if err := s.oldFailed.SelectContext(ctx, &old, before, limit); err != nil {
		return 0, wrap(ctx, "find old failed backups", err)
	}
	// One statement for each tenant: a statement for several tenants would lock their counters in
	// a different order than other statements do.
	tenants := map[lox.TenantID][]lox.Backup{}
	for _, b := range old {
		tenants[b.Tenant] = append(tenants[b.Tenant], b)
	}
	for tenant, some := range tenants {
		if err := s.deleteSome(ctx, tenant, some, now, by); err != nil {
			return 0, err
		}
	}
	s.recorded()
	return int64(len(old)), nil
}

// ForgetRevokedKeys implements lifecycle.Store.
func (s *Store) ForgetRevokedKeys(ctx context.Context, before time.Time, limit int) (int64, error) {
	return affected(ctx, "forget revoked API keys", s.forgetRevokedKeys, before, limit)
}

// ForgetCounters implements lifecycle.Store.
func (s *Store) ForgetCounters(ctx context.Context, before time.Time, from lox.CounterPlace, limit int) (next lox.CounterPlace, err error) {
	var last struct {
		Tenant      lox.TenantID `db:"tenant_id"`
		Day         time.Time    `db:"day"`
		ContentType string       `db:"content_type"`
	}
	if from.Types {
		err = s.forgetTypes.GetContext(ctx, &last, from.Tenant, from.ContentType, limit)
	} else {
		err = s.forgetDays.GetContext(ctx, &last, from.Tenant, from.Day.UTC().Format(time.DateOnly), before.UTC().Format(time.DateOnly), limit)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows) && !from.Types: // content types come next
		return lox.CounterPlace{Types: true}, nil
	case errors.Is(err, sql.ErrNoRows):
		return lox.CounterPlace{}, nil
	}
	return lox.CounterPlace{Types: from.Types, Tenant: last.Tenant, Day: last.Day, ContentType: last.ContentType}, wrap(ctx, "forget empty counters", err)
}
