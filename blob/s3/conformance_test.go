package s3_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/blob/s3embed"
)

func TestConformanceEmbedded(t *testing.T) {
	cfg := startEmbedded(t)
	blobtest.Run(t, blobtest.Fixture{Store: open(t, cfg), Config: cfg})
}

// As LOX itself uses it.
func TestConformanceLocal(t *testing.T) {
	cfg := startLocal(t)
	blobtest.Run(t, blobtest.Fixture{Store: open(t, cfg), Config: cfg})
}

func TestConformanceMinIO(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	blobtest.Run(t, blobtest.Fixture{Store: open(t, cfg), Config: cfg})
}

func startEmbedded(t testing.TB) s3.Config {
	t.Helper()
	cfg := startLocal(t)
	cfg.Local = nil
	return cfg
}

func startLocal(t testing.TB) s3.Config {
	t.Helper()
	cfg := s3.Config{Bucket: "lox-test", AccessKey: "lox-test-key", SecretKey: "lox-test-secret", WriteOnce: true}
	server, err := s3embed.Start(t.Context(), s3embed.Config{
		Addr: "127.0.0.1:0", Dir: t.TempDir(), AccessKey: cfg.AccessKey, SecretKey: cfg.SecretKey,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
	cfg.Endpoint, cfg.Local = server.URL(), server
	return cfg
}

func open(t testing.TB, cfg s3.Config) *s3.Store {
	t.Helper()
	store, err := s3.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}
