package server

import (
	"net/url"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/openapi"
)

// The key is everything between the first and the last bracket, although other libraries would see
// nested objects. The parameters are removed from the query.
func TestMetadataKeys(t *testing.T) {
	doc, err := openapi.LoadClosed()
	require.NoError(t, err)
	ops, err := newOperations(doc)
	require.NoError(t, err)
	op := ops[endpoint{"GET", BasePath + "/v1/backups"}]
	require.Equal(t, openapi3.SerializationDeepObject, op.objects["metadata"].Style)
	for name, key := range map[string]string{
		"metadata[a]": "a", "metadata[a][b]": "a][b", "metadata[a[b]]": "a[b]", "metadata[]]": "]", "metadata[[]": "[", "metadata[a.b]": "a.b", "metadata[ ]": " ",
	} {
		found := newProblems(op)
		query := url.Values{name: {"v"}, "limit": {"1"}}
		assert.Equal(t, map[string]map[string]string{"metadata": {key: "v"}}, found.takeObjects(query), name)
		assert.Equal(t, url.Values{"limit": {"1"}}, query)
		assert.NoError(t, found.err(), name)
	}
	for _, name := range []string{"metadata", "metadata[", "metadata]", "metadata[a]b", "metadata[a", "[metadata]", "xmetadata[a]", "status[a]"} {
		query := url.Values{name: {"v"}}
		assert.Empty(t, newProblems(op).takeObjects(query), name)
		assert.Contains(t, query, name)
	}
}
