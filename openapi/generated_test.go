package openapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/openapi"
)

// In a patch, absent, null and a value differ. The generated types must keep the difference.
var patches = []string{
	`{}`,
	`{"name":"n"}`,
	`{"contact_email":null}`,
	`{"contact_email":"a@b"}`,
	`{"settings":null}`,
	`{"settings":{}}`,
	`{"settings":{"a":null,"b":"","c":"d"}}`,
	`{"name":"n","contact_email":null,"settings":{"a":null}}`,
}

var webhookPatches = []string{
	`{}`,
	`{"url":"https://example.com/lox"}`,
	`{"events":["backup.failed"]}`,
	`{"description":null}`,
	`{"description":"d"}`,
	`{"enabled":true}`,
	`{"enabled":false}`,
	`{"url":"https://example.com/lox","events":["backup.failed"],"description":null,"enabled":false}`,
}

func TestPatchTypesKeepNulls(t *testing.T) {
	for _, patch := range patches {
		t.Run(patch, func(t *testing.T) {
			reencode[api.UpdateTenantRequest](t, patch)
			reencode[client.UpdateTenantRequest](t, patch)
		})
	}
	for _, patch := range webhookPatches {
		t.Run("webhook "+patch, func(t *testing.T) {
			reencode[api.UpdateWebhookRequest](t, patch)
			reencode[client.UpdateWebhookRequest](t, patch)
		})
	}
}

func reencode[T any](t *testing.T, patch string) {
	t.Helper()
	var body T
	if err := json.Unmarshal([]byte(patch), &body); err != nil {
		t.Fatal(err)
	}
	same(t, body, patch)
}

func same(t *testing.T, body any, want string) {
	t.Helper()
	got, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%T: %s, want %s", body, got, want)
	}
}

// handlers answer some operations and keep the request as the generated server decoded it.
type handlers struct {
	api.StrictServerInterface

	request api.UpdateTenantRequestObject
	rotate  api.RotateAPIKeyRequestObject

	create     api.CreateWebhookRequestObject
	update     api.UpdateWebhookRequestObject
	secret     api.RotateWebhookSecretRequestObject
	deliveries api.ListWebhookDeliveriesRequestObject
	delivery   api.RedeliverWebhookDeliveryRequestObject
	events     api.ListEventsRequestObject
}

func (h *handlers) ListEvents(_ context.Context, r api.ListEventsRequestObject) (api.ListEventsResponseObject, error) {
	h.events = r
	return api.ListEvents200JSONResponse{}, nil
}

func (h *handlers) CreateWebhook(_ context.Context, r api.CreateWebhookRequestObject) (api.CreateWebhookResponseObject, error) {
	h.create = r
	return api.CreateWebhook201JSONResponse{}, nil
}

func (h *handlers) UpdateWebhook(_ context.Context, r api.UpdateWebhookRequestObject) (api.UpdateWebhookResponseObject, error) {
	h.update = r
	return api.UpdateWebhook200JSONResponse{}, nil
}

func (h *handlers) RotateWebhookSecret(_ context.Context, r api.RotateWebhookSecretRequestObject) (api.RotateWebhookSecretResponseObject, error) {
	h.secret = r
	return api.RotateWebhookSecret200JSONResponse{}, nil
}

func (h *handlers) ListWebhookDeliveries(
	_ context.Context, r api.ListWebhookDeliveriesRequestObject,
) (api.ListWebhookDeliveriesResponseObject, error) {
	h.deliveries = r
	return api.ListWebhookDeliveries200JSONResponse{}, nil
}

func (h *handlers) RedeliverWebhookDelivery(
	_ context.Context, r api.RedeliverWebhookDeliveryRequestObject,
) (api.RedeliverWebhookDeliveryResponseObject, error) {
	h.delivery = r
	return api.RedeliverWebhookDelivery202JSONResponse{}, nil
}

func (h *handlers) UpdateTenant(_ context.Context, r api.UpdateTenantRequestObject) (api.UpdateTenantResponseObject, error) {
	h.request = r
	return api.UpdateTenant200JSONResponse{}, nil
}

func (h *handlers) RotateAPIKey(_ context.Context, r api.RotateAPIKeyRequestObject) (api.RotateAPIKeyResponseObject, error) {
	h.rotate = r
	return api.RotateAPIKey201JSONResponse{}, nil
}

var load = sync.OnceValues(openapi.Load)

// send passes a request through the validator and the generated server.
func send(t *testing.T, method, path, media, body string) *handlers {
	t.Helper()
	doc, err := load()
	if err != nil {
		t.Fatal(err)
	}
	h := &handlers{}
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			spec := strings.NewReplacer(":id", "{id}", ":delivery_id", "{delivery_id}").Replace(c.Path())
			item := doc.Paths.Value(spec)
			params := map[string]string{}
			for _, name := range c.ParamNames() {
				params[name] = c.Param(name)
			}
			err := openapi3filter.ValidateRequest(c.Request().Context(), &openapi3filter.RequestValidationInput{
				Request:    c.Request(),
				PathParams: params,
				Route:      &routers.Route{Spec: doc, Path: spec, PathItem: item, Method: method, Operation: item.GetOperation(method)},
				Options: &openapi3filter.Options{
					MultiError: true, KeepValidatedValue: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
				},
			})
			if err != nil {
				return err
			}
			return next(c)
		}
	})
	api.RegisterHandlers(e, api.NewStrictHandler(h, nil))
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return h
}

func TestPatchesBind(t *testing.T) {
	for _, patch := range patches {
		t.Run(patch, func(t *testing.T) {
			same(t, send(t, http.MethodPatch, "/v1/tenant", "application/json; charset=utf-8", patch).request.Body, patch)
		})
	}
}

