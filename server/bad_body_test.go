package server_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/storetest"
)

// unchanged fails the test if the tenant's data changes during it.
func unchanged(t *testing.T, h *testenv) {
	t.Helper()
	before := h.state(t)
	t.Cleanup(func() {
		t.Helper()
		assert.Equal(t, before, h.state(t), "a refused request changed something")
	})
}

// TestInvalidJSONBodies sends bodies that are not JSON objects.
func TestInvalidJSONBodies(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const object, single = "Must be a JSON object", "Must be a single JSON value"
	const good = `{"name":"a","size_bytes":1}`
	malformed := func(why string) string { return "Must be well-formed JSON: " + why }
	for name, test := range map[string]struct{ body, problem string }{
		"empty":               {"", object},
		"blank":               {" \r\n\t ", object},
		"null":                {"null", object},
		"array":               {"[" + good + "]", object},
		"string":              {`"name"`, object},
		"number":              {"1", object},
		"boolean":             {"true", object},
		"cut short":           {`{"name":"a","size_`, malformed("unexpected EOF at byte 18")},
		"one brace":           {"{", malformed("unexpected EOF at byte 1")},
		"one brace too many":  {good + "}", single},
		"two objects":         {good + good, single},
		"trailing text":       {good + " and more", single},
		"trailing NUL":        {good + "\x00", single},
		"trailing comma":      {`{"name":"a","size_bytes":1,}`, malformed(`invalid character '}' at start of string (expecting '"') at byte 27`)},
		"single quotes":       {`{'name':'a'}`, malformed(`invalid character '\'' at start of string (expecting '"') at byte 1`)},
		"unquoted name":       {`{name:"a"}`, malformed(`invalid character 'n' at start of string (expecting '"') at byte 1`)},
		"comment":             {"/* a */" + good, malformed("invalid character '/' at start of value at byte 0")},
		"form":                {"name=a&size_bytes=1", malformed("invalid character 'a' in literal null (expecting 'u') at byte 1")},
		"byte order mark":     {"\ufeff" + good, malformed(`invalid character '\ufeff' at start of value at byte 0`)},
		"UTF-16":              {"\xff\xfe{\x00}\x00", malformed(`invalid character '\xff' at start of value at byte 0`)},
		"invalid UTF-8":       {"{\"name\":\"\xff\",\"size_bytes\":1}", malformed("invalid UTF-8 at byte 9")},
		"overlong UTF-8":      {"{\"name\":\"\xc0\x80\",\"size_bytes\":1}", malformed("invalid UTF-8 at byte 9")},
		"UTF-8 surrogate":     {"{\"name\":\"\xed\xa0\x80\",\"size_bytes\":1}", malformed("invalid UTF-8 at byte 9")},
		"high surrogate":      {`{"name":"\ud800"}`, malformed("invalid surrogate pair `\\ud800\"}` in string at byte 9")},
		"low surrogate":       {`{"name":"\udc00"}`, malformed("invalid surrogate pair `\\udc00\"}` in string at byte 9")},
		"surrogates reversed": {`{"name":"\udc00\ud800"}`, malformed("invalid surrogate pair `\\udc00\\ud800` in string at byte 9")},
		"raw NUL":             {"{\"name\":\"\x00\"}", malformed(`invalid character '\x00' in string (expecting non-control character) at byte 9`)},
		"raw newline":         {"{\"name\":\"\n\"}", malformed(`invalid character '\n' in string (expecting non-control character) at byte 9`)},
		"unknown escape":      {`{"name":"\x41"}`, malformed("invalid escape sequence `\\x` in string at byte 9")},
		"NaN":                 {`{"size_bytes":NaN}`, malformed("invalid character 'N' at start of value at byte 14")},
		"leading zero":        {`{"size_bytes":01}`, malformed("invalid character '1' after object value (expecting ',' or '}') at byte 15")},
		"plus sign":           {`{"size_bytes":+1}`, malformed("invalid character '+' at start of value at byte 14")},
		"hexadecimal":         {`{"size_bytes":0x1}`, malformed("invalid character 'x' after object value (expecting ',' or '}') at byte 15")},
		"deep arrays":         {strings.Repeat("[", 100_000), "Must have at most 16 levels of objects and lists"},
		"deep objects":        {strings.Repeat(`{"a":`, 100_000), "Must have at most 16 levels of objects and lists"},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, h)
			h.post(t, test.body).invalid(t, map[string]string{"body": test.problem})
		})
	}
}

