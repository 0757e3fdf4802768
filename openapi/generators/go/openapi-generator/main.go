// Command openapi-generator does the main job with the client of openapi-generator.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"lox.example/generators/client/openapi"
)

const content = "content of a backup by openapi-generator's Go client"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: os.Getenv("LOX_URL")}}
	backups := openapi.NewAPIClient(configuration).BackupsAPI
	ctx = context.WithValue(ctx, openapi.ContextAccessToken, os.Getenv("LOX_API_KEY"))

	request := openapi.NewCreateBackupRequest("go")
	request.SetSizeBytes(int64(len(content)))
	request.SetMetadata(map[string]string{"generator": "openapi-generator"})
	upload, _, err := backups.CreateBackup(ctx).CreateBackupRequest(*request).Execute()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(upload.Status, "pending") {
		return fmt.Errorf("created as %s", upload.Status)
	}
	if err := put(ctx, upload.GetUploadUrl(), upload.GetUploadHeaders()); err != nil {
		return err
	}
	completed, _, err := backups.CompleteBackup(ctx, upload.Id).Execute()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(completed.Status, "completed") {
		return fmt.Errorf("completed as %s", completed.Status)
	}
	page, _, err := backups.ListBackups(ctx).Limit(100).Execute()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(page.Backups, func(b openapi.Backup) bool { return b.Id == upload.Id }) {
		return fmt.Errorf("%s is not listed", upload.Id)
	}
	backup, _, err := backups.GetBackup(ctx, upload.Id).Execute()
	if err != nil {
		return err
	}
	if backup.GetMetadata()["generator"] != "openapi-generator" {
		return fmt.Errorf("got metadata %v", backup.GetMetadata())
	}
	download, _, err := backups.GetBackupDownload(ctx, upload.Id).Execute()
	if err != nil {
		return err
	}
	if err := compare(ctx, download.DownloadUrl); err != nil {
		return err
	}
	deleted, _, err := backups.DeleteBackup(ctx, upload.Id).Execute()
	if err == nil && !deleted.Deleted {
		err = fmt.Errorf("%s is not deleted", upload.Id)
	}
	return err
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
