package traffic

import (
	"fmt"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
)

// matchesExample reports whether a real value has the shape of an example: the same
// members, null and empty in the same places, and the same enumerated values and
// error texts. A list must have an element like each of the example's. Ids, names,
// times and numbers may differ.
func matchesExample(ref *openapi3.SchemaRef, example, value any) bool {
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
		return ok && objectMatchesExample(s, example, value)
	case []any:
		value, ok := value.([]any)
		return ok && s.Items != nil && listMatchesExample(s.Items, example, value)
	case nil:
		return value == nil
	case string:
		_, ok := value.(string)
		return ok
	case bool:
		return example == value
	default: // a number; its type depends on the YAML library
		_, ok := value.(float64)
		return ok
	}
}

func objectMatchesExample(s *openapi3.Schema, example, value map[string]any) bool {
	if len(s.Properties) == 0 { // users choose the members' names
		return (len(example) == 0) == (len(value) == 0)
	}
	if len(example) != len(value) {
		return false
	}
	for name, member := range example {
		other, present := value[name]
		property := s.Properties[name]
		if !present || property == nil || !matchesExample(property, member, other) {
			return false
		}
	}
	return true
}

func listMatchesExample(items *openapi3.SchemaRef, example, value []any) bool {
	if (len(example) == 0) != (len(value) == 0) {
		return false
	}
	for _, wanted := range example {
		found := false
		for _, element := range value {
			found = found || matchesExample(items, wanted, element)
		}
		if !found {
			return false
		}
	}
	return true
}

// sameError reports whether an error has the texts of an example, word for word
// except for ids, scopes and numbers.
func sameError(example, value any) bool {
	e, _ := example.(map[string]any)
	v, _ := value.(map[string]any)
	return len(e) == len(v) && errorText(e) == errorText(v)
}

var variableParts = regexp.MustCompile(`[a-z]{3}_[0-9a-z]{26}|[a-z]+:(read|write|delete)|[0-9]+`)

func errorText(e map[string]any) string {
	return variableParts.ReplaceAllString(fmt.Sprint(e["code"], e["message"], e["details"]), "…")
}
