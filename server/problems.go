package server

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/backlox/lox"
)

// The messages of validation errors. The details have the rest.
const (
	invalidBody       = "Invalid request body"
	invalidParameters = "Invalid request parameters"
	onlyOnce          = "Must be given once"
)

// problems collects what is wrong with a request, by field.
type problems struct {
	op      *operation
	message string
	details map[string]string
	// closed are the objects whose unknown fields are already noted.
	closed map[string]bool
	// refusal takes precedence over the details: the id in the path can't exist, or the body is too large.
	refusal error
}

func newProblems(op *operation) *problems {
	return &problems{op: op, message: invalidParameters, details: map[string]string{}, closed: map[string]bool{}}
}

const (
	// maxNamed is the maximum number of wrong fields that an error names.
	maxNamed = 20
	// maxFieldName is the maximum length of a field's name in an error, in bytes.
	maxFieldName = 256
)

// err returns the error with everything that was noted, or nil if nothing was.
func (p *problems) err() error {
	switch {
	case p.refusal != nil:
		return p.refusal
	case len(p.details) > maxNamed:
		wrong := len(p.details)
		named := slices.Sorted(maps.Keys(p.details))[:maxNamed]
		maps.DeleteFunc(p.details, func(field, _ string) bool {
			_, found := slices.BinarySearch(named, field)
			return !found
		})
		return &lox.Error{
			Code: lox.CodeValidation, Public: fmt.Sprintf("%s: %d fields are wrong, %d of them are named", p.message, wrong, maxNamed),
			Details: p.details,
		}
	case len(p.details) > 0:
		return &lox.Error{Code: lox.CodeValidation, Public: p.message, Details: p.details}
	default:
		return nil
	}
}

func (p *problems) note(field, problem string) {
	if len(field) > maxFieldName {
		field = strings.ToValidUTF8(field[:maxFieldName], "") + "…"
	}
	if _, known := p.details[field]; !known {
		p.details[field] = problem
	}
}

// inQuery notes query parameters that don't exist, are repeated or have no value: a misspelt filter must
// not return everything.
func (p *problems) inQuery(query url.Values) {
	for name, values := range query {
		switch {
		case p.op.query[name] == nil:
			p.note(name, "Unknown parameter")
		case p.op.objects[name] != nil: // it is without a key, or takeObjects would have removed it
			p.note(name, message(p.op.query[name].Schema.Value, "type"))
		case len(values) > 1:
			p.note(name, onlyOnce)
		case !utf8.ValidString(values[0]):
			p.note(name, message(p.op.query[name].Schema.Value, "type"))
		case values[0] == "":
			// openapi3filter treats an empty number as an absent one.
			p.note(name, message(p.op.query[name].Schema.Value, "type"))
		}
	}
}

// inHeader notes header parameters that are repeated.
func (p *problems) inHeader(header http.Header) {
	for _, param := range p.op.route.Operation.Parameters {
		if name := param.Value.Name; param.Value.In == openapi3.ParameterInHeader && len(header.Values(name)) > 1 {
			p.note(name, onlyOnce)
		}
	}
}

// add notes the errors of the parameters.
func (p *problems) add(err error) {
	if err == nil {
		return
	}
	//nolint:errorlint // one level of the tree at a time
	switch e := err.(type) {
	case openapi3.MultiError:
		for _, one := range e {
			p.add(one)
		}
	case *openapi3filter.RequestError:
		p.addRequestError(e)
	default:
		p.note("body", "Must be what the API document describes")
	}
}

func (p *problems) addRequestError(e *openapi3filter.RequestError) {
	if e.Parameter.In == openapi3.ParameterInPath {
		// Text that isn't an id names nothing that exists.
		p.refusal = notFound(e.Parameter)
		return
	}
	keyword := "type"
	if wrong, ok := errors.AsType[*openapi3.SchemaError](e.Err); ok {
		keyword = wrong.SchemaField
	} else if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
		keyword = "required"
	}
	p.note(e.Parameter.Name, message(e.Parameter.Schema.Value, keyword))
}

// notFound returns the document's x-not-found of a path parameter: the error for an id that doesn't exist.
func notFound(param *openapi3.Parameter) *lox.Error {
	says, _ := param.Extensions["x-not-found"].(map[string]any)
	code, _ := says["code"].(string)
	text, _ := says["message"].(string)
	return lox.Errorf(lox.Code(code), "%s", text)
}

// addBody notes the errors of a body's schema.
func (p *problems) addBody(err error) {
	if err != nil {
		p.message = invalidBody
		p.inBody(err)
	}
}

func (p *problems) inBody(err error) {
	//nolint:errorlint // one level of the tree at a time
	switch e := err.(type) {
	case openapi3.MultiError:
		for _, one := range e {
			p.inBody(one)
		}
	case *openapi3.SchemaError:
		p.inSchema(e)
	default:
		if inner := errors.Unwrap(err); inner != nil {
			p.inBody(inner)
			return
		}
		p.note("body", "Must be a JSON object")
	}
}

func (p *problems) inSchema(e *openapi3.SchemaError) {
	path := e.JSONPointer()
	schema := e.Schema
	switch e.SchemaField {
	case "required":
		if property := schema.Properties[path[len(path)-1]]; property != nil {
			schema = property.Value
		}
	case "properties":
		p.inClosed(path, e)
		return
	}
	p.note(field(path), message(schema, e.SchemaField))
}

// inClosed notes the fields of an object that its schema doesn't have. The validator reports the object
// once for each of them.
func (p *problems) inClosed(path []string, e *openapi3.SchemaError) {
	if p.closed[field(path)] {
		return
	}
	p.closed[field(path)] = true
	readOnly, _ := e.Schema.Extensions["x-read-only"].(map[string]any)
	for _, name := range unknownFields(e) {
		text, ok := readOnly[name].(string)
		if !ok {
			text = message(e.Schema, "additionalProperties")
		}
		p.note(field(append(slices.Clip(path), name)), text)
	}
}

// unknownFields returns the names of an object's fields that its schema doesn't have.
func unknownFields(e *openapi3.SchemaError) []string {
	object, _ := e.Value.(map[string]any)
	var names []string
	for name := range object {
		if e.Schema.Properties[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

// field returns the path of a value in a body, such as metadata.key.
func field(path []string) string {
	if len(path) == 0 {
		return "body"
	}
	return strings.Join(path, ".")
}

// message returns the document's x-error-messages text for a value that violates a keyword of its schema.
func message(schema *openapi3.Schema, keyword string) string {
	texts, _ := schema.Extensions["x-error-messages"].(map[string]any)
	if keyword == "nullable" { // a null where the schema requires a type
		keyword = "type"
	}
	if text, ok := texts[keyword].(string); ok {
		return text
	}
	return fmt.Sprintf("Must fit the API document (%s)", keyword)
}
