package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/store"
)

func migrateCommand() *cobra.Command {
	besideServers := false
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date (serve does so by itself)",
		Long: `Bring the database's schema up to date, as "lox serve" does when it starts. The
servers of the release before work on the new schema, too, so that they can be replaced one by
one; those of older releases must be stopped first. So the command refuses to migrate a
database that another version uses, unless --beside-servers is given.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			schema := store.SchemaUpgradedAlone
			if besideServers {
				schema = store.SchemaUpgraded
			}
			db, err := reachDatabase(cmd.Context(), cfg, schema, cfg.logger(cmd.ErrOrStderr()))
			if errors.Is(err, store.ErrOtherVersion) {
				return fmt.Errorf("%w: stop these servers first. Servers of the previous release may keep running if you add --beside-servers", err)
			}
			if err != nil {
				return err
			}
			if before, own := db.SchemaVersions(); before < own {
				fmt.Fprintf(cmd.OutOrStdout(), "The schema of the database had version %d and has %d now.\n", before, own)
			} else {
				fmt.Fprintf(cmd.OutOrStdout(), "The schema of the database has version %d: there is nothing to do.\n", before)
			}
			return db.leave()
		},
	}
	cmd.Flags().BoolVar(&besideServers, "beside-servers", false, "also migrate while servers of the release before this one run")
	return cmd
}
