-- Whether a webhook answered its latest attempt: claims look for those that did apart from
-- the others. Servers of the release before leave it as it is.

-- +goose Up
lock table webhooks, deliveries in share row exclusive mode;
alter table webhooks add column answers boolean not null default false;
update webhooks w set answers = true
where failing_since is null and exists (select from deliveries where webhook_id = w.id and status = 'succeeded');
create index webhooks_due_answering on webhooks (due_at) where enabled and answers;
create index webhooks_due_silent on webhooks (due_at) where enabled and not answers;

-- +goose Down
alter table webhooks drop column answers;
