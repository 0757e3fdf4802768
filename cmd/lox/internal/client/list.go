package client

import (
	"context"
	"net/http"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) listCommand() *cobra.Command {
	var (
		pages                listFlags
		status, since, until string
		name, prefix         string
		metadata             []string
	)
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List backups, newest first",
		Long: `List backups, newest first. For a backup that isn't completed, the status is
shown instead of the size: pending, verifying or failed. Times are in UTC.
Names that are too long for the terminal are shortened in the middle; --json
has whole names.

A backup is shown if it matches all filters. Names and metadata must match
exactly, including upper and lower case; there are no wildcards.`,
		Example: `  lox ls --since 2024-01-15 --status completed
  lox ls --prefix app- --metadata host=db1
  lox ls --all --json | jq -r .id`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			limit, err := pages.check(s.cmd)
			if err != nil {
				return err
			}
			wanted, err := parseMetadata(metadata)
			if err != nil {
				return err
			}
			table := s.backupTable()
			more, err := s.list("backups", limit, func(at page) (*http.Response, error) {
				return s.api.ListBackups(ctx, &api.ListBackupsParams{
					Limit: &at.limit, Cursor: at.cursor, Status: optional[api.BackupStatus](status),
					CreatedAfter: optional[string](since), CreatedBefore: optional[string](until),
					Name: optional[string](name), NamePrefix: optional[string](prefix), Metadata: metadataFilter(wanted),
				})
			}, table.show)
			if err != nil {
				return err
			}
			s.noteRest(table.shown, more, "There are no such backups.")
			return nil
		}),
	}
	pages.add(cmd)
	cmd.Flags().StringVar(&status, "status", "", "only backups that are completed, pending, verifying or failed")
	cmd.Flags().StringVar(&since, "since", "", "only backups from this day or time on, such as 2024-01-15 or 2024-01-15T10:30:00Z")
	cmd.Flags().StringVar(&until, "until", "", "only backups to the end of this day, or before this time")
	cmd.Flags().StringVar(&name, "name", "", "only backups of exactly this name")
	cmd.Flags().StringVar(&prefix, "prefix", "", "only backups whose names begin with this")
	cmd.Flags().StringArrayVar(&metadata, "metadata", nil, "only backups with this key=value; may be repeated")
	jsonFlag(cmd, "each backup on a line of its own")
	_ = cmd.RegisterFlagCompletionFunc("status", words("completed", "pending", "verifying", "failed"))
	for _, flag := range []string{"name", "prefix", "metadata"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.NoFileCompletions)
	}
	return cmd
}

// metadataFilter returns the API's parameter, nil for no filter: an empty object would be sent as a parameter.
func metadataFilter(wanted map[string]string) *api.MetadataFilter {
	if len(wanted) == 0 {
		return nil
	}
	filter := api.MetadataFilter(wanted)
	return &filter
}

const (
	idWidth   = 30
	timeWidth = len("2006-01-02 15:04")
	sizeWidth = len("verifying")
	// minNameWidth is how many columns a name gets at least, however narrow the terminal is.
	minNameWidth = 12
)

func (s *session) backupTable() *table[api.Backup] {
	return &table[api.Backup]{
		session: s, columns: []column{{"ID", idWidth, false}, {"CREATED (UTC)", timeWidth, false}, {"SIZE", sizeWidth, true}, {head: "NAME"}},
		row: func(b api.Backup) ([]string, string) {
			size := display.Size(b.SizeBytes)
			if b.Status != api.BackupStatusCompleted {
				size = display.Visible(string(b.Status))
			}
			return []string{b.ID, minute(b.CreatedAt), size, s.fit(display.Visible(b.Name), idWidth+timeWidth+sizeWidth+6, minNameWidth)}, ""
		},
	}
}

// fit shortens a text to the columns that are left of the terminal's line after taken, but not to fewer than least. It
// cuts the middle, because names often differ at their ends.
func (s *session) fit(text string, taken, least int) string {
	columns := max(s.lineWidth-taken, least)
	if s.lineWidth == 0 || runewidth.StringWidth(text) <= columns {
		return text
	}
	const part, parts = 3, 5 // the share of the end, which often is a date
	for i := range text {
		if end := text[i:]; runewidth.StringWidth(end) <= columns*part/parts {
			return runewidth.Truncate(text, columns-runewidth.StringWidth(end), "…") + end
		}
	}
	return text
}
