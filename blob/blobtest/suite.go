package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/s3"
)

// Fixture is a store in which the suite may create objects. All backups must wait for their uploads.
type Fixture struct {
	Store lox.BlobStore
	// Base is prepended to the store's URLs, such as "http://127.0.0.1:8080", if these are only paths. It is "" for
	// absolute URLs.
	Base string
	// S3 is the configuration of an S3 store whose bucket has versioning. It is nil for a store that writes each
	// object once, and hashes it during the upload.
	S3 *s3.Config
	// Parts is the store that RunParts tests. Its objects must be in Store.
	Parts lox.PartStore
	// InParts makes the store expect an upload in parts of partSize bytes for a key. It is nil for a store that
	// doesn't read backups.
	InParts func(key string, partSize int64)
}

// suite is the state that the tests share.
type suite struct {
	Fixture
	client *http.Client

	mu     sync.Mutex
	absent []string // keys that must have no object at the end
}

// Run checks that a store and its presigned URLs work as lox.BlobStore says. Every test uses its own keys, so that they run in
// parallel.
func Run(t *testing.T, f Fixture) {
	tests := []test{
		{"Upload", testUpload},
		{"UploadAsCurlDoes", testUploadAsCurlDoes},
		{"UploadOfAnotherSize", testUploadOfAnotherSize},
		{"UploadOfAnotherType", testUploadOfAnotherType},
		{"UploadWithChecksum", testUploadWithChecksum},
		{"UploadTwice", testUploadTwice},
		{"UploadManyToOneKey", testUploadManyToOneKey},
		{"UploadManyKeys", testUploadManyKeys},
		{"UploadInPieces", testUploadInPieces},
		{"UploadCutShort", testUploadCutShort},
		{"UploadCutShortOverAnother", testUploadCutShortOverAnother},
		{"URLExpires", testURLExpires},
		{"URLExpiresDuringUpload", testURLExpiresDuringUpload},
		{"URLTamperedWith", testURLTamperedWith},
		{"Download", testDownload},
		{"DownloadWithHeadersOfTheUpload", testDownloadWithHeadersOfTheUpload},
		{"DownloadRanges", testDownloadRanges},
		{"DownloadNames", testDownloadNames},
		{"StatMissing", testStatMissing},
		{"Hash", testHash},
		{"HashOfAMissingObject", testHashOfAMissingObject},
		{"HashCanceled", testHashCanceled},
		{"HashFromState", testHashFromState},
		{"HashFromAnotherState", testHashFromAnotherState},
		{"HashSaves", testHashSaves},
		{"Delete", testDelete},
		{"DeleteDuringUpload", testDeleteDuringUpload},
		{"DeleteOthers", testDeleteOthers},
		{"Own", testOwn},
		{"OwnAtOnce", testOwnAtOnce},
		{"DeleteAll", testDeleteAll},
		{"List", testList},
		{"ListCanceled", testListCanceled},
	}
	if f.S3 != nil {
		tests = append(tests,
			test{"HashAfterOverwrite", testHashAfterOverwrite},
			test{"HashCanceledInTheMiddle", testHashCanceledInTheMiddle},
			test{"HashOfBrokenStream", testHashOfBrokenStream},
			test{"HashReadsTheRest", testHashReadsTheRest},
			test{"DeleteSharedPrefix", testDeleteSharedPrefix},
			test{"DeleteUnfinishedParts", testDeleteUnfinishedParts},
			test{"DeleteAllVersions", testDeleteAllVersions},
			test{"DeleteAllOfManyObjects", testDeleteAllOfManyObjects},
			test{"ListVersions", testListVersions},
		)
	}
	if f.S3 == nil {
		tests = append(tests, test{"DeleteAllOfBadKeys", testDeleteAllOfBadKeys})
	}
	run(t, f, tests)
}

type test struct {
	name string
	run  func(*testing.T, *suite)
}

