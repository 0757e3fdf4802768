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

// firstTenantStore is what firstTenant needs of the database.
type firstTenantStore interface {
	tenantCreator
	// CountTenants tells how many tenants there are.
	CountTenants(ctx context.Context) (int, error)
}

// firstTenant gives an empty built-in database its tenant, so that there is a
// key to begin with. The key is kept in a file before the tenant exists: a
// crash in between loses neither. The key is "" when there was a tenant before.
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

// welcome prints where the API is and, at the first start, commands to try it
// with: all in one write, so that whoever waits for it has it whole. The key
// itself is printed to a terminal alone: everything else may be kept, as the logs
// of containers are, and read by others than the file.
func welcome(w io.Writer, cfg config, baseURL, key string) {
	var text strings.Builder
	fmt.Fprintf(&text, "\nLOX %s is ready.\n\n  Base URL  %s\n", version, baseURL)
	switch {
	case key != "" && atTerminal(w):
		fmt.Fprintf(&text, "  API key   %s\n            (also in %s)\n", key, cfg.keyFile())
	case cfg.embeddedDatabase() && exists(cfg.keyFile()):
		// There is none if the first tenant came from "lox tenant create".
		fmt.Fprintf(&text, "  API key   in %s\n", cfg.keyFile())
	}
	if key == "" {
		text.WriteByte('\n')
	} else {
		fmt.Fprintf(&text, tryIt, baseURL, quoted(cfg.keyFile()))
	}
	_, _ = io.WriteString(w, text.String())
}

// quoted is a word of a shell's command.
func quoted(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs // the other terminal is in another directory
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// tryIt is the published document's tour, with this server's address and the file
// of its key.
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
