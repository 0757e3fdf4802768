package server

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

// parsedBody is the body of a request and its JSON value. The generated code takes the value from it instead
// of parsing the body again.
type parsedBody struct {
	io.ReadCloser
	value any
}

// ValidatedValue returns the value: objects are maps, and numbers are json.Number.
func (b parsedBody) ValidatedValue() any { return b.value }

// parseBody reads the body of a request as JSON, and leaves it as a parsedBody. It refuses other media types,
// and what two parsers could read differently: invalid UTF-8, lone surrogates and repeated names. Where a
// body is optional, null counts as no body: clients of some generators send it when their user gives no
// body.
func parseBody(r *http.Request, spec *openapi3.RequestBody) error {
	if codings := strings.Join(r.Header.Values(echo.HeaderContentEncoding), ", "); codings != "" && !strings.EqualFold(codings, "identity") {
		return unsupported(echo.HeaderContentEncoding, "Must be left out: the body must not be compressed")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		if tooLarge, ok := errors.AsType[*echo.HTTPError](err); ok {
			return tooLarge
		}
		return lox.Invalid(invalidBody, "body", "Could not be read to its end").Because(err)
	}
	if len(body) == 0 && !spec.Required {
		removeBody(r)
		return nil
	}
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || spec.Content[media] == nil {
		return unsupported(echo.HeaderContentType, "Must be "+strings.Join(slices.Sorted(maps.Keys(spec.Content)), " or "))
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return unsupported(echo.HeaderContentType, "Must be in UTF-8, such as "+media)
	}
	// The generated code picks the decoder by this header, and its comparison is case-sensitive.
	r.Header.Set(echo.HeaderContentType, media)
	value, err := parseJSON(body)
	if err != nil {
		return err
	}
	if value == nil && !spec.Required {
		removeBody(r)
		return nil
	}
	r.Body = parsedBody{io.NopCloser(bytes.NewReader(body)), value}
	return nil
}

// removeBody turns a request into one without a body.
func removeBody(r *http.Request) { r.Body, r.ContentLength = http.NoBody, 0 }

func unsupported(header, problem string) error {
	return &lox.Error{Code: lox.CodeUnsupportedMedia, Public: "Unsupported media type", Details: map[string]string{header: problem}}
}
