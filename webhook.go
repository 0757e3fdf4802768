package lox

import (
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Webhook is a URL to which LOX sends events of a tenant.
type Webhook struct {
	ID          WebhookID  `db:"id"`
	Tenant      TenantID   `db:"tenant_id"`
	URL         string     `db:"url"`
	Events      EventTypes `db:"events"`
	Description string     `db:"description"`
	Enabled     bool       `db:"enabled"`
	// DisabledReason is why LOX has disabled the webhook; "" if LOX hasn't.
	DisabledReason string    `db:"disabled_reason"`
	CreatedAt      time.Time `db:"created_at"`
	// FailingSince is when the first failed attempt after the last successful one ended;
	// nil if the last attempt succeeded.
	FailingSince *time.Time `db:"failing_since"`

	// Secret is the secret that signs deliveries, encrypted. Previous is the secret before
	// the last rotation, also encrypted. Deliveries are signed with both until PreviousEndsAt.
	Secret         []byte     `db:"secret"`
	Previous       []byte     `db:"previous_secret"`
	PreviousEndsAt *time.Time `db:"previous_ends_at"`
}

// Why LOX disables a webhook.
const (
	// DisabledGone: its receiver answered 410 Gone.
	DisabledGone = "The receiver answered 410 Gone"
	// DisabledFailing: all attempts failed for DisableAfter.
	DisabledFailing = "All deliveries failed for 120 hours"
)

// DisableAfter is how long all attempts to a webhook must fail before LOX disables it.
const DisableAfter = 120 * time.Hour

// DefaultEvents are the events of a webhook that names none.
var DefaultEvents = EventTypes{EventBackupCompleted, EventBackupFailed}

// MaxWebhooks is how many webhooks a tenant may have.
const MaxWebhooks = 50

// MaxWebhooksPerHost is how many webhooks of a tenant may have the same host.
const MaxWebhooksPerHost = 10

// NewWebhookSecret returns a new secret: "whsec_" and the base64 of 32 random
// bytes, as in Standard Webhooks 1.0.
func NewWebhookSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(b[:])
}

// Check returns a validation error that names every invalid field, or nil.
func (w Webhook) Check() error { return invalidBody(w.problems()) }

func (w Webhook) problems() map[string]string {
	problems := map[string]string{}
	if problem := urlProblem(w.URL); problem != "" {
		problems["url"] = problem
	}
	if len(w.Events) == 0 {
		problems["events"] = "Must name at least one event"
	}
	for _, t := range w.Events {
		if !t.Subscribable() {
			problems["events"] = "Must be events of the API document"
		}
	}
	if utf8.RuneCountInString(w.Description) > 255 {
		problems["description"] = "Must be 1 to 255 characters"
	} else if problem := textProblem(w.Description); problem != "" {
		problems["description"] = problem
	}
	return problems
}

