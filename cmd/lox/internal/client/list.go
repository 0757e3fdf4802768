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
		Long: `List backups, newest first. In the place of its size, a backup that isn't
completed has its status: pending, verifying or failed. Times are in UTC.
Names that a terminal has no room for are shortened in the middle; --json has
them whole.

A backup is shown if it fits all that is given. Names and metadata are compared
as they are, upper and lower case too, and no character stands for others.`,
		Example: `  lox ls --since 2024-01-15 --status completed
  lox ls --prefix app- --metadata host=db1
  lox ls --all --json | jq -r .id`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			limit, err := pages.check(s.cmd)
			if err != nil {
				return err
			}
			own, err := parseMetadata(metadata)
			if err != nil {
				return err
			}
			table := s.backupTable()
			more, err := s.list("backups", limit, func(at page) (*http.Response, error) {
				return s.api.ListBackups(ctx, &api.ListBackupsParams{
					Limit: &at.limit, Cursor: at.cursor, Status: optional[api.BackupStatus](status),
					CreatedAfter: optional[string](since), CreatedBefore: optional[string](until),
					Name: optional[string](name), NamePrefix: optional[string](prefix), Metadata: metadataFilter(own),
				})
			}, table.show)
			if err != nil {
				return err
			}
			s.tell(table.shown, more, "There are no such backups.")
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

// metadataFilter is a parameter of the API. An empty object would be one that is there.
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
	// leastName is how much of a name is shown, however narrow the terminal is.
	leastName = 12
)

func (s *session) backupTable() *table[api.Backup] {
	return &table[api.Backup]{
		session: s, columns: []column{{"ID", idWidth, false}, {"CREATED (UTC)", timeWidth, false}, {"SIZE", sizeWidth, true}, {head: "NAME"}},
		row: func(b api.Backup) ([]string, string) {
			size := display.Size(b.SizeBytes)
			if b.Status != api.BackupStatusCompleted {
				size = display.Visible(string(b.Status))
			}
			return []string{b.ID, minute(b.CreatedAt), size, s.fit(display.Visible(b.Name), idWidth+timeWidth+sizeWidth+6, leastName)}, ""
		},
	}
}

// fit shortens a text in the middle to what is left of a terminal's line, since names
// often differ at their ends.
func (s *session) fit(text string, taken, least int) string {
	room := max(s.wide-taken, least)
	if s.wide == 0 || runewidth.StringWidth(text) <= room {
		return text
	}
	const part, parts = 3, 5 // for the end, where dates stand
	for i := range text {
		if end := text[i:]; runewidth.StringWidth(end) <= room*part/parts {
			return runewidth.Truncate(text, room-runewidth.StringWidth(end), "…") + end
		}
	}
	return text
}
