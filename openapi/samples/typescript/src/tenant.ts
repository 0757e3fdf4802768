import { client } from "./client.js";

// sample getTenant
import { getTenant } from "@backlox/lox";

const { data: tenant } = await getTenant({ client, throwOnError: true });
console.log(tenant.name, tenant.plan, tenant.limits.uploads.per_hour);
// end sample

// sample updateTenant
import { updateTenant } from "@backlox/lox";

const { data: updated } = await updateTenant({
  client,
  body: { contact_email: "ops@example.com", settings: { "dashboard.theme": "dark" } },
  throwOnError: true,
});
console.log(updated.contact_email, updated.settings);
// end sample

// sample createApiKey
import { createApiKey } from "@backlox/lox";

const { data: created } = await createApiKey({
  client,
  body: { name: "nightly upload", scopes: ["backups:read", "backups:write"] },
  throwOnError: true,
});
console.log(created.key); // keep it: it is shown only once
// end sample

const keyId = created.id;

// sample listApiKeys
import { listApiKeys } from "@backlox/lox";

const { data: page } = await listApiKeys({ client, query: { limit: 10 }, throwOnError: true });
for (const key of page.api_keys) console.log(key.id, key.name, key.prefix, key.scopes);
// end sample

// sample rotateApiKey
import { rotateApiKey } from "@backlox/lox";

const { data: rotated } = await rotateApiKey({
  client,
  path: { id: keyId },
  body: { overlap_seconds: 3600 }, // for which the old key goes on to work
  throwOnError: true,
});
console.log(rotated.key); // keep it: it is shown only once
// end sample

// sample revokeApiKey
import { revokeApiKey } from "@backlox/lox";

const { data: revoked } = await revokeApiKey({
  client,
  path: { id: keyId },
  throwOnError: true,
});
console.log("revoked", revoked.id);
// end sample

export {};
