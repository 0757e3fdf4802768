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

// JSON writes a response with body as JSON, and with header beside the headers that
// all responses have. If body can't be encoded, nothing is written, and w may still
// be used for an error.
func JSON(w http.ResponseWriter, status int, header http.Header, body any) error {
	encoded := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // New makes nothing else
	defer buffers.Put(encoded)
	encoded.Reset()
	encoder := json.NewEncoder(encoded)
	// Escaped, the & of a signed URL would be \u0026: JSON, but not what a person
	// can copy from a terminal.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return err
	}
	to := w.Header()
	maps.Copy(to, header)
	to["Content-Type"] = contentType
	to["Cache-Control"] = cacheControl
	// Without it a long response would be sent in chunks.
	to["Content-Length"] = []string{strconv.Itoa(encoded.Len())}
	w.WriteHeader(status)
	_, err := w.Write(encoded.Bytes())
	return err
}

// The same for all responses, and never changed.
var (
	contentType = []string{"application/json"}
	// There may be a signed URL or a key in it.
	cacheControl = []string{"no-store"}
)

// buffers of responses, which are a few bytes or some 40 KiB, are used again.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
