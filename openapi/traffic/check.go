// Package traffic checks requests and responses against the OpenAPI document, and
// records which parts of the document they covered. It shares no code with the
// server's validator, so that a fault of that is found.
//
// The JSON Schema library is github.com/santhosh-tekuri/jsonschema (Apache-2.0),
// which passes the official test suite. There is one other maintained validator of
// whole HTTP messages in Go, pb33f/libopenapi-validator. It takes four minutes of
// processor time to compile.
package traffic

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/backlox/lox/openapi"
)

// Exchange is a request and its response.
type Exchange struct {
	Method string
	// Path is the path below the base URL as it was sent: escaped, and with the query.
	Path     string
	Header   http.Header
	Body     []byte
	Status   int
	Response http.Header
	Answer   []byte
}

func (e Exchange) String() string {
	return fmt.Sprintf("%s %s answered %d", e.Method, e.Path, e.Status)
}

// usualHeaders are headers of responses that the document needn't declare: those of HTTP
// itself.
var usualHeaders = []string{
	"Allow", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Strict-Transport-Security",
	"Transfer-Encoding", "Vary", "X-Content-Type-Options",
}

// Validator checks exchanges against the document. It is safe for concurrent use.
type Validator struct{ doc *document }

// NewValidator returns a validator for the strict form of the published document (see openapi.Closed).
func NewValidator() (*Validator, error) {
	strict, err := openapi.Closed()
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(strict)
	return &Validator{doc}, err
}

// Check returns the violations of an exchange. It checks the response always, and
// the request only if the server accepted it.
func (v *Validator) Check(e Exchange) error { return v.check(e, e.Status < http.StatusMultipleChoices) }

// CheckResponse is Check without the request. Use it if the request's body is unknown.
func (v *Validator) CheckResponse(e Exchange) error { return v.check(e, false) }

func (v *Validator) check(e Exchange, request bool) error {
	path, query, _ := strings.Cut(e.Path, "?")
	paths := v.doc.at("paths")
	for template := range paths.value {
		values, fits := matchPath(template, path)
		op := paths.child(template).child(strings.ToLower(e.Method))
		if !fits || op.value == nil {
			continue
		}
		errs := response(e, op)
		if request {
			parameters := append(paths.child(template).list("parameters"), op.list("parameters")...)
			errs = append(errs, sent(e, parameters, values, query)...)
			errs = append(errs, requestBody(e, op))
		}
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("%s: %w", e, err)
		}
		return nil
	}
	return fmt.Errorf("%s: the document has no such operation", e)
}

// matchPath reports whether a path fits a template such as /v1/backups/{id}. It returns
// the escaped values.
func matchPath(template, path string) (map[string]string, bool) {
	wanted, parts := strings.Split(template, "/"), strings.Split(path, "/")
	if len(wanted) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, part := range wanted {
		if name, variable := strings.CutPrefix(part, "{"); variable {
			values[strings.TrimSuffix(name, "}")] = parts[i]
		} else if part != parts[i] {
			return nil, false
		}
	}
	return values, true
}

func response(e Exchange, op node) []error {
	declared := op.child("responses").child(strconv.Itoa(e.Status))
	if declared.value == nil {
		return []error{errors.New("the status is not declared")}
	}
	var errs []error
	names := slices.Clone(usualHeaders)
	headers := declared.child("headers")
	for name := range headers.value {
		names = append(names, http.CanonicalHeaderKey(name))
		errs = append(errs, text(headers.child(name), "header "+name, e.Response.Values(name)))
	}
	for name := range e.Response {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("header %s: it is not declared", name))
		}
	}
	return append(errs, body("response body", declared, e.Response, e.Answer))
}

// sent checks what a request has besides its body.
func sent(e Exchange, parameters []node, inPath map[string]string, rawQuery string) []error {
	var errs []error
	scheme, _, _ := strings.Cut(e.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") { // all operations need it
		errs = append(errs, errors.New("header Authorization: want a bearer token"))
	}
	query, err := url.ParseQuery(rawQuery)
	errs = append(errs, err)
	for _, p := range parameters {
		name, _ := p.value["name"].(string)
		at := fmt.Sprintf("%v parameter %s", p.value["in"], name)
		switch {
		case p.value["in"] == "path":
			value, err := url.PathUnescape(inPath[name])
			errs = append(errs, err, text(p, at, []string{value}))
		case p.value["in"] == "header":
			errs = append(errs, text(p, at, e.Header.Values(name)))
		case p.value["style"] == "deepObject":
			object := objectIn(query, name)
			if len(object) > 0 {
				errs = append(errs, p.child("schema").validate(at, object))
			}
			for key := range object {
				delete(query, name+"["+key+"]")
			}
		default:
			errs = append(errs, text(p, at, query[name]))
			delete(query, name)
		}
	}
	for name := range query {
		errs = append(errs, fmt.Errorf("query parameter %s: it is not declared", name))
	}
	return errs
}

func requestBody(e Exchange, op node) error {
	declared := op.child("requestBody")
	if declared.value == nil {
		return nil // the server ignores a body that has no meaning
	}
	// The guide says that null counts as no body.
	if given := string(bytes.TrimSpace(e.Body)); given == "" || given == "null" {
		if declared.value["required"] == true {
			return errors.New("request body: it is missing")
		}
		return nil
	}
	return body("request body", declared, e.Header, e.Body)
}

// body checks the body of a message against the declaration of its content.
func body(at string, declared node, header http.Header, body []byte) error {
	content := declared.child("content")
	if content.value == nil && len(body) == 0 {
		return nil
	}
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if _, known := content.value[media]; err != nil || !known {
		return fmt.Errorf("%s: the media type %q is not declared", at, header.Get("Content-Type"))
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return content.child(media).child("schema").validate(at, value)
}

// text checks the values of a parameter or a header, which are sent as text.
func text(declared node, at string, values []string) error {
	switch {
	case len(values) == 0 && declared.value["required"] == true:
		return fmt.Errorf("%s: it is missing", at)
	case len(values) == 0:
		return nil
	case len(values) > 1:
		return fmt.Errorf("%s: it has %d values", at, len(values))
	}
	schema, value := declared.child("schema"), any(values[0])
	if schema.value["type"] != "string" {
		if read, err := jsonschema.UnmarshalJSON(strings.NewReader(values[0])); err == nil {
			value = read
		}
	}
	return schema.validate(at, value)
}
