package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// statuses has the status of each error code. A code has the same status in all operations.
var statuses = map[string]int{
	"validation_error":       400,
	"invalid_state":          400,
	"upload_incomplete":      400,
	"upload_expired":         400,
	"checksum_mismatch":      400,
	"authentication_error":   401,
	"permission_denied":      403,
	"quota_exceeded":         403,
	"not_found":              404,
	"backup_not_found":       404,
	"method_not_allowed":     405,
	"idempotency_conflict":   409,
	"payload_too_large":      413,
	"unsupported_media_type": 415,
	"idempotency_mismatch":   422,
	"rate_limited":           429,
	"internal_error":         500,
	"unavailable":            503,
}

func TestErrorResponses(t *testing.T) {
	guide := load(t).Tags.Get("Errors").Description
	for _, code := range known(load(t).Components.Schemas, "ErrorCode") {
		status := statuses[code.(string)]
		if status == 0 {
			t.Errorf("statuses lacks the code %s", code)
		}
		if row := fmt.Sprintf("\n| %d | `%s` |", status, code); !strings.Contains(guide, row) {
			t.Errorf("the guide has no row %s", row)
		}
	}
	eachResponse(t, func(t *testing.T, status int, r *openapi3.ResponseRef) {
		content := r.Value.Content["application/json"]
		isError := content.Schema.Ref == "#/components/schemas/ErrorResponse"
		if isError != (status >= 400) {
			t.Fatalf("schema is %q", content.Schema.Ref)
		}
		if !isError {
			return
		}
		for name, example := range content.Examples {
			code := errorCode(t, example.Value.Value)
			if statuses[code] != status {
				t.Errorf("example %s has code %q, which has status %d", name, code, statuses[code])
			}
			if !strings.Contains(*r.Value.Description, "`"+code+"`") {
				t.Errorf("the description doesn't name the code %s of an example", code)
			}
		}
	})
}

func errorCode(t *testing.T, example any) string {
	t.Helper()
	raw, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	return body.Error.Code
}

func TestOperationErrors(t *testing.T) {
	// Errors of every operation. Further errors follow.
	common := []string{"400", "401", "403", "429", "500", "503", "4XX", "5XX"}
	want := map[string][]string{
		"listBackups":       {"200"},
		"createBackup":      {"201", "409", "413", "415", "422"},
		"getBackup":         {"200", "404"},
		"completeBackup":    {"200", "202", "404", "413", "415"},
		"renewUploadUrl":    {"200", "404"},
		"createPartUploads": {"200", "404", "413", "415"},
		"listParts":         {"200", "404"},
		"getBackupDownload": {"200", "404"},
		"deleteBackup":      {"200", "404"},
		"getStorage":        {"200"},
		"getStorageStats":   {"200"},
		"getTenant":         {"200"},
		"updateTenant":      {"200", "413", "415"},
		"listApiKeys":       {"200"},
		"createApiKey":      {"201", "413", "415"},
		"revokeApiKey":      {"200", "404"},
		"rotateApiKey":      {"201", "404", "413", "415"},

		"listWebhooks":             {"200"},
		"createWebhook":            {"201", "413", "415"},
		"getWebhook":               {"200", "404"},
		"updateWebhook":            {"200", "404", "413", "415"},
		"deleteWebhook":            {"200", "404"},
		"rotateWebhookSecret":      {"200", "404", "413", "415"},
		"testWebhook":              {"202", "404"},
		"listWebhookDeliveries":    {"200", "404"},
		"getWebhookDelivery":       {"200", "404"},
		"redeliverWebhookDelivery": {"202", "404"},
		"recoverWebhook":           {"200", "404", "413", "415"},

		"listEvents": {"200"},
		"getEvent":   {"200", "404"},
	}
	eachOperation(t, func(t *testing.T, op *openapi3.Operation) {
		expected := slices.Concat(common, want[op.OperationID])
		slices.Sort(expected)
		var got []string
		for status := range op.Responses.Map() {
			got = append(got, status)
		}
		slices.Sort(got)
		if !slices.Equal(got, expected) {
			t.Errorf("%s answers %q, want %q", op.OperationID, got, expected)
		}
	})
}
