package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/server"
)

// objects is the open store of the backups' files.
type objects struct {
	lox.BlobStore
	server.Probe
	// probe is the name of the store in /readyz.
	probe string
	// signedURLs serves the URLs of the disk store. It is nil for S3, which serves its own URLs at origins.
	signedURLs http.Handler
	origins    []string
	close      func(ctx context.Context) error
}

// openObjects connects to the configured S3 or opens the disk store.
func openObjects(
	ctx context.Context, cfg config, backups disk.Backups, clock func() time.Time, log *slog.Logger, metrics prometheus.Registerer,
) (*objects, error) {
	if cfg.embeddedS3() {
		return openDisk(cfg, backups, clock, log)
	}
	store, err := s3.Open(ctx, s3.Config{
		Endpoint: cfg.S3Endpoint, PublicEndpoint: cfg.S3PublicEndpoint, Bucket: cfg.S3Bucket, Region: cfg.S3Region,
		AccessKey: cfg.S3AccessKey, SecretKey: cfg.S3SecretKey, PathStyle: cfg.S3PathStyle, Logger: log.With("part", "blob"), Metrics: metrics,
	})
	if err != nil {
		return nil, fmt.Errorf("LOX_S3_ENDPOINT: %w", err)
	}
	return &objects{
		BlobStore: store, Probe: store, probe: "s3", origins: []string{store.Origin()},
		close: func(context.Context) error { store.Close(); return nil },
	}, nil
}

func (c config) storageDir() string { return filepath.Join(c.DataDir, "storage") }

func openDisk(cfg config, backups disk.Backups, clock func() time.Time, log *slog.Logger) (*objects, error) {
	if os.Getenv("LOX_S3_ADDR") != "" {
		log.Warn("LOX_S3_ADDR has no effect any more: files on disk are served at LOX_ADDR")
	}
	dir := cfg.storageDir()
	if err := adoptBucket(cfg, dir); err != nil {
		return nil, err
	}
	// Two texts of 130 bits each have more than the 256 bits that HMAC-SHA256 can use.
	key, err := keptSecret(filepath.Join(cfg.DataDir, "storage-key"), func() string { return rand.Text() + rand.Text() })
	if err != nil {
		return nil, err
	}
	if len(key) < sha256.Size {
		return nil, fmt.Errorf("%s: must have at least %d characters: restore it, or remove it to have a new one made, "+
			"with which upload and download URLs that are out stop working", filepath.Join(cfg.DataDir, "storage-key"), sha256.Size)
	}
	store, err := disk.Open(disk.Config{
		Dir: dir, Key: []byte(key), Backups: backups, Reserve: int64(cfg.DiskReserve),
		MinRate: int64(cfg.UploadMinRate), RateWindow: cfg.UploadRateWindow, Logger: log.With("part", "disk"), Clock: clock,
	})
	if err != nil {
		return nil, err
	}
	return &objects{BlobStore: store, Probe: store, probe: "disk", signedURLs: store.Handler(), close: store.Close}, nil
}

// adoptBucket moves the files of a data directory from a version with a built-in S3 server into the disk
// store, and removes the files of that server.
func adoptBucket(cfg config, dir string) error {
	err := disk.Adopt(dir, filepath.Join(cfg.DataDir, "s3"), cfg.S3Bucket)
	if errors.Is(err, disk.ErrNoBucket) {
		return fmt.Errorf("LOX_S3_BUCKET: %w", err)
	}
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(cfg.DataDir, "s3-secret-key")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
