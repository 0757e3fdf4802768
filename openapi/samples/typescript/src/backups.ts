import { client } from "./client.js";

// sample createBackup
import { openAsBlob } from "node:fs";
import { createBackup } from "@backlox/lox";

const file = await openAsBlob("backup.tar.gz");
const { data: upload } = await createBackup({
  client,
  body: { name: "daily-backup", size_bytes: file.size, content_type: "application/gzip" },
  headers: { "Idempotency-Key": crypto.randomUUID() },
  throwOnError: true,
});
if (!upload.upload_url || !upload.upload_headers) throw new Error("it is uploaded in parts");
const uploaded = await fetch(upload.upload_url, {
  method: "PUT",
  headers: upload.upload_headers,
  body: file,
});
if (!uploaded.ok) throw new Error(await uploaded.text());
console.log(upload.id);
// end sample

const backupId = upload.id;

const { data: pending } = await createBackup({
  client,
  body: { name: "hourly-backup", size_bytes: 1 },
  throwOnError: true,
});
const pendingId = pending.id;

// sample renewUploadUrl
import { renewUploadUrl } from "@backlox/lox";

const { data: renewed } = await renewUploadUrl({
  client,
  path: { id: pendingId },
  throwOnError: true,
});
console.log("upload to", renewed.upload_url, "by", renewed.upload_expires_at);
// end sample

const { data: large } = await createBackup({
  client,
  body: { name: "large-backup", size_bytes: 10 * 2 ** 20, multipart: true },
  throwOnError: true,
});
const largeId = large.id;

// sample createPartUploads
import { createPartUploads } from "@backlox/lox";

const { data: urls } = await createPartUploads({
  client,
  path: { id: largeId },
  body: { parts: [{ part_number: 1 }, { part_number: 2 }] },
  throwOnError: true,
});
for (const part of urls.parts) {
  console.log("upload", part.size_bytes, "bytes of part", part.part_number, "to", part.upload_url);
}
// end sample

// sample listParts
import { listParts } from "@backlox/lox";

const { data: parts } = await listParts({
  client,
  path: { id: largeId },
  query: { limit: 1000 },
  throwOnError: true,
});
for (const part of parts.parts) console.log("part", part.part_number, "has arrived");
// end sample

// sample completeBackup
import { completeBackup } from "@backlox/lox";

// The status "verifying" (202) means that LOX is still at it: ask getBackup later.
const { data: completed } = await completeBackup({
  client,
  path: { id: backupId },
  throwOnError: true,
});
console.log(completed.status, completed.checksum);
// end sample

// sample listBackups
import { listBackups } from "@backlox/lox";

const { data: page } = await listBackups({
  client,
  query: { status: "completed", limit: 10 },
  throwOnError: true,
});
for (const backup of page.backups) console.log(backup.id, backup.name, backup.size_bytes);
// end sample

// sample getBackup
import { getBackup } from "@backlox/lox";

const { data: backup } = await getBackup({
  client,
  path: { id: backupId },
  throwOnError: true,
});
console.log(backup.name, backup.status);
// end sample

// sample getBackupDownload
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { getBackupDownload } from "@backlox/lox";

const { data: download } = await getBackupDownload({
  client,
  path: { id: backupId },
  throwOnError: true,
});
const stored = await fetch(download.download_url);
if (!stored.ok || !stored.body) throw new Error(await stored.text());
await writeFile("restored.tar.gz", stored.body);

const hash = createHash("sha256");
for await (const chunk of createReadStream("restored.tar.gz")) hash.update(chunk);
if (`sha256:${hash.digest("hex")}` !== download.checksum) {
  throw new Error("restored.tar.gz is not what was stored");
}
// end sample

export { backupId };
