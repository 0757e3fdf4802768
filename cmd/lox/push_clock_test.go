package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
)

// pushFiles are a file that is sent in one piece and one that is sent in parts.
func pushFiles(t *testing.T) map[string][]byte {
	t.Helper()
	dir, files := newDir(t), map[string][]byte{}
	for name, size := range map[string]int{"small": mebibyte, "parts": 80 * mebibyte} {
		path := filepath.Join(dir, name)
		files[path] = noise(uint64(size), size)
		require.NoError(t, os.WriteFile(path, files[path], 0o600))
	}
	return files
}

// requirePushed pushes the files and fetches them again.
func (s setup) requirePushed(t *testing.T, files map[string][]byte) {
	t.Helper()
	for path, content := range files {
		stdout, stderr, code := s.run(t, "push", path, "--quiet")
		require.Zero(t, code, "%s: %s", path, stderr)
		fetched := filepath.Join(newDir(t), "fetched")
		_, stderr, code = s.run(t, "pull", strings.TrimSpace(stdout), "--quiet", "--output", fetched)
		require.Zero(t, code, "%s: %s", path, stderr)
		got, err := os.ReadFile(fetched)
		require.NoError(t, err)
		require.Equal(t, content, got)
	}
}

// Clients with clocks that are ten minutes off work as usual.
func TestPushWithWrongClock(t *testing.T) {
	t.Parallel()
	files := pushFiles(t)
	test := func(t *testing.T, h *hook, c setup, a *api) {
		t.Helper()
		for _, ahead := range []string{"10m", "-10m"} {
			c.byClock(t, ahead).requirePushed(t, files)
		}
		for path := range files {
			if filepath.Base(path) == "parts" {
				requireGoesOn(t, h, c, a, path)
			}
		}
	}
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		s := setup{dir: usedDir(t), env: []string{"LOX_RATE_LIMIT_FACTOR=1000"}}
		p := s.start(t)
		h := newHook(t, rootURL(p.baseURL))
		test(t, h, s.remoteAt(t, h.URL, s.savedKey(t)), newAPI(t, p.baseURL, s.savedKey(t)))
	})
	t.Run("S3", func(t *testing.T) {
		t.Parallel()
		cfg := blobtest.StartMinIO(t)
		h := newHook(t, cfg.Endpoint)
		s := bucketSetup(t, externalDatabase(t), cfg, "LOX_S3_PUBLIC_ENDPOINT="+h.URL, "LOX_RATE_LIMIT_FACTOR=1000")
		p := s.start(t)
		_, key := s.newTenant(t, "n", "pro")
		test(t, h, s.remoteAt(t, rootURL(p.baseURL), key), newAPI(t, p.baseURL, key))
	})
}

// requireGoesOn interrupts a push with a clock that is ahead, and continues it with one that is
// behind.
func requireGoesOn(t *testing.T, h *hook, c setup, a *api, path string) {
	t.Helper()
	before, err := a.ids(t.Context())
	require.NoError(t, err)
	const sent = 5
	cmd := c.byClock(t, "10m").command("push", path, "--quiet", "--parallel", "1")
	started := make(chan struct{})
	interrupt := sync.OnceFunc(func() {
		<-started
		assert.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	})
	ended := make(chan struct{})
	h.set(sent+1, func(*http.Request) {
		interrupt()
		<-ended
		panic(http.ErrAbortHandler) // in the store, it would be in the way of the next push
	})
	require.NoError(t, cmd.Start())
	close(started)
	err = cmd.Wait()
	close(ended)
	require.Error(t, err)
	require.Equal(t, 6, cmd.ProcessState.ExitCode())
	h.set(0, nil)
	_, stderr, code := c.byClock(t, "-10m").run(t, "push", path, "--quiet", "--parallel", "1")
	require.Zero(t, code, stderr)
	assert.EqualValues(t, 80*mebibyte/(8*mebibyte)-sent, h.puts.Load(), "what was sent before isn't sent again")
	after, err := a.ids(t.Context())
	require.NoError(t, err)
	assert.Len(t, after, len(before)+1)
}

