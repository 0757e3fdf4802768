//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// defaultRepository returns the repository of the library, which doesn't export its address. A copy of the address here
// could become outdated. A test checks that the field exists.
func defaultRepository() string {
	return reflect.ValueOf(embeddedpostgres.DefaultConfig()).FieldByName("binaryRepositoryURL").String()
}

// release returns the release to download for a major version, the newest one for 0.
func release(major int) (embeddedpostgres.PostgresVersion, error) {
	switch major {
	case 0, 18:
		return embeddedpostgres.V18, nil
	case 17:
		return embeddedpostgres.V17, nil
	case 16:
		return embeddedpostgres.V16, nil
	case 15:
		return embeddedpostgres.V15, nil
	case 14:
		return embeddedpostgres.V14, nil
	}
	return "", fmt.Errorf("there is no download of PostgreSQL %d", major)
}

// download fetches PostgreSQL, checks it against its published SHA-256 and unpacks it to binDir/<version>.
func (f finder) download(ctx context.Context, binDir string, acct account, major int, log *slog.Logger) (install, error) {
	version, err := release(major)
	if err != nil {
		return install{}, err
	}
	if err := os.MkdirAll(binDir, 0o755); err != nil {
		return install{}, fmt.Errorf("make the directory for binaries: %w", err)
	}
	if err := os.Chmod(binDir, 0o755); err != nil { // regardless of the umask: the server's user must read it
		return install{}, fmt.Errorf("open the directory for binaries: %w", err)
	}
	// Unpack to another directory and rename it when it is complete: the library takes any bin/pg_ctl for a complete
	// installation.
	fresh, err := os.MkdirTemp(binDir, "unpack-")
	if err != nil {
		return install{}, fmt.Errorf("make a directory for binaries: %w", err)
	}
	defer os.RemoveAll(fresh)
	repository := f.repository
	if repository == "" {
		repository = defaultRepository()
	}
	log.InfoContext(ctx, "downloading PostgreSQL", slog.String("version", string(version)), slog.String("from", repository))
	if err := fetch(ctx, repository, version, fresh); err != nil {
		return install{}, err
	}
	unpacked := filepath.Join(fresh, "postgres")
	if err := makeReadable(unpacked); err != nil {
		return install{}, fmt.Errorf("set the modes of the binaries: %w", err)
	}
	place := filepath.Join(binDir, string(version))
	if in, err := probe(ctx, filepath.Join(place, "bin"), acct); err == nil {
		return in, nil // another process has downloaded it meanwhile
	}
	if err := os.RemoveAll(place); err != nil {
		return install{}, fmt.Errorf("clear the directory for the binaries: %w", err)
	}
	if err := os.Rename(unpacked, place); err != nil {
		return install{}, fmt.Errorf("move the binaries to their place: %w", err)
	}
	in, err := probe(ctx, filepath.Join(place, "bin"), acct)
	if err != nil {
		return install{}, fmt.Errorf("the downloaded PostgreSQL doesn't run here: %w", err)
	}
	return in, nil
}

// fetch makes the library download the archive and unpack it to dir/postgres.
//
// The library does that only as part of starting a server. It gets a cluster that consists of nothing but a version
// file, so that it skips initdb, and pg_ctl fails at once because there is no configuration (or because it runs as root).
// That error is expected: fetch only checks that the programs exist. Port 0 passes the library's check of the port.
func fetch(ctx context.Context, repository string, version embeddedpostgres.PostgresVersion, dir string) error {
	hollow := filepath.Join(dir, "hollow")
	if err := os.Mkdir(hollow, 0o700); err != nil {
		return fmt.Errorf("prepare the download: %w", err)
	}
	major, _, _ := strings.Cut(string(version), ".")
	if err := os.WriteFile(filepath.Join(hollow, "PG_VERSION"), []byte(major+"\n"), 0o600); err != nil {
		return fmt.Errorf("prepare the download: %w", err)
	}
	relay, err := newRelay(ctx, repository)
	if err != nil {
		return err
	}
	defer relay.close()
	defer dropLibraryLogs()
	target := filepath.Join(dir, "postgres")
	err = embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(version).
		Port(0).
		BinaryRepositoryURL(relay.url).
		CachePath(filepath.Join(dir, "cache")).
		RuntimePath(filepath.Join(dir, "runtime")).
		DataPath(hollow).
		BinariesPath(target).
		Logger(io.Discard)).Start()
	if isProgram(filepath.Join(target, "bin", "postgres")) && isProgram(filepath.Join(target, "bin", "initdb")) {
		return nil
	}
	cause := relay.failure()
	if ctx.Err() != nil {
		cause = context.Cause(ctx)
	}
	if cause != nil {
		return fmt.Errorf("download PostgreSQL %s from %s: %w", version, repository, cause)
	}
	return fmt.Errorf("download PostgreSQL %s from %s: %w", version, repository, err)
}

// dropLibraryLogs removes the log file that the library leaves in the temporary directory. It recognizes its own file,
// among those of other processes, because it is still open in this process.
func dropLibraryLogs() {
	const open = "/proc/self/fd"
	entries, _ := os.ReadDir(open) // exists only on Linux; elsewhere the file stays
	for _, e := range entries {
		path, err := os.Readlink(filepath.Join(open, e.Name()))
		if err == nil && strings.HasPrefix(filepath.Base(path), "embedded_postgres_log") {
			_ = os.Remove(path)
		}
	}
}

// relay is a proxy between the library and the repository. The library can't cancel requests, its errors don't tell the
// cause, and it skips the check of the archive if it can't fetch the checksum. Requests through the relay end with ctx,
// the relay remembers their errors, and it closes the connection instead of passing on any status but 200, which makes
// the library fail.
type relay struct {
	url    string
	server *http.Server

	mu  sync.Mutex
	err error
}

func newRelay(ctx context.Context, repository string) (*relay, error) {
	upstream, err := url.Parse(repository)
	if err != nil {
		return nil, fmt.Errorf("repository address: %w", err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("prepare the download: %w", err)
	}
	r := &relay{url: "http://" + listener.Addr().String()}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // its documented type
	transport.ResponseHeaderTimeout = 30 * time.Second
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite:   func(pr *httputil.ProxyRequest) { pr.SetURL(upstream) },
		ModifyResponse: func(resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("%s: %s", resp.Request.URL, resp.Status)
			}
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) {
			r.mu.Lock()
			r.err = err
			r.mu.Unlock()
			panic(http.ErrAbortHandler)
		},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	r.server = &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          proxy.ErrorLog,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			req, cancel := withBoth(ctx, req)
			defer cancel()
			proxy.ServeHTTP(w, req)
		}),
	}
	go func() { _ = r.server.Serve(listener) }() // ends with close
	return r, nil
}

// withBoth returns the request with a context that also ends when ctx ends, with its cause.
func withBoth(ctx context.Context, req *http.Request) (*http.Request, func()) {
	both, cancel := context.WithCancelCause(req.Context())
	stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	return req.WithContext(both), func() { stop(); cancel(nil) }
}

func (r *relay) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *relay) close() { _ = r.server.Close() }

// makeReadable makes all files below root readable, and executable if their owner may execute them, whatever the umask
// was.
func makeReadable(root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || info.Mode()&fs.ModeSymlink != 0 {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if info.IsDir() || mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
