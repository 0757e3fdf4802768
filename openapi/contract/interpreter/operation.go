package interpreter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/openapi/traffic"
)

// operation is an operation of the document.
type operation struct {
	*openapi3.Operation

	method, path string
	parameters   map[string]*openapi3.Parameter // by name
}

func readOperations() (map[string]*operation, error) {
	doc, err := openapi.Load()
	if err != nil {
		return nil, err
	}
	all := map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{Operation: op, method: method, path: path, parameters: map[string]*openapi3.Parameter{}}
			for _, parameters := range []openapi3.Parameters{item.Parameters, op.Parameters} {
				for _, p := range parameters {
					o.parameters[p.Value.Name] = p.Value
				}
			}
			all[op.OperationID] = o
		}
	}
	return all, nil
}

// arguments are the arguments of a call of an operation.
type arguments struct {
	// Path has the path parameters in the order of the path.
	Path   []argument     `json:"path"`
	Query  map[string]any `json:"query"`
	Header map[string]any `json:"header"`
	Body   any            `json:"body,omitempty"`
	Key    *string        `json:"key"`
}

type argument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// arguments sorts a step's parameters into path, query and header parameters.
func (o *operation) arguments(given map[string]any) (arguments, error) {
	a := arguments{Path: []argument{}, Query: map[string]any{}, Header: map[string]any{}}
	for name, value := range given {
		p := o.parameters[name]
		if p == nil {
			return a, fmt.Errorf("%s has no parameter %q", o.OperationID, name)
		}
		switch p.In {
		case "path":
		case "query":
			a.Query[name] = value
		case "header":
			a.Header[name] = value
		}
	}
	for segment := range strings.SplitSeq(o.path, "/") {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		name := strings.Trim(segment, "{}")
		value, ok := given[name]
		if !ok {
			return a, fmt.Errorf("%s: the parameter %q is missing", o.OperationID, name)
		}
		a.Path = append(a.Path, argument{name, asText(value)})
	}
	return a, nil
}

// responseSchema returns the name of the schema that the document has for a response.
func (o *operation) responseSchema(e traffic.Exchange) (string, error) {
	response := o.Responses.Status(e.Status)
	if response == nil {
		return "", fmt.Errorf("%s: the document has no response %d", o.OperationID, e.Status)
	}
	mediaType, _, err := mime.ParseMediaType(e.Response.Get("Content-Type"))
	if err != nil {
		return "", fmt.Errorf("%s: Content-Type: %w", o.OperationID, err)
	}
	content := response.Value.Content[mediaType]
	if content == nil {
		return "", fmt.Errorf("%s: the document has no %s for a response %d", o.OperationID, mediaType, e.Status)
	}
	return content.Schema.Ref[strings.LastIndex(content.Schema.Ref, "/")+1:], nil
}

// checkRequest returns an error unless the request of an exchange has exactly these arguments.
func (o *operation) checkRequest(a arguments, e traffic.Exchange) error {
	path, query, _ := strings.Cut(e.Path, "?")
	wanted := o.path
	for _, p := range a.Path {
		wanted = strings.Replace(wanted, "{"+p.Name+"}", p.Value, 1)
	}
	if got, err := url.PathUnescape(path); err != nil || got != wanted || e.Method != o.method {
		return fmt.Errorf("the client sent %s %s, expected %s %s", e.Method, path, o.method, wanted)
	}
	if err := o.checkQuery(a, query); err != nil {
		return err
	}
	for name, value := range a.Header {
		if e.Header.Get(name) != asText(value) {
			return fmt.Errorf("the client sent %s: %q, expected %q", name, e.Header.Get(name), asText(value))
		}
	}
	if err := a.checkAuthorization(e.Header.Get("Authorization")); err != nil {
		return err
	}
	return a.checkBody(e.Body)
}

// checkQuery compares a query with the arguments. A client may also send parameters with the document's default values.
func (o *operation) checkQuery(a arguments, query string) error {
	got, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	wanted := url.Values{}
	for name, value := range a.Query {
		members, isObject := value.(map[string]any)
		if !isObject {
			wanted.Set(name, asText(value))
		}
		for member, value := range members { // style deepObject
			wanted.Set(name+"["+member+"]", asText(value))
		}
	}
	for name := range got {
		p := o.parameters[name]
		if !wanted.Has(name) && p != nil && p.In == "query" && p.Schema.Value.Default != nil {
			wanted.Set(name, asText(p.Schema.Value.Default))
		}
	}
	if !maps.EqualFunc(got, wanted, func(a, b []string) bool { return slices.EqualFunc(a, b, sameText) }) {
		return fmt.Errorf("the client sent the query %q, expected %q", query, wanted.Encode())
	}
	return nil
}

func sameText(a, b string) bool { return equal(a, b) }

// checkAuthorization compares the header Authorization with the key. Without a key, the header may have an empty one,
// because some clients can't omit the header.
func (a arguments) checkAuthorization(header string) error {
	wanted := "Bearer"
	if a.Key != nil {
		wanted += " " + *a.Key
	}
	if got := strings.TrimSpace(header); got != wanted && (got != "" || a.Key != nil) {
		return fmt.Errorf("the client sent Authorization: %q, expected %q", header, wanted)
	}
	return nil
}

func (a arguments) checkBody(body []byte) error {
	if a.Body == nil {
		if len(body) > 0 {
			return fmt.Errorf("the client sent a body, expected none: %s", body)
		}
		return nil
	}
	wanted, err := json.Marshal(a.Body)
	if err != nil {
		return err
	}
	return sameJSON(body, wanted)
}

// sameJSON returns an error unless both texts are the same JSON.
func sameJSON(got, wanted []byte) error {
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		return fmt.Errorf("%w: %s", err, got)
	}
	if err := json.Unmarshal(wanted, &b); err != nil {
		return fmt.Errorf("%w: %s", err, wanted)
	}
	if !equal(a, b) {
		return fmt.Errorf("the client sent %s, expected %s", got, bytes.TrimSpace(wanted))
	}
	return nil
}
