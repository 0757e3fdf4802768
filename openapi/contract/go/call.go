package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox/gen/client"
)

// callPatiently calls an operation, and again after a 429 that the step
// doesn't expect: who runs this against a server of their own may have a small
// plan.
func (r *runner) callPatiently(ctx context.Context, s step) (*answer, error) {
	for {
		a, err := r.call(ctx, s)
		if err != nil || a.status != http.StatusTooManyRequests || s.Expect.Status == http.StatusTooManyRequests {
			return a, err
		}
		seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
		if err != nil {
			return nil, fmt.Errorf("429 without Retry-After: %w", err)
		}
		if err := sleep(ctx, time.Duration(seconds)*time.Second); err != nil {
			return nil, err
		}
	}
}

// call calls an operation by its method of the client, which is found by its
// name; parameters and body become the method's types by way of JSON.
func (r *runner) call(ctx context.Context, s step) (*answer, error) {
	method, err := r.method(s)
	if err != nil {
		return nil, err
	}
	args, err := r.arguments(ctx, s, method.Type())
	if err != nil {
		return nil, err
	}
	editor, err := r.authorize(s)
	if err != nil {
		return nil, err
	}
	results := method.Call(append(args, reflect.ValueOf(editor)))
	if err, _ := reflect.TypeAssert[error](results[1]); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Call, err)
	}
	return decoded(s.Call, results[0].Elem())
}

// method finds the method of a step's operation: if the step has no body, the one that takes a
// reader of the body.
func (r *runner) method(s step) (reflect.Value, error) {
	suffixes := []string{"WithResponse"}
	if s.Body == nil {
		suffixes = []string{"WithBodyWithResponse", "WithResponse"}
	}
	all := reflect.ValueOf(r.client)
	for _, suffix := range suffixes {
		for m := range all.Type().Methods() {
			if strings.EqualFold(m.Name, s.Call+suffix) {
				return all.MethodByName(m.Name), nil
			}
		}
	}
	return reflect.Value{}, fmt.Errorf("the client has no %s", s.Call)
}

// arguments are those of a method of the client: the context, each path
// parameter, the other parameters in a struct, and the body.
func (r *runner) arguments(ctx context.Context, s step, method reflect.Type) ([]reflect.Value, error) {
	filled, err := r.fill(s.Parameters)
	if err != nil {
		return nil, err
	}
	given, _ := filled.(map[string]any)
	body, err := r.fill(s.Body)
	if err != nil {
		return nil, err
	}
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for _, name := range r.paths[s.Call] {
		value, ok := given[name]
		if !ok {
			return nil, fmt.Errorf("parameters: %s is missing", name)
		}
		delete(given, name)
		args = append(args, reflect.ValueOf(written(value)).Convert(method.In(len(args))))
	}
	for len(args) < method.NumIn()-1 {
		at := method.In(len(args))
		from := body
		switch {
		case at.Kind() == reflect.Pointer:
			from, given = given, nil
		case body == nil: // see method
			return append(args, reflect.ValueOf("application/json"), reflect.Zero(method.In(len(args)+1))), nil
		default:
			body = nil
		}
		value := reflect.New(at)
		if err := convert(from, value.Interface()); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		args = append(args, value.Elem())
	}
	if body != nil || len(given) > 0 {
		return nil, fmt.Errorf("%s takes no such parameters or body: %v %v", s.Call, given, body)
	}
	return args, nil
}

// convert makes a typed value of a decoded one. What the type doesn't know is
// an error, for it would not be sent.
func convert(from, to any) error {
	encoded, err := json.Marshal(from)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	return decoder.Decode(to)
}

func (r *runner) authorize(s step) (client.RequestEditorFn, error) {
	if s.Key.Tag == "!!null" {
		return func(context.Context, *http.Request) error { return nil }, nil
	}
	key := s.Key.Value
	if key == "" {
		key = "${key}"
	}
	text, err := r.text(key)
	return func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+text)
		return nil
	}, err
}

// decoded takes from a response of the client the value of the type that the
// document declares for its status, encoded again.
func decoded(operation string, response reflect.Value) (*answer, error) {
	got, ok := reflect.TypeAssert[*http.Response](response.FieldByName("HTTPResponse")) //nolint:bodyclose // read by the client
	if !ok {
		return nil, errors.New("the client has no HTTPResponse")
	}
	a := &answer{status: got.StatusCode, header: got.Header, raw: response.FieldByName("Body").Bytes()}
	typed := response.FieldByName("JSON" + strconv.Itoa(a.status))
	if !typed.IsValid() || typed.IsNil() {
		return nil, fmt.Errorf("%s: the client has no type for this answer: %d %s", operation, a.status, a.raw)
	}
	var err error
	a.body, err = again(typed.Interface(), a.raw)
	return a, err
}

// again encodes a typed value and returns it decoded, which must be what came.
func again(typed any, raw []byte) (body any, err error) {
	encoded, err := json.Marshal(typed)
	if err != nil {
		return nil, err
	}
	var came any
	if err := errors.Join(json.Unmarshal(encoded, &body), json.Unmarshal(raw, &came)); err != nil {
		return nil, err
	}
	if !equal(came, body) {
		return nil, fmt.Errorf("%T loses something:\ncame    %s\nencodes %s", typed, raw, encoded)
	}
	return body, nil
}

// request makes a plain HTTP request.
func (r *runner) request(ctx context.Context, p plain) (*answer, error) {
	url, err := r.text(p.URL)
	if err != nil {
		return nil, err
	}
	content, known := r.payloads[p.Payload]
	if p.Payload != "" && !known {
		return nil, fmt.Errorf("no payload %q", p.Payload)
	}
	if p.Text != "" {
		text, err := r.text(p.Text)
		if err != nil {
			return nil, err
		}
		content = []byte(text)
	}
	request, err := http.NewRequestWithContext(ctx, p.Method, url, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	headers, err := r.fill(p.Headers)
	if err != nil {
		return nil, err
	}
	for name, value := range asMap(headers) {
		request.Header.Set(name, written(value))
	}
	got, err := r.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	raw, err := io.ReadAll(got.Body)
	a := &answer{status: got.StatusCode, header: got.Header, raw: raw}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		err = errors.Join(err, json.Unmarshal(raw, &a.body))
	}
	return a, err
}

func asMap(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}

// control asks the harness to do something to the server.
func (r *runner) control(ctx context.Context, what map[string]any) error {
	filled, err := r.fill(what)
	if err != nil {
		return err
	}
	a, err := r.request(ctx, plain{Method: http.MethodPost, URL: "${control}", Text: written(filled)})
	if err != nil {
		return err
	}
	if a.status != http.StatusNoContent {
		return fmt.Errorf("control: %d %s", a.status, a.raw)
	}
	return nil
}
