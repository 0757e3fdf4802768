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

// The scopes. ScopeBackupsWrite allows to create and complete backups, not to delete
// them: a key with this scope alone is append-only.
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

// Scopes are the permissions of a key. An empty list means full access.
type Scopes []Scope

// Value gives the database an array of text. Scopes have no character that needs
// quoting in an array.
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

// Principal is the authenticated caller of a request: a key, its tenant, and the
// key's permissions.
type Principal struct {
	Tenant    TenantID   `db:"tenant_id"`
	Key       KeyID      `db:"id"`
	Plan      Plan       `db:"plan"`
	Scopes    Scopes     `db:"scopes"`
	ExpiresAt *time.Time `db:"expires_at"`
	// Suspended means that the tenant may read but not write.
	Suspended bool `db:"suspended"`
}

// Can reports whether the principal has the scope.
func (p Principal) Can(s Scope) bool { return len(p.Scopes) == 0 || slices.Contains(p.Scopes, s) }

// CanGrant returns an error if a new key would have more scopes than the principal, or
// would expire later. A principal with full access may grant anything: a tenant whose
// last key is about to expire must be able to make another one.
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

// CanRevoke returns an error if the key to revoke has scopes that the principal lacks:
// otherwise a thief of a limited key could revoke all other keys of the tenant.
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

// allScopes is the result of lacks if the scopes mean full access.
const allScopes Scope = "*"

// lacks returns one of scopes that the principal doesn't have, or "".
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
