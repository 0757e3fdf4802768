package client

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) webhooksCommand() *cobra.Command {
	return group(&cobra.Command{
		Use:   "webhooks",
		Short: "Manage webhooks, and see what was delivered to them",
		Long: `Manage webhooks: URLs to which LOX sends events, such as a completed backup.
See what was delivered to them, and have failed deliveries sent again.`,
	}, p.webhooksListCommand(), p.webhooksCreateCommand(), p.webhooksRemoveCommand(), p.webhooksSwitchCommand(true), p.webhooksSwitchCommand(false),
		p.webhooksTestCommand(), p.deliveriesCommand(), p.redeliverCommand(), p.recoverCommand())
}

func (p *program) webhooksListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List webhooks",
		Long: `List webhooks with their address, the events that they get, and whether they
fail. Times are in UTC.`,
		Example: `  lox webhooks ls
  lox webhooks ls --json | jq -r 'select(.enabled | not) | .id'`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			shown := 0
			_, err := s.list("webhooks", 0, func(at page) (*http.Response, error) {
				return s.api.ListWebhooks(ctx, &api.ListWebhooksParams{Limit: &at.limit, Offset: &at.offset})
			}, func(items []json.RawMessage) error {
				shown += len(items)
				return s.showWebhooks(items)
			})
			if err == nil {
				s.noteRest(shown, false, "There are no webhooks. To create one: lox webhooks create URL")
			}
			return err
		}),
	}
	jsonFlag(cmd, "each webhook on a line of its own")
	return cmd
}

// showWebhooks prints a few lines for each webhook: a single line would be too long for a terminal.
func (s *session) showWebhooks(items []json.RawMessage) error {
	if s.asJSON {
		return s.printJSON(items...)
	}
	var text strings.Builder
	for _, raw := range items {
		var w api.Webhook
		if err := json.Unmarshal(raw, &w); err != nil {
			return err
		}
		state := "enabled"
		if !w.Enabled {
			state = strings.TrimSuffix("disabled: "+display.Visible(w.DisabledReason), ": ")
		}
		text.WriteString(w.ID + "  " + state + "\n    " + display.Visible(w.URL) + "\n")
		if w.Description != "" {
			text.WriteString("    " + display.Visible(w.Description) + "\n")
		}
		text.WriteString("    events: " + events(w.Events) + "\n    created " + minute(w.CreatedAt))
		if !w.FailingSince.IsZero() {
			text.WriteString(", failing since " + minute(w.FailingSince))
		}
		text.WriteByte('\n')
	}
	return s.print(text.String())
}

func events(all []api.EventType) string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = display.Visible(string(e))
	}
	return strings.Join(names, " ")
}

func (p *program) webhooksCreateCommand() *cobra.Command {
	var (
		asked       []string
		description string
		disabled    bool
	)
	cmd := &cobra.Command{
		Use:   "create URL",
		Short: "Create a webhook, whose secret is shown this once",
		Long: `Create a webhook, whose secret is shown this once: with it, the receiver
verifies that events come from LOX. With --quiet the secret alone is printed.`,
		Example: `  lox webhooks create https://example.com/hooks/lox
  lox webhooks create https://example.com/hooks/lox --event backup.failed`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			request := api.CreateWebhookRequest{URL: args[0], Description: description, Enabled: new(!disabled)}
			for _, e := range asked {
				request.Events = append(request.Events, api.SubscribableEventType(e))
			}
			w, raw, err := read[api.CreatedWebhook](s.api.CreateWebhook(ctx, request))
			switch {
			case err != nil:
				return err
			case s.asJSON:
				return s.printJSON(raw)
			case s.quiet:
				return s.print(w.Secret + "\n")
			}
			return s.print(columns(
				[]string{"ID", w.ID}, []string{"URL", display.Visible(w.URL)}, []string{"Description", display.Visible(w.Description)},
				[]string{"Events", events(w.Events)}, []string{"Secret", w.Secret},
			) + "\nThe secret is shown this once. The receiver needs it.\n")
		}),
	}
	cmd.Flags().StringSliceVar(&asked, "event", nil, "an event that it gets; may be repeated (default backup.completed and backup.failed)")
	cmd.Flags().StringVar(&description, "description", "", "what it is for")
	cmd.Flags().BoolVar(&disabled, "disabled", false, "send nothing to it until it is enabled")
	jsonFlag(cmd, "the webhook")
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	_ = cmd.RegisterFlagCompletionFunc("event", words("backup.completed", "backup.failed", "backup.created", "backup.deleted",
		"storage.quota_warning", "api_key.created", "api_key.revoked", "webhook.disabled"))
	return cmd
}

func (p *program) webhooksRemoveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rm ID...",
		Short: "Delete webhooks with their deliveries",
		Long: `Delete webhooks with their deliveries. At a terminal it shows which and asks;
elsewhere it needs --yes.`,
		Example: `  lox webhooks rm whk_01hm6asqc0f7vtyybg4s0p9p1s`,
		Args:    args(1, 0),
		RunE: p.run(func(ctx context.Context, s *session, ids []string) error {
			return s.destroy(ctx, destruction{
				kind: kindWebhook, ids: ids, verb: "Delete", done: "Deleted",
				about: func(ctx context.Context, id string) (string, error) {
					w, _, err := read[api.Webhook](s.api.GetWebhook(ctx, id))
					return id + "  " + display.Visible(w.URL), err
				},
				do: func(id string) (*http.Response, error) { return s.api.DeleteWebhook(ctx, id) },
			})
		}),
	}
	yesFlag(cmd)
	jsonFlag(cmd, "what was deleted, each on a line of its own")
	cmd.ValidArgsFunction = p.completeIDs(0, kindWebhook)
	return cmd
}

func (p *program) webhooksSwitchCommand(on bool) *cobra.Command {
	use, done := "enable", "Enabled"
	short := "Send events to a webhook again that was disabled"
	if !on {
		use, done, short = "disable", "Disabled", "Send nothing to a webhook until it is enabled"
	}
	cmd := &cobra.Command{
		Use:     use + " ID",
		Short:   short,
		Long:    short + ".",
		Example: "  lox webhooks " + use + " whk_01hm6asqc0f7vtyybg4s0p9p1s",
		Args:    args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindWebhook.check(args[0]); err != nil {
				return err
			}
			_, raw, err := read[api.Webhook](s.api.UpdateWebhook(ctx, args[0], api.UpdateWebhookRequest{Enabled: &on}))
			switch {
			case err != nil:
				return kindWebhook.missing(args[0], err)
			case s.asJSON:
				return s.printJSON(raw)
			case s.quiet:
				return nil
			}
			return s.print(done + " " + args[0] + "\n")
		}),
	}
	jsonFlag(cmd, "the webhook")
	cmd.ValidArgsFunction = p.completeIDs(1, kindWebhook)
	return cmd
}
