package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/storetest"
)

// urlsFor returns the URLs in the answers to a create and a download. It calls the handler, which
// accepts hosts that net/http would refuse.
func (h *testenv) urlsFor(t *testing.T, stored string, arrives func(*http.Request)) (upload, download string) {
	t.Helper()
	ask := func(method, path, body string, status int, into any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+h.key)
		r.Header.Set("Content-Type", "application/json")
		arrives(r)
		answer := httptest.NewRecorder()
		h.handler.ServeHTTP(answer, r)
		require.Equal(t, status, answer.Code, "%s", answer.Body)
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), into))
	}
	var created client.BackupUpload
	ask(http.MethodPost, backupsPath, `{"name":"file","size_bytes":1}`, http.StatusCreated, &created)
	var fetched client.BackupDownload
	ask(http.MethodGet, backupsPath+"/"+stored+"/download", "", http.StatusOK, &fetched)
	return created.UploadURL, fetched.DownloadURL
}

// The URLs that the API returns have the address that its client has used.
func TestSignedURLsUseRequestHost(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	stored := h.stored(t, "file", []byte("a"))
	const own = "192.0.2.7:8080"
	for name, test := range map[string]struct {
		host   string
		secure bool
		want   string
	}{
		"a name":            {host: "lox.example.com", want: "http://lox.example.com"},
		"a port":            {host: "lox.example.com:8443", want: "http://lox.example.com:8443"},
		"IPv6":              {host: "[2001:db8::1]:8080", want: "http://[2001:db8::1]:8080"},
		"TLS":               {host: "lox.example.com", secure: true, want: "https://lox.example.com"},
		"a user":            {host: "a@b", want: "http://" + own},
		"a space":           {host: "x y", want: "http://" + own},
		"a path":            {host: "evil.example.com/x", want: "http://" + own},
		"a query":           {host: "evil.example.com?", want: "http://" + own},
		"a fragment":        {host: "evil.example.com#", want: "http://" + own},
		"an escape":         {host: "%zz", want: "http://" + own},
		"no port":           {host: "lox.example.com:http", want: "http://" + own},
		"a port alone":      {host: ":80", want: "http://" + own},
		"none":              {host: "", want: "http://" + own},
		"none, and TLS":     {host: "", secure: true, want: "https://" + own},
		"quotes and a line": {host: "a\"\r\nb", want: "http://" + own},
	} {
		upload, download := h.urlsFor(t, stored, func(r *http.Request) {
			r.Host = test.host
			local := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 8080}
			*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
			if test.secure {
				r.TLS = &tls.ConnectionState{}
			}
		})
		assert.Truef(t, strings.HasPrefix(upload, test.want+"/storage/upload/"+h.tenant.ID.String()+"/bkp_"), "%s: %s", name, upload)
		assert.Truef(t, strings.HasPrefix(download, test.want+"/storage/download/"+h.tenant.ID.String()+"/"+stored+"?"), "%s: %s", name, download)
	}
}

// A request without Host, as HTTP/1.0 allows, over a real connection.
func TestHTTP10(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	conn, err := net.Dial("tcp", parseURL(t, h.http.URL).Host)
	require.NoError(t, err)
	defer conn.Close()
	const body = `{"name":"file","size_bytes":1}`
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.0\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		backupsPath, h.key, len(body), body)
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusCreated, resp.StatusCode)
	var u client.BackupUpload
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&u))
	assert.True(t, strings.HasPrefix(u.UploadURL, h.http.URL+"/storage/upload/"), u.UploadURL)
	put(t, &u, []byte("a"))
}

