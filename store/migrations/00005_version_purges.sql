-- In a bucket with versions a completed backup names the one that was verified.
-- Its upload URL may still be used: what it adds are other versions, which count
-- for no quota.

-- +goose Up

-- Objects of completed backups, to delete all versions but one, when the upload
-- URL has expired and once more a day after. They are no rows of purges: a server
-- of the previous version takes those for objects to delete entirely.
create table version_purges (
    object_key   text primary key,
    keep_version text not null check (keep_version <> ''),
    due_at       timestamptz not null,
    final_at     timestamptz not null
);

create index version_purges_due on version_purges (due_at);

-- +goose Down

drop table version_purges;
