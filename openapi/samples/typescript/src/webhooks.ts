import { setTimeout as sleep } from "node:timers/promises";
import { client } from "./client.js";

const webhookUrl = process.env["WEBHOOK_URL"] ?? "";

// sample createWebhook
import { createWebhook } from "@backlox/lox";

const { data: created } = await createWebhook({
  client,
  body: { url: webhookUrl, events: ["backup.completed", "backup.failed"] },
  throwOnError: true,
});
console.log(created.secret); // verifies signatures; it is shown only once
// end sample

const webhookId = created.id;

// sample listWebhooks
import { listWebhooks } from "@backlox/lox";

const { data: list } = await listWebhooks({ client, query: { limit: 50 }, throwOnError: true });
for (const webhook of list.webhooks) console.log(webhook.id, webhook.url, webhook.enabled);
// end sample

// sample getWebhook
import { getWebhook } from "@backlox/lox";

const { data: webhook } = await getWebhook({
  client,
  path: { id: webhookId },
  throwOnError: true,
});
console.log(webhook.url, webhook.events, webhook.enabled);
// end sample

// sample updateWebhook
import { updateWebhook } from "@backlox/lox";

const { data: updated } = await updateWebhook({
  client,
  path: { id: webhookId },
  body: {
    description: "Pager of the operators",
    events: ["backup.failed", "storage.quota_warning"],
  },
  throwOnError: true,
});
console.log(updated.description, updated.events);
// end sample

// sample testWebhook
import { testWebhook } from "@backlox/lox";

const { data: test } = await testWebhook({
  client,
  path: { id: webhookId },
  throwOnError: true,
});
console.log(test.id, test.status);
// end sample

const deliveryId = test.id;
const eventId = test.event_id;
await delivered();

// sample listWebhookDeliveries
import { listWebhookDeliveries } from "@backlox/lox";

const { data: page } = await listWebhookDeliveries({
  client,
  path: { id: webhookId },
  query: { event: "webhook.test", created_after: "2024-01-15" },
  throwOnError: true,
});
for (const { id, event, status } of page.deliveries) console.log(id, event, status);
// end sample

// sample getWebhookDelivery
import { getWebhookDelivery } from "@backlox/lox";

const { data: delivery } = await getWebhookDelivery({
  client,
  path: { id: webhookId, delivery_id: deliveryId },
  throwOnError: true,
});
for (const { at, status, error } of delivery.attempt_log) console.log(at, status ?? error);
// end sample

// sample redeliverWebhookDelivery
import { redeliverWebhookDelivery } from "@backlox/lox";

const { data: redelivery } = await redeliverWebhookDelivery({
  client,
  path: { id: webhookId, delivery_id: deliveryId },
  throwOnError: true,
});
console.log(redelivery.status, redelivery.next_attempt_at);
// end sample

// sample recoverWebhook
import { recoverWebhook } from "@backlox/lox";

const { data: recovery } = await recoverWebhook({
  client,
  path: { id: webhookId },
  body: { since: "2024-01-15" },
  throwOnError: true,
});
console.log(recovery.recovered, "deliveries are sent again");
// end sample

// sample rotateWebhookSecret
import { rotateWebhookSecret } from "@backlox/lox";

const { data: rotated } = await rotateWebhookSecret({
  client,
  path: { id: webhookId },
  body: { overlap_seconds: 3600 }, // for which the old secret goes on to sign, too
  throwOnError: true,
});
console.log(rotated.secret); // keep it: it is shown only once
// end sample

/** Waits until the delivery is over: one that is still on its way can't be sent again. */
async function delivered(): Promise<void> {
  for (;;) {
    const { data } = await getWebhookDelivery({
      client,
      path: { id: webhookId, delivery_id: deliveryId },
      throwOnError: true,
    });
    if (data.completed_at) return;
    await sleep(200);
  }
}

export { eventId, webhookId };
