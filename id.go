package lox

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// ID is a UUIDv7 (RFC 9562) with the kind of thing that it names in its type, so that
// a key's id can't be passed instead of a backup's. Its text has the TypeID format
// (typeid 0.3): the kind's prefix, "_", and 26 characters of base32. The database
// stores the uuid without the prefix.
type ID[K Kind] uuid.UUID

// Kind is the kind of thing that an ID names.
type Kind interface{ Prefix() string }

// The kinds, each with the prefix of its written ids.
type (
	backupKind struct{}
	tenantKind struct{}
	keyKind    struct{}
	eventKind  struct{}

	webhookKind  struct{}
	deliveryKind struct{}
)

// Prefix returns "bkp".
func (backupKind) Prefix() string { return "bkp" }

// Prefix returns "ten".
func (tenantKind) Prefix() string { return "ten" }

// Prefix returns "key".
func (keyKind) Prefix() string { return "key" }

// Prefix returns "evt".
func (eventKind) Prefix() string { return "evt" }

// Prefix returns "whk".
func (webhookKind) Prefix() string { return "whk" }

// Prefix returns "dlv".
func (deliveryKind) Prefix() string { return "dlv" }

// BackupID names a backup. Written "bkp_…".
type BackupID = ID[backupKind]

// TenantID names a tenant. Written "ten_…".
type TenantID = ID[tenantKind]

// KeyID names an API key. Written "key_…".
type KeyID = ID[keyKind]

// EventID names an event. Written "evt_…".
type EventID = ID[eventKind]

// WebhookID names a webhook. Written "whk_…".
type WebhookID = ID[webhookKind]

// DeliveryID names a delivery of an event to a webhook. Written "dlv_…".
type DeliveryID = ID[deliveryKind]

// NewID returns a new id. The ids that one process makes ascend.
func NewID[K Kind]() ID[K] { return ID[K](uuid.Must(uuid.NewV7())) }

// NewBackupID returns a new backup id.
func NewBackupID() BackupID { return NewID[backupKind]() }

// NewTenantID returns a new tenant id.
func NewTenantID() TenantID { return NewID[tenantKind]() }

// NewKeyID returns a new API key id.
func NewKeyID() KeyID { return NewID[keyKind]() }

// NewEventID returns a new event id.
func NewEventID() EventID { return NewID[eventKind]() }

// NewWebhookID returns a new webhook id.
func NewWebhookID() WebhookID { return NewID[webhookKind]() }

// NewDeliveryID returns a new delivery id.
func NewDeliveryID() DeliveryID { return NewID[deliveryKind]() }

// ParseID reads the written form.
func ParseID[K Kind](s string) (ID[K], error) {
	var id ID[K]
	var kind K
	prefix := kind.Prefix()
	if len(s) != len(prefix)+1+suffixLen || s[:len(prefix)] != prefix || s[len(prefix)] != '_' {
		return id, fmt.Errorf("id %q: want %s_ and %d characters", s, prefix, suffixLen)
	}
	u, ok := decodeSuffix(s[len(prefix)+1:])
	if !ok {
		return id, fmt.Errorf("id %q: its last %d characters are not a TypeID suffix", s, suffixLen)
	}
	return ID[K](u), nil
}

// String returns the written form.
func (id ID[K]) String() string {
	var kind K
	return kind.Prefix() + "_" + encodeSuffix(uuid.UUID(id))
}

// MarshalText returns the written form.
func (id ID[K]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the written form.
func (id *ID[K]) UnmarshalText(text []byte) error {
	parsed, err := ParseID[K](string(text))
	if err == nil {
		*id = parsed
	}
	return err
}

// Value gives the database the bare uuid.
func (id ID[K]) Value() (driver.Value, error) { return uuid.UUID(id).String(), nil }

// Scan reads a bare uuid from the database.
func (id *ID[K]) Scan(src any) error { return (*uuid.UUID)(id).Scan(src) }

// Crockford's base32 in lower case, without i, l, o and u.
const (
	base32Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	suffixLen      = 26
)

var base32Digit = func() (digits [256]byte) {
	for i := range digits {
		digits[i] = 0xff
	}
	for i := range len(base32Alphabet) {
		digits[base32Alphabet[i]] = byte(i)
	}
	return digits
}()

// encodeSuffix writes 128 bits as 26 digits of 5 bits, the first of which
// carries only 3.
func encodeSuffix(u uuid.UUID) string {
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	var s [suffixLen]byte
	for i := suffixLen - 1; i >= 0; i-- {
		s[i] = base32Alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(s[:])
}

func decodeSuffix(s string) (u uuid.UUID, ok bool) {
	if s[0] > '7' { // more than 128 bits
		return u, false
	}
	var hi, lo uint64
	for i := range suffixLen {
		d := base32Digit[s[i]]
		if d == 0xff {
			return u, false
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(d)
	}
	binary.BigEndian.PutUint64(u[:8], hi)
	binary.BigEndian.PutUint64(u[8:], lo)
	return u, true
}
