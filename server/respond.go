package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"
)

// answer is a response of any operation. The generated responses would write
// the & of a signed URL as \u0026, which is JSON, but not what a person can
// copy from a terminal.
type answer struct {
	status int
	header map[string]string
	body   any
}

func (a answer) write(w http.ResponseWriter) error {
	body := bodies.Get().(*bytes.Buffer) //nolint:forcetypeassert // see New
	defer bodies.Put(body)
	body.Reset()
	if err := plainJSON(body, a.body); err != nil {
		return err
	}
	header := w.Header()
	for name, value := range a.header {
		header.Set(name, value)
	}
	header[echo.HeaderContentType] = jsonType
	header[echo.HeaderCacheControl] = notStored
	// Without it a long answer would be sent in chunks.
	header[echo.HeaderContentLength] = []string{strconv.Itoa(body.Len())}
	w.WriteHeader(a.status)
	_, err := w.Write(body.Bytes())
	return err
}

// The same for all answers, and never changed.
var (
	jsonType = []string{echo.MIMEApplicationJSON}
	// There may be a signed URL or a key in it.
	notStored = []string{"no-store"}
)

// bodies of answers, which are a few bytes or some 40 KiB, are used again.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func plainJSON(to *bytes.Buffer, v any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// VisitListBackupsResponse writes the answer.
func (a answer) VisitListBackupsResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCreateBackupResponse writes the answer.
func (a answer) VisitCreateBackupResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetBackupResponse writes the answer.
func (a answer) VisitGetBackupResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCompleteBackupResponse writes the answer.
func (a answer) VisitCompleteBackupResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetBackupDownloadResponse writes the answer.
func (a answer) VisitGetBackupDownloadResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitDeleteBackupResponse writes the answer.
func (a answer) VisitDeleteBackupResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetTenantResponse writes the answer.
func (a answer) VisitGetTenantResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateTenantResponse writes the answer.
func (a answer) VisitUpdateTenantResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListAPIKeysResponse writes the answer.
func (a answer) VisitListAPIKeysResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCreateAPIKeyResponse writes the answer.
func (a answer) VisitCreateAPIKeyResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRotateAPIKeyResponse writes the answer.
func (a answer) VisitRotateAPIKeyResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRevokeAPIKeyResponse writes the answer.
func (a answer) VisitRevokeAPIKeyResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetStorageResponse writes the answer.
func (a answer) VisitGetStorageResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetStorageStatsResponse writes the answer.
func (a answer) VisitGetStorageStatsResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListWebhooksResponse writes the answer.
func (a answer) VisitListWebhooksResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCreateWebhookResponse writes the answer.
func (a answer) VisitCreateWebhookResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetWebhookResponse writes the answer.
func (a answer) VisitGetWebhookResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateWebhookResponse writes the answer.
func (a answer) VisitUpdateWebhookResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitDeleteWebhookResponse writes the answer.
func (a answer) VisitDeleteWebhookResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRotateWebhookSecretResponse writes the answer.
func (a answer) VisitRotateWebhookSecretResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitTestWebhookResponse writes the answer.
func (a answer) VisitTestWebhookResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListWebhookDeliveriesResponse writes the answer.
func (a answer) VisitListWebhookDeliveriesResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetWebhookDeliveryResponse writes the answer.
func (a answer) VisitGetWebhookDeliveryResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRedeliverWebhookDeliveryResponse writes the answer.
func (a answer) VisitRedeliverWebhookDeliveryResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitRecoverWebhookResponse writes the answer.
func (a answer) VisitRecoverWebhookResponse(w http.ResponseWriter) error { return a.write(w) }
