package s3embed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/valyala/fasthttp"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
)

// DefaultReserve is the free space, in bytes, below which no upload is taken.
const DefaultReserve = 256 << 20

// Config says what to serve. Addr, Dir, AccessKey and SecretKey are required.
type Config struct {
	// Addr is the TCP address to listen on, such as "127.0.0.1:9000". Port 0
	// picks a free one; see [Server.Addr].
	Addr string
	// Dir is the directory that holds everything. It is made when absent.
	Dir string
	// AccessKey and SecretKey are the only credentials there are.
	AccessKey, SecretKey string
	// Region must be the one that clients sign for; "us-east-1" when empty.
	Region string
	// Reserve is the free space, in bytes, that an upload must leave on the
	// disk; otherwise it is refused with 507 InsufficientStorage. 0 means
	// DefaultReserve, a negative value none.
	Reserve int64
	// AllowOrigin tells whether pages of an origin (RFC 6454) may use signed URLs
	// from a browser that reached this server as host. Nil means none.
	AllowOrigin func(origin, host string) bool
	Logger      *slog.Logger
}

// Server is a running S3 server.
type Server struct {
	addr  net.Addr
	http  *fasthttp.Server
	conns *listener
	posix *posix.Posix
	lock  *os.File

	backend *backend

	done chan struct{}
	err  error // of serving; read after done is closed
	stop sync.Once
}

// Start serves S3 until Stop is called, and returns once requests are being
// answered. ctx bounds the start alone.
func Start(ctx context.Context, cfg Config) (_ *Server, err error) {
	if cfg.AccessKey == "" || cfg.SecretKey == "" {
		return nil, errors.New("start embedded S3: access key and secret key are required")
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	if cfg.Reserve == 0 {
		cfg.Reserve = DefaultReserve
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}

	// The address first: it is what most often fails, and it tells two
	// servers apart that were started by mistake.
	ln, err := listen(ctx, cfg.Addr)
	if err != nil {
		return nil, err
	}
	undo := []func(){func() { _ = ln.Close() }}
	defer func() {
		if err != nil {
			for _, f := range undo {
				f()
			}
		}
	}()

	root, lock, err := openDir(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("start embedded S3: %w", err)
	}
	undo = append(undo, func() { _ = lock.Close() })
	if err := recoverDir(root, cfg.Logger); err != nil {
		return nil, fmt.Errorf("start embedded S3: clean up after the last run: %w", err)
	}
	px, err := newPosix(root)
	if err != nil {
		return nil, fmt.Errorf("start embedded S3: %w", err)
	}
	undo = append(undo, px.Shutdown)

	s := &Server{
		addr: ln.Addr(), conns: ln, posix: px, lock: lock, done: make(chan struct{}),
		backend: newBackend(cfg, root, px),
	}
	s.http, err = newFrontEnd(ctx, cfg, s.backend)
	if err != nil {
		return nil, fmt.Errorf("start embedded S3: %w", err)
	}
	go func() {
		// Serve returns nil when the listener is closed by Stop.
		s.err = s.http.Serve(ln)
		close(s.done)
	}()
	cfg.Logger.Info("embedded S3 is listening", "addr", s.addr.String(), "dir", root)
	return s, nil
}

// Addr is the address that is listened on, with its real port.
func (s *Server) Addr() net.Addr { return s.addr }

// URL is the endpoint for S3 clients on this machine. A server that listens on
// all addresses is named by the loopback one.
func (s *Server) URL() string {
	host, port, _ := net.SplitHostPort(s.addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Done is closed when the server no longer serves, be it by Stop or by a
// failure; see Err.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is nil while the server runs and after Stop; otherwise it says why it
// ended.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Stop takes no more connections, waits for the requests in flight until ctx is
// done, then cuts them off. What was not acknowledged is not there afterwards.
func (s *Server) Stop(ctx context.Context) (err error) {
	s.stop.Do(func() {
		err = s.conns.Close()
		s.conns.drain()
		err = errors.Join(err, s.http.ShutdownWithContext(ctx))
		if err != nil {
			s.conns.abort()
			err = fmt.Errorf("stop embedded S3: requests were cut off: %w", err)
		}
		<-s.done
		s.posix.Shutdown()
		_ = s.lock.Close()
	})
	return err
}

// listen names the setting that is to be changed when the address is taken.
func listen(ctx context.Context, addr string) (*listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("start embedded S3: address %s is already in use; set LOX_S3_ADDR to a free one: %w", addr, err)
	case err != nil:
		return nil, fmt.Errorf("start embedded S3: listen on %q (LOX_S3_ADDR): %w", addr, err)
	}
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		return nil, fmt.Errorf("start embedded S3: %q is not a TCP address", addr)
	}
	return newListener(tcp), nil
}

// newPosix opens versitygw's backend and takes back its change of the working
// directory.
func newPosix(root string) (*posix.Posix, error) {
	wd, wdErr := os.Getwd()
	opts := posix.PosixOpts{
		// Only this process writes below root, see openDir.
		ForceNoObjLockFile: true,
		// One per upload in flight; larger ones aren't faster.
		IOBufferSize:        256 << 10,
		CopyObjectThreshold: 1,
		// The ETag is made of the checksum that is computed anyway, not of
		// an MD5, which is slower than the disk. S3 promises no MD5 either.
		DataIntegrityEtag: true,
	}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	px, err := posix.New(root, meta.XattrMeta{}, opts)
	if wdErr == nil {
		// A working directory that was removed can't be gone back to, and
		// nothing can have relied on it.
		if cdErr := os.Chdir(wd); cdErr != nil && !errors.Is(cdErr, os.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("return to the working directory: %w", cdErr))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(root), err)
	}
	return px, nil
}
