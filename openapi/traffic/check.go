// Package traffic holds what goes over the wire against the OpenAPI document,
// and keeps what of the document was seen there. Its judgement is independent
// of the server's: another library, with nothing of ours in between, so that a
// fault of the one that the server validates with doesn't hide itself.
//
// The library is github.com/pb33f/libopenapi-validator (MIT): the only other
// maintained validator of requests and responses in Go, and the engine of
// several proxies and linters.
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
	// Path is below the base URL and as it was sent: escaped, with the query.
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

// requestHeaders are those that matter to the API. Others are between a client
// and its transport.
var requestHeaders = []string{"Authorization", "Content-Type", "Accept", "Idempotency-Key"}

// Validator tells whether exchanges are as the document says. It is safe for
// concurrent use.
type Validator struct {
	mu sync.Mutex // the library caches what it compiles

	// They return what is wrong. No type of the library is in Validator: each package that
	// uses Validator would compile the library's generic types again.
	request  func(*http.Request) []error
	response func(*http.Request, *http.Response) []error
}

// NewValidator judges by the published document, as a server of its version keeps it.
func NewValidator() (*Validator, error) {
	document, err := openapi.Closed()
	if err != nil {
		return nil, err
	}
	doc, err := libopenapi.NewDocument(document)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	// The paths of exchanges are below any server's base URL.
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("build OpenAPI model: %w", err)
	}
	model.Model.Servers = nil
	v := validator.NewValidatorFromV3Model(&model.Model,
		config.WithFormatAssertions(), config.WithContentAssertions(), config.WithStrictMode(),
		config.WithOpenAPIMode(),
		// Headers of HTTP itself are no part of an API's description.
		config.WithStrictIgnoredHeadersExtra(
			"Date", "Vary", "Allow", "Authorization", "Content-Length", "X-Content-Type-Options", "Strict-Transport-Security",
		),
	)
	return &Validator{
		request: func(r *http.Request) []error {
			_, found := v.ValidateHttpRequestSync(r)
			return described(found)
		},
		response: func(r *http.Request, answer *http.Response) []error {
			_, found := v.ValidateHttpResponse(r, answer)
			return described(found)
		},
	}, nil
}

// Check returns what of an exchange is not as the document says: of the
// response always, of the request if it was accepted.
func (v *Validator) Check(e Exchange) error {
	err := v.CheckResponse(e)
	if string(bytes.TrimSpace(e.Body)) == "null" {
		e.Body = nil // the guide says so, and the library finds that a required body is missing
	}
	if e.Status < http.StatusMultipleChoices {
		err = errors.Join(err, v.check(e, v.request))
	}
	return err
}

// CheckResponse is Check for who doesn't know the body of the request.
func (v *Validator) CheckResponse(e Exchange) error {
	return v.check(e, func(request *http.Request) []error {
		return v.response(request, &http.Response{
			StatusCode: e.Status, Header: e.Response.Clone(), Request: request,
			Body: io.NopCloser(bytes.NewReader(e.Answer)), ContentLength: int64(len(e.Answer)),
		})
	})
}

func (v *Validator) check(e Exchange, judge func(*http.Request) []error) error {
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
	if errs := judge(request); len(errs) > 0 {
		return fmt.Errorf("%s: %w", e, errors.Join(errs...))
	}
	return nil
}

// keyOfObject is what is said of an undeclared parameter that is a key of one which is an object.
var keyOfObject = regexp.MustCompile(`^query parameter 'metadata\[(?s:.)+\]' at `)

func described(found []*invalid.ValidationError) []error {
	var errs []error
	for _, f := range found {
		// Names of a user's own are declared by additionalProperties, which the strict
		// mode takes for no declaration.
		if f.ValidationSubType == invalid.StrictSubTypeProperty && strings.HasSuffix(f.Reason, "Declared properties: []") {
			continue
		}
		// Nor does it know that metadata[host] is of the parameter metadata.
		if f.ValidationSubType == invalid.StrictSubTypeQuery && keyOfObject.MatchString(f.Message) {
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
