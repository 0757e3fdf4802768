package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/backlox/lox"
)

// firstTenantStore is the store that firstTenant needs.
type firstTenantStore interface {
	tenantCreator
	// CountTenants returns the number of tenants.
	CountTenants(ctx context.Context) (int, error)
}

// firstTenant creates a tenant in an empty built-in database, so that there is a key to begin with. It
// stores the key in a file before it creates the tenant: a crash in between loses neither. It returns "" if
// there was a tenant before.
func firstTenant(ctx context.Context, tenants firstTenantStore, keyFile string) (string, error) {
	n, err := tenants.CountTenants(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	key, err := keptSecret(keyFile, lox.NewAPIKey)
	if err != nil {
		return "", err
	}
	t, err := lox.NewTenant("default", lox.PlanEnterprise, nil, time.Now())
	if err != nil {
		return "", err
	}
	return key, createTenant(ctx, tenants, t, key, "lox serve")
}

func (c config) keyFile() string { return filepath.Join(c.DataDir, "api-key") }

// welcome prints the address of the API and, at the first start, commands to try it with. It prints all in
// one write, so that a process that waits for the text gets all of it. It prints the key itself only to a
// terminal: other output, such as the logs of containers, may be kept and read by users who can't read the
// key file.
func welcome(w io.Writer, cfg config, baseURL, key string) {
	var text strings.Builder
	fmt.Fprintf(&text, "\nLOX %s is ready.\n\n  Base URL  %s\n", version, baseURL)
	switch {
	case key != "" && atTerminal(w):
		fmt.Fprintf(&text, "  API key   %s\n            (also in %s)\n", key, cfg.keyFile())
	case cfg.embeddedDatabase() && exists(cfg.keyFile()):
		// There is no key file if the first tenant came from "lox tenant create".
		fmt.Fprintf(&text, "  API key   in %s\n", cfg.keyFile())
	}
	if key == "" {
		text.WriteByte('\n')
	} else {
		fmt.Fprintf(&text, tryIt, baseURL, quoted(cfg.keyFile()))
	}
	_, _ = io.WriteString(w, text.String())
}

// quoted returns the absolute path, quoted as a word of a shell command.
func quoted(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs // the other terminal may be in another directory
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// tryIt is the tour of the published document, with this server's address and the file of its key.
const tryIt = `
Try it, in another terminal:

  KEY=$(cat %[2]s)
  head -c 52428800 /dev/urandom > backup.tar.gz

  # 1. Request an upload URL
  curl -X POST %[1]s/v1/backups \
    -H "Authorization: Bearer $KEY" \
    -H "Content-Type: application/json" \
    -d '{
      "name": "daily-backup-2024-01-15",
      "size_bytes": 52428800,
      "content_type": "application/gzip",
      "metadata": {
        "source": "production-server",
        "database": "myapp"
      }
    }'

  # 2. Upload the file to the upload_url of the answer
  curl -X PUT "UPLOAD_URL" \
    -H "Content-Type: application/gzip" \
    --data-binary @backup.tar.gz

  # 3. Mark the upload as complete, by the id of the answer
  curl -X POST %[1]s/v1/backups/BACKUP_ID/complete \
    -H "Authorization: Bearer $KEY"

  # List, get a download URL, fetch, delete
  curl "%[1]s/v1/backups?limit=10&offset=0" \
    -H "Authorization: Bearer $KEY"
  curl %[1]s/v1/backups/BACKUP_ID/download \
    -H "Authorization: Bearer $KEY"
  curl -o backup.tar.gz "DOWNLOAD_URL"
  curl -X DELETE %[1]s/v1/backups/BACKUP_ID \
    -H "Authorization: Bearer $KEY"

Ctrl-C stops the server. Everything it keeps is in its data directory.

`
