package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// The server's messages about parameters, which are in the document.
const (
	badLimit     = "Must be an integer between 1 and 100"
	badOffset    = "Must be an integer between 0 and 2147483647"
	badStatus    = "Must be one of pending, verifying, completed, failed"
	badCursor    = "Must be the next_cursor of an earlier page"
	badTime      = "Must be a date such as 2024-01-15 or an RFC 3339 timestamp such as 2024-01-15T10:30:00Z"
	inverted     = "Must be earlier than created_before"
	onceOnly     = "Must be given once"
	unknownParam = "Unknown parameter"
	badName      = "Must be 1 to 255 characters"
	badBrackets  = "Must have a key of 1 to 128 characters in the brackets, without NUL characters"
	noKey        = "Must be written with a key, such as metadata[source]=production-server"
	noNUL        = "Must not contain NUL characters"
)

// An invalid filter is refused. The server must never ignore it and list everything.
func TestQueries(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	type details = map[string]string
	tests := map[string]details{
		"limit=10&limit=20":                                 {"limit": onceOnly},
		"limit=10&limit=10":                                 {"limit": onceOnly},
		"status=failed&status=completed":                    {"status": onceOnly},
		"cursor=a&cursor=b":                                 {"cursor": onceOnly},
		"created_after=2024-01-01&created_after=2024-01-02": {"created_after": onceOnly},
		"colour=red":                                        {"colour": unknownParam},
		"Limit=10":                                          {"Limit": unknownParam},
		"limit[]=10":                                        {"limit[]": unknownParam},
		"limit%00=10":                                       {"limit\x00": unknownParam},
		"=":                                                 {"": unknownParam},
		"a=1&b=2&limit=0":                                   {"a": unknownParam, "b": unknownParam, "limit": badLimit},
		"a=1&a=2":                                           {"a": unknownParam},
		"%zz":                                               {"query": "Must be properly percent-encoded"},
		"limit=1%":                                          {"query": "Must be properly percent-encoded"},
		"limit=5;offset=1":                                  {"query": "Must be properly percent-encoded"},
		"cursor=a&offset=-1":                                {"offset": badOffset},
		"limit=0&offset=-1&status=x&cursor=%20&created_after=x&created_before=2024-02-31T&x=": {
			"limit": badLimit, "offset": badOffset, "status": badStatus, "cursor": badCursor,
			"created_after": badTime, "created_before": badTime, "x": unknownParam,
		},
		"name=a&name=a":                         {"name": onceOnly},
		"name_prefix=a&name_prefix=b":           {"name_prefix": onceOnly},
		"name=":                                 {"name": badName},
		"name_prefix=":                          {"name_prefix": badName},
		"name=%00":                              {"name": noNUL},
		"name=%ff":                              {"name": badName},
		"name_prefix=a%ed%a0%80":                {"name_prefix": badName}, // half of a surrogate pair
		"name=" + strings.Repeat("%C3%A4", 256): {"name": badName},
		"name_prefix=" + strings.Repeat("a", 256): {"name_prefix": badName},
		"metadata=x":            {"metadata": noKey},
		"metadata=":             {"metadata": noKey},
		"metadata=a&metadata=b": {"metadata": noKey},
		"metadata[=x":           {"metadata[": unknownParam},
		"metadata]=x":           {"metadata]": unknownParam},
		"metadata[a]b=x":        {"metadata[a]b": unknownParam},
		"Metadata[a]=x":         {"Metadata[a]": unknownParam},
		"name[a]=x":             {"name[a]": unknownParam},
		"metadata[]=x":          {"metadata[]": badBrackets},
		"metadata[%00]=x":       {"metadata[\x00]": badBrackets},
		"metadata[" + strings.Repeat("k", 129) + "]=x": {"metadata[" + strings.Repeat("k", 129) + "]": badBrackets},
		"metadata[host]=a&metadata[host]=a":            {"metadata[host]": onceOnly},
		"metadata[host]=a&metadata%5Bhost%5d=b":        {"metadata[host]": onceOnly},
		"metadata[host]=%00":                           {"metadata[host]": noNUL},
		"metadata[host]=%ff":                           {"metadata[host]": "Must be UTF-8"},
		"metadata[%ff]=x":                              {"metadata[\uFFFD]": "Must be UTF-8"},
		"metadata[a]=" + strings.Repeat("x", 16385):    {"metadata[a]": "Must be at most 16384 characters"},
		"metadata[1]=&metadata[2]=&metadata[3]=&metadata[4]=&metadata[5]=&metadata[6]=": {"metadata": "Must have at most 5 keys"},
		"metadata[]=x&name=&limit=0&created_after=x":                                    {"metadata[]": badBrackets, "name": badName, "limit": badLimit, "created_after": badTime},
		// Both are well-formed, and the schema checks no more.
		"created_after=2024-02-31&created_before=2023-02-29": {"created_after": badTime, "created_before": badTime},
	}
	for _, value := range []string{
		"0", "-1", "101", "", "x", "1.5", "1e1", "10.0", " 10", "10 ", "0x10", "1_0", "٣", "99999999999999999999", "-0", "\x00", "\xff", "10,20", "NaN",
	} {
		tests["limit="+url.QueryEscape(value)] = details{"limit": badLimit}
	}
	for _, value := range []string{"-1", "", "x", "1.5", "2147483648", "9223372036854775808", "1e9", "\x00"} {
		tests["offset="+url.QueryEscape(value)] = details{"offset": badOffset}
	}
	for _, value := range []string{"", "done", "Completed", "completed ", "completed,failed", "deleted", "\x00", "\xff"} {
		tests["status="+url.QueryEscape(value)] = details{"status": badStatus}
	}
	for _, value := range []string{
		"", "x", "!!", " ", "=", strings.Repeat("A", 39), strings.Repeat("A", 41), strings.Repeat("A", 512), strings.Repeat("A", 513),
		"//////////////////////////////////////8=", strings.Repeat("_", 40), "\x00", "\xff",
		"gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", // its time is before 1970
		"AAAAOv_0QYAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", // its time is in the year 10000
	} {
		tests["cursor="+url.QueryEscape(value)] = details{"cursor": badCursor}
	}
	for _, value := range []string{
		"", "yesterday", "2024", "2024-01", "2024-1-1", "2024-02-30", "2024-02-31", "2023-02-29", "2024-04-31", "2024-00-01", "2024-13-01", "2024-01-32",
		"2024-02-31T00:00:00Z", "2024-01-15T10:30:00", "2024-01-15T24:00:00Z", "2024-01-15T10:30:60Z", "2024-01-15 10:30:00Z",
		"2024-01-15T10:30:00 2:00", "2024-01-15T10:30:00  02:00", "2024-01-15T10:30:00 Z", "2024-01-15 02:00",
		"2024-01-15T10:30:00+0200", "2024-01-15T10:30:00+24:00", "2024-01-15T10:30:00.Z", "2024-01-15T10:30:00,5Z",
		"2024-01-15T10:30:00.0000000001Z", "1705314600", "24-01-15", "+2024-01-15", "-2024-01-15", "12024-01-15", "2024-01-15Z", "2024-01-15\x00", "\xff",
	} {
		tests["created_after="+url.QueryEscape(value)] = details{"created_after": badTime}
		tests["created_before="+url.QueryEscape(value)] = details{"created_before": badTime}
	}
	for _, ends := range [][2]string{
		{"2024-01-02", "2024-01-01"},
		{"2024-02-01", "2024-01-01"},
		{"2024-01-02T00:00:00Z", "2024-01-01"},
		{"2024-01-02", "2024-01-02T00:00:00Z"},
		{"2024-01-15T10:30:01Z", "2024-01-15T10:30:00Z"},
		{"2024-01-15T10:30:00Z", "2024-01-15T10:30:00Z"},
		{"2024-01-15T10:30:00.9Z", "2024-01-15T10:30:00.1Z"},
		{"2024-01-15T10:30:00Z", "2024-01-15T12:29:59+02:00"},
		{"0001-01-02", "0001-01-01"},
	} {
		query := "created_after=" + url.QueryEscape(ends[0]) + "&created_before=" + url.QueryEscape(ends[1])
		tests[query] = details{"created_after": inverted}
	}
	unchanged(t, h)
	for query, want := range tests {
		t.Run(query, func(t *testing.T) {
			r := h.get(t, backupsPath+"?"+query)
			r.invalid(t, want)
			assert.Equal(t, "Invalid request parameters", problemOf(t, r.body).message)
		})
	}
}