// Patterns for the parts of a webhook's URL: the ASCII characters that RFC 3986 allows,
// and host names that DNS allows. The last label of a name must begin with a letter, as
// all top-level domains do: a name that ends in a number, such as 2130706433 or 0x7f.1,
// is an obsolete form of an IPv4 address. The API document has the same pattern in one
// piece.
const (
	urlName  = `[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?`
	urlLast  = `[A-Za-z]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?`
	urlOctet = `(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	urlHost  = `(` + urlName + `[.])*` + urlLast + `[.]?|` + urlOctet + `([.]` + urlOctet + `){3}`
	urlIPv6  = `([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:` +
		`|([0-9A-Fa-f]{1,4}:){1,6}(:[0-9A-Fa-f]{1,4})|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}` +
		`|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}` +
		`|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|([0-9A-Fa-f]{1,4}:)(:[0-9A-Fa-f]{1,4}){1,6}` +
		`|:(:[0-9A-Fa-f]{1,4}){1,7}|::`
	urlPort = `([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])`
	urlRest = `[/?]([A-Za-z0-9._~!$&'()*+,;=:@/?\[\]-]|%[0-9A-Fa-f]{2})*`

	// WebhookURLPattern is what the URL of a webhook must match.
	WebhookURLPattern = `^[Hh][Tt][Tt][Pp][Ss]?://(` + urlHost + `|\[(` + urlIPv6 + `)\])(:` + urlPort + `)?(` + urlRest + `)?$`
	// MaxWebhookURL is the largest length of the URL in bytes.
	MaxWebhookURL = 2048
	// maxHostName is the largest length of a DNS name in bytes (RFC 1035, 2.3.4), without
	// the full stop at its end.
	maxHostName = 253
)

var webhookURL = regexp.MustCompile(WebhookURLPattern)

// urlProblem says what is wrong with the form of a URL, or returns "". The addresses of
// its host are checked when it is called.
func urlProblem(s string) string {
	switch {
	case len(s) > MaxWebhookURL:
		return "Must be at most 2048 characters"
	case !webhookURL.MatchString(s):
		return "Must be an http or https URL without user name, password and fragment, such as https://example.com/lox"
	case len(urlHostname(s)) > maxHostName:
		return "Must have a host name of at most 253 characters"
	default:
		return ""
	}
}

// Host returns the host that the URL names: in lower case, without port and
// brackets and without a full stop at its end.
func (w Webhook) Host() string { return urlHostname(w.URL) }

func urlHostname(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.TrimRight(strings.ToLower(u.Hostname()), ".")
}

// WebhookPatch is a change to a webhook. Nil fields do not change.
type WebhookPatch struct {
	URL         *string
	Events      EventTypes
	Description *string
	Enabled     *bool
}

// Apply changes the webhook. If it becomes enabled, DisabledReason is cleared, and if it
// becomes enabled or gets another URL, FailingSince is cleared. Apply doesn't check fields
// that do not change: an older release may have accepted them under other rules.
// CodeValidation: the result is not a valid webhook.
func (w *Webhook) Apply(p WebhookPatch) error {
	before := *w
	if p.URL != nil && *p.URL != w.URL {
		w.URL, w.FailingSince = *p.URL, nil
	}
	if p.Events != nil {
		w.Events = p.Events
	}
	if p.Description != nil {
		w.Description = *p.Description
	}
	if p.Enabled != nil {
		if *p.Enabled && !w.Enabled {
			w.DisabledReason, w.FailingSince = "", nil
		}
		w.Enabled = *p.Enabled
	}
	problems := w.problems()
	if w.URL == before.URL {
		delete(problems, "url")
	}
	if w.Description == before.Description {
		delete(problems, "description")
	}
	return invalidBody(problems)
}

// MaxSecretOverlap is how long a rotated secret may sign at most.
const MaxSecretOverlap = 7 * 24 * time.Hour

// RotateSecret replaces the secret. Both secrets are encrypted. Deliveries are signed
// with both until the overlap ends. CodeValidation: the overlap is out of range.
func (w *Webhook) RotateSecret(sealed []byte, overlap time.Duration, now time.Time) error {
	if overlap < 0 || overlap > MaxSecretOverlap {
		return Invalid("Invalid request body", "overlap_seconds", "Must be an integer from 0 to 604800 (7 days)")
	}
	w.Previous, w.PreviousEndsAt = nil, nil
	if overlap > 0 {
		ends := Seconds(now.Add(overlap))
		w.Previous, w.PreviousEndsAt = w.Secret, &ends
	}
	w.Secret = sealed
	return nil
}

// DeliveryStatus is the state of a delivery.
type DeliveryStatus string

// A delivery is pending until an attempt succeeds or none is left.
const (
	DeliveryPending   DeliveryStatus = "pending"
	DeliverySucceeded DeliveryStatus = "succeeded"
	DeliveryFailed    DeliveryStatus = "failed"
)

// Delivery is the sending of one event to one webhook.
type Delivery struct {
	ID        DeliveryID     `db:"id"`
	Tenant    TenantID       `db:"tenant_id"`
	Webhook   WebhookID      `db:"webhook_id"`
	Event     EventID        `db:"event_id"`
	Type      EventType      `db:"type"`
	Status    DeliveryStatus `db:"status"`
	CreatedAt time.Time      `db:"created_at"`
	// Attempts is the number of all attempts so far.
	Attempts int `db:"attempts"`
	// Failure says why the delivery failed, if its last attempt was not the reason.
	Failure string `db:"failure"`
	// NextAt is when the next attempt is due, nil if there will be none.
	NextAt      *time.Time `db:"next_at"`
	CompletedAt *time.Time `db:"completed_at"`
}

// Attempt is one attempt of a delivery.
type Attempt struct {
	Number int       `db:"number"` // 1 for the first
	At     time.Time `db:"at"`     // when it began
	// Latency is the time until the answer, or until it failed.
	Latency time.Duration `db:"latency"`
	// Status is the HTTP status of the answer, 0 if there was none.
	Status int `db:"status"`
	// Body is the beginning of the answer's body, at most MaxAttemptBody bytes.
	Body []byte `db:"body"`
	// Error is why there was no answer. The tenant reads this text.
	Error string `db:"error"`
}

// MaxAttemptBody is how many bytes of an answer's body are stored.
const MaxAttemptBody = 4 << 10
