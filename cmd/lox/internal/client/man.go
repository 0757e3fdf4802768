package client

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand returns a hidden command that writes the man pages of all commands, for those who build packages.
func manCommand(version string) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write man pages of all commands into a directory",
		Hidden: true,
		Args:   func(cmd *cobra.Command, given []string) error { return UsageError(args(1, 1)(cmd, given)) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			root.Long += "\n\n# EXIT CODES\n\n" + "```\n" + exitCodes + "```\n"
			for _, c := range root.Commands() {
				if c.GroupID == GroupID {
					addExitCodes(c)
				}
			}
			return doc.GenManTree(root, &doc.GenManHeader{Source: "lox " + version, Manual: "LOX"}, args[0])
		},
	}
}

func addExitCodes(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		addExitCodes(sub)
	}
	cmd.Long += "\n\n# EXIT CODES\n\nSee **lox(1)**."
}
