package server_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// TestFilterByNameAndMetadata asks in every spelling: no character of a name stands for
// others, and a key is all that is between the first bracket and the last one.
func TestFilterByNameAndMetadata(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := map[string]string{}
	for name, metadata := range map[string]client.Metadata{
		"daily-db1":  {"host": "db1", "env": "prod"},
		"daily-db2":  {"host": "db2", "env": "prod"},
		"Daily-db1":  {"Host": "db1", "empty": ""},
		"100%":       {"a[b]": "x", "]": "z"},
		"100_":       {"a&b=c": "+ %"},
		`100\\`:      {"ключ": "значение"},
		"1000":       nil,
		"ä":          {"e\u0301": "combining"},
		"\u00e9lan":  {"\u00e9": "composed"},
		"\U0001F5C4": {"host": "DB1"},
	} {
		id[name] = h.create(t, client.CreateBackupRequest{Name: name, SizeBytes: 1, Metadata: metadata}).ID
	}
	for query, want := range map[string][]string{
		"name=daily-db1":                        {"daily-db1"},
		"name=daily":                            nil,
		"name=daily-db1%20":                     nil,
		"name_prefix=daily-db1":                 {"daily-db1"},
		"name_prefix=daily-":                    {"daily-db1", "daily-db2"},
		"name_prefix=D":                         {"Daily-db1"},
		"name_prefix=100":                       {"100%", "100_", `100\\`, "1000"},
		"name_prefix=100%25":                    {"100%"},
		"name_prefix=100_":                      {"100_"},
		"name_prefix=100%5C":                    {`100\\`},
		"name_prefix=%25":                       nil,
		"name_prefix=%C3%A4":                    {"ä"},
		"name_prefix=a%CC%88":                   nil, // composed by Unicode's rules, and other characters
		"name_prefix=%F0%9F%97%84":              {"\U0001F5C4"},
		"name_prefix=daily-&name=daily-db2":     {"daily-db2"},
		"name_prefix=daily-&name=Daily-db1":     nil,
		"metadata[host]=db1":                    {"daily-db1"},
		"metadata%5Bhost%5D=db1":                {"daily-db1"},
		"metadata%5bhost]=db1":                  {"daily-db1"},
		"m%65tadata[host]=db1":                  {"daily-db1"},
		"metadata[host]=DB1":                    {"\U0001F5C4"},
		"metadata[Host]=db1":                    {"Daily-db1"},
		"metadata[env]=prod":                    {"daily-db1", "daily-db2"},
		"metadata[env]=prod&metadata[host]=db2": {"daily-db2"},
		"metadata[env]=prod&metadata[host]=db3": nil,
		"metadata[env]=pro":                     nil,
		"metadata[env]=":                        nil,
		"metadata[empty]=":                      {"Daily-db1"},
		"metadata[empty]":                       {"Daily-db1"},
		"metadata[absent]=":                     nil,
		"metadata[a[b]]=x":                      {"100%"},
		"metadata[]]=z":                         {"100%"},
		"metadata%5Ba%26b%3Dc%5D=%2B+%25":       {"100_"},
		"metadata[" + url.QueryEscape("ключ") + "]=" + url.QueryEscape("значение"): {`100\\`},
		"metadata[%C3%A9]=composed":                        {"\u00e9lan"},
		"metadata[e%CC%81]=composed":                       nil,
		"metadata[env]=prod&name_prefix=daily-db2":         {"daily-db2"},
		"metadata[env]=prod&name=daily-db1&status=pending": {"daily-db1"},
		"metadata[env]=prod&status=completed":              nil,
		"name_prefix=daily&created_before=2000-01-01":      nil,
	} {
		t.Run(query, func(t *testing.T) {
			page := h.list(t, query)
			var ids []string
			for _, name := range want {
				ids = append(ids, id[name])
			}
			assert.ElementsMatch(t, ids, idsOf(page))
			assert.Equal(t, int64(len(want)), page.Total)
			beyond := h.list(t, query+"&offset=5")
			assert.Empty(t, beyond.Backups)
			assert.Equal(t, int64(len(want)), beyond.Total)
		})
	}
}

// TestClientFilters: keys and values of all kinds arrive as they are.
func TestClientFilters(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	metadata := client.Metadata{"a[b]": "x&y=z", "c d": "+ %", "é": "", "#": "?"}
	made := h.create(t, client.CreateBackupRequest{Name: "a b+c&d", SizeBytes: 1, Metadata: metadata})
	for key, value := range metadata {
		for name, prefix := range map[string]string{"": "a b+", "a b+c&d": ""} {
			params := client.ListBackupsParams{Metadata: &client.MetadataFilter{key: value}}
			if name != "" {
				params.Name = &name
			} else {
				params.NamePrefix = &prefix
			}
			page, err := h.api.ListBackupsWithResponse(t.Context(), &params)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, page.StatusCode(), "%s", page.Body)
			assert.Equal(t, []string{made.ID}, idsOf(page.JSON200), "%q", key)
		}
	}
}
