package server_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzRequests sends random requests to the API. The server must answer them as the document says,
// and never with an internal error.
//
// In the suffix of the path, {id} stands for a completed backup. Headers are lines of "Name:
// value".
func FuzzRequests(f *testing.F) {
	for _, seed := range []struct{ method, suffix, query, headers, body string }{
		{"GET", "", "", "", ""},
		{"GET", "", "limit=10&offset=0", "", ""},
		{"GET", "", "status=completed", "", ""},
		{"GET", "", "created_after=2024-01-01&created_before=2024-01-31", "", ""},
		{"GET", "", "created_after=2024-01-15T10:30:00.5%2B02:00", "", ""},
		{"GET", "", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", ""},
		{"GET", "", "limit=1&limit=2&%zz;=&limit[]=\x00", "", ""},
		{"GET", "/{id}", "", "", ""},
		{"GET", "/{id}", "x=1", "", ""},
		{"GET", "/{id}/download", "", "", ""},
		{"GET", "/bkp_01h455vb4pex5vsknk084sn02q", "", "", ""},
		{"GET", "/%00", "", "", ""},
		{"POST", "/{id}/complete", "", "", "null"},
		{"DELETE", "/{id}", "", "", ""},
		{"PUT", "", "", "", "{}"},
		{"HEAD", "/../..//x", "", "X-Request-Id: \xff", ""},
		{"OPTIONS", "/{id}", "", "", ""},
		{"POST", "", "", "", `{"name":"daily-backup-2024-01-15","size_bytes":52428800,"content_type":"application/gzip",` +
			`"metadata":{"source":"production-server","database":"myapp"}}`},
		{"POST", "", "", "", `{"name":"a","size_bytes":1,"checksum":"sha256:a1b2c3d4e5f60c7392214b9056c2cd60f5b2d8a6e64d2356ae396297fd750b4a"}`},
		{"POST", "", "", "Idempotency-Key: a", `{"name":"a","size_bytes":1}`},
		{"POST", "", "", "Idempotency-Key: a\nIdempotency-Key: b", `{"name":"a","size_bytes":1}`},
		{"POST", "", "", "Content-Type: text/plain", `{"name":"a","size_bytes":1}`},
		{"POST", "", "", "Content-Type: application/json; charset=utf-16", `{"name":"a","size_bytes":1}`},
		{"POST", "", "", "Authorization: Bearer lox_x", `{}`},
		{"POST", "", "", "Content-Encoding: gzip", `{"name":"a","size_bytes":1}`},
		{"POST", "", "", "", `{"name":"a","size_bytes":1e3}`},
		{"POST", "", "", "", `{"name":"a\u0000","size_bytes":9223372036854775808,"metadata":{"k":null,"":"\ud800"},"x":[{}]}`},
		{"POST", "", "", "", `{"name":"a","name":"b","size_bytes":-1,"metadata":[[[[`},
		{"POST", "", "", "", "\xff\xfe{}"},
	} {
		f.Add(seed.method, seed.suffix, seed.query, seed.headers, []byte(seed.body))
	}
	h := open(f, setup{quota: 1 << 50})
	id := h.stored(f, "completed", []byte("a"))
	sender := &http.Client{CheckRedirect: noRedirect}
	f.Fuzz(func(t *testing.T, method, suffix, query, headers string, body []byte) {
		r, ok := fuzzRequest(h, method, strings.ReplaceAll(suffix, "{id}", id), query, headers, body)
		if !ok {
			return // no HTTP client sends that
		}
		resp, err := sender.Do(r)
		if refusedByClient(err) {
			return
		}
		require.NoError(t, err)
		answer, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		if notHTTP(resp) {
			return
		}
		assert.Less(t, resp.StatusCode, 500, "%s", answer)
		checkResponse(t, r, resp.StatusCode, resp.Header, answer)
		if strings.Contains(string(answer), `"deleted":true`) {
			again := *h
			again.t = t
			again.api = again.as(h.key)
			id = again.stored(t, "completed", []byte("a"))
		}
	})
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func fuzzRequest(h *testenv, method, suffix, query, headers string, body []byte) (*http.Request, bool) {
	target := h.http.URL + backupsPath + suffix
	if query != "" {
		target += "?" + query
	}
	r, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil || r.URL.Host != h.http.Listener.Addr().String() {
		return nil, false
	}
	r.Header.Set("Authorization", "Bearer "+h.key)
	r.Header.Set("Content-Type", "application/json")
	seen := map[string]bool{}
	for line := range strings.Lines(headers) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if name = http.CanonicalHeaderKey(name); !seen[name] {
			r.Header.Del(name)
		}
		seen[name] = true
		r.Header.Add(name, strings.TrimSpace(value))
	}
	return r, true
}

// refusedByClient tells whether an error means that net/http didn't send the request. Other errors
// fail the test.
func refusedByClient(err error) bool {
	_, network := errors.AsType[*net.OpError](err)
	return err != nil && !network && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// notHTTP recognizes answers of net/http to invalid HTTP, which never reaches the API.
func notHTTP(resp *http.Response) bool {
	return resp.Close && resp.Header.Get("Content-Type") == "text/plain; charset=utf-8" && resp.Header.Get("X-Request-Id") == ""
}
