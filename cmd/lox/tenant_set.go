package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
)

func tenantSetPlanCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "set-plan ID PLAN",
		Short: "Change the plan of a tenant",
		Long: `Change the plan of a tenant: free, solo, pro, business or enterprise. Its rate
limits hold from the next request on, its quota at once, unless the tenant has a
quota of its own. Nothing that is stored is touched.`,
		Example: `  lox tenant set-plan ten_01hk240nm0et682tt61vxwr34z pro`,
		Args:    exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeTenant(cmd, args[0], func() (func(*lox.Tenant), error) {
				plan, err := lox.ParsePlan(args[1])
				return func(t *lox.Tenant) { t.Plan = plan }, err
			})
		},
	}
}

func tenantSetQuotaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set-quota ID QUOTA|default",
		Short: "Give a tenant a storage quota of its own, or the plan's again",
		Long: `Give a tenant a storage quota of its own, in bytes or with a unit: KB, MB, GB,
TB and PB count in thousands, KiB, MiB, GiB, TiB and PiB in 1024s. With "default"
it has the plan's again. A quota may be less than what is stored: nothing is
deleted then, but nothing more comes in.`,
		Example: `  lox tenant set-quota ten_01hk240nm0et682tt61vxwr34z 1.5TiB
  lox tenant set-quota ten_01hk240nm0et682tt61vxwr34z 5368709120
  lox tenant set-quota ten_01hk240nm0et682tt61vxwr34z default`,
		Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeTenant(cmd, args[0], func() (func(*lox.Tenant), error) {
				var quota quotaValue
				err := quota.Set(args[1])
				return func(t *lox.Tenant) { t.QuotaOverride = quota.bytes }, err
			})
		},
	}
	// A negative quota looks like a flag, so it gives a flag error.
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if flag, ok := errors.AsType[*pflag.NotExistError](err); ok && strings.Trim(flag.GetSpecifiedName(), "0123456789.") == "" {
			_, err = display.ParseSize("-" + flag.GetSpecifiedShortnames())
		}
		return err
	})
	return cmd
}

// changeTenant changes the settings that an operator may change, and prints the old and the new values.
func changeTenant(cmd *cobra.Command, id string, parse func() (func(*lox.Tenant), error)) error {
	change, err := parse()
	if err != nil {
		return err
	}
	return onTenant(cmd, id, func(ctx context.Context, db *database, id lox.TenantID) error {
		var was lox.Tenant
		is, err := db.UpdateTenant(ctx, id, time.Now(), lox.Operator(cmd.CommandPath()), func(t *lox.Tenant) error {
			was = *t
			change(t)
			return t.CheckChange(was)
		})
		if err != nil {
			return plainly(err)
		}
		stored, err := db.Storage(ctx, id)
		if err != nil {
			return err
		}
		_, err = io.WriteString(cmd.OutOrStdout(), changeText(was, is, stored.Usage))
		return err
	})
}

func changeText(was, is lox.Tenant, u lox.Usage) string {
	var text strings.Builder
	display.Columns(&text, [][]string{
		{"Tenant", is.ID.String()},
		{"Name", display.Visible(is.Name)},
		{"Plan", fromTo(string(was.Plan), string(is.Plan))},
		{"Quota", fromTo(quotaText(was), quotaText(is))},
	})
	if taken := u.Used + u.Reserved; taken > u.Quota {
		text.WriteString("\n" + display.ExactSize(taken) + " are stored or reserved already, more than the quota:\n" +
			"new backups are refused until enough of them is deleted.\n")
	}
	return text.String()
}

func fromTo(was, is string) string {
	if was == is {
		return is + " (as before)"
	}
	return was + " → " + is
}

func quotaText(t lox.Tenant) string {
	if t.QuotaOverride != nil {
		return display.ExactSize(t.Quota()) + ", its own"
	}
	return display.ExactSize(t.Quota()) + ", the plan's"
}
