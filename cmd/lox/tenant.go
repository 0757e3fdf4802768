package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
)

func tenantCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "tenant", Short: "Manage tenants"}
	cmd.AddCommand(tenantCreateCommand())
	return cmd
}

func tenantCreateCommand() *cobra.Command {
	var (
		name, plan string
		quota      int64
		asJSON     bool
	)
	cmd := &cobra.Command{
		Use:   "create --name NAME --plan PLAN",
		Short: "Create a tenant and print its first API key",
		Long: `Create a tenant and print its first API key, which may do everything and is
shown this once. Works whether or not the server is running.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			parsed, err := lox.ParsePlan(plan)
			if err != nil {
				return err
			}
			var override *int64
			if cmd.Flags().Changed("quota") {
				override = &quota
			}
			t, err := lox.NewTenant(name, parsed, override, time.Now())
			if err != nil {
				return err
			}
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			db, err := reachDatabase(cmd.Context(), cfg, cfg.logger(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.close()) }()
			key := lox.NewAPIKey()
			if err := createTenant(cmd.Context(), db, t, key); err != nil {
				return err
			}
			return printTenant(cmd.OutOrStdout(), t, key, asJSON)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the tenant, 1 to 255 characters")
	cmd.Flags().StringVar(&plan, "plan", "", "free, solo, pro, business or enterprise")
	cmd.Flags().Int64Var(&quota, "quota", 0, "storage quota in bytes, instead of the plan's")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	for _, required := range []string{"name", "plan"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

// createTenant stores a tenant with its first key, which may do everything.
func createTenant(ctx context.Context, tenants lox.TenantStore, t lox.Tenant, key string) error {
	hash, err := lox.HashAPIKey(key)
	if err != nil {
		return err
	}
	return tenants.CreateTenant(ctx, t, lox.APIKey{
		ID: lox.NewKeyID(), Tenant: t.ID, Hash: hash, Last4: lox.KeyLast4(key), CreatedAt: t.CreatedAt,
	})
}

func printTenant(w io.Writer, t lox.Tenant, key string, asJSON bool) error {
	if asJSON {
		type tenant struct {
			ID        lox.TenantID `json:"id"`
			Name      string       `json:"name"`
			Plan      lox.Plan     `json:"plan"`
			Quota     int64        `json:"quota_bytes"`
			CreatedAt time.Time    `json:"created_at"`
		}
		return json.NewEncoder(w).Encode(struct {
			Tenant tenant `json:"tenant"`
			APIKey string `json:"api_key"`
		}{tenant{t.ID, t.Name, t.Plan, t.Quota(), t.CreatedAt}, key})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "Tenant\t%s\nName\t%s\nPlan\t%s\nQuota\t%d bytes\nAPI key\t%s\n", t.ID, t.Name, t.Plan, t.Quota(), key)
	fmt.Fprintln(table, "\nThe key is shown this once. Keep it secret.")
	return table.Flush()
}
