package client

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a backup",
		Long: `Show a backup: its status, size and checksum, when it was made, and its
metadata.`,
		Example: `  lox show bkp_01hk240nm0et682tt61vxwr34z
  lox show bkp_01hk240nm0et682tt61vxwr34z --json | jq -r .checksum`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindBackup.check(args[0]); err != nil {
				return err
			}
			b, raw, err := read[api.Backup](s.api.GetBackup(ctx, args[0]))
			if err != nil {
				return kindBackup.missing(args[0], err)
			}
			if s.asJSON {
				return s.printJSON(raw)
			}
			return s.print(backupText(b, s.now()))
		}),
	}
	jsonFlag(cmd, "the backup")
	cmd.ValidArgsFunction = p.completeIDs(1, kindBackup)
	return cmd
}

func backupText(b api.Backup, now time.Time) string {
	kind, sum := "Checksum", b.Checksum
	if digits, ok := strings.CutPrefix(sum, "sha256:"); ok {
		kind, sum = "SHA-256", digits // with the prefix, the line would be longer than 80 columns
	}
	text := columns(
		[]string{"Backup", b.ID},
		[]string{"Name", display.Visible(b.Name)},
		[]string{"Status", display.Visible(string(b.Status))},
		[]string{"Error", display.Visible(b.Error)},
		[]string{"Size", display.ExactSize(b.SizeBytes)},
		[]string{"Type", display.Visible(b.ContentType)},
		[]string{kind, sum},
		[]string{"Created", timestampAgo(b.CreatedAt, now)},
		[]string{"Completed", timestampAgo(b.CompletedAt, now)},
		[]string{"Upload until", timestampAgo(b.UploadExpiresAt, now)},
	)
	if len(b.Metadata) == 0 {
		return text
	}
	var rows [][]string
	for _, key := range slices.Sorted(maps.Keys(b.Metadata)) {
		rows = append(rows, []string{"  " + display.Visible(key), display.Visible(b.Metadata[key])})
	}
	var metadata strings.Builder
	display.Columns(&metadata, rows)
	return text + "\nMetadata\n" + metadata.String()
}

// timestampAgo returns a time and how long ago it was, "" for the zero time.
func timestampAgo(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return timestamp(t) + ", " + ago(t, now)
}
