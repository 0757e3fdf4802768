package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantSuspendCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "suspend ID",
		Short: "Let a tenant read but not write",
		Long: `Let a tenant read but not write: it can list and download its backups, while all
else is refused with 403 permission_denied. Uploads under way can't be completed
and fail in the end.`,
		Example: `  lox tenant suspend ten_01hk240nm0et682tt61vxwr34z`,
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onTenant(cmd, args[0], func(ctx context.Context, db *database, id lox.TenantID) error {
				already, now := false, lox.Seconds(time.Now())
				t, err := db.UpdateTenant(ctx, id, time.Now(), lox.Operator(cmd.CommandPath()), func(t *lox.Tenant) error {
					if already = t.SuspendedAt != nil; !already {
						t.SuspendedAt = &now
					}
					return nil
				})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "The tenant %s %s suspended, since %s: it can read but not write.\n",
					title(t), isText(already), timestamp(*t.SuspendedAt))
				return err
			})
		},
	}
}

func tenantResumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "resume ID",
		Short:   "Let a suspended tenant write again",
		Example: `  lox tenant resume ten_01hk240nm0et682tt61vxwr34z`,
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onTenant(cmd, args[0], func(ctx context.Context, db *database, id lox.TenantID) error {
				already := false
				t, err := db.UpdateTenant(ctx, id, time.Now(), lox.Operator(cmd.CommandPath()), func(t *lox.Tenant) error {
					already, t.SuspendedAt = t.SuspendedAt == nil, nil
					return nil
				})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "The tenant %s %s active.\n", title(t), isText(already))
				return err
			})
		},
	}
}

// title returns the name of a tenant for use in a sentence.
func title(t lox.Tenant) string { return fmt.Sprintf("%s (%s)", t.ID, display.Visible(t.Name)) }

func isText(already bool) string {
	if already {
		return "was already"
	}
	return "is now"
}
