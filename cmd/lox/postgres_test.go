package main_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store/pgembed"
)

// embeddedSQL is the database of a running server, for changes that no part of LOX makes. It must
// be closed before the server ends.
func (s setup) embeddedSQL(t *testing.T) *sql.DB {
	t.Helper()
	dsn, err := pgembed.Attach(t.Context(), s.postgresDir())
	require.NoError(t, err)
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	return db
}

// postgresProcess is a PostgreSQL process of a data directory.
type postgresProcess struct {
	pid   int
	title string // "" for the postmaster, otherwise its task
}

func (p postgresProcess) kill() { _ = syscall.Kill(p.pid, syscall.SIGKILL) }

// postgres finds the PostgreSQL processes of the data directory by the name of the cluster in their
// command lines, which depends on the directory.
func (s setup) postgres(t testing.TB) []postgresProcess {
	t.Helper()
	info, err := os.Stat(filepath.Join(s.postgresDir(), "data"))
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	st := info.Sys().(*syscall.Stat_t)
	name := fmt.Sprintf("lox-%x-%x", st.Dev, st.Ino)
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var found []postgresProcess
	for _, path := range lines {
		line, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		p := postgresProcess{}
		p.pid, err = strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(t, err)
		var child bool
		p.title, child = strings.CutPrefix(strings.TrimRight(string(line), "\x00 "), "postgres: "+name+": ")
		if !child {
			p.title = ""
		}
		if child || strings.Contains(string(line), "\x00cluster_name="+name+"\x00") {
			found = append(found, p)
		}
	}
	return found
}

// postmaster is the parent of all other processes.
func (s setup) postmaster(t testing.TB) postgresProcess {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(s.postgresDir(), "data", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return postgresProcess{pid: pid}
}

// crashPostgres kills a process of the database, which then ends all others and recovers.
func (p *process) crashPostgres(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool {
		if strings.Contains(p.stderr.String(), "terminating any other active server processes") {
			return true
		}
		if backends := p.backends(t); len(backends) > 0 {
			backends[rand.IntN(len(backends))].kill()
		}
		return false
	}, patience, tick, "PostgreSQL doesn't notice")
}

// backends returns the processes that serve connections.
func (s setup) backends(t testing.TB) []postgresProcess {
	t.Helper()
	return slices.DeleteFunc(s.postgres(t), func(p postgresProcess) bool { return !strings.Contains(p.title, "[local]") })
}

// requireNoPostgres waits until no process of the database runs.
func (s setup) requireNoPostgres(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool { return len(s.postgres(t)) == 0 }, patience, tick, "the database still runs")
}
