package s3embed

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
)

// An upload that is cut short by its client leaves nothing behind.
func TestCutShortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	store := openBlob(t, s.URL())
	const size = 1 << 20
	for sent := range []int{0, 1, size / 2, size - 1} {
		for _, linger := range []int{-1, 0} { // FIN, RST
			c := blobtest.Dial(t, store.presign(t, fmt.Sprintf("k/%d/%d", sent, linger), size))
			c.Send(t, make([]byte, sent))
			require.NoError(t, c.SetLinger(linger))
			require.NoError(t, c.Close())
		}
	}
	// Stop waits until the server is done with them.
	require.NoError(t, s.Stop(t.Context()))
	require.Empty(t, files(t, dir))
	require.Zero(t, staged(t, os.Getpid(), dir))
}

// An SDK may send the body in signed chunks, which versitygw takes apart.
func TestChunkedUploadCutShort(t *testing.T) {
	dir := t.TempDir()
	s := start(t, config(dir))
	openBlob(t, s.URL())
	body := make([]byte, 300_000)
	for _, pass := range []int64{2_000, 70_000, 150_000, 300_000} {
		proxy := cutter(t, s.Addr().String(), pass)
		_, err := core(t, "http://"+proxy).Client.PutObject(t.Context(), bucket, "k", bytes.NewReader(body), int64(len(body)),
			minio.PutObjectOptions{DisableMultipart: true})
		require.Error(t, err, "%d bytes", pass)
		require.Empty(t, files(t, dir))
	}
	proxy := cutter(t, s.Addr().String(), 1<<30)
	_, err := core(t, "http://"+proxy).Client.PutObject(t.Context(), bucket, "k", bytes.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{DisableMultipart: true})
	require.NoError(t, err)
	require.Len(t, openBlob(t, s.URL()).get(t, "k"), len(body))
}

// cutter passes connections on to addr, but only the first n bytes of what the
// client sends: then the server sees the end of the stream.
func cutter(t *testing.T, addr string, n int64) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() {
				_, _ = io.CopyN(server, client, n)
				_ = server.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, client)
			}()
			go func() {
				_, _ = io.Copy(client, server)
				_ = client.Close()
				_ = server.Close()
			}()
		}
	}()
	return ln.Addr().String()
}

func TestKillDuringUpload(t *testing.T) {
	dir := t.TempDir()
	p := startProcess(t, dir)
	store := openBlob(t, p.url)
	require.Equal(t, http.StatusOK, store.put(t, "tenant/kept", "kept"))
	const size = 1 << 20
	for i := range 8 {
		c := blobtest.Dial(t, store.presign(t, fmt.Sprintf("tenant/%d", i), size))
		c.Send(t, make([]byte, size-1-i*1000))
	}
	until(t, "all are being read", func() bool { return staged(t, p.cmd.Process.Pid, dir) == 8 })
	p.kill()
	require.Equal(t, []string{"buckets/backups/tenant/kept"}, files(t, dir))
	require.Empty(t, p.out.String(), "the server prints nothing")

	s := start(t, config(dir))
	store = openBlob(t, s.URL())
	for i := range 8 {
		require.Empty(t, store.get(t, fmt.Sprintf("tenant/%d", i)))
	}
	require.Equal(t, "kept", store.get(t, "tenant/kept"))
	require.Equal(t, http.StatusOK, store.put(t, "tenant/0", "new"), "the key is free")
}

// Whatever was acknowledged is there after kill -9, and whatever is there is
// whole.
func TestKillWhileBusy(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		p := startProcess(t, dir)
		store := openBlob(t, p.url)
		var acked sync.Map
		var count atomic.Int64
		var wg sync.WaitGroup
		bodies := map[string]string{}
		var mu sync.Mutex
		for worker := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					key := fmt.Sprintf("round-%d/worker-%d/%d", round, worker, i)
					body := strings.Repeat(key, 1+rand.IntN(2000))
					mu.Lock()
					bodies[key] = body
					mu.Unlock()
					if !tryPut(t, store, key, body) {
						return
					}
					acked.Store(key, body)
					count.Add(1)
				}
			})
		}
		until(t, "uploads are acknowledged", func() bool { return count.Load() > 40 })
		p.kill()
		wg.Wait()

		s, err := Start(t.Context(), config(dir))
		require.NoError(t, err)
		after := openBlob(t, s.URL())
		for key, body := range bodies {
			got := after.get(t, key)
			if _, ok := acked.Load(key); ok || got != "" {
				requireSame(t, body, got)
			}
		}
		require.NoError(t, s.Stop(t.Context()))
	}
}

// tryPut says whether the upload was acknowledged.
func tryPut(t *testing.T, store testStore, key, body string) bool {
	sum := lox.Checksum(sha256.Sum256([]byte(body)))
	p, err := store.PresignPut(t.Context(), lox.Upload{Key: key, Size: int64(len(body)), Checksum: &sum, Expires: time.Hour})
	if err != nil {
		t.Error(err)
		return false
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Error(err)
		return false
	}
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
