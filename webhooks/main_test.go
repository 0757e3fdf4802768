package webhooks_test

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

var discard = slog.New(slog.DiscardHandler)

// The payloads of the published document, unchanged.
const (
	completedPayload = `{
  "event": "backup.completed",
  "timestamp": "2024-01-15T10:30:00Z",
  "data": {
    "id": "bkp_abc123",
    "name": "daily-backup",
    "status": "completed",
    "size_bytes": 52428800,
    "checksum": "sha256:a1b2c3d4..."
  }
}`
	failedPayload = `{
  "event": "backup.failed",
  "timestamp": "2024-01-15T10:30:00Z",
  "data": {
    "id": "bkp_abc123",
    "name": "daily-backup",
    "status": "failed",
    "error": "Upload timeout exceeded"
  }
}`
)

func masterKey(t *testing.T) [webhooks.KeySize]byte {
	t.Helper()
	key, err := webhooks.ParseKey(hex.EncodeToString([]byte("0123456789abcdef0123456789abcdef")))
	require.NoError(t, err)
	return key
}

func box(t *testing.T) *webhooks.SecretBox { return webhooks.NewSecretBox(masterKey(t)) }

// sender returns a Sender that may reach this machine, unless the config says where it may send.
func sender(t *testing.T, cfg webhooks.SenderConfig) *webhooks.Sender {
	t.Helper()
	s := webhooks.NewSender(box(t), cfg)
	t.Cleanup(s.Close)
	return s
}

var local = webhooks.SenderConfig{AllowPrivate: true}

// dispatch returns a delivery to a URL, with new secrets: the current one and, if there are two,
// the previous one.
func dispatch(t *testing.T, url string, secrets ...string) lox.Dispatch {
	t.Helper()
	if len(secrets) == 0 {
		secrets = []string{lox.NewWebhookSecret()}
	}
	d := lox.Dispatch{
		Delivery: lox.Delivery{
			ID: lox.NewDeliveryID(), Tenant: lox.NewTenantID(), Webhook: lox.NewWebhookID(), Event: lox.NewEventID(),
			Type: lox.EventBackupCompleted, Status: lox.DeliveryPending,
		},
		URL: url, Payload: []byte(completedPayload),
	}
	d.Secret = box(t).Seal(secrets[0], d.Webhook)
	if len(secrets) > 1 {
		d.Previous = box(t).Seal(secrets[1], d.Webhook)
	}
	return d
}

// receiver serves on this machine until the test ends.
func receiver(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s
}

// transport adapts a function to a Transport.
type transport func(context.Context, lox.Dispatch) webhooks.Answer

func (t transport) Send(ctx context.Context, d lox.Dispatch) webhooks.Answer { return t(ctx, d) }
