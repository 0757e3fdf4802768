package traffic

import (
	"fmt"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
)

// alike reports whether a value is what an example shows, in another case: the
// same members, null and empty where it is, each of an enumeration's values
// and each text of an error the same, and of a list each kind of element that
// the example has. Ids, names, times and numbers differ.
func alike(ref *openapi3.SchemaRef, example, value any) bool {
	s := ref.Value
	if len(s.Enum) > 0 {
		return fmt.Sprint(example) == fmt.Sprint(value)
	}
	if component(ref.Ref) == "ErrorBody" {
		return sameError(example, value)
	}
	switch example := example.(type) {
	case map[string]any:
		value, ok := value.(map[string]any)
		return ok && alikeObjects(s, example, value)
	case []any:
		value, ok := value.([]any)
		return ok && s.Items != nil && alikeLists(s.Items, example, value)
	case nil:
		return value == nil
	case string:
		_, ok := value.(string)
		return ok
	case bool:
		return example == value
	default: // a number, of whatever type the YAML made of it
		_, ok := value.(float64)
		return ok
	}
}

func alikeObjects(s *openapi3.Schema, example, value map[string]any) bool {
	if len(s.Properties) == 0 { // names of a user's own
		return (len(example) == 0) == (len(value) == 0)
	}
	if len(example) != len(value) {
		return false
	}
	for name, member := range example {
		other, there := value[name]
		property := s.Properties[name]
		if !there || property == nil || !alike(property, member, other) {
			return false
		}
	}
	return true
}

func alikeLists(items *openapi3.SchemaRef, example, value []any) bool {
	if (len(example) == 0) != (len(value) == 0) {
		return false
	}
	for _, wanted := range example {
		found := false
		for _, element := range value {
			found = found || alike(items, wanted, element)
		}
		if !found {
			return false
		}
	}
	return true
}

// sameError: what the document says of an error, it says word for word, but for
// ids, scopes and numbers.
func sameError(example, value any) bool {
	e, _ := example.(map[string]any)
	v, _ := value.(map[string]any)
	return len(e) == len(v) && textOf(e) == textOf(v)
}

var particulars = regexp.MustCompile(`[a-z]{3}_[0-9a-z]{26}|[a-z]+:(read|write|delete)|[0-9]+`)

func textOf(e map[string]any) string {
	return particulars.ReplaceAllString(fmt.Sprint(e["code"], e["message"], e["details"]), "…")
}
