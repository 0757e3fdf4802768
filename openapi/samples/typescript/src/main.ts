// Runs the samples of TypeScript, in an order in which each has what it needs. They store backup.tar.gz of the current
// folder. LOX_URL, LOX_API_KEY and WEBHOOK_URL, which must accept events, are in the environment.
//
// Each module runs when it is imported, so that its samples are what a reader would put into a script, imports included.
await import("./backups.js");
await import("./storage.js");
await import("./tenant.js");
await import("./webhooks.js");
await import("./deletion.js");

export {};
