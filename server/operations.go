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

// operation is one of the document's, with what the middleware asks of it.
type operation struct {
	id    string
	scope lox.Scope
	class lox.RateClass
	route *routers.Route
	// sunset is nil unless the operation is deprecated.
	sunset *sunset
	// query holds the names of the query parameters, and objects those of them that are
	// objects, written as name[key]=value.
	query, objects map[string]*openapi3.Parameter
}

// operations finds the operation of a request by method and Echo's own route,
// so that nothing is routed twice.
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

// noteQuery notes the query parameters by their names. Those that are objects are left to takeObjects: the
// validator would make 50 allocations to find that a request has none.
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

// withoutSecurity returns the operation as the validator is to see it: who may do
// what was found out before.
func withoutSecurity(spec *openapi3.Operation) *openapi3.Operation {
	open := *spec
	open.Security = openapi3.NewSecurityRequirements()
	return &open
}

// named reports whether every path parameter says what one is that names
// nothing.
func named(params openapi3.Parameters) error {
	for _, p := range params {
		if p.Value.In == openapi3.ParameterInPath && notFound(p.Value).Public == "" {
			return fmt.Errorf("openapi: parameter %s: x-not-found is missing", p.Value.Name)
		}
	}
	return nil
}

// echoPath writes the document's {id} as Echo's :id.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// of returns the operation of a request, or nil if it is none of the
// document's.
func (o operations) of(c echo.Context) *operation {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return o[endpoint{method, c.Path()}]
}

// bodiless reports whether the body of a request is of no interest, and so never
// read.
func bodiless(c echo.Context) bool {
	op := observed(c.Request().Context()).op
	return op == nil || op.route.Operation.RequestBody == nil
}

// inAPI reports whether a request is for the API, known to it or not.
func inAPI(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == BasePath || strings.HasPrefix(path, BasePath+"/")
}
