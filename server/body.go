package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
)

const (
	// maxBodyValues bounds the values in a body: fields, list items and the values inside them. No request
	// needs half as many. The validator takes time and memory for each value, and it doesn't stop when the
	// client disconnects.
	maxBodyValues = 500
	// maxBodyDepth bounds how deep objects and lists are nested.
	maxBodyDepth = 16
	// maxBodyText and maxBodyNumber bound a string and a number, in bytes. Without them the validator would
	// match patterns against all of a string, and compute with a number, before it finds that the value is
	// too long.
	maxBodyText   = 64 << 10
	maxBodyNumber = 1000
)

// strictJSON refuses a body that encoding/json would read differently from what was sent: other media
// types; invalid UTF-8 and lone surrogates, which become U+FFFD; and repeated names, of which the last
// value would win. Where a body is optional, null counts as no body: clients of some generators send it
// when their user gives no body.
func strictJSON(r *http.Request, spec *openapi3.RequestBody) error {
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
	r.Body = io.NopCloser(bytes.NewReader(body))
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || spec.Content[media] == nil {
		return unsupported(echo.HeaderContentType, "Must be "+strings.Join(slices.Sorted(maps.Keys(spec.Content)), " or "))
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return unsupported(echo.HeaderContentType, "Must be in UTF-8, such as "+media)
	}
	// The generated code picks the decoder by this header, and its comparison is case-sensitive.
	r.Header.Set(echo.HeaderContentType, media)
	switch value := bytes.Trim(body, jsonSpace); {
	case string(value) == "null" && !spec.Required:
		removeBody(r)
		return nil
	case len(value) == 0:
		return lox.Invalid(invalidBody, "body", "Must be a JSON object")
	}
	return wellFormed(body)
}

// jsonSpace is the white space of RFC 8259, section 2.
const jsonSpace = " \t\n\r"

// removeBody turns a request into one without a body.
func removeBody(r *http.Request) { r.Body, r.ContentLength = http.NoBody, 0 }

func unsupported(header, problem string) error {
	return &lox.Error{Code: lox.CodeUnsupportedMedia, Public: "Unsupported media type", Details: map[string]string{header: problem}}
}

// wellFormed refuses a body that is not a single JSON value, that repeats a name, or that has too many, too
// long or too deeply nested values. It takes linear time.
func wellFormed(body []byte) error {
	if err := excess(body); err != nil {
		return err
	}
	if jsontext.Value(body).IsValid() { // IsValid reuses its decoders
		return nil
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	_, err := decoder.ReadValue()
	if err == nil {
		return lox.Invalid(invalidBody, "body", "Must be a single JSON value")
	}
	wrong, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !ok:
		return lox.Invalid(invalidBody, "body", "Must be well-formed JSON").Because(err)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return lox.Invalid(invalidBody, field(slices.Collect(wrong.JSONPointer.Tokens())), "Must be given once")
	default:
		return lox.Invalid(invalidBody, "body",
			fmt.Sprintf("Must be well-formed JSON: %v at byte %d", wrong.Err, wrong.ByteOffset)).Because(err)
	}
}

// excess refuses a body with too many, too long or too deeply nested values. A body that is not JSON
// passes: wellFormed refuses it.
func excess(body []byte) error {
	// Every value but the first follows one of these characters. Most bodies have so few that they need no
	// closer look.
	nested := bytes.Count(body, []byte("{")) + bytes.Count(body, []byte("["))
	if len(body) <= maxBodyNumber && nested <= maxBodyDepth && nested+bytes.Count(body, []byte(",")) < maxBodyValues {
		return nil
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true))
	for values := 0; values <= maxBodyValues; {
		name := isName(decoder)
		token, err := decoder.ReadToken()
		if err != nil { // also at the end of the body
			return nil //nolint:nilerr // see above
		}
		if name {
			continue
		}
		problem := ""
		switch kind := token.Kind(); {
		case kind == '"' && len(token.String()) > maxBodyText:
			problem = fmt.Sprintf("Must be at most %d bytes long", maxBodyText)
		case kind == '0' && len(token.String()) > maxBodyNumber:
			problem = fmt.Sprintf("Must be a number of at most %d characters", maxBodyNumber)
		}
		if problem != "" {
			return lox.Invalid(invalidBody, field(slices.Collect(decoder.StackPointer().Tokens())), problem)
		}
		if kind := token.Kind(); kind != '}' && kind != ']' {
			values++
		}
		if decoder.StackDepth() > maxBodyDepth {
			return lox.Invalid(invalidBody, "body", fmt.Sprintf("Must have at most %d levels of objects and lists", maxBodyDepth))
		}
	}
	return lox.Invalid(invalidBody, "body", fmt.Sprintf("Must have at most %d values, those inside of others included", maxBodyValues))
}

// isName reports whether the next token is the name of a field.
func isName(decoder *jsontext.Decoder) bool {
	kind, length := decoder.StackIndex(decoder.StackDepth())
	return kind == '{' && length%2 == 0
}
