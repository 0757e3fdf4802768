package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// operation is an operation of the document, with the properties that the middleware needs.
type operation struct {
	id    string
	scope lox.Scope
	class lox.RateClass
	route *routers.Route
	// sunset is nil unless the operation is deprecated.
	sunset *sunset
	// query holds the query parameters by their names. objects holds those of them that are objects,
	// written as name[key]=value.
	query, objects map[string]*openapi3.Parameter
}

// operations finds the operation of a request by the method and Echo's route, so that no request is routed
// twice.
type operations map[endpoint]*operation

type endpoint struct{ method, route string }

func newOperations(doc *openapi3.T) (operations, error) {
	ops := operations{}
	for path, item := range doc.Paths.Map() {
		if err := named(item.Parameters); err != nil {
			return nil, err
		}
		for method, spec := range item.Operations() {
			scope, ok := spec.Extensions["x-required-scope"].(string)
			if !ok {
				return nil, fmt.Errorf("openapi: %s: x-required-scope is missing", spec.OperationID)
			}
			class, ok := spec.Extensions["x-rate-limit-class"].(string)
			if !ok {
				return nil, fmt.Errorf("openapi: %s: x-rate-limit-class is missing", spec.OperationID)
			}
			sunset, err := sunsetOf(spec)
			if err != nil {
				return nil, err
			}
			op := &operation{
				id:     spec.OperationID,
				scope:  lox.Scope(scope),
				class:  lox.RateClass(class),
				sunset: sunset,
				route:  &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: withoutSecurity(spec)},
				query:  map[string]*openapi3.Parameter{}, objects: map[string]*openapi3.Parameter{},
			}
			op.noteQuery()
			ops[endpoint{method, BasePath + echoPath(path)}] = op
		}
	}
	return ops, nil
}

// noteQuery records the query parameters by their names. It removes the object parameters from what the
// validator sees, and leaves them to takeObjects: the validator would make 50 allocations to find that a
// request has none.
func (op *operation) noteQuery() {
	spec := op.route.Operation // a copy
	for _, p := range spec.Parameters {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		op.query[p.Value.Name] = p.Value
		if p.Value.Style == openapi3.SerializationDeepObject {
			op.objects[p.Value.Name] = p.Value
		}
	}
	spec.Parameters = slices.DeleteFunc(slices.Clone(spec.Parameters), func(p *openapi3.ParameterRef) bool {
		return op.objects[p.Value.Name] != nil
	})
}

// withoutSecurity returns the operation without its security requirements, for the validator:
// authentication and permissions are checked before.
func withoutSecurity(spec *openapi3.Operation) *openapi3.Operation {
	open := *spec
	open.Security = openapi3.NewSecurityRequirements()
	return &open
}

// named returns an error unless every path parameter has x-not-found: the code and the message for an id
// that doesn't exist.
func named(params openapi3.Parameters) error {
	for _, p := range params {
		if p.Value.In == openapi3.ParameterInPath && notFound(p.Value).Public == "" {
			return fmt.Errorf("openapi: parameter %s: x-not-found is missing", p.Value.Name)
		}
	}
	return nil
}

// echoPath converts the document's {id} to Echo's :id.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// of returns the operation of a request, or nil if the request matches none.
func (o operations) of(c echo.Context) *operation {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return o[endpoint{method, c.Path()}]
}

// bodiless reports whether the operation takes no body, so that the body is never parsed.
func bodiless(c echo.Context) bool {
	op := observed(c.Request().Context()).op
	return op == nil || op.route.Operation.RequestBody == nil
}

// inAPI reports whether a request is for a path of the API, even one that doesn't exist.
func inAPI(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == BasePath || strings.HasPrefix(path, BasePath+"/")
}
