package pgembed

import (
	"errors"
	"log/slog"
)

const (
	// Database is the name of the database that Start creates.
	Database = "lox"
	// User is the role that owns the database, and that connections use. It is not a superuser.
	User = "lox_server"
	// superuser is the role that initdb creates. It can't log in.
	superuser = "lox"
)

// ErrInUse is returned by Start when another Server, in this process or another one, runs on the same directory.
var ErrInUse = errors.New("directory is in use by another server")

// ErrNotRunning is returned by Attach when no server runs on the directory.
var ErrNotRunning = errors.New("no server is running on this directory")

// Config says where and how to run the server.
type Config struct {
	// Dir contains everything: cluster, socket, lock and downloaded binaries. It is created with mode 0700.
	Dir string

	// Settings are server settings (names of postgresql.conf) that override the defaults of this package. Settings
	// that this package depends on, such as listen_addresses, are refused. With "fsync": "off" a new cluster isn't
	// flushed to disk either.
	Settings map[string]string

	// Superuser makes User a superuser in a new cluster, for measurements that need one.
	Superuser bool
	// Logger gets the messages of PostgreSQL, one record each. Messages about a lack of resources, such as disk space,
	// are logged at most once a minute. nil discards all. A handler that blocks also blocks the server once the pipe
	// between them is full.
	Logger *slog.Logger

	// find says where to look for PostgreSQL. Only tests set it.
	find finder
	// accounts are the accounts for a root process. Only tests set it.
	accounts accounts
}

// accounts are the names of the users as which a root process may run the server.
type accounts struct {
	own    string   // used by no other program; "" is lox
	shared []string // may be used by other programs; nil is postgres, nobody
}

// finder says where to look for PostgreSQL.
type finder struct {
	dirs       []string // nil is PATH and the usual installation directories
	repository string   // the Maven repository of the binaries; "" is Maven Central
	cache      string   // for downloads that can't be under Config.Dir; "" is /var/cache/lox-postgresql
}
