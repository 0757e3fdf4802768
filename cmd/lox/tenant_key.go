package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantCreateKeyCommand() *cobra.Command {
	var (
		name   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "create-key ID",
		Short: "Give a tenant another API key, which may do everything",
		Long: `Give a tenant another API key, which may do everything and is shown this once:
for a tenant that has lost its keys, or whose keys have all expired.`,
		Example: `  lox tenant create-key ten_01hk240nm0et682tt61vxwr34z --name "after the fire"`,
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onTenant(cmd, args[0], func(ctx context.Context, db *database, id lox.TenantID) error {
				t, err := db.Tenant(ctx, id)
				if err != nil {
					return err
				}
				operator := lox.Principal{Tenant: id}
				k, key, err := lox.NewKey{Name: name}.Issue(operator, time.Now())
				if err != nil {
					return plainly(err)
				}
				if err := db.CreateAPIKey(ctx, k, lox.Operator(cmd.CommandPath())); err != nil {
					return err
				}
				return printCreatedKey(cmd.OutOrStdout(), t, k, key, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the key, up to 255 characters")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printCreatedKey(w io.Writer, t lox.Tenant, k lox.APIKey, key string, asJSON bool) error {
	if asJSON {
		return display.JSON(w, struct {
			TenantID lox.TenantID `json:"tenant_id"`
			ID       lox.KeyID    `json:"id"`
			APIKey   string       `json:"api_key"`
		}{t.ID, k.ID, key})
	}
	var text strings.Builder
	display.Columns(&text, [][]string{{"Tenant", title(t)}, {"Key ID", k.ID.String()}, {"API key", key}})
	text.WriteString("\nThe key is shown this once. Keep it secret.\n")
	_, err := io.WriteString(w, text.String())
	return err
}
