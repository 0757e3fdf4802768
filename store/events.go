package store

import (
	"encoding/hex"
	"net/netip"

	"github.com/backlox/lox"
)

// eventArgs returns the parameters of an event in the order of every statement: id, type,
// created_at, actor_type, actor_id, subject, request_id, client_address, payload. The
// statements take the tenant from the changed row.
func eventArgs(e lox.Event) []any {
	return []any{e.ID, e.Type, e.At, e.Actor.Type, e.Actor.ID, e.Subject, e.Actor.RequestID, address(e.Actor.Address), e.Payload}
}

// address returns the text of an address, nil if it is not valid.
func address(a netip.Addr) *string {
	if !a.IsValid() {
		return nil
	}
	text := a.WithZone("").String()
	return &text
}

// bytea returns the text from which PostgreSQL reads bytes.
func bytea(b []byte) *string {
	text := `\x` + hex.EncodeToString(b)
	return &text
}

// eventColumns are the fields of an event, except its id and its subject, in the JSON of
// statements for many rows. The statements have their names and types.
type eventColumns struct {
	ActorType lox.ActorType `json:"actor_type"`
	ActorID   string        `json:"actor_id"`
	RequestID string        `json:"request_id"`
	Address   *string       `json:"client_address,omitzero"`
	Payload   string        `json:"payload"`
}

func columnsOf(e lox.Event) eventColumns {
	return eventColumns{
		ActorType: e.Actor.Type, ActorID: e.Actor.ID,
		RequestID: e.Actor.RequestID, Address: address(e.Actor.Address), Payload: string(e.Payload),
	}
}
