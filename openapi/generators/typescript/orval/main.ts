/** Does the main job with the client that orval has made. */

import assert from 'node:assert/strict';
import axios from 'axios';
import { completeBackup, createBackup, deleteBackup, getBackup, getBackupDownload, listBackups } from './client/lox';
import { get, put, settings } from '../storage';

const content = "content of a backup by orval's client";

async function main(): Promise<void> {
  const { url, key } = settings();
  axios.defaults.baseURL = url;
  axios.defaults.headers.common.Authorization = `Bearer ${key}`;
  const metadata = { generator: 'orval' };
  const { data: upload } = await createBackup({ name: 'orval', size_bytes: content.length, metadata });
  assert(upload.status.startsWith('pending'), upload.status);
  assert(upload.upload_url && upload.upload_headers);
  await put(upload.upload_url, upload.upload_headers, content);

  const { data: completed } = await completeBackup(upload.id);
  assert(completed.status.startsWith('completed'), completed.status);
  const { data: page } = await listBackups({ limit: 100 });
  assert(page.backups.some((backup) => backup.id === upload.id));
  assert.deepEqual((await getBackup(upload.id)).data.metadata, metadata);

  const { data: download } = await getBackupDownload(upload.id);
  assert.equal(await get(download.download_url), content);
  assert((await deleteBackup(upload.id)).data.deleted);
}

void main();
