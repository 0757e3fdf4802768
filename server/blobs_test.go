package server_test

import (
	"bytes"
	"context"
	"io/fs"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
)

// blobs is the real store with hooks for tests.
type blobs struct {
	lox.BlobStore
	disk *disk.Store
	dir  string // the store's directory

	hashes, abandoned atomic.Int64
	// hashing receives the key of each object when its hashing begins.
	hashing chan string
	// careless makes it a store that neither checks nor keeps checksums, so that completing a
	// backup hashes its bytes.
	careless atomic.Bool
	// hasty makes it report enough free space without checking, as if the disk filled up after the
	// check.
	hasty atomic.Bool

	// beginning, if set, is called once after a multipart upload has begun.
	beginning atomic.Pointer[func()]

	mu   sync.Mutex
	gate chan struct{}
}

func (b *blobs) BeginParts(ctx context.Context, key string) (string, error) {
	id, err := b.BlobStore.BeginParts(ctx, key)
	if begun := b.beginning.Swap(nil); begun != nil {
		(*begun)()
	}
	return id, err
}

// hold makes Hash wait until the returned function is called.
func (b *blobs) hold() (release func()) {
	gate := make(chan struct{})
	b.mu.Lock()
	b.gate = gate
	b.mu.Unlock()
	return sync.OnceFunc(func() {
		b.mu.Lock()
		b.gate = nil
		b.mu.Unlock()
		close(gate)
	})
}

func (b *blobs) Hash(ctx context.Context, key string, o lox.Object, from lox.HashState, save func(lox.HashState)) (lox.Checksum, error) {
	b.hashes.Add(1)
	select {
	case b.hashing <- key:
	default:
	}
	b.mu.Lock()
	gate := b.gate
	b.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			b.abandoned.Add(1)
			return lox.Checksum{}, ctx.Err()
		}
	}
	return b.BlobStore.Hash(ctx, key, o, from, save)
}

func (b *blobs) Stat(ctx context.Context, key string) (lox.Object, error) {
	o, err := b.BlobStore.Stat(ctx, key)
	if b.careless.Load() {
		o.Checksum = nil
	}
	return o, err
}

func (b *blobs) PresignPut(ctx context.Context, u lox.Upload) (lox.PresignedUpload, error) {
	if b.careless.Load() {
		u.Checksum = nil
	}
	return b.BlobStore.PresignPut(ctx, u)
}

func (b *blobs) HasSpace(ctx context.Context, size int64) error {
	if b.hasty.Load() {
		return nil
	}
	return b.BlobStore.HasSpace(ctx, size)
}

// files lists the files in the store's directory.
func (b *blobs) files(t testing.TB) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// logBuffer keeps the server's log.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

var (
	keyForm    = regexp.MustCompile(`lox_[0-9A-Za-z]{30,}`)
	secretForm = regexp.MustCompile(`whsec_[0-9A-Za-z+/]{20,}`)
)

// check fails the test if the log has a secret.
func (l *logBuffer) check(t testing.TB) {
	t.Helper()
	log := l.String()
	assert.Empty(t, keyForm.FindAllString(log, -1), "API keys in the log")
	assert.Empty(t, secretForm.FindAllString(log, -1), "secrets of webhooks in the log")
	assert.NotContains(t, log, "signature=", "signed URLs in the log")
}
