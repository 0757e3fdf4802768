// Package verify is for receivers of webhooks from LOX, or from any other sender that
// follows Standard Webhooks 1.0. It uses only the standard library.
//
// A verified event may arrive twice: a sender that got no answer sends it again.
// Receivers must store the webhook-id of each processed event.
package verify

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// DefaultTolerance is the tolerance of the libraries of Standard Webhooks.
	DefaultTolerance = 5 * time.Minute
	// DefaultMaxBody is in bytes. LOX's events are smaller than 64 KiB.
	DefaultMaxBody = 1 << 20

	// minKey is the smallest key that Standard Webhooks 1.0 allows, in bytes.
	minKey = 24
)

// Why a request is refused.
var (
	// ErrHeaders: webhook-id, webhook-timestamp or webhook-signature is missing or
	// malformed.
	ErrHeaders = errors.New("webhook: missing or malformed headers")
	// ErrTimestamp: the request was sent too long ago, or a clock is wrong.
	ErrTimestamp = errors.New("webhook: timestamp is out of tolerance")
	// ErrSignature: none of the signatures was made with one of the secrets.
	ErrSignature = errors.New("webhook: no signature matches")
)

// Verifier checks that a sender has signed a request. It is safe for concurrent use. Set
// the fields before the first use.
type Verifier struct {
	// Tolerance is how far the timestamp may be from now, either way. The default
	// is DefaultTolerance.
	Tolerance time.Duration
	// MaxBody is how many bytes of a body Handler reads. The default is
	// DefaultMaxBody.
	MaxBody int64
	// Clock tells the time. The default is time.Now.
	Clock func() time.Time

	keys [][]byte
}

// New returns a Verifier that accepts signatures made with any of the secrets: "whsec_"
// and base64, as LOX shows them. Pass two secrets during a rotation. Errors contain no
// secret.
func New(secrets ...string) (*Verifier, error) {
	if len(secrets) == 0 {
		return nil, errors.New("webhook: no secret")
	}
	v := &Verifier{}
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(secret), "whsec_"))
		if err != nil || len(key) < minKey {
			return nil, fmt.Errorf("webhook: secret %d is not whsec_ and the base64 of at least %d bytes", i+1, minKey)
		}
		v.keys = append(v.keys, key)
	}
	return v, nil
}

// Verify checks the headers of a request against its body. body must be the received
// bytes, not JSON that was encoded again. It returns ErrHeaders, ErrTimestamp,
// ErrSignature, or nil.
func (v *Verifier) Verify(header http.Header, body []byte) error {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	signatures := header.Get("webhook-signature")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	// Full stops separate the signed fields. With one in the id, an attacker could move the
	// border between the fields, and pass a replay off as a new request.
	if err != nil || id == "" || strings.Contains(id, ".") || signatures == "" {
		return ErrHeaders
	}
	now := time.Now
	if v.Clock != nil {
		now = v.Clock
	}
	if now().Sub(time.Unix(seconds, 0)).Abs() > cmp.Or(v.Tolerance, DefaultTolerance) {
		return ErrTimestamp
	}
	for _, key := range v.keys {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(id + "." + timestamp + "."))
		_, _ = mac.Write(body)
		if among(mac.Sum(nil), signatures) {
			return nil
		}
	}
	return ErrSignature
}

// among reports whether a MAC is one of the signatures. It compares each in constant
// time.
func among(mac []byte, signatures string) bool {
	for signature := range strings.FieldsSeq(signatures) {
		encoded, ok := strings.CutPrefix(signature, "v1,")
		if !ok {
			continue // another version, such as v1a
		}
		if sent, err := base64.StdEncoding.DecodeString(encoded); err == nil && hmac.Equal(sent, mac) {
			return true
		}
	}
	return false
}

// Handler calls next for verified requests, and next can read the body. Others get 401,
// or 413 if the body is longer than MaxBody.
func (v *Verifier) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, cmp.Or(v.MaxBody, DefaultMaxBody)))
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
			http.Error(w, "webhook: body is too long", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "webhook: body can't be read", http.StatusBadRequest)
			return
		}
		if err := v.Verify(r.Header, body); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}
