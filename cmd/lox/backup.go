package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

// A backup of an installation is a directory:
//
//	manifest.json            a manifest, see below; written last
//	database-TIME.dump       pg_dump's custom format, one for each run; TIME is in UTC
//	objects/<tenant>/<id>    the files
//	keys/                    master-key, storage-key, api-key
const (
	manifestName = "manifest.json"
	dumpPrefix   = "database-"
	dumpSuffix   = ".dump"
	dumpTime     = "20060102T150405.000Z"
	keysDir      = "keys"
)

// keptKeys are the names of the secret files in a data directory.
var keptKeys = []string{"master-key", "storage-key", "api-key"}

// manifest is the description of a backup.
type manifest struct {
	// Version is the version of lox. Schema is the version of the database's schema.
	Version string `json:"version"`
	Schema  int64  `json:"schema"`
	// PostgreSQL is the major version of the pg_dump that made the dump.
	PostgreSQL int       `json:"postgresql"`
	MadeAt     time.Time `json:"made_at"`
	// Database is the file name of the latest dump.
	Database string `json:"database"`
	Objects  int64  `json:"objects"`
}

func backupCommand() *cobra.Command {
	prune := false
	cmd := &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy the built-in database and the files, also while the server runs",
		Long: `Copy all that is in the data directory to another directory, which should be on
another disk: the database, the files and the keys. The server may run meanwhile. All that was
acknowledged before the command began, and not deleted since, is in the copy.

Repeat it with the same directory: files that are there already are not copied again. Each run
leaves a dump of the database beside the earlier ones. --prune removes the earlier ones
afterwards, and the files that the latest one doesn't need.

The keys are copied, too: who has the directory can do what the server can. "lox restore" makes a
data directory of it.

With a database or a bucket of your own, back these up by their own means: see docs/backup.md.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := embeddedConfig()
			if err != nil {
				return err
			}
			if !exists(cfg.postgresDir()) {
				return fmt.Errorf("there is no database in %s: LOX_DATA_DIR must name the data directory of the server", cfg.DataDir)
			}
			return onDatabase(cmd, cfg, store.SchemaRequired, func(ctx context.Context, db *database) error {
				return runBackup(ctx, cmd, cfg, db, args[0], prune)
			})
		},
	}
	cmd.Flags().BoolVar(&prune, "prune", false, "remove earlier dumps, and files that the latest one doesn't need")
	return cmd
}

// embeddedConfig returns the configuration for commands that work only with the built-in stores.
func embeddedConfig() (config, error) {
	cfg, err := loadConfig()
	if err != nil {
		return cfg, err
	}
	if !cfg.embeddedDatabase() {
		return cfg, errors.New("LOX_DATABASE_URL names a database of your own: copy it with pg_dump, as docs/backup.md says")
	}
	if !cfg.embeddedS3() {
		return cfg, errors.New("LOX_S3_ENDPOINT names an object store of your own: copy it with its own tools, as docs/backup.md says")
	}
	return cfg, nil
}

// runBackup copies the files, dumps the database, and copies the files that were added meanwhile. So the
// copy has each file that the dump refers to, unless its backup was deleted before the second copy: a
// deleted backup needs no file.
func runBackup(ctx context.Context, cmd *cobra.Command, cfg config, db *database, dir string, prune bool) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	needed := map[string]bool{}
	seen := func(key string) { needed[key] = true }
	first, err := disk.CopyObjects(ctx, cfg.storageDir(), dir, seen)
	if err != nil {
		return err
	}
	major, err := db.Major(ctx)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	m := manifest{Version: version, PostgreSQL: major, MadeAt: now.Truncate(time.Second), Database: dumpPrefix + now.Format(dumpTime) + dumpSuffix}
	_, m.Schema = db.SchemaVersions()
	if err := dump(ctx, cfg, major, filepath.Join(dir, m.Database)); err != nil {
		return err
	}
	second, err := disk.CopyObjects(ctx, cfg.storageDir(), dir, seen)
	if err != nil {
		return err
	}
	if err := copyKeys(cfg.DataDir, filepath.Join(dir, keysDir)); err != nil {
		return err
	}
	m.Objects = second.Objects
	if err := writeManifest(dir, m); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s and %s are in %s; newly copied: %s, %s\n", m.Database, count(m.Objects, "file"), dir,
		count(first.New+second.New, "file"), display.Size(first.NewBytes+second.NewBytes))
	if !prune {
		return nil
	}
	dumps, err := removeDumps(dir, m.Database)
	if err != nil {
		return err
	}
	removed, err := disk.RemoveObjects(ctx, dir, func(key string) bool { return needed[key] })
	fmt.Fprintf(cmd.OutOrStdout(), "Removed: %s of the database, %s\n", count(int64(dumps), "dump"), count(removed, "file"))
	return err
}

// dump writes the database to a file, which gets its name once it is complete.
func dump(ctx context.Context, cfg config, major int, file string) error {
	tool, err := pgembed.Tool(ctx, "pg_dump", major)
	if err != nil {
		return err
	}
	dsn, err := pgembed.Attach(ctx, cfg.postgresDir())
	if err != nil {
		return err
	}
	part := file + ".part"
	// pg_dump would make the file readable to all users.
	if err := os.WriteFile(part, nil, 0o600); err != nil {
		return err
	}
	if err := runTool(ctx, dsn, tool, "--format=custom", "--no-owner", "--file="+part); err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(part)))
	}
	return publish(part, file)
}

// runTool runs one of PostgreSQL's programs on a database. The password is in the environment, which other
// users can't read, and not among the arguments, which they can.
func runTool(ctx context.Context, dsn, tool string, args ...string) error {
	to, err := pq.NewConfig(dsn)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, tool, args...)
	// PG variables of the shell would make the program connect to another server.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") })
	cmd.Env = append(cmd.Env, "PGHOST="+to.Host, "PGPORT="+strconv.Itoa(int(to.Port)), "PGUSER="+to.User, "PGPASSWORD="+to.Password,
		"PGDATABASE="+to.Database, "PGSSLMODE=disable")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(tool), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// publish makes a file durable and renames it to its final name.
func publish(part, file string) error {
	f, err := os.Open(part)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Rename(part, file)); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// copyKeys copies the secret files that exist.
func copyKeys(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range keptKeys {
		text, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		part := filepath.Join(to, name+".part")
		if err := os.WriteFile(part, text, 0o600); err != nil {
			return err
		}
		if err := publish(part, filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func writeManifest(dir string, m manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	part := filepath.Join(dir, manifestName+".part")
	if err := os.WriteFile(part, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return publish(part, filepath.Join(dir, manifestName))
}

// removeDumps removes all dumps but one.
func removeDumps(dir, but string) (removed int, err error) {
	dumps, err := filepath.Glob(filepath.Join(dir, dumpPrefix+"*"))
	if err != nil {
		return 0, err
	}
	for _, file := range dumps {
		if filepath.Base(file) == but {
			continue
		}
		if err := os.Remove(file); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
