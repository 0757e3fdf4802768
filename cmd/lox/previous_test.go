package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
)

// previousEnv names the variable with the path of the previous release's binary.
const previousEnv = "LOX_TEST_PREVIOUS"

// previousBinary finds the previous release by the variable, or where make builds it. Without it
// the test is skipped, or fails if CI=true.
func previousBinary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(previousEnv); path != "" {
		return path
	}
	commit, err := os.ReadFile(filepath.Join("..", "..", ".ci", "previous"))
	require.NoError(t, err)
	path, err := filepath.Abs(filepath.Join("..", "..", ".cache", "bin", "lox-"+strings.TrimSpace(string(commit))))
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		const missing = `there is no lox of the previous release: build it by "make previous", or set ` + previousEnv + " to the path of one"
		if os.Getenv("CI") == "true" {
			require.FailNow(t, missing)
		}
		t.Skip(missing)
	}
	return path
}

// shared is the setup of servers that share the database of this DSN and an S3 server.
func shared(t testing.TB, dsn string, env ...string) setup {
	t.Helper()
	s3 := blobtest.StartMinIO(t)
	return setup{dir: filepath.Join(newDir(t), "data"), env: append([]string{
		"LOX_DATABASE_URL=" + dsn, "LOX_MASTER_KEY=" + masterKey, "LOX_RATE_LIMIT_FACTOR=100000",
		"LOX_S3_ENDPOINT=" + s3.Endpoint, "LOX_S3_BUCKET=" + s3.Bucket, "LOX_S3_PATH_STYLE=true",
		"LOX_S3_ACCESS_KEY=" + s3.AccessKey, "LOX_S3_SECRET_KEY=" + s3.SecretKey,
	}, env...)}
}

// by is the same setup for another binary.
func (s setup) by(binary string) setup {
	s.binary = binary
	return s
}
