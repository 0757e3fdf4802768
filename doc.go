// Package lox is the domain of LOX, a self-hostable, multi-tenant
// backup-storage API: Backup, Tenant, APIKey, Webhook, Event and Actor, their
// identifiers and rules, the errors that a caller can get, and the ports
// (interfaces) through which the other packages reach PostgreSQL and S3.
//
// This package uses neither SQL nor HTTP. The adapter packages (server, store,
// blob, lifecycle, …) import it and never each other; cmd/lox wires them together.
package lox
