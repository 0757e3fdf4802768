package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const securityTxtPath = "/.well-known/security.txt"

// securityTxtOf requests a server's security.txt without a key.
func securityTxtOf(t *testing.T, h *testenv) response {
	t.Helper()
	return h.send(t, request{method: http.MethodGet, path: securityTxtPath, header: http.Header{"Authorization": nil}})
}

// TestSecurityTxt reads the file field by field (RFC 9116).
func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	h := open(t, setup{
		publicURL:        "https://backups.example.com",
		securityContacts: []string{"mailto:security@example.com", "https://example.com/report", "tel:+1-201-555-0123"},
	})
	r := securityTxtOf(t, h)
	require.Equal(t, http.StatusOK, r.status)
	assert.Equal(t, "text/plain; charset=UTF-8", r.header.Get("Content-Type"))
	fields := map[string][]string{}
	for line := range strings.Lines(string(r.body)) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		require.True(t, found, line)
		fields[name] = append(fields[name], value)
	}
	require.Len(t, fields["Expires"], 1)
	expires, err := time.Parse(time.RFC3339, fields["Expires"][0])
	require.NoError(t, err)
	assert.Greater(t, expires, h.clock.now().AddDate(0, 5, 0))
	assert.Less(t, expires, h.clock.now().AddDate(1, 0, 0), "RFC 9116 recommends less than a year")
	delete(fields, "Expires")
	assert.Equal(t, map[string][]string{
		"Contact":   {"mailto:security@example.com", "https://example.com/report", "tel:+1-201-555-0123"},
		"Canonical": {"https://backups.example.com" + securityTxtPath},
	}, fields)
}

// A server that isn't restarted for years must not serve an expired file.
func TestSecurityTxtStaysValid(t *testing.T) {
	t.Parallel()
	h := open(t, setup{securityContacts: []string{"mailto:security@example.com"}, unwatched: true})
	before := string(securityTxtOf(t, h).body)
	h.clock.advance(2 * 365 * 24 * time.Hour)
	after := string(securityTxtOf(t, h).body)
	assert.NotEqual(t, before, after)
	_, date, _ := strings.Cut(after, "Expires: ")
	expires, err := time.Parse(time.RFC3339, strings.TrimSpace(date))
	require.NoError(t, err)
	assert.Greater(t, expires, h.clock.now())
}

// Canonical is left out if the server doesn't know the https URL of the file.
func TestSecurityTxtWithoutPublicURL(t *testing.T) {
	t.Parallel()
	for _, publicURL := range []string{"", "http://backups.example.com", "https://example.com/backups"} {
		h := open(t, setup{publicURL: publicURL, securityContacts: []string{"mailto:security@example.com"}})
		body := string(securityTxtOf(t, h).body)
		assert.Contains(t, body, "Contact: mailto:security@example.com\n", publicURL)
		assert.NotContains(t, body, "Canonical", publicURL)
	}
}

func TestNoSecurityTxt(t *testing.T) {
	t.Parallel()
	h := open(t, setup{publicURL: "https://backups.example.com"})
	securityTxtOf(t, h).refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
}
