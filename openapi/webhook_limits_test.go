package openapi_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox"
)

// Authors of receivers can test their code with the signatures in the document.
func TestExampleSignaturesVerify(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	example := func(name string) string { return fmt.Sprint(doc.Components.Parameters[name].Value.Example) }
	secret := doc.Components.Schemas["WebhookSecret"].Value.Example.(string)
	details := doc.Paths.Value("/v1/webhooks/{id}/deliveries/{delivery_id}").Get.Responses.Status(200).Value.Content["application/json"]
	delivery := details.Examples["succeeded"].Value.Value.(map[string]any)
	body := delivery["payload"].(string)
	for _, e := range events(t) {
		if e.kind == lox.EventBackupCompleted && string(e.examples["completed"]) != body {
			t.Errorf("the body is %s, that of the event %s", body, e.examples["completed"])
		}
	}

	sign := func(key, text string) []byte {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	if got, want := example("LoxSignature"), hex.EncodeToString(sign(secret, body)); got != want {
		t.Errorf("X-LOX-Signature is %s, want %s", got, want)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	timestamp := doc.Components.Parameters["WebhookTimestamp"].Value.Example.(float64)
	text := fmt.Sprintf("%s.%d.%s", example("WebhookMessageId"), int64(timestamp), body)
	if got, want := example("WebhookSignature"), "v1,"+base64.StdEncoding.EncodeToString(sign(string(key), text)); got != want {
		t.Errorf("webhook-signature is %s, want %s", got, want)
	}
	if got := example("WebhookMessageId"); got != delivery["event_id"] {
		t.Errorf("webhook-id is %s, want that of the example", got)
	}
}

// The document's limits of webhooks are those of the domain.
func TestWebhookLimits(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	schema := func(name, property string) *openapi3.Schema {
		return doc.Components.Schemas[name].Value.Properties[property].Value
	}
	var byDefault lox.EventTypes
	for _, kind := range schema("CreateWebhookRequest", "events").Default.([]any) {
		byDefault = append(byDefault, lox.EventType(kind.(string)))
	}
	if !slices.Equal(byDefault, lox.DefaultEvents) {
		t.Errorf("the default events are %q, want %q", byDefault, lox.DefaultEvents)
	}
	if got, want := *schema("RotateWebhookSecretRequest", "overlap_seconds").Max, lox.MaxSecretOverlap.Seconds(); got != want {
		t.Errorf("the longest overlap is %v s, want %v s", got, want)
	}
	if got := *schema("DeliveryDetails", "attempt_log").MaxItems; got != lox.MaxAttempts {
		t.Errorf("%d attempts are shown, want %d", got, lox.MaxAttempts)
	}
	if got := doc.Components.Schemas["WebhookUrl"].Value; got.Pattern != lox.WebhookURLPattern || *got.MaxLength != lox.MaxWebhookURL {
		t.Errorf("URLs have the pattern %s and at most %d characters, the domain has others", got.Pattern, *got.MaxLength)
	}
	if err := doc.Components.Schemas["WebhookSecret"].Value.VisitJSON(lox.NewWebhookSecret()); err != nil {
		t.Error(err)
	}
	if text := doc.Paths.Value("/v1/webhooks").Post.Description; !strings.Contains(text, fmt.Sprintf("A tenant can have %d\nwebhooks", lox.MaxWebhooks)) {
		t.Errorf("createWebhook doesn't name the limit of %d webhooks", lox.MaxWebhooks)
	}
	if text := doc.Tags.Get("Events").Description; !strings.Contains(text, fmt.Sprintf("%v hours", lox.DisableAfter.Hours())) {
		t.Errorf("the guide doesn't say that webhooks are disabled after %v", lox.DisableAfter)
	}
}
