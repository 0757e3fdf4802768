package lox

import (
	"context"
	"time"
)

// TenantStore keeps tenants.
type TenantStore interface {
	// CreateTenant inserts a tenant and its first key, both or neither.
	CreateTenant(ctx context.Context, t Tenant, k APIKey, by Actor) error

	// CountTenants returns the number of tenants.
	CountTenants(ctx context.Context) (int, error)

	// Tenants returns all tenants, oldest first, with their usage.
	Tenants(ctx context.Context) ([]TenantUsage, error)

	// Tenant returns a tenant. CodeNotFound.
	Tenant(ctx context.Context, id TenantID) (Tenant, error)

	// UpdateTenant locks a tenant, calls change, and stores the result with its quota. It
	// stores nothing if change fails or changes nothing. CodeNotFound.
	UpdateTenant(ctx context.Context, id TenantID, now time.Time, by Actor, change func(*Tenant) error) (Tenant, error)

	// DeleteTenant removes a tenant with its keys, backups and webhooks, and schedules the
	// purge of its objects. It revokes the keys first. It sends no event to webhooks; the
	// record of changes stays. After a failure it may be called again, and continues. If
	// progress isn't nil, it is called after each batch with the number of backups that the
	// batch has deleted. DeleteTenant pauses for a third of the time, to leave the database
	// free for requests of other tenants. CodeNotFound.
	DeleteTenant(ctx context.Context, id TenantID, now time.Time, by Actor, progress func(deleted int)) error
}

// TenantUsage is a tenant with its usage.
type TenantUsage struct {
	Tenant
	Usage
	// Backups is the number of completed backups.
	Backups int64 `db:"backup_count"`
}

// ErrTenantNotFound means that no tenant has the id.
var ErrTenantNotFound = Errorf(CodeNotFound, "Tenant with given ID not found")
