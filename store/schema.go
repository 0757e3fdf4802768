package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
)

// Schema says what Open does if the schema has another version than this program. It never
// changes a schema of a later version: the schema of the next release also works with this
// program. ErrTooOld: the schema belongs to a release that doesn't.
type Schema int

const (
	// SchemaUpgraded upgrades the schema to this version, even while servers of the
	// previous release run. It is for servers.
	SchemaUpgraded Schema = iota
	// SchemaUpgradedAlone is like SchemaUpgraded, but returns ErrOtherVersion if sessions
	// of another version use the database.
	SchemaUpgradedAlone
	// SchemaRequired returns an error for an earlier schema. It is for commands, which
	// must not upgrade the schema of running servers.
	SchemaRequired
	// SchemaCreated creates the schema in an empty database. Otherwise it is like
	// SchemaRequired.
	SchemaCreated
)

// schemaVersion is the version of the latest migration.
var schemaVersion = func() int64 {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		panic("no migrations")
	}
	version, err := goose.NumericComponent(slices.Max(names))
	if err != nil {
		panic(err)
	}
	return version
}()

// SchemaVersion returns the schema version of this program.
func SchemaVersion() int64 { return schemaVersion }

// prepareSchema upgrades or checks the schema as cfg.Schema says, and returns the version
// that it had before.
func prepareSchema(ctx context.Context, cfg Config) (before int64, err error) {
	err = migrateWith(ctx, cfg, func(ctx context.Context, db *sql.DB) error {
		if before, err = versionOf(ctx, db); err != nil || before == schemaVersion {
			return err
		}
		if before > schemaVersion {
			return refuseTooOld(ctx, db, before)
		}
		switch {
		case cfg.Schema == SchemaUpgraded, cfg.Schema != SchemaRequired && before == 0: // nobody uses an empty database
		case cfg.Schema == SchemaUpgradedAlone:
			if err := refuseOthers(ctx, db, cfg.DSN); err != nil {
				return err
			}
		case before == 0:
			return errors.New("this database isn't set up for LOX: run lox serve or lox migrate first")
		default:
			return fmt.Errorf("the schema of the database has version %d, and this lox needs %d: use the lox of the version that serves, "+
				"or upgrade first, by the lox serve of this version or by lox migrate", before, schemaVersion)
		}
		return migrate(ctx, db, cfg.Log)
	})
	return before, err
}

// SchemaVersions returns the version of the schema before Open, and that of this program.
func (s *Store) SchemaVersions() (before, own int64) { return s.schemaBefore, schemaVersion }

// versionOf returns the version of the schema, 0 for a database without one.
func versionOf(ctx context.Context, db *sql.DB) (version int64, err error) {
	var exists bool
	if err := db.QueryRowContext(ctx, `select to_regclass('goose_db_version') is not null`).Scan(&exists); err != nil || !exists {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&version)
	return version, err
}

// ErrOtherVersion is wrapped in the error of Open if another version uses the database.
var ErrOtherVersion = errors.New("another version uses the database")

// sessionsSQL reads only columns of the sessions that every role may see.
const sessionsSQL = `select application_name, coalesce(host(client_addr), 'this machine or an address that the role may not see'), count(*)
from pg_stat_activity
where datname = current_database() and usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
group by 1, 2 order by 1, 2`

// refuseOthers returns ErrOtherVersion if there are sessions of other versions.
func refuseOthers(ctx context.Context, db *sql.DB, dsn string) error {
	own, err := pq.NewConfig(dsn)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, sessionsSQL)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var others []string
	for rows.Next() {
		var name, from string
		var n int
		if err := rows.Scan(&name, &from, &n); err != nil {
			return err
		}
		if who := otherVersion(name, own.ApplicationName); who != "" {
			others = append(others, fmt.Sprintf("%d of %s from %s", n, who, from))
		}
	}
	if err := rows.Err(); err != nil || len(others) == 0 {
		return err
	}
	return fmt.Errorf("%w: sessions: %s", ErrOtherVersion, strings.Join(others, "; "))
}

var namedVersion = regexp.MustCompile(`(?:^| )lox/(\d+)$`)

// otherVersion returns the version of a session according to its name, "" for a session of
// this version or of another program. Sessions of the previous release have only the
// configured name.
func otherVersion(name, configured string) string {
	if found := namedVersion.FindStringSubmatch(name); found != nil {
		if found[1] == strconv.FormatInt(schemaVersion, 10) {
			return ""
		}
		return "LOX with schema " + found[1]
	}
	if name == configured {
		return "what may be an earlier LOX"
	}
	return ""
}

// nameLength is the largest length of a session's name in PostgreSQL, in bytes.
const nameLength = 63

// sessionName returns the application_name of all sessions: the configured name, or else the
// host name of this machine, followed by the version.
func sessionName(configured string) string {
	version := fmt.Sprintf("lox/%d", schemaVersion)
	if configured == "" {
		configured, _ = os.Hostname()
	}
	if configured == "" {
		return version
	}
	return configured[:min(len(configured), nameLength-1-len(version))] + " " + version
}

// withParameters adds parameters to a DSN of either form.
func withParameters(dsn string, parameters map[string]string) string {
	u, err := url.Parse(dsn)
	if err == nil && strings.HasPrefix(u.Scheme, "postgres") {
		q := u.Query()
		for name, value := range parameters {
			q.Set(name, value)
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	all := []string{dsn}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		all = append(all, fmt.Sprintf("%s='%s'", name, quote.Replace(parameters[name]))) // the last one counts
	}
	return strings.Join(all, " ")
}
