//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Server is a running PostgreSQL.
type Server struct {
	child     *child
	lock      *os.File
	socket    string // Dir/socket
	socketDir string // the same, or the short directory that socket links to
	password  string
	account   string

	stopping atomic.Bool
	done     chan struct{}
	mu       sync.Mutex
	err      error
}

// Start starts the server on cfg.Dir, and returns when it accepts connections and has its database. In an empty directory
// it first creates a cluster. It stops the remaining processes of an earlier server. Without a deadline in ctx, Start
// waits as long as recovery takes.
//
// Start removes libpq's variables (PGHOSTADDR, PGSERVICE, …) from the environment of this process: lib/pq would use them
// whatever the connection string says.
//
// The server outlives ctx. If ctx ends before Start returns, Start stops all processes that it started.
//
// Errors: ErrInUse if a server already runs on the directory; otherwise a text for the operator with the last lines that
// PostgreSQL printed, or with advice what to install if there is no PostgreSQL.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	s, err := start(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("embedded PostgreSQL: %w", ExplainFullDisk(cfg.Dir, err))
	}
	return s, nil
}

func start(ctx context.Context, cfg Config) (_ *Server, err error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if _, err := serverArgs(cfg.Settings, nil); err != nil {
		return nil, err
	}
	ignoreEnvironment()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("directory %q: %w", cfg.Dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory: %w", err)
	}
	lock, err := lockDir(ctx, dir, cfg.accounts)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	data := filepath.Join(dir, "data")
	acct, in, err := openCluster(ctx, cfg, dir, data)
	if err != nil {
		return nil, err
	}
	s := &Server{lock: lock, socket: filepath.Join(dir, "socket"), account: acct.name, done: make(chan struct{})}
	err = s.open(ctx, cfg, acct, in, dir, data)
	if pq.As(err, pqerror.InvalidPassword) != nil {
		cfg.Logger.WarnContext(ctx, "the stored password is not that of the database, for example because only the database was restored: setting a new one")
		if err = os.Remove(filepath.Join(dir, passwordFile)); err == nil {
			err = s.open(ctx, cfg, acct, in, dir, data)
		}
	}
	if err != nil {
		return nil, err
	}
	go s.watch()
	return s, nil
}

// open secures the cluster and starts the server. After an error, no server runs.
func (s *Server) open(ctx context.Context, cfg Config, acct account, in install, dir, data string) (err error) {
	if s.password, err = secure(ctx, cfg, in, acct, dir, data); err != nil {
		return err
	}
	if s.socketDir, err = makeSocketDir(s.socket, acct); err != nil {
		return err
	}
	if err := s.launch(ctx, cfg, acct, in, data); err != nil {
		dropSocketDir(s.socket, s.socketDir)
		return err
	}
	return nil
}

// openCluster prepares a start: it stops old processes, finds matching binaries, and creates the cluster if there is none,
// with the right owner and mode.
func openCluster(ctx context.Context, cfg Config, dir, data string) (account, install, error) {
	acct, err := serverAccount(data, cfg.accounts)
	if err != nil {
		return account{}, install{}, err
	}
	if err := stopLeftovers(ctx, data, cfg.Logger); err != nil {
		return account{}, install{}, fmt.Errorf("stop the server that an earlier process left running: %w", err)
	}
	major, err := clusterMajor(data)
	if err != nil {
		return account{}, install{}, err
	}
	in, err := cfg.find.find(ctx, dir, acct, major, cfg.Logger)
	if err != nil {
		return account{}, install{}, err
	}
	if major == 0 {
		if err := requireSpace(dir); err != nil {
			return account{}, install{}, err
		}
		cfg.Logger.InfoContext(ctx, "creating the embedded database", slog.String("dir", data), slog.String("postgres", in.String()))
		durable := !isOff(cfg.Settings["fsync"])
		if err := initCluster(ctx, in, acct, data, durable); err != nil {
			return account{}, install{}, err
		}
	}
	if err := errors.Join(acct.ownTree(data), keepPrivate(data)); err != nil {
		return account{}, install{}, err
	}
	return acct, in, nil
}

// isOff reports whether PostgreSQL reads a boolean setting as false (parse_bool).
func isOff(value string) bool {
	switch strings.ToLower(value) {
	case "off", "of", "false", "no", "0", "f", "n":
		return true
	}
	return false
}

// launch starts the server and creates its database. After an error, no server runs. It tries again while processes of an
// earlier server still hold the cluster, which stopLeftovers can't see on every system.
func (s *Server) launch(ctx context.Context, cfg Config, acct account, in install, data string) error {
	const startTimeout = 30 * time.Second
	giveUp := time.Now().Add(startTimeout)
	for {
		c, err := launch(in, acct, data, s.socketDir, cfg.Settings, newLogs(cfg.Logger))
		if err != nil {
			return err
		}
		if err = c.ready(ctx, data); err == nil {
			if err = s.ensureDatabase(ctx, Database); err != nil {
				err = fmt.Errorf("%w; PostgreSQL printed:\n%s", err, c.logs.last())
			}
		}
		if err == nil {
			s.child = c
			return nil
		}
		quick, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		stopErr := c.stop(quick)
		cancel()
		var exit *exitError
		if !errors.As(err, &exit) || !exit.stillHeld() || time.Now().After(giveUp) {
			return errors.Join(err, stopErr)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return errors.Join(err, exit)
		}
	}
}

// watch waits for the end of the server, and then releases the directory.
func (s *Server) watch() {
	<-s.child.exited
	err := s.child.failure()
	if s.stopping.Load() && s.child.err == nil {
		err = nil
	}
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
	dropSocketDir(s.socket, s.socketDir)
	s.lock.Close()
	close(s.done)
}

// DSN returns the lib/pq connection string of the database "lox".
func (s *Server) DSN() string { return s.DSNFor(Database) }

// DSNFor returns the lib/pq connection string of another database of this server, such as one that a test created.
func (s *Server) DSNFor(database string) string { return dsn(s.socketDir, s.password, database) }

// Account returns the name or the number of the user that the server runs as.
func (s *Server) Account() string { return s.account }

// DiskFull returns when PostgreSQL last reported a full disk, and the zero time if it never did.
func (s *Server) DiskFull() time.Time {
	if at := s.child.logs.full.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// PID returns the process id of the postmaster.
func (s *Server) PID() int { return s.child.cmd.Process.Pid }

// Done is closed when the server has ended, by Stop or by itself, and the directory is free for another Start.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err returns nil while the server runs and after a clean Stop. Otherwise it says how the server exited, with the last
// lines that it printed.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Stop ends the server: open transactions are rolled back, connections closed, everything written to disk (a "fast
// shutdown"). If ctx ends before that is done, the server is stopped immediately, its next start recovers the committed
// transactions, and Stop returns an error. Stop returns after the server has ended. It may be called again; it returns
// Err if the server ended by itself.
func (s *Server) Stop(ctx context.Context) error {
	select {
	case <-s.done:
		return s.Err()
	default:
	}
	s.stopping.Store(true)
	err := s.child.stop(ctx)
	<-s.done
	return errors.Join(err, s.Err())
}
