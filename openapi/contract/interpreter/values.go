package interpreter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func sha256Hex(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

// expand replaces ${name} by the value of that variable, everywhere in a value.
func (r *run) expand(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return r.expandText(value)
	case map[string]any:
		expanded := make(map[string]any, len(value))
		for name, member := range value {
			var err error
			if expanded[name], err = r.expand(member); err != nil {
				return nil, err
			}
		}
		return expanded, nil
	case []any:
		expanded := make([]any, len(value))
		for i, element := range value {
			var err error
			if expanded[i], err = r.expand(element); err != nil {
				return nil, err
			}
		}
		return expanded, nil
	default:
		return value, nil
	}
}

func (r *run) expandText(text string) (any, error) {
	if found := variable.FindStringSubmatch(text); found != nil && found[0] == text {
		return r.lookUp(found[1])
	}
	var failed error
	expanded := variable.ReplaceAllStringFunc(text, func(name string) string {
		value, err := r.lookUp(name[2 : len(name)-1])
		if err != nil {
			failed = err
		}
		return asText(value)
	})
	return expanded, failed
}

// text expands a value and returns it as text.
func (r *run) text(value any) (string, error) {
	expanded, err := r.expand(value)
	return asText(expanded), err
}

func (r *run) lookUp(name string) (any, error) {
	if seconds, ok := strings.CutPrefix(name, "now"); ok {
		offset, err := strconv.Atoi("0" + strings.TrimPrefix(seconds, "+"))
		if err != nil {
			return nil, fmt.Errorf("${%s}: must be ${now} or ${now+SECONDS}", name)
		}
		return time.Now().UTC().Add(time.Duration(offset) * time.Second).Format(time.RFC3339), nil
	}
	value, ok := r.Variables[name]
	if !ok {
		return nil, fmt.Errorf("no variable ${%s}", name)
	}
	return value, nil
}

// asText returns a value as text: a string as it is, anything else as JSON.
func asText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// evaluate evaluates a runtime expression of OpenAPI against an answer.
func evaluate(expression string, a *answer) (any, error) {
	if name, ok := strings.CutPrefix(expression, "$response.header."); ok {
		if a.header.Get(name) == "" {
			return nil, fmt.Errorf("no header %s", name)
		}
		return a.header.Get(name), nil
	}
	pointer, ok := strings.CutPrefix(expression, "$response.body")
	if !ok {
		return nil, fmt.Errorf("%q: must begin with $response.body or $response.header", expression)
	}
	value := a.body
	for _, token := range strings.Split(strings.TrimPrefix(pointer, "#"), "/")[1:] {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch at := value.(type) {
		case map[string]any:
			if value, ok = at[token]; !ok {
				return nil, fmt.Errorf("%s: no member %q", expression, token)
			}
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(at) {
				return nil, fmt.Errorf("%s: no element %q", expression, token)
			}
			value = at[i]
		default:
			return nil, fmt.Errorf("%s: a scalar has no member %q", expression, token)
		}
	}
	return value, nil
}

// number converts a number, or the text of one (as in a header), to a float64.
func number(value any) (float64, error) {
	switch value := value.(type) {
	case float64:
		return value, nil
	case int:
		return float64(value), nil
	case string:
		return strconv.ParseFloat(value, 64)
	default:
		return 0, fmt.Errorf("%v is not a number", value)
	}
}
