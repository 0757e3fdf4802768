package main

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List all tenants, oldest first",
		Long: `List all tenants, oldest first, with what they store. USED and BACKUPS are of
completed backups; QUOTA is the plan's, or the tenant's own if it has one.`,
		Example: `  lox tenant list
  lox tenant list --json | jq -r '.tenants[] | select(.status == "suspended") | .id'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onTenants(cmd, func(ctx context.Context, _ config, db *database) error {
				all, err := db.Tenants(ctx)
				if err != nil {
					return err
				}
				return printTenants(cmd.OutOrStdout(), all, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, `print JSON: {"tenants": […]}`)
	return cmd
}

// listedName is the maximum width of a name in a list, in columns.
const listedName = 40

func printTenants(w io.Writer, all []lox.TenantUsage, asJSON bool) error {
	if asJSON {
		tenants := make([]tenantOut, 0, len(all)) // not nil, which would be null
		for _, t := range all {
			tenants = append(tenants, newTenantOut(t.Tenant, t.Usage, t.Backups))
		}
		return display.JSON(w, map[string]any{"tenants": tenants})
	}
	var text strings.Builder
	if len(all) == 0 {
		text.WriteString("There are no tenants. To create one:\n\n  lox tenant create --name NAME --plan PLAN\n")
	} else {
		rows := [][]string{{"ID", "NAME", "PLAN", "STATUS", "USED", "QUOTA", "BACKUPS", "CREATED"}}
		for _, t := range all {
			rows = append(rows, []string{
				t.ID.String(), runewidth.Truncate(display.Visible(t.Name), listedName, "…"), string(t.Plan), status(t.Tenant),
				display.Size(t.Used), display.Size(t.Usage.Quota), strconv.FormatInt(t.Backups, 10), t.CreatedAt.UTC().Format(time.DateOnly),
			})
		}
		display.Columns(&text, rows, 4, 5, 6)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
