package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/configuration.md must have every variable, because operators look only there.
func TestEverySettingIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/configuration.md")
	require.NoError(t, err)
	documented := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		names, isRow := strings.CutPrefix(line, "| `")
		if !isRow {
			continue
		}
		names, _, _ = strings.Cut(names, "` |")
		for name := range strings.SplitSeq(names, "`, `") {
			documented[name] = true
		}
	}
	for name, field := range settings() {
		assert.True(t, documented[name], "docs/configuration.md lacks %s", name)
		delete(documented, name)
		if isSecret(field) {
			assert.True(t, documented[name+"_FILE"], "docs/configuration.md lacks %s_FILE", name)
			delete(documented, name+"_FILE")
		}
	}
	assert.Empty(t, documented, "docs/configuration.md has variables that there aren't")
}

func TestSecurityContacts(t *testing.T) {
	t.Parallel()
	for _, contact := range []string{
		"mailto:security@example.com", "mailto:security%2Buri@example.com?subject=LOX", "https://example.com/report", "https://[2001:db8::1]/report",
		"tel:+1-201-555-0123", "tel:110",
	} {
		assert.True(t, isSecurityContact(contact), contact)
	}
	for _, contact := range []string{
		"", " ", "security@example.com", "mailto:", "mailto:security", "mailto:@example.com", "mailto:security@", "mailto:security@example.com ", " mailto:security@example.com",
		"mailto:security@example.com\nContact: mailto:other@example.com", "mailto:sécurité@example.com", "http://example.com/report", "https://", "https:///report",
		"https://user@example.com", "https://example.com/a report", "tel:", "tel:+", "tel:security", "ftp://example.com", "/report", "HTTPS://example.com",
	} {
		assert.False(t, isSecurityContact(contact), "%q", contact)
	}
}
