package webhooks_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
	"github.com/backlox/lox/webhooks/verify"
)

type received struct {
	method string
	header http.Header
	body   []byte
}

// recorder returns a receiver that answers 204, and the requests that it got.
func recorder(t *testing.T) (url string, got func() received) {
	t.Helper()
	requests := make(chan received, 100)
	s := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- received{r.Method, r.Header, body}
		w.WriteHeader(http.StatusNoContent)
	})
	return s.URL, func() received { return <-requests }
}

func TestPublishedPayloadsArriveUnchanged(t *testing.T) {
	t.Parallel()
	url, got := recorder(t)
	s := sender(t, local)
	for _, payload := range []string{completedPayload, failedPayload} {
		d := dispatch(t, url)
		d.Payload, d.Attempts = []byte(payload), 4
		answer := s.Send(t.Context(), d)
		assert.Equal(t, http.StatusNoContent, answer.Status)
		assert.Equal(t, 5, answer.Number)
		assert.Empty(t, answer.Error)
		assert.Positive(t, answer.Latency)

		r := got()
		assert.Equal(t, payload, string(r.body))
		assert.Equal(t, http.MethodPost, r.method)
		assert.Equal(t, "application/json", r.header.Get("Content-Type"))
		assert.Equal(t, "LOX-Webhooks/1", r.header.Get("User-Agent"))
		assert.Equal(t, d.Event.String(), r.header.Get("webhook-id"))
		assert.Equal(t, strconv.FormatInt(answer.At.Unix(), 10), r.header.Get("webhook-timestamp"))
	}
}

// The events have the fields of the published payloads, in the same order.
func TestEventsLookAsPublished(t *testing.T) {
	t.Parallel()
	url, got := recorder(t)
	s := sender(t, local)
	b := lox.Backup{ID: lox.NewBackupID(), Name: "daily-backup", Size: 52428800}
	at := time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)
	compact := func(published string) string {
		return strings.NewReplacer("\n", "", "  ", "", `": `, `":`, "bkp_abc123", b.ID.String()).Replace(published)
	}

	d := dispatch(t, url)
	d.Payload = b.Completed(lox.Checksum{}, at, lox.System("test")).Payload
	s.Send(t.Context(), d)
	want := strings.Replace(compact(completedPayload), "sha256:a1b2c3d4...", lox.Checksum{}.String(), 1)
	assert.Equal(t, want, string(got().body))

	d.Payload = b.Failed("Upload timeout exceeded", at, lox.System("test")).Payload
	s.Send(t.Context(), d)
	assert.Equal(t, compact(failedPayload), string(got().body))
}

func TestForeignVerifiersAgree(t *testing.T) {
	t.Parallel()
	url, got := recorder(t)
	secret := lox.NewWebhookSecret()
	sender(t, local).Send(t.Context(), dispatch(t, url, secret))
	r := got()

	foreign, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	require.NoError(t, foreign.Verify(r.body, r.header))
	require.Error(t, foreign.Verify(append(r.body, ' '), r.header))
	ours, err := verify.New(secret)
	require.NoError(t, err)
	require.NoError(t, ours.Verify(r.header, r.body))
	assert.Equal(t, openssl(t, secret, r.body), r.header.Get("X-LOX-Signature"))
}

// openssl signs with the command line in the documentation for receivers.
func openssl(t *testing.T, secret string, body []byte) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("no openssl")
	}
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path, "dgst", "-sha256", "-hmac", secret)
	cmd.Stdin = bytes.NewReader(body)
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out[bytes.LastIndexByte(out, ' ')+1:]))
}