// Uploads and downloads work by unchanged URLs if the server itself uses TLS.
func TestSignedURLsWithTLS(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	secure := httptest.NewTLSServer(h.handler)
	t.Cleanup(secure.Close)
	body := noise(1 << 20)
	send := func(method, to string, body []byte) response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(string(body)))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		if strings.Contains(to, server.BasePath) {
			r.Header.Set("Authorization", "Bearer "+h.key)
		}
		resp, err := secure.Client().Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		got, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return response{resp.StatusCode, resp.Header, got}
	}
	var u client.BackupUpload
	created := send(http.MethodPost, secure.URL+backupsPath, []byte(`{"name":"file","size_bytes":1048576}`))
	require.NoError(t, json.Unmarshal(created.body, &u), "%s", created.body)
	require.True(t, strings.HasPrefix(u.UploadURL, secure.URL+"/storage/upload/"), u.UploadURL)
	assert.Equal(t, http.StatusOK, send(http.MethodPut, u.UploadURL, body).status)
	require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	var d client.BackupDownload
	answer := send(http.MethodGet, secure.URL+backupsPath+"/"+u.ID+"/download", nil)
	require.NoError(t, json.Unmarshal(answer.body, &d), "%s", answer.body)
	require.True(t, strings.HasPrefix(d.DownloadURL, secure.URL+"/storage/download/"), d.DownloadURL)
	assert.Equal(t, body, send(http.MethodGet, d.DownloadURL, nil).body)
}

// LOX_PUBLIC_URL, with its path, takes precedence over the address in the request.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"https://lox.example.com", "http://lox.example.com:8080", "https://example.com/behind/a/proxy"} {
		h := open(t, setup{publicURL: public})
		stored := h.storedBehind(t, []byte("a"))
		upload, download := h.urlsFor(t, stored, func(r *http.Request) { r.Host = "10.0.0.1:8080" })
		assert.True(t, strings.HasPrefix(upload, public+"/storage/upload/"), upload)
		assert.True(t, strings.HasPrefix(download, public+"/storage/download/"), download)
		// The proxy removes the path.
		got := fetchBytes(t, strings.Replace(download, public, h.http.URL, 1), "")
		assert.Equal(t, "a", string(got.body))
	}
}

// storedBehind creates a completed backup without the proxy to which upload URLs lead.
func (h *testenv) storedBehind(t *testing.T, body []byte) string {
	t.Helper()
	u := h.create(t, fileRequest(body))
	u.UploadURL = strings.Replace(u.UploadURL, h.publicURL, h.http.URL, 1)
	put(t, u, body)
	require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	return u.ID
}

func (h *testenv) downloadURL(t *testing.T, id string) string {
	t.Helper()
	answer, err := h.api.GetBackupDownloadWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, answer.JSON200, "%s", answer.Body)
	return answer.JSON200.DownloadURL
}

// HEAD answers like a download without its body.
func TestDownloadHead(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := noise(100_000)
	from := h.downloadURL(t, h.stored(t, "täglich.gz", body))
	whole := fetchBytes(t, from, "")
	require.Equal(t, body, whole.body)
	resp, err := http.Head(from)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.EqualValues(t, len(body), resp.ContentLength)
	for _, name := range []string{"Content-Type", "Content-Disposition", "ETag", "Last-Modified", "Accept-Ranges", "Cache-Control"} {
		assert.NotEmpty(t, resp.Header.Get(name), name)
		assert.Equal(t, whole.header.Get(name), resp.Header.Get(name), name)
	}
}

