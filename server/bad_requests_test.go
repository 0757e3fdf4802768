package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// TestUnknownRoutes requests paths that don't exist, with and without a key.
func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	paths := []string{
		"/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/backups", "/api/v1/backup", "/api/v1/backups/", "/api/v1//backups", "//api/v1/backups",
		"/API/v1/backups", "/api/v1/Backups", "/v1/backups", "/api/v1/backups/bkp_01h455vb4pex5vsknk084sn02q/", "/metrics", "/debug/pprof/",
		"/api/v1/backups/bkp_01h455vb4pex5vsknk084sn02q/pieces", "/api/v1/backups/bkp_01h455vb4pex5vsknk084sn02q/complete/now",
		"/api/v1/backups/../../../etc/passwd", "/api/v1/tenants", "/api/v1/storage/all", "/api%2fv1%2fbackups", "/favicon.ico", securityTxtPath,
	}
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, "BREW"} {
			t.Run(method+" "+path, func(t *testing.T) {
				h.send(t, request{method: method, path: path}).refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
			})
		}
	}
	// Without a key, the answer doesn't say which paths exist.
	for _, path := range []string{"/api", "/api/v1/backups", "/api/v1/nothing", "/api/v1/backups/x/y/z"} {
		t.Run("no key "+path, func(t *testing.T) {
			h.send(t, request{method: http.MethodGet, path: path, header: http.Header{"Authorization": nil}}).
				refused(t, http.StatusUnauthorized, lox.CodeAuthentication, nil)
		})
	}
}

// TestWrongMethods sends every method that a path doesn't have.
func TestWrongMethods(t *testing.T) {
	t.Parallel()
	h := open(t, setup{securityContacts: []string{"mailto:security@example.com"}})
	const id = "/bkp_01h455vb4pex5vsknk084sn02q"
	for path, allow := range map[string]string{
		backupsPath:                    "GET, HEAD, POST",
		backupsPath + id:               "DELETE, GET, HEAD",
		backupsPath + id + "/complete": "POST",
		backupsPath + id + "/download": "GET, HEAD",
		"/":                            "GET, HEAD",
		"/healthz":                     "GET, HEAD",
		"/readyz":                      "GET, HEAD",
		"/openapi.yaml":                "GET, HEAD",
		"/openapi.json":                "GET, HEAD",
		securityTxtPath:                "GET, HEAD",
	} {
		allow = "OPTIONS, " + allow
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "PROPFIND", "BREW", "get"} {
			if strings.Contains(allow, method) {
				continue
			}
			t.Run(method+" "+path, func(t *testing.T) {
				unchanged(t, h)
				r := h.send(t, request{method: method, path: path})
				assert.Equal(t, allow, r.header.Get("Allow"))
				if method == http.MethodHead {
					assert.Equal(t, http.StatusMethodNotAllowed, r.status)
					assert.Empty(t, r.body)
					return
				}
				r.refused(t, http.StatusMethodNotAllowed, lox.CodeMethodNotAllowed, nil)
			})
		}
		t.Run("OPTIONS "+path, func(t *testing.T) {
			r := h.send(t, request{method: http.MethodOptions, path: path})
			assert.Equal(t, http.StatusNoContent, r.status)
			assert.Equal(t, allow, r.header.Get("Allow"))
			assert.Empty(t, r.body)
		})
	}
}

// A malformed id is answered like the id of something that doesn't exist.
func TestMalformedIDs(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	for _, id := range []string{
		"x", "bkp_", "bkp_abc123", "bkp_01h455vb4pex5vsknk084sn02", "bkp_01h455vb4pex5vsknk084sn02qq", "bkp_01H455VB4PEX5VSKNK084SN02Q",
		"bkp_81h455vb4pex5vsknk084sn02q", "bkp_01h455vb4pex5vsknk084sn02i", "key_01h455vb4pex5vsknk084sn02q", "BKP_01h455vb4pex5vsknk084sn02q",
		"01h455vb4pex5vsknk084sn02q", "018a0a5d-ac96-774b-bcce-b302099a8057", "0", "-1", "null", "*", "%00", "%ff", "%20", "..%2f..", "a%2Fb",
		"bkp_01h455vb4pex5vsknk084sn02q%00", "bkp_01h455vb4pex5vsknk084sn02q%0a", "%25", "😀", strings.Repeat("a", 4000), "{id}", ":id", "'%20or%201=1",
	} {
		for suffix, methods := range map[string][]string{
			"": {http.MethodGet, http.MethodDelete}, "/complete": {http.MethodPost}, "/download": {http.MethodGet},
		} {
			for _, method := range methods {
				t.Run(fmt.Sprintf("%s %.40s%s", method, id, suffix), func(t *testing.T) {
					h.send(t, request{method: method, path: backupsPath + "/" + id + suffix}).
						refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
				})
			}
		}
	}
}

