-- +goose Up
-- By its condition no look at one webhook's claims can use this index, which would
-- read all there are whenever ANALYZE saw few.
drop index deliveries_expiring;
create index deliveries_expiring on deliveries (next_at) where status = 'pending' and lease_owner is not null;

-- +goose Down
drop index deliveries_expiring;
create index deliveries_expiring on deliveries (next_at) where lease_owner is not null;
