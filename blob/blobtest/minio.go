package blobtest

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest/miniotest"
	"github.com/backlox/lox/blob/s3"
)

// MinIOEnv names the variable that holds the path of a MinIO server binary.
const MinIOEnv = miniotest.BinaryEnv

// StartMinIO runs a MinIO server on a new directory until the test ends, and returns the configuration to use it. Without a
// binary the test is skipped, or fails if CI is true. env ("NAME=value") is added to the server's environment.
func StartMinIO(t testing.TB, env ...string) s3.Config {
	t.Helper()
	_, cfg := StartMinIOServer(t, env...)
	return cfg
}

// StartMinIOServer is StartMinIO for tests that stop or pause the server.
func StartMinIOServer(t testing.TB, env ...string) (*miniotest.Server, s3.Config) {
	t.Helper()
	server, err := miniotest.Start(t.Context(), t.TempDir(), env...)
	if errors.Is(err, miniotest.ErrNoBinary) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	return server, s3.Config{
		Endpoint: server.URL(), Bucket: "lox-test", AccessKey: miniotest.AccessKey, SecretKey: miniotest.SecretKey,
	}
}
