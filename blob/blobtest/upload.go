package blobtest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testUpload(t *testing.T, s *suite) {
	k, body := key(), content(100_000)
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body)), ContentType: "application/gzip"})
	require.Equal(t, map[string]string{"Content-Length": "100000", "Content-Type": "application/gzip"}, p.Headers)
	got := s.send(t, p, bytes.NewReader(body))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)

	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	require.Equal(t, int64(len(body)), o.Size)
	require.NotEmpty(t, o.ETag)
	if s.S3 != nil {
		require.Nil(t, o.Checksum, "none was declared, so the store can't have verified one")
	} else {
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), *o.Checksum)
	}
	require.Equal(t, s.S3 == nil, o.Version == "", "version %q", o.Version)
	s.requireBytes(t, k, o, body)
}

// The curl command of the API document. For a body of this size, curl sends "Expect: 100-continue".
func testUploadAsCurlDoes(t *testing.T, s *suite) {
	curl, err := exec.LookPath("curl")
	require.NoError(t, err, "the document's commands are run by curl")
	body := content(3 << 20)
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	require.NoError(t, os.WriteFile(file, body, 0o600))
	put := func(u lox.Upload, args ...string) string {
		p := s.presign(t, u)
		args = append([]string{"-sS", "-o", "-", "-w", "%{http_code}", "-X", "PUT", p.URL}, args...)
		out, err := exec.CommandContext(t.Context(), curl, append(args, "--data-binary", "@"+file)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out[max(0, len(out)-3):])
	}
	for _, declared := range []string{"application/gzip", ""} {
		k := key()
		var args []string
		if declared != "" {
			args = []string{"-H", "Content-Type: " + declared}
		}
		require.Equal(t, "200", put(lox.Upload{Key: k, Size: int64(len(body)), ContentType: declared}, args...))
		o, err := s.Store.Stat(t.Context(), k)
		require.NoError(t, err)
		s.requireBytes(t, k, o, body)
	}
	// curl gets a refusal, although the server sends it before it has read the body.
	k := key()
	refused := "403" // S3: the signature is wrong
	if s.S3 == nil {
		refused = "400"
	}
	require.Equal(t, refused, put(lox.Upload{Key: k, Size: int64(len(body)) - 1}))
	s.neverAppears(t, k)
}

func testUploadOfAnotherSize(t *testing.T, s *suite) {
	body := content(100_000)
	size := int64(len(body))
	for _, test := range []struct {
		name string
		body []byte
	}{
		{"one byte short", body[:size-1]},
		{"one byte long", append(bytes.Clone(body), 0)},
		{"empty", nil},
	} {
		k := key()
		p := s.presign(t, lox.Upload{Key: k, Size: size})
		got := s.send(t, p, bytes.NewReader(test.body))
		requireRefused(t, got, "%s", test.name)
		s.neverAppears(t, k)
	}

	k := key()
	p := s.presign(t, lox.Upload{Key: k, Size: size})
	chunked := func(r *http.Request) {
		r.ContentLength = -1
		r.Header.Del("Content-Length")
	}
	got := s.send(t, p, io.MultiReader(bytes.NewReader(body)), chunked)
	requireRefused(t, got, "chunked")
	s.neverAppears(t, k)
}

func testUploadOfAnotherType(t *testing.T, s *suite) {
	body := content(1000)
	for _, sent := range []string{"application/zip", ""} {
		k := key()
		p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body)), ContentType: "application/gzip"})
		got := s.send(t, p, bytes.NewReader(body), func(r *http.Request) {
			r.Header.Del("Content-Type")
			if sent != "" {
				r.Header.Set("Content-Type", sent)
			}
		})
		requireRefused(t, got, "type %q", sent)
		s.neverAppears(t, k)
	}
	// Without a declared type, any type is accepted, also those that HTTP servers parse themselves.
	for _, sent := range []string{"text/plain; charset=utf-8", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"} {
		k := key()
		p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body))})
		got := s.send(t, p, bytes.NewReader(body), func(r *http.Request) { r.Header.Set("Content-Type", sent) })
		require.Equal(t, http.StatusOK, got.status, "%q: %s", sent, got.body)
		o, err := s.Store.Stat(t.Context(), k)
		require.NoError(t, err)
		s.requireBytes(t, k, o, body)
	}
}

