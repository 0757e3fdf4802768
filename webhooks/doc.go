// Package webhooks sends events to the addresses that tenants gave for them.
// Dispatcher takes deliveries that are due from lox.DispatchStore, has Sender
// try them, and gives back what came of it: done, due again, or failed. It
// works over the ports of package lox alone; package verify is for receivers.
//
// # What a receiver gets
//
// A POST of the event's JSON, the same bytes at every attempt, with these
// headers:
//
//	webhook-id         the event's id, the same at every attempt: what was
//	                   seen before is to be ignored
//	webhook-timestamp  when this attempt began, in seconds of Unix time
//	webhook-signature  "v1," and the base64 of HMAC-SHA256 over
//	                   id.timestamp.body, keyed with the bytes whose base64
//	                   follows "whsec_" in the secret (Standard Webhooks 1.0)
//	X-LOX-Signature    the lowercase hex of HMAC-SHA256 over the body, keyed
//	                   with the secret as it is shown, "whsec_" included
//
// X-LOX-Signature is for receivers that check one value and no more: unlike
// webhook-signature, it doesn't tell a replay from the original.
//
// # While two secrets are valid
//
// After a rotation both secrets sign for a while. webhook-signature then holds
// both signatures, with a space in between, and every library of Standard
// Webhooks takes either. X-LOX-Signature stays one value, since a receiver that
// compares it would find any other form wrong: it is by the new secret in the
// first attempt, by the old one in the second, and so on in turn. A receiver
// that knows one of the secrets, whichever, so gets every event by the retry
// that follows within seconds, and one that knows both refuses none.
//
// # What counts
//
// An attempt succeeds by a status of 2xx, whatever becomes of the answer's body:
// the receiver has said that it has the event. All else fails, redirects too,
// which are not followed. 410 Gone disables the webhook. After a failure the
// next attempt is due as Schedule says, or later if a 429 or 503 asks for it.
package webhooks