func TestRotationBinds(t *testing.T) {
	const path = "/v1/tenant/api-keys/key_01hm65jqm0evqa6gf4bda1gwb9/rotate"
	for body, want := range map[string]string{
		"":                       `{}`,
		`{}`:                     `{"overlap_seconds":86400}`,
		`{"overlap_seconds":0}`:  `{"overlap_seconds":0}`,
		`{"overlap_seconds":60}`: `{"overlap_seconds":60}`,
	} {
		t.Run(body, func(t *testing.T) {
			media := "application/json"
			if body == "" {
				media = ""
			}
			same(t, send(t, http.MethodPost, path, media, body).rotate.Body, want)
		})
	}
}

const webhookPath = "/v1/webhooks/whk_01hkm4spm0e8kbcf2tpy8vep2a"

func TestWebhookPatchesBind(t *testing.T) {
	for _, patch := range webhookPatches {
		t.Run(patch, func(t *testing.T) {
			same(t, send(t, http.MethodPatch, webhookPath, "application/json; charset=utf-8", patch).update.Body, patch)
		})
	}
}

func TestCreateWebhookDefaults(t *testing.T) {
	for body, want := range map[string]string{
		`{"url":"https://a"}`:                                             `{"url":"https://a","events":["backup.completed","backup.failed"],"enabled":true}`,
		`{"url":"https://a","events":["webhook.disabled"]}`:               `{"url":"https://a","events":["webhook.disabled"],"enabled":true}`,
		`{"url":"https://a","description":"d","enabled":false}`:           `{"url":"https://a","events":["backup.completed","backup.failed"],"description":"d","enabled":false}`,
		`{"url":"https://a","events":["api_key.created"],"enabled":true}`: `{"url":"https://a","events":["api_key.created"],"enabled":true}`,
	} {
		t.Run(body, func(t *testing.T) {
			same(t, send(t, http.MethodPost, "/v1/webhooks", "application/json", body).create.Body, want)
		})
	}
}

func TestSecretRotationBinds(t *testing.T) {
	for body, want := range map[string]string{
		"":                       `{}`,
		`{}`:                     `{"overlap_seconds":86400}`,
		`{"overlap_seconds":0}`:  `{"overlap_seconds":0}`,
		`{"overlap_seconds":60}`: `{"overlap_seconds":60}`,
	} {
		t.Run(body, func(t *testing.T) {
			media := "application/json"
			if body == "" {
				media = ""
			}
			same(t, send(t, http.MethodPost, webhookPath+"/rotate-secret", media, body).secret.Body, want)
		})
	}
}

func TestDeliveriesBind(t *testing.T) {
	got := send(t, http.MethodGet, webhookPath+"/deliveries?status=failed&event=webhook.test&created_after=2024-01-01", "", "").deliveries
	want := api.ListWebhookDeliveriesRequestObject{
		ID: "whk_01hkm4spm0e8kbcf2tpy8vep2a",
		Params: api.ListWebhookDeliveriesParams{
			Limit: 20, Status: api.DeliveryStatusFailed, Event: api.EventTypeWebhookTest, CreatedAfter: "2024-01-01",
		},
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	one := send(t, http.MethodPost, webhookPath+"/deliveries/dlv_01hm6asqc0ef7a5n56tabvem4j/redeliver", "", "").delivery
	if one.ID != "whk_01hkm4spm0e8kbcf2tpy8vep2a" || one.DeliveryID != "dlv_01hm6asqc0ef7a5n56tabvem4j" {
		t.Errorf("%+v", one)
	}
}

func TestEventsBind(t *testing.T) {
	got := send(t, http.MethodGet, "/v1/events?type=tenant.updated&subject=ten_01hk240nm0et682tt61vxwr34z&actor=lox+tenant%20set-plan&"+
		"created_before=2024-01-31&cursor=AY0M", "", "").events
	want := api.ListEventsRequestObject{Params: api.ListEventsParams{
		Limit: 20, Cursor: "AY0M", Type: api.EventTypeTenantUpdated, Subject: "ten_01hk240nm0et682tt61vxwr34z", Actor: "lox tenant set-plan",
		CreatedBefore: "2024-01-31",
	}}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The server writes the data of an event as it was recorded.
func TestEventDataIsKept(t *testing.T) {
	const data = `{"name":"<é>\u00e9","size_bytes":9007199254740993,"b":1.0,"a":null}`
	e := lox.Event{Payload: []byte(`{"event":"backup.created","timestamp":"2024-01-15T10:30:00Z","data":` + data + `}`)}
	raw, err := e.Data()
	if err != nil {
		t.Fatal(err)
	}
	if string(raw) != data {
		t.Errorf("%s", raw)
	}
	if out := (api.RecordedEvent{Data: raw}); string(out.Data) != data {
		t.Errorf("%s", out.Data)
	}
	for _, payload := range []string{"", "{}", `{"data":1}`, `{"data":{`, `[]`} {
		if _, err := (lox.Event{Payload: []byte(payload)}).Data(); err == nil {
			t.Errorf("%s has no data", payload)
		}
	}
}

func TestPercentageKeepsDecimal(t *testing.T) {
	day := time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)
	same(t, api.Storage{UsedPercentage: "20.0", NewestBackup: &day},
		`{"used_bytes":0,"quota_bytes":0,"used_percentage":20.0,"backup_count":0,"oldest_backup":null,"newest_backup":"2024-01-15T10:30:00Z","reserved_bytes":0}`)
	var got client.Storage
	if err := json.Unmarshal([]byte(`{"used_percentage":20.0,"oldest_backup":null,"newest_backup":"2024-01-15T10:30:00Z"}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.UsedPercentage != 20 || got.OldestBackup != nil || !got.NewestBackup.Equal(day) {
		t.Errorf("%+v", got)
	}
}
