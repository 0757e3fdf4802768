package openapi

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The document is loaded once. Tests share it and must not change it.
var loadOnce = sync.OnceValues(Load)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// eachOperation runs check for every operation, as a subtest named after its method and path.
func eachOperation(t *testing.T, check func(t *testing.T, op *openapi3.Operation)) {
	t.Helper()
	for path, item := range load(t).Paths.Map() {
		for method, op := range item.Operations() {
			t.Run(method+" "+path, func(t *testing.T) { check(t, op) })
		}
	}
}

// eachResponse runs check for every response of every operation.
func eachResponse(t *testing.T, check func(t *testing.T, status int, r *openapi3.ResponseRef)) {
	t.Helper()
	eachOperation(t, func(t *testing.T, op *openapi3.Operation) {
		for status, r := range op.Responses.Map() {
			t.Run(status, func(t *testing.T) {
				if status == "4XX" || status == "5XX" { // for errors of a later version
					if r.Ref != "#/components/responses/OtherError" {
						t.Errorf("is %q", r.Ref)
					}
					return
				}
				code, err := strconv.Atoi(status)
				if err != nil {
					t.Fatalf("status %q is not a number", status)
				}
				check(t, code, r)
			})
		}
	})
}

func TestDocumentIsValid(t *testing.T) {
	doc := load(t)
	// With 3.1, the validator compiles every schema again for each request, and its errors don't name the field.
	if doc.OpenAPI != "3.0.3" {
		t.Errorf("openapi is %q, want 3.0.3", doc.OpenAPI)
	}
	if doc.Info.License == nil || doc.Info.License.Name != "Apache-2.0" {
		t.Errorf("license is %v, want Apache-2.0", doc.Info.License)
	}
}

func TestOperationsAreComplete(t *testing.T) {
	var (
		doc      = load(t)
		camel    = regexp.MustCompile(`^[a-z]+([A-Z][a-z]+)+$`)
		classes  = []any{"api_calls", "uploads", "downloads"}
		scopes   = doc.Components.Schemas["RequestedScope"].Value.Enum
		declared []string
		seen     = map[string]bool{}
	)
	for _, tag := range doc.Tags {
		declared = append(declared, tag.Name)
	}
	eachOperation(t, func(t *testing.T, op *openapi3.Operation) {
		if !camel.MatchString(op.OperationID) {
			t.Errorf("operationId %q is not camelCase", op.OperationID)
		}
		if seen[op.OperationID] {
			t.Errorf("operationId %q is used twice", op.OperationID)
		}
		seen[op.OperationID] = true
		if len(op.Tags) != 1 || !slices.Contains(declared, op.Tags[0]) {
			t.Errorf("tags are %q, want one of %q", op.Tags, declared)
		}
		if op.Summary == "" || op.Description == "" {
			t.Error("summary or description is missing")
		}
		if op.Security == nil || len(*op.Security) != 1 || (*op.Security)[0]["bearerAuth"] == nil {
			t.Errorf("security is %v, want bearerAuth", op.Security)
		}
		if class := op.Extensions["x-rate-limit-class"]; !slices.Contains(classes, class) {
			t.Errorf("x-rate-limit-class is %v, want one of %v", class, classes)
		}
		if scope := op.Extensions["x-required-scope"]; !slices.Contains(scopes, scope) {
			t.Errorf("x-required-scope is %v, want one of %v", scope, scopes)
		}
	})
}

func TestClassesAndScopes(t *testing.T) {
	want := map[string][2]string{
		"listBackups":       {"api_calls", "backups:read"},
		"createBackup":      {"uploads", "backups:write"},
		"getBackup":         {"api_calls", "backups:read"},
		"completeBackup":    {"api_calls", "backups:write"},
		"renewUploadUrl":    {"api_calls", "backups:write"},
		"createPartUploads": {"api_calls", "backups:write"},
		"listParts":         {"api_calls", "backups:write"},
		"getBackupDownload": {"downloads", "backups:read"},
		"deleteBackup":      {"api_calls", "backups:delete"},
		"getStorage":        {"api_calls", "storage:read"},
		"getStorageStats":   {"api_calls", "storage:read"},
		"getTenant":         {"api_calls", "tenant:read"},
		"updateTenant":      {"api_calls", "tenant:write"},
		"listApiKeys":       {"api_calls", "tenant:read"},
		"createApiKey":      {"api_calls", "keys:write"},
		"revokeApiKey":      {"api_calls", "keys:write"},
		"rotateApiKey":      {"api_calls", "keys:write"},

		"listWebhooks":             {"api_calls", "webhooks:write"},
		"createWebhook":            {"api_calls", "webhooks:write"},
		"getWebhook":               {"api_calls", "webhooks:write"},
		"updateWebhook":            {"api_calls", "webhooks:write"},
		"deleteWebhook":            {"api_calls", "webhooks:write"},
		"rotateWebhookSecret":      {"api_calls", "webhooks:write"},
		"testWebhook":              {"api_calls", "webhooks:write"},
		"listWebhookDeliveries":    {"api_calls", "webhooks:write"},
		"getWebhookDelivery":       {"api_calls", "webhooks:write"},
		"redeliverWebhookDelivery": {"api_calls", "webhooks:write"},
		"recoverWebhook":           {"api_calls", "webhooks:write"},

		"listEvents": {"api_calls", "events:read"},
		"getEvent":   {"api_calls", "events:read"},
	}
	eachOperation(t, func(t *testing.T, op *openapi3.Operation) {
		got := [2]string{}
		got[0], _ = op.Extensions["x-rate-limit-class"].(string)
		got[1], _ = op.Extensions["x-required-scope"].(string)
		if got != want[op.OperationID] {
			t.Errorf("%s has class and scope %q, want %q", op.OperationID, got, want[op.OperationID])
		}
	})
}

