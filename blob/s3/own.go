package s3

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
)

// ReadOwn implements lox.OwnObjects.
func (s *Store) ReadOwn(ctx context.Context, name string) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	body, _, _, err := s.api.GetObject(within, s.bucket, lox.OwnPrefix+name, minio.GetObjectOptions{})
	if objectMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, failure(ctx, "read object of LOX", err)
	}
	data, err := io.ReadAll(io.LimitReader(body, lox.MaxOwnObject))
	return data, failure(ctx, "read object of LOX", errors.Join(err, body.Close()))
}

// WriteOwn implements lox.OwnObjects.
func (s *Store) WriteOwn(ctx context.Context, name string, data []byte) error {
	within, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	key := lox.OwnPrefix + name
	_, err := s.api.Client.PutObject(within, s.bucket, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
	if err != nil {
		return failure(ctx, "write object of LOX", err)
	}
	s.removeOlder(within, key)
	return nil
}

// removeOlder removes all versions of a key except the latest. Versions that can't be removed now are
// removed after a later write, or when their retention has ended. Two concurrent writers keep the same
// version.
func (s *Store) removeOlder(ctx context.Context, key string) {
	if !s.Versioned() {
		return
	}
	found, err := s.Versions(ctx, key)
	if err != nil {
		return
	}
	for _, o := range found {
		if !o.Latest {
			_ = s.removeVersion(ctx, key, o.Version)
		}
	}
}
