package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
)

// TestKilledVerification kills the server, and the client that waits for it, while it verifies an object in a slow bucket. The
// next one goes on from what was saved: no more is read again than what comes between two savings of the hash, each
// 64 MiB and each third of the lease, 4 s at most. The same push again sends nothing, and in the end
// nothing but the objects is in the bucket.
func TestKilledVerification(t *testing.T) {
	t.Parallel()
	size, slow, lease := int64(256*mebibyte), int64(40*mebibyte), time.Second
	rounds := roundsOf(t, killsEnv, 0) / 10
	if rounds > 0 { // as it is by default, with 5 s' worth to read again
		size, slow, lease = 1<<30, 64*mebibyte, 12*time.Second
	}
	rounds = max(rounds, 1)
	cfg := blobtest.StartMinIO(t)
	direct := minioClient(t, cfg)
	line := newSlowLine(t, cfg.Endpoint, slow)
	cfg.Endpoint = line.URL
	s := bucketSetup(t, externalDatabase(t), cfg, "LOX_VERIFY_LEASE="+lease.String(), "LOX_VERIFY_WAIT=1s", "LOX_SWEEP_INTERVAL=100ms",
		"LOX_RATE_LIMIT_FACTOR=1000")
	p := s.start(t)
	s.env = append(s.env, "LOX_ADDR="+p.addr()) // by which the client knows its push again
	_, key := s.newTenant(t, "n", "business")
	content := noise(2, int(size))
	file, sum := filepath.Join(newDir(t), "file"), checksum(content)
	require.NoError(t, os.WriteFile(file, content, 0o600))
	for round := range rounds {
		remote := s.remote(t, p, key)
		args := []string{"push", file, "--json"}
		push, a := remote.begin(t, args...), newAPI(t, p.baseURL, key)
		var id string
		read, sent := line.read.Load(), line.sent.Load()
		require.Eventually(t, func() bool {
			page, err := a.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Limit: new(1)})
			require.NoError(t, err)
			require.NotNil(t, page.JSON200, "%s", page.Body)
			if len(page.JSON200.Backups) == 0 {
				return false
			}
			b := page.JSON200.Backups[0]
			id = b.ID
			return b.Status == client.BackupStatusVerifying && b.VerifiedBytes >= size*3/4
		}, patience, 20*time.Millisecond, "it isn't being verified")
		push.kill()
		p.kill()
		line.idle(t)
		first := line.read.Load() - read
		require.GreaterOrEqual(t, line.sent.Load()-sent, size, "all was sent")
		sent = line.sent.Load()

		p = s.start(t)
		p.awaitStderr(t, regexp.MustCompile(`"msg":"(resume verification)","backup":"`+id+`"`))
		out, stderr, code := remote.run(t, args...)
		require.Zero(t, code, stderr)
		var b client.Backup
		require.NoError(t, json.Unmarshal([]byte(out), &b))
		require.Equal(t, sum, b.Checksum)
		require.Equal(t, id, b.ID, "it was begun again")
		again := line.read.Load() - read - size
		t.Logf("round %d: %d MiB were read before the kill, %d MiB again after it", round, first/mebibyte, again/mebibyte)
		require.GreaterOrEqual(t, again, int64(0), "not all of it was verified")
		// A second for what is on the line and in the buffers.
		most := 64*mebibyte + int64((min(lease/3, 4*time.Second)+time.Second).Seconds()*float64(slow))
		require.Less(t, again, most)
		require.Less(t, most, first, "to begin again would not be noticed")
		require.Less(t, line.sent.Load()-sent, int64(killedPart), "a part was sent again")
	}
	require.Empty(t, bucketUploads(t, direct, cfg.Bucket))
	require.Len(t, bucketObjects(t, direct, cfg.Bucket), rounds)
}

// slowLine is a proxy in front of an S3 server. It counts the bytes of objects that go through it, and those that are
// read are slow.
type slowLine struct {
	URL string
	// read and sent are bytes of objects.
	read, sent atomic.Int64
	// reading is how many objects are being read.
	reading atomic.Int64
}

func newSlowLine(t *testing.T, endpoint string, bytesPerSecond int64) *slowLine {
	t.Helper()
	u, err := url.Parse(endpoint)
	require.NoError(t, err)
	l, limiter := &slowLine{}, rate.NewLimiter(rate.Limit(bytesPerSecond), mebibyte)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(u)
			r.Out.Host = r.In.Host // which is signed
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodGet && r.ContentLength > mebibyte {
				l.reading.Add(1)
				r.Body = &slowBody{ReadCloser: r.Body, line: l, limiter: limiter, request: r.Request}
			}
			return nil
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			r.Body = &countedBody{r.Body, &l.sent}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	l.URL = server.URL
	return l
}

// idle waits until no object is being read.
func (l *slowLine) idle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return l.reading.Load() == 0 }, patience, tick, "the proxy goes on reading")
}

type slowBody struct {
	io.ReadCloser

	line    *slowLine
	limiter *rate.Limiter
	request *http.Request
}

func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.line.read.Add(int64(n))
	if failed := b.limiter.WaitN(b.request.Context(), n); failed != nil {
		return n, failed
	}
	return n, err
}

func (b *slowBody) Close() error {
	b.line.reading.Add(-1)
	return b.ReadCloser.Close()
}

type countedBody struct {
	io.ReadCloser

	count *atomic.Int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.count.Add(int64(n))
	return n, err
}

// bucketObjects are those of backups in a bucket, in all versions.
func bucketObjects(t *testing.T, c *minio.Client, bucket string) (keys []string) {
	t.Helper()
	for o := range c.ListObjects(t.Context(), bucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		require.NoError(t, o.Err)
		if _, _, ok := lox.ParseObjectKey(o.Key); ok {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// bucketUploads are the uploads in parts that are neither ended nor aborted in a bucket.
func bucketUploads(t *testing.T, c *minio.Client, bucket string) (keys []string) {
	t.Helper()
	core := minio.Core{Client: c}
	page, err := core.ListMultipartUploads(t.Context(), bucket, "", "", "", "", 1000)
	require.NoError(t, err)
	require.False(t, page.IsTruncated)
	for _, u := range page.Uploads {
		keys = append(keys, u.Key)
	}
	return keys
}
