-- The order of a tenant's content types by their bytes. An index on a counter has each change
-- of it write new entries to all indexes: 1,000,000 changes of 100 types left 133 MB. The
-- counter's logarithm, in steps of 4 %, hardly ever changes. Within a step all types of the
-- tenant are read and sorted. Servers of the release before sort by the counter itself, and
-- read all of them.

-- +goose Up
lock table content_types in access exclusive mode;
alter table content_types add column magnitude smallint not null generated always as
    (floor(ln(greatest(bytes, 1)::double precision) * 16 / 0.6931471805599453)::smallint) stored; -- 16 steps for each doubling
drop index content_types_most;
create index content_types_most on content_types (tenant_id, magnitude desc);

-- +goose Down
drop index content_types_most;
alter table content_types drop column magnitude;
create index content_types_most on content_types (tenant_id, bytes desc, content_type) where count > 0;
