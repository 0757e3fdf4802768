package main_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
)

// Without S3 and Redis, everything works that doesn't need them, and only the log says why the rest
// doesn't.
func TestStartWithoutS3(t *testing.T) {
	t.Parallel()
	env := []string{
		"LOX_DATABASE_URL=embedded", "LOX_S3_ENDPOINT=http://127.0.0.1:1", "LOX_S3_ACCESS_KEY=lox", "LOX_S3_SECRET_KEY=a-password",
		"LOX_RATE_LIMIT_FACTOR=1000", "LOX_REDIS_URL=redis://127.0.0.1:1/0",
	}
	s := setup{dir: usedDir(t), env: env}
	p := s.start(t)
	key := s.savedKey(t)
	a := newAPI(t, p.baseURL, key)
	for range 3 {
		requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok","redis":"unavailable","s3":"unavailable"}`)
	}
	upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
	require.NoError(t, err, "an upload URL is computed here")
	_, err = a.ids(t.Context())
	require.NoError(t, err)
	status, header, took := fetchWithin(t.Context(), t, http.MethodPost, p.baseURL+"/v1/backups/"+upload.ID+"/complete", key)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "5", header.Get("Retry-After"))
	assert.Less(t, took, 30*time.Second)
	unavailable := map[any]int{}
	for _, record := range p.messages(t, "a dependency is unavailable") {
		unavailable[record["part"]]++
		assert.Equal(t, false, record["required"])
		assert.Contains(t, record["error"], "connection refused")
	}
	assert.Equal(t, map[any]int{"s3": 1, "redis": 1}, unavailable, "it says so once a minute")
	assert.NotContains(t, p.stderr.String(), "a-password")
	p.stop(t, syscall.SIGTERM)

	s.env = slices.Concat(env, []string{"LOX_READY_REQUIRES=database,s3"})
	p = s.start(t)
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"ok","disk":"ok","redis":"unavailable","s3":"unavailable"}`)
	p.stop(t, syscall.SIGTERM)
}

// A server starts while its S3 can't be reached, and uses it without a restart when it can.
func TestS3StartsLater(t *testing.T) {
	t.Parallel()
	cfg := blobtest.StartMinIO(t)
	front := newFailingS3(t, cfg.Endpoint)
	front.away.Store(true)
	s := setup{dir: newDir(t), env: []string{
		"LOX_DATABASE_URL=embedded", "LOX_S3_ENDPOINT=" + front.URL, "LOX_S3_BUCKET=" + cfg.Bucket,
		"LOX_S3_ACCESS_KEY=" + cfg.AccessKey, "LOX_S3_SECRET_KEY=" + cfg.SecretKey, "LOX_READY_REQUIRES=database,s3",
	}}
	p := s.start(t)
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"ok","disk":"ok","s3":"unavailable"}`)
	front.away.Store(false)
	requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok","s3":"ok"}`)
	// The log is up to 10 ms late.
	eventually(t, func() bool { return len(p.messages(t, "a dependency is available again")) == 1 })
	a, file := newAPI(t, p.baseURL, s.savedKey(t)), noise(1, 1000)
	requireDownload(t, a, requireStored(t, a, file), file)
	p.stop(t, syscall.SIGTERM)
}

// While the disk of the database is full, writes are refused, /readyz says so and, once a minute,
// the log. Everything works again when there is space.
func TestDatabaseDiskIsFull(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t), env: []string{"LOX_DISK_RESERVE=8MiB", "LOX_RATE_LIMIT_FACTOR=1000"}}
	require.NoError(t, os.Mkdir(s.postgresDir(), 0o700))
	mountSmallDisk(t, s.postgresDir(), 128*mebibyte)
	p := s.start(t)
	_, metrics := p.addrs(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok"}`)
	filler, err := os.Create(filepath.Join(s.postgresDir(), "filler"))
	require.NoError(t, err)
	_, err = io.Copy(filler, rand.Reader)
	require.ErrorIs(t, err, syscall.ENOSPC)
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"ok","disk":"unavailable"}`)
	free, err := a.fetch(t.Context(), "http://"+metrics+"/metrics")
	require.NoError(t, err)
	assert.Contains(t, free, `lox_disk_free_bytes{of="database"} 0`)

	began, refusals := time.Now(), 0
	for range 20_000 {
		_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: strings.Repeat("n", 200), SizeBytes: 1}, "")
		if err == nil {
			continue
		}
		var refusal *refused
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, http.StatusServiceUnavailable, refusal.status, refusal.body)
		if refusals++; refusals == 20 {
			break
		}
	}
	require.Equal(t, 20, refusals)
	var lines, full int
	for line := range strings.Lines(p.stderr.String()) {
		if strings.Contains(line, `"from":"postgres"`) {
			lines++
			assert.Contains(t, line, `"severity":"`, "a part of a message")
			if strings.Contains(line, `"sqlstate":"53100"`) {
				full++
			}
		}
	}
	assert.Positive(t, full)
	assert.LessOrEqual(t, full, 1+int(time.Since(began)/time.Minute))
	t.Logf("%d lines of PostgreSQL for %d refused creates, %d of them on the full disk", lines, refusals, full)

	require.NoError(t, filler.Close())
	require.NoError(t, os.Remove(filler.Name()))
	file := noise(1, 1000)
	requireDownload(t, a, requireStored(t, a, file), file)
	eventually(t, func() bool {
		status, _, _ := fetchWithin(t.Context(), t, http.MethodGet, rootURL(p.baseURL)+"/readyz", "")
		return status == http.StatusOK
	})
	p.stop(t, syscall.SIGTERM)
}
