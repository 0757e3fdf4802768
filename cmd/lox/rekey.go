package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
)

func rekeyCommand() *cobra.Command {
	lost := false
	cmd := &cobra.Command{
		Use:   "rekey",
		Short: "Encrypt all secrets again, with the first master key",
		Long: `Encrypt the secrets of all webhooks again, with the first key of LOX_MASTER_KEY, or of
the file master-key in the data directory. Servers may run meanwhile, and the command may be
repeated: it skips secrets that are encrypted with the first key already.

To change the master key: set the new one behind the old one and restart every
server, so that all can read what it encrypts; put the new one first and restart
them again; run this command; then remove the old one, at the next restart.

A server doesn't start with a key that can't decrypt the secrets in its database. If the right
key is lost, --key-lost lets servers start with the present one. Secrets that the present key
can't decrypt must be rotated by the API.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onTenants(cmd, func(ctx context.Context, cfg config, db *database) error {
				if err := cfg.requireMasterKey(); err != nil {
					return err
				}
				if cfg.MasterKey == "" && !exists(cfg.masterKeyFile()) { // a new key could decrypt nothing
					return fmt.Errorf("master key: %w: %s", fs.ErrNotExist, cfg.masterKeyFile())
				}
				box, err := cfg.secretBox()
				if err != nil {
					return err
				}
				if err := cfg.renewProof(ctx, db, box, lost); err != nil {
					return err
				}
				var failures int
				total, changed, err := db.RekeyWebhooks(ctx, box.Reseal, func(tenant lox.TenantID, id lox.WebhookID, err error) {
					failures++
					fmt.Fprintf(cmd.ErrOrStderr(), "%s of %s: %v\n", id, tenant, err)
				}, lox.Operator(cmd.CommandPath()))
				fmt.Fprintf(cmd.OutOrStdout(), "Webhooks checked: %d; encrypted again: %d\n", total, changed)
				if failures > 0 {
					err = errors.Join(err, fmt.Errorf(
						"secrets of %d webhooks were not encrypted again: add the key that they were encrypted with, or have them rotated; keep the old keys until then", failures))
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&lost, "key-lost", false, "accept that the key with which secrets were encrypted is lost")
	return cmd
}
