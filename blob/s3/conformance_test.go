package s3_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
)

// The suite passes with the permissions that the documentation asks for, and no others.
func TestConformance(t *testing.T) {
	_, cfg := startLimited(t)
	blobtest.Run(t, blobtest.Fixture{Store: open(t, cfg), S3: &cfg})
}

func TestPartsConformance(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	store := open(t, cfg)
	blobtest.RunParts(t, blobtest.Fixture{Store: store, Parts: store, S3: &cfg})
}

func open(t testing.TB, cfg s3.Config) *s3.Store {
	t.Helper()
	store, err := s3.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}
