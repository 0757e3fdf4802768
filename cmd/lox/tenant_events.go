package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/server"
)

// eventFlags are the filters of the record as the operator writes them.
type eventFlags struct {
	kind, subject, actor, since, until string

	limit int
}

func tenantEventsCommand() *cobra.Command {
	var (
		flags  eventFlags
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "events ID",
		Short: "Show what was changed of a tenant, when and by whom, newest first",
		Long: `Show what was changed of a tenant, when and by whom, newest first, also of a
tenant that is deleted. Times are in UTC. An actor is an API key, with the address
that its request came from, a command of the operator's, or a job of LOX. Of ids the
table has the beginning and the end; --json has all of them, and what happened.`,
		Example: `  lox tenant events ten_01hk240nm0et682tt61vxwr34z --since 2024-01-01 --until 2024-01-31
  lox tenant events ten_01hk240nm0et682tt61vxwr34z --type backup.deleted --limit 20
  lox tenant events ten_01hk240nm0et682tt61vxwr34z --json | jq -r '.events[].data.name'`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseTenantID(args[0])
			if err != nil {
				return err
			}
			query, err := flags.query()
			if err != nil {
				return err
			}
			return onTenants(cmd, func(ctx context.Context, _ config, db *database) error {
				events, more, err := readEvents(ctx, db, id, query)
				if err != nil {
					return err
				}
				return printEvents(cmd.OutOrStdout(), id, events, more, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&flags.kind, "type", "", "only events of this type, such as backup.deleted")
	cmd.Flags().StringVar(&flags.subject, "subject", "", "only events about the backup, API key, webhook or tenant with this id")
	cmd.Flags().StringVar(&flags.actor, "actor", "", `only events of the API key with this id, or of a command or job, such as "lox tenant suspend"`)
	cmd.Flags().StringVar(&flags.since, "since", "", "only events from this day or time on, such as 2024-01-15 or 2024-01-15T10:30:00Z")
	cmd.Flags().StringVar(&flags.until, "until", "", "only events to the end of this day, or before this time")
	cmd.Flags().IntVar(&flags.limit, "limit", defaultEvents, "how many events to show at most")
	cmd.Flags().BoolVar(&asJSON, "json", false, `print JSON: {"events": […], "more": whether there are more than --limit}`)
	return cmd
}

const (
	// defaultEvents is how many events are shown by default.
	defaultEvents = 100
	// eventsRead is how many events are read per query.
	eventsRead = 100
)

func (f eventFlags) query() (q lox.EventQuery, err error) {
	if f.kind != "" {
		if q.Type, err = lox.ParseEventType(f.kind); err != nil {
			return q, fmt.Errorf("--type: %w", err)
		}
	}
	if f.subject != "" {
		if q.Subject, err = lox.ParseSubject(f.subject); err != nil {
			return q, fmt.Errorf("--subject: %w", err)
		}
	}
	if f.actor != "" {
		if q.Actor, err = lox.ParseActorID(f.actor); err != nil {
			return q, fmt.Errorf("--actor: %w", err)
		}
	}
	if q.Limit = f.limit; q.Limit < 1 {
		return q, fmt.Errorf("--limit %d: want a positive number", f.limit)
	}
	since, ok := lox.TimeBound(f.since, 0)
	if !ok {
		return q, notATime("--since", f.since)
	}
	until, ok := lox.TimeBound(f.until, lox.Day)
	if !ok {
		return q, notATime("--until", f.until)
	}
	if since != nil && until != nil && !since.Before(*until) {
		return q, fmt.Errorf("--since %s: want a time before --until %s", f.since, f.until)
	}
	q.From, q.To = lox.CreationBound(since), lox.CreationBound(until)
	return q, nil
}

func notATime(flag, value string) error {
	return fmt.Errorf("%s %q: want a date such as 2024-01-15 or an RFC 3339 timestamp such as 2024-01-15T10:30:00Z", flag, value)
}

// readEvents reads up to the query's limit of events, and reports whether there are more.
func readEvents(ctx context.Context, db server.EventStore, id lox.TenantID, q lox.EventQuery) (all []lox.Event, more bool, err error) {
	// One more than is shown tells whether there are more: a page that isn't the
	// last one may be followed by an empty one.
	wanted := q.Limit + 1
	for {
		q.Limit = min(wanted-len(all), eventsRead)
		page, err := db.Events(ctx, id, q)
		if err != nil {
			return nil, false, err
		}
		all = append(all, page.Events...)
		if len(all) >= wanted {
			return all[:wanted-1], true, nil
		}
		if page.Next == nil {
			return all, false, nil
		}
		q.After = *page.Next
	}
}

// eventJSON is an event as the API shows it.
type eventJSON struct {
	ID            lox.EventID     `json:"id"`
	Type          lox.EventType   `json:"type"`
	Timestamp     time.Time       `json:"timestamp"`
	Actor         actorJSON       `json:"actor"`
	Subject       subjectJSON     `json:"subject"`
	RequestID     string          `json:"request_id,omitempty"`
	ClientAddress string          `json:"client_address,omitempty"`
	Data          json.RawMessage `json:"data"`
}

type actorJSON struct {
	Type lox.ActorType `json:"type"`
	ID   string        `json:"id"`
}

type subjectJSON struct {
	Type string      `json:"type"`
	ID   lox.Subject `json:"id"`
}

func newEventJSON(e lox.Event) (eventJSON, error) {
	data, err := e.Data()
	return eventJSON{
		ID: e.ID, Type: e.Type, Timestamp: e.At.UTC(), Actor: actorJSON{e.Actor.Type, e.Actor.ID},
		Subject: subjectJSON{e.Subject.Type(), e.Subject}, RequestID: e.Actor.RequestID, ClientAddress: clientAddress(e), Data: data,
	}, err
}

func clientAddress(e lox.Event) string {
	if !e.Actor.Address.IsValid() {
		return ""
	}
	return e.Actor.Address.String()
}

func printEvents(w io.Writer, id lox.TenantID, events []lox.Event, more, asJSON bool) error {
	if asJSON {
		out := make([]eventJSON, 0, len(events)) // not nil, which would be null
		for _, e := range events {
			shown, err := newEventJSON(e)
			if err != nil {
				return err
			}
			out = append(out, shown)
		}
		return display.JSON(w, map[string]any{"events": out, "more": more})
	}
	var text strings.Builder
	if len(events) == 0 {
		fmt.Fprintf(&text, "The record has no such events of the tenant %s.\n", id)
	} else {
		rows := [][]string{{"TIME (UTC)", "TYPE", "SUBJECT", "ACTOR, ADDRESS"}}
		for _, e := range events {
			actor := strings.TrimRight(display.ShortID(e.Actor.ID)+" "+clientAddress(e), " ")
			rows = append(rows, []string{e.At.UTC().Format(time.DateTime), string(e.Type), display.ShortID(e.Subject.String()), display.Visible(actor)})
		}
		display.Columns(&text, rows)
	}
	if more {
		text.WriteString("\nThere are more. --limit shows more of them, --until those before a time.\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}
