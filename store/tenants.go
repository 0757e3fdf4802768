package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"reflect"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	tenantColumns = `id, name, contact_email, plan, quota_override, settings, created_at, suspended_at`

	createTenantSQL = `with tenant as (
	insert into tenants (` + tenantColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8)
	returning id
), usage as (
	insert into tenant_usage (tenant_id, quota_bytes) select id, $9 from tenant
)
insert into api_keys (id, tenant_id, hash, name, prefix, last4, scopes, created_at, expires_at)
select $10, id, $11, $12, $13, $14, $15, $16, $17 from tenant`

	countTenantsSQL = `select count(*) from tenants`

	tenantsSQL = `select ` + tenantColumns + `, quota_bytes, completed_bytes as used_bytes,
	pending_bytes + verifying_bytes as reserved_bytes, completed as backup_count
from tenants t join tenant_usage u on u.tenant_id = t.id
order by created_at, id`

	getTenantSQL = `select ` + tenantColumns + ` from tenants where id = $1`

	// Not "for update": it would conflict with every statement that inserts a row with a
	// reference to the tenant, and some of these hold locks that the transaction needs next.
	lockTenantSQL = getTenantSQL + ` for no key update`

	updateTenantSQL = `with tenant as (
	update tenants
	set name = $2, contact_email = $3, plan = $4, quota_override = $5, settings = $6, suspended_at = $7
	where id = $1
	returning id
)
update tenant_usage u set quota_bytes = $8 from tenant where u.tenant_id = tenant.id`
)

// CreateTenant inserts a tenant and its first key, both or neither.
func (s *Store) CreateTenant(ctx context.Context, t lox.Tenant, k lox.APIKey, by lox.Actor) error {
	const what = "create tenant"
	return s.transact(ctx, what, func(tx *sqlx.Tx) error {
		_, err := affected(ctx, what, tx.StmtxContext(ctx, s.createTenant),
			t.ID, t.Name, t.ContactEmail, t.Plan, t.QuotaOverride, t.Settings, t.CreatedAt, t.SuspendedAt, t.Quota(),
			k.ID, k.Hash[:], k.Name, k.Prefix, k.Last4, k.Scopes, k.CreatedAt, k.ExpiresAt)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, t.Event(lox.EventTenantCreated, t.CreatedAt, by), k.Created(by))
	})
}

// CountTenants tells how many tenants there are.
func (s *Store) CountTenants(ctx context.Context) (n int, err error) {
	err = s.countTenants.GetContext(ctx, &n)
	return n, wrap(ctx, "count tenants", err)
}

// Tenants returns all of them, oldest first, with what they store.
func (s *Store) Tenants(ctx context.Context) (all []lox.TenantUsage, err error) {
	err = s.tenants.SelectContext(ctx, &all)
	return all, wrap(ctx, "list tenants", err)
}

// Tenant returns one. CodeNotFound.
func (s *Store) Tenant(ctx context.Context, id lox.TenantID) (lox.Tenant, error) {
	return readTenant(ctx, s.getTenant, id)
}

// UpdateTenant has change alter a tenant and stores it, with its quota, unless change
// fails or alters nothing. Meanwhile nobody else can alter it. CodeNotFound.
func (s *Store) UpdateTenant(
	ctx context.Context, id lox.TenantID, now time.Time, by lox.Actor, change func(*lox.Tenant) error,
) (t lox.Tenant, err error) {
	err = s.transact(ctx, "update tenant", func(tx *sqlx.Tx) error {
		if t, err = s.lock(ctx, tx, id); err != nil {
			return err
		}
		before := t
		before.Settings = maps.Clone(t.Settings)
		if err = change(&t); err != nil || same(t, before) {
			return err
		}
		_, err = affected(ctx, "update tenant", tx.StmtxContext(ctx, s.updateTenant),
			id, t.Name, t.ContactEmail, t.Plan, t.QuotaOverride, t.Settings, t.SuspendedAt, t.Quota())
		if err != nil {
			return err
		}
		what := lox.EventTenantUpdated
		switch {
		case t.SuspendedAt != nil && before.SuspendedAt == nil:
			what = lox.EventTenantSuspended
		case t.SuspendedAt == nil && before.SuspendedAt != nil:
			what = lox.EventTenantResumed
		}
		return s.record(ctx, tx, t.Event(what, now, by))
	})
	return t, err
}

// same reports whether two tenants are equal. Nil settings equal empty ones.
func same(a, b lox.Tenant) bool {
	if len(a.Settings) == 0 && len(b.Settings) == 0 {
		a.Settings, b.Settings = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// lock returns a tenant and locks it, its keys and its quota until the end of the
// transaction. The snapshot of a statement is older than the lock that it waits for, so
// the data for a decision under the lock must be read by a later statement.
func (s *Store) lock(ctx context.Context, tx *sqlx.Tx, id lox.TenantID) (lox.Tenant, error) {
	return readTenant(ctx, tx.StmtxContext(ctx, s.lockTenant), id)
}

func readTenant(ctx context.Context, stmt *sqlx.Stmt, id lox.TenantID) (t lox.Tenant, err error) {
	err = stmt.GetContext(ctx, &t, id)
	if errors.Is(err, sql.ErrNoRows) {
		return t, lox.ErrTenantNotFound
	}
	return t, wrap(ctx, "read tenant", err)
}
