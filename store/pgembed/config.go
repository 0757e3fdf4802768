package pgembed

import (
	"errors"
	"log/slog"
)

const (
	// Database is the name of the database which Start creates.
	Database = "lox"
	// User is the role that owns it and that connections are made as. It is no superuser.
	User = "lox_server"
	// superuser is the role that initdb makes. Nobody can log in as it.
	superuser = "lox"
)

// ErrInUse is returned by Start when another Server, in this process or another one, runs on the same directory.
var ErrInUse = errors.New("directory is in use by another server")

// ErrNotRunning is returned by Attach when no server runs on the directory.
var ErrNotRunning = errors.New("no server is running on this directory")

// Config says where and how to run the server.
type Config struct {
	// Dir holds everything: cluster, socket, lock and downloaded binaries. Made with mode 0700 if it is missing.
	Dir string

	// Settings are server settings (postgresql.conf names) which go before the defaults of this package. Those
	// that this package depends on, such as listen_addresses, are refused. With "fsync": "off" the new cluster is
	// not flushed to disk either.
	Settings map[string]string

	// Superuser makes User a superuser in a new cluster, for measurements that need one.
	Superuser bool
	// Logger gets what PostgreSQL prints, one record per message, and of what it lacks, such as room on the disk, one a
	// minute; nil discards it. A handler that blocks also blocks
	// the server once the pipe between them is full.
	Logger *slog.Logger

	// find is replaced by tests; the zero value searches the system.
	find finder
	// accounts is replaced by tests; the zero value means those of serverAccount.
	accounts accounts
}

// accounts are the users that a root process runs the server as, by name.
type accounts struct {
	own    string   // PostgreSQL's and nobody else's; empty: lox
	shared []string // those that other programs may run as, too; nil: postgres, nobody
}

// finder says where PostgreSQL is looked for.
type finder struct {
	dirs       []string // nil: PATH and the usual installation directories
	repository string   // Maven repository of the binaries; empty: Maven Central
	cache      string   // for downloads that can't be under Config.Dir; empty: /var/cache/lox-postgresql
}