// These operations have no parameters.
func TestQueriesOfOtherOperations(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := h.stored(t, "a", []byte("a"))
	unchanged(t, h)
	for _, test := range []request{
		{method: http.MethodGet, path: "/" + id},
		{method: http.MethodGet, path: "/" + id + "/download"},
		{method: http.MethodPost, path: "/" + id + "/complete"},
		{method: http.MethodDelete, path: "/" + id},
		{method: http.MethodPost, body: strings.NewReader(`{"name":"a","size_bytes":1}`)},
	} {
		test.path = backupsPath + test.path + "?force=true"
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			h.send(t, test).invalid(t, map[string]string{"force": unknownParam})
		})
	}
}

// TestQueryLimits sends the extreme valid values.
func TestQueryLimits(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	for query, total := range map[string]int64{
		"": 1, "&&": 1, "limit=1": 1, "limit=100": 1, "offset=0": 1, "offset=2147483647": 1, "l%69mit=%31": 1,
		"created_after=0000-01-01":                                                   1,
		"created_after=0001-01-01":                                                   1,
		"created_after=0001-01-01T00:00:00Z":                                         1,
		"created_after=1969-12-31":                                                   1,
		"created_after=9999-12-31T23:59:59.999999999Z":                               0,
		"created_after=9999-12-31T23:59:59.999999999-23:59":                          0,
		"created_after=9999-12-31":                                                   0,
		"created_before=0000-01-01":                                                  0,
		"created_before=0000-12-31":                                                  0, // the end of that day is Go's zero time
		"created_before=0001-01-01T00:00:00Z":                                        0,
		"created_before=0001-01-01":                                                  0,
		"created_before=1969-12-31":                                                  0,
		"created_before=1970-01-01":                                                  0,
		"created_before=9999-12-31":                                                  1,
		"created_before=9999-12-31T23:59:59.999999999Z":                              1,
		"created_before=9999-12-31T23:59:59.999999999-23:59":                         1,
		"created_after=0000-01-01&created_before=9999-12-31":                         1,
		"created_after=2024-02-29&created_before=2024-02-29":                         0,
		"created_after=2024-01-01T00:00:00.1Z&created_before=2024-01-01T00:00:00.9Z": 0,
	} {
		t.Run(query, func(t *testing.T) {
			r := h.get(t, backupsPath+"?"+query)
			assert.Equal(t, http.StatusOK, r.status, "%s", r.body)
			list, err := client.ParseListBackupsResponse(r.http())
			if assert.NoError(t, err) && assert.NotNil(t, list.JSON200) {
				assert.Equal(t, total, list.JSON200.Total)
			}
		})
	}
}

