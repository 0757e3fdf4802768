package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/blob/s3embed"
)

// objects is an open bucket and, if it was started here, the S3 server below
// it.
type objects struct {
	*s3.Store
	server *s3embed.Server // nil if it isn't ours
}

// embeddedAccessKey names the one user of the built-in S3 server.
const embeddedAccessKey = "lox"

// openObjects connects to the configured S3 or starts the built-in one.
func openObjects(ctx context.Context, cfg config, log *slog.Logger) (*objects, error) {
	bucket := s3.Config{
		Endpoint: cfg.S3Endpoint, PublicEndpoint: cfg.S3PublicEndpoint, Bucket: cfg.S3Bucket, Region: cfg.S3Region,
		AccessKey: cfg.S3AccessKey, SecretKey: cfg.S3SecretKey, PathStyle: cfg.S3PathStyle, Logger: log.With("part", "blob"),
	}
	o := &objects{}
	if cfg.embeddedS3() {
		secret, err := keptSecret(filepath.Join(cfg.DataDir, "s3-secret-key"), rand.Text)
		if err != nil {
			return nil, err
		}
		o.server, err = s3embed.Start(ctx, s3embed.Config{
			Addr: cfg.S3Addr, Dir: filepath.Join(cfg.DataDir, "s3"), AccessKey: embeddedAccessKey, SecretKey: secret,
			Region: cfg.S3Region, AllowOrigin: cfg.isOwnOrigin, Logger: log.With("part", "s3"),
		})
		if err != nil {
			return nil, err
		}
		bucket.Endpoint, bucket.PathStyle, bucket.WriteOnce, bucket.Local = o.server.URL(), true, true, o.server
		bucket.AccessKey, bucket.SecretKey = embeddedAccessKey, secret
	}
	var err error
	if o.Store, err = s3.Open(ctx, bucket); err != nil {
		if !cfg.embeddedS3() {
			err = fmt.Errorf("LOX_S3_ENDPOINT: %w", err)
		}
		return nil, errors.Join(err, o.stopServer())
	}
	return o, nil
}

func (o *objects) close() error {
	o.Close()
	return o.stopServer()
}

func (o *objects) stopServer() error {
	if o.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return o.server.Stop(ctx)
}
