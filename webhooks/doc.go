// Package webhooks sends events to the webhooks of tenants. Dispatcher claims due
// deliveries from Store, sends them by Sender, and records the results:
// succeeded, due again, or failed. It uses only the ports of package lox. Package
// verify is for receivers.
//
// # What a receiver gets
//
// A POST of the event's JSON, the same bytes at every attempt, with these
// headers:
//
//	webhook-id         the event's id, the same at every attempt: receivers
//	                   ignore an id that they have processed before
//	webhook-timestamp  when this attempt began, in seconds of Unix time
//	webhook-signature  "v1," and the base64 of HMAC-SHA256 over
//	                   id.timestamp.body, keyed with the bytes whose base64
//	                   follows "whsec_" in the secret (Standard Webhooks 1.0)
//	X-LOX-Signature    the lowercase hex of HMAC-SHA256 over the body, keyed
//	                   with the secret as it is shown, "whsec_" included
//
// X-LOX-Signature is for receivers that can check only one value. Unlike
// webhook-signature, it covers no timestamp, so it doesn't protect against replays.
//
// # While two secrets are valid
//
// After a rotation both secrets sign for a while. webhook-signature then holds
// both signatures, separated by a space, and every library of Standard Webhooks
// accepts either. X-LOX-Signature stays one value, because receivers compare the
// whole header: the new secret signs the first attempt, the old one the second,
// and so on in turn. So a receiver that knows only one of the secrets accepts every
// event at the first retry, which follows within seconds. A receiver that knows both
// accepts every attempt.
//
// # What counts as success
//
// An attempt succeeds with a status of 2xx, even if the answer's body can't be read.
// Every other result is a failure, including redirects, which are not followed.
// 410 Gone disables the webhook. After a failure the next attempt is due as Schedule
// says, or later if a 429 or 503 has a Retry-After header.
package webhooks