func testUploadWithChecksum(t *testing.T, s *suite) {
	body := content(200_000)
	sum := lox.Checksum(sha256.Sum256(body))
	upload := lox.Upload{Size: int64(len(body)), Checksum: &sum}

	upload.Key = key()
	got := s.send(t, s.presign(t, upload), bytes.NewReader(body))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	o, err := s.Store.Stat(t.Context(), upload.Key)
	require.NoError(t, err)
	require.Equal(t, &sum, o.Checksum)
	s.requireBytes(t, upload.Key, o, body)

	upload.Key = key()
	got = s.send(t, s.presign(t, upload), bytes.NewReader(content(len(body))))
	requireRefused(t, got, "other bytes")
	s.neverAppears(t, upload.Key)
	if s.S3 != nil {
		s.testChecksumHeader(t, upload, body)
	}
}

// On S3 the checksum is a signed header.
func (s *suite) testChecksumHeader(t *testing.T, upload lox.Upload, body []byte) {
	const header = "x-amz-checksum-sha256"
	other := content(len(body))
	for name, edit := range map[string]func(*http.Request){
		"left out": func(r *http.Request) { r.Header.Del(header) },
		"of other bytes": func(r *http.Request) {
			r.Header.Set(header, lox.Checksum(sha256.Sum256(other)).Base64())
		},
	} {
		upload.Key = key()
		p := s.presign(t, upload)
		require.Equal(t, upload.Checksum.Base64(), p.Headers[header])
		requireRefused(t, s.send(t, p, bytes.NewReader(other), edit), "%s", name)
		s.neverAppears(t, upload.Key)
	}
}

// A URL may be used again while it is valid, but can't change the verified bytes.
func testUploadTwice(t *testing.T, s *suite) {
	k, first, second := key(), content(50_000), content(50_000)
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(first))})
	got := s.send(t, p, bytes.NewReader(first))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	got = s.send(t, p, bytes.NewReader(first))
	require.Equal(t, http.StatusOK, got.status, "a client that didn't get the response may send the bytes again: %s", got.body)
	s.requireBytes(t, k, o, first)

	got = s.send(t, p, bytes.NewReader(second))
	if s.S3 != nil {
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	} else {
		require.Equal(t, http.StatusPreconditionFailed, got.status, "%s", got.body)
	}
	s.requireBytes(t, k, o, first)
}

func testUploadManyToOneKey(t *testing.T, s *suite) {
	const clients = 16
	k := key()
	p := s.presign(t, lox.Upload{Key: k, Size: 20_000})
	bodies := make([][]byte, clients)
	statuses := make([]int, clients)
	var wg sync.WaitGroup
	for i := range clients {
		bodies[i] = content(20_000)
		wg.Go(func() { statuses[i] = s.send(t, p, bytes.NewReader(bodies[i])).status })
	}
	wg.Wait()
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	sum, err := s.Store.Hash(t.Context(), k, o, lox.HashState{}, nil)
	require.NoError(t, err)

	accepted := 0
	for i, status := range statuses {
		same := lox.Checksum(sha256.Sum256(bodies[i])) == sum
		if status == http.StatusOK {
			accepted++
			require.True(t, same || s.S3 != nil, "accepted, but other bytes are stored")
			continue
		}
		require.False(t, same, "refused, but stored")
		// Another upload was in progress, or had been stored.
		require.Contains(t, []int{http.StatusConflict, http.StatusPreconditionFailed}, status)
	}
	if s.S3 != nil {
		require.Equal(t, clients, accepted)
	} else {
		require.Equal(t, 1, accepted)
	}
}

func testUploadManyKeys(t *testing.T, s *suite) {
	tenant := lox.NewTenantID()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			k, body := lox.Backup{Tenant: tenant, ID: lox.NewBackupID()}.ObjectKey(), content(1+i*7919)
			p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body))})
			if got := s.send(t, p, bytes.NewReader(body)); got.status != http.StatusOK {
				t.Errorf("%s: %d %s", k, got.status, got.body)
				return
			}
			o, err := s.Store.Stat(t.Context(), k)
			if err != nil {
				t.Error(err)
				return
			}
			if sum, err := s.Store.Hash(t.Context(), k, o, lox.HashState{}, nil); err != nil || sum != sha256.Sum256(body) {
				t.Errorf("%s: %v %v", k, sum, err)
			}
		})
	}
	wg.Wait()
}

// The body may arrive in pieces, and bytes after it are not part of it.
func testUploadInPieces(t *testing.T, s *suite) {
	k, body := key(), content(300_000)
	c := Dial(t, s.presign(t, lox.Upload{Key: k, Size: int64(len(body))}))
	for rest := body; len(rest) > 0; {
		n := min(len(rest), 70_001)
		c.Send(t, rest[:n])
		rest = rest[n:]
	}
	c.Send(t, []byte("\x00"))
	require.Equal(t, http.StatusOK, c.Status(t))
	o, err := s.Store.Stat(t.Context(), k)
	require.NoError(t, err)
	s.requireBytes(t, k, o, body)
	require.False(t, strings.HasSuffix(o.ETag, "-1"))
}
