-- Which request began what a job ends: the log and the record name it there, too. Servers of the
-- release before don't know the columns, and leave them empty.

-- +goose Up
lock table backups, purges in access exclusive mode;
-- The "complete" by which the backup became verifying.
alter table backups add column verify_request_id text not null default '';
-- What deleted the backup, or had it fail.
alter table purges add column request_id text not null default '';

-- +goose Down
lock table backups, purges in access exclusive mode;
alter table backups drop column verify_request_id;
alter table purges drop column request_id;
