package webhooks

// Internals for tests.
const (
	DefaultPerWebhook = defaultPerWebhook
	DefaultPerHost    = defaultPerHost
	DefaultLease      = defaultLease
	DefaultPoll       = defaultPoll
	DefaultGrace      = defaultGrace
)

// ParseKey reads one master key.
var ParseKey = parseKey
