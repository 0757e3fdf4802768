//go:build linux

package pgembed

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakePrograms creates scripts postgres and initdb that print a version.
func fakePrograms(t *testing.T, version string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgembed-fake-") //nolint:usetesting // the parent of t.TempDir is private
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + "'\n"
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(script), 0o755))
		require.NoError(t, os.Chmod(path, 0o755))
	}
	return dir
}

// noRepository returns the URL of a server that answers 404.
func noRepository(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	return srv.URL
}

func testFind(t *testing.T, f finder, major int) (install, error) {
	t.Helper()
	dir := private(t)
	require.NoError(t, os.Mkdir(dir, 0o700))
	f.cache = filepath.Join(t.TempDir(), "cache")
	acct, err := serverAccount(filepath.Join(dir, "data"), accounts{})
	require.NoError(t, err)
	return f.find(testContext(t), dir, acct, major, withLogger(Config{}).Logger)
}

func TestFindReturnsTheNewestInstallation(t *testing.T) {
	t.Parallel()
	old, newest, beta := fakePrograms(t, "15.9"), fakePrograms(t, "16.10 (Debian 16.10-1)"), fakePrograms(t, "19beta1")
	dirs := []string{old, "relative", "", "/nowhere", fakePrograms(t, "16.2"), newest, beta, fakePrograms(t, "13.22")}
	f := finder{dirs: dirs, repository: noRepository(t)}
	in, err := testFind(t, f, 0)
	require.NoError(t, err)
	require.Equal(t, install{dir: newest, major: 16, minor: 10}, in)

	in, err = testFind(t, f, 15)
	require.NoError(t, err)
	require.Equal(t, old, in.dir, "a cluster needs its own version")

	_, err = testFind(t, f, 14)
	require.ErrorContains(t, err, "made by PostgreSQL 14")
	require.ErrorContains(t, err, "apt-get install postgresql-14")
	require.ErrorContains(t, err, "16.10 in "+newest)
}

func TestFindFollowsSymbolicLinks(t *testing.T) {
	t.Parallel()
	real, links := fakePrograms(t, "17.1"), t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(real, "postgres"), filepath.Join(links, "postgres")))
	require.Equal(t, real, programs(links))
	incomplete := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(incomplete, "postgres"), nil, 0o755))
	require.Empty(t, programs(incomplete), "initdb is missing")
}

func TestWithoutPostgreSQLTheErrorSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	dir := private(t)
	_, err := Start(testContext(t), Config{Dir: dir, find: finder{
		dirs: []string{}, repository: noRepository(t), cache: filepath.Join(dir, "cache"),
	}})
	require.ErrorContains(t, err, "apt-get install postgresql")
	require.ErrorContains(t, err, "404 Not Found")
	for _, binDir := range []string{"bin", "cache"} {
		remaining, err := filepath.Glob(filepath.Join(dir, binDir, "unpack-*"))
		require.NoError(t, err)
		require.Empty(t, remaining)
	}
}

func TestClusterOfAnUnavailableVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := private(t)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("12\n"), 0o600))
	_, err := Start(testContext(t), Config{Dir: dir, Settings: fast()})
	require.ErrorContains(t, err, "made by PostgreSQL 12")
}

func TestForeignFilesAreNotTouched(t *testing.T) {
	t.Parallel()
	dir := private(t)
	letter := filepath.Join(dir, "data", "letter.txt")
	require.NoError(t, os.MkdirAll(filepath.Dir(letter), 0o700))
	require.NoError(t, os.WriteFile(letter, []byte("dear"), 0o600))
	_, err := Start(testContext(t), Config{Dir: dir, Settings: fast()})
	require.ErrorContains(t, err, "holds no PostgreSQL cluster")
	require.FileExists(t, letter)
}

func TestDownloadWithoutAChecksumIsRefused(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("not even a zip"))
	}))
	t.Cleanup(srv.Close)
	_, err := testFind(t, finder{dirs: []string{}, repository: srv.URL + "/maven2"}, 16)
	require.ErrorContains(t, err, ".jar.sha256: 404")
}

func TestDownloadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		cancel()
		<-release
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(release) })
	_, err := Start(ctx, Config{Dir: private(t), find: finder{dirs: []string{}, repository: srv.URL, cache: t.TempDir()}})
	require.ErrorIs(t, err, context.Canceled)
}

// TestDownloadIsUsedAgain fetches about 30 MB from Maven Central, and so runs only with LOX_TEST_DOWNLOAD=1.
func TestDownloadIsUsedAgain(t *testing.T) { // not parallel: the library unpacks one archive at a time, under a lock
	if os.Getenv("LOX_TEST_DOWNLOAD") == "" {
		t.Skip("LOX_TEST_DOWNLOAD is not set")
	}
	dir := private(t)
	cache, err := os.MkdirTemp("", "pgembed-cache-") //nolint:usetesting // the parent of t.TempDir is private
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(cache) })
	cfg := Config{Dir: dir, find: finder{dirs: []string{}, cache: cache}}
	s := startServer(t, cfg)
	require.Contains(t, scalar[string](t, open(t, s.DSN()), `select version()`), "PostgreSQL 18")
	require.NoError(t, s.Stop(testContext(t)))
	cfg.find.repository = noRepository(t)
	s = startServer(t, cfg) // uses the earlier download
	require.Equal(t, 1, scalar[int](t, open(t, s.DSN()), `select 1`))
}

func TestRepositoryOfTheLibraryIsFound(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(defaultRepository())
	require.NoError(t, err)
	require.Equal(t, "https", u.Scheme)
	require.NotEmpty(t, u.Host)
}
