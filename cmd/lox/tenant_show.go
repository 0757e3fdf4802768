package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a tenant with its usage, limits, settings and API keys",
		Long: `Show a tenant with its usage, limits, settings and API keys. Of the keys
themselves there is no more to see than how they begin and end.`,
		Example: `  lox tenant show ten_01hk240nm0et682tt61vxwr34z
  lox tenant show ten_01hk240nm0et682tt61vxwr34z --json | jq .used_percentage`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig()
			if err != nil {
				return err
			}
			return onTenant(cmd, args[0], func(ctx context.Context, db *database, id lox.TenantID) error {
				d, err := readDetails(ctx, db, id)
				if err != nil {
					return err
				}
				d.Limits = cfg.rateLimit
				if asJSON {
					return display.JSON(cmd.OutOrStdout(), d.out())
				}
				_, err = io.WriteString(cmd.OutOrStdout(), d.text(time.Now()))
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// tenantDetails is everything about a tenant.
type tenantDetails struct {
	Tenant  lox.Tenant
	Storage lox.Storage
	Keys    []lox.APIKey
	Limits  func(lox.Plan, lox.RateClass) lox.RateLimit
}

func readDetails(ctx context.Context, db *database, id lox.TenantID) (d tenantDetails, err error) {
	if d.Tenant, err = db.Tenant(ctx, id); err != nil {
		return d, err
	}
	if d.Storage, err = db.Storage(ctx, id); err != nil {
		return d, err
	}
	d.Keys, _, err = db.APIKeys(ctx, id, lox.MaxAPIKeys, 0)
	return d, err
}

// rateClasses are the classes by their names in the published document.
var rateClasses = []struct {
	name  lox.RateClass
	title string
}{{lox.RateAPICalls, "API calls"}, {lox.RateUploads, "Uploads"}, {lox.RateDownloads, "Downloads"}}

func (d tenantDetails) text(now time.Time) string {
	var text strings.Builder
	d.writeTenant(&text)
	d.writeSettings(&text)
	d.writeLimits(&text)
	d.writeKeys(&text, now)
	return text.String()
}

func (d tenantDetails) writeTenant(text *strings.Builder) {
	t, s := d.Tenant, d.Storage
	state := status(t)
	if t.SuspendedAt != nil {
		state += " since " + timestamp(*t.SuspendedAt)
	}
	quota := display.ExactSize(s.Quota)
	if t.QuotaOverride != nil {
		quota += ", instead of the plan's " + display.Size(t.Plan.QuotaBytes())
	}
	backups := humanize.Comma(s.Backups)
	if s.Oldest != nil && s.Newest != nil {
		backups += fmt.Sprintf(", from %s to %s", timestamp(*s.Oldest), timestamp(*s.Newest))
	}
	rows := [][]string{{"Tenant", t.ID.String()}, {"Name", display.Visible(t.Name)}}
	if t.ContactEmail != "" {
		rows = append(rows, []string{"Contact", display.Visible(t.ContactEmail)})
	}
	display.Columns(text, append(rows, [][]string{
		{"Plan", string(t.Plan)},
		{"Status", state},
		{"Created", timestamp(t.CreatedAt)},
		{},
		{"Quota", quota},
		{"Used", fmt.Sprintf("%s, %g %% of the quota", display.ExactSize(s.Used), s.UsedPercentage())},
		{"Reserved", display.ExactSize(s.Reserved) + " by uploads that are not complete"},
		{"Backups", backups},
	}...))
}

func (d tenantDetails) writeSettings(text *strings.Builder) {
	settings := d.Tenant.Settings
	if len(settings) == 0 {
		return
	}
	rows := make([][]string, 0, len(settings))
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		rows = append(rows, []string{"  " + display.Visible(key), display.Visible(settings[key])})
	}
	text.WriteString("\nSettings\n")
	display.Columns(text, rows)
}

func (d tenantDetails) writeLimits(text *strings.Builder) {
	rows := make([][]string, 0, len(rateClasses)+1)
	rows = append(rows, []string{"Limits", "per minute", "per hour"})
	for _, class := range rateClasses {
		limit := d.Limits(d.Tenant.Plan, class.name)
		rows = append(rows, []string{"  " + class.title, humanize.Comma(limit.PerMinute), humanize.Comma(limit.PerHour)})
	}
	text.WriteByte('\n')
	display.Columns(text, rows, 1, 2)
}

func (d tenantDetails) writeKeys(text *strings.Builder, now time.Time) {
	text.WriteString("\nAPI keys\n")
	if len(d.Keys) == 0 {
		text.WriteString("  none\n")
		return
	}
	rows := [][]string{{"  ID", "KEY", "NAME", "SCOPES", "CREATED", "LAST USED", "EXPIRES"}}
	for _, k := range d.Keys {
		rows = append(rows, []string{
			"  " + k.ID.String(), k.Prefix + "…" + k.Last4, display.Visible(k.Name), scopes(k.Scopes),
			timestamp(k.CreatedAt), timestampOr(k.LastUsedAt, "never"), expiry(k, now),
		})
	}
	display.Columns(text, rows)
}

func scopes(all lox.Scopes) string {
	if len(all) == 0 {
		return "everything"
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

func expiry(k lox.APIKey, now time.Time) string {
	text := timestampOr(k.ExpiresAt, "never")
	if k.Expired(now) {
		text += ", expired"
	}
	if k.ReplacedBy != nil {
		text += ", rotated to " + k.ReplacedBy.String()
	}
	return text
}

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func timestampOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return timestamp(*t)
}
