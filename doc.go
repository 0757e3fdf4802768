// Package lox is the domain of LOX, a self-hostable, multi-tenant
// backup-storage API: Backup, Tenant, APIKey, Webhook, Event and Actor, their
// identifiers and rules, the errors that a caller can get, and the ports by
// which the other packages reach PostgreSQL and S3.
//
// Nothing here speaks SQL or HTTP. The packages beside this one (server, store,
// blob, lifecycle, …) import it and never each other; cmd/lox wires them together.
package lox
