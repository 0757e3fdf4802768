import { client } from "./client.js";
import { eventId } from "./webhooks.js";

// sample listEvents
import { listEvents } from "@backlox/lox";

let cursor: string | undefined;
do {
  const { data: page } = await listEvents({
    client,
    query: { created_after: "2024-01-15", ...(cursor && { cursor }) },
    throwOnError: true,
  });
  for (const { timestamp, type, subject, actor } of page.events) {
    console.log(timestamp, type, subject.id, actor.id);
  }
  cursor = page.next_cursor;
} while (cursor);
// end sample

// sample getEvent
import { getEvent } from "@backlox/lox";

const { data: event } = await getEvent({
  client,
  path: { id: eventId },
  throwOnError: true,
});
console.log(event.type, event.actor.id, event.client_address, event.data);
// end sample

export {};
