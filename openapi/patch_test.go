package openapi

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Each readable field is either in the patch or in x-read-only. The server would call any other field unknown.
func TestReadOnlyFieldsAreNotInPatch(t *testing.T) {
	schemas := load(t).Components.Schemas
	for name, resources := range map[string][]string{
		"UpdateTenantRequest":  {"Tenant"},
		"UpdateWebhookRequest": {"Webhook", "CreatedWebhook"},
	} {
		t.Run(name, func(t *testing.T) {
			readable := map[string]bool{}
			for _, resource := range resources {
				for property := range schemas[resource].Value.Properties {
					readable[property] = true
				}
			}
			readOnlyIsWhatAPatchHasNot(t, schemas[name].Value, readable)
		})
	}
}

func readOnlyIsWhatAPatchHasNot(t *testing.T, patch *openapi3.Schema, readable map[string]bool) {
	t.Helper()
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
	for name := range readable {
		if patch.Properties[name] == nil {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("x-read-only names %q, want %q", got, want)
	}
	for name := range patch.Properties {
		if !readable[name] {
			t.Errorf("%s can be changed but not read", name)
		}
	}
}

// The fields of a patch are nullable, so they can't refer to the schemas of the resource. They repeat the rules, which must be
// the same.
func TestPatchFieldsHaveSameRules(t *testing.T) {
	schemas := load(t).Components.Schemas
	same := func(name string, a, b *openapi3.Schema) {
		if a.Pattern != b.Pattern || a.MinLength != b.MinLength || *a.MaxLength != *b.MaxLength {
			t.Errorf("%s has other rules in the patch", name)
		}
		if a.Nullable || !b.Nullable {
			t.Errorf("%s must be nullable in the patch, and only there", name)
		}
	}
	tenant, patch := schemas["Tenant"].Value.Properties, schemas["UpdateTenantRequest"].Value.Properties
	same("contact_email", tenant["contact_email"].Value, patch["contact_email"].Value)
	same("settings", tenant["settings"].Value.AdditionalProperties.Schema.Value, patch["settings"].Value.AdditionalProperties.Schema.Value)
	if !patch["settings"].Value.Nullable {
		t.Error("settings must be nullable in the patch")
	}
	// A patch may remove all existing settings and set as many new ones.
	if got, want := *patch["settings"].Value.MaxProps, 2**tenant["settings"].Value.MaxProps; got != want {
		t.Errorf("a patch can name %d settings, want %d", got, want)
	}
	webhook, patch := schemas["Webhook"].Value.Properties, schemas["UpdateWebhookRequest"].Value.Properties
	same("description", webhook["description"].Value, patch["description"].Value)
}

// With a second media type for the same body, many generators make two methods or a union.
func TestBodiesHaveOneMediaType(t *testing.T) {
	for path, item := range load(t).Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			if media := slices.Sorted(maps.Keys(op.RequestBody.Value.Content)); !slices.Equal(media, []string{"application/json"}) {
				t.Errorf("%s %s: the media types are %q", method, path, media)
			}
		}
	}
}
