with bounded as materialized (select set_config('lock_timeout', '200ms', true) as timeout)
select keep_event_partitions($1::timestamptz, $1::timestamptz + interval '3 months', $2) from bounded where timeout is not null;
