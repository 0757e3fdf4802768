package main_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/openapi"
)

// nobody is the user id that Linux reserves for no user.
const nobody = 65534

// An operator's first day: start without data, use, stop, start again, stop. Root can do that in
// more than one way.
func TestServe(t *testing.T) {
	t.Parallel()
	ways := map[string]func(*testing.T) setup{
		"as I am": func(t *testing.T) setup { return setup{dir: filepath.Join(newDir(t), "data")} },
	}
	if os.Geteuid() == 0 {
		ways["as a plain user"] = func(t *testing.T) setup {
			dir := newDir(t)
			require.NoError(t, os.Chown(dir, nobody, nobody))
			return setup{dir: filepath.Join(dir, "data"), uid: nobody}
		}
		ways["below a directory that is closed to others"] = func(t *testing.T) setup {
			parent := newDir(t)
			require.NoError(t, os.Chmod(parent, 0o700))
			return setup{dir: filepath.Join(parent, "data")}
		}
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testServe(t, way(t))
		})
	}
}

// The server writes to a pipe that nobody reads any more: it continues, and stops cleanly on
// request.
func TestLogReaderEnds(t *testing.T) {
	t.Parallel()
	reader, log, err := os.Pipe()
	require.NoError(t, err)
	s := setup{dir: newDir(t), stderr: log}
	p := s.launch(t)
	require.NoError(t, log.Close())
	_, err = reader.Read(make([]byte, 1))
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	p.baseURL = p.awaitStdout(t, baseURL)
	file := noise(1, 1000)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	requireDownload(t, a, requireStored(t, a, file), file)
	p.stop(t, syscall.SIGTERM)
}

func testServe(t *testing.T, s setup) {
	first := s.start(t)
	t.Logf("first start: %s", first.started)
	printed := first.stdout.String()
	key := s.savedKey(t)
	assert.NotContains(t, printed, key, "it is no terminal")
	assert.Contains(t, printed, "API key   in "+s.keyFile()+"\n")
	assert.Contains(t, printed, "curl -X POST "+first.baseURL+"/v1/backups \\\n    -H \"Authorization: Bearer $KEY\"")
	assert.Contains(t, printed, "  KEY=$(cat '"+s.keyFile()+"')\n")
	info, err := os.Stat(s.keyFile())
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	assert.NotContains(t, first.stderr.String(), key, "the key is in the log")
	assert.Equal(t, os.Geteuid() == 0 && s.uid == 0, strings.Contains(first.stderr.String(), `"level":"WARN","msg":"running as root`))

	a := newAPI(t, first.baseURL, key)
	api, metrics := first.addrs(t)
	checkOperational(t, a, api, metrics)
	file := noise(1, 10<<20+1)
	deleted := requireStored(t, a, file)
	requireDownload(t, a, deleted, file)
	require.NoError(t, a.delete(t.Context(), deleted))
	kept := requireStored(t, a, file[1:])
	requireIDs(t, a, kept)

	first.stop(t, syscall.SIGINT)
	for _, addr := range []string{api, metrics} {
		requireFree(t, addr)
	}

	second := s.start(t)
	t.Logf("second start: %s", second.started)
	assert.NotContains(t, second.stdout.String(), key)
	assert.Contains(t, second.stdout.String(), "API key   in "+s.keyFile()+"\n")
	assert.Equal(t, key, s.savedKey(t))
	a = newAPI(t, second.baseURL, key)
	requireIDs(t, a, kept)
	requireDownload(t, a, kept, file[1:])
	_, err = a.get(t.Context(), deleted)
	requireRefused(t, err, http.StatusNotFound)
	second.stop(t, syscall.SIGTERM)
	assert.Empty(t, first.complaints())
	assert.Empty(t, second.complaints())
}

func checkOperational(t *testing.T, a *api, addr, metrics string) {
	t.Helper()
	get := func(url string) string {
		body, err := a.fetch(t.Context(), url)
		require.NoError(t, err, url)
		return body
	}
	root := "http://" + addr
	assert.JSONEq(t, `{"status":"ok"}`, get(root+"/healthz"))
	assert.JSONEq(t, `{"database":"ok","disk":"ok"}`, get(root+"/readyz"))
	asYAML, asJSON, err := openapi.At("/api")
	require.NoError(t, err)
	assert.Equal(t, string(asYAML), get(root+"/openapi.yaml"))
	assert.Equal(t, string(asJSON), get(root+"/openapi.json"))
	assert.Contains(t, get("http://"+metrics+"/metrics"), "process_start_time_seconds")
	_, err = a.fetch(t.Context(), "http://"+metrics+"/debug/pprof/cmdline")
	requireRefused(t, err, http.StatusNotFound)
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		_, err := a.fetch(t.Context(), root+path)
		requireRefused(t, err, http.StatusNotFound)
	}
}

func requireIDs(t testing.TB, a *api, want ...string) {
	t.Helper()
	ids, err := a.ids(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, ids)
}

func requireRefused(t testing.TB, err error, status int) {
	t.Helper()
	var r *refused
	require.ErrorAs(t, err, &r)
	require.Equal(t, status, r.status, r.body)
}

// rootURL is the server's URL for paths outside the API.
func rootURL(baseURL string) string { return strings.TrimSuffix(baseURL, "/api") }
