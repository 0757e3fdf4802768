package lox

import (
	"context"
	"time"
	"unicode/utf8"
)

// Tenant is a company or person that keeps backups here. Nothing of one is
// ever seen by another.
type Tenant struct {
	ID   TenantID `db:"id"`
	Name string   `db:"name"`
	Plan Plan     `db:"plan"`
	// QuotaOverride, in bytes, stands in for the plan's quota.
	QuotaOverride *int64    `db:"quota_override"`
	CreatedAt     time.Time `db:"created_at"`
}

// Quota is how many bytes the tenant's backups may come to.
func (t Tenant) Quota() int64 {
	if t.QuotaOverride != nil {
		return *t.QuotaOverride
	}
	return t.Plan.QuotaBytes()
}

// Usage is what a tenant's backups take of its quota, in bytes.
type Usage struct {
	// Quota is the most that Used and Reserved may come to.
	Quota int64 `db:"quota_bytes"`
	// Used is the size of all completed backups.
	Used int64 `db:"used_bytes"`
	// Reserved is the size of those that are pending or verifying.
	Reserved int64 `db:"reserved_bytes"`
}

// NewTenant returns a tenant on a plan. quota, in bytes, overrides the plan's
// when it isn't nil. CodeValidation: the name is empty or longer than 255
// characters, or the quota is negative.
func NewTenant(name string, plan Plan, quota *int64, now time.Time) (Tenant, error) {
	t := Tenant{ID: NewTenantID(), Name: name, Plan: plan, QuotaOverride: quota, CreatedAt: Seconds(now)}
	if n := utf8.RuneCountInString(name); n == 0 || n > 255 || !printable(name) {
		return t, Invalid("Invalid tenant", "name", "Must be 1 to 255 characters, without control characters")
	}
	if quota != nil && *quota < 0 {
		return t, Invalid("Invalid tenant", "quota", "Must not be negative")
	}
	return t, nil
}

// TenantStore keeps tenants with their keys.
type TenantStore interface {
	// CreateTenant inserts a tenant and its first key, both or neither.
	CreateTenant(ctx context.Context, t Tenant, k APIKey) error
	// CountTenants tells how many tenants there are.
	CountTenants(ctx context.Context) (int, error)
}
