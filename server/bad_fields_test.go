package server_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// The server's messages about fields, which are in the document.
const (
	nameMissing  = "Name is required"
	nameLong     = "Must be at most 255 characters"
	nameControl  = "Must not contain control characters"
	sizePositive = "Must be a positive integer"
	sizeMissing  = "Size is required, unless multipart is true"
	sizeTooLarge = "Must be at most 53687091200000 bytes (48.8 TiB)"
	notString    = "Must be a string"
	notMedia     = "Must be a media type such as application/gzip"
	notChecksum  = "Must be sha256: and 64 hexadecimal digits"
	notMetadata  = "Must be an object of strings"
	tooManyKeys  = "Must have at most 50 keys"
	badKey       = "Keys must be 1 to 128 characters, without control and invisible characters"
	unknownField = "Unknown field"
)

// Each invalid field is named, with a message that says what is valid.
func TestFields(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	type details = map[string]string
	for name, test := range map[string]struct {
		body string
		want details
	}{
		"the document's two":  {`{"name":"","size_bytes":0}`, details{"name": nameMissing, "size_bytes": sizePositive}},
		"nothing given":       {`{}`, details{"name": nameMissing}},
		"one unknown":         {`{"name":"a","size_bytes":1,"size":2}`, details{"size": unknownField}},
		"several unknown":     {`{"name":"a","size_bytes":1,"x":1,"y":null,"":3}`, details{"x": unknownField, "y": unknownField, "": unknownField}},
		"no size":             {`{"name":"a"}`, details{"size_bytes": sizeMissing}},
		"unknown and missing": {`{"nom":"a","size":1}`, details{"name": nameMissing, "nom": unknownField, "size": unknownField}},
		"other case":          {`{"NAME":"a","size_bytes":1}`, details{"name": nameMissing, "NAME": unknownField}},
		"the same in other case": {
			`{"name":"a","Name":"b","size_bytes":1}`, details{"Name": unknownField},
		},
		"fields of a response": {
			`{"id":"bkp_01h455vb4pex5vsknk084sn02q","status":"completed","name":"a","size_bytes":1}`,
			details{"id": unknownField, "status": unknownField},
		},
		"prototype": {`{"__proto__":{"name":"a"},"name":"a","size_bytes":1}`, details{"__proto__": unknownField}},
		"all of a wrong type": {
			`{"name":1,"size_bytes":"10","content_type":true,"metadata":"x","checksum":[]}`,
			details{"name": notString, "size_bytes": sizePositive, "content_type": notMedia, "metadata": notMetadata, "checksum": notChecksum},
		},
		"all null": {
			`{"name":null,"size_bytes":null,"content_type":null,"metadata":null,"checksum":null}`,
			details{"name": notString, "size_bytes": sizePositive, "content_type": notMedia, "metadata": notMetadata, "checksum": notChecksum},
		},
		"everything at once": {
			`{"name":"","size_bytes":-1,"content_type":"x","metadata":{"a":1,"b":"\u0000"},"checksum":"md5:1","z":{}}`,
			details{
				"name": nameMissing, "size_bytes": sizePositive, "content_type": notMedia, "checksum": notChecksum, "z": unknownField,
				"metadata.a": notString, "metadata.b": "Must not contain NUL characters",
			},
		},
		"name of an object":     {`{"name":{"a":1},"size_bytes":1}`, details{"name": notString}},
		"name too long":         {`{"name":"` + strings.Repeat("ä", 256) + `","size_bytes":1}`, details{"name": nameLong}},
		"content type empty":    {`{"name":"a","size_bytes":1,"content_type":""}`, details{"content_type": notMedia}},
		"content type wildcard": {`{"name":"a","size_bytes":1,"content_type":"*/*"}`, details{"content_type": notMedia}},
		"content type header":   {`{"name":"a","size_bytes":1,"content_type":"a/b\r\nX-Evil: 1"}`, details{"content_type": notMedia}},
		"content type too long": {`{"name":"a","size_bytes":1,"content_type":"a/` + strings.Repeat("b", 254) + `"}`, details{"content_type": nameLong}},
		"checksum empty":        {`{"name":"a","size_bytes":1,"checksum":""}`, details{"checksum": notChecksum}},
		"checksum without sha":  {`{"name":"a","size_bytes":1,"checksum":"` + strings.Repeat("a", 64) + `"}`, details{"checksum": notChecksum}},
		"checksum in SHA256":    {`{"name":"a","size_bytes":1,"checksum":"SHA256:` + strings.Repeat("a", 64) + `"}`, details{"checksum": notChecksum}},
		"checksum too short":    {`{"name":"a","size_bytes":1,"checksum":"sha256:` + strings.Repeat("a", 63) + `"}`, details{"checksum": notChecksum}},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, h)
			r := h.post(t, test.body)
			r.invalid(t, test.want)
			assert.Equal(t, "Invalid request body", problemOf(t, r.body).message)
		})
	}
}

