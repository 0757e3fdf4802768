package verify_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/webhooks/verify"
)

// The secret, message and signature of Standard Webhooks' own tests.
const (
	secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	message   = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	payload   = `{"test": 2432232314}`
	signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var at = time.Unix(1614265330, 0)

func headers() http.Header {
	h := http.Header{}
	h.Set("webhook-id", message)
	h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("webhook-signature", signature)
	return h
}

func verifier(t *testing.T, now time.Time, secrets ...string) *verify.Verifier {
	t.Helper()
	v, err := verify.New(secrets...)
	require.NoError(t, err)
	v.Clock = func() time.Time { return now }
	return v
}

func TestVerify(t *testing.T) {
	t.Parallel()
	const other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	set := func(name, value string) http.Header {
		h := headers()
		h.Set(name, value)
		return h
	}
	for name, test := range map[string]struct {
		header  http.Header
		body    string
		now     time.Time
		secrets []string
		want    error
	}{
		"right":                      {headers(), payload, at, []string{secret}, nil},
		"second secret":              {headers(), payload, at, []string{other, secret}, nil},
		"without prefix":             {headers(), payload, at, []string{secret[6:]}, nil},
		"second signature":           {set("webhook-signature", "v1a,abc= v1,AAAA "+signature), payload, at, []string{secret}, nil},
		"5 min late":                 {headers(), payload, at.Add(5 * time.Minute), []string{secret}, nil},
		"5 min early":                {headers(), payload, at.Add(-5 * time.Minute), []string{secret}, nil},
		"too late":                   {headers(), payload, at.Add(5*time.Minute + time.Second), []string{secret}, verify.ErrTimestamp},
		"too early":                  {headers(), payload, at.Add(-5*time.Minute - time.Second), []string{secret}, verify.ErrTimestamp},
		"another secret":             {headers(), payload, at, []string{other}, verify.ErrSignature},
		"another body":               {headers(), payload + " ", at, []string{secret}, verify.ErrSignature},
		"another id":                 {set("webhook-id", "msg_2"), payload, at, []string{secret}, verify.ErrSignature},
		"another time":               {set("webhook-timestamp", "1614265331"), payload, at, []string{secret}, verify.ErrSignature},
		"another version":            {set("webhook-signature", "v2"+signature[2:]), payload, at, []string{secret}, verify.ErrSignature},
		"no version":                 {set("webhook-signature", signature[3:]), payload, at, []string{secret}, verify.ErrSignature},
		"part of a signature":        {set("webhook-signature", signature[:11]), payload, at, []string{secret}, verify.ErrSignature},
		"no signature":               {set("webhook-signature", ""), payload, at, []string{secret}, verify.ErrHeaders},
		"no id":                      {set("webhook-id", ""), payload, at, []string{secret}, verify.ErrHeaders},
		"id with a point":            {set("webhook-id", message+".1"), payload, at, []string{secret}, verify.ErrHeaders},
		"no timestamp":               {set("webhook-timestamp", ""), payload, at, []string{secret}, verify.ErrHeaders},
		"timestamp is no number":     {set("webhook-timestamp", "now"), payload, at, []string{secret}, verify.ErrHeaders},
		"timestamp beyond all times": {set("webhook-timestamp", "9223372036854775807"), payload, at, []string{secret}, verify.ErrTimestamp},
		"timestamp before all times": {set("webhook-timestamp", "-9223372036854775808"), payload, at, []string{secret}, verify.ErrTimestamp},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.ErrorIs(t, verifier(t, test.now, test.secrets...).Verify(test.header, []byte(test.body)), test.want)
		})
	}
}

func TestVerifiesLibrarySignatures(t *testing.T) {
	t.Parallel()
	foreign, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	signed, err := foreign.Sign(message, at, []byte(payload))
	require.NoError(t, err)
	h := headers()
	h.Set("webhook-signature", signed)
	require.NoError(t, verifier(t, at, secret).Verify(h, []byte(payload)))
}

func TestInvalidSecrets(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{nil, {""}, {"whsec_"}, {"whsec_hunter2!"}, {secret, "whsec_?"}} {
		_, err := verify.New(secrets...)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	v := verifier(t, at, secret)
	v.MaxBody = 100
	h := v.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	for name, test := range map[string]struct {
		body   string
		status int
		answer string
	}{
		"right":    {payload, http.StatusOK, payload},
		"wrong":    {"{}", http.StatusUnauthorized, "webhook: no signature matches\n"},
		"too long": {strings.Repeat("x", 101), http.StatusRequestEntityTooLarge, "webhook: body is too long\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
			r.Header = headers()
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, test.status, w.Code)
			assert.Equal(t, test.answer, w.Body.String())
		})
	}
}
