package main_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

const (
	// booksEnv names the variable with the number of changes that TestBooks makes, for longer runs
	// than usual.
	booksEnv     = "LOX_BOOKS_CHANGES"
	usualChanges = 10_000
	booksStops   = 4
	booksClients = 64
)

// byHand are changes that an operator makes by SQL, to other backups.
var byHand = []string{
	`insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, checksum, created_at, upload_expires_at, deadline, completed_at)
		select tenant_id, gen_random_uuid(), 'by hand', status, size_bytes, 'by/hand', metadata, checksum, created_at - interval '2 days',
			upload_expires_at, deadline, completed_at from backups where status = 'completed' limit 100`,
	`update backups set size_bytes = size_bytes + 1, content_type = 'by/another-hand' where name = 'by hand'`,
	`update backups set status = 'failed', failure = 'by hand', checksum = null, completed_at = null where id in (
		select id from backups where name = 'by hand' and status = 'completed' limit 30)`,
	`update backups set completed_at = completed_at + interval '1 day' where name = 'by hand' and status = 'completed'`,
	`delete from backups where id in (select id from backups where name = 'by hand' limit 40)`,
}

// 64 clients change the backups of one tenant through servers of two versions, and an operator
// changes some by SQL. The counters are right at any time, even in a copy of the database, and
// there is no deadlock.
func TestBooks(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	present := shared(t, dsn, "LOX_MAX_CONNECTIONS_PER_ADDRESS=1000", "LOX_LOG_LEVEL=warn")
	previous := present.by(previousBinary(t))
	servers := []*process{previous.launch(t)} // one after the other, because the present one migrates
	servers[0].baseURL = servers[0].awaitStdout(t, baseURL)
	servers = append(servers, present.start(t))
	key := present.requireTenant(t, "n", "enterprise", 10<<40)
	db := storetest.SQL(t, dsn)

	keepers := make([]*bookkeeper, booksClients)
	for i := range keepers {
		keepers[i] = &bookkeeper{api: newAPI(t, servers[i%len(servers)].baseURL, key)}
		keepers[i].api.http.Transport = keepers[i].api.http.Transport.(checked).base
	}
	changes, begun := roundsOf(t, booksEnv, usualChanges), time.Now()
	for range booksStops {
		work(t, keepers, changes/booksStops)
		for _, statement := range byHand {
			_, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err, statement)
		}
		storetest.CheckCounters(t, dsn)
	}
	took := time.Since(begun)
	var deadlocks int
	require.NoError(t, db.QueryRowContext(t.Context(), `select deadlocks from pg_stat_database where datname = current_database()`).Scan(&deadlocks))
	assert.Zero(t, deadlocks)
	t.Logf("%d changes by %d clients through two versions in %s: %d deadlocks", changes, booksClients, took.Round(time.Millisecond), deadlocks)
	for _, p := range servers {
		p.stop(t, syscall.SIGTERM)
	}

	restored := dumpAndRestore(t, dsn)
	storetest.CheckCounters(t, restored)
	assert.Equal(t, counterRows(t, db), counterRows(t, storetest.SQL(t, restored)))
	_, err := db.ExecContext(t.Context(), `truncate backups`)
	require.NoError(t, err)
	storetest.CheckCounters(t, dsn)
}

// work makes clients do a number of changes.
func work(t *testing.T, keepers []*bookkeeper, changes int) {
	t.Helper()
	var left atomic.Int64
	left.Store(int64(changes))
	var working sync.WaitGroup
	problems := make([]error, len(keepers))
	for i, c := range keepers {
		working.Go(func() {
			for problems[i] == nil && left.Add(-1) >= 0 {
				problems[i] = c.change(context.WithoutCancel(t.Context()))
			}
		})
	}
	working.Wait()
	require.NoError(t, errors.Join(problems...))
}

// bookkeeper is a client that knows the backups which it has created.
type bookkeeper struct {
	api      *api
	uploaded []string // pending
	others   []string
}

// change makes one change.
func (c *bookkeeper) change(ctx context.Context) error {
	switch n := rand.IntN(10); {
	case n < 2 && len(c.uploaded) > 0:
		id := take(&c.uploaded)
		c.others = append(c.others, id)
		_, err := c.api.complete(ctx, id)
		return failed("complete", err)
	case n < 5 && len(c.others) > 0:
		return failed("delete", c.api.delete(ctx, take(&c.others)))
	}
	file := source()[:1+rand.IntN(1<<10)]
	upload, err := c.api.create(ctx, client.CreateBackupJSONRequestBody{
		Name: uuid.NewString(), SizeBytes: int64(len(file)), ContentType: fmt.Sprintf("text/x-%d", rand.IntN(3)),
	}, "")
	if err != nil {
		return failed("create", err)
	}
	if rand.IntN(3) > 0 {
		c.others = append(c.others, upload.ID)
		return nil
	}
	c.uploaded = append(c.uploaded, upload.ID)
	return failed("upload", c.api.put(ctx, upload, file))
}

func failed(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// take removes an element and returns it.
func take(from *[]string) string {
	all := *from
	i := rand.IntN(len(all))
	taken := all[i]
	all[i] = all[len(all)-1]
	*from = all[:len(all)-1]
	return taken
}

// postgresProgram finds a program of the newest PostgreSQL, which the tests' servers have. Without
// it the test is skipped, or fails if CI=true.
func postgresProgram(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("/usr/lib/postgresql/*/bin", name))
	require.NoError(t, err)
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	}
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("%v: install PostgreSQL with all of its programs", err)
	}
	require.NoError(t, err)
	return path
}

// dumpAndRestore copies a database as operators do, and returns the DSN of the copy.
func dumpAndRestore(t *testing.T, dsn string) string {
	t.Helper()
	return restoreDump(t, dsn, dump(t, dsn))
}

// dump copies a database into a file.
func dump(t *testing.T, dsn string) (file string) {
	t.Helper()
	file = filepath.Join(newDir(t), "dump")
	runPostgres(t, dsn, "", "pg_dump", "--format=custom", "--file="+file)
	return file
}

// restoreDump creates another database from the file, on the same server, and returns its DSN.
func restoreDump(t *testing.T, dsn, file string) string {
	t.Helper()
	name := createDatabase(t, dsn, "restored")
	runPostgres(t, dsn, name, "pg_restore", "--exit-on-error", "--dbname="+name, file)
	return dsn + " dbname=" + name // the last one is used
}

// runPostgres runs a program of PostgreSQL on a database, or on that of the DSN if the name is "".
func runPostgres(t *testing.T, dsn, database, program string, args ...string) {
	t.Helper()
	cfg, err := pq.NewConfig(dsn)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), postgresProgram(t, program), args...)
	cmd.Env = append(os.Environ(), "PGHOST="+cfg.Host, fmt.Sprintf("PGPORT=%d", cfg.Port), "PGUSER="+cfg.User, "PGPASSWORD="+cfg.Password,
		"PGDATABASE="+cmp.Or(database, cfg.Database))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", program, out)
}

// counterRows returns all counters, by the names of their tables.
func counterRows(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for _, table := range []string{"tenant_usage", "backup_days", "storage_days", "content_types"} {
		var text string
		require.NoError(t, db.QueryRowContext(t.Context(), "select coalesce(string_agg(r::text, ' ' order by r::text), '') from "+table+" r").Scan(&text))
		require.NotEmpty(t, text, table)
		rows[table] = text
	}
	return rows
}
