package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// validate checks a request against the document. Its error names every wrong field.
func validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := observed(c.Request().Context()).op
		if op == nil {
			return next(c)
		}
		if err := op.check(c); err != nil {
			return err
		}
		if op.route.Operation.RequestBody == nil && c.Request().ContentLength != 0 {
			// Without this, a client that sends its whole body before it reads would lose the answer with
			// the connection. An error, such as the body's early end, makes no difference.
			_, _ = io.CopyN(io.Discard, c.Request().Body, unwantedBody)
		}
		return op.explain(next(c))
	}
}

// unwantedBody is how many bytes of a body are read and discarded for an operation that takes none: more
// than net/http reads by itself.
const unwantedBody = 8 << 20

func (op *operation) check(c echo.Context) error {
	r := c.Request()
	found := newProblems(op)
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return lox.Invalid(invalidParameters, "query", "Must be properly percent-encoded")
	}
	if len(op.objects) > 0 {
		observed(r.Context()).objects = found.takeObjects(query)
	}
	found.inQuery(query)
	found.inHeader(r.Header)
	spec := op.route.Operation.RequestBody
	if spec != nil {
		if err := parseBody(r, spec.Value); err != nil {
			return err
		}
	}
	found.add(openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request:     r,
		PathParams:  pathParams(c),
		QueryParams: query,
		Route:       op.route,
		Options:     paramOptions,
	}))
	if body, ok := r.Body.(parsedBody); ok {
		schema := spec.Value.Content.Get(r.Header.Get(echo.HeaderContentType)).Schema.Value
		found.addBody(schema.VisitJSON(body.value, bodyOptions...))
	}
	return found.err()
}

// paramOptions are for the validation of everything but the body.
var paramOptions = &openapi3filter.Options{MultiError: true, ExcludeRequestBody: true}

var rfc3339 = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`)

// bodyOptions are for the validation of a body. They set no defaults: a default would replace a null before
// the validator refuses the null.
var bodyOptions = []openapi3.SchemaValidationOption{
	openapi3.VisitAsRequest(),
	openapi3.MultiErrors(),
	// The validator's own check would accept the 30th of February.
	openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(text string) error {
		if !rfc3339.MatchString(text) { // time.Parse accepts other forms, too
			return errors.New("not RFC 3339")
		}
		_, err := time.Parse(time.RFC3339, text)
		return err
	})),
}

// explain names the field of a body that fits the schema, but that the generated code could not decode,
// such as 1e3 for an integer.
func (op *operation) explain(err error) error {
	binding, ok := errors.AsType[*echo.HTTPError](err)
	if !ok || op.route.Operation.RequestBody == nil {
		return err
	}
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](binding)
	if !ok {
		return err
	}
	text := "Must fit the API document"
	body := op.route.Operation.RequestBody.Value.Content.Get(echo.MIMEApplicationJSON).Schema.Value
	if property := body.Properties[wrong.Field]; property != nil {
		text = message(property.Value, "type")
	}
	return lox.Invalid(invalidBody, wrong.Field, text).Because(err)
}

func pathParams(c echo.Context) map[string]string {
	params := make(map[string]string, len(c.ParamNames()))
	for _, name := range c.ParamNames() {
		params[name] = c.Param(name)
	}
	return params
}
