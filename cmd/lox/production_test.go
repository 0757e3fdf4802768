package main_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/ratelimit/redistest"
)

// TestProduction runs two servers on external stores: a PostgreSQL, a Redis, and an S3 server.
func TestProduction(t *testing.T) {
	t.Parallel()
	cfg := blobtest.StartMinIO(t)
	dsn := externalDatabase(t)
	// The same server under another name, as behind a proxy.
	public := strings.Replace(cfg.Endpoint, "127.0.0.1", "localhost", 1)
	s := setup{dir: filepath.Join(newDir(t), "data"), env: []string{
		"LOX_DATABASE_URL=" + dsn, "LOX_S3_ENDPOINT=" + cfg.Endpoint, "LOX_S3_PUBLIC_ENDPOINT=" + public,
		"LOX_S3_BUCKET=" + cfg.Bucket, "LOX_S3_REGION=" + cfg.Region, "LOX_S3_ACCESS_KEY=" + cfg.AccessKey,
		"LOX_S3_SECRET_KEY=" + cfg.SecretKey, "LOX_S3_PATH_STYLE=true", "LOX_MASTER_KEY=" + masterKey,
		"LOX_PUBLIC_URL=https://lox.example.com/backups/",
	}}

	_, err := exec.LookPath("redis-server")
	shared := err == nil // the tests of ratelimit report a missing Redis
	if shared {
		s.env = append(s.env, "LOX_REDIS_URL="+redistest.Start(t).URL)
	}

	// Commands need only the database.
	alone := setup{dir: s.dir, env: []string{"LOX_DATABASE_URL=" + dsn}}
	_, stderr, code := alone.run(t, "migrate")
	require.Zero(t, code, stderr)
	assert.Empty(t, alone.tenants(t))

	// Both at the same time.
	one, two := s.launch(t), s.launch(t)
	one.baseURL, two.baseURL = one.awaitStdout(t, baseURL), two.awaitStdout(t, baseURL)
	for _, p := range []*process{one, two} {
		assert.NotContains(t, p.stdout.String(), "API key", "nobody asked for a tenant")
	}
	assert.NoDirExists(t, s.dir, "nothing is kept here")
	key := s.requireTenant(t, "n", "pro", 250<<30)
	first, second := newAPI(t, one.baseURL, key), newAPI(t, two.baseURL, key)
	requireReady(t, first, one.baseURL)
	requireReady(t, second, two.baseURL)

	document, err := first.fetch(t.Context(), strings.TrimSuffix(one.baseURL, "/api")+"/openapi.json")
	require.NoError(t, err)
	assert.Contains(t, document, `"servers":[{"url":"https://lox.example.com/backups/api",`)

	if shared {
		assert.Equal(t, remaining(t, first)-1, remaining(t, second), "requests are counted together")
	}

	file := noise(1, 9<<20)
	upload, err := first.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: int64(len(file))}, "")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(upload.UploadURL, public+"/"), upload.UploadURL)
	require.NoError(t, second.put(t.Context(), upload, file))
	done, err := second.complete(t.Context(), upload.ID)
	require.NoError(t, err)
	require.Equal(t, checksum(file), done.Checksum)
	requireIDs(t, first, upload.ID)
	requireIDs(t, second, upload.ID)
	download, err := first.GetBackupDownloadWithResponse(t.Context(), upload.ID)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(download.JSON200.DownloadURL, public+"/"), download.JSON200.DownloadURL)
	requireDownload(t, first, upload.ID, file)

	// One stops, the other one continues.
	one.signal(syscall.SIGTERM)
	require.Zero(t, one.exit(t))
	requireDownload(t, second, upload.ID, file)
	require.NoError(t, second.delete(t.Context(), upload.ID))
	_, err = second.get(t.Context(), upload.ID)
	requireRefused(t, err, http.StatusNotFound)
	two.signal(syscall.SIGTERM)
	require.Zero(t, two.exit(t))
}

// remaining returns how many more requests the tenant may make in this minute.
func remaining(t *testing.T, a *api) int {
	t.Helper()
	r, err := a.GetTenantWithResponse(t.Context())
	require.NoError(t, err)
	n, err := strconv.Atoi(r.HTTPResponse.Header.Get("X-RateLimit-Remaining"))
	require.NoError(t, err)
	return n
}
