package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/backlox/lox/openapi/traffic"
)

// mutation is a small fault of a server, which the proxy makes up by altering
// answers or webhooks. The scenario must detect each.
type mutation struct {
	name    string
	answer  func(*traffic.Exchange)
	webhook func(http.Header)
	// declared says that the altered answer contradicts the document. Then the
	// validator and Schemathesis must detect the fault, too.
	declared bool
	// limits says that the fault shows only once a rate limit is reached. Then
	// Schemathesis can't detect it.
	limits bool
}

var mutations = []mutation{
	{name: "a field is renamed (size_bytes of a backup)", declared: true, answer: answers("GET", "/v1/backups", 200, func(e *traffic.Exchange) {
		e.Answer = bytes.ReplaceAll(e.Answer, []byte(`"size_bytes"`), []byte(`"size"`))
	})},
	{name: "a field is a string (size_bytes of a backup)", declared: true, answer: answers("GET", "/v1/backups", 200, func(e *traffic.Exchange) {
		e.Answer = sizesAsStrings(e.Answer)
	})},
	{name: "a field is missing (total of a list)", declared: true, answer: answers("GET", "/v1/backups?", 200, func(e *traffic.Exchange) {
		e.Answer = without(e.Answer, "total")
	})},
	{name: "a status is wrong (200 for a created backup)", declared: true, answer: answers("POST", "/v1/backups", 201, func(e *traffic.Exchange) {
		e.Status = http.StatusOK
	})},
	{name: "a status is wrong, but declared (403 for 400)", answer: answers("POST", "/v1/backups/", 400, func(e *traffic.Exchange) {
		e.Status = http.StatusForbidden
	})},
	{name: "a header is missing (X-RateLimit-Remaining-Hour)", declared: true, answer: answers("", "/v1/tenant", 0, func(e *traffic.Exchange) {
		e.Response.Del("X-RateLimit-Remaining-Hour")
	})},
	{name: "a header is missing (Retry-After of a 429)", declared: true, limits: true, answer: answers("", "", 429, func(e *traffic.Exchange) {
		e.Response.Del("Retry-After")
	})},
	{name: "a header is wrong (Location)", answer: answers("POST", "/v1/backups", 201, func(e *traffic.Exchange) {
		e.Response.Set("Location", "/v1/backups")
	})},
	{name: "an error code is wrong (not_found for backup_not_found)", answer: answers("", "/v1/backups/", 404, func(e *traffic.Exchange) {
		e.Answer = bytes.ReplaceAll(e.Answer, []byte(`"backup_not_found"`), []byte(`"not_found"`))
	})},
	{name: "a value is wrong (a list without its last element)", answer: answers("GET", "/v1/backups?", 200, func(e *traffic.Exchange) {
		e.Answer = withoutLast(e.Answer)
	})},
	{name: "a signature is wrong (X-LOX-Signature)", webhook: func(h http.Header) { h.Set("X-LOX-Signature", strings.Repeat("0", 64)) }},
	{name: "a signature is wrong (webhook-signature)", webhook: func(h http.Header) { h.Set("webhook-signature", "v1,"+strings.Repeat("A", 43)+"=") }},
}

// answers limits a change to answers with that method, path prefix and status; ""
// and 0 stand for any. A path that ends in "?" must match as a whole, and so must
// /v1/backups with POST.
func answers(method, path string, status int, change func(*traffic.Exchange)) func(*traffic.Exchange) {
	return func(e *traffic.Exchange) {
		bare, _, _ := strings.Cut(e.Path, "?")
		exact, isExact := strings.CutSuffix(path, "?")
		fits := strings.HasPrefix(bare, path)
		if isExact || method == http.MethodPost && path == "/v1/backups" {
			fits = bare == exact
		}
		if (method == "" || method == e.Method) && fits && (status == 0 || status == e.Status) {
			change(e)
		}
	}
}

func decode(body []byte) any {
	var value any
	_ = json.Unmarshal(body, &value) // an empty body is nil
	return value
}

func encode(value any) []byte {
	body, _ := json.Marshal(value) //nolint:errchkjson // the value was decoded from JSON
	return body
}

func without(body []byte, member string) []byte {
	object, _ := decode(body).(map[string]any)
	delete(object, member)
	return encode(object)
}

// sizesAsStrings replaces the number of each size_bytes by a string.
func sizesAsStrings(body []byte) []byte {
	var change func(any) any
	change = func(value any) any {
		switch value := value.(type) {
		case map[string]any:
			for name, member := range value {
				value[name] = change(member)
				if name == "size_bytes" {
					value[name] = string(encode(member))
				}
			}
		case []any:
			for i := range value {
				value[i] = change(value[i])
			}
		}
		return value
	}
	return encode(change(decode(body)))
}

// withoutLast removes the last element of a list of backups.
func withoutLast(body []byte) []byte {
	object, _ := decode(body).(map[string]any)
	if list, _ := object["backups"].([]any); len(list) > 0 {
		object["backups"] = list[:len(list)-1]
	}
	return encode(object)
}
