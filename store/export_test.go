package store

// PageOfStatus is the statement that lists the backups of one status.
var PageOfStatus = pageShape{status: true, span: always}.sql()
