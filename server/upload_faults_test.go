package server_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// Uploads are wrong in every way that the store must detect. The backup then stays pending for the
// right one.
func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body, other := []byte("the bytes that were announced"), []byte("some bytes of the same length")
	require.Len(t, other, len(body))
	type change = func(*http.Request)
	typed := func(in *client.CreateBackupRequest) { in.ContentType = "application/gzip" }
	summed := func(in *client.CreateBackupRequest) { in.Checksum = checksumOf(body) }
	method := func(method string) change { return func(r *http.Request) { r.Method = method } }
	query := func(name, value string) change {
		return func(r *http.Request) {
			q := r.URL.Query()
			require.NotEmpty(t, q.Get(name))
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	altered := problem{"permission_denied", "The signature of the URL is wrong: use the URL exactly as it was given", nil}
	forPut := problem{"method_not_allowed", "This URL is for PUT", nil}
	invalid := func(field, text string) problem {
		return problem{"validation_error", "Invalid request", map[string]string{field: text}}
	}
	wrongType := invalid("Content-Type", `Must be "application/gzip" as declared`)
	for name, test := range map[string]struct {
		declare func(*client.CreateBackupRequest)
		body    []byte
		change  change
		status  int
		problem problem
	}{
		"one byte short": {body: body[1:], status: http.StatusBadRequest, problem: invalid("Content-Length", "Is 28, must be 29 as declared")},
		"one byte long": {
			body: append([]byte{0}, body...), status: http.StatusBadRequest, problem: invalid("Content-Length", "Is 30, must be 29 as declared"),
		},
		"empty": {body: nil, status: http.StatusBadRequest, problem: invalid("Content-Length", "Is 0, must be 29 as declared")},
		"chunked": {
			body: body, change: func(r *http.Request) { r.ContentLength = -1 }, status: http.StatusLengthRequired,
			problem: problem{"length_required", "The upload must have a Content-Length", map[string]string{
				"Content-Length": "Must be 29: send every header of upload_headers, and no chunked body",
			}},
		},
		"wrong type": {
			declare: typed, body: body, status: http.StatusBadRequest, problem: wrongType,
			change: func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		},
		"missing type": {
			declare: typed, body: body, status: http.StatusBadRequest, problem: wrongType,
			change: func(r *http.Request) { r.Header.Del("Content-Type") },
		},
		"other bytes than the checksum's": {
			declare: summed, body: other, status: http.StatusBadRequest,
			problem: problem{"checksum_mismatch", "The uploaded bytes do not match the declared checksum", map[string]string{
				"checksum": "Declared " + checksumOf(body) + ", uploaded " + checksumOf(other),
			}},
		},
		"another checksum": {
			declare: summed, body: other, change: query("checksum", checksumOf(other)), status: http.StatusForbidden, problem: altered,
		},
		"another size":   {body: body[1:], change: query("size", "28"), status: http.StatusForbidden, problem: altered},
		"a longer life":  {body: body, change: query("expires", "99999999999"), status: http.StatusForbidden, problem: altered},
		"to fetch":       {change: method(http.MethodGet), status: http.StatusMethodNotAllowed, problem: forPut},
		"to delete":      {change: method(http.MethodDelete), status: http.StatusMethodNotAllowed, problem: forPut},
		"another method": {body: body, change: method(http.MethodPost), status: http.StatusMethodNotAllowed, problem: forPut},
		"to download": {status: http.StatusForbidden, problem: altered, change: func(r *http.Request) {
			r.Method, r.URL.Path = http.MethodGet, strings.Replace(r.URL.Path, "/upload/", "/download/", 1)
		}},
		"other key": {
			body: body, change: func(r *http.Request) { r.URL.Path += "x" }, status: http.StatusForbidden, problem: altered,
		},
		"unsigned": {body: body, change: func(r *http.Request) { r.URL.RawQuery = "" }, status: http.StatusForbidden, problem: altered},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.state(t).Usage
			in := fileRequest(body)
			if test.declare != nil {
				test.declare(&in)
			}
			u := h.create(t, in)
			refused := sendPut(t, u, test.body, test.change)
			assert.Equal(t, test.status, refused.status)
			assert.Equal(t, test.problem, problemOf(t, refused.body))
			pending := trace{Status: "pending", Used: before.Used, Reserved: int64(len(body))}
			h.leaves(t, u.ID, pending)
			h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadIncomplete, nil)
			h.leaves(t, u.ID, pending)

			put(t, u, body)
			assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
			assert.Equal(t, checksumOf(body), h.fetch(t, u.ID).Checksum)
			h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: before.Used + int64(len(body))})
		})
	}
}

