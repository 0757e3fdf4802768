package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/backlox/lox/blob/blobtest/freeport"
	"github.com/backlox/lox/blob/s3"
)

// minioBinary is where make puts the server; the variable is that of the tests.
func minioBinary() string {
	return cmp.Or(os.Getenv("LOX_TEST_MINIO"), filepath.Join(".cache", "bin", "minio"))
}

const (
	minioKey, minioSecret = "loxbench", "a secret of the bench"
	minioBucket           = "bench"
)

// minioServer is a MinIO server on a directory of its own, and whoever has its
// keys.
type minioServer struct {
	dir, addr string
	pid       int
	api       *minio.Client
}

// startMinIO runs one. It is under the AGPL: a process of its own, never linked.
func (h *testbed) startMinIO(ctx context.Context) (*minioServer, error) {
	addr, err := freeport.Addr()
	if err != nil {
		return nil, err
	}
	m := &minioServer{dir: filepath.Join(h.dir, "minio"), addr: addr}
	cmd := exec.Command(minioBinary(), "server", "--quiet", "--anonymous", "--address", m.addr,
		"--certs-dir", filepath.Join(m.dir, "certs"), filepath.Join(m.dir, "data"))
	cmd.Env = append(os.Environ(), "HOME="+m.dir, "MINIO_BROWSER=off", "MINIO_UPDATE=off",
		"MINIO_ROOT_USER="+minioKey, "MINIO_ROOT_PASSWORD="+minioSecret)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	m.pid = cmd.Process.Pid
	h.closing(func(context.Context) error {
		err := cmd.Process.Kill() // it has nothing to lose
		_ = cmd.Wait()
		if err == nil {
			err = os.RemoveAll(m.dir)
		}
		return err
	})
	if err := until(ctx, func() error { return m.ready(ctx) }); err != nil {
		return nil, fmt.Errorf("MinIO: %w", err)
	}
	m.api, err = minio.New(m.addr, &minio.Options{
		Creds: credentials.NewStaticV4(minioKey, minioSecret, ""), Region: "us-east-1", BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, err
	}
	return m, m.api.MakeBucket(ctx, minioBucket, minio.MakeBucketOptions{})
}

func (m *minioServer) ready(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.addr+"/minio/health/ready", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", res.Status)
	}
	return nil
}

// presign signs a URL for an hour.
func (m *minioServer) presign(ctx context.Context, method, key string) (upload, error) {
	u, err := m.api.Presign(ctx, method, minioBucket, key, time.Hour, nil)
	if err != nil {
		return upload{}, fmt.Errorf("presign: %w", err)
	}
	return upload{ID: key, URL: u.String()}, nil
}

// below has LOX keep objects in MinIO.
func (m *minioServer) below() environment {
	return environment{
		"LOX_S3_ENDPOINT": "http://" + m.addr, "LOX_S3_BUCKET": minioBucket, "LOX_S3_PATH_STYLE": "true",
		"LOX_S3_ACCESS_KEY": minioKey, "LOX_S3_SECRET_KEY": minioSecret,
	}
}

// store opens LOX's store on it, by way of an endpoint.
func (m *minioServer) store(ctx context.Context, endpoint string) (*s3.Store, error) {
	return s3.Open(ctx, s3.Config{
		Endpoint: endpoint, Bucket: minioBucket, AccessKey: minioKey, SecretKey: minioSecret, PathStyle: true,
	})
}
