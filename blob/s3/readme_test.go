package s3_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The rule for buckets has the form that "aws s3api put-bucket-cors" reads, and allows an upload
// and a download in a browser.
func TestReadmeHasCORSRule(t *testing.T) {
	readme, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)```json\n(\\{\n  \"CORSRules\".*?)```").FindSubmatch(readme)
	require.NotNil(t, found)
	var rules map[string][]map[string]any
	require.NoError(t, json.Unmarshal(found[1], &rules))
	require.Len(t, rules["CORSRules"], 1)
	rule := rules["CORSRules"][0]
	require.Equal(t, []any{"GET", "HEAD", "PUT"}, rule["AllowedMethods"])
	require.Equal(t, []any{"*"}, rule["AllowedHeaders"])
	require.Contains(t, rule["ExposeHeaders"], "Content-Range")
	require.Len(t, rule["AllowedOrigins"], 1)
}
