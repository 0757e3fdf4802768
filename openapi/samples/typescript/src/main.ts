// Runs the samples of TypeScript, each after those whose results it needs. They store backup.tar.gz of the current
// folder. The environment must have LOX_URL, LOX_API_KEY and WEBHOOK_URL, at which a receiver accepts events.
//
// Each module runs when it is imported, so that its samples look like a reader's script, including the imports.
import { getBackup } from "@backlox/lox";
import { client } from "./client.js";

const { backupId } = await import("./backups.js");
await import("./storage.js");
await import("./tenant.js");
await import("./webhooks.js");
await import("./record.js");
await import("./deletion.js");

// No sample: an error must be read as one, whatever a later version adds to it.
const gone = await getBackup({ client, path: { id: backupId } });
if (gone.response?.status !== 404 || !gone.error?.error.code.startsWith("backup_not_found")) {
  throw new Error("getBackup of a deleted one", { cause: gone });
}
