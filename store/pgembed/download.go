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

// defaultRepository is the library's own: it keeps the address to itself, and
// there is no reason for a second opinion of it here. A test looks that it is
// found.
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
	if err := os.Chmod(binDir, 0o755); err != nil { // whatever the umask: the server's user reads it
		return install{}, fmt.Errorf("open the directory for binaries: %w", err)
	}
	// Unpacked beside its place and moved there when complete: the library takes any bin/pg_ctl for all of it.
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
		return in, nil // another process was faster
	}
	if err := os.RemoveAll(place); err != nil {
		return install{}, fmt.Errorf("make room for the binaries: %w", err)
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

// fetch has the library download the archive and unpack it to dir/postgres.
//
// The library only does so on the way to starting a server of its own. It is given a "cluster" that consists of a
// version file, so that it skips initdb and its pg_ctl ends at once for want of a configuration (as root, for being
// root): the error is expected, and what counts is that the programs are there. Port 0 passes its check of the port.
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

// dropLibraryLogs removes the log file which the library leaves in the temporary directory, and leaves those of other
// processes alone: ours is the one that is still open here.
func dropLibraryLogs() {
	const open = "/proc/self/fd"
	entries, _ := os.ReadDir(open) // there is none but on Linux: the file stays
	for _, e := range entries {
		path, err := os.Readlink(filepath.Join(open, e.Name()))
		if err == nil && strings.HasPrefix(filepath.Base(path), "embedded_postgres_log") {
			_ = os.Remove(path)
		}
	}
}

// relay stands between the library and the repository. The library's requests can't be canceled, its errors leave out
// the cause, and it unpacks an archive unchecked when the file with its checksum can't be had; requests through the
// relay end with ctx, their errors are kept, and what isn't a 200 breaks the connection, which the library does heed.
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

// withBoth returns the request with a context that also ends, and with the cause, when ctx does.
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

// makeReadable lets everyone read and, where the owner may, execute what was unpacked under our umask.
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
