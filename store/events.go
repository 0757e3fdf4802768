package store

import (
	"encoding/hex"
	"net/netip"

	"github.com/backlox/lox"
)

// eventArgs are the parameters of an event in the order in which every statement takes
// them: id, type, created_at, actor_type, actor_id, subject, request_id,
// client_address, payload. The tenant comes from what changes.
func eventArgs(e lox.Event) []any {
	return []any{e.ID, e.Type, e.At, e.Actor.Type, e.Actor.ID, e.Subject, e.Actor.RequestID, address(e.Actor.Address), e.Payload}
}

// address is nil if there is none.
func address(a netip.Addr) *string {
	if !a.IsValid() {
		return nil
	}
	text := a.WithZone("").String()
	return &text
}

// bytea is how PostgreSQL reads bytes in a text.
func bytea(b []byte) *string {
	text := `\x` + hex.EncodeToString(b)
	return &text
}

// eventColumns are an event in the JSON that statements for many rows take, but for its
// id and its subject. Their names and types are in those statements.
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
