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

func sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

// fill puts variables in place of their names, everywhere in a value.
func (r *run) fill(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return r.fillText(value)
	case map[string]any:
		filled := make(map[string]any, len(value))
		for name, member := range value {
			var err error
			if filled[name], err = r.fill(member); err != nil {
				return nil, err
			}
		}
		return filled, nil
	case []any:
		filled := make([]any, len(value))
		for i, element := range value {
			var err error
			if filled[i], err = r.fill(element); err != nil {
				return nil, err
			}
		}
		return filled, nil
	default:
		return value, nil
	}
}

func (r *run) fillText(text string) (any, error) {
	if found := variable.FindStringSubmatch(text); found != nil && found[0] == text {
		return r.lookUp(found[1])
	}
	var failed error
	filled := variable.ReplaceAllStringFunc(text, func(name string) string {
		value, err := r.lookUp(name[2 : len(name)-1])
		if err != nil {
			failed = err
		}
		return written(value)
	})
	return filled, failed
}

// text is a value that is to be a string.
func (r *run) text(value any) (string, error) {
	filled, err := r.fill(value)
	return written(filled), err
}

func (r *run) lookUp(name string) (any, error) {
	if seconds, ok := strings.CutPrefix(name, "now"); ok {
		ahead, err := strconv.Atoi("0" + strings.TrimPrefix(seconds, "+"))
		if err != nil {
			return nil, fmt.Errorf("${%s}: must be ${now} or ${now+SECONDS}", name)
		}
		return time.Now().UTC().Add(time.Duration(ahead) * time.Second).Format(time.RFC3339), nil
	}
	value, ok := r.Variables[name]
	if !ok {
		return nil, fmt.Errorf("no variable ${%s}", name)
	}
	return value, nil
}

// written is a value as text: a string as it is, anything else as JSON.
func written(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// evaluate takes a value from an answer by one of OpenAPI's runtime
// expressions.
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
			return nil, fmt.Errorf("%s: %q of a scalar", expression, token)
		}
	}
	return value, nil
}

// number reads what is a number, or the text of one as in a header.
func number(value any) (float64, error) {
	switch value := value.(type) {
	case float64:
		return value, nil
	case int:
		return float64(value), nil
	case string:
		return strconv.ParseFloat(value, 64)
	default:
		return 0, fmt.Errorf("%v is no number", value)
	}
}
