package store

import (
	"fmt"
	"strings"

	"github.com/backlox/lox"
)

// news returns the common table expression of an event that befalls the tenant
// of each row of another one. The parameters are its id, type, time and payload.
func news(from, id, kind, at, payload string) string {
	return "news as (\n\t" + newsRow(from, id, kind, at, payload) + "\n)"
}

func newsRow(from, id, kind, at, payload string) string {
	return fmt.Sprintf(`select tenant_id, %s::uuid as id, %s::text as type, %s::timestamptz as created_at, %s::bytea as payload from %s`,
		id, kind, at, payload, from)
}

// announced returns the common table expressions that keep the events in "news",
// all of one tenant, with a delivery to each webhook which asks for their type.
// Of events that webhooks have to ask for nothing is kept if none does.
//
// The webhooks are locked, after all else but what the statement inserts and in
// their one order: none is disabled meanwhile, and none is taken for idle that has
// a delivery to come. What is read from "wanted" is as they are under the lock,
// while webhooks itself is as it was when the statement began.
func announced() string {
	return `wanted as (
	select tenant_id, id, events, due_at from webhooks
	where tenant_id = (select tenant_id from news limit 1)
		and enabled and events && (select array_agg(type) from news)
	order by tenant_id, id
	for no key update
), ` + told()
}

// told returns what announced does once "wanted" has locked the webhooks.
func told() string {
	return fmt.Sprintf(`event as (
	insert into events (id, tenant_id, type, created_at, payload)
	select id, tenant_id, type, created_at, payload from news
	where type in (%s) or exists (select from wanted where news.type = any(wanted.events))
), delivery as (
	insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
	select %s, news.tenant_id, wanted.id, news.id, news.type, news.created_at, news.created_at
	from news join wanted on news.type = any(wanted.events)
), due as (
	update webhooks w set due_at = least(wanted.due_at, news.created_at)
	from wanted, (select min(created_at) as created_at from news) news
	where w.tenant_id = wanted.tenant_id and w.id = wanted.id
		and (wanted.due_at is null or wanted.due_at > news.created_at)
)`, quoted(lox.DefaultEvents), deliveryID("news.id"))
}

// deliveryID makes the id of an event's delivery: a UUIDv7 of the same
// millisecond with random bits of its own.
func deliveryID(event string) string {
	return `(substr(` + event + `::text, 1, 18) || substr(gen_random_uuid()::text, 19))::uuid`
}

func quoted(types lox.EventTypes) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = "'" + string(t) + "'"
	}
	return strings.Join(names, ", ")
}

// payload returns the expression that makes the body of an event from its format,
// where only the statement knows some of the values.
func payload(format, values string) string {
	return fmt.Sprintf(`convert_to(format(%s::text, %s), 'UTF8')`, format, values)
}

// eventArgs are an event's parameters in the order of news.
func eventArgs(e lox.Event) []any { return []any{e.ID, e.Type, e.At, e.Payload} }
