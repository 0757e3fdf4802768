/** Does the main job with openapi-fetch and the types that openapi-typescript has made. */

import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './client/lox';
import { get, put, settings } from '../storage';

const content = 'content of a backup by openapi-fetch';

/** An answer is either data or an error, and the types know of both. */
function data<T>(answer: { data?: T; error?: components['schemas']['ErrorResponse'] }): T {
  if (answer.data === undefined) throw new Error(answer.error?.error.message);
  return answer.data;
}

async function main(): Promise<void> {
  const { url, key } = settings();
  const lox = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });
  const metadata = { generator: 'openapi-typescript' };
  const upload = data(await lox.POST('/v1/backups', { body: { name: 'fetch', size_bytes: content.length, metadata } }));
  assert(upload.status.startsWith('pending'), upload.status);
  assert(upload.upload_url && upload.upload_headers);
  await put(upload.upload_url, upload.upload_headers, content);

  const one = { params: { path: { id: upload.id } } };
  const completed = data(await lox.POST('/v1/backups/{id}/complete', one));
  assert(completed.status.startsWith('completed'), completed.status);
  const page = data(await lox.GET('/v1/backups', { params: { query: { limit: 100 } } }));
  assert(page.backups.some((backup) => backup.id === upload.id));
  assert.deepEqual(data(await lox.GET('/v1/backups/{id}', one)).metadata, metadata);

  const download = data(await lox.GET('/v1/backups/{id}/download', one));
  assert.equal(await get(download.download_url), content);
  assert(data(await lox.DELETE('/v1/backups/{id}', one)).deleted);
}

void main();
