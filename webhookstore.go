package lox

import (
	"context"
	"time"
)

// WebhookStore keeps webhooks and what was delivered to them. Every method sees
// the tenant's alone: another's id is CodeNotFound, as if it never existed.
type WebhookStore interface {
	// CreateWebhook inserts one. CodeInvalidState: the tenant has MaxWebhooks, or
	// MaxWebhooksPerHost of them to the same host.
	CreateWebhook(ctx context.Context, w Webhook, by Actor) error

	// Webhooks returns a page of them, newest first, and how many there are.
	Webhooks(ctx context.Context, tenant TenantID, limit, offset int) ([]Webhook, int64, error)

	// Webhook returns one. CodeNotFound.
	Webhook(ctx context.Context, tenant TenantID, id WebhookID) (Webhook, error)

	// UpdateWebhook has change alter one and stores it, unless change fails.
	// Meanwhile nobody else can. When it becomes disabled, its pending deliveries
	// fail. change may be called again, with the webhook as it is then. The event is of the
	// type; there is none if nothing has changed. CodeNotFound; CodeInvalidState: it goes to
	// another host, to which the tenant has MaxWebhooksPerHost others.
	UpdateWebhook(ctx context.Context, tenant TenantID, id WebhookID, what EventType, by Actor, change func(*Webhook) error) (Webhook, error)

	// DeleteWebhook removes one with its deliveries. It is gone at once for everybody who asks;
	// LifecycleStore.ForgetWebhooks gives the room back. CodeNotFound.
	DeleteWebhook(ctx context.Context, tenant TenantID, id WebhookID, now time.Time, by Actor) error

	// SendEvent inserts an event and its delivery to one webhook, whatever that
	// asked for. CodeNotFound; CodeInvalidState: it is disabled.
	SendEvent(ctx context.Context, tenant TenantID, to WebhookID, e Event) (Delivery, error)

	// Deliveries returns a page of a webhook's, newest first, and how many match: of
	// more than MaxExactTotal, MaxExactTotal+1. CodeNotFound: there is no such webhook.
	Deliveries(ctx context.Context, tenant TenantID, webhook WebhookID, q DeliveryQuery) ([]Delivery, int64, error)

	// Delivery returns one with its attempts, in order, and the bytes that it
	// sends. CodeNotFound.
	Delivery(ctx context.Context, tenant TenantID, webhook WebhookID, id DeliveryID) (DeliveryDetails, error)

	// Redeliver makes a delivery that is over pending again, due now, with the
	// whole schedule before it. CodeNotFound; CodeInvalidState: it is pending, or
	// the webhook is disabled.
	Redeliver(ctx context.Context, tenant TenantID, webhook WebhookID, id DeliveryID, now time.Time, by Actor) (Delivery, error)

	// RecoverDeliveries does the same to all that failed of those created since a
	// time, and returns how many. CodeNotFound; CodeInvalidState: the webhook is
	// disabled.
	RecoverDeliveries(ctx context.Context, tenant TenantID, webhook WebhookID, since, now time.Time, by Actor) (int64, error)
}

// DeliveryQuery says which page of which deliveries.
type DeliveryQuery struct {
	Status DeliveryStatus // "" for any
	Type   EventType      // "" for any
	// From and To bound created_at: From <= created_at < To. Zero is open.
	From, To      time.Time
	Limit, Offset int
}

// MaxExactTotal is up to which number deliveries are counted.
const MaxExactTotal = 10_000

// DeliveryDetails is everything about a delivery.
type DeliveryDetails struct {
	Delivery
	Payload []byte    `db:"payload"`
	Tries   []Attempt // the latest MaxAttempts
}

// MaxAttempts is how many attempts of a delivery are shown.
const MaxAttempts = 100

// DispatchStore hands out deliveries that are due and takes back what came of
// them. Unlike WebhookStore, it sees every tenant's.
type DispatchStore interface {
	// ClaimDeliveries hands out deliveries that are due to enabled webhooks, of each
	// the longest due first, and hides them from others until the claim ends.
	ClaimDeliveries(ctx context.Context, c DeliveryClaim) ([]Dispatch, error)

	// FinishDelivery records an attempt and what follows from it. Nothing happens
	// if the delivery is gone, or was claimed by another process meanwhile.
	FinishDelivery(ctx context.Context, f FinishedAttempt) error

	// PutBackDelivery gives back what was claimed and not tried. The delivery keeps its
	// age; unless something else makes its webhook due, that is at a time. Nothing
	// happens if the delivery is gone, or was claimed by another process meanwhile.
	PutBackDelivery(ctx context.Context, d Dispatch, at time.Time) error

	// NextDelivery tells when the next delivery is due that is not claimed then: it
	// may be in the past if more are due than may be under way to a webhook, and a
	// claim counts for when it ends. ok is false if there is none.
	NextDelivery(ctx context.Context) (at time.Time, ok bool, err error)

	// WatchDeliveries calls due whenever deliveries were inserted, by any process,
	// and when any may have been missed, until ctx ends. It goes on after failures.
	WatchDeliveries(ctx context.Context, due func())

	// FailAbandoned fails what is still pending of disabled webhooks: whoever disabled
	// one may have failed the first thousand of its deliveries only.
	FailAbandoned(ctx context.Context, now time.Time) error

	// ForgetDeliveries removes up to limit deliveries that were over before a time
	// with their attempts, and returns how many.
	ForgetDeliveries(ctx context.Context, before time.Time, limit int) (int64, error)
}

