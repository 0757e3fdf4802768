package openapi

import (
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The generator keeps the order of fields only where an overlay tells it, so both overlays must follow the document: a field
// that one forgets would move to the end of the JSON.
func TestOverlaysKeepTheOrderOfTheDocument(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties yaml.Node `yaml:"properties"`
			} `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(YAML(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"codegen/api.overlay.yaml", "codegen/client.overlay.yaml"} {
		t.Run(file, func(t *testing.T) {
			ordered := overlayOrder(t, file)
			for name, schema := range doc.Components.Schemas {
				var want []string
				for i := 0; i < len(schema.Properties.Content); i += 2 {
					want = append(want, schema.Properties.Content[i].Value)
				}
				if !slices.Equal(ordered[name], want) {
					t.Errorf("%s is ordered as %q, the document has %q", name, ordered[name], want)
				}
				delete(ordered, name)
			}
			for name := range ordered {
				t.Errorf("%s is not in the document", name)
			}
		})
	}
}

// overlayOrder returns the properties of each schema in the order that an overlay gives them.
func overlayOrder(t *testing.T, file string) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct {
		Actions []struct {
			Target string    `yaml:"target"`
			Update yaml.Node `yaml:"update"`
		} `yaml:"actions"`
	}
	if err := yaml.Unmarshal(raw, &overlay); err != nil {
		t.Fatal(err)
	}
	order := map[string][]string{}
	for _, action := range overlay.Actions {
		if action.Target != "$.components.schemas" {
			continue
		}
		var schemas map[string]struct {
			Properties map[string]struct {
				Order int `yaml:"x-order"` //nolint:tagliatelle // the generator's name
			} `yaml:"properties"`
		}
		if err := action.Update.Decode(&schemas); err != nil {
			t.Fatal(err)
		}
		for name, schema := range schemas {
			names := make([]string, len(schema.Properties))
			for property, hint := range schema.Properties {
				if hint.Order < 1 || hint.Order > len(names) || names[hint.Order-1] != "" {
					t.Fatalf("%s.%s: x-order %d is out of range or used twice", name, property, hint.Order)
				}
				names[hint.Order-1] = property
			}
			order[name] = names
		}
	}
	return order
}