func run(t *testing.T, f Fixture, tests []test) {
	s := &suite{Fixture: f, client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		Timeout:   2 * time.Minute,
	}}
	t.Cleanup(s.client.CloseIdleConnections)
	// The group ends when its parallel tests have ended.
	t.Run("group", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				test.run(t, s)
			})
		}
	})
	// A server may notice late that a client has disconnected, but must have done so by now.
	t.Run("NothingAppearedLater", func(t *testing.T) {
		for _, key := range s.absent {
			s.requireAbsent(t, key)
		}
	})
}

// key returns a new key.
func key() string {
	return lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey()
}

// content returns n random bytes.
func content(n int) []byte {
	b := make([]byte, n)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func (s *suite) presign(t *testing.T, u lox.Upload) lox.PresignedUpload {
	t.Helper()
	if u.Expires == 0 {
		u.Expires = 10 * time.Minute
	}
	p, err := s.Store.PresignPut(t.Context(), u)
	require.NoError(t, err)
	p.URL = s.Base + p.URL
	return p
}

func (s *suite) presignGet(t *testing.T, d lox.Download) string {
	t.Helper()
	if d.Expires == 0 {
		d.Expires = 10 * time.Minute
	}
	from, err := s.Store.PresignGet(t.Context(), d)
	require.NoError(t, err)
	return s.Base + from
}

// answer is a response whose body was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send PUTs body with the headers that were signed, changed by edit.
func (s *suite) send(t *testing.T, p lox.PresignedUpload, body io.Reader, edit ...func(*http.Request)) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, body)
	require.NoError(t, err)
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	for _, e := range edit {
		e(req)
	}
	return s.do(t, req)
}

func (s *suite) do(t *testing.T, req *http.Request) answer {
	t.Helper()
	resp, err := s.client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, body}
}

// put uploads body and returns the object as the store describes it.
func (s *suite) put(t *testing.T, key string, body []byte) lox.Object {
	t.Helper()
	p := s.presign(t, lox.Upload{Key: key, Size: int64(len(body))})
	got := s.send(t, p, bytes.NewReader(body))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	o, err := s.Store.Stat(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, int64(len(body)), o.Size)
	return o
}

func (s *suite) get(t *testing.T, d lox.Download, edit ...func(*http.Request)) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.presignGet(t, d), nil)
	require.NoError(t, err)
	for _, e := range edit {
		e(req)
	}
	return s.do(t, req)
}

// requireRefused checks that the status is 4xx. Whether it is 400, 403 or 411 differs between stores.
func requireRefused(t *testing.T, got answer, what string, args ...any) {
	t.Helper()
	if got.status < 400 || got.status > 499 {
		require.Failf(t, "not refused", "%s: %d %s", fmt.Sprintf(what, args...), got.status, got.body)
	}
}

// requireBytes checks the size, the hash and the download of an object.
func (s *suite) requireBytes(t *testing.T, key string, o lox.Object, want []byte) {
	t.Helper()
	require.Equal(t, int64(len(want)), o.Size)
	sum, err := s.Store.Hash(t.Context(), key, o, lox.HashState{}, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(want)), sum)
	got := s.get(t, lox.Download{Key: key, Version: o.Version})
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	require.True(t, bytes.Equal(want, got.body), "the download has other bytes")
}

func (s *suite) requireAbsent(t *testing.T, key string) {
	t.Helper()
	_, err := s.Store.Stat(t.Context(), key)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%s: %v", key, err)
}

// neverAppears checks that there is no object with the key, now and at the end of the suite.
func (s *suite) neverAppears(t *testing.T, key string) {
	t.Helper()
	s.requireAbsent(t, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent = append(s.absent, key)
}

// until repeats try until it returns true. It fails after 30 s, which a working store never takes.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !try() {
		select {
		case <-ctx.Done():
			require.Fail(t, "waited too long", what)
		case <-tick.C:
		}
	}
}