// A body that the operation doesn't need is ignored.
func TestUnexpectedBodies(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id, pending := h.stored(t, "a", []byte("a")), h.create(t, fileRequest([]byte("b"))).ID
	unchanged(t, h)
	for _, body := range []string{"{}", "null", "not JSON", "\xff\x00", strings.Repeat("a", 2<<20)} {
		for _, test := range []request{
			{method: http.MethodGet, path: backupsPath},
			{method: http.MethodGet, path: backupsPath + "/" + id},
			{method: http.MethodPost, path: backupsPath + "/" + pending + "/upload-url"},
			{method: http.MethodGet, path: backupsPath + "/" + id + "/download"},
		} {
			test.body = strings.NewReader(body)
			test.header = http.Header{"Connection": {"close"}} // the server may not read the whole body
			r := h.send(t, test)
			assert.Equal(t, http.StatusOK, r.status, "%s %s %.20q: %s", test.method, test.path, body, r.body)
		}
	}
}

// The server doesn't read an unexpected body to its end.
func TestEndlessBody(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", h.http.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: lox\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n",
		backupsPath, h.key)
	require.NoError(t, err)
	sent := make(chan int)
	go func() {
		n, chunk := 0, []byte("10000\r\n"+strings.Repeat("a", 0x10000)+"\r\n")
		for {
			written, err := conn.Write(chunk)
			if n += written; err != nil || n > 1<<30 {
				break
			}
		}
		sent <- n
	}()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	assert.Less(t, <-sent, 64<<20, "and what the sockets hold")
}

// TestIdempotencyKeyHeader sends invalid idempotency keys.
func TestIdempotencyKeyHeader(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const wanted = "Must be 1 to 255 printable ASCII characters without a space at either end"
	send := func(t *testing.T, keys ...string) response {
		t.Helper()
		return h.send(t, request{
			method: http.MethodPost, path: backupsPath, body: strings.NewReader(`{"name":"a","size_bytes":1}`),
			header: http.Header{"Idempotency-Key": keys},
		})
	}
	for name, key := range map[string]string{
		"empty": "", "256 characters": strings.Repeat("k", 256), "4,000 characters": strings.Repeat("k", 4000),
		"umlaut": "schlüssel", "invalid UTF-8": "a\xffb", "emoji": "😀", "tab": "a\tb", "C1": "a\u0085b",
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, h)
			send(t, key).invalid(t, map[string]string{"Idempotency-Key": wanted})
		})
	}
	t.Run("two", func(t *testing.T) {
		unchanged(t, h)
		send(t, "a", "b").invalid(t, map[string]string{"Idempotency-Key": onceOnly})
	})
	t.Run("with a bad body", func(t *testing.T) {
		unchanged(t, h)
		h.send(t, request{
			method: http.MethodPost, path: backupsPath, body: strings.NewReader(`{}`),
			header: http.Header{"Idempotency-Key": {strings.Repeat("k", 256)}},
		}).invalid(t, map[string]string{"Idempotency-Key": wanted, "name": nameMissing})
	})
	for _, key := range []string{strings.Repeat("k", 255), "a b", "~", `"quoted", and (more)`, "%00", "a,b"} {
		t.Run(fmt.Sprintf("%.30s", key), func(t *testing.T) {
			r := send(t, key)
			assert.Equal(t, http.StatusCreated, r.status, "%s", r.body)
			again := send(t, key)
			assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
		})
	}
	storetest.CheckCounters(t, h.dsn)
}
