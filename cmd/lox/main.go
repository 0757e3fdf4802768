// Command lox is LOX: the server, the commands for its operator, and the commands for users of the API.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/client"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "lox:", err)
		os.Exit(client.ExitCode(err))
	}
}

// operatorGroup groups the commands of the server and its operator in the help.
const operatorGroup = "operator"

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "lox",
		Short: "A self-hostable, multi-tenant backup-storage API",
		Long: `A self-hostable, multi-tenant backup-storage API: its server, its client, and
the commands of its operator.`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noSuchCommand,
		// This is cobra's value for commands without a function for Args.
		SuggestionsMinimumDistance: 2,

		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return client.UsageError(err) })
	root.AddGroup(
		&cobra.Group{ID: client.GroupID, Title: "Backups, API keys and webhooks, through the API of a server:"},
		&cobra.Group{ID: operatorGroup, Title: "The server and its operator:"},
	)
	for _, cmd := range []*cobra.Command{
		serveCommand(), tenantCommand(), migrateCommand(), rekeyCommand(), doctorCommand(), backupCommand(), restoreCommand(),
	} {
		cmd.GroupID = operatorGroup
		// Usage errors of these commands end with status 1, like all their errors: scripts rely on that.
		cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return err })
		root.AddCommand(cmd)
	}
	root.AddCommand(client.Commands(client.Options{Version: version, Embedded: embeddedServer, CheckEnvironment: checkNames})...)
	return root
}

// noSuchCommand refuses an unknown command, and suggests similar ones.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += ": did you mean " + strings.Join(near, " or ") + "?"
	}
	return client.UsageError(fmt.Errorf("%s", text))
}
