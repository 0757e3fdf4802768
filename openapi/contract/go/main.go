// Command go is the adapter of the Go client. The README of the contract says what an adapter does.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/webhooks/verify"
)

// requestTimeout is longer than any request may take.
const requestTimeout = time.Minute

var httpClient = &http.Client{
	Timeout:       requestTimeout,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

type request struct {
	ID        int    `json:"id"`
	Do        string `json:"do"`
	Base      string `json:"base"`
	Operation string `json:"operation"`
	Path      []struct {
		Value string `json:"value"`
	} `json:"path"`
	Query   map[string]any    `json:"query"`
	Header  map[string]any    `json:"header"`
	Body    any               `json:"body"`
	Key     *string           `json:"key"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Content []byte            `json:"content"`
	Secret  string            `json:"secret"`
}

type reply struct {
	ID       int               `json:"id"`
	Error    string            `json:"error,omitempty"`
	Status   int               `json:"status,omitempty"`
	Headers  map[string]string `json:"headers,omitempty"`
	Content  []byte            `json:"content,omitempty"`
	Type     string            `json:"type,omitempty"`
	Value    any               `json:"value,omitempty"`
	Verified bool              `json:"verified,omitempty"`
}

func main() {
	if err := serve(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers each line of in by a line of out.
func serve(ctx context.Context, in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var r request
		if err := errors.Join(err, json.Unmarshal(line, &r)); err != nil {
			return err
		}
		got, err := r.do(ctx)
		if err != nil {
			got.Error = err.Error()
		}
		got.ID = r.ID
		if err := json.NewEncoder(out).Encode(got); err != nil {
			return err
		}
	}
}

func (r request) do(ctx context.Context) (reply, error) {
	switch r.Do {
	case "call":
		return r.call(ctx)
	case "request":
		return r.send(ctx)
	case "verify":
		return r.verify()
	case "event":
		return r.event()
	default:
		return reply{}, fmt.Errorf("do: %q is unknown", r.Do)
	}
}

// call calls an operation by the method of the client that has its name.
func (r request) call(ctx context.Context) (reply, error) {
	api, err := client.NewClientWithResponses(r.Base, client.WithHTTPClient(httpClient))
	if err != nil {
		return reply{}, err
	}
	method, err := r.method(reflect.ValueOf(api))
	if err != nil {
		return reply{}, err
	}
	args, err := r.arguments(ctx, method.Type())
	if err != nil {
		return reply{}, err
	}
	var authorize client.RequestEditorFn = func(_ context.Context, request *http.Request) error {
		if r.Key != nil {
			request.Header.Set("Authorization", "Bearer "+*r.Key)
		}
		return nil
	}
	results := method.Call(append(args, reflect.ValueOf(authorize)))
	if err, _ := reflect.TypeAssert[error](results[1]); err != nil {
		return reply{}, err
	}
	response := results[0].Elem()
	got, ok := reflect.TypeAssert[*http.Response](response.FieldByName("HTTPResponse")) //nolint:bodyclose // the client closed it
	if !ok {
		return reply{}, errors.New("the client has no HTTPResponse")
	}
	typed := response.FieldByName("JSON" + strconv.Itoa(got.StatusCode))
	if !typed.IsValid() || typed.IsNil() {
		return reply{}, fmt.Errorf("the client has no type for a response %d", got.StatusCode)
	}
	return reply{Status: got.StatusCode, Headers: flat(got.Header), Type: typed.Elem().Type().Name(), Value: typed.Interface()}, nil
}

// method finds the method of an operation. Without a body it prefers the method that takes the body as a reader, if there
// is one, because only that can send none.
func (r request) method(api reflect.Value) (reflect.Value, error) {
	suffixes := []string{"WithResponse"}
	if r.Body == nil {
		suffixes = []string{"WithBodyWithResponse", "WithResponse"}
	}
	for _, suffix := range suffixes {
		for m := range api.Type().Methods() {
			if strings.EqualFold(m.Name, r.Operation+suffix) {
				return api.MethodByName(m.Name), nil
			}
		}
	}
	return reflect.Value{}, errors.New("the client has no such operation")
}

// arguments returns the arguments of a method of the client: the context, each path parameter, the other parameters in a
// struct, and the body.
func (r request) arguments(ctx context.Context, method reflect.Type) ([]reflect.Value, error) {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for _, p := range r.Path {
		args = append(args, reflect.ValueOf(p.Value).Convert(method.In(len(args))))
	}
	others := map[string]any{}
	maps.Copy(others, r.Query)
	maps.Copy(others, r.Header)
	for len(args) < method.NumIn()-1 { // the last parameter is for request editors
		at := method.In(len(args))
		from := r.Body
		if at.Kind() == reflect.Pointer {
			from = others
		} else if r.Body == nil { // the method takes a content type and a reader of the body
			return append(args, reflect.ValueOf("application/json"), reflect.Zero(method.In(len(args)+1))), nil
		}
		value := reflect.New(at)
		if err := convert(from, value.Interface()); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		args = append(args, value.Elem())
	}
	return args, nil
}

// convert converts a decoded value to a type of the client. A member that the type doesn't have is an error, because the
// client would not send it.
func convert(from, to any) error {
	encoded, err := json.Marshal(from)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	return decoder.Decode(to)
}

// send makes a plain HTTP request.
func (r request) send(ctx context.Context) (reply, error) {
	out, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Content))
	if err != nil {
		return reply{}, err
	}
	for name, value := range r.Headers {
		out.Header.Set(name, value)
	}
	got, err := httpClient.Do(out)
	if err != nil {
		return reply{}, err
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	return reply{Status: got.StatusCode, Headers: flat(got.Header), Content: content}, err
}

func flat(header http.Header) map[string]string {
	headers := map[string]string{}
	for name, values := range header {
		headers[name] = strings.Join(values, ", ")
	}
	return headers
}

// verify tells whether a webhook is signed with the secret.
func (r request) verify() (reply, error) {
	v, err := verify.New(r.Secret)
	if err != nil {
		return reply{}, err
	}
	header := http.Header{}
	for name, value := range r.Headers {
		header.Set(name, value)
	}
	return reply{Verified: v.Verify(header, r.Content) == nil}, nil
}

// event decodes a webhook with the client: as the type that its discriminator names, or as an UnknownEvent.
func (r request) event() (reply, error) {
	var event client.WebhookEvent
	if err := json.Unmarshal(r.Content, &event); err != nil {
		return reply{}, err
	}
	known, err := event.AsKnownEvent()
	if err != nil {
		return reply{}, err
	}
	value, err := known.ValueByDiscriminator()
	if err != nil {
		value, err = event.AsUnknownEvent()
	}
	// A pointer, because MarshalJSON of UnknownEvent has a pointer receiver.
	typed := reflect.New(reflect.TypeOf(value))
	typed.Elem().Set(reflect.ValueOf(value))
	return reply{Type: typed.Elem().Type().Name(), Value: typed.Interface()}, err
}
