// Package traffic checks requests and responses against the OpenAPI document, and
// records which parts of the document they covered. It uses another library than
// the server, so that a fault of the server's validator is found.
//
// The library is github.com/pb33f/libopenapi-validator (MIT): the only other
// maintained validator of requests and responses in Go, and the engine of several
// proxies and linters.
package traffic

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	invalid "github.com/pb33f/libopenapi-validator/errors"

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

// requestHeaders are the headers that the API defines. Other headers come from the
// client's HTTP library and are not checked.
var requestHeaders = []string{"Authorization", "Content-Type", "Accept", "Idempotency-Key"}

// Validator checks exchanges against the document. It is safe for concurrent use.
type Validator struct {
	mu sync.Mutex // the library's cache of compiled schemas is not safe for concurrent use

	// These return the violations. They are functions, because each package that uses
	// Validator would compile the library's generic types again if Validator had a field
	// of one of them.
	request  func(*http.Request) []error
	response func(*http.Request, *http.Response) []error
}

// NewValidator returns a validator for the strict form of the published document (see openapi.Closed).
func NewValidator() (*Validator, error) {
	document, err := openapi.Closed()
	if err != nil {
		return nil, err
	}
	doc, err := libopenapi.NewDocument(document)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("build OpenAPI model: %w", err)
	}
	model.Model.Servers = nil // exchanges have paths below the base URL
	v := validator.NewValidatorFromV3Model(&model.Model,
		config.WithFormatAssertions(), config.WithContentAssertions(), config.WithStrictMode(),
		config.WithOpenAPIMode(),
		// Headers of HTTP itself are not declared in the document.
		config.WithStrictIgnoredHeadersExtra(
			"Date", "Vary", "Allow", "Authorization", "Content-Length", "X-Content-Type-Options", "Strict-Transport-Security",
		),
	)
	return &Validator{
		request: func(r *http.Request) []error {
			_, found := v.ValidateHttpRequestSync(r)
			return violations(found)
		},
		response: func(r *http.Request, answer *http.Response) []error {
			_, found := v.ValidateHttpResponse(r, answer)
			return violations(found)
		},
	}, nil
}

// Check returns the violations of an exchange. It checks the response always, and
// the request only if the server accepted it.
func (v *Validator) Check(e Exchange) error {
	err := v.CheckResponse(e)
	if string(bytes.TrimSpace(e.Body)) == "null" {
		// The guide says that null counts as no body. Without a body, the library reports a missing required body.
		e.Body = nil
	}
	if e.Status < http.StatusMultipleChoices {
		err = errors.Join(err, v.check(e, v.request))
	}
	return err
}

// CheckResponse is Check without the request. Use it if the request's body is unknown.
func (v *Validator) CheckResponse(e Exchange) error {
	return v.check(e, func(request *http.Request) []error {
		return v.response(request, &http.Response{
			StatusCode: e.Status, Header: e.Response.Clone(), Request: request,
			Body: io.NopCloser(bytes.NewReader(e.Answer)), ContentLength: int64(len(e.Answer)),
		})
	})
}

func (v *Validator) check(e Exchange, validate func(*http.Request) []error) error {
	request, err := http.NewRequest(e.Method, "http://lox"+e.Path, bytes.NewReader(e.Body)) //nolint:noctx // it is not sent
	if err != nil {
		return err
	}
	for _, name := range requestHeaders {
		if value := e.Header.Get(name); value != "" {
			request.Header.Set(name, value)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if errs := validate(request); len(errs) > 0 {
		return fmt.Errorf("%s: %w", e, errors.Join(errs...))
	}
	return nil
}

// metadataKeyError matches the library's message about an undeclared parameter metadata[key].
var metadataKeyError = regexp.MustCompile(`^query parameter 'metadata\[(?s:.)+\]' at `)

// violations returns the library's errors, except for those that are wrong.
func violations(found []*invalid.ValidationError) []error {
	var errs []error
	for _, f := range found {
		// Strict mode ignores that additionalProperties declares all members of an object.
		if f.ValidationSubType == invalid.StrictSubTypeProperty && strings.HasSuffix(f.Reason, "Declared properties: []") {
			continue
		}
		// Strict mode doesn't know that metadata[host] belongs to the parameter metadata.
		if f.ValidationSubType == invalid.StrictSubTypeQuery && metadataKeyError.MatchString(f.Message) {
			continue
		}
		reasons := []string{f.Message, f.Reason}
		for _, s := range f.SchemaValidationErrors {
			reasons = append(reasons, s.FieldPath+": "+s.Reason)
		}
		errs = append(errs, errors.New(strings.Join(reasons, "; ")))
	}
	return errs
}
