package openapi

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// A new value must not break a client. Generators refuse values that are not in enum, so responses use x-extensible-enum.
func TestResponseEnumsAreOpen(t *testing.T) {
	schemas := load(t).Components.Schemas
	ofRequests := map[*openapi3.Schema]bool{}
	requestSchemas(t, func(_ string, s *openapi3.Schema, _ bool) { ofRequests[s] = true })
	for name, ref := range schemas {
		walk(name, ref, func(path string, s *openapi3.Schema) {
			// The name of an event is its discriminator, so it is closed.
			if s.Enum != nil && !ofRequests[s] && !strings.HasSuffix(path, "Event.event") {
				t.Errorf("%s is closed: use x-extensible-enum", path)
			}
		})
	}
	for request, response := range map[string]string{
		"BackupStatusFilter": "BackupStatus", "DeliveryStatusFilter": "DeliveryStatus", "RecordedEventTypeFilter": "EventType", "RequestedScope": "Scope",
	} {
		if got, want := schemas[request].Value.Enum, known(schemas, response); !slices.Equal(got, want) {
			t.Errorf("%s has %v, %s has %v", request, got, response, want)
		}
	}
}

// known returns the values of an open enumeration.
func known(schemas openapi3.Schemas, name string) []any {
	values, _ := schemas[name].Value.Extensions["x-extensible-enum"].([]any)
	return values
}

// Patterns must work in all languages: PHP ends a pattern at "*/", Ruby doesn't load \x80 to \xFF, and RE2 has no lookaround.
func TestPatternsArePortable(t *testing.T) {
	unfit := regexp.MustCompile(`\*/|\\x[89A-Fa-f]|\\u|\\p|\\d|\\w|\\s|\(\?|[^ -~]`)
	check := func(path string, s *openapi3.Schema) {
		if found := unfit.FindString(s.Pattern); found != "" {
			t.Errorf("%s: the pattern has %q", path, found)
		}
	}
	for name, ref := range load(t).Components.Schemas {
		walk(name, ref, check)
	}
	requestSchemas(t, func(path string, s *openapi3.Schema, _ bool) { check(path, s) })
}

// Generators choose a number's type by its format, and some refuse an integer without one. Lists in requests need maxItems.
func TestIntegersHaveFormatAndListsHaveMaximum(t *testing.T) {
	integer := func(path string, s *openapi3.Schema) {
		if s.Type.Is("integer") && s.Format != "int32" && s.Format != "int64" {
			t.Errorf("%s has format %q", path, s.Format)
		}
	}
	doc := load(t)
	for name, ref := range doc.Components.Schemas {
		walk(name, ref, integer)
	}
	for name, header := range doc.Components.Headers {
		integer(name, header.Value.Schema.Value)
	}
	requestSchemas(t, func(path string, s *openapi3.Schema, _ bool) {
		integer(path, s)
		if s.Type.Is("array") && s.MaxItems == nil {
			t.Errorf("%s has no maxItems", path)
		}
	})
}

// Objects in responses and events must be open, because later versions add fields. Objects in requests must be closed.
func TestObjectsDeclareAdditionalProperties(t *testing.T) {
	ofRequests := map[*openapi3.Schema]bool{}
	requestSchemas(t, func(_ string, s *openapi3.Schema, _ bool) { ofRequests[s] = true })
	for name, ref := range load(t).Components.Schemas {
		walk(name, ref, func(path string, s *openapi3.Schema) {
			if !s.Type.Is("object") || s.AdditionalProperties.Schema != nil {
				return
			}
			if grows := s.AdditionalProperties.Has; grows == nil || *grows == ofRequests[s] {
				t.Errorf("%s: additionalProperties must be %t", path, !ofRequests[s])
			}
		})
	}
}

// With fewer names than values, a generator gives values the names of others.
func TestEnumsHaveVarnames(t *testing.T) {
	for name, schema := range load(t).Components.Schemas {
		names, given := schema.Value.Extensions["x-enum-varnames"].([]any)
		if given && len(names) != len(schema.Value.Enum) {
			t.Errorf("%s has %d values and %d names", name, len(schema.Value.Enum), len(names))
		}
	}
}
