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

// operation is one of the document's.
type operation struct {
	*openapi3.Operation

	method, path string
	parameters   map[string]*openapi3.Parameter // by their names
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

// arguments are what a call gives to an operation.
type arguments struct {
	// Path has the parameters in the order in which they are in the path.
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

// arrange puts the parameters of a step where the document has them.
func (o *operation) arrange(given map[string]any) (arguments, error) {
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
		a.Path = append(a.Path, argument{name, written(value)})
	}
	return a, nil
}

// declared is the name of the schema that the document has for an answer.
func (o *operation) declared(e traffic.Exchange) (string, error) {
	response := o.Responses.Status(e.Status)
	if response == nil {
		return "", fmt.Errorf("%s: the document has no answer %d", o.OperationID, e.Status)
	}
	mediaType, _, err := mime.ParseMediaType(e.Response.Get("Content-Type"))
	if err != nil {
		return "", fmt.Errorf("%s: Content-Type: %w", o.OperationID, err)
	}
	content := response.Value.Content[mediaType]
	if content == nil {
		return "", fmt.Errorf("%s: the document has no %s for an answer %d", o.OperationID, mediaType, e.Status)
	}
	return content.Schema.Ref[strings.LastIndex(content.Schema.Ref, "/")+1:], nil
}

// sent checks that a client sent what it was told to, and nothing else.
func (o *operation) sent(a arguments, e traffic.Exchange) error {
	path, query, _ := strings.Cut(e.Path, "?")
	wanted := o.path
	for _, p := range a.Path {
		wanted = strings.Replace(wanted, "{"+p.Name+"}", p.Value, 1)
	}
	if came, err := url.PathUnescape(path); err != nil || came != wanted || e.Method != o.method {
		return fmt.Errorf("the client sent %s %s, expected %s %s", e.Method, path, o.method, wanted)
	}
	if err := o.querySent(a, query); err != nil {
		return err
	}
	for name, value := range a.Header {
		if e.Header.Get(name) != written(value) {
			return fmt.Errorf("the client sent %s: %q, expected %q", name, e.Header.Get(name), written(value))
		}
	}
	if err := a.authorized(e.Header.Get("Authorization")); err != nil {
		return err
	}
	return a.bodySent(e.Body)
}

// querySent holds a query against the parameters. A client may write out what the document has as a default.
func (o *operation) querySent(a arguments, query string) error {
	came, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	wanted := url.Values{}
	for name, value := range a.Query {
		members, isObject := value.(map[string]any)
		if !isObject {
			wanted.Set(name, written(value))
		}
		for member, value := range members { // style deepObject
			wanted.Set(name+"["+member+"]", written(value))
		}
	}
	for name := range came {
		p := o.parameters[name]
		if !wanted.Has(name) && p != nil && p.In == "query" && p.Schema.Value.Default != nil {
			wanted.Set(name, written(p.Schema.Value.Default))
		}
	}
	if !maps.EqualFunc(came, wanted, func(a, b []string) bool { return slices.EqualFunc(a, b, sameText) }) {
		return fmt.Errorf("the client sent the query %q, expected %q", query, wanted.Encode())
	}
	return nil
}

func sameText(a, b string) bool { return equal(a, b) }

// authorized holds the header Authorization against the key. A client that can't leave the header out sends an empty key.
func (a arguments) authorized(header string) error {
	wanted := "Bearer"
	if a.Key != nil {
		wanted += " " + *a.Key
	}
	if came := strings.TrimSpace(header); came != wanted && (came != "" || a.Key != nil) {
		return fmt.Errorf("the client sent Authorization: %q, expected %q", header, wanted)
	}
	return nil
}

func (a arguments) bodySent(body []byte) error {
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
	return same(body, wanted)
}

// same returns an error unless two texts are the same JSON.
func same(came, wanted []byte) error {
	var a, b any
	if err := json.Unmarshal(came, &a); err != nil {
		return fmt.Errorf("%w: %s", err, came)
	}
	if err := json.Unmarshal(wanted, &b); err != nil {
		return fmt.Errorf("%w: %s", err, wanted)
	}
	if !equal(a, b) {
		return fmt.Errorf("the client sent %s, expected %s", came, bytes.TrimSpace(wanted))
	}
	return nil
}
