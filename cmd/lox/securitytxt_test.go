package main_test

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server with contacts has the file, and the same one without contacts has not.
func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	const path = "/.well-known/security.txt"
	s := setup{dir: usedDir(t), env: []string{"LOX_SECURITY_CONTACT=mailto:security@example.com,https://example.com/report", "LOX_PUBLIC_URL=https://backups.example.com"}}
	p := s.start(t)
	addr, _ := p.addrs(t)
	text, err := newAPI(t, p.baseURL, "").fetch(t.Context(), "http://"+addr+path)
	require.NoError(t, err)
	assert.Regexp(t, `^Contact: mailto:security@example\.com\nContact: https://example\.com/report\n`+
		`Expires: 20\d\d-\d\d-\d\dT00:00:00Z\nCanonical: https://backups\.example\.com/\.well-known/security\.txt\n$`, text)
	p.stop(t, syscall.SIGINT)

	s.env = nil
	p = s.start(t)
	addr, _ = p.addrs(t)
	_, err = newAPI(t, p.baseURL, "").fetch(t.Context(), "http://"+addr+path)
	requireRefused(t, err, http.StatusNotFound)
	p.stop(t, syscall.SIGINT)
}
