package traffic_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/backlox/lox/openapi"
	"github.com/backlox/lox/openapi/traffic"
)

func newCoverage(t *testing.T) *traffic.Coverage {
	t.Helper()
	doc, err := openapi.LoadClosed()
	if err != nil {
		t.Fatal(err)
	}
	c, err := traffic.NewCoverage(doc)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newlyCovered lists the parts that see covers.
func newlyCovered(t *testing.T, see func(*traffic.Coverage)) []string {
	t.Helper()
	c := newCoverage(t)
	before := c.Missing()
	see(c)
	after := c.Missing()
	return slices.DeleteFunc(before, func(what string) bool { return slices.Contains(after, what) })
}

func TestNewCoverageIsEmpty(t *testing.T) {
	c := newCoverage(t)
	total := 0
	for kind, n := range c.Counts() {
		if n == 0 {
			t.Error(kind)
		}
		total += n
	}
	if missing := c.Missing(); len(missing) != total || total < 800 {
		t.Errorf("%d of %d", len(missing), total)
	}
}

func TestSeeExchange(t *testing.T) {
	got := newlyCovered(t, func(c *traffic.Coverage) {
		c.See(deleted(func(e *traffic.Exchange) {
			for name := range e.Response {
				if !strings.HasPrefix(name, "Content") && name != "X-Request-Id" {
					e.Response.Del(name)
				}
			}
		}))
	})
	want := []string{
		"example deleted in response of deleteBackup 200", "header X-Request-Id", "operation deleteBackup 200",
		"parameter id of deleteBackup", "schema BackupId", "schema DeletedBackup", "schema DeletedBackup.deleted", "schema DeletedBackup.id",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Only a message like an example covers it.
func TestExampleCoverage(t *testing.T) {
	const example = "example quota_exceeded in response CreateForbidden"
	answer := func(body string) []string {
		return newlyCovered(t, func(c *traffic.Coverage) {
			c.See(traffic.Exchange{
				Method: http.MethodPost, Path: "/v1/backups", Status: http.StatusForbidden,
				Response: http.Header{"Content-Type": {"application/json"}}, Answer: []byte(body),
			})
		})
	}
	const details = `"details":{"size_bytes":"Needs 2 bytes; 1 of the quota of 3 bytes are free"}`
	for body, like := range map[string]bool{
		`{"error":{"code":"quota_exceeded","message":"Storage quota limit reached",` + details + `}}`:    true,
		`{"error":{"code":"quota_exceeded","message":"Storage quota limit reached"}}`:                    false,
		`{"error":{"code":"quota_exceeded","message":"Quota limit reached",` + details + `}}`:            false,
		`{"error":{"code":"permission_denied","message":"Storage quota limit reached",` + details + `}}`: false,
	} {
		if slices.Contains(answer(body), example) != like {
			t.Errorf("%s: want %t", body, like)
		}
	}
	backup := func(fields string) []string {
		return newlyCovered(t, func(c *traffic.Coverage) {
			c.See(traffic.Exchange{
				Method: http.MethodGet, Path: "/v1/backups/" + id, Status: http.StatusOK,
				Response: http.Header{"Content-Type": {"application/json"}},
				Answer:   []byte(`{"id":"` + id + `","name":"n","size_bytes":1,"created_at":"2024-01-15T10:30:00Z",` + fields + `}`),
			})
		})
	}
	for fields, like := range map[string]bool{
		`"status":"pending","upload_expires_at":"2024-01-15T10:30:00Z","content_type":"a/b"`:               true,
		`"status":"pending","upload_expires_at":"2024-01-15T10:30:00Z"`:                                    false,
		`"status":"failed","upload_expires_at":"2024-01-15T10:30:00Z","content_type":"a/b"`:                false,
		`"status":"pending","upload_expires_at":"2024-01-15T10:30:00Z","content_type":null`:                false,
		`"status":"pending","upload_expires_at":"2024-01-15T10:30:00Z","content_type":"a/b","metadata":{}`: false,
	} {
		if slices.Contains(backup(fields), "example pending in response of getBackup 200") != like {
			t.Errorf("%s: want %t", fields, like)
		}
	}
}

func TestWhatAWebhookShows(t *testing.T) {
	got := newlyCovered(t, func(c *traffic.Coverage) {
		schema := c.SeeWebhook(http.Header{"X-Lox-Signature": {"00"}},
			[]byte(`{"event":"webhook.test","timestamp":"2024-01-15T10:30:00Z","data":{"id":"whk_01h455vb4pex5vsknk084sn02q","url":"https://example.com/"}}`))
		if schema == nil {
			t.Error("no webhook")
		}
		if c.SeeWebhook(nil, []byte(`{"event":"webhook.unknown"}`)) != nil {
			t.Error("a webhook that the document doesn't have")
		}
	})
	for _, want := range []string{"webhook webhook.test", "parameter X-LOX-Signature of webhooks", "schema WebhookTestData.url", "schema WebhookTestEvent.event = webhook.test"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}
