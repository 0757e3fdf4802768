// Command ogen does the main job with the client of ogen.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"lox.example/generators/client/ogen"
)

const content = "content of a backup by ogen's client"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// key is the credential of every request.
type key string

func (k key) BearerAuth(context.Context, ogen.OperationName) (ogen.BearerAuth, error) {
	return ogen.BearerAuth{Token: string(k)}, nil
}

func run(ctx context.Context) error {
	lox, err := ogen.NewClient(os.Getenv("LOX_URL"), key(os.Getenv("LOX_API_KEY")))
	if err != nil {
		return err
	}
	upload, err := create(ctx, lox)
	if err != nil {
		return err
	}
	if err := put(ctx, upload.UploadURL.Value.String(), upload.UploadHeaders.Value); err != nil {
		return err
	}
	// An operation returns one of its documented responses. Each has a separate type.
	switch completed, err := lox.CompleteBackup(ctx, ogen.OptCompleteBackupRequest{}, ogen.CompleteBackupParams{ID: upload.ID}); completed := completed.(type) {
	case *ogen.BackupHeaders:
		if !strings.HasPrefix(string(completed.Response.Status), "completed") {
			return fmt.Errorf("completed as %s", completed.Response.Status)
		}
	default:
		return unexpected(completed, err)
	}
	switch page, err := lox.ListBackups(ctx, ogen.ListBackupsParams{Limit: ogen.NewOptInt32(100)}); page := page.(type) {
	case *ogen.BackupListHeaders:
		if !slices.ContainsFunc(page.Response.Backups, func(b ogen.Backup) bool { return b.ID == upload.ID }) {
			return fmt.Errorf("%s is not listed", upload.ID)
		}
	default:
		return unexpected(page, err)
	}
	switch backup, err := lox.GetBackup(ctx, ogen.GetBackupParams{ID: upload.ID}); backup := backup.(type) {
	case *ogen.BackupHeaders:
		if backup.Response.Metadata.Value["generator"] != "ogen" {
			return fmt.Errorf("got metadata %v", backup.Response.Metadata)
		}
	default:
		return unexpected(backup, err)
	}
	switch download, err := lox.GetBackupDownload(ctx, ogen.GetBackupDownloadParams{ID: upload.ID}); download := download.(type) {
	case *ogen.BackupDownloadHeaders:
		if err := compare(ctx, download.Response.DownloadURL.String()); err != nil {
			return err
		}
	default:
		return unexpected(download, err)
	}
	switch deleted, err := lox.DeleteBackup(ctx, ogen.DeleteBackupParams{ID: upload.ID}); deleted := deleted.(type) {
	case *ogen.DeletedBackupHeaders:
		if !deleted.Response.Deleted {
			return fmt.Errorf("%s is not deleted", upload.ID)
		}
		return nil
	default:
		return unexpected(deleted, err)
	}
}

func create(ctx context.Context, lox *ogen.Client) (*ogen.BackupUpload, error) {
	response, err := lox.CreateBackup(ctx, &ogen.CreateBackupRequest{
		Name: "ogen", SizeBytes: ogen.NewOptInt64(int64(len(content))), Metadata: ogen.NewOptMetadata(ogen.Metadata{"generator": "ogen"}),
	}, ogen.CreateBackupParams{})
	created, ok := response.(*ogen.BackupUploadHeaders)
	if !ok {
		return nil, unexpected(response, err)
	}
	if !strings.HasPrefix(string(created.Response.Status), "pending") {
		return nil, fmt.Errorf("created as %s", created.Response.Status)
	}
	return &created.Response, nil
}

func unexpected(response any, err error) error {
	return fmt.Errorf("answered with %T: %w", response, err)
}

func put(ctx context.Context, url string, headers map[string]string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, strings.NewReader(content))
	if err != nil {
		return err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("PUT: %s", response.Status)
	}
	return nil
}

func compare(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err == nil && string(got) != content {
		err = fmt.Errorf("downloaded %q", got)
	}
	return err
}
