package lox

import (
	"maps"
	"strings"
	"time"
	"unicode/utf8"
)

// Tenant is a company or person that stores backups. No tenant can see another
// tenant's data.
type Tenant struct {
	ID           TenantID `db:"id"`
	Name         string   `db:"name"`
	ContactEmail string   `db:"contact_email"`
	Plan         Plan     `db:"plan"`
	// QuotaOverride, in bytes, replaces the plan's quota unless it is nil.
	QuotaOverride *int64 `db:"quota_override"`
	// Settings are keys and values of the tenant. LOX stores them and does not use them.
	Settings  Metadata  `db:"settings"`
	CreatedAt time.Time `db:"created_at"`
	// SuspendedAt is the time since which the tenant may only read, nil if it may write.
	SuspendedAt *time.Time `db:"suspended_at"`
}

// MaxQuota is the largest quota, in bytes: JavaScript reads larger numbers of a
// JSON document inexactly (ECMA-262, Number.MAX_SAFE_INTEGER).
const MaxQuota = 1<<53 - 1

// Quota returns the largest total size of the tenant's backups, in bytes.
func (t Tenant) Quota() int64 {
	if t.QuotaOverride != nil {
		return *t.QuotaOverride
	}
	return t.Plan.QuotaBytes()
}

// NewTenant returns a tenant with a plan. quota, in bytes, replaces the plan's quota
// unless it is nil. CodeValidation: the name is empty or longer than 255 characters,
// or the quota is out of range.
func NewTenant(name string, plan Plan, quota *int64, now time.Time) (Tenant, error) {
	t := Tenant{ID: NewTenantID(), Name: name, Plan: plan, QuotaOverride: quota, CreatedAt: Seconds(now)}
	return t, t.Check()
}

// Check returns a validation error that names every invalid field, or nil.
func (t Tenant) Check() error { return invalidBody(t.problems(nil)) }

// CheckChange is like Check, but only for fields that differ from before: an older release
// may have accepted the others under other rules, and they must not prevent a change.
func (t Tenant) CheckChange(before Tenant) error {
	problems := t.problems(before.Settings)
	if t.Name == before.Name {
		delete(problems, "name")
	}
	if t.ContactEmail == before.ContactEmail {
		delete(problems, "contact_email")
	}
	return invalidBody(problems)
}

func (t Tenant) problems(settings Metadata) map[string]string {
	problems := map[string]string{}
	if problem := nameProblem(t.Name); problem != "" {
		problems["name"] = problem
	}
	if t.ContactEmail != "" && !isAddress(t.ContactEmail) {
		problems["contact_email"] = "Must be an e-mail address"
	}
	if problem := t.Settings.problem(settings); problem != "" {
		problems["settings"] = problem
	}
	if t.QuotaOverride != nil && (*t.QuotaOverride < 0 || *t.QuotaOverride > MaxQuota) {
		problems["quota"] = "Must be 0 to 9007199254740991 bytes (8 PiB)"
	}
	return problems
}

// TenantPatch is a change to the fields that a tenant may set itself: a JSON merge
// patch (RFC 7396).
type TenantPatch struct {
	Name         *string // nil: no change
	ContactEmail *string // nil: no change, "": remove
	// Settings are the new values by key. Nil removes a key.
	Settings map[string]*string
	// ClearSettings removes all existing settings before Settings are set.
	ClearSettings bool
}

// Apply changes the tenant. CodeValidation: the result is not a valid tenant, and t must
// not be used any more.
func (t *Tenant) Apply(p TenantPatch) error {
	before := *t
	if p.Name != nil {
		t.Name = *p.Name
	}
	if p.ContactEmail != nil {
		t.ContactEmail = *p.ContactEmail
	}
	settings := Metadata{}
	if !p.ClearSettings {
		maps.Copy(settings, t.Settings)
	}
	for key, value := range p.Settings {
		if value == nil {
			delete(settings, key)
		} else {
			settings[key] = *value
		}
	}
	t.Settings = settings
	return t.CheckChange(before)
}

// nameProblem says what is wrong with the name of a tenant or a key.
func nameProblem(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0 || n > 255:
		return "Must be 1 to 255 characters"
	default:
		return textProblem(name)
	}
}

// isAddress reports whether s may be an e-mail address: a local part, an @, and a domain,
// at most 254 bytes long (RFC 5321, 4.5.3.1.3). It accepts every address that works.
func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 254 && textProblem(s) == "" &&
		!strings.ContainsAny(s, " \u00a0<>,;") && !strings.Contains(domain, "@")
}
