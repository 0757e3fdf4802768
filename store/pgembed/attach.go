//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Attach returns the DSN of the server that another process runs on dir. It waits, until ctx ends, for a server that is
// still starting. Like Start it removes libpq's variables from the environment.
//
// Errors: ErrNotRunning if no server runs there; a permission error if it belongs to another user.
func Attach(ctx context.Context, dir string) (string, error) {
	ignoreEnvironment()
	dsn, err := attach(ctx, dir)
	if err != nil {
		return "", fmt.Errorf("embedded PostgreSQL in %s: %w", dir, err)
	}
	return dsn, nil
}

func attach(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	for wait := time.Millisecond; ; wait = min(wait*3/2, 50*time.Millisecond) {
		// Check the lock before the pid file: a starting server takes the lock first.
		held, err := locked(dir)
		if err != nil {
			return "", err
		}
		pf, err := readPIDFile(data)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err == nil && pf.ready && inCluster(pf.pid, data) {
			dsn, err := attached(ctx, dir, data)
			// A new cluster accepts connections a moment before it has the database.
			var pqErr *pq.Error
			if !errors.As(err, &pqErr) || pqErr.Code != pqerror.InvalidCatalogName || !held {
				return dsn, err
			}
		} else if !held {
			return "", ErrNotRunning
		}
		if err := pause(ctx, wait); err != nil {
			return "", fmt.Errorf("wait for the server to start: %w", err)
		}
	}
}

func attached(ctx context.Context, dir, data string) (string, error) {
	uid, err := owner(data)
	if err != nil {
		return "", err
	}
	socketDir, err := findSocketDir(filepath.Join(dir, "socket"), uid)
	if err != nil {
		return "", fmt.Errorf("find the socket: %w", err)
	}
	password, err := readPassword(dir)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	dsn := dsn(socketDir, password, Database)
	if err := ping(ctx, dsn); err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	return dsn, nil
}
