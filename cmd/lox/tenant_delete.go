package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantDeleteCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "delete ID --yes",
		Short: "Delete a tenant with all its backups and API keys, for good",
		Long: `Delete a tenant with all its backups and API keys, for good. Without --yes it
only says what would be lost, and fails. The keys cease to work first. Where
there are many backups, it shows its progress. So as not to delay the requests of
other tenants, it pauses for a third of the time. If the command is interrupted,
run it again: it continues where it stopped.

The files themselves are removed from the store by the server, by one that is
running or by the next.`,
		Example: `  lox tenant delete ten_01hk240nm0et682tt61vxwr34z
  lox tenant delete ten_01hk240nm0et682tt61vxwr34z --yes`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onTenant(cmd, args[0], func(ctx context.Context, db *database, id lox.TenantID) error {
				lost, backups, err := loss(ctx, db, id)
				if err != nil {
					return err
				}
				confirm := cmd.CommandPath() + " " + id.String() + " --yes"
				if !yes {
					return fmt.Errorf("this would delete, for good, the tenant %s. To confirm:\n\n  %s", lost, confirm)
				}
				shown := newProgress(cmd.ErrOrStderr(), "backups deleted", backups)
				err = db.DeleteTenant(ctx, id, time.Now(), lox.Operator(cmd.CommandPath()), shown.add)
				shown.end()
				switch {
				case lox.CodeOf(err) == lox.CodeNotFound: // another command has deleted the tenant
					return err
				case err != nil:
					return fmt.Errorf("%w\nThe tenant is not deleted, or not completely. To go on:\n\n  %s", err, confirm)
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "Deleted the tenant %s.\n", lost)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "delete, don't only say what would be lost")
	return cmd
}

// loss describes what is deleted with a tenant, and counts its backups in any status.
func loss(ctx context.Context, db *database, id lox.TenantID) (text string, backups int64, err error) {
	t, err := db.Tenant(ctx, id)
	if err != nil {
		return "", 0, err
	}
	stats, err := db.StorageStats(ctx, id, lox.StatsSince(time.Now()))
	if err != nil {
		return "", 0, err
	}
	for _, v := range stats.ByStatus {
		backups += v.Count
	}
	_, keys, err := db.APIKeys(ctx, id, 1, 0)
	if err != nil {
		return "", 0, err
	}
	text = title(t) + " with " + english.Plural(int(keys), "API key", "")
	if unfinished := stats.ByStatus[lox.StatusPending].Count + stats.ByStatus[lox.StatusVerifying].Count; unfinished > 0 {
		text += ", " + english.Plural(int(unfinished), "unfinished upload", "")
	}
	done := stats.ByStatus[lox.StatusCompleted]
	if done.Count == 0 {
		return text + " and no backups", backups, nil
	}
	return text + " and " + english.Plural(int(done.Count), "backup", "") + " of " + display.ExactSize(done.Bytes), backups, nil
}
