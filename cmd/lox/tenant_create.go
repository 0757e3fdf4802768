package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/store"
)

func tenantCreateCommand() *cobra.Command {
	var (
		name, plan string
		quota      quotaValue
		asJSON     bool
	)
	cmd := &cobra.Command{
		Use:   "create --name NAME --plan PLAN",
		Short: "Create a tenant and print its first API key",
		Long: `Create a tenant and print its first API key, which may do everything and is
shown this once.`,
		Example: `  lox tenant create --name "Example Ltd" --plan pro
  lox tenant create --name "Small quota" --plan free --quota 500MB --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			parsed, err := lox.ParsePlan(plan)
			if err != nil {
				return err
			}
			t, err := lox.NewTenant(name, parsed, quota.bytes, time.Now())
			if err != nil {
				return plainly(err)
			}
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			if cfg.embeddedDatabase() && !exists(cfg.postgresDir()) {
				fmt.Fprintf(cmd.ErrOrStderr(), "There is no database in %s yet, so a new one is created. To use the database of a server, set LOX_DATA_DIR or LOX_DATABASE_URL as the server has it.\n", cfg.DataDir)
			}
			return onDatabase(cmd, cfg, store.SchemaCreated, func(ctx context.Context, db *database) error {
				key := lox.NewAPIKey()
				if err := createTenant(ctx, db, t, key, cmd.CommandPath()); err != nil {
					return err
				}
				return printCreated(cmd.OutOrStdout(), t, key, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the tenant, 1 to 255 characters")
	cmd.Flags().StringVar(&plan, "plan", "", "free, solo, pro, business or enterprise")
	cmd.Flags().Var(&quota, "quota", "storage quota instead of the plan's: bytes, or with a unit, such as 1.5TiB")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	for _, required := range []string{"name", "plan"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

// tenantCreator is the store that createTenant needs.
type tenantCreator interface {
	// CreateTenant inserts a tenant and its first key, both or neither.
	CreateTenant(ctx context.Context, t lox.Tenant, k lox.APIKey, by lox.Actor) error
}

// createTenant stores a tenant with its first key, which has all scopes.
func createTenant(ctx context.Context, tenants tenantCreator, t lox.Tenant, key, command string) error {
	k, err := lox.StoredKey(t.ID, key, t.CreatedAt)
	if err != nil {
		return err
	}
	return tenants.CreateTenant(ctx, t, k, lox.Operator(command))
}

func printCreated(w io.Writer, t lox.Tenant, key string, asJSON bool) error {
	if asJSON {
		return display.JSON(w, struct {
			Tenant tenantOut `json:"tenant"`
			APIKey string    `json:"api_key"`
		}{newTenantOut(t, lox.Usage{Quota: t.Quota()}, 0), key})
	}
	var text strings.Builder
	display.Columns(&text, [][]string{
		{"Tenant", t.ID.String()},
		{"Name", display.Visible(t.Name)},
		{"Plan", string(t.Plan)},
		{"Quota", display.ExactSize(t.Quota())},
		{"API key", key},
	})
	text.WriteString("\nThe key is shown this once. Keep it secret.\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// plainly returns a validation error without the parts that only a client of the API understands.
func plainly(err error) error {
	e, ok := errors.AsType[*lox.Error](err)
	if !ok || e.Code != lox.CodeValidation {
		return err
	}
	var text []string
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		text = append(text, field+": "+e.Details[field])
	}
	return errors.New(strings.Join(text, "; "))
}
