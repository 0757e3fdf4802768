package lox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// RFC 3339 can't express some times that a client may send: those of a zone in which it is earlier.
func TestEventTimesBeyondYear9999(t *testing.T) {
	t.Parallel()
	beyond := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -12*60*60))
	now := time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)
	by := lox.Operator("test")
	const last = `"9999-12-31T23:59:59Z"`
	assert.Contains(t, string(lox.Webhook{}.Recovered(beyond, now, by).Payload), `"since":`+last)
	assert.Contains(t, string(lox.APIKey{ExpiresAt: &beyond}.Created(by).Payload), `"expires_at":`+last)
	assert.Contains(t, string(lox.Backup{}.Downloaded(now, beyond, by).Payload), `"expires_at":`+last)
	assert.Contains(t, string(lox.Backup{UploadExpiresAt: beyond}.UploadRenewed(now, by).Payload), `"upload_expires_at":`+last)
}
