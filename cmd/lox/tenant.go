package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
)

func tenantCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tenant",
		Short: "Manage tenants",
		Long: `Manage tenants. These commands work on the database, whether or not the server
is running; servers that are take notice within a second.`,
		// Without Args and RunE, a misspelt command would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		tenantCreateCommand(), tenantListCommand(), tenantShowCommand(), tenantSetPlanCommand(), tenantSetQuotaCommand(),
		tenantCreateKeyCommand(), tenantSuspendCommand(), tenantResumeCommand(), tenantDeleteCommand(),
		tenantEventsCommand(),
	)
	return cmd
}

// exactly checks that there are n arguments, as the usage line names them.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("want: %s %s", cmd.CommandPath(), strings.TrimPrefix(cmd.Use, cmd.Name()+" "))
		}
		return nil
	}
}

// onDatabase opens the database for a command that may run beside the server, and calls work.
func onDatabase(cmd *cobra.Command, cfg config, schema store.Schema, work func(context.Context, *database) error) (err error) {
	if cfg.LogLevel == slog.LevelInfo && exists(cfg.postgresDir()) {
		// PostgreSQL's messages at its start and stop would hide the answer.
		cfg.LogLevel = slog.LevelWarn
	}
	db, err := reachDatabase(cmd.Context(), cfg, schema, cfg.logger(cmd.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.leave()) }()
	return work(cmd.Context(), db)
}

// onTenants is onDatabase for a command about existing tenants. It creates no database: in the wrong
// directory the command fails.
func onTenants(cmd *cobra.Command, work func(context.Context, config, *database) error) error {
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	if cfg.embeddedDatabase() && !exists(cfg.postgresDir()) {
		return fmt.Errorf("there is no database in %s: LOX_DATA_DIR must name the data directory of the server, or LOX_DATABASE_URL its database", cfg.DataDir)
	}
	return onDatabase(cmd, cfg, store.SchemaRequired, func(ctx context.Context, db *database) error { return work(ctx, cfg, db) })
}

// onTenant is onTenants for a command about one tenant, by its id.
func onTenant(cmd *cobra.Command, id string, work func(context.Context, *database, lox.TenantID) error) error {
	tenant, err := parseTenantID(id)
	if err != nil {
		return err
	}
	return onTenants(cmd, func(ctx context.Context, _ config, db *database) error {
		err := work(ctx, db, tenant)
		if lox.CodeOf(err) == lox.CodeNotFound {
			return fmt.Errorf(`there is no tenant %s; "lox tenant list" lists those that exist`, tenant)
		}
		return err
	})
}

// parseTenantID parses the id that an operator gives. The operator may have copied an id of something else.
func parseTenantID(s string) (lox.TenantID, error) {
	const want = `ten_ and 26 digits and lower-case letters, as "lox tenant list" shows it`
	var id lox.TenantID
	switch kind, _, _ := strings.Cut(s, "_"); {
	case id.UnmarshalText([]byte(s)) == nil:
		return id, nil
	case kind == "lox": // the error leaves out the key: it may be valid, and logs keep errors
		return id, errors.New("that is an API key, not the id of a tenant: want " + want)
	case kind == "key":
		return id, fmt.Errorf("%q is the id of an API key: want that of a tenant, %s", s, want)
	case kind == "bkp":
		return id, fmt.Errorf("%q is the id of a backup: want that of a tenant, %s", s, want)
	default:
		return id, fmt.Errorf("%q is not the id of a tenant: want %s", s, want)
	}
}
