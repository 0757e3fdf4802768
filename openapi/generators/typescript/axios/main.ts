/** Does the main job with the client that openapi-generator has made for axios. */

import assert from 'node:assert/strict';
import { BackupsApi, Configuration } from './client';
import { get, put, settings } from '../storage';

const content = "content of a backup by openapi-generator's TypeScript client";

async function main(): Promise<void> {
  const { url, key } = settings();
  const backups = new BackupsApi(new Configuration({ basePath: url, accessToken: key }));
  const metadata = { generator: 'openapi-generator' };
  const { data: upload } = await backups.createBackup({ name: 'typescript', size_bytes: content.length, metadata });
  assert(upload.status.startsWith('pending'), upload.status);
  assert(upload.upload_url && upload.upload_headers);
  await put(upload.upload_url, upload.upload_headers, content);

  const { data: completed } = await backups.completeBackup(upload.id);
  assert(completed.status.startsWith('completed'), completed.status);
  const { data: page } = await backups.listBackups(100);
  assert(page.backups.some((backup) => backup.id === upload.id));
  assert.deepEqual((await backups.getBackup(upload.id)).data.metadata, metadata);

  const { data: download } = await backups.getBackupDownload(upload.id);
  assert.equal(await get(download.download_url), content);
  assert((await backups.deleteBackup(upload.id)).data.deleted);
}

void main();