// Clients of some generators send null if their user passes no body. It counts as no body where a
// body is optional.
func TestNullBody(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	table := map[string]operation{}
	for _, op := range operations() {
		table[op.name] = op
	}
	optional := 0
	for path, item := range document().Paths.Map() {
		for method, declared := range item.Operations() {
			if declared.RequestBody == nil {
				continue
			}
			send := func(t *testing.T, body io.Reader, mediaType string) response {
				id := h.ready(t, table[declared.OperationID])
				return h.send(t, request{
					method: method, path: server.BasePath + strings.ReplaceAll(path, "{id}", id),
					body: body, header: http.Header{"Content-Type": {mediaType}},
				})
			}
			t.Run(declared.OperationID, func(t *testing.T) {
				if declared.RequestBody.Value.Required {
					object := map[string]string{"body": "Must be a JSON object"}
					send(t, strings.NewReader("null"), "application/json").invalid(t, object)
					send(t, chunked{strings.NewReader(" null\n")}, "application/json").invalid(t, object)
					return
				}
				optional++
				for _, body := range []string{"null", " \t\r\nnull \t\r\n", strings.Repeat(" ", 1<<20-4) + "null"} {
					for _, body := range []io.Reader{strings.NewReader(body), chunked{strings.NewReader(body)}} {
						r := send(t, body, "application/json; charset=utf-8")
						assert.Equal(t, table[declared.OperationID].ok, r.status, "%s", r.body)
					}
				}
				for body, problem := range map[string]string{
					"nul":        "Must be well-formed JSON: unexpected EOF at byte 3",
					"null null":  "Must be a single JSON value",
					"\u00a0null": `Must be well-formed JSON: invalid character '\u00a0' at start of value at byte 0`,
					"[null]":     "Must be a JSON object",
					`"null"`:     "Must be a JSON object",
					" ":          "Must be a JSON object",
				} {
					send(t, strings.NewReader(body), "application/json").invalid(t, map[string]string{"body": problem})
				}
				send(t, strings.NewReader("null"), "text/plain").refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia,
					map[string]string{"Content-Type": "Must be application/json"})
			})
		}
	}
	assert.Equal(t, 3, optional)
}

// An object with a repeated field is refused: a decoder uses the last value, and a proxy may use
// the first.
func TestRepeatedNames(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for field, body := range map[string]string{
		"name":         `{"name":"a","name":"b","size_bytes":1}`,
		"size_bytes":   `{"name":"a","size_bytes":1,"size_bytes":1}`,
		"metadata.k":   `{"name":"a","size_bytes":1,"metadata":{"k":"a","k":"b"}}`,
		"metadata.a/b": `{"name":"a","size_bytes":1,"metadata":{"a/b":"a","a\/b":"b"}}`,
		"metadata.ä":   `{"name":"a","size_bytes":1,"metadata":{"ä":"a","\u00e4":"b"}}`,
	} {
		t.Run(field, func(t *testing.T) {
			unchanged(t, h)
			h.post(t, body).invalid(t, map[string]string{field: "Must be given once"})
		})
	}
}

