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

// callPatiently calls an operation, and again after a 429 that the step
// doesn't expect: who runs this against a server of their own may have a small
// plan.
func (r *run) callPatiently(ctx context.Context, s step) (*answer, error) {
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

// call calls an operation through the client, and holds both what the client sent and what it made of the answer against
// what went over the wire.
func (r *run) call(ctx context.Context, s step) (*answer, error) {
	o, known := r.operations[s.Call]
	if !known {
		return nil, fmt.Errorf("the document has no operation %q", s.Call)
	}
	given, err := r.given(o, s)
	if err != nil {
		return nil, err
	}
	base, err := r.text("${base}")
	if err != nil {
		return nil, err
	}
	_, _ = r.Exchange() // of an earlier step
	got, err := r.Adapter.ask(ctx, request{Do: "call", Base: base, Operation: s.Call, arguments: given})
	if err != nil {
		return nil, err
	}
	came, any := r.Exchange()
	switch {
	case got.Error != "":
		return nil, fmt.Errorf("%s: the client raised %s\nthe answer: %d %s %.2000s", s.Call, got.Error, came.Status, came.Response, came.Answer)
	case !any:
		return nil, fmt.Errorf("%s: the client sent nothing", s.Call)
	case got.Status != came.Status:
		return nil, fmt.Errorf("%s: the client says status %d, came %d", s.Call, got.Status, came.Status)
	}
	if err := o.sent(given, came); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Call, err)
	}
	schema, err := o.declared(came)
	if err != nil {
		return nil, err
	}
	a := got.answer(came.Answer)
	if a.body, err = got.decoded(schema, came.Answer); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Call, err)
	}
	return a, nil
}

// given fills what a step gives to its operation.
func (r *run) given(o *operation, s step) (arguments, error) {
	parameters, err := r.fill(s.Parameters)
	if err != nil {
		return arguments{}, err
	}
	given, err := o.arrange(asMap(parameters))
	if err != nil {
		return arguments{}, err
	}
	if given.Body, err = r.fill(s.Body); err != nil {
		return given, err
	}
	if s.Key.Tag == "!!null" {
		return given, nil
	}
	key := s.Key.Value
	if key == "" {
		key = "${key}"
	}
	key, err = r.text(key)
	given.Key = &key
	return given, err
}

// answer is that of a reply, with its body as it came.
func (got reply) answer(raw []byte) *answer {
	a := &answer{status: got.Status, header: http.Header{}, raw: raw}
	for name, value := range got.Headers {
		a.header.Set(name, value)
	}
	return a
}

// decoded returns the value that the client decoded, which must be of the type that the document declares, and the same
// JSON as came.
func (got reply) decoded(schema string, raw []byte) (value any, err error) {
	// Go writes ID and API where the document has Id and Api.
	if got.Type != "" && !strings.EqualFold(got.Type, schema) {
		return nil, fmt.Errorf("the client decoded a %s, expected a %s: %s", got.Type, schema, raw)
	}
	var came any
	if err := errors.Join(json.Unmarshal(got.Value, &value), json.Unmarshal(raw, &came)); err != nil {
		return nil, err
	}
	if !equal(came, value) {
		return nil, fmt.Errorf("the client's %s loses something:\ncame    %s\nencodes %s", schema, raw, got.Value)
	}
	return value, nil
}

// request makes a plain HTTP request, by the means of the client's language.
func (r *run) request(ctx context.Context, p plain) (*answer, error) {
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
	filled, err := r.fill(p.Headers)
	if err != nil {
		return nil, err
	}
	headers := map[string]string{}
	for name, value := range asMap(filled) {
		if !strings.EqualFold(name, "Content-Length") { // is that of the content
			headers[name] = written(value)
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
