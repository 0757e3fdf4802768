package openapi_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/openapi"
)

// event is an event of the document. Its examples have their keys in the order of the document.
type event struct {
	kind     lox.EventType
	name     string // of its schema
	schema   *openapi3.Schema
	examples map[string]json.RawMessage
}

// events reads x-webhooks.
func events(t *testing.T) []event {
	t.Helper()
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	webhooks, err := openapi.Webhooks(doc)
	if err != nil {
		t.Fatal(err)
	}
	var list []event
	for name, op := range webhooks {
		body := op.RequestBody.Value.Content["application/json"]
		e := event{
			kind:     lox.EventType(name),
			name:     strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/"),
			schema:   body.Schema.Value,
			examples: map[string]json.RawMessage{},
		}
		if of := body.Schema.Value.Properties["event"].Value.Enum; len(of) != 1 || of[0] != name {
			t.Fatalf("%s is of %v, want one event", name, of)
		}
		raw := at(t, "x-webhooks", name, "post", "requestBody", "content", "application/json", "examples")
		for example := range body.Examples {
			e.examples[example] = member(t, member(t, raw, example), "value")
		}
		list = append(list, e)
	}
	return list
}

// at returns a part of the document with the keys in the order of the document.
func at(t *testing.T, keys ...string) json.RawMessage {
	t.Helper()
	part := json.RawMessage(openapi.JSON())
	for _, key := range keys {
		part = member(t, part, key)
	}
	return part
}

func member(t *testing.T, object json.RawMessage, key string) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		t.Fatal(err)
	}
	if members[key] == nil {
		t.Fatalf("%.80s has no %q", object, key)
	}
	return members[key]
}

// keys returns the keys of an object in order.
func keys(t *testing.T, object json.RawMessage) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var list []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, key.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func TestEventsAreInWebhooks(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	texts := func(values any) []string {
		var list []string
		for _, value := range values.([]any) {
			list = append(list, value.(string))
		}
		slices.Sort(list)
		return list
	}
	schemas := doc.Components.Schemas
	mapping := schemas["KnownEvent"].Value.Discriminator.Mapping
	var got []string
	for _, e := range events(t) {
		got = append(got, string(e.kind))
		if schema := mapping[string(e.kind)].Ref; schema != "#/components/schemas/"+e.name {
			t.Errorf("%s is of %s in x-webhooks and of %s in KnownEvent", e.kind, e.name, schema)
		}
	}
	slices.Sort(got)
	want := texts(schemas["EventTypeFilter"].Value.Enum)
	if !slices.Equal(got, want) || len(mapping) != len(want) || len(schemas["KnownEvent"].Value.OneOf) != len(want) {
		t.Errorf("x-webhooks has %q, KnownEvent %d, webhooks get %q", got, len(mapping), want)
	}
	text := strings.Join(strings.Fields(doc.Tags.Get("Events").Description), " ")
	all := texts(schemas["EventType"].Value.Extensions["x-extensible-enum"])
	var recorded []string
	for _, kind := range lox.RecordedEvents {
		recorded = append(recorded, string(kind))
	}
	slices.Sort(recorded)
	if !slices.Equal(all, recorded) {
		t.Errorf("EventType has %q, the record has %q", all, recorded)
	}
	for _, kind := range all {
		if !strings.Contains(text, "| `"+kind+"` |") {
			t.Errorf("the guide has no row for %s", kind)
		}
	}
	want = slices.DeleteFunc(all, func(kind string) bool { return !lox.EventType(kind).Subscribable() })
	if got := texts(schemas["SubscribableEventType"].Value.Enum); !slices.Equal(got, want) {
		t.Errorf("a webhook can ask for %q, want %q", got, want)
	}
}

