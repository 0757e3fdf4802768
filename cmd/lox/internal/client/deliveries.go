package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

const (
	// testWait is how long to wait for the first attempt to deliver a test event. testPoll is the pause
	// between two requests for its result.
	testWait = 30 * time.Second
	testPoll = time.Second
)

func (p *program) webhooksTestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test ID",
		Short: "Send a test event to a webhook and show the result",
		Long: `Send an event webhook.test to a webhook and wait up to 30 seconds for the
first attempt to deliver it. If that attempt fails, the command fails; the
server tries again later.`,
		Example: `  lox webhooks test whk_01hm6asqc0f7vtyybg4s0p9p1s`,
		Args:    args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindWebhook.check(args[0]); err != nil {
				return err
			}
			sent, _, err := read[api.Delivery](s.api.TestWebhook(ctx, args[0]))
			if err != nil {
				return kindWebhook.missing(args[0], err)
			}
			return s.awaitDelivery(ctx, args[0], sent.ID)
		}),
	}
	jsonFlag(cmd, "the delivery with its attempts")
	cmd.ValidArgsFunction = p.completeIDs(1, kindWebhook)
	return cmd
}

// awaitDelivery waits for the first attempt to deliver an event, and prints its result.
func (s *session) awaitDelivery(ctx context.Context, webhook, id string) error {
	for waited := time.Duration(0); ; waited += testPoll {
		d, raw, err := read[api.DeliveryDetails](s.api.GetWebhookDelivery(ctx, webhook, id))
		if err != nil {
			return err
		}
		attempted := len(d.AttemptLog) > 0 || d.Status != api.DeliveryStatusPending
		if !attempted && waited < testWait {
			if err := s.pause(ctx, testPoll); err != nil {
				return err
			}
			continue
		}
		if s.asJSON {
			if err := s.printJSON(raw); err != nil {
				return err
			}
		}
		switch {
		case !attempted:
			return fmt.Errorf("the event wasn't sent within %s. To look again: lox webhooks deliveries %s", testWait, webhook)
		case d.Status != api.DeliveryStatusSucceeded:
			return errors.New("the event wasn't delivered: " + attemptText(d))
		case s.asJSON || s.quiet:
			return nil
		}
		return s.print("Delivered: " + attemptText(d) + "\n")
	}
}

// attemptText describes the result of the first attempt.
func attemptText(d api.DeliveryDetails) string {
	if len(d.AttemptLog) == 0 {
		return display.Visible(d.Failure)
	}
	a := d.AttemptLog[0]
	if a.Error != "" {
		return fmt.Sprintf("%s, after %d ms", display.Visible(a.Error), a.LatencyMs)
	}
	return fmt.Sprintf("the receiver answered %d %s after %d ms", a.Status, http.StatusText(a.Status), a.LatencyMs)
}

func (p *program) deliveriesCommand() *cobra.Command {
	var (
		pages                       listFlags
		status, event, since, until string
	)
	cmd := &cobra.Command{
		Use:   "deliveries ID",
		Short: "List the deliveries to a webhook, newest first",
		Long: `List the deliveries of events to a webhook, newest first. Times are in UTC,
without the year: deliveries are kept for 30 days.`,
		Example: `  lox webhooks deliveries whk_01hm6asqc0f7vtyybg4s0p9p1s --status failed
  lox webhooks deliveries whk_01hm6asqc0f7vtyybg4s0p9p1s --json | jq .failure`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindWebhook.check(args[0]); err != nil {
				return err
			}
			limit, err := pages.check(s.cmd)
			if err != nil {
				return err
			}
			table := s.deliveryTable()
			more, err := s.list("deliveries", limit, func(at page) (*http.Response, error) {
				return s.api.ListWebhookDeliveries(ctx, args[0], &api.ListWebhookDeliveriesParams{
					Limit: &at.limit, Offset: &at.offset, Status: optional[api.DeliveryStatus](status), Event: optional[api.EventType](event),
					CreatedAfter: optional[string](since), CreatedBefore: optional[string](until),
				})
			}, table.show)
			if err != nil {
				return kindWebhook.missing(args[0], err)
			}
			s.noteRest(table.shown, more, "There are no such deliveries.")
			return nil
		}),
	}
	pages.add(cmd)
	cmd.Flags().StringVar(&status, "status", "", "only deliveries that are pending, succeeded or failed")
	cmd.Flags().StringVar(&event, "event", "", "only deliveries of events of this type, such as backup.failed")
	cmd.Flags().StringVar(&since, "since", "", "only deliveries from this day or time on")
	cmd.Flags().StringVar(&until, "until", "", "only deliveries to the end of this day, or before this time")
	jsonFlag(cmd, "each delivery on a line of its own")
	cmd.ValidArgsFunction = p.completeIDs(1, kindWebhook)
	_ = cmd.RegisterFlagCompletionFunc("status", words("pending", "succeeded", "failed"))
	_ = cmd.RegisterFlagCompletionFunc("event", words(eventTypes()...))
	return cmd
}

