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

// Actor makes a change. The record of changes names the actor of each change.
type Actor struct {
	Type ActorType
	// ID is the id of the API key, the operator's command ("lox tenant create") or
	// the job ("expire").
	ID string
	// RequestID is the id of the request, the same as in the answer's X-Request-ID. For a job,
	// it is the id of the request that began the work which the job finishes. "" if there was
	// no request.
	RequestID string
	// Address is the client's IP address. It is not valid if there was no client.
	Address netip.Addr
}

// Operator returns the actor of an operator's command.
func Operator(command string) Actor { return Actor{Type: ActorOperator, ID: command} }

// System returns the actor of a job.
func System(job string) Actor { return Actor{Type: ActorSystem, ID: job} }

// For returns the actor with the id of the request whose work it finishes. "" means no request.
func (a Actor) For(requestID string) Actor {
	a.RequestID = requestID
	return a
}