// An event of a later version must be a valid WebhookEvent, which receivers can ignore.
func TestUnknownEventsAreValid(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	union := doc.Components.Schemas["WebhookEvent"].Value
	for text, fits := range map[string]bool{
		`{"event":"webhook.test","timestamp":"2024-01-15T11:00:00Z","data":{"id":"whk_01hkm4spm0e8kbcf2tpy8vep2a","url":"https://a"}}`: true,
		`{"event":"backup.frozen","timestamp":"2024-01-15T11:00:00Z","data":{"until":1},"more":true}`:                                  true,
		`{"event":"backup.frozen","data":{}}`: false,
	} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if err := union.VisitJSON(value); (err == nil) != fits {
			t.Errorf("%s: %v, want %t", text, err, fits)
		}
	}
}

func TestWebhooksAreComplete(t *testing.T) {
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	operations, err := openapi.Webhooks(doc)
	if err != nil {
		t.Fatal(err)
	}
	operations["callback"] = doc.Paths.Value("/v1/webhooks").Post.Callbacks["event"].Value.Value("{$request.body#/url}").Post
	ids := map[string]bool{}
	for name, op := range operations {
		if !strings.HasPrefix(op.OperationID, "receive") || ids[op.OperationID] {
			t.Errorf("%s: operationId is %q", name, op.OperationID)
		}
		ids[op.OperationID] = true
		if op.Security == nil || len(*op.Security) != 0 {
			t.Errorf("%s: security is %v, want none", name, op.Security)
		}
		for _, header := range []string{"X-LOX-Signature", "webhook-id", "webhook-timestamp", "webhook-signature"} {
			if p := op.Parameters.GetByInAndName("header", header); p == nil || !p.Required {
				t.Errorf("%s: header %s is missing or not required", name, header)
			}
		}
		if op.Responses.Len() != 2 || op.Responses.Value("2XX") == nil || op.Responses.Value("410") == nil {
			t.Errorf("%s: the answers must be 2XX and 410", name)
		}
	}
}

func TestEventExamplesMatchSchemas(t *testing.T) {
	for _, e := range events(t) {
		for name, example := range e.examples {
			t.Run(e.name+" "+name, func(t *testing.T) {
				var value any
				if err := json.Unmarshal(example, &value); err != nil {
					t.Fatal(err)
				}
				if err := e.schema.VisitJSON(value); err != nil {
					t.Error(err)
				}
				data := e.schema.Properties["data"]
				inOrder(t, at(t, "components", "schemas", e.name, "properties"), example)
				inOrder(t, at(t, "components", "schemas", strings.TrimPrefix(data.Ref, "#/components/schemas/"), "properties"), member(t, example, "data"))
				roundTrip(t, e.kind, example)
			})
		}
	}
}

// inOrder checks that an object has only keys of a schema, in the schema's order.
func inOrder(t *testing.T, properties, object json.RawMessage) {
	t.Helper()
	got := keys(t, object)
	want := slices.DeleteFunc(keys(t, properties), func(key string) bool { return !slices.Contains(got, key) })
	if !slices.Equal(got, want) {
		t.Errorf("the keys are %q, want %q", got, want)
	}
}

// roundTrip checks that the generated types have every field of an event.
func roundTrip(t *testing.T, kind lox.EventType, example json.RawMessage) {
	t.Helper()
	types := map[lox.EventType][]any{
		lox.EventBackupCompleted: {&api.BackupCompletedEvent{}, &client.BackupCompletedEvent{}},
		lox.EventBackupFailed:    {&api.BackupFailedEvent{}, &client.BackupFailedEvent{}},
		lox.EventBackupCreated:   {&api.BackupCreatedEvent{}, &client.BackupCreatedEvent{}},
		lox.EventBackupDeleted:   {&api.BackupDeletedEvent{}, &client.BackupDeletedEvent{}},
		lox.EventQuotaWarning:    {&api.QuotaWarningEvent{}, &client.QuotaWarningEvent{}},
		lox.EventAPIKeyCreated:   {&api.APIKeyCreatedEvent{}, &client.APIKeyCreatedEvent{}},
		lox.EventAPIKeyRevoked:   {&api.APIKeyRevokedEvent{}, &client.APIKeyRevokedEvent{}},
		lox.EventWebhookDisabled: {&api.WebhookDisabledEvent{}, &client.WebhookDisabledEvent{}},
		lox.EventWebhookTest:     {&api.WebhookTestEvent{}, &client.WebhookTestEvent{}},
	}
	if len(types[kind]) == 0 {
		t.Fatalf("%s has no types", kind)
	}
	for _, value := range types[kind] {
		if err := json.Unmarshal(example, value); err != nil {
			t.Fatal(err)
		}
		same(t, value, string(example))
	}
}

