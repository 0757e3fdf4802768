package lox

import "net/netip"

// ActorType says what kind of actor makes a change.
type ActorType string

// The kinds of actors.
const (
	ActorAPIKey   ActorType = "api_key"
	ActorOperator ActorType = "operator"
	ActorSystem   ActorType = "system"
)

// Actor is who makes a change. The record of changes names it with every one of them.
type Actor struct {
	Type ActorType
	// ID is the id of the API key, the operator's command ("lox tenant create") or
	// the job ("expire").
	ID string
	// RequestID is that of the request, as the answer's X-Request-ID names it, or, of a
	// job, that of the request that began what the job ends. "" if there was none.
	RequestID string
	// Address is the client's. It is not valid if there was no client.
	Address netip.Addr
}

// Operator returns the actor of an operator's command.
func Operator(command string) Actor { return Actor{Type: ActorOperator, ID: command} }

// System returns the actor of a job.
func System(job string) Actor { return Actor{Type: ActorSystem, ID: job} }

// For returns the actor as the one who ends what a request has begun. "" is no request.
func (a Actor) For(requestID string) Actor {
	a.RequestID = requestID
	return a
}
