package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unknownFields is the body of a backup with n fields that don't exist.
func unknownFields(n int) string {
	var b strings.Builder
	b.WriteString(`{"name":"a","size_bytes":1`)
	for i := range n {
		fmt.Fprintf(&b, `,"f%05d":1`, i)
	}
	return b.String() + "}"
}

// The server checks a limited number of values in a body, which is more than any valid request has.
func TestBodiesWithTooManyValues(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const tooMany, tooDeep = "Must have at most 500 values, those inside of others included", "Must have at most 16 levels of objects and lists"
	ones := func(n int) string { return strings.TrimSuffix(strings.Repeat("1,", n), ",") }
	for name, test := range map[string]struct{ body, problem string }{
		"8,000 unknown fields":    {unknownFields(8_000), tooMany},
		"60,000 unknown fields":   {unknownFields(60_000), tooMany},
		"998 unknown fields":      {unknownFields(998), tooMany},
		"100,000 list items":      {`{"name":[` + ones(100_000) + `]}`, tooMany},
		"100,000 empty objects":   {`{"name":[` + strings.Repeat("{},", 99_999) + `{}]}`, tooMany},
		"50,000 metadata":         {`{"name":"a","size_bytes":1,"metadata":` + unknownFields(50_000) + `}`, tooMany},
		"17 levels of objects":    {strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17), tooDeep},
		"17 levels of lists":      {strings.Repeat(`[`, 17) + "1" + strings.Repeat("]", 17), tooDeep},
		"cut off behind too many": {`{"name":[` + ones(100_000), tooMany},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, h)
			h.post(t, test.body).invalid(t, map[string]string{"body": test.problem})
		})
	}
	// A value counts once, whatever its text contains.
	r := h.post(t, `{"name":"a","size_bytes":1,"metadata":{"list":"`+strings.Repeat("[{,", 5000)+`"}}`)
	require.Equal(t, http.StatusCreated, r.status, "%s", r.body)
}

// Texts and numbers that are longer than any valid one are refused before they are matched with
// patterns or computed with.
func TestBodiesWithTooLongValues(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	const text, number = "Must be at most 65536 bytes long", "Must be a number of at most 1000 characters"
	h.post(t, `{"name":"`+strings.Repeat("a", 70_000)+`","size_bytes":1}`).invalid(t, map[string]string{"name": text})
	h.post(t, `{"name":"a","size_bytes":1.`+strings.Repeat("9", 900_000)+`}`).invalid(t, map[string]string{"size_bytes": number})
	h.post(t, `{"name":"a","size_bytes":1,"metadata":{"k":"`+strings.Repeat("a", 70_000)+`"}}`).invalid(t, map[string]string{"metadata.k": text})
	h.send(t, request{
		method: http.MethodPost, path: "/api/v1/webhooks", body: strings.NewReader(`{"url":"http://` + strings.Repeat("a.", 400_000) + `com/"}`),
	}).invalid(t, map[string]string{"url": text})
}

// An error names a limited number of wrong fields.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	named := map[string]string{}
	for i := range 20 {
		named[fmt.Sprintf("f%05d", i)] = "Unknown field"
	}
	for name, test := range map[string]struct {
		send    func() response
		message string
	}{
		"21 fields": {
			func() response { return h.post(t, unknownFields(21)) },
			"Invalid request body: 21 fields are wrong, 20 of them are named",
		},
		"450 fields": {
			func() response { return h.post(t, unknownFields(450)) },
			"Invalid request body: 450 fields are wrong, 20 of them are named",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.send()
			r.invalid(t, named)
			assert.Equal(t, test.message, problemOf(t, r.body).message)
		})
	}
	t.Run("4,000 parameters", func(t *testing.T) {
		query := url.Values{}
		for i := range 4_000 {
			query.Set(fmt.Sprintf("p%04d", i), "1")
		}
		r := h.get(t, backupsPath+"?"+query.Encode())
		require.Equal(t, http.StatusBadRequest, r.status)
		p := problemOf(t, r.body)
		assert.Len(t, p.details, 20)
		assert.Equal(t, "Invalid request parameters: 4000 fields are wrong, 20 of them are named", p.message)
	})
	t.Run("a name of 500 KB", func(t *testing.T) {
		r := h.post(t, `{"name":"a","size_bytes":1,"`+strings.Repeat("ä", 250_000)+`":1}`)
		r.invalid(t, map[string]string{strings.Repeat("ä", 128) + "…": "Unknown field"})
	})
}

// BenchmarkRefusedBody measures how the time for a body depends on the number of its fields.
func BenchmarkRefusedBody(b *testing.B) {
	h := open(b, setup{})
	for _, n := range []int{450, 1_000, 8_000, 60_000} {
		b.Run(fmt.Sprintf("fields=%d", n), func(b *testing.B) {
			body := unknownFields(n)
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, backupsPath, strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+h.key)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				h.handler.ServeHTTP(w, r)
				if w.Code != http.StatusBadRequest {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
