package openapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// prefix and last4 in an example must be those of its key.
func TestExampleKeysAreConsistent(t *testing.T) {
	checked := 0
	eachResponse(t, func(t *testing.T, _ int, r *openapi3.ResponseRef) {
		for name, example := range r.Value.Content["application/json"].Examples {
			raw, err := json.Marshal(example.Value.Value)
			if err != nil {
				t.Fatal(err)
			}
			var shown struct {
				Key    string `json:"key"`
				Prefix string `json:"prefix"`
				Last4  string `json:"last4"`
			}
			if json.Unmarshal(raw, &shown) != nil || shown.Key == "" {
				continue
			}
			checked++
			if !strings.HasPrefix(shown.Key, shown.Prefix) || !strings.HasSuffix(shown.Key, shown.Last4) {
				t.Errorf("example %s: %q is not the key of %q and %q", name, shown.Key, shown.Prefix, shown.Last4)
			}
		}
	})
	if checked == 0 {
		t.Error("no example shows a key")
	}
}
