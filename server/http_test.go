package server_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// HEAD is answered like GET, without the body, wherever there is GET.
func TestHead(t *testing.T) {
	t.Parallel()
	h := open(t, setup{securityContacts: []string{"mailto:security@example.com"}})
	file := []byte("a backup")
	made := h.create(t, fileRequest(file))
	put(t, made, file)
	require.Equal(t, http.StatusOK, h.complete(t, made.ID).status)
	paths := []string{"/", "/healthz", "/readyz", "/docs", "/docs/docs.css", "/docs/scalar.js", "/openapi.yaml", "/openapi.json", securityTxtPath, "/nowhere", "/api/v1/nowhere"}
	ids := strings.NewReplacer("{id}", made.ID, "{delivery_id}", "dlv_01h455vb4pex5vsknk084sn02q")
	for path, item := range document().Paths.Map() {
		if item.Get != nil {
			paths = append(paths, "/api"+ids.Replace(path))
		}
	}
	paths = append(paths, backupsPath+"?limit=0", backupsPath+"/bkp_x")
	require.Greater(t, len(paths), 20)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			// Go's client asks for gzip only with GET.
			packed := http.Header{"Accept-Encoding": {"gzip"}}
			get := h.send(t, request{method: http.MethodGet, path: path, header: packed})
			head := h.send(t, request{method: http.MethodHead, path: path, header: packed})
			assert.Equal(t, get.status, head.status)
			assert.Empty(t, head.body)
			if length := head.header.Get("Content-Length"); length != "" && !strings.HasSuffix(path, "/download") {
				assert.Equal(t, strconv.Itoa(len(get.body)), length)
			}
			for _, changing := range []string{
				"Date", "X-Request-Id", "X-Ratelimit-Remaining", "X-Ratelimit-Remaining-Hour", "X-Ratelimit-Reset", "X-Ratelimit-Reset-Hour",
				"Ratelimit", "Content-Length",
			} {
				get.header.Del(changing)
				head.header.Del(changing)
			}
			assert.Equal(t, get.header, head.header)
		})
	}
	t.Run("without a key", func(t *testing.T) {
		r := h.send(t, request{method: http.MethodHead, path: backupsPath, header: http.Header{"Authorization": nil}})
		assert.Equal(t, http.StatusUnauthorized, r.status)
		assert.Empty(t, r.body)
	})
	assert.Contains(t, h.log.String(), `"method":"HEAD"`)
}

// A path is the same however it is percent-encoded.
func TestEncodedPaths(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	made := h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	all := ""
	for _, c := range []byte(made.ID) {
		all += fmt.Sprintf("%%%02x", c)
	}
	for _, path := range []string{
		backupsPath + "/" + strings.Replace(made.ID, "_", "%5F", 1),
		backupsPath + "/" + strings.Replace(made.ID, "_", "%5f", 1),
		backupsPath + "/" + all,
	} {
		r := h.get(t, path)
		require.Equal(t, http.StatusOK, r.status, "%s: %s", path, r.body)
		assert.Contains(t, string(r.body), made.ID)
	}
	// The check of responses doesn't recognize these as the document's paths.
	for _, path := range []string{"/%61pi/v1/b%61ckups/" + made.ID, "/api/%76%31/backups/" + strings.Replace(made.ID, "b", "%62", 1)} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.http.URL+path, http.NoBody)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+h.key)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, http.StatusOK, resp.StatusCode, path)
	}
	// These are other paths.
	for _, path := range []string{backupsPath + "%2F" + made.ID, "/api%2Fv1/backups/" + made.ID} {
		assert.Equal(t, http.StatusNotFound, h.get(t, path).status, path)
	}
	for _, id := range []string{made.ID + "%2F", made.ID + "%20", strings.Replace(made.ID, "_", "%255F", 1)} {
		h.get(t, backupsPath+"/"+id).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
	}
	// A signed URL may be encoded, too.
	file := []byte("a backup")
	signed := h.create(t, fileRequest(file))
	signed.UploadURL = strings.Replace(signed.UploadURL, "/storage/upload/ten_", "/stor%61ge/upl%6Fad/ten%5F", 1)
	put(t, signed, file)
	require.Equal(t, http.StatusOK, h.complete(t, signed.ID).status)
}

// TestSecurityHeaders checks the headers of every answer that are meant for browsers.
func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	plain, strict := open(t, setup{}), open(t, setup{hsts: "max-age=31536000; includeSubDomains"})
	for _, path := range []string{"/", "/healthz", "/docs", "/openapi.yaml", "/nowhere", backupsPath, backupsPath + "/x", "/storage/upload/x", "/storage/x"} {
		for _, h := range []*testenv{plain, strict} {
			r := h.get(t, path)
			assert.Equal(t, []string{"nosniff"}, r.header.Values("X-Content-Type-Options"), path)
			assert.Equal(t, h.hsts, r.header.Get("Strict-Transport-Security"), path)
		}
	}
}
