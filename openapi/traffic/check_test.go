package traffic_test

import (
	"net/http"
	"testing"

	"github.com/backlox/lox/openapi/traffic"
)

const id = "bkp_01h455vb4pex5vsknk084sn02q"

func deleted(change func(*traffic.Exchange)) traffic.Exchange {
	e := traffic.Exchange{
		Method: http.MethodDelete, Path: "/v1/backups/" + id, Header: http.Header{"Authorization": {"Bearer k"}}, Status: http.StatusOK,
		Response: http.Header{
			"Content-Type": {"application/json"}, "X-Request-Id": {"1"},
			"X-Ratelimit-Limit": {"100"}, "X-Ratelimit-Remaining": {"95"}, "X-Ratelimit-Reset": {"45"},
			"X-Ratelimit-Limit-Hour": {"1000"}, "X-Ratelimit-Remaining-Hour": {"892"}, "X-Ratelimit-Reset-Hour": {"2847"},
			"Ratelimit-Policy": {`"minute";q=100;w=60, "hour";q=1000;w=3600`},
			"Ratelimit":        {`"minute";r=95;t=45, "hour";r=892;t=2847`},
		},
		Answer: []byte(`{"id":"` + id + `","deleted":true}`),
	}
	change(&e)
	return e
}

func TestCheckDetectsViolations(t *testing.T) {
	v, err := traffic.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(deleted(func(*traffic.Exchange) {})); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*traffic.Exchange){
		"names that a user chose": func(e *traffic.Exchange) {
			e.Status = http.StatusBadRequest
			e.Answer = []byte("{\"error\":{\"code\":\"validation_error\",\"message\":\"m\",\"details\":{\"a\\nb\":\"c\"}}}")
		},
	} {
		if err := v.Check(deleted(change)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*traffic.Exchange){
		"status":       func(e *traffic.Exchange) { e.Status = http.StatusCreated },
		"media type":   func(e *traffic.Exchange) { e.Response.Set("Content-Type", "text/plain") },
		"header":       func(e *traffic.Exchange) { e.Response.Del("X-RateLimit-Reset") },
		"header type":  func(e *traffic.Exchange) { e.Response.Set("X-RateLimit-Reset", "soon") },
		"new property": func(e *traffic.Exchange) { e.Answer = []byte(`{"id":"` + id + `","deleted":true,"x":1}`) },
		"missing":      func(e *traffic.Exchange) { e.Answer = []byte(`{"deleted":true}`) },
		"null":         func(e *traffic.Exchange) { e.Answer = []byte(`{"id":null,"deleted":true}`) },
		"pattern":      func(e *traffic.Exchange) { e.Answer = []byte(`{"id":"bkp_1","deleted":true}`) },
		"type":         func(e *traffic.Exchange) { e.Answer = []byte(`{"id":"` + id + `","deleted":"true"}`) },
		"no JSON":      func(e *traffic.Exchange) { e.Answer = []byte(`{"id"`) },
		"unknown path": func(e *traffic.Exchange) { e.Path = "/v1/nothing" },
		"query":        func(e *traffic.Exchange) { e.Path += "?x=1" },
		"path pattern": func(e *traffic.Exchange) { e.Path = "/v1/backups/1" },
		"unknown code": func(e *traffic.Exchange) {
			e.Status, e.Answer = http.StatusNotFound, []byte(`{"error":{"code":"lost","message":"m"}}`)
		},
		"body of a request": func(e *traffic.Exchange) {
			e.Method, e.Path, e.Header, e.Status = http.MethodPatch, "/v1/tenant", http.Header{"Content-Type": {"application/json"}}, http.StatusOK
			e.Body = []byte(`{"plan":"pro"}`)
		},
	} {
		if err := v.Check(deleted(change)); err == nil {
			t.Errorf("%s: not detected", name)
		} else {
			t.Log(name, err)
		}
	}
}

// null counts as no body: it is valid where a body is optional, and a missing body where one is required.
func TestCheckNullBody(t *testing.T) {
	v, err := traffic.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	const webhook = "whk_01h455vb4pex5vsknk084sn02q"
	posted := func(operation, body, answer string) error {
		return v.Check(deleted(func(e *traffic.Exchange) {
			e.Method, e.Path, e.Body, e.Answer = http.MethodPost, "/v1/webhooks/"+webhook+"/"+operation, []byte(body), []byte(answer)
			e.Header.Set("Content-Type", "application/json")
		}))
	}
	const rotated = `{"id":"` + webhook + `","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}`
	for _, body := range []string{"", "{}", "null", " \t\r\nnull\n"} {
		if err := posted("rotate-secret", body, rotated); err != nil {
			t.Errorf("%q where a body is optional: %v", body, err)
		}
	}
	if err := posted("rotate-secret", "[null]", rotated); err == nil {
		t.Error("a list where a body is optional: not detected")
	}
	if err := posted("recover", `{"since":"2024-01-15"}`, `{"recovered":12}`); err != nil {
		t.Error(err)
	}
	for _, body := range []string{"", "null"} {
		if err := posted("recover", body, `{"recovered":12}`); err == nil {
			t.Errorf("%q where a body is required: not detected", body)
		}
	}
}