// The events that Go code creates equal the examples byte for byte. The database creates those of deleted backups and of the
// quota.
func TestEventsEqualExamples(t *testing.T) {
	made := map[string]lox.Event{}
	b := lox.Backup{ID: id[lox.BackupID](t, "bkp_01hm6aqh20ekbs7w3tv0qzwg57"), Name: "daily-backup-2024-01-15", Size: 52428800}
	b.CreatedAt = instant(t, "2024-01-15T10:30:00Z")
	sum, err := lox.ParseChecksum("sha256:a1b2c3d4e5f60c7392214b9056c2cd60f5b2d8a6e64d2356ae396297fd750b4a")
	if err != nil {
		t.Fatal(err)
	}
	made["backup.completed completed"] = b.Completed(sum, instant(t, "2024-01-15T10:31:12Z"), lox.Actor{})
	made["backup.failed failed"] = b.Failed("Upload timeout exceeded", instant(t, "2024-01-15T11:15:00Z"), lox.Actor{})
	made["backup.created created"] = b.Created(lox.Actor{})

	k := lox.APIKey{
		ID: id[lox.KeyID](t, "key_01hm65jqm0evqa6gf4bda1gwb9"), Name: "nightly upload", Prefix: "lox_3fK9", Last4: "bpE8",
		Scopes: lox.Scopes{lox.ScopeBackupsRead, lox.ScopeBackupsWrite}, CreatedAt: instant(t, "2024-01-08T09:00:00Z"),
	}
	made["api_key.created limited"] = k.Created(lox.Actor{})
	made["api_key.revoked revoked"] = k.Revoked(instant(t, "2024-01-16T09:00:00Z"), lox.Actor{})
	k = lox.APIKey{
		ID: id[lox.KeyID](t, "key_01hkm4spm0evjvtmtrycqpbgt4"), Prefix: "lox_Xb40", Last4: "s9Qe", CreatedAt: instant(t, "2024-01-01T09:00:00Z"),
	}
	made["api_key.created everything"] = k.Created(lox.Actor{})

	w := lox.Webhook{ID: id[lox.WebhookID](t, "whk_01hk4pdcm0fx5vsa9mkvef9ews"), URL: "https://old.example.com/lox"}
	made["webhook.disabled gone"] = w.Disabled(lox.DisabledGone, instant(t, "2024-01-15T11:00:00Z"), lox.Actor{})
	w = lox.Webhook{ID: id[lox.WebhookID](t, "whk_01hkm4spm0e8kbcf2tpy8vep2a"), URL: "https://example.com/lox"}
	made["webhook.test test"] = w.Event(lox.EventWebhookTest, instant(t, "2024-01-15T11:00:00Z"), lox.Actor{})

	for _, e := range events(t) {
		for name, example := range e.examples {
			name = string(e.kind) + " " + name
			got, ok := made[name]
			switch {
			case e.kind == lox.EventBackupDeleted || e.kind == lox.EventQuotaWarning:
			case !ok:
				t.Errorf("%s is not made here", name)
			case got.Type != e.kind || string(got.Payload) != string(example):
				t.Errorf("%s: %s, the document has %s", name, got.Payload, example)
			}
			delete(made, name)
		}
	}
	for name := range made {
		t.Errorf("%s is no example", name)
	}
}

func id[T any, P interface {
	*T
	UnmarshalText(text []byte) error
}](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return v
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
