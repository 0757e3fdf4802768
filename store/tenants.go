package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

const (
	createTenantSQL = `with tenant as (
	insert into tenants (id, name, plan, quota_override, created_at) values ($1, $2, $3, $4, $5)
	returning id
), usage as (
	insert into tenant_usage (tenant_id, quota_bytes) select id, $6 from tenant
)
insert into api_keys (id, tenant_id, hash, last4, scopes, created_at, expires_at)
select $7, id, $8, $9, $10, $5, $11 from tenant`

	countTenantsSQL = `select count(*) from tenants`

	principalSQL = `select k.id, k.tenant_id, k.scopes, k.expires_at, t.plan
from api_keys k join tenants t on t.id = k.tenant_id
where k.hash = $1 and k.revoked_at is null`
)

// CreateTenant implements lox.TenantStore.
func (s *Store) CreateTenant(ctx context.Context, t lox.Tenant, k lox.APIKey) error {
	scopes := make(pq.StringArray, 0, len(k.Scopes)) // not nil, which would be null
	for _, scope := range k.Scopes {
		scopes = append(scopes, string(scope))
	}
	_, err := affected(ctx, "create tenant", s.createTenant,
		t.ID, t.Name, t.Plan, t.QuotaOverride, t.CreatedAt, t.Quota(),
		k.ID, k.Hash[:], k.Last4, scopes, k.ExpiresAt)
	return err
}

// CountTenants implements lox.TenantStore.
func (s *Store) CountTenants(ctx context.Context) (n int, err error) {
	err = s.countTenants.GetContext(ctx, &n)
	return n, wrap(ctx, "count tenants", err)
}

// PrincipalByKey implements lox.KeyStore.
func (s *Store) PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	var row struct {
		ID        lox.KeyID      `db:"id"`
		Tenant    lox.TenantID   `db:"tenant_id"`
		Scopes    pq.StringArray `db:"scopes"`
		ExpiresAt *time.Time     `db:"expires_at"`
		Plan      lox.Plan       `db:"plan"`
	}
	err := s.principal.GetContext(ctx, &row, hash[:])
	if errors.Is(err, sql.ErrNoRows) {
		return lox.Principal{}, lox.ErrInvalidAPIKey
	}
	p := lox.Principal{Tenant: row.Tenant, Key: row.ID, Plan: row.Plan, ExpiresAt: row.ExpiresAt}
	for _, scope := range row.Scopes {
		p.Scopes = append(p.Scopes, lox.Scope(scope))
	}
	return p, wrap(ctx, "find API key", err)
}
