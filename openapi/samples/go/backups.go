package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/backlox/lox/gen/client"
)

func createBackup(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample createBackup
	file, err := os.Open("backup.tar.gz")
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}

	created, err := lox.CreateBackupWithResponse(ctx,
		&client.CreateBackupParams{IdempotencyKey: new(rand.Text())},
		client.CreateBackupRequest{
			Name:        "daily-backup",
			SizeBytes:   info.Size(),
			ContentType: "application/gzip",
		})
	if err != nil {
		return err
	}
	if created.JSON201 == nil {
		return fmt.Errorf("createBackup: %s", created.Body)
	}
	upload := created.JSON201

	put, err := http.NewRequestWithContext(ctx, http.MethodPut, upload.UploadURL, file)
	if err != nil {
		return err
	}
	put.ContentLength = info.Size()
	for name, value := range upload.UploadHeaders {
		put.Header.Set(name, value)
	}
	stored, err := http.DefaultClient.Do(put)
	if err != nil {
		return err
	}
	defer stored.Body.Close()
	if stored.StatusCode != http.StatusOK {
		return fmt.Errorf("the upload was answered with %s", stored.Status)
	}
	fmt.Println(upload.ID)
	// end sample
	backupID = upload.ID
	return nil
}

// renewUploadURL is for a backup that still waits for its file.
func renewUploadURL(ctx context.Context, lox *client.ClientWithResponses) error {
	created, err := lox.CreateBackupWithResponse(ctx, nil, client.CreateBackupRequest{Name: "hourly-backup", SizeBytes: 1})
	if err != nil {
		return err
	}
	if created.JSON201 == nil {
		return fmt.Errorf("createBackup: %s", created.Body)
	}
	pendingID := created.JSON201.ID
	// sample renewUploadUrl
	renewed, err := lox.RenewUploadURLWithResponse(ctx, pendingID)
	if err != nil {
		return err
	}
	if renewed.JSON200 == nil {
		return fmt.Errorf("renewUploadUrl: %s", renewed.Body)
	}
	fmt.Println("upload to", renewed.JSON200.UploadURL, "by", renewed.JSON200.UploadExpiresAt)
	// end sample
	return nil
}

// createPartUploads and listParts are for a backup that is uploaded in parts.
func createPartUploads(ctx context.Context, lox *client.ClientWithResponses) error {
	created, err := lox.CreateBackupWithResponse(ctx, nil, client.CreateBackupRequest{Name: "large-backup", SizeBytes: 10 << 20, Multipart: new(true)})
	if err != nil {
		return err
	}
	if created.JSON201 == nil {
		return fmt.Errorf("createBackup: %s", created.Body)
	}
	largeID = created.JSON201.ID
	// sample createPartUploads
	urls, err := lox.CreatePartUploadsWithResponse(ctx, largeID, client.CreatePartUploadsRequest{
		Parts: []client.RequestedPart{{PartNumber: 1}, {PartNumber: 2}},
	})
	if err != nil {
		return err
	}
	if urls.JSON200 == nil {
		return fmt.Errorf("createPartUploads: %s", urls.Body)
	}
	for _, part := range urls.JSON200.Parts {
		fmt.Println("upload", part.SizeBytes, "bytes of part", part.PartNumber, "to", part.UploadURL)
	}
	// end sample
	return nil
}

func listParts(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listParts
	page, err := lox.ListPartsWithResponse(ctx, largeID, &client.ListPartsParams{Limit: new(1000)})
	if err != nil {
		return err
	}
	if page.JSON200 == nil {
		return fmt.Errorf("listParts: %s", page.Body)
	}
	for _, part := range page.JSON200.Parts {
		fmt.Println("part", part.PartNumber, "has arrived with", part.SizeBytes, "bytes")
	}
	// end sample
	return nil
}

func completeBackup(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample completeBackup
	completed, err := lox.CompleteBackupWithResponse(ctx, backupID, client.CompleteBackupRequest{})
	if err != nil {
		return err
	}
	// 202 means that LOX is still verifying the file: ask getBackup later.
	backup := cmp.Or(completed.JSON200, completed.JSON202)
	if backup == nil {
		return fmt.Errorf("completeBackup: %s", completed.Body)
	}
	fmt.Println(backup.Status, backup.Checksum)
	// end sample
	return nil
}

func listBackups(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listBackups
	page, err := lox.ListBackupsWithResponse(ctx, &client.ListBackupsParams{
		Status: new(client.BackupStatusCompleted),
		Limit:  new(10),
	})
	if err != nil {
		return err
	}
	if page.JSON200 == nil {
		return fmt.Errorf("listBackups: %s", page.Body)
	}
	for _, backup := range page.JSON200.Backups {
		fmt.Println(backup.ID, backup.Name, backup.SizeBytes)
	}
	// end sample
	return nil
}

func getBackup(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getBackup
	backup, err := lox.GetBackupWithResponse(ctx, backupID)
	if err != nil {
		return err
	}
	if backup.JSON200 == nil {
		return fmt.Errorf("getBackup: %s", backup.Body)
	}
	fmt.Println(backup.JSON200.Name, backup.JSON200.Status)
	// end sample
	return nil
}

func getBackupDownload(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getBackupDownload
	download, err := lox.GetBackupDownloadWithResponse(ctx, backupID)
	if err != nil {
		return err
	}
	if download.JSON200 == nil {
		return fmt.Errorf("getBackupDownload: %s", download.Body)
	}

	get, err := http.NewRequestWithContext(ctx, http.MethodGet, download.JSON200.DownloadURL, nil)
	if err != nil {
		return err
	}
	stored, err := http.DefaultClient.Do(get)
	if err != nil {
		return err
	}
	defer stored.Body.Close()
	file, err := os.Create("restored.tar.gz")
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, hash), stored.Body)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if fmt.Sprintf("sha256:%x", hash.Sum(nil)) != download.JSON200.Checksum {
		return errors.New("restored.tar.gz is not what was stored")
	}
	// end sample
	return nil
}

func deleteBackup(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample deleteBackup
	deleted, err := lox.DeleteBackupWithResponse(ctx, backupID)
	if err != nil {
		return err
	}
	if deleted.JSON200 == nil {
		return fmt.Errorf("deleteBackup: %s", deleted.Body)
	}
	fmt.Println("deleted", deleted.JSON200.ID)
	// end sample
	return nil
}