func TestResponsesHaveHeaders(t *testing.T) {
	eachResponse(t, func(t *testing.T, status int, r *openapi3.ResponseRef) {
		want := []string{
			"X-Request-Id",
			"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
			"X-RateLimit-Limit-Hour", "X-RateLimit-Remaining-Hour", "X-RateLimit-Reset-Hour",
			"RateLimit-Policy", "RateLimit",
		}
		switch status {
		case 202, 429, 503:
			want = append(want, "Retry-After")
		}
		for _, name := range want {
			if header := r.Value.Headers[name]; header == nil {
				t.Errorf("header %s is missing", name)
			} else if !header.Value.Required {
				t.Errorf("header %s is not required", name)
			}
		}
	})
	created := load(t).Paths.Value("/v1/backups").Post.Responses.Status(201).Value.Headers
	for _, name := range []string{"Location", "Idempotent-Replayed"} {
		if created[name] == nil {
			t.Errorf("createBackup, 201: header %s is missing", name)
		}
	}
	if load(t).Paths.Value("/v1/webhooks").Post.Responses.Status(201).Value.Headers["Location"] == nil {
		t.Error("createWebhook, 201: header Location is missing")
	}
}

// These are the values in the published documentation.
func TestHeaderExamples(t *testing.T) {
	want := map[string]any{
		"X-RateLimit-Limit": 100.0, "X-RateLimit-Remaining": 95.0, "X-RateLimit-Reset": 45.0,
		"X-RateLimit-Limit-Hour": 1000.0, "X-RateLimit-Remaining-Hour": 892.0, "X-RateLimit-Reset-Hour": 2847.0,
		"RateLimit-Policy": `"minute";q=100;w=60, "hour";q=1000;w=3600`,
		"RateLimit":        `"minute";r=95;t=45, "hour";r=892;t=2847`,
		"Retry-After":      30.0,
	}
	for name, value := range want {
		if got := load(t).Components.Headers[name].Value.Example; got != value {
			t.Errorf("%s: %v, want %v", name, got, value)
		}
	}
}

// The server answers a malformed id with the error in x-not-found, which must be an example of the operation's 404.
func TestPathParametersHaveNotFoundError(t *testing.T) {
	for path, item := range load(t).Paths.Map() {
		for _, op := range item.Operations() {
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				if p.Value.In != openapi3.ParameterInPath {
					continue
				}
				want, ok := p.Value.Extensions["x-not-found"].(map[string]any)
				if !ok || len(want) != 2 {
					t.Errorf("%s: x-not-found is %v, want a code and a message", path, p.Value.Extensions["x-not-found"])
					continue
				}
				found := false
				for _, example := range op.Responses.Status(404).Value.Content["application/json"].Examples {
					found = found || maps.Equal(want, example.Value.Value.(map[string]any)["error"].(map[string]any))
				}
				if !found {
					t.Errorf("%s: no example of the 404 of %s is %v", path, op.OperationID, want)
				}
			}
		}
	}
}

func TestResponsesHaveExamples(t *testing.T) {
	eachResponse(t, func(t *testing.T, _ int, r *openapi3.ResponseRef) {
		content := r.Value.Content["application/json"]
		if content == nil || len(r.Value.Content) != 1 {
			t.Fatal("the body is not application/json alone")
		}
		if len(content.Examples) == 0 {
			t.Error("no example")
		}
		for name, example := range content.Examples {
			if example.Value.Summary == "" {
				t.Errorf("example %s has no summary", name)
			}
		}
	})
}

// A document with a link to a missing operation or parameter is valid, so no other check finds it.
func TestLinkTargetsExist(t *testing.T) {
	params := map[string][]string{}
	for _, item := range load(t).Paths.Map() {
		for _, op := range item.Operations() {
			params[op.OperationID] = []string{}
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				params[op.OperationID] = append(params[op.OperationID], p.Value.Name)
			}
		}
	}
	links := 0
	eachResponse(t, func(t *testing.T, _ int, r *openapi3.ResponseRef) {
		for name, link := range r.Value.Links {
			links++
			known, ok := params[link.Value.OperationID]
			if !ok {
				t.Errorf("link %s leads to operation %q, which doesn't exist", name, link.Value.OperationID)
			}
			for param := range link.Value.Parameters {
				if !slices.Contains(known, param) {
					t.Errorf("link %s sets parameter %q, which %s doesn't have", name, param, link.Value.OperationID)
				}
			}
		}
	})
	if links == 0 {
		t.Error("no links")
	}
}

func TestJSON(t *testing.T) {
	raw := JSON()
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	got, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	fromYAML, err := openapi3.NewLoader().LoadFromData(YAML())
	if err != nil {
		t.Fatal(err)
	}
	want, err := fromYAML.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("the JSON is another document than the YAML")
	}
	if !strings.Contains(string(raw), `"used_percentage":20.0,`) {
		t.Error("the JSON doesn't keep 20.0 as it was written")
	}
	if !strings.HasPrefix(string(raw), `{"openapi":"3.0.3","info":{"title":`) {
		t.Errorf("the JSON doesn't keep the order of the YAML: %.60s", raw)
	}
}
