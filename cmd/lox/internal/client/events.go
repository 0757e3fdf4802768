package client

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) eventsCommand() *cobra.Command {
	var (
		pages                              listFlags
		kind, subject, actor, since, until string
	)
	cmd := &cobra.Command{
		Use:   "events",
		Short: "Show what was changed, when and by whom, newest first",
		Long: `Show what was changed, when and by whom, newest first. Times are in UTC. An
actor is an API key, with the address that its request came from, a command of
the operator's, or a job of LOX. The table shows only the beginning and the end
of each id; --json has whole ids, and the details of each event.`,
		Example: `  lox events --since 2024-01-01 --until 2024-01-31
  lox events --type backup.deleted --json | jq -r .data.name`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			limit, err := pages.check(s.cmd)
			if err != nil {
				return err
			}
			table := s.eventTable()
			more, err := s.list("events", limit, func(at page) (*http.Response, error) {
				return s.api.ListEvents(ctx, &api.ListEventsParams{
					Limit: &at.limit, Cursor: at.cursor, Type: optional[api.EventType](kind), Subject: optional[string](subject),
					Actor: optional[string](actor), CreatedAfter: optional[string](since), CreatedBefore: optional[string](until),
				})
			}, table.show)
			if err != nil {
				return err
			}
			s.noteRest(table.shown, more, "The record has no such events.")
			return nil
		}),
	}
	pages.add(cmd)
	cmd.Flags().StringVar(&kind, "type", "", "only events of this type, such as backup.deleted")
	cmd.Flags().StringVar(&subject, "subject", "", "only events about the backup, API key, webhook or tenant with this id")
	cmd.Flags().StringVar(&actor, "actor", "", `only events of the API key with this id, or of a command or job, such as "lox tenant suspend"`)
	cmd.Flags().StringVar(&since, "since", "", "only events from this day or time on, such as 2024-01-15 or 2024-01-15T10:30:00Z")
	cmd.Flags().StringVar(&until, "until", "", "only events to the end of this day, or before this time")
	jsonFlag(cmd, "each event on a line of its own")
	_ = cmd.RegisterFlagCompletionFunc("type", words(eventTypes()...))
	_ = cmd.RegisterFlagCompletionFunc("actor", p.completeIDs(0, kindKey))
	return cmd
}

func eventTypes() (names []string) {
	for _, t := range lox.RecordedEvents {
		names = append(names, string(t))
	}
	return names
}

func (s *session) eventTable() *table[api.RecordedEvent] {
	const (
		typeWidth    = len("webhook.secret_rotated")
		subjectWidth = len("bkp_1234")
	)
	return &table[api.RecordedEvent]{
		session: s,
		columns: []column{{"TIME (UTC)", len(time.DateTime), false}, {"TYPE", typeWidth, false}, {"SUBJECT", subjectWidth, false}, {head: "ACTOR, ADDRESS"}},
		row: func(e api.RecordedEvent) ([]string, string) {
			actor := strings.TrimRight(display.ShortID(e.Actor.ID)+" "+e.ClientAddress, " ")
			return []string{
				e.Timestamp.UTC().Format(time.DateTime), display.Visible(string(e.Type)), display.Visible(display.ShortID(e.Subject.ID)), display.Visible(actor),
			}, ""
		},
	}
}
