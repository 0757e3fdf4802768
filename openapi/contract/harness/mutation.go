package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/backlox/lox/openapi/traffic"
)

// mutation is a fault of a server, small as faults are. Whoever says that a
// server is right must notice each.
type mutation struct {
	name    string
	answer  func(*traffic.Exchange)
	webhook func(http.Header)
	// declared says that the document alone tells it from a right answer, so that
	// the validator and Schemathesis notice, too.
	declared bool
	// limits says that it shows only where limits are reached.
	limits bool
}

var mutations = []mutation{
	{name: "a field is renamed (size_bytes of a backup)", declared: true, answer: answers("GET", "/v1/backups", 200, func(e *traffic.Exchange) {
		e.Answer = bytes.ReplaceAll(e.Answer, []byte(`"size_bytes"`), []byte(`"size"`))
	})},
	{name: "a field is a string (size_bytes of a backup)", declared: true, answer: answers("GET", "/v1/backups", 200, func(e *traffic.Exchange) {
		e.Answer = sizes(e.Answer)
	})},
	{name: "a field is missing (total of a list)", declared: true, answer: answers("GET", "/v1/backups?", 200, func(e *traffic.Exchange) {
		e.Answer = without(e.Answer, "total")
	})},
	{name: "a status is another (200 for a created backup)", declared: true, answer: answers("POST", "/v1/backups", 201, func(e *traffic.Exchange) {
		e.Status = http.StatusOK
	})},
	{name: "a status is another, but declared (403 for 400)", answer: answers("POST", "/v1/backups/", 400, func(e *traffic.Exchange) {
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
		e.Answer = shorter(e.Answer)
	})},
	{name: "a signature is wrong (X-LOX-Signature)", webhook: func(h http.Header) { h.Set("X-LOX-Signature", strings.Repeat("0", 64)) }},
	{name: "a signature is wrong (webhook-signature)", webhook: func(h http.Header) { h.Set("webhook-signature", "v1,"+strings.Repeat("A", 43)+"=") }},
}

// answers limits a change to answers of a method, a path and a status; "" and 0
// stand for any. A path that ends in "?" or is that of a collection is exact.
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
	_ = json.Unmarshal(body, &value) // nil is right for none
	return value
}

func encode(value any) []byte {
	body, _ := json.Marshal(value) //nolint:errchkjson // of what was decoded
	return body
}

func without(body []byte, member string) []byte {
	object, _ := decode(body).(map[string]any)
	delete(object, member)
	return encode(object)
}

// sizes writes the number of each size_bytes as a string.
func sizes(body []byte) []byte {
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

func shorter(body []byte) []byte {
	object, _ := decode(body).(map[string]any)
	if list, _ := object["backups"].([]any); len(list) > 0 {
		object["backups"] = list[:len(list)-1]
	}
	return encode(object)
}
