// Package respond writes the responses of the API: those of the generated code in
// gen/api, and errors.
package respond

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"sync"
)

// JSON writes a response with body as JSON, and adds header to the headers that all
// responses have. If body can't be encoded, nothing is written, and the caller can
// still write an error to w.
func JSON(w http.ResponseWriter, status int, header http.Header, body any) error {
	encoded := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // New makes nothing else
	defer buffers.Put(encoded)
	encoded.Reset()
	encoder := json.NewEncoder(encoded)
	// Keep the & of signed URLs, so that a person can copy them from a terminal. Escaped,
	// it would be \u0026.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return err
	}
	to := w.Header()
	maps.Copy(to, header)
	to["Content-Type"] = contentType
	to["Cache-Control"] = cacheControl
	// Without Content-Length, a long response would be sent chunked.
	to["Content-Length"] = []string{strconv.Itoa(encoded.Len())}
	w.WriteHeader(status)
	_, err := w.Write(encoded.Bytes())
	return err
}

// These are shared by all responses and must not be changed.
var (
	contentType = []string{"application/json"}
	// A response may contain a signed URL or a key.
	cacheControl = []string{"no-store"}
)

// buffers are reused for the bodies of responses, which have up to about 40 KiB.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
