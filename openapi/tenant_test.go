package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// What a tenant has is either what it may change, or named as what it may not: a field in neither would be called unknown.
func TestReadOnlyIsWhatThePatchHasNot(t *testing.T) {
	schemas := load(t).Components.Schemas
	patch := schemas["UpdateTenantRequest"].Value
	readOnly, ok := patch.Extensions["x-read-only"].(map[string]any)
	if !ok {
		t.Fatalf("x-read-only is %v", patch.Extensions["x-read-only"])
	}
	for name, message := range readOnly {
		text, _ := message.(string)
		if !strings.HasPrefix(text, "Is read-only") || strings.HasSuffix(text, ".") {
			t.Errorf("%s: %q", name, text)
		}
	}
	got := slices.Sorted(maps.Keys(readOnly))
	var want []string
	for name := range schemas["Tenant"].Value.Properties {
		if patch.Properties[name] == nil {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("x-read-only names %q, want %q", got, want)
	}
	for name := range patch.Properties {
		if schemas["Tenant"].Value.Properties[name] == nil {
			t.Errorf("%s can be changed but not read", name)
		}
	}
}

// The values of a patch can be null, so they can't refer to the schemas of a tenant and repeat their rules.
func TestThePatchHasTheRulesOfTheTenant(t *testing.T) {
	schemas := load(t).Components.Schemas
	same := func(name string, a, b *openapi3.Schema) {
		if a.Pattern != b.Pattern || a.MinLength != b.MinLength || *a.MaxLength != *b.MaxLength {
			t.Errorf("%s has other rules in the patch", name)
		}
		if a.Nullable || !b.Nullable {
			t.Errorf("%s must be nullable in the patch alone", name)
		}
	}
	tenant, patch := schemas["Tenant"].Value.Properties, schemas["UpdateTenantRequest"].Value.Properties
	same("contact_email", tenant["contact_email"].Value, patch["contact_email"].Value)
	same("settings", tenant["settings"].Value.AdditionalProperties.Schema.Value, patch["settings"].Value.AdditionalProperties.Schema.Value)
	if !patch["settings"].Value.Nullable {
		t.Error("settings must be nullable in the patch")
	}
	// All that there can be may be removed while as much is set anew.
	if got, want := *patch["settings"].Value.MaxProps, 2**tenant["settings"].Value.MaxProps; got != want {
		t.Errorf("a patch can name %d settings, want %d", got, want)
	}
}

func TestPatchHasTheSameBodyUnderBothMediaTypes(t *testing.T) {
	content := load(t).Paths.Value("/v1/tenant").Patch.RequestBody.Value.Content
	asJSON, asPatch := content["application/json"], content["application/merge-patch+json"]
	if len(content) != 2 || asJSON == nil || asPatch == nil {
		t.Fatalf("the media types are %q", slices.Sorted(maps.Keys(content)))
	}
	if asJSON.Schema.Ref != asPatch.Schema.Ref {
		t.Errorf("the schemas are %q and %q", asJSON.Schema.Ref, asPatch.Schema.Ref)
	}
}

// What is shown of a key in an example is how that key begins and ends.
func TestExamplesOfKeysFitTogether(t *testing.T) {
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
