package s3

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server has CORS rules, which MinIO has not: as a list like Amazon's, and in its answers to
// browsers.
func TestRefusals(t *testing.T) {
	t.Parallel()
	rule := func(origin, methods, headers string) string {
		var b strings.Builder
		b.WriteString("<CORSRule>")
		for name, values := range map[string]string{"AllowedOrigin": origin, "AllowedMethod": methods, "AllowedHeader": headers} {
			for v := range strings.FieldsSeq(values) {
				fmt.Fprintf(&b, "<%s>%s</%s>", name, v, name)
			}
		}
		return b.String() + "</CORSRule>"
	}
	const page = "https://app.example.com"
	for name, c := range map[string]struct {
		rules     string // "" for none
		preflight http.Header
		status    int
		origin    string
		refused   bool
		unknown   bool
	}{
		"README's rule":           {rules: rule(page, "GET HEAD PUT", "*"), origin: page},
		"any subdomain":           {rules: rule("https://*.example.com", "GET PUT", "content-type x-amz-*"), origin: page},
		"everybody":               {rules: rule("*", "GET PUT", "*"), origin: page},
		"everybody, for all":      {rules: rule("*", "GET PUT", "*"), origin: "*"},
		"two rules":               {rules: rule(page, "GET", "") + rule(page, "PUT", "*"), origin: page},
		"another page":            {rules: rule("https://other.example.com", "GET PUT", "*"), origin: page, refused: true},
		"one page of all":         {rules: rule(page, "GET PUT", "*"), origin: "*", refused: true},
		"no upload":               {rules: rule(page, "GET", "*"), origin: page, refused: true},
		"no download":             {rules: rule(page, "PUT", "*"), origin: page, refused: true},
		"no checksum":             {rules: rule(page, "GET PUT", "Content-Type"), origin: page, refused: true},
		"no checksum of parts":    {rules: rule(page, "GET PUT", "content-type x-amz-checksum-sha256"), origin: page, refused: true},
		"overlapping wildcard":    {rules: rule("https://app.*.app.example.com", "GET PUT", "*"), origin: "https://app.example.com", refused: true},
		"by a preflight":          {preflight: http.Header{"Access-Control-Allow-Origin": {page}, "Access-Control-Allow-Methods": {"GET, PUT"}, "Access-Control-Allow-Headers": {"content-type, x-amz-checksum-sha256, x-amz-content-sha256"}}, status: 204, origin: page},
		"a preflight for others":  {preflight: http.Header{"Access-Control-Allow-Origin": {"https://other.example.com"}, "Access-Control-Allow-Methods": {"PUT"}, "Access-Control-Allow-Headers": {"*"}}, status: 200, origin: page, refused: true},
		"a preflight without PUT": {preflight: http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Methods": {"GET"}, "Access-Control-Allow-Headers": {"*"}}, status: 200, origin: page, refused: true},
		"a preflight refused":     {status: 403, origin: page, refused: true},
		"no preflight":            {status: 405, origin: page, unknown: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodOptions:
					assert.NotEmpty(t, r.Header.Get("Origin"))
					assert.Equal(t, "PUT", r.Header.Get("Access-Control-Request-Method"))
					maps.Copy(w.Header(), c.preflight)
					w.WriteHeader(c.status)
				case !r.URL.Query().Has("cors"):
					w.WriteHeader(http.StatusOK)
				case c.rules == "":
					w.WriteHeader(http.StatusNotImplemented)
				default:
					_, _ = io.WriteString(w, "<CORSConfiguration>"+c.rules+"</CORSConfiguration>")
				}
			}))
			t.Cleanup(server.Close)
			cfg := Config{Endpoint: server.URL, Bucket: "bucket", AccessKey: "key", SecretKey: "secret"}
			s, err := newStore(t.Context(), &cfg)
			require.NoError(t, err)
			refused, known := s.Refusals(t.Context(), []string{c.origin})
			assert.Equal(t, !c.unknown, known)
			if c.refused {
				assert.Equal(t, []string{c.origin}, refused)
			} else {
				assert.Empty(t, refused)
			}
		})
	}
}
