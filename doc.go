// Package lox is the domain of LOX, a self-hostable, multi-tenant
// backup-storage API: its things (Backup, Tenant, APIKey, Event), their
// identifiers, the errors a caller can meet, and the ports through which the
// rest of the house reaches PostgreSQL and S3.
//
// Nothing here speaks SQL or HTTP. The wings (server, store, blob, lifecycle,
// …) import this package and never each other; cmd/lox wires them together.
package lox
