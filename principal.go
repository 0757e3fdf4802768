package lox

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scope is one permission that an API key can carry.
type Scope string

// The scopes. ScopeBackupsWrite creates and completes only: a key with nothing
// else is append-only.
const (
	ScopeBackupsRead   Scope = "backups:read"
	ScopeBackupsWrite  Scope = "backups:write"
	ScopeBackupsDelete Scope = "backups:delete"
	ScopeStorageRead   Scope = "storage:read"
	ScopeTenantRead    Scope = "tenant:read"
	ScopeTenantWrite   Scope = "tenant:write"
	ScopeKeysWrite     Scope = "keys:write"
	ScopeWebhooksWrite Scope = "webhooks:write"
	ScopeEventsRead    Scope = "events:read"
)

func (s Scope) known() bool {
	switch s {
	case ScopeBackupsRead, ScopeBackupsWrite, ScopeBackupsDelete, ScopeStorageRead,
		ScopeTenantRead, ScopeTenantWrite, ScopeKeysWrite, ScopeWebhooksWrite, ScopeEventsRead:
		return true
	default:
		return false
	}
}

// Scopes is what a key may do. None at all means everything.
type Scopes []Scope

// Value gives the database an array of text. Scopes have no character that
// would need quoting in one.
func (s Scopes) Value() (driver.Value, error) { return textArray(s), nil }

// Scan reads an array of text from the database.
func (s *Scopes) Scan(src any) error {
	names, err := scanTextArray[Scope](src)
	*s = names
	return err
}

func textArray[T ~string](list []T) string {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = string(name)
	}
	return "{" + strings.Join(names, ",") + "}"
}

func scanTextArray[T ~string](src any) ([]T, error) {
	b, ok := src.([]byte)
	if !ok || len(b) < 2 {
		return nil, fmt.Errorf("scan %T: want an array of text, have %T", *new(T), src)
	}
	var list []T
	for name := range strings.SplitSeq(string(b[1:len(b)-1]), ",") {
		if name != "" {
			list = append(list, T(name))
		}
	}
	return list, nil
}

// Principal is who makes a request: a key, its tenant, and what the key may
// do.
type Principal struct {
	Tenant    TenantID   `db:"tenant_id"`
	Key       KeyID      `db:"id"`
	Plan      Plan       `db:"plan"`
	Scopes    Scopes     `db:"scopes"`
	ExpiresAt *time.Time `db:"expires_at"`
	// Suspended means that the tenant may read but not write.
	Suspended bool `db:"suspended"`
}

// Can reports whether the principal holds the scope.
func (p Principal) Can(s Scope) bool { return len(p.Scopes) == 0 || slices.Contains(p.Scopes, s) }

// CanGrant refuses a key that could do more than the principal itself, or for
// longer. One with full access may grant anything: a tenant whose last key
// expires must be able to make another one.
func (p Principal) CanGrant(scopes Scopes, expires *time.Time) error {
	if len(p.Scopes) == 0 {
		return nil
	}
	if p.ExpiresAt != nil && (expires == nil || expires.After(*p.ExpiresAt)) {
		return Errorf(CodePermissionDenied, "The API key cannot grant a longer life than its own, which ends %s",
			p.ExpiresAt.UTC().Format(time.RFC3339))
	}
	switch missing := p.lacks(scopes); {
	case missing == "":
		return nil
	case len(scopes) == 0:
		return Errorf(CodePermissionDenied, "The API key cannot grant full access, which it lacks")
	default:
		return Errorf(CodePermissionDenied, "The API key cannot grant the scope %s, which it lacks", missing)
	}
}

// CanRevoke refuses to end a key that can do more than the principal itself: whoever
// leaks a limited key must not lose those that they depend on.
func (p Principal) CanRevoke(k APIKey) error {
	switch missing := p.lacks(k.Scopes); {
	case missing == "":
		return nil
	case len(k.Scopes) == 0:
		return Errorf(CodePermissionDenied, "The API key cannot revoke a key with full access, which it lacks itself")
	default:
		return Errorf(CodePermissionDenied, "The API key cannot revoke a key with the scope %s, which it lacks itself", missing)
	}
}

// allScopes stands for full access where scopes are named one by one.
const allScopes Scope = "*"

// lacks returns a scope of another key's that the principal doesn't hold, or "".
func (p Principal) lacks(scopes Scopes) Scope {
	if len(p.Scopes) == 0 {
		return ""
	}
	if len(scopes) == 0 {
		return allScopes
	}
	for _, s := range scopes {
		if !p.Can(s) {
			return s
		}
	}
	return ""
}
