// Command go runs the samples of Go, each after those whose results it needs. They store backup.tar.gz of the current
// folder. The environment must have LOX_URL, LOX_API_KEY and WEBHOOK_URL, at which a receiver accepts events.
//
// What stands between "sample NAME" and "end sample" is in the document (openapi/publish/samples.go).
package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/backlox/lox/gen/client"
)

// Results of samples that later samples use.
var backupID, largeID, keyID, webhookID, deliveryID, eventID string

var webhookURL = os.Getenv("WEBHOOK_URL")

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		cancel()
		os.Exit(1) //nolint:gocritic // cancel was called
	}
}

func run(ctx context.Context) error {
	// sample client
	authenticate := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("LOX_API_KEY"))
		return nil
	}
	url := cmp.Or(os.Getenv("LOX_URL"), "https://backlox.com/api")
	lox, err := client.NewClientWithResponses(url, client.WithRequestEditorFn(authenticate))
	if err != nil {
		return err
	}
	// end sample
	for _, sample := range []func(context.Context, *client.ClientWithResponses) error{
		createBackup, renewUploadURL, createPartUploads, listParts, completeBackup, listBackups, getBackup, getBackupDownload,
		getStorage, getStorageStats,
		getTenant, updateTenant, createAPIKey, listAPIKeys, rotateAPIKey, revokeAPIKey,
		createWebhook, listWebhooks, getWebhook, updateWebhook,
		testWebhook, delivered, listWebhookDeliveries, getWebhookDelivery, redeliverWebhookDelivery, recoverWebhook,
		rotateWebhookSecret, deleteWebhook,
		listEvents, getEvent,
		deleteBackup, checkError,
	} {
		if err := sample(ctx, lox); err != nil {
			return err
		}
	}
	return nil
}

// checkError is no sample: an error must be read as one, whatever a later version
// adds to it.
func checkError(ctx context.Context, lox *client.ClientWithResponses) error {
	deleted, err := lox.GetBackupWithResponse(ctx, backupID)
	if err != nil {
		return err
	}
	if deleted.JSON404 == nil || !strings.HasPrefix(string(deleted.JSON404.Error.Code), "backup_not_found") {
		return fmt.Errorf("getBackup of a deleted one: %d %s", deleted.StatusCode(), deleted.Body)
	}
	return nil
}
