package main

import (
	"context"
	"fmt"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/backlox/lox/gen/client"
)

func createWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample createWebhook
	created, err := lox.CreateWebhookWithResponse(ctx, client.CreateWebhookRequest{
		URL: webhookURL,
		Events: []client.SubscribableEventType{
			client.EventTypeBackupCompleted, client.EventTypeBackupFailed,
		},
	})
	if err != nil {
		return err
	}
	if created.JSON201 == nil {
		return fmt.Errorf("createWebhook: %s", created.Body)
	}
	fmt.Println(created.JSON201.Secret) // verifies signatures; it is shown only once
	// end sample
	webhookID = created.JSON201.ID
	return nil
}

func listWebhooks(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listWebhooks
	page, err := lox.ListWebhooksWithResponse(ctx, &client.ListWebhooksParams{Limit: new(50)})
	if err != nil {
		return err
	}
	if page.JSON200 == nil {
		return fmt.Errorf("listWebhooks: %s", page.Body)
	}
	for _, webhook := range page.JSON200.Webhooks {
		fmt.Println(webhook.ID, webhook.URL, webhook.Enabled)
	}
	// end sample
	return nil
}

func getWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getWebhook
	webhook, err := lox.GetWebhookWithResponse(ctx, webhookID)
	if err != nil {
		return err
	}
	if webhook.JSON200 == nil {
		return fmt.Errorf("getWebhook: %s", webhook.Body)
	}
	fmt.Println(webhook.JSON200.URL, webhook.JSON200.Events, webhook.JSON200.Enabled)
	// end sample
	return nil
}

func updateWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample updateWebhook
	webhook, err := lox.UpdateWebhookWithResponse(ctx, webhookID, client.UpdateWebhookRequest{
		Description: nullable.NewNullableWithValue("Pager of the operators"),
		Events: []client.SubscribableEventType{
			client.EventTypeBackupFailed, client.EventTypeStorageQuotaWarning,
		},
	})
	if err != nil {
		return err
	}
	if webhook.JSON200 == nil {
		return fmt.Errorf("updateWebhook: %s", webhook.Body)
	}
	fmt.Println(webhook.JSON200.Description, webhook.JSON200.Events)
	// end sample
	return nil
}

func testWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample testWebhook
	delivery, err := lox.TestWebhookWithResponse(ctx, webhookID)
	if err != nil {
		return err
	}
	if delivery.JSON202 == nil {
		return fmt.Errorf("testWebhook: %s", delivery.Body)
	}
	fmt.Println(delivery.JSON202.ID, delivery.JSON202.Status)
	// end sample
	deliveryID, eventID = delivery.JSON202.ID, delivery.JSON202.EventID
	return nil
}

// delivered waits until the delivery is over: one that is still on its way can't be sent again.
func delivered(ctx context.Context, lox *client.ClientWithResponses) error {
	for {
		delivery, err := lox.GetWebhookDeliveryWithResponse(ctx, webhookID, deliveryID)
		if err != nil {
			return err
		}
		if delivery.JSON200 == nil {
			return fmt.Errorf("getWebhookDelivery: %s", delivery.Body)
		}
		if !delivery.JSON200.CompletedAt.IsZero() {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func listWebhookDeliveries(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listWebhookDeliveries
	page, err := lox.ListWebhookDeliveriesWithResponse(ctx, webhookID,
		&client.ListWebhookDeliveriesParams{
			Event:        new(client.EventTypeWebhookTest),
			CreatedAfter: new("2024-01-15"),
		})
	if err != nil {
		return err
	}
	if page.JSON200 == nil {
		return fmt.Errorf("listWebhookDeliveries: %s", page.Body)
	}
	for _, delivery := range page.JSON200.Deliveries {
		fmt.Println(delivery.ID, delivery.Event, delivery.Status, delivery.Attempts)
	}
	// end sample
	return nil
}

func getWebhookDelivery(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getWebhookDelivery
	delivery, err := lox.GetWebhookDeliveryWithResponse(ctx, webhookID, deliveryID)
	if err != nil {
		return err
	}
	if delivery.JSON200 == nil {
		return fmt.Errorf("getWebhookDelivery: %s", delivery.Body)
	}
	for _, attempt := range delivery.JSON200.AttemptLog {
		fmt.Println(attempt.At, attempt.Status, attempt.Error)
	}
	// end sample
	return nil
}

func redeliverWebhookDelivery(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample redeliverWebhookDelivery
	delivery, err := lox.RedeliverWebhookDeliveryWithResponse(ctx, webhookID, deliveryID)
	if err != nil {
		return err
	}
	if delivery.JSON202 == nil {
		return fmt.Errorf("redeliverWebhookDelivery: %s", delivery.Body)
	}
	fmt.Println(delivery.JSON202.Status, delivery.JSON202.NextAttemptAt)
	// end sample
	return nil
}

func recoverWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample recoverWebhook
	recovered, err := lox.RecoverWebhookWithResponse(ctx, webhookID, client.RecoverWebhookRequest{
		Since: "2024-01-15",
	})
	if err != nil {
		return err
	}
	if recovered.JSON200 == nil {
		return fmt.Errorf("recoverWebhook: %s", recovered.Body)
	}
	fmt.Println(recovered.JSON200.Recovered, "deliveries are sent again")
	// end sample
	return nil
}

func rotateWebhookSecret(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample rotateWebhookSecret
	// The old secret goes on to sign for an hour, beside the new one.
	rotated, err := lox.RotateWebhookSecretWithResponse(ctx, webhookID, client.RotateWebhookSecretRequest{
		OverlapSeconds: new(3600),
	})
	if err != nil {
		return err
	}
	if rotated.JSON200 == nil {
		return fmt.Errorf("rotateWebhookSecret: %s", rotated.Body)
	}
	fmt.Println(rotated.JSON200.Secret) // keep it: it is shown only once
	// end sample
	return nil
}

func deleteWebhook(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample deleteWebhook
	deleted, err := lox.DeleteWebhookWithResponse(ctx, webhookID)
	if err != nil {
		return err
	}
	if deleted.JSON200 == nil {
		return fmt.Errorf("deleteWebhook: %s", deleted.Body)
	}
	fmt.Println("deleted", deleted.JSON200.ID)
	// end sample
	return nil
}
