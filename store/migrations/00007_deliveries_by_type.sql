-- +goose Up
-- A page of deliveries of one type, in any status or in one, and their number, without
-- reading those of others.
create index deliveries_newest_by_type on deliveries (webhook_id, type, created_at desc, id desc);
create index deliveries_newest_by_status_type on deliveries (webhook_id, status, type, created_at desc, id desc);
-- As with the status: a type is a condition, however few of them ANALYZE saw.
alter table deliveries alter column type set (n_distinct = 9);

-- +goose Down
alter table deliveries alter column type reset (n_distinct);
drop index deliveries_newest_by_type, deliveries_newest_by_status_type;
