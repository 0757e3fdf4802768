package interpreter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// callWithinLimits calls an operation. If the answer is a 429 that the step doesn't
// expect, it waits and calls again, because the tenant may have a plan with low
// limits.
func (r *run) callWithinLimits(ctx context.Context, s step) (*answer, error) {
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

// call calls an operation through the client. It checks that the request on the wire is what the step says, and that the
// client decoded the response on the wire completely.
func (r *run) call(ctx context.Context, s step) (*answer, error) {
	o, known := r.operations[s.Call]
	if !known {
		return nil, fmt.Errorf("the document has no operation %q", s.Call)
	}
	args, err := r.argumentsOf(o, s)
	if err != nil {
		return nil, err
	}
	base, err := r.text("${base}")
	if err != nil {
		return nil, err
	}
	_, _ = r.Exchange() // discards an exchange of an earlier step
	got, err := r.Adapter.ask(ctx, request{Do: "call", Base: base, Operation: s.Call, arguments: args})
	if err != nil {
		return nil, err
	}
	wire, found := r.Exchange()
	switch {
	case got.Error != "":
		return nil, fmt.Errorf("%s: the client raised %s\nthe answer: %d %s %.2000s", s.Call, got.Error, wire.Status, wire.Response, wire.Answer)
	case !found:
		return nil, fmt.Errorf("%s: the client sent nothing", s.Call)
	case got.Status != wire.Status:
		return nil, fmt.Errorf("%s: the client returned status %d, the server sent %d", s.Call, got.Status, wire.Status)
	}
	if err := o.checkRequest(args, wire); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Call, err)
	}
	schema, err := o.responseSchema(wire)
	if err != nil {
		return nil, err
	}
	a := got.answer(wire.Answer)
	if a.body, err = got.decoded(schema, wire.Answer); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Call, err)
	}
	return a, nil
}

// argumentsOf returns the arguments that a step gives to its operation, with the values of variables.
func (r *run) argumentsOf(o *operation, s step) (arguments, error) {
	parameters, err := r.expand(s.Parameters)
	if err != nil {
		return arguments{}, err
	}
	args, err := o.arguments(asMap(parameters))
	if err != nil {
		return arguments{}, err
	}
	if args.Body, err = r.expand(s.Body); err != nil {
		return args, err
	}
	if s.Key.Tag == "!!null" {
		return args, nil
	}
	key := s.Key.Value
	if key == "" {
		key = "${key}"
	}
	key, err = r.text(key)
	args.Key = &key
	return args, err
}

// answer returns the status and headers of a reply as an answer with the body raw.
func (got reply) answer(raw []byte) *answer {
	a := &answer{status: got.Status, header: http.Header{}, raw: raw}
	for name, value := range got.Headers {
		a.header.Set(name, value)
	}
	return a
}

// decoded returns the value that the client decoded from raw. It returns an error unless the value has the type that the
// document declares and is the same JSON as raw.
func (got reply) decoded(schema string, raw []byte) (value any, err error) {
	// The Go client writes ID and API where the document has Id and Api.
	if got.Type != "" && !strings.EqualFold(got.Type, schema) {
		return nil, fmt.Errorf("the client decoded a %s, expected a %s: %s", got.Type, schema, raw)
	}
	var sent any
	if err := errors.Join(json.Unmarshal(got.Value, &value), json.Unmarshal(raw, &sent)); err != nil {
		return nil, err
	}
	if !equal(sent, value) {
		return nil, fmt.Errorf("the client's %s differs from the server's JSON:\nserver %s\nclient %s", schema, raw, got.Value)
	}
	return value, nil
}

// request makes a plain HTTP request with the HTTP library of the client's language.
func (r *run) request(ctx context.Context, p plainRequest) (*answer, error) {
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
	expanded, err := r.expand(p.Headers)
	if err != nil {
		return nil, err
	}
	headers := map[string]string{}
	for name, value := range asMap(expanded) {
		if !strings.EqualFold(name, "Content-Length") { // the HTTP library sets it
			headers[name] = asText(value)
		}
	}
	got, err := r.Adapter.ask(ctx, request{Do: "request", Method: p.Method, URL: url, Headers: headers, Content: content})
	if err != nil {
		return nil, err
	}
	if got.Error != "" {
		return nil, fmt.Errorf("%s %s: %s", p.Method, url, got.Error)
	}
	a := got.answer(got.Content)
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		err = json.Unmarshal(a.raw, &a.body)
	}
	return a, err
}

func asMap(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}
