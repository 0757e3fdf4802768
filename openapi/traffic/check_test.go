package traffic_test

import (
	"net/http"
	"strings"
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
		"a scheme in lower case":     func(e *traffic.Exchange) { e.Header.Set("Authorization", "bearer k") },
		"a body that has no meaning": func(e *traffic.Exchange) { e.Body = []byte("x") },
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
		"no key":       func(e *traffic.Exchange) { e.Header.Del("Authorization") },
		"new header":   func(e *traffic.Exchange) { e.Response.Set("X-New", "1") },
		"two values":   func(e *traffic.Exchange) { e.Response.Add("X-Request-Id", "2") },
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

// listed is a list of backups with a query.
func listed(query string) traffic.Exchange {
	return deleted(func(e *traffic.Exchange) {
		e.Method, e.Path = http.MethodGet, "/v1/backups?"+query
		e.Answer = []byte(`{"backups":[],"total":0,"limit":20,"offset":0}`)
	})
}

func TestCheckQuery(t *testing.T) {
	v, err := traffic.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		"", "limit=1", "status=completed&name=a", "metadata[host]=db1&metadata%5Benv%5D=prod", "created_after=2024-01-15", "created_after=2024-01-15T10:30:00Z",
	} {
		if err := v.Check(listed(query)); err != nil {
			t.Errorf("%q: %v", query, err)
		}
	}
	for _, query := range []string{
		"limit=many", "limit=1.5", "limit=0", "limit=101", "limit=", "limit=1&limit=2", "status=lost", "metadata=1", "metadata[a=1",
		"created_after=yesterday", "x[y]=1", "%zz",
	} {
		if err := v.Check(listed(query)); err == nil {
			t.Errorf("%q: not detected", query)
		}
	}
}

func TestCheckFields(t *testing.T) {
	v, err := traffic.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	const webhook = `{"id":"whk_01h455vb4pex5vsknk084sn02q","url":"https://example.com/hook","events":["backup.completed"],"enabled":true,"created_at":"2024-01-15T10:30:00Z"}`
	answered := func(old, changed string) error {
		e := listed("")
		e.Path, e.Answer = "/v1/webhooks", []byte(`{"webhooks":[`+strings.Replace(webhook, old, changed, 1)+`],"total":1,"limit":20,"offset":0}`)
		return v.Check(e)
	}
	if err := answered("", ""); err != nil {
		t.Error(err)
	}
	for name, c := range map[string][2]string{
		"date-time":  {"2024-01-15T10:30:00Z", "2024-01-15"},
		"no date":    {"2024-01-15T10:30:00Z", "2024-02-30T10:30:00Z"},
		"no boolean": {"true", `"true"`},
		"event":      {"backup.completed", "backup.eaten"},
		"empty list": {`["backup.completed"]`, `[]`},
		"null":       {"true", "null"},
		"trailing":   {`"}`, `"}],"total":1,"limit":20,"offset":0}]`},
	} {
		if err := answered(c[0], c[1]); err == nil {
			t.Errorf("%s: not detected", name)
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
