package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/store/pgembed"
)

func restoreCommand() *cobra.Command {
	dumpFile := ""
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: `Make a data directory from a copy that "lox backup" has made`,
		Long: `Make a data directory from a copy that "lox backup" has made: the database of the latest run, or
that of --dump, the files and the keys. LOX_DATA_DIR names the data directory, in which there must be
no database and no files yet.

Afterwards start the server. It serves, and neither expires uploads nor deletes objects until
"lox doctor" finds no problem and you have run "lox doctor --confirm-restore".`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := embeddedConfig()
			if err != nil {
				return err
			}
			if cfg.LogLevel == slog.LevelInfo {
				cfg.LogLevel = slog.LevelWarn // PostgreSQL's messages at its start would hide the answer
			}
			return runRestore(cmd.Context(), cmd, cfg, args[0], dumpFile)
		},
	}
	cmd.Flags().StringVar(&dumpFile, "dump", "", "the dump of an earlier run, such as database-20260131T040000.000Z.dump")
	return cmd
}

func runRestore(ctx context.Context, cmd *cobra.Command, cfg config, dir, dumpFile string) (err error) {
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	if dumpFile != "" {
		m.Database = filepath.Base(dumpFile)
	}
	from := filepath.Join(dir, m.Database)
	if !exists(from) {
		return fmt.Errorf("there is no %s in %s", m.Database, dir)
	}
	made := []string{cfg.postgresDir(), cfg.storageDir()}
	for _, name := range keptKeys {
		if exists(filepath.Join(dir, keysDir, name)) {
			made = append(made, filepath.Join(cfg.DataDir, name))
		}
	}
	for _, path := range made {
		if exists(path) {
			return fmt.Errorf("%s already exists: set LOX_DATA_DIR to a directory that doesn't exist yet, or move this one", path)
		}
	}
	// The files of a failed restore would look like a complete installation.
	defer func() {
		if err != nil {
			for _, path := range made {
				err = errors.Join(err, os.RemoveAll(path))
			}
		}
	}()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return err
	}
	if err := copyKeys(filepath.Join(dir, keysDir), cfg.DataDir); err != nil {
		return err
	}
	files, err := disk.CopyObjects(ctx, dir, cfg.storageDir(), nil)
	if err != nil {
		return err
	}
	if err := load(ctx, cfg, m.PostgreSQL, from); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), `%s and %s are in %s. Next:
  lox serve
  lox doctor                    while the server runs
  lox doctor --confirm-restore  when it finds no problem
`, m.Database, count(files.Objects, "file"), cfg.DataDir)
	return nil
}

// load starts a new PostgreSQL and loads a dump into it.
func load(ctx context.Context, cfg config, major int, file string) (err error) {
	tool, err := pgembed.Tool(ctx, "pg_restore", major)
	if err != nil {
		return err
	}
	_, server, err := startPostgres(ctx, cfg, cfg.logger(os.Stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, (&database{server: server}).stopServer()) }()
	return runTool(ctx, server.DSN(), tool, "--dbname="+pgembed.Database, "--no-owner", "--exit-on-error", "--single-transaction", file)
}

func readManifest(dir string) (m manifest, err error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, os.ErrNotExist) {
		return m, fmt.Errorf(`there is no %s in %s: want a directory in which "lox backup" has completed at least once`, manifestName, dir)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: %w", filepath.Join(dir, manifestName), err)
	}
	return m, nil
}