func TestBothSecretsSignDuringRotation(t *testing.T) {
	t.Parallel()
	url, got := recorder(t)
	s := sender(t, local)
	secret, previous := lox.NewWebhookSecret(), lox.NewWebhookSecret()
	for tries, simple := range []string{secret, previous, secret, previous} {
		d := dispatch(t, url, secret, previous)
		d.Tries = tries
		s.Send(t.Context(), d)
		r := got()
		assert.Equal(t, openssl(t, simple, r.body), r.header.Get("X-LOX-Signature"))
		for _, known := range []string{secret, previous} {
			foreign, err := standardwebhooks.NewWebhook(known)
			require.NoError(t, err)
			require.NoError(t, foreign.Verify(r.body, r.header))
			ours, err := verify.New(known)
			require.NoError(t, err)
			require.NoError(t, ours.Verify(r.header, r.body))
		}
		otherVerifier, err := verify.New(lox.NewWebhookSecret())
		require.NoError(t, err)
		require.ErrorIs(t, otherVerifier.Verify(r.header, r.body), verify.ErrSignature)
	}
}

// Some receivers compare the names of headers case-sensitively.
func TestHeadersAreSpeltAsPublished(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	request := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		head := make([]byte, 4096)
		n, _ := conn.Read(head)
		request <- string(head[:n])
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	}()
	answer := sender(t, local).Send(t.Context(), dispatch(t, "http://"+listener.Addr().String()))
	assert.Equal(t, http.StatusOK, answer.Status)
	head := <-request
	for _, name := range []string{"X-LOX-Signature", "webhook-id", "webhook-timestamp", "webhook-signature"} {
		assert.Contains(t, head, "\r\n"+name+": ")
	}
	assert.NotContains(t, head, "Accept-Encoding")
	assert.NotContains(t, head, "Idempotency-Key")
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	connections := make(chan string, 10)
	s := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		connections <- r.RemoteAddr
		_, _ = io.WriteString(w, strings.Repeat("x", 32<<10))
	})
	out := sender(t, local)
	for range 10 {
		answer := out.Send(t.Context(), dispatch(t, s.URL))
		assert.Equal(t, http.StatusOK, answer.Status)
		assert.Len(t, answer.Body, lox.MaxAttemptBody)
	}
	first := <-connections
	for range 9 {
		assert.Equal(t, first, <-connections)
	}
}

// A receiver may close a kept connection at any time.
func TestReusedConnectionIsClosed(t *testing.T) {
	t.Parallel()
	url := raw(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		_, _ = c.Read(make([]byte, 8<<10)) // without an answer
	})
	s := sender(t, local)
	for range 3 {
		answer := s.Send(t.Context(), dispatch(t, url))
		assert.Equal(t, http.StatusOK, answer.Status, answer.Error)
	}
}

// A receiver accepts connections and sends nothing, not even in a TLS handshake: each connection is
// closed soon after its attempt.
func TestConnectionsEndWithAttempt(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "https"} {
		closed := make(chan error, 1)
		url := raw(t, func(c net.Conn) {
			_, err := io.Copy(io.Discard, c)
			closed <- err
		})
		s := sender(t, webhooks.SenderConfig{AllowPrivate: true, Timeout: 200 * time.Millisecond})
		answer := s.Send(t.Context(), dispatch(t, strings.Replace(url, "http", scheme, 1)))
		assert.Equal(t, "No answer within 200ms", answer.Error)
		select {
		case err := <-closed:
			require.NoError(t, err, scheme)
		case <-time.After(10 * time.Second):
			require.Fail(t, "the connection is still open", scheme)
		}
	}
}

// A lost master key is not the receiver's fault.
func TestUnsignableDeliveryIsNotSent(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	s := receiver(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	key := masterKey(t)
	key[0]++
	other := webhooks.NewSender(webhooks.NewSecretBox(key), local)
	answer := other.Send(t.Context(), dispatch(t, s.URL))
	assert.True(t, answer.Unsigned)
	assert.Equal(t, "LOX could not sign the delivery", answer.Error)
	require.ErrorContains(t, answer.Cause, "master key is wrong")
	assert.Zero(t, requests.Load())
}