// A time is accepted in every form of RFC 3339, and with a + that was not escaped.
func TestTimeFormats(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC).Sub(h.clock.now()))
	h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	for query, total := range map[string]int64{
		"created_after=2024-01-15t10:30:00z":              1,
		"created_after=2024-01-15t10:30:01z":              0,
		"created_after=2024-01-15T12:30:00+02:00":         1,
		"created_after=2024-01-15T12:30:01+02:00":         0,
		"created_after=2024-01-15T12:30:00%2b02:00":       1,
		"created_after=2024-01-15T12:30:00%2002:00":       1,
		"created_after=2024-01-15t12:30:00.5+02:00":       0,
		"created_before=2024-01-15t10:30:01z":             1,
		"created_before=2024-01-15T12:30:00+02:00":        0,
		"created_after=2024-01-01T00:00:00+00:00&limit=1": 1,
	} {
		t.Run(query, func(t *testing.T) {
			r := h.get(t, backupsPath+"?"+query)
			require.Equal(t, http.StatusOK, r.status, "%s", r.body)
			list, err := client.ParseListBackupsResponse(r.http())
			require.NoError(t, err)
			assert.Equal(t, total, list.JSON200.Total)
		})
	}
}

// A cursor is valid only with the filters of its page. With others it would skip backups silently.
func TestCursorWithOtherFilters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.clock.advance(time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC).Sub(h.clock.now()))
	for range 3 {
		h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1, Metadata: client.Metadata{"k": "v", "l": "", "kv": ""}})
	}
	filters := []string{
		"", "status=pending", "created_after=2024-01-01", "created_before=2024-01-31", "created_after=2024-01-01&created_before=2024-01-31",
		"created_after=2024-01-01&status=pending", "name=a", "name_prefix=a", "name=a&name_prefix=a",
		"metadata[k]=v", "metadata[k]=v&metadata[l]=", "metadata[kv]=", "name=a&metadata[k]=v&status=pending",
	}
	for _, of := range filters {
		first, err := client.ParseListBackupsResponse(h.get(t, backupsPath+"?limit=1&"+of).http())
		require.NoError(t, err)
		require.NotNil(t, first.JSON200, "%s", first.Body)
		for _, with := range filters {
			t.Run(of+" then "+with, func(t *testing.T) {
				r := h.get(t, backupsPath+"?limit=2&cursor="+first.JSON200.NextCursor+"&"+with)
				if of == with {
					assert.Equal(t, http.StatusOK, r.status, "%s", r.body)
					return
				}
				r.invalid(t, map[string]string{"cursor": "Must be used with the filters of the page that it came with"})
			})
		}
	}
	// The same time in another notation is the same filter.
	first, err := client.ParseListBackupsResponse(h.get(t, backupsPath+"?limit=1&created_after=2024-01-01").http())
	require.NoError(t, err)
	r := h.get(t, backupsPath+"?created_after=2024-01-01T00:00:00Z&cursor="+first.JSON200.NextCursor)
	assert.Equal(t, http.StatusOK, r.status, "%s", r.body)
}

// A page is requested by cursor or by offset, not by both.
func TestCursorAndOffset(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for range 2 {
		h.create(t, client.CreateBackupRequest{Name: "a", SizeBytes: 1})
	}
	first, err := h.api.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Limit: new(1)})
	if assert.NoError(t, err) && assert.NotEmpty(t, first.JSON200.NextCursor) {
		query := "?cursor=" + first.JSON200.NextCursor
		assert.Equal(t, http.StatusOK, h.get(t, backupsPath+query+"&offset=0").status)
		h.get(t, backupsPath+query+"&offset=1").refused(t, http.StatusBadRequest, lox.CodeValidation,
			map[string]string{"offset": "Must be 0 with a cursor"})
	}
}
