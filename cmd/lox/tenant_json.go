package main

import (
	"time"

	"github.com/backlox/lox"
)

// The JSON output of these commands uses the names of the API, and like the API omits fields without a
// value.

// tenantOut is a tenant with its storage use.
type tenantOut struct {
	ID           lox.TenantID `json:"id"`
	Name         string       `json:"name"`
	ContactEmail string       `json:"contact_email,omitempty"`
	Plan         lox.Plan     `json:"plan"`
	Status       string       `json:"status"`
	UsedBytes    int64        `json:"used_bytes"`
	QuotaBytes   int64        `json:"quota_bytes"`
	Reserved     int64        `json:"reserved_bytes"`
	BackupCount  int64        `json:"backup_count"`
	CreatedAt    time.Time    `json:"created_at"`
	SuspendedAt  *time.Time   `json:"suspended_at,omitempty"`
}

func newTenantOut(t lox.Tenant, u lox.Usage, backups int64) tenantOut {
	return tenantOut{
		ID: t.ID, Name: t.Name, ContactEmail: t.ContactEmail, Plan: t.Plan, Status: status(t),
		UsedBytes: u.Used, QuotaBytes: u.Quota, Reserved: u.Reserved, BackupCount: backups,
		CreatedAt: t.CreatedAt.UTC(), SuspendedAt: utc(t.SuspendedAt),
	}
}

// detailsOut is everything about a tenant.
type detailsOut struct {
	tenantOut

	UsedPercentage float64                    `json:"used_percentage"`
	OldestBackup   *time.Time                 `json:"oldest_backup"` // null without a backup, as in the API
	NewestBackup   *time.Time                 `json:"newest_backup"`
	Settings       lox.Metadata               `json:"settings,omitempty"`
	Limits         map[lox.RateClass]limitOut `json:"limits"`
	APIKeys        []keyOut                   `json:"api_keys"`
}

type limitOut struct {
	PerMinute int64 `json:"per_minute"`
	PerHour   int64 `json:"per_hour"`
}

type keyOut struct {
	ID         lox.KeyID  `json:"id"`
	Name       string     `json:"name,omitempty"`
	Prefix     string     `json:"prefix"`
	Last4      string     `json:"last4"`
	Scopes     lox.Scopes `json:"scopes,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	ReplacedBy *lox.KeyID `json:"replaced_by,omitempty"`
}

func (d tenantDetails) out() detailsOut {
	out := detailsOut{
		tenantOut:      newTenantOut(d.Tenant, d.Storage.Usage, d.Storage.Backups),
		UsedPercentage: d.Storage.UsedPercentage(), OldestBackup: utc(d.Storage.Oldest), NewestBackup: utc(d.Storage.Newest),
		Settings: d.Tenant.Settings,
		Limits:   make(map[lox.RateClass]limitOut, len(rateClasses)),
		APIKeys:  make([]keyOut, 0, len(d.Keys)), // not nil, which would be null
	}
	for _, class := range rateClasses {
		out.Limits[class.name] = limitOut(d.Limits(d.Tenant.Plan, class.name))
	}
	for _, k := range d.Keys {
		out.APIKeys = append(out.APIKeys, keyOut{
			ID: k.ID, Name: k.Name, Prefix: k.Prefix, Last4: k.Last4, Scopes: k.Scopes,
			CreatedAt: k.CreatedAt.UTC(), LastUsedAt: utc(k.LastUsedAt), ExpiresAt: utc(k.ExpiresAt), ReplacedBy: k.ReplacedBy,
		})
	}
	return out
}

// status returns the state of a tenant in the terms of the API.
func status(t lox.Tenant) string {
	if t.SuspendedAt != nil {
		return "suspended"
	}
	return "active"
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}
