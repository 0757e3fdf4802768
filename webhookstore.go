package lox

import (
	"time"
)

// DeliveryQuery selects a page of deliveries.
type DeliveryQuery struct {
	Status DeliveryStatus // "" for any
	Type   EventType      // "" for any
	// From and To bound created_at: From <= created_at < To. Zero means no bound.
	From, To      time.Time
	Limit, Offset int
}

// MaxExactTotal is the largest number of deliveries that is counted exactly.
const MaxExactTotal = 10_000

// DeliveryDetails is a delivery with its payload and its attempts.
type DeliveryDetails struct {
	Delivery
	Payload []byte    `db:"payload"`
	Tries   []Attempt // the latest MaxAttempts
}

// MaxAttempts is how many attempts of a delivery the API shows.
const MaxAttempts = 100

// DeliveryClaim says which deliveries a process wants.
type DeliveryClaim struct {
	Owner string
	Now   time.Time
	// Until is when other processes may claim the unfinished deliveries, because this
	// process has probably died.
	Until time.Time
	// Limit is the largest number of deliveries of this claim. PerWebhook is the largest
	// number in flight to one webhook, including those of other claims.
	Limit, PerWebhook int
	// SilentLimit is how many of Limit may go to silent webhooks: those that did not answer
	// their latest attempt, or had none. Allot must respect it. The store passes no more
	// silent webhooks to Allot.
	SilentLimit int
	// BusyTenants get no deliveries to silent webhooks.
	BusyTenants []TenantID
	// Busy are webhooks that get no deliveries now, because they have enough in flight.
	Busy []WebhookID
	// BusyHosts are hosts that get no deliveries of the tenant now, for the same reason.
	BusyHosts []TenantHost
	// Allot decides how many deliveries each due webhook gets. due is ordered, longest due
	// first. It returns one Allotment for each, with no more than Limit deliveries in all.
	// The store calls it once, or not at all if nothing is due.
	Allot func(due []DueWebhook) []Allotment
}

// TenantHost names the deliveries of one tenant to one host.
type TenantHost struct {
	Tenant TenantID `db:"tenant_id"`
	// Host is the host of a URL, in lower case and without a full stop at its end.
	Host string `db:"host"`
}

// DueWebhook is a webhook with due deliveries.
type DueWebhook struct {
	TenantHost
	ID WebhookID `db:"id"`
	// Waiting is how many deliveries are due, counted up to the number that it may get now.
	Waiting int `db:"waiting"`
	// Answers is whether the webhook answered its latest attempt, with any status.
	Answers bool `db:"answers"`
}

// Allotment is how many deliveries a webhook gets.
type Allotment struct {
	Deliveries int
	// NotBefore, unless zero, is when the webhook becomes due again.
	NotBefore time.Time
}

// Dispatch is a claimed delivery, with all data that an attempt needs.
type Dispatch struct {
	Delivery
	Payload []byte `db:"payload"`
	// RequestID is the request id of the event: see Actor.
	RequestID string `db:"request_id"`
	// Tries is the number of attempts since the delivery last became pending.
	Tries int `db:"tries"`
	// Claim identifies the claim. FinishDelivery does nothing if the delivery has another one.
	Claim string `db:"lease_owner"`

	URL string `db:"url"`
	// Host is the host of the URL, in lower case and without a full stop at its end.
	Host     string `db:"host"`
	Secret   []byte `db:"secret"`          // encrypted
	Previous []byte `db:"previous_secret"` // encrypted; nil if no previous secret is valid
	// FailingSince and Answers are those of the webhook at the time of the claim.
	FailingSince *time.Time `db:"failing_since"`
	Answers      bool       `db:"answers"`
}

// FinishedAttempt is an attempt and its consequences.
type FinishedAttempt struct {
	Dispatch Dispatch
	Attempt  Attempt
	Status   DeliveryStatus
	// NextAt is when the next attempt is due, if the delivery is still pending.
	NextAt *time.Time
	// Unsigned is set if LOX could not sign the delivery. It shows nothing about the webhook.
	Unsigned bool
	// Answered is set if the receiver answered, with any status.
	Answered bool
	// Disable, unless "", is the reason to disable the webhook, and Event the event of that.
	// The store does not disable a webhook whose URL has changed meanwhile. If OnlyFailing
	// is set, it disables the webhook only if all attempts since that time have failed.
	Disable     string
	OnlyFailing *time.Time
	Event       Event
}

// ErrWebhookNotFound means that the tenant has no webhook with the id.
var ErrWebhookNotFound = Errorf(CodeNotFound, "Webhook with given ID not found")

// ErrDeliveryNotFound means that the webhook has no delivery with the id.
var ErrDeliveryNotFound = Errorf(CodeNotFound, "Delivery with given ID not found")

// ErrWebhookDisabled means that nothing can be sent to a webhook because it is disabled.
var ErrWebhookDisabled = Errorf(CodeInvalidState, "The webhook is disabled").
	With("enabled", "Enable the webhook first")

// SecretBox encrypts and decrypts the secrets of webhooks.
type SecretBox interface {
	// Seal encrypts a secret of the webhook owner.
	Seal(secret string, owner WebhookID) []byte
	// Open decrypts a secret of the webhook owner. It fails if the data was changed, or was
	// sealed for another webhook or with another key.
	Open(sealed []byte, owner WebhookID) (string, error)
}