// TestSignedURLsAreObserved reads the log and the metrics of uploads and downloads. Closing a
// testenv checks that no signature is in the log.
func TestSignedURLsAreObserved(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := noise(1000)
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	from := h.downloadURL(t, u.ID)
	send := func(method, to string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, to, nil)
		require.NoError(t, err)
		r.Header.Set("X-Request-Id", "r-"+method)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp
	}
	assert.Equal(t, "r-GET", send(http.MethodGet, from).Header.Get("X-Request-Id"))
	send(http.MethodHead, from)
	for n := range 20 {
		assert.Equal(t, http.StatusMethodNotAllowed, send(fmt.Sprintf("BREW%d", n), u.UploadURL).StatusCode)
		assert.Equal(t, http.StatusForbidden, send(http.MethodGet, fmt.Sprintf("%s/storage/download/%d", h.http.URL, n)).StatusCode)
		assert.Equal(t, http.StatusNotFound, send(http.MethodGet, fmt.Sprintf("%s/storage/%d", h.http.URL, n)).StatusCode)
	}

	lines := map[string]map[string]any{}
	for line := range strings.Lines(h.log.String()) {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields))
		if path, _ := fields["path"].(string); strings.HasPrefix(path, "/storage/") && strings.HasSuffix(path, "/"+u.ID) {
			lines[fmt.Sprint(fields["method"], " ", fields["status"])] = fields
		}
	}
	key := h.tenant.ID.String() + "/" + u.ID
	for of, want := range map[string]struct {
		path  string
		bytes float64
	}{
		"PUT 200":  {"/storage/upload/" + key, 0},
		"GET 200":  {"/storage/download/" + key, 1000},
		"HEAD 200": {"/storage/download/" + key, 0},
	} {
		line := lines[of]
		require.NotNil(t, line, "%s is not in the log", of)
		assert.Equal(t, want.path, line["path"], of)
		assert.InDelta(t, want.bytes, line["bytes"], 0, of)
		assert.Equal(t, "127.0.0.1", line["client"], of)
		assert.Equal(t, "INFO", line["level"], of)
	}
	assert.Equal(t, "r-GET", lines["GET 200"]["request_id"])

	counts := map[string]uint64{}
	families, err := h.metrics.Gather()
	require.NoError(t, err)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if strings.HasPrefix(labels["route"], "/storage/") || labels["route"] == "none" {
				counts[labels["method"]+" "+labels["route"]+" "+labels["status"]] = m.GetHistogram().GetSampleCount()
			}
		}
	}
	assert.Equal(t, map[string]uint64{
		"PUT /storage/upload/:key 200":    1,
		"other /storage/upload/:key 405":  20,
		"GET /storage/download/:key 200":  1,
		"HEAD /storage/download/:key 200": 1,
		"GET /storage/download/:key 403":  20,
		"GET none 404":                    20,
	}, counts)
}

// Backups are created and uploaded while the disk has less free space than its reserve.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	probe := &lateProbe{}
	h := open(t, setup{reserve: 1 << 62, probes: map[string]server.Probe{"disk": probe}})
	probe.Probe = h.blobs.disk
	for _, header := range []http.Header{nil, {"Idempotency-Key": {aKey}}} {
		unavailable(t, h.send(t, request{
			method: http.MethodPost, path: backupsPath, header: header, body: strings.NewReader(`{"name":"file","size_bytes":1}`),
		}))
	}
	assert.Equal(t, state{Usage: lox.Usage{Quota: 1 << 30}}, h.state(t), "nothing is reserved")
	ready := h.get(t, "/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, ready.status)
	assert.JSONEq(t, `{"disk":"unavailable"}`, string(ready.body))

	h.blobs.hasty.Store(true)
	made := h.postUnder(t, small, aKey)
	require.Equal(t, http.StatusCreated, made.status, "%s", made.body)
	h.blobs.hasty.Store(false)
	again := h.postUnder(t, small, aKey)
	require.Equal(t, http.StatusCreated, again.status, "what was made before needs no more room: %s", again.body)
	assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	assert.Equal(t, made.header.Get("Location"), again.header.Get("Location"))
	h.postUnder(t, `{"name":"b","size_bytes":1}`, aKey).refused(t, http.StatusUnprocessableEntity, lox.CodeIdempotencyMismatch, nil)
	unavailable(t, h.postUnder(t, small, "another key"))

	h.blobs.hasty.Store(true)
	u := h.create(t, fileRequest([]byte("a")))
	full := sendPut(t, u, []byte("a"), nil)
	assert.Equal(t, http.StatusInsufficientStorage, full.status)
	assert.Equal(t, problem{code: "insufficient_storage", message: "The disk of the server is full, try again later"}, problemOf(t, full.body))
	h.leaves(t, u.ID, trace{Status: "pending", Reserved: 2})
	assert.Equal(t, http.StatusOK, h.get(t, backupsPath).status, "other requests still work")
	storetest.CheckCounters(t, h.dsn)
}
