package lox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestPlans(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	for name, quota := range map[string]int64{"free": 5 * gib, "Solo": 50 * gib, "PRO": 250 * gib, "business": 1 << 40, "enterprise": 10 << 40} {
		plan, err := lox.ParsePlan(name)
		require.NoError(t, err)
		tenant, err := lox.NewTenant("t", plan, nil, noon)
		require.NoError(t, err)
		assert.Equal(t, quota, tenant.Quota(), name)
	}
	_, err := lox.ParsePlan("gold")
	assert.ErrorContains(t, err, `plan "gold": want one of [free solo pro business enterprise]`)
}

func TestNewTenantRefuses(t *testing.T) {
	t.Parallel()
	minus := int64(-1)
	for _, c := range []struct {
		name  string
		quota *int64
	}{{name: ""}, {name: string(make([]rune, 256))}, {name: "a\nb"}, {name: "a\xff"}, {name: "ok", quota: &minus}} {
		_, err := lox.NewTenant(c.name, lox.PlanFree, c.quota, noon)
		assert.Equal(t, lox.CodeValidation, lox.CodeOf(err), "%+v", c)
	}
}

// A patch changes only the fields that it names (RFC 7396).
func TestApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patch    lox.TenantPatch
		name     string
		contact  string
		settings lox.Metadata
	}{
		"nothing":             {lox.TenantPatch{}, "Before", "a@b", lox.Metadata{"theme": "dark", "zone": "UTC"}},
		"name":                {lox.TenantPatch{Name: new("After")}, "After", "a@b", lox.Metadata{"theme": "dark", "zone": "UTC"}},
		"contact":             {lox.TenantPatch{ContactEmail: new("c@d")}, "Before", "c@d", lox.Metadata{"theme": "dark", "zone": "UTC"}},
		"no contact":          {lox.TenantPatch{ContactEmail: new("")}, "Before", "", lox.Metadata{"theme": "dark", "zone": "UTC"}},
		"one setting":         {settings("theme", new("light")), "Before", "a@b", lox.Metadata{"theme": "light", "zone": "UTC"}},
		"one more":            {settings("lang", new("")), "Before", "a@b", lox.Metadata{"theme": "dark", "zone": "UTC", "lang": ""}},
		"one less":            {settings("theme", nil), "Before", "a@b", lox.Metadata{"zone": "UTC"}},
		"one that wasn't":     {settings("lang", nil), "Before", "a@b", lox.Metadata{"theme": "dark", "zone": "UTC"}},
		"no settings":         {lox.TenantPatch{ClearSettings: true}, "Before", "a@b", lox.Metadata{}},
		"none but this":       {lox.TenantPatch{ClearSettings: true, Settings: map[string]*string{"zone": new("CET"), "x": nil}}, "Before", "a@b", lox.Metadata{"zone": "CET"}},
		"everything together": {lox.TenantPatch{Name: new("After"), ContactEmail: new("c@d"), Settings: map[string]*string{"theme": nil}}, "After", "c@d", lox.Metadata{"zone": "UTC"}},
	} {
		before := exampleTenant(t)
		kept := before.Settings
		after := before
		require.NoError(t, after.Apply(c.patch), name)
		want := before
		want.Name, want.ContactEmail, want.Settings = c.name, c.contact, c.settings
		assert.Equal(t, want, after, name)
		assert.Equal(t, lox.Metadata{"theme": "dark", "zone": "UTC"}, kept, "%s: the settings before are somebody else's", name)
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	many := map[string]*string{}
	for i := range 49 { // besides the two existing ones
		many[fmt.Sprint(i)] = new("")
	}
	room := lox.MaxMetadataBytes - len("themedarkzoneUTC") - len("k")
	for name, c := range map[string]struct {
		patch lox.TenantPatch
		want  string
	}{
		"no name":       {lox.TenantPatch{Name: new("")}, "name: Must be 1 to 255 characters"},
		"long name":     {lox.TenantPatch{Name: new(strings.Repeat("ä", 256))}, "name: Must be 1 to 255 characters"},
		"control":       {lox.TenantPatch{Name: new("a\u009bb")}, "name: Must not contain control characters"},
		"no address":    {lox.TenantPatch{ContactEmail: new("ops")}, "contact_email: Must be an e-mail address"},
		"too many":      {lox.TenantPatch{Settings: many}, "settings: Must have at most 50 keys"},
		"too much":      {settings("k", new(strings.Repeat("x", room+1))), "settings: Keys and values must come to at most 16384 bytes"},
		"empty key":     {settings("", new("x")), "settings: Keys must be 1 to 128 characters"},
		"long key":      {settings(strings.Repeat("k", 129), new("x")), "settings: Keys must be 1 to 128 characters"},
		"NUL":           {settings("k", new("a\x00")), "settings: Values must not contain NUL"},
		"all of a kind": {lox.TenantPatch{Name: new(""), ContactEmail: new("@"), Settings: map[string]*string{"": new("")}}, "contact_email: Must be an e-mail address; name: Must be 1 to 255 characters; settings: Keys"},
	} {
		tenant := exampleTenant(t)
		err := tenant.Apply(c.patch)
		assert.Equal(t, lox.CodeValidation, lox.CodeOf(err), name)
		assert.ErrorContains(t, err, c.want, name)
	}

	delete(many, "0")
	for name, most := range map[string]lox.TenantPatch{
		"many": {Settings: many},
		"much": settings("k", new(strings.Repeat("x", room))),
		// The limits apply to the result, not to what the patch names.
		"none in the end": {Settings: map[string]*string{"": nil, strings.Repeat("k", 129): nil}},
	} {
		tenant := exampleTenant(t)
		assert.NoError(t, tenant.Apply(most), name)
	}
}

func TestContactEmail(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"":                     true, // none
		"a@b":                  true,
		"ops@example.com":      true,
		"o'neil+lox@ex-am.ple": true,
		"jörg@müller.example":  true, // RFC 6531
		"ops@[192.0.2.1]":      true,
		strings.Repeat("a", 242) + "@example.com": true, // 254 bytes
		strings.Repeat("a", 243) + "@example.com": false,
		"ops":                     false,
		"@example.com":            false,
		"ops@":                    false,
		"@":                       false,
		"a@b@c":                   false,
		"a b@example.com":         false,
		" ops@example.com":        false,
		"ops@example.com ":        false,
		"ops@example.com\n":       false,
		"ops\u00a0@example.com":   false,
		"Ops <ops@example.com>":   false,
		"a@example.com,b@c.d":     false,
		"a@example.com;b@c.d":     false,
		"ops@example.com\x00":     false,
		"ops@example.com\r\nBcc:": false,
		"\xff@example.com":        false,
	} {
		tenant := exampleTenant(t)
		tenant.ContactEmail = address
		assert.Equal(t, ok, tenant.Check() == nil, "%q", address)
	}
}

func exampleTenant(t testing.TB) lox.Tenant {
	t.Helper()
	tenant, err := lox.NewTenant("Before", lox.PlanPro, nil, noon)
	require.NoError(t, err)
	tenant.ContactEmail = "a@b"
	tenant.Settings = lox.Metadata{"theme": "dark", "zone": "UTC"}
	return tenant
}

func settings(key string, value *string) lox.TenantPatch {
	return lox.TenantPatch{Settings: map[string]*string{key: value}}
}