// TestSizes sends everything that some language takes for a number.
func TestSizes(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 6 << 30})
	for size, problem := range map[string]string{
		"0": sizePositive, "-0": sizePositive, "-1": sizePositive, "-9223372036854775809": sizePositive,
		"1.5": sizePositive, "0.5": sizePositive, "1.0": sizePositive, "1e3": sizePositive, "1E3": sizePositive, "0.1e1": sizePositive,
		"1e400": sizePositive, "-1e400": sizePositive, "1e-400": sizePositive, "1e999999999": sizePositive,
		`"10"`: sizePositive, `""`: sizePositive, "true": sizePositive, "null": sizePositive, "[1]": sizePositive, `{"value":1}`: sizePositive,
		"53687091200001": sizeTooLarge, "9223372036854775807": sizeTooLarge, "9223372036854775808": sizeTooLarge,
		"18446744073709551617": sizeTooLarge, "1" + strings.Repeat("0", 400): sizePositive,
	} {
		t.Run(fmt.Sprintf("%.30s", size), func(t *testing.T) {
			unchanged(t, h)
			h.post(t, `{"name":"a","size_bytes":`+size+`}`).invalid(t, map[string]string{"size_bytes": problem})
		})
	}
	for size, problem := range map[string]string{"0": sizePositive, "-1": sizePositive, "53687091200001": sizeTooLarge} {
		t.Run("a stream of at most "+size, func(t *testing.T) {
			unchanged(t, h)
			h.post(t, `{"name":"a","multipart":true,"max_size_bytes":`+size+`}`).invalid(t, map[string]string{"max_size_bytes": problem})
		})
	}
	t.Run("a size that a PUT can't have", func(t *testing.T) {
		unchanged(t, h)
		h.post(t, `{"name":"a","multipart":true,"size_bytes":53687091200001}`).invalid(t, map[string]string{"size_bytes": sizeTooLarge})
	})
	t.Run("5 GiB", func(t *testing.T) {
		assert.Equal(t, http.StatusCreated, h.post(t, `{"name":"a","size_bytes":5368709120}`).status)
	})
	storetest.CheckCounters(t, h.dsn)
}

// TestControlCharacters tries all of C0, DEL and C1.
func TestControlCharacters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	for r := range rune(0xA0) {
		if r >= ' ' && r < 0x7F {
			continue
		}
		escaped := fmt.Sprintf(`a\u%04xb`, r)
		h.post(t, `{"name":"`+escaped+`","size_bytes":1}`).invalid(t, map[string]string{"name": nameControl})
		h.post(t, `{"name":"a","size_bytes":1,"metadata":{"`+escaped+`":"v"}}`).invalid(t, map[string]string{"metadata": badKey})
	}
	for _, raw := range []string{"\x7f", "\u0080", "\u0085", "\u009f"} {
		h.post(t, `{"name":"a`+raw+`","size_bytes":1}`).invalid(t, map[string]string{"name": nameControl})
	}
}

// A name must not look like another one, and must not be displayed in another order than it is
// written.
func TestInvisibleCharacters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	unchanged(t, h)
	for _, r := range []rune{
		0x00AD, 0x034F, 0x061C, 0x115F, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E,
		0x2060, 0x2061, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xE0001, 0xE0041,
	} {
		text := "invoice" + string(r) + "gpj.exe"
		problem := fmt.Sprintf("Must not contain invisible characters such as %U", r)
		h.post(t, `{"name":"`+text+`","size_bytes":1}`).invalid(t, map[string]string{"name": problem})
		h.post(t, `{"name":"a","size_bytes":1,"metadata":{"`+text+`":"v"}}`).invalid(t, map[string]string{"metadata": badKey})
		for path, body := range map[string]string{
			"/api/v1/tenant/api-keys": `{"name":"` + text + `"}`,
			"/api/v1/webhooks":        `{"url":"https://example.com/","description":"` + text + `"}`,
		} {
			field := "name"
			if path == "/api/v1/webhooks" {
				field = "description"
			}
			r := h.send(t, request{method: http.MethodPost, path: path, body: strings.NewReader(body)})
			r.invalid(t, map[string]string{field: problem})
		}
		h.send(t, request{method: http.MethodPatch, path: "/api/v1/tenant", body: strings.NewReader(`{"name":"` + text + `"}`)}).
			invalid(t, map[string]string{"name": problem})
		h.send(t, request{method: http.MethodPatch, path: "/api/v1/tenant", body: strings.NewReader(`{"settings":{"` + text + `":"v"}}`)}).
			invalid(t, map[string]string{"settings": badKey})
	}
}