// A type that wasn't declared isn't checked.
func TestUploadAnyType(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("a")
	u := h.create(t, fileRequest(body))
	assert.Equal(t, http.StatusOK, tryPut(t, u, body, func(r *http.Request) { r.Header.Set("Content-Type", "image/png") }))
	assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	assert.Empty(t, h.fetch(t, u.ID).ContentType)
}

// Stored bytes can't be replaced, whether or not they are verified. A client that missed the answer
// may send the same bytes again.
func TestUploadTwice(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body, other := []byte("first"), []byte("other")
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	put(t, u, body)
	again := sendPut(t, u, other, nil)
	assert.Equal(t, http.StatusPreconditionFailed, again.status)
	assert.Equal(t, "already_uploaded", problemOf(t, again.body).code)
	require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	assert.Equal(t, http.StatusPreconditionFailed, tryPut(t, u, other, nil))
	answer, err := h.api.GetBackupDownloadWithResponse(t.Context(), u.ID)
	require.NoError(t, err)
	assert.Equal(t, body, fetchBytes(t, answer.JSON200.DownloadURL, "").body)
	assert.Equal(t, checksumOf(body), answer.JSON200.Checksum)
}

// cutUpload is an upload over a plain connection, of which only a part is sent.
type cutUpload struct{ *net.TCPConn }

// beginUpload sends the head and a part of the body, and returns when the store is receiving it.
func beginUpload(t testing.TB, h *testenv, u *client.BackupUpload, part []byte) cutUpload {
	t.Helper()
	to := parseURL(t, u.UploadURL)
	conn, err := net.Dial("tcp", to.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	head := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\n", to.RequestURI(), to.Host)
	for name, value := range u.UploadHeaders {
		head += name + ": " + value + "\r\n"
	}
	_, err = conn.Write(append([]byte(head+"\r\n"), part...))
	require.NoError(t, err)
	eventually(t, "the store takes the upload", func() bool { return h.blobs.uploads(t) == 1 })
	return cutUpload{conn.(*net.TCPConn)}
}

// answer reads the store's status, or returns 0 if there is none.
func (c cutUpload) answer(t testing.TB) int {
	t.Helper()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(20*time.Second)))
	line := make([]byte, len("HTTP/1.1 200"))
	if _, err := io.ReadFull(c, line); err != nil {
		return 0
	}
	status, err := strconv.Atoi(string(line[len("HTTP/1.1 "):]))
	require.NoError(t, err)
	return status
}

// An upload ends half-way. Its bytes must never be visible.
func TestClientDisconnects(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := noise(4 << 20)
	for name, leave := range map[string]func(t *testing.T, c cutUpload){
		"FIN": func(t *testing.T, c cutUpload) { require.NoError(t, c.Close()) },
		"RST": func(t *testing.T, c cutUpload) {
			require.NoError(t, c.SetLinger(0))
			require.NoError(t, c.Close())
		},
		"half-closed": func(t *testing.T, c cutUpload) {
			require.NoError(t, c.CloseWrite())
			assert.Equal(t, http.StatusBadRequest, c.answer(t))
		},
	} {
		for _, sent := range []int{1 << 20, len(body) - 1} {
			t.Run(fmt.Sprintf("%s after %d bytes", name, sent), func(t *testing.T) {
				before := h.state(t).Usage
				u := h.create(t, fileRequest(body))
				leave(t, beginUpload(t, h, u, body[:sent]))
				eventually(t, "the store gives the upload up", func() bool { return h.blobs.uploads(t) == 0 })
				pending := trace{Status: "pending", Used: before.Used, Reserved: int64(len(body))}
				h.leaves(t, u.ID, pending)
				h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadIncomplete, nil)
				h.leaves(t, u.ID, pending)

				put(t, u, body)
				require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
				assert.Equal(t, checksumOf(body), h.fetch(t, u.ID).Checksum)
				h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: before.Used + int64(len(body))})
			})
		}
	}
}

// A part of a file can't be completed.
func TestCompleteDuringUpload(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := noise(4 << 20)
	u := h.create(t, fileRequest(body))
	upload := beginUpload(t, h, u, body[:1<<20])
	h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadIncomplete, nil)
	_, err := upload.Write(body[1<<20:])
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, upload.answer(t))
	assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

func checksumOf(body []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(body)) }
