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

// files is the store of a server's files, seen from behind the server's back.
type files interface {
	// offers are what steps may need that this store has.
	offers() []string
	// settings are the LOX_… variables by which the server uses it.
	settings() []string
	// serving is called when the server has begun.
	serving(s *serve.Server) error
	// put stores a file, in the place of another one if there is one.
	put(ctx context.Context, key, content string) error
	// remove removes a file for good.
	remove(ctx context.Context, key string) error
	// hold keeps the server from reading files, which it still finds, or lets it go on.
	hold(held bool) error
}

// opener makes a store for a server of that name, which has a directory of its own.
type opener func(ctx context.Context, h *testbed, name, dir string) (files, error)

// bucket is one of the testbed's MinIO, which the server reaches through a gate.
// Its clients go past the gate.
type bucket struct {
	name   string
	public string
	client *minio.Client
	gate   *gate
}

func openBucket(ctx context.Context, h *testbed, name, _ string) (files, error) {
	b := &bucket{name: name, public: h.minio.URL()}
	var err error
	if b.gate, err = openGate(ctx, "tcp", "127.0.0.1:0", h.minio.Addr); err != nil {
		return nil, err
	}
	h.closing(func(context.Context) error { return b.gate.close() })
	b.client, err = minio.New(h.minio.Addr, &minio.Options{Creds: credentials.NewStaticV4(miniotest.AccessKey, miniotest.SecretKey, "")})
	return b, err
}

func (b *bucket) offers() []string { return []string{"s3_store", "slow_store"} }

func (b *bucket) settings() []string {
	return []string{
		"LOX_S3_ENDPOINT=http://" + b.gate.listener.Addr().String(), "LOX_S3_PUBLIC_ENDPOINT=" + b.public, "LOX_S3_BUCKET=" + b.name,
		"LOX_S3_ACCESS_KEY=" + miniotest.AccessKey, "LOX_S3_SECRET_KEY=" + miniotest.SecretKey, "LOX_S3_PATH_STYLE=true",
	}
}

func (b *bucket) serving(*serve.Server) error { return nil }

func (b *bucket) put(ctx context.Context, key, content string) error {
	_, err := b.client.PutObject(ctx, b.name, key, strings.NewReader(content), int64(len(content)), minio.PutObjectOptions{})
	return err
}

func (b *bucket) remove(ctx context.Context, key string) error {
	// In all its versions.
	return b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{ForceDelete: true})
}

func (b *bucket) hold(held bool) error {
	b.gate.hold(held)
	return nil
}

// folder is that of the disk store of a server. Its clients reach the server by a
// gate of its own: the server must know their URL before it begins, so its port
// can't be a free one.
type folder struct {
	objects string
	gate    *gate
}

func openFolder(ctx context.Context, h *testbed, _, dir string) (files, error) {
	f := &folder{objects: filepath.Join(dir, "data", "storage", "objects")}
	var err error
	if f.gate, err = openGate(ctx, "tcp", "127.0.0.1:0", ""); err != nil {
		return nil, err
	}
	h.closing(func(context.Context) error { return f.gate.close() })
	return f, nil
}

func (f *folder) offers() []string { return []string{"disk_store"} }

func (f *folder) settings() []string {
	return []string{"LOX_S3_ENDPOINT=embedded", "LOX_PUBLIC_URL=http://" + f.gate.listener.Addr().String()}
}

func (f *folder) serving(s *serve.Server) error {
	u, err := url.Parse(s.URL)
	if err == nil {
		f.gate.lead(u.Host)
	}
	return err
}

func (f *folder) put(_ context.Context, key, content string) error {
	path := filepath.Join(f.objects, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

func (f *folder) remove(_ context.Context, key string) error {
	return os.Remove(filepath.Join(f.objects, filepath.FromSlash(key)))
}

func (*folder) hold(bool) error {
	return errors.New("the disk store can't be held up: the step needs slow_store")
}