// TestMetadataLimits sends metadata at each limit and just above it.
func TestMetadataLimits(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	keys := func(n int) map[string]string {
		m := make(map[string]string, n)
		for i := range n {
			m["key"+strconv.Itoa(i)] = "v"
		}
		return m
	}
	const tooLarge = "Keys and values must come to at most 16384 bytes"
	long := strings.Repeat
	for name, test := range map[string]struct {
		metadata any
		field    string
		problem  string
	}{
		"51 keys":           {keys(51), "metadata", tooManyKeys},
		"400 keys":          {keys(400), "metadata", tooManyKeys},
		"empty key":         {map[string]string{"": "v"}, "metadata", badKey},
		"key too long":      {map[string]string{long("k", 129): "v"}, "metadata", badKey},
		"16 KiB and 1 byte": {map[string]string{"k": long("v", 16384)}, "metadata", tooLarge},
		"16 KiB in all":     {map[string]string{"a": long("v", 8192), "b": long("v", 8191)}, "metadata", tooLarge},
		"16 KiB of UTF-8":   {map[string]string{"k": long("ä", 8192)}, "metadata", tooLarge},
		"one large value":   {map[string]string{"k": long("v", 16385)}, "metadata.k", "Must be at most 16 KiB with all other keys and values"},
		"NUL in a value":    {map[string]string{"k": "a\x00b"}, "metadata.k", "Must not contain NUL characters"},
		"number":            {map[string]any{"k": 1}, "metadata.k", notString},
		"null":              {map[string]any{"k": nil}, "metadata.k", notString},
		"nested":            {map[string]any{"k": map[string]string{"a": "b"}}, "metadata.k", notString},
		"array":             {[]string{"a"}, "metadata", notMetadata},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, h)
			body, err := json.Marshal(map[string]any{"name": "a", "size_bytes": 1, "metadata": test.metadata})
			require.NoError(t, err)
			h.post(t, string(body)).invalid(t, map[string]string{test.field: test.problem})
		})
	}
	for name, metadata := range map[string]map[string]string{
		"50 keys":          keys(50),
		"16 KiB":           {"k": long("v", 16383)},
		"longest key":      {long("ü", 128): "v"},
		"unusual values":   {"empty": "", "lines": "a\r\n\tb", "emoji": "😀", "html": "<&>", "quotes": `"'\`, "C1": "\u0085", "DEL": "\x7f", " ": " ", "separators": "\u2028\u2029"},
		"name like a path": {"a/b": "../..", "a.b": "$1", "__proto__": "x"},
	} {
		t.Run(name, func(t *testing.T) {
			u := h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1, Metadata: metadata})
			assert.Equal(t, metadata, maps.Collect(maps.All(h.fetch(t, u.ID).Metadata)))
		})
	}
	storetest.CheckCounters(t, h.dsn)
}

// Names that are accepted are returned unchanged.
func TestNames(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for _, name := range []string{
		"a", " ", "  two  ", "Sicherung täglich", "日次バックアップ", "😀", "e\u0301", "\u00e9", "\ufffd", "\u2764\ufe0f", "שלום עולם", "\u0601\u0661",
		strings.Repeat("a", 255), strings.Repeat("😀", 255), `"\'<>&;`, "../../etc/passwd", "%00%2e", "null", "a\u00a0b", "\U0010ffff",
	} {
		assert.Equal(t, name, h.fetch(t, h.create(t, client.CreateBackupRequest{Name: name, SizeBytes: 1}).ID).Name)
	}
}

// A checksum may be declared in either case, and is stored in lower case.
func TestChecksumCase(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	file := []byte("a backup")
	sum := lox.Checksum(sha256.Sum256(file)).String()
	in := fileRequest(file)
	in.Checksum = "sha256:" + strings.ToUpper(strings.TrimPrefix(sum, "sha256:"))
	made := h.create(t, in)
	put(t, made, file)
	done, err := h.api.CompleteBackupWithResponse(t.Context(), made.ID, client.CompleteBackupRequest{})
	require.NoError(t, err)
	require.NotNil(t, done.JSON200, "%s", done.Body)
	assert.Equal(t, sum, done.JSON200.Checksum)
}
