package server

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// sunset holds the headers of a deprecated operation's responses.
type sunset struct {
	// since is the value of Deprecation (RFC 9745): a structured date.
	since string
	// end is the value of Sunset (RFC 8594): an HTTP date.
	end string
}

// sunsetOf reads the days on which an operation was deprecated and will end: x-deprecated-since and
// x-sunset, both as "2027-06-30", UTC. A deprecated operation must have both. The name x-sunset is the one
// that tools for changes of OpenAPI documents know. It returns nil for an operation that isn't deprecated.
func sunsetOf(spec *openapi3.Operation) (*sunset, error) {
	if !spec.Deprecated {
		return nil, nil
	}
	since, err := dayOf(spec, "x-deprecated-since")
	if err != nil {
		return nil, err
	}
	end, err := dayOf(spec, "x-sunset")
	if err != nil {
		return nil, err
	}
	if !end.After(since) {
		return nil, fmt.Errorf("openapi: %s: x-sunset is not after x-deprecated-since", spec.OperationID)
	}
	return &sunset{since: "@" + strconv.FormatInt(since.Unix(), 10), end: end.Format(http.TimeFormat)}, nil
}

func dayOf(spec *openapi3.Operation, extension string) (time.Time, error) {
	text, _ := spec.Extensions[extension].(string)
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("openapi: %s is deprecated: %s must be a day such as '2027-06-30': %w", spec.OperationID, extension, err)
	}
	return day, nil
}

// deprecationHeaders adds headers to every answer of a deprecated operation: that it is deprecated, when it
// ends, and where to read more.
func deprecationHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if op := observed(c.Request().Context()).op; op != nil && op.sunset != nil {
			h := c.Response().Header()
			h.Set("Deprecation", op.sunset.since)
			h.Set("Sunset", op.sunset.end)
			h.Add("Link", `</docs>; rel="deprecation"; type="text/html"`)
		}
		return next(c)
	}
}