// DeliveryClaim says which deliveries a process wants.
type DeliveryClaim struct {
	Owner string
	Now   time.Time
	// Until is when others may take what is not finished: the process is taken
	// for dead.
	Until time.Time
	// Limit is how many in all, PerWebhook how many may be under way to one, with
	// those that other claims hold.
	Limit, PerWebhook int
	// SilentLimit is how many of Limit may be to webhooks that did not answer their latest
	// attempt, or had none. Allot must see to it, and the store looks at no more of them.
	SilentLimit int
	// BusyTenants get nothing for webhooks of that kind.
	BusyTenants []TenantID
	// Busy are webhooks that get nothing now: as much is under way to them as may
	// be.
	Busy []WebhookID
	// BusyHosts get nothing of the tenant's now, for the same reason.
	BusyHosts []TenantHost
	// Allot says how many deliveries each of the webhooks gets to which something is
	// due, the longest due first. It returns one Allotment for each, of no more than
	// Limit deliveries in all. The store calls it once, or not at all if nothing is due.
	// Nil means that the webhooks take turns until Limit is reached.
	Allot func(due []DueWebhook) []Allotment
}

// TenantHost is what goes from one tenant to one host.
type TenantHost struct {
	Tenant TenantID `db:"tenant_id"`
	// Host is that of a URL, in lower case and without a full stop at its end.
	Host string `db:"host"`
}

// DueWebhook is a webhook to which something is due.
type DueWebhook struct {
	TenantHost
	ID WebhookID `db:"id"`
	// Waiting is how many deliveries are due, up to as many as may be under way to it.
	Waiting int `db:"waiting"`
	// Answers is whether it answered its latest attempt, with any status.
	Answers bool `db:"answers"`
}

// Allotment is how many deliveries a webhook gets.
type Allotment struct {
	Deliveries int
	// NotBefore, unless zero, is when more may be handed out: the webhook isn't due
	// until then.
	NotBefore time.Time
}

// Dispatch is a delivery to be tried, with all that it takes.
type Dispatch struct {
	Delivery
	Payload []byte `db:"payload"`
	// RequestID is the event's: see Actor.
	RequestID string `db:"request_id"`
	// Tries is how many attempts there were since it was last made pending.
	Tries int `db:"tries"`
	// Claim ties what is finished to what was claimed.
	Claim string `db:"lease_owner"`

	URL string `db:"url"`
	// Host is that of the URL, in lower case and without a full stop at its end.
	Host     string `db:"host"`
	Secret   []byte `db:"secret"`          // encrypted
	Previous []byte `db:"previous_secret"` // encrypted; nil if there is none that signs still
	// FailingSince and Answers are the webhook's, as they were when this was claimed.
	FailingSince *time.Time `db:"failing_since"`
	Answers      bool       `db:"answers"`
}

// FinishedAttempt is an attempt and what follows from it.
type FinishedAttempt struct {
	Dispatch Dispatch
	Attempt  Attempt
	Status   DeliveryStatus
	// NextAt is when the next attempt is due, if the delivery is still pending.
	NextAt *time.Time
	// Unsigned is set if it failed on LOX's side, which says nothing of the webhook.
	Unsigned bool
	// Answered is set if the receiver answered, with any status.
	Answered bool
	// Disable has the webhook disabled, with that reason, by Event, unless its URL
	// is another one by now. If OnlyFailing is set, only if all deliveries failed
	// since that time or earlier.
	Disable     string
	OnlyFailing *time.Time
	Event       Event
}

// ErrWebhookNotFound is the answer to the id of a webhook that the tenant
// hasn't.
var ErrWebhookNotFound = Errorf(CodeNotFound, "Webhook with given ID not found")

// ErrDeliveryNotFound is the answer to the id of a delivery that the webhook
// hasn't.
var ErrDeliveryNotFound = Errorf(CodeNotFound, "Delivery with given ID not found")

// ErrWebhookDisabled is why nothing can be sent to a webhook.
var ErrWebhookDisabled = Errorf(CodeInvalidState, "The webhook is disabled").
	With("enabled", "Enable the webhook first")

// SecretBox encrypts what must be read again, such as the secrets of webhooks.
type SecretBox interface {
	// Seal encrypts a secret for one use, named by owner.
	Seal(secret string, owner WebhookID) []byte
	// Open decrypts it for the same use. It fails if either was changed, or the
	// key is another one.
	Open(sealed []byte, owner WebhookID) (string, error)
}