// dayTime is the format of a time in the last month.
const dayTime = "01-02 15:04:05"

func (s *session) deliveryTable() *table[api.Delivery] {
	const eventWidth = len("storage.quota_warning")
	return &table[api.Delivery]{
		session: s, columns: []column{{"ID", idWidth, false}, {"CREATED (UTC)", len(dayTime), false}, {"EVENT", eventWidth, false}, {head: "STATUS"}},
		row: func(d api.Delivery) ([]string, string) {
			texts := []string{d.ID, d.CreatedAt.UTC().Format(dayTime), display.Visible(string(d.Event)), display.Visible(string(d.Status))}
			if d.Status == api.DeliveryStatusSucceeded {
				return texts, ""
			}
			tried := "    " + count(int64(d.Attempts), "attempt")
			if !d.NextAttemptAt.IsZero() {
				tried += ", next " + d.NextAttemptAt.UTC().Format(dayTime)
			}
			if d.Failure != "" {
				tried += ": " + display.Visible(d.Failure)
			}
			return texts, tried + "\n"
		},
	}
}

func (p *program) redeliverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "redeliver ID DELIVERY",
		Short: "Send a delivery to a webhook again",
		Long:  "Send a delivery to a webhook again, such as one that has failed.",
		Example: `  lox webhooks redeliver whk_01hm6asqc0f7vtyybg4s0p9p1s \
    dlv_01hm6ceew0ef38d6j5p56t9yfw`,
		Args: args(2, 2),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := errors.Join(kindWebhook.check(args[0]), kindDelivery.check(args[1])); err != nil {
				return err
			}
			_, raw, err := read[api.Delivery](s.api.RedeliverWebhookDelivery(ctx, args[0], args[1]))
			switch {
			case err != nil:
				return kindDelivery.missing(args[1], err)
			case s.asJSON:
				return s.printJSON(raw)
			case s.quiet:
				return nil
			}
			return s.print(args[1] + " is sent again.\n")
		}),
	}
	jsonFlag(cmd, "the delivery")
	cmd.ValidArgsFunction = p.completeIDs(1, kindWebhook)
	return cmd
}

func (p *program) recoverCommand() *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "recover ID --since TIME",
		Short: "Send all failed deliveries to a webhook again",
		Long: `Send all deliveries to a webhook again that were created since a time and have
failed: after its receiver was down.`,
		Example: `  lox webhooks recover whk_01hm6asqc0f7vtyybg4s0p9p1s --since 2024-01-15`,
		Args:    args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindWebhook.check(args[0]); err != nil {
				return err
			}
			if since == "" {
				return usagef("since when? Set --since, such as --since 2024-01-15")
			}
			found, raw, err := read[api.RecoveredDeliveries](s.api.RecoverWebhook(ctx, args[0], api.RecoverWebhookRequest{Since: since}))
			switch {
			case err != nil:
				return kindWebhook.missing(args[0], err)
			case s.asJSON:
				return s.printJSON(raw)
			case s.quiet:
				return nil
			case found.Recovered == 0:
				return s.print("No delivery since then has failed.\n")
			case found.Recovered == 1:
				return s.print("1 delivery is sent again.\n")
			}
			return s.print(humanize.Comma(found.Recovered) + " deliveries are sent again.\n")
		}),
	}
	cmd.Flags().StringVar(&since, "since", "", "from this day or time on, such as 2024-01-15 or 2024-01-15T10:30:00Z")
	jsonFlag(cmd, "how many there are")
	cmd.ValidArgsFunction = p.completeIDs(1, kindWebhook)
	return cmd
}
