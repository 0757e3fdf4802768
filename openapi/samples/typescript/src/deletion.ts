import { backupId } from "./backups.js";
import { client } from "./client.js";
import { webhookId } from "./webhooks.js";

// sample deleteWebhook
import { deleteWebhook } from "@backlox/lox";

const { data: webhook } = await deleteWebhook({
  client,
  path: { id: webhookId },
  throwOnError: true,
});
console.log("deleted", webhook.id);
// end sample

// sample deleteBackup
import { deleteBackup } from "@backlox/lox";

const { data: backup } = await deleteBackup({
  client,
  path: { id: backupId },
  throwOnError: true,
});
console.log("deleted", backup.id);
// end sample

export {};
