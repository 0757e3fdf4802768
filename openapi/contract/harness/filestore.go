package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/backlox/lox/blob/blobtest/miniotest"
	"github.com/backlox/lox/openapi/serve"
)

// fileStore is where a server keeps its files. The methods change the files
// directly, without the server.
type fileStore interface {
	// offers are the offers of the environment that come with this store.
	offers() []string
	// settings are the LOX_… variables that make the server use the store.
	settings() []string
	// started is called once the server serves.
	started(s *serve.Server) error
	// put stores a file, and replaces the one with that key.
	put(ctx context.Context, key, content string) error
	// remove removes a file with all its versions.
	remove(ctx context.Context, key string) error
	// delayReads makes the server's reads of files wait until it is called with
	// false. The server still finds the files.
	delayReads(delayed bool) error
}

// openFileStore creates the file store of the server with that name and directory.
type openFileStore func(ctx context.Context, h *testbed, name, dir string) (fileStore, error)

// s3Files is a bucket of the testbed's MinIO. The server reaches it through proxy,
// the server's clients without it.
type s3Files struct {
	name   string
	public string
	client *minio.Client
	proxy  *connProxy
}

func openS3Files(ctx context.Context, h *testbed, name, _ string) (fileStore, error) {
	b := &s3Files{name: name, public: h.minio.URL()}
	var err error
	if b.proxy, err = startConnProxy(ctx, "tcp", "127.0.0.1:0", h.minio.Addr); err != nil {
		return nil, err
	}
	h.onClose(func(context.Context) error { return b.proxy.close() })
	b.client, err = minio.New(h.minio.Addr, &minio.Options{Creds: credentials.NewStaticV4(miniotest.AccessKey, miniotest.SecretKey, "")})
	return b, err
}

func (b *s3Files) offers() []string { return []string{"s3_store", "slow_store"} }

func (b *s3Files) settings() []string {
	return []string{
		"LOX_S3_ENDPOINT=http://" + b.proxy.listener.Addr().String(), "LOX_S3_PUBLIC_ENDPOINT=" + b.public, "LOX_S3_BUCKET=" + b.name,
		"LOX_S3_ACCESS_KEY=" + miniotest.AccessKey, "LOX_S3_SECRET_KEY=" + miniotest.SecretKey, "LOX_S3_PATH_STYLE=true",
	}
}

func (b *s3Files) started(*serve.Server) error { return nil }

func (b *s3Files) put(ctx context.Context, key, content string) error {
	_, err := b.client.PutObject(ctx, b.name, key, strings.NewReader(content), int64(len(content)), minio.PutObjectOptions{})
	return err
}

func (b *s3Files) remove(ctx context.Context, key string) error {
	return b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{ForceDelete: true})
}

func (b *s3Files) delayReads(delayed bool) error {
	b.proxy.setDelayed(delayed)
	return nil
}

// diskFiles is the directory of a server's disk store. The server must know its
// clients' URL before it starts, but gets its own port only when it starts. So
// clients reach it through proxy, whose address is known before.
type diskFiles struct {
	objects string
	proxy   *connProxy
}

func openDiskFiles(ctx context.Context, h *testbed, _, dir string) (fileStore, error) {
	f := &diskFiles{objects: filepath.Join(dir, "data", "storage", "objects")}
	var err error
	if f.proxy, err = startConnProxy(ctx, "tcp", "127.0.0.1:0", ""); err != nil {
		return nil, err
	}
	h.onClose(func(context.Context) error { return f.proxy.close() })
	return f, nil
}

func (f *diskFiles) offers() []string { return []string{"disk_store"} }

func (f *diskFiles) settings() []string {
	return []string{"LOX_S3_ENDPOINT=embedded", "LOX_PUBLIC_URL=http://" + f.proxy.listener.Addr().String()}
}

func (f *diskFiles) started(s *serve.Server) error {
	u, err := url.Parse(s.URL)
	if err == nil {
		f.proxy.setUpstream(u.Host)
	}
	return err
}

func (f *diskFiles) put(_ context.Context, key, content string) error {
	path := filepath.Join(f.objects, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

func (f *diskFiles) remove(_ context.Context, key string) error {
	return os.Remove(filepath.Join(f.objects, filepath.FromSlash(key)))
}

func (*diskFiles) delayReads(bool) error {
	return errors.New("reads of the disk store can't be delayed: the step must need slow_store")
}
