package lox

// TenantUsage is a tenant with what it stores.
type TenantUsage struct {
	Tenant
	Usage
	// Backups is the number of completed ones.
	Backups int64 `db:"backup_count"`
}

// ErrTenantNotFound is the answer to the id of a tenant that doesn't exist.
var ErrTenantNotFound = Errorf(CodeNotFound, "Tenant with given ID not found")