// A server and its database are on a machine with a wrong clock, and the bucket is elsewhere.
func TestStoreWithOtherClock(t *testing.T) {
	t.Parallel()
	files := pushFiles(t)
	for name, test := range map[string]struct{ ahead, ttl string }{
		"ahead":                      {"10m", "30m"},
		"ahead of short-lived URLs":  {"10m", "5m"},
		"behind":                     {"-10m", "30m"},
		"behind of short-lived URLs": {"-10m", "5m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := blobtest.StartMinIO(t)
			s := wrongClockSetup(t, cfg, test.ahead, "LOX_UPLOAD_TTL="+test.ttl)
			p := s.start(t)
			key := s.keyByClock(t)
			c, a := s.remoteAt(t, rootURL(p.baseURL), key), newAPI(t, p.baseURL, key)
			if test.ttl == "5m" && test.ahead == "-10m" {
				requireClockNamed(t, c, a, files, minioClient(t, cfg), cfg.Bucket)
			} else {
				c.requirePushed(t, files)
			}

			checks, _, code := s.doctor(t)
			assert.Equal(t, 1, code)
			require.Len(t, checks["clock"], 2)
			assert.Equal(t, "ok", checks["clock"][0].Status, "%+v", checks["clock"])
			assert.Equal(t, "wrong", checks["clock"][1].Status)
			where := map[string]string{"10m": "behind", "-10m": "ahead of"}[test.ahead]
			assert.Regexp(t, `^that of the S3 server is (10m0|10m1|9m59)\S* `+where+` this machine's$`, checks["clock"][1].Message)
		})
	}
	// S3 refuses requests that are 15 minutes off, so such a server doesn't start.
	for _, ahead := range []string{"20m", "-20m"} {
		t.Run(ahead, func(t *testing.T) {
			t.Parallel()
			_, stderr, code := wrongClockSetup(t, blobtest.StartMinIO(t), ahead).run(t, "serve")
			assert.Equal(t, 1, code)
			where := map[string]string{"20m": "ahead of", "-20m": "behind"}[ahead]
			assert.Regexp(t, `this machine's clock is (20m0|20m1|19m59)s `+where+` that of the S3 server, which accepts at most 15m0s`, stderr)
		})
	}
}

// keyByClock creates a tenant, whose creation time is as wrong as the clock, and returns its API
// key.
func (s setup) keyByClock(t *testing.T) string {
	t.Helper()
	stdout, stderr, code := s.run(t, "tenant", "create", "--name", "n", "--plan", "pro", "--json")
	require.Zero(t, code, stderr)
	var made struct {
		Key string `json:"api_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &made))
	return made.Key
}

// requireClockNamed checks that pushes fail because of the server's clock, and leave nothing.
func requireClockNamed(t *testing.T, c setup, a *api, files map[string][]byte, bucket *minio.Client, name string) {
	t.Helper()
	for path := range files {
		_, stderr, code := c.run(t, "push", path, "--quiet")
		assert.Equal(t, 1, code, "%s: %s", path, stderr)
		assert.Regexp(t, `lox: the server's clock is (10m0|10m1|9m59)\S* behind the store's: the store answers 403 Forbidden: "Request has expired"`, stderr)
		all, err := a.ids(t.Context())
		require.NoError(t, err)
		assert.Empty(t, all, path)
		require.Eventually(t, func() bool { return len(bucketUploads(t, bucket, name))+len(bucketObjects(t, bucket, name)) == 0 }, patience, tick,
			"%s: something is left in the store", path)
	}
}

// wrongClockSetup is a LOX whose clock is ahead, like its database's. The bucket's is right.
func wrongClockSetup(t *testing.T, cfg s3.Config, ahead string, env ...string) setup {
	t.Helper()
	dsn := externalDatabase(t)
	_, stderr, code := bucketSetup(t, dsn, cfg).run(t, "migrate")
	require.Zero(t, code, stderr)
	_, err := openSQL(t, dsn).ExecContext(t.Context(), `create function public.clock_timestamp() returns timestamptz language sql
		as $$ select pg_catalog.clock_timestamp() + interval '`+strings.TrimSuffix(ahead, "m")+` minutes' $$`)
	require.NoError(t, err)
	env = append(env, "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000")
	return bucketSetup(t, dsn+" search_path=public,pg_catalog", cfg, env...).byClock(t, ahead)
}
