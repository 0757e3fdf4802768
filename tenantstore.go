package lox

import (
	"context"
	"time"
)

// TenantStore keeps tenants.
type TenantStore interface {
	// CreateTenant inserts a tenant and its first key, both or neither.
	CreateTenant(ctx context.Context, t Tenant, k APIKey, by Actor) error

	// CountTenants tells how many tenants there are.
	CountTenants(ctx context.Context) (int, error)

	// Tenants returns all of them, oldest first, with what they store.
	Tenants(ctx context.Context) ([]TenantUsage, error)

	// Tenant returns one. CodeNotFound.
	Tenant(ctx context.Context, id TenantID) (Tenant, error)

	// UpdateTenant has change alter a tenant and stores it, with its quota, unless
	// change fails or alters nothing. Meanwhile nobody else can alter it. CodeNotFound.
	UpdateTenant(ctx context.Context, id TenantID, now time.Time, by Actor, change func(*Tenant) error) (Tenant, error)

	// DeleteTenant removes a tenant with its keys, backups and webhooks, and has every
	// object purged. No webhook is told; the record of its changes stays. Its keys
	// cease to work first. It may be called again after a failure, and goes on where it
	// was. If progress isn't nil, it is told after each step how many more backups are
	// deleted. To leave room for the requests of others, it pauses for a third of the time.
	// CodeNotFound.
	DeleteTenant(ctx context.Context, id TenantID, now time.Time, by Actor, progress func(deleted int)) error
}

// TenantUsage is a tenant with what it stores.
type TenantUsage struct {
	Tenant
	Usage
	// Backups is the number of completed ones.
	Backups int64 `db:"backup_count"`
}

// ErrTenantNotFound is the answer to the id of a tenant that doesn't exist.
var ErrTenantNotFound = Errorf(CodeNotFound, "Tenant with given ID not found")
