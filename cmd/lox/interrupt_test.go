package main_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// The first start is ended at each of its stages, each time on the data of the previous try, until
// one is not ended.
func TestInterruptedFirstStart(t *testing.T) {
	t.Parallel()
	stages := []func(*process, *testing.T){
		says(`(creating the embedded database)`),
		makes("postgres", "password"),
		says(`(starting PostgreSQL)`),
		says(`(ready to accept connections)`),
		makes("storage-key"),
		makes("storage", "objects"),
		makes("storage", "lock"),
		makes("master-key"),
		says(`(serving metrics)`),
	}
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s := setup{dir: filepath.Join(newDir(t), "data")}
			for i, reach := range stages {
				p := s.launch(t)
				reach(p, t)
				p.signal(sig)
				p.exit(t)
				if sig == syscall.SIGINT {
					require.Empty(t, s.postgres(t), "at stage %d", i)
				}
			}
			p := s.start(t)
			a := newAPI(t, p.baseURL, s.savedKey(t))
			file := noise(1, 1000)
			requireIDs(t, a)
			requireDownload(t, a, requireStored(t, a, file), file)
			assert.Equal(t, []string{"api-key", "master-key", "postgres", "storage", "storage-key"}, names(t, s.dir))
			assert.Equal(t, []string{"lock", "objects", "parts", "uploads"}, names(t, s.storageDir()))
			assert.Equal(t, []string{"data", "lock", "password", "socket"}, names(t, s.postgresDir()))
			p.stop(t, syscall.SIGINT)
		})
	}
}

// says waits until the server has logged something.
func says(what string) func(*process, *testing.T) {
	logged := regexp.MustCompile(what)
	return func(p *process, t *testing.T) {
		t.Helper()
		p.awaitStderr(t, logged)
	}
}

// makes waits until the server has created a file in its data directory, for stages that it doesn't
// log.
func makes(path ...string) func(*process, *testing.T) {
	return func(p *process, t *testing.T) {
		t.Helper()
		made := filepath.Join(append([]string{p.dir}, path...)...)
		require.Eventually(t, func() bool {
			_, err := os.Lstat(made)
			return err == nil
		}, patience, time.Millisecond, "%s is not made", made)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

// An upload is in progress when the server is told to stop. It may end, and is kept.
func TestUploadDuringStop(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 4<<20)
	upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: int64(len(file))}, "")
	require.NoError(t, err)

	// The second half is sent when the server accepts no new connections.
	half := len(file) / 2
	rest, feed := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, upload.UploadURL, io.MultiReader(bytes.NewReader(file[:half]), rest))
		if err == nil {
			req.ContentLength = int64(len(file))
			err = a.do(req, io.Discard)
		}
		sent <- err
	}()
	_, err = feed.Write(file[half : half+1]) // accepted, so the first half has arrived
	require.NoError(t, err)
	p.signal(syscall.SIGTERM)
	requireClosed(t, upload.UploadURL)
	_, err = feed.Write(file[half+1:])
	require.NoError(t, err)
	require.NoError(t, feed.Close())
	require.NoError(t, <-sent)
	require.Zero(t, p.exit(t), "%s", p.stderr.tail())

	p = s.start(t)
	a = newAPI(t, p.baseURL, s.savedKey(t))
	done, err := a.complete(t.Context(), upload.ID)
	require.NoError(t, err)
	require.Equal(t, checksum(file), done.Checksum)
	requireDownload(t, a, upload.ID, file)
	p.stop(t, syscall.SIGTERM)
}

// The server is killed while its database recovers from a crash of its own. The database must not
// continue without the server. The recovery is short, so it takes a few attempts to kill during it.
func TestKilledInRecovery(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	file := noise(1, 1000)
	id := requireStored(t, newAPI(t, p.baseURL, s.savedKey(t)), file)
	for range 5 {
		p.crashPostgres(t)
		p.kill()
		s.requireNoPostgres(t)
		p = s.start(t)
		requireDownload(t, newAPI(t, p.baseURL, s.savedKey(t)), id, file)
	}
	p.stop(t, syscall.SIGTERM)
}

// requireClosed waits until the server of a URL accepts no more connections.
func requireClosed(t *testing.T, rawURL string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var d net.Dialer
	require.Eventually(t, func() bool {
		c, err := d.DialContext(ctx, "tcp", u.Host)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, patience, 20*time.Millisecond, "it still listens")
}