// At most 1 MiB of a body is read, whether or not its size was declared.
func TestTooLargeBodies(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	padded := func(n int) string { return `{"name":"a","size_bytes":1` + strings.Repeat(" ", n-27) + `}` }
	const mib = 1 << 20
	for name, test := range map[string]struct {
		body   io.Reader
		status int
	}{
		"1 MiB":                      {strings.NewReader(padded(mib)), http.StatusCreated},
		"1 MiB and 1 byte":           {strings.NewReader(padded(mib + 1)), http.StatusRequestEntityTooLarge},
		"2 MiB":                      {strings.NewReader(padded(2 * mib)), http.StatusRequestEntityTooLarge},
		"1 MiB in chunks":            {chunked{strings.NewReader(padded(mib))}, http.StatusCreated},
		"1 MiB and 1 byte in chunks": {chunked{strings.NewReader(padded(mib + 1))}, http.StatusRequestEntityTooLarge},
		"2 MiB in chunks":            {chunked{strings.NewReader(padded(2 * mib))}, http.StatusRequestEntityTooLarge},
		"2 MiB of a string":          {chunked{strings.NewReader(`{"name":"` + strings.Repeat("a", 2*mib))}, http.StatusRequestEntityTooLarge},
		"2 MiB of nonsense":          {chunked{strings.NewReader(strings.Repeat("a", 2*mib))}, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.state(t)
			r := h.send(t, request{method: http.MethodPost, path: backupsPath, body: test.body})
			if test.status == http.StatusCreated {
				require.Equal(t, test.status, r.status, "%s", r.body)
				return
			}
			r.refused(t, test.status, lox.CodePayloadTooLarge, nil)
			assert.Equal(t, before, h.state(t))
		})
	}
	storetest.CheckCounters(t, h.dsn)
}

// chunked hides the length of a reader from the HTTP client.
type chunked struct{ io.Reader }

// A body must be declared as JSON.
func TestContentTypes(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const good = `{"name":"a","size_bytes":1}`
	send := func(t *testing.T, types []string) response {
		t.Helper()
		return h.send(t, request{
			method: http.MethodPost, path: backupsPath, body: strings.NewReader(good), header: http.Header{"Content-Type": types},
		})
	}
	for _, media := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON", `application/json;charset="UTF-8"`, "application/json;"} {
		t.Run(media, func(t *testing.T) { assert.Equal(t, http.StatusCreated, send(t, []string{media}).status) })
	}
	for _, types := range [][]string{
		nil, {""}, {"text/plain"}, {"text/json"}, {"application/x-www-form-urlencoded"}, {"multipart/form-data; boundary=x"},
		{"application/jsonp"}, {"application/merge-patch+json"}, {"application/*"}, {"*/*"}, {"json"},
		{"application/json; charset"}, {"text/plain", "application/json"},
	} {
		t.Run(fmt.Sprintf("%q", types), func(t *testing.T) {
			unchanged(t, h)
			send(t, types).refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia,
				map[string]string{"Content-Type": "Must be application/json"})
		})
	}
	for _, types := range [][]string{{"application/json; charset=latin1"}, {"application/json; charset=utf-16"}} {
		t.Run(fmt.Sprintf("%q", types), func(t *testing.T) {
			unchanged(t, h)
			send(t, types).refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia,
				map[string]string{"Content-Type": "Must be in UTF-8, such as application/json"})
		})
	}
	storetest.CheckCounters(t, h.dsn)
}

// A compressed body is refused because of its Content-Encoding, whatever its content is.
func TestContentEncodings(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const good = `{"name":"a","size_bytes":1}`
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(good))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	send := func(t *testing.T, body string, codings ...string) response {
		t.Helper()
		return h.send(t, request{
			method: http.MethodPost, path: backupsPath, body: strings.NewReader(body), header: http.Header{"Content-Encoding": codings},
		})
	}
	assert.Equal(t, http.StatusCreated, send(t, good, "identity").status)
	assert.Equal(t, http.StatusCreated, send(t, good, "Identity").status)
	for _, test := range []struct {
		body    string
		codings []string
	}{
		{packed.String(), []string{"gzip"}},
		{packed.String(), []string{"GZIP"}},
		{good, []string{"gzip"}},
		{good, []string{"br"}},
		{good, []string{"identity, gzip"}},
		{good, []string{"identity", "gzip"}},
		{"", []string{"deflate"}},
	} {
		t.Run(fmt.Sprintf("%q", test.codings), func(t *testing.T) {
			unchanged(t, h)
			send(t, test.body, test.codings...).refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia,
				map[string]string{"Content-Encoding": "Must be left out: the body must not be compressed"})
		})
	}
}
