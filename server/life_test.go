package server_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// TestPublishedLife runs the published document from top to bottom and compares bytes: names, order
// and values as printed there. Fields that LOX adds follow those of the document.
func TestPublishedLife(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.at.Store(time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC).Unix())
	file := noise(52428800)
	checksum := fmt.Sprintf("sha256:%x", sha256.Sum256(file))

	// Step 1: Request upload URL
	created := h.send(t, request{method: http.MethodPost, path: backupsPath, header: http.Header{"Accept": {"application/json"}},
		body: strings.NewReader(`{
    "name": "daily-backup-2024-01-15",
    "size_bytes": 52428800,
    "content_type": "application/gzip",
    "metadata": {
      "source": "production-server",
      "database": "myapp"
    }
  }`)})
	require.Equal(t, http.StatusCreated, created.status, "%s", created.body)
	upload, err := client.ParseCreateBackupResponse(created.http())
	require.NoError(t, err)
	id, uploadURL := upload.JSON201.ID, upload.JSON201.UploadURL
	assert.Equal(t, `{"id":"`+id+`","name":"daily-backup-2024-01-15","status":"pending","upload_url":"`+uploadURL+
		`","upload_expires_at":"2024-01-15T11:00:00Z"`+
		`,"upload_headers":{"Content-Length":"52428800","Content-Type":"application/gzip"}}`+"\n", string(created.body))
	assert.Contains(t, uploadURL, "&", "a URL must be fit to be copied from a terminal")
	assert.Equal(t, backupsPath+"/"+id, created.header.Get("Location"))

	pending := `{"id":"` + id + `","name":"daily-backup-2024-01-15","status":"pending","size_bytes":52428800` +
		`,"created_at":"2024-01-15T10:30:00Z","upload_expires_at":"2024-01-15T11:00:00Z"` +
		`,"content_type":"application/gzip","metadata":{"database":"myapp","source":"production-server"}}`
	assert.Equal(t, pending+"\n", string(h.get(t, backupsPath+"/"+id).body))

	// Step 2: Upload the file to the upload URL
	put(t, upload.JSON201, file)

	// Step 3: Mark upload as complete
	h.clock.advance(72 * time.Second)
	completed := `{"id":"` + id + `","name":"daily-backup-2024-01-15","status":"completed","size_bytes":52428800` +
		`,"checksum":"` + checksum + `","created_at":"2024-01-15T10:30:00Z"` +
		`,"completed_at":"2024-01-15T10:31:12Z","content_type":"application/gzip"` +
		`,"metadata":{"database":"myapp","source":"production-server"}}`
	done := h.send(t, request{method: http.MethodPost, path: backupsPath + "/" + id + "/complete"})
	require.Equal(t, http.StatusOK, done.status)
	assert.Equal(t, completed+"\n", string(done.body))
	assert.Equal(t, completed+"\n", string(h.get(t, backupsPath+"/"+id).body))

	// List Backups
	for query, limit := range map[string]string{
		"?limit=10&offset=0": "10",
		"?status=completed":  "20",
		"?created_after=2024-01-01&created_before=2024-01-31": "20",
		"": "20",
	} {
		list := h.get(t, backupsPath+query)
		require.Equal(t, http.StatusOK, list.status, query)
		assert.Equal(t, `{"backups":[`+completed+`],"total":1,"limit":`+limit+`,"offset":0}`+"\n", string(list.body), query)
	}
	assert.Equal(t, `{"backups":[],"total":0,"limit":20,"offset":0}`+"\n", string(h.get(t, backupsPath+"?status=failed").body))

	// Download a Backup
	answer := h.get(t, backupsPath+"/"+id+"/download")
	require.Equal(t, http.StatusOK, answer.status)
	download, err := client.ParseGetBackupDownloadResponse(answer.http())
	require.NoError(t, err)
	downloadURL := download.JSON200.DownloadURL
	assert.Equal(t, `{"download_url":"`+downloadURL+`","expires_at":"2024-01-15T11:31:12Z","size_bytes":52428800,"checksum":"`+
		checksum+`"}`+"\n", string(answer.body))
	assert.Contains(t, downloadURL, "&")
	whole := fetchBytes(t, downloadURL, "")
	assert.Equal(t, http.StatusOK, whole.status)
	assert.True(t, bytes.Equal(file, whole.body), "the download differs from the upload")
	assert.Equal(t, "application/gzip", whole.header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename=daily-backup-2024-01-15`, whole.header.Get("Content-Disposition"))
	rest := fetchBytes(t, downloadURL, "bytes=50000000-")
	assert.Equal(t, http.StatusPartialContent, rest.status)
	assert.True(t, bytes.Equal(file[50000000:], rest.body), "a resumed download differs")

	// Delete a backup
	deleted := h.send(t, request{method: http.MethodDelete, path: backupsPath + "/" + id})
	require.Equal(t, http.StatusOK, deleted.status)
	assert.Equal(t, `{"id":"`+id+`","deleted":true}`+"\n", string(deleted.body))
	again := h.send(t, request{method: http.MethodDelete, path: backupsPath + "/" + id})
	require.Equal(t, http.StatusNotFound, again.status)
	assert.Equal(t, `{"error":{"code":"backup_not_found","message":"Backup with given ID not found"}}`+"\n", string(again.body))

	// Error Handling
	refused := h.post(t, `{"size_bytes": 0}`)
	require.Equal(t, http.StatusBadRequest, refused.status)
	assert.Equal(t, `{"error":{"code":"validation_error","message":"Invalid request body",`+
		`"details":{"name":"Name is required","size_bytes":"Must be a positive integer"}}}`+"\n", string(refused.body))
	storetest.CheckCounters(t, h.dsn)
}

// TestPublishedEvent compares the event of a completed backup with the webhook payload in the
// published document.
func TestPublishedEvent(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.at.Store(time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC).Unix())
	id := h.stored(t, "daily-backup", []byte("a"))
	var payload string
	require.NoError(t, h.db.QueryRowContext(t.Context(), `select convert_from(payload, 'UTF8') from events where type = 'backup.completed'`).Scan(&payload))
	assert.Equal(t, `{"event":"backup.completed","timestamp":"2024-01-15T10:30:00Z","data":{"id":"`+id+
		`","name":"daily-backup","status":"completed","size_bytes":1,"checksum":"`+
		fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("a")))+`"}}`, payload)
}

// noise is a file of n bytes without repetitions.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// http returns the response to the generated parsers.
func (r response) http() *http.Response {
	return &http.Response{StatusCode: r.status, Header: r.header, Body: io.NopCloser(bytes.NewReader(r.body))}
}

func fetchBytes(t testing.TB, url, span string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if span != "" {
		req.Header.Set("Range", span)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return response{resp.StatusCode, resp.Header, body}
}
