-- Uploads in parts. Servers of the release before don't know them: they see such a backup as one whose
-- file hasn't come, and don't abort its upload, which the job "abort" of a later server does.

-- +goose Up
lock table backups, purges in access exclusive mode;
alter table backups
    -- The size of all parts but the last, in bytes; 0 if the file is uploaded by one PUT.
    add column part_size_bytes bigint not null default 0,
    -- Whether the size isn't known before the upload is complete: size_bytes is what the parts have reserved.
    add column stream boolean not null default false,
    -- The store's name for the upload in parts, empty before the first part is asked for.
    add column upload_id text not null default '',
    -- How far the verification is: how many bytes it has read, and the state of its hash, as JSON.
    add column verified_bytes bigint not null default 0,
    add column hash_state text not null default '',
    drop constraint backups_size_bytes_check,
    -- Not valid: existing rows were checked by the stricter rule before, and need no reading.
    add constraint backups_size_bytes_check check (size_bytes > 0 or size_bytes = 0 and stream) not valid;
-- The upload in parts that is to be aborted.
alter table purges add column upload_id text not null default '';

-- +goose Down
lock table backups, purges in access exclusive mode;
alter table purges drop column upload_id;
alter table backups
    drop constraint backups_size_bytes_check,
    add constraint backups_size_bytes_check check (size_bytes > 0) not valid,
    drop column part_size_bytes, drop column stream, drop column upload_id, drop column verified_bytes, drop column hash_state;
