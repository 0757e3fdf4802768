package ratelimit

// Internals for tests.
type (
	Counters = counterStore
	Request  = request
	Refund   = refund
	Window   = window
	Redis    = redisStore
)

// The operations.
const (
	Peek = opPeek
	Take = opTake
	Add  = opAdd
)

// The implementations of Counters.
var (
	NewMemory = newMemory
	NewRedis  = newRedis
)
